"""Two readings of one figure and the ink that it stands in → the figure, and what speaks against it.

Readings agree, or the likelier is taken and doubted. A third witness is the ink itself: so many characters need about so much width, and a
small mark between the feet of digits is a point.
"""

from __future__ import annotations

import functools
import itertools
import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from pipeline.documents.image.cells import BROKEN, Inked, marks_of
from pipeline.documents.image.recognise import NUMERIC, Heard

#: Chance of its least likely character from which on a reading counts as sure, and below which one of two differing ones is given at all.
_SURE = 0.6
_WORTHLESS = 0.3
#: Chance below which a figure has to add up with others to be believed.
_CERTAIN = 0.98
#: Width of a digit in heights of text: narrowest and widest; narrowest where digits run into each other; and of another mark.
_DIGIT = (0.3, 0.8)
_RUN_TOGETHER = 0.42
_MARK = (0.05, 0.6)
#: A gap within a figure as wide as this is one between two figures.
_TWO_FIGURES = 1.3
#: Room, in heights of text, that the first line of a broken figure leaves in its cell at most, and how far its lines are apart.
_ROOM = 2.1
_APART = 1.75
#: A point or comma: how high and wide at most, and how far down it begins at least, in heights of text and of the line.
_POINT = (0.28, 0.6)
#: What may be doubted about the text of a cell; the flag is ``read.ocr_`` and this.
Doubt = Literal["faint", "cut", "seal", "differs", "unsure", "unconfirmed", "several", "width", "wrapped"]
#: Stands where ink was found and nothing could be read.
UNREAD = "〓"


@functools.cache
def _lookalikes() -> dict[int, str]:
    table: dict[str, str] = tomllib.loads(Path(__file__).with_name("lookalikes.toml").read_text("utf8"))["figure"]
    return {ord(one): sign for sign, others in table.items() for one in others}


def as_figure(text: str) -> str | None:
    """A text of nothing but digits and signs, or what looks like them, in plain characters; ``None`` for other texts.

    >>> as_figure("1O4"), as_figure("一3"), as_figure("规章")
    ('104', '-3', None)
    """
    plain = unicodedata.normalize("NFKC", text.translate(_lookalikes())).translate(_lookalikes()).replace(" ", "")
    return plain if plain and all(one in NUMERIC for one in plain) else None


def figure_of(cell: Inked, first: Sequence[Heard], second: Sequence[Heard], text: float) -> tuple[str, list[Doubt]]:
    """A figure from both readings: the same, else the likelier, doubted; two figures in one cell are none."""
    if len(first) > 1:
        return _lines_of_figure(cell, first, second, text)
    one, other = first[0], second[0]
    texts = [as_figure(one.free.text), as_figure(other.free.text)]
    against: list[Doubt] = []
    if texts[0] is not None and texts[0] == texts[1]:
        value = texts[0]
        against += _chance(min(one.figure.chance, other.figure.chance))
        if not value == one.figure.text == other.figure.text:
            against.append("unsure")
    else:
        said = max((one.figure, other.figure), key=lambda said: said.chance)
        value = said.text
        against.append("differs")
        if not value or said.chance < _WORTHLESS:
            return f"{texts[0] or one.free.text}{UNREAD}{texts[1] or other.free.text}", against
    if _two_figures(cell, text):
        return f"{value[:1]} {value[1:]}", [*against, "several"]
    if not _fits(cell, value, text):
        against.append("width")
    return value, against


def _lines_of_figure(cell: Inked, first: Sequence[Heard], second: Sequence[Heard], text: float) -> tuple[str, list[Doubt]]:
    """A figure that its column was too narrow for, in one; lines that lie apart or leave room at their ends are several figures."""
    texts = [[as_figure(one.free.text) or one.figure.text for one in heard] for heard in (first, second)]
    room = cell.gray.shape[1] - (cell.lines[0].x1 - cell.lines[0].x0)
    apart = max(below.y0 - above.y0 for above, below in itertools.pairwise(cell.lines))
    if room > _ROOM * text or apart > _APART * text or not all(texts[0]):
        return " ".join(texts[0]), ["several"]
    against: list[Doubt] = ["wrapped", *_chance(min(one.figure.chance for one in (*first, *second)))]
    if texts[0] != texts[1]:
        against.append("differs")
    return "".join(texts[0]), against


def _two_figures(cell: Inked, text: float) -> bool:
    gaps = [b0 - a1 for (_, a1), (b0, _) in itertools.pairwise(marks_of(cell))]
    return max(gaps, default=0) > _TWO_FIGURES * text


def _fits(cell: Inked, value: str, text: float) -> bool:
    """Whether the ink has room for the characters, none too many and none too few: a 11 read as 1 is twice as wide as a 1."""
    # Thin strokes break up: what lies that close is one character, or two that are counted as one.
    marks = marks_of(cell, BROKEN * text)
    digits = sum(one.isdigit() for one in value)
    signs = len(value) - digits
    width = marks[-1][1] - marks[0][0]
    least = _DIGIT[0] if len(marks) >= len(value) else _RUN_TOGETHER
    narrowest, widest = digits * least + signs * _MARK[0], digits * _DIGIT[1] + signs * _MARK[1]
    ones = value.count("1") * (_DIGIT[0] - 0.12)
    if width < (narrowest - ones) * text - 2 or len(marks) > len(value) or _points(cell, text) > value.count(".") + value.count(","):
        return False
    return width <= widest * text + 1 or len(marks) == len(value)


def _points(cell: Inked, text: float) -> int:
    """Small marks between the feet of digits: decimal points and commas. A point that is lost makes a figure a thousand times larger."""
    line = cell.lines[0]
    ink = cell.ink[line.y0 : line.y1, line.x0 : line.x1].astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = 0
    for number in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[number])
        # Nothing stands above a point; what is broken off a digit has the rest of it there.
        by_itself = x > 0 and x + width < ink.shape[1] and int(ink[:, x : x + width].sum()) == area
        small += by_itself and max(width, height) <= _POINT[0] * text and y >= _POINT[1] * ink.shape[0]
    return small


def words_of(first: Sequence[Heard], second: Sequence[Heard]) -> tuple[str, list[Doubt]]:
    """A text that holds digits and more (43.788万元, 22（其中修订16件）): where digits differ between the readings, nobody knows them."""
    texts = ["".join(one.free.text for one in heard) for heard in (first, second)]
    chances = [min(one.free.chance for one in heard) for heard in (first, second)]
    plain = ["".join(one for one in unicodedata.normalize("NFKC", text) if not one.isspace()) for text in texts]
    value = texts[0] if chances[0] >= chances[1] else texts[1]
    against: list[Doubt] = []
    if plain[0] != plain[1]:
        against.append("differs")
    return value or UNREAD, against + _chance(min(chances))


def _chance(chance: float) -> list[Doubt]:
    return ["unsure"] if chance < _SURE else ["unconfirmed"] if chance < _CERTAIN else []
