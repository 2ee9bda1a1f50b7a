"""The ink of cells → their texts, figures read twice, with what speaks against each reading.

The second reading has other margins, another width and other contrasts than the first, so that the model errs in other places. A third
witness is the ink itself: so many characters need about so much width.
"""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.documents.image.cells import Inked, Line
from pipeline.documents.image.pixels import Gray
from pipeline.documents.image.recognise import NUMERIC, Heard, Recogniser
from pipeline.tables.labels import read_label

#: Margins above and beside a line, in heights of text, of the first and the second reading, and the second's width in that of the first.
_MARGINS = ((0.12, 0.3), (0.3, 0.5))
_STRETCHED = 1.2
#: Chance of its least likely character from which on a reading counts as sure.
_SURE = 0.6
#: Chance below which a figure has to add up with others to be believed.
_CERTAIN = 0.98
#: A dash: at most so high, in heights of text, its ink so many times as spread along the line as across it; and the width of a long one.
_DASH_HEIGHT = 0.36
_DASH_RATIO = 1.3
_LONG_DASH = 0.6
#: Width of a digit in heights of text: narrowest and widest; and of a point, comma or other mark.
_DIGIT = (0.3, 0.8)
_MARK = (0.05, 0.6)
#: A gap that thin strokes leave within a character.
_BROKEN = 0.1
#: A gap within a figure as wide as this is one between two figures.
_TWO_FIGURES = 1.3
#: Stands where ink was found and nothing could be read.
UNREAD = "〓"


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell says, and the flags (``read.ocr_…``) of what is doubted about it."""

    text: str
    doubts: tuple[str, ...] = ()


def read_cells(cells: Sequence[Inked], text: float, model: Recogniser) -> list[CellText]:
    """The texts of cells; ``text`` is the height of a character."""
    places = [(at, line) for at, cell in enumerate(cells) for line in cell.lines if not _is_dash(cell, text)]
    first = _by_cell(places, model.read([_framed(cells[at], line, text, 0) for at, line in places]))
    again = [(at, line) for at, line in places if _may_be_figure(first[at])]
    second = _by_cell(again, model.read([_framed(cells[at], line, text, 1) for at, line in again]))
    return [_said(cell, first.get(at, []), second.get(at, []), text) for at, cell in enumerate(cells)]


def _by_cell(places: Sequence[tuple[int, Line]], heard: Sequence[Heard]) -> dict[int, list[Heard]]:
    found: dict[int, list[Heard]] = {}
    for (at, _), one in zip(places, heard, strict=True):
        found.setdefault(at, []).append(one)
    return found


def _is_dash(cell: Inked, text: float) -> bool:
    """Whether all that stands in a cell is a dash: a single low mark, wider than high. The model takes it for a 1 or a 一.

    No digit is that low. Width and height are those of the spread of the ink: in small print a hyphen is four pixels by two.
    """
    if len(cell.lines) != 1 or cell.lines[0].y1 - cell.lines[0].y0 > max(2.0, _DASH_HEIGHT * text):
        return False
    line = cell.lines[0]
    y0, y1, x0, x1 = max(line.y0 - 1, 0), line.y1 + 1, max(line.x0 - 1, 0), line.x1 + 1
    dark = np.clip(255.0 - cell.gray[y0:y1, x0:x1].astype(np.float64) - 12.0, 0.0, None)
    down, along = _spread(dark.sum(axis=1)), _spread(dark.sum(axis=0))
    return along >= _DASH_RATIO * down and len(_marks(cell, _BROKEN * text)) == 1


def _spread(dark: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Standard deviation of ink along one axis, in pixels."""
    places = np.arange(len(dark))
    total = max(float(dark.sum()), 1e-9)
    middle = float((dark * places).sum()) / total
    return float(np.sqrt(float((dark * (places - middle) ** 2).sum()) / total))


def _framed(cell: Inked, line: Line, text: float, way: int) -> Gray:
    """A line with margins, on clean ground, at least as high as a character: a dash must not grow to a 1."""
    middle = (line.y0 + line.y1) / 2
    y0, y1 = min(line.y0, max(0, round(middle - text / 2))), max(line.y1, min(cell.gray.shape[0], round(middle + text / 2)))
    part = cell.gray[y0:y1, line.x0 : line.x1]
    near = cv2.dilate(cell.ink[y0:y1, line.x0 : line.x1].astype(np.uint8), np.ones((5, 5), np.uint8))
    part = np.where(near > 0, part, 255).astype(np.uint8)
    above, beside = (round(share * text) for share in _MARGINS[way])
    framed = cv2.copyMakeBorder(part, above, above, beside, beside, cv2.BORDER_CONSTANT, value=255)
    if way:
        darkest = float(np.percentile(framed, 1.0))
        framed = cv2.GaussianBlur(framed, (0, 0), max(0.4, text / 40))
        framed = np.clip((framed.astype(np.float32) - darkest) * (255.0 / max(255.0 - darkest, 40.0)), 0, 255).astype(np.uint8)
        framed = cv2.resize(framed, None, fx=_STRETCHED, fy=1.0, interpolation=cv2.INTER_CUBIC)
    return np.asarray(framed, dtype=np.uint8)


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


def _may_be_figure(heard: Sequence[Heard]) -> bool:
    whole = "".join(one.free.text for one in heard)
    if as_figure(whole) is not None or len(whole) <= 1:
        return True
    return any(one.isdigit() for one in unicodedata.normalize("NFKC", whole)) and read_label(whole) is None


def _said(cell: Inked, first: Sequence[Heard], second: Sequence[Heard], text: float) -> CellText:
    doubts = [name for name, found in (("faint", cell.faint), ("cut", cell.cut), ("seal", cell.sealed)) if found]
    if not cell.lines:
        return _flagged("", doubts)
    if not first:
        wide = cell.lines[0].x1 - cell.lines[0].x0 >= _LONG_DASH * text
        return _flagged("—" if wide else "-", doubts)
    if not second:
        said = "".join(one.free.text for one in first)
        return _flagged(said or UNREAD, doubts)
    value, against = _figure(cell, first, second, text) if _numeric(first, second) else _words(first, second)
    return _flagged(value, [*doubts, *against])


def _flagged(text: str, doubts: Sequence[str]) -> CellText:
    return CellText(text, tuple(f"read.ocr_{name}" for name in dict.fromkeys(doubts)))


def _numeric(first: Sequence[Heard], second: Sequence[Heard]) -> bool:
    """Whether one of both readings is a figure, and the other as good as one."""
    wholes = ["".join(one.free.text for one in heard) for heard in (first, second)]
    if len(first) > 1:
        return all(as_figure(whole) is not None for whole in wholes)
    figures = [as_figure(whole) for whole in wholes]
    return any(figure is not None for figure in figures) and all(len(whole) <= 1 or _mostly_figure(whole) for whole in wholes)


def _mostly_figure(text: str) -> bool:
    return sum(as_figure(one) is None for one in text) <= len(text) // 2


def _figure(cell: Inked, first: Sequence[Heard], second: Sequence[Heard], text: float) -> tuple[str, list[str]]:
    """A figure from both readings: the same, else the likelier, doubted; two figures in one cell are none."""
    if len(first) > 1:
        return " ".join(one.free.text for one in first), ["several"]
    one, other = first[0], second[0]
    texts = [as_figure(one.free.text), as_figure(other.free.text)]
    against = []
    if texts[0] is not None and texts[0] == texts[1]:
        value = texts[0]
        against += _chance(min(one.figure.chance, other.figure.chance))
        if not value == one.figure.text == other.figure.text:
            against.append("unsure")
    else:
        said = max((one.figure, other.figure), key=lambda said: said.chance)
        value = said.text
        against.append("differs")
        if not value or said.chance < 0.3:
            return f"{texts[0] or one.free.text}{UNREAD}{texts[1] or other.free.text}", against
    if _two_figures(cell, text):
        return f"{value[:1]} {value[1:]}", [*against, "several"]
    if not _fits(cell, value, text):
        against.append("width")
    return value, against


def _two_figures(cell: Inked, text: float) -> bool:
    gaps = [b0 - a1 for (_, a1), (b0, _) in zip(_marks(cell), _marks(cell)[1:], strict=False)]
    return max(gaps, default=0) > _TWO_FIGURES * text


def _marks(cell: Inked, gap: float = 0.0) -> list[tuple[int, int]]:
    """Stretches of ink along the first line, from left to right; those that lie no further apart than ``gap`` pixels are one."""
    line = cell.lines[0]
    columns = cell.ink[line.y0 : line.y1].any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], columns.astype(np.int8), [0]))))
    marks: list[tuple[int, int]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if marks and start - marks[-1][1] <= gap:
            marks[-1] = (marks[-1][0], int(end))
        else:
            marks.append((int(start), int(end)))
    return marks


def _fits(cell: Inked, value: str, text: float) -> bool:
    """Whether the ink has room for the characters, none too many and none too few: a 11 read as 1 is twice as wide as a 1."""
    # Thin strokes break up: what lies that close is one character, or two that are counted as one.
    marks = _marks(cell, _BROKEN * text)
    digits = sum(one.isdigit() for one in value)
    signs = len(value) - digits
    width = marks[-1][1] - marks[0][0]
    narrowest, widest = digits * _DIGIT[0] + signs * _MARK[0], digits * _DIGIT[1] + signs * _MARK[1]
    ones = value.count("1") * (_DIGIT[0] - 0.12)
    if width < (narrowest - ones) * text - 2 or len(marks) > len(value):
        return False
    return width <= widest * text + 1 or len(marks) == len(value)


def _words(first: Sequence[Heard], second: Sequence[Heard]) -> tuple[str, list[str]]:
    """A text that holds digits and more (43.788万元, 22（其中修订16件）): where digits differ between the readings, nobody knows them."""
    texts = ["".join(one.free.text for one in heard) for heard in (first, second)]
    chances = [min(one.free.chance for one in heard) for heard in (first, second)]
    plain = ["".join(one for one in unicodedata.normalize("NFKC", text) if not one.isspace()) for text in texts]
    value = texts[0] if chances[0] >= chances[1] else texts[1]
    against = []
    if plain[0] != plain[1]:
        against.append("differs")
    return value or UNREAD, against + _chance(min(chances))


def _chance(chance: float) -> list[str]:
    return ["unsure"] if chance < _SURE else ["unconfirmed"] if chance < _CERTAIN else []
