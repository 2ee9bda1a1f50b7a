"""The ink of cells → their texts, figures read twice, with what is doubted about them.

The second reading has other margins, another width and other contrasts than the first, so that the model errs in other places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.documents.image.cells import BROKEN, Inked, Line, marks_of
from pipeline.documents.image.figures import UNREAD, Doubt, as_figure, figure_of, words_of
from pipeline.documents.image.pixels import Gray
from pipeline.documents.image.recognise import Heard, Recogniser
from pipeline.tables.labels import read_label

#: Margins above and beside a line, in heights of text, of the first and the second reading, and the second's width in that of the first.
_MARGINS = ((0.12, 0.3), (0.3, 0.5))
_STRETCHED = 1.2
#: A dash: at most so high, in heights of text, its ink so many times as spread along the line as across it; and the width of a long one.
_DASH_HEIGHT = 0.36
_DASH_RATIO = 1.3
_LONG_DASH = 0.6
#: A slash: its height in heights of text at least, how strictly its ink goes left as it goes down, and how far it spreads beside that.
_SLASH_HEIGHT = 0.6
_SLANT = 0.8
_SLASH_THICK = 0.075


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell says, and the flags (``read.ocr_…``) of what is doubted about it."""

    text: str
    doubts: tuple[str, ...] = ()


def read_cells(cells: Sequence[Inked], text: float, model: Recogniser) -> list[CellText]:
    """The texts of cells; ``text`` is the height of a character."""
    none = ["-" if _is_dash(cell, text) else "/" if _is_slash(cell, text) else "" for cell in cells]
    places = [(at, line) for at, cell in enumerate(cells) for line in cell.lines if not none[at]]
    first = _by_cell(places, model.read([_framed(cells[at], line, text, 0) for at, line in places]))
    again = [(at, line) for at, line in places if _may_be_figure(first[at])]
    second = _by_cell(again, model.read([_framed(cells[at], line, text, 1) for at, line in again]))
    return [_said(cell, none[at], first.get(at, []), second.get(at, []), text) for at, cell in enumerate(cells)]


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
    dark = _darkness(cell)
    down, along = _spread(dark.sum(axis=1)), _spread(dark.sum(axis=0))
    return along >= _DASH_RATIO * down and len(marks_of(cell, BROKEN * text)) == 1


def _is_slash(cell: Inked, text: float) -> bool:
    """Whether all that stands in a cell is a slash: one thin stroke that leans. The model takes it for a 1, and is sure of it.

    The stroke of a 1 stands upright, that of a 7 has a bar, which spreads its ink beside the slope.
    """
    if len(cell.lines) != 1 or cell.lines[0].y1 - cell.lines[0].y0 < _SLASH_HEIGHT * text or len(marks_of(cell, BROKEN * text)) != 1:
        return False
    dark = _darkness(cell)
    ys, xs = (places.astype(np.float64) for places in np.indices(dark.shape))
    total = float(dark.sum())
    x, y = xs - float((xs * dark).sum()) / total, ys - float((ys * dark).sum()) / total
    across, down, both = (float((part * dark).sum()) / total for part in (x * x, y * y, x * y))
    slant = -both / max(np.sqrt(across * down), 1e-9)
    return bool(slant >= _SLANT and np.sqrt(across * max(1 - slant * slant, 0.0)) <= _SLASH_THICK * text)


def _darkness(cell: Inked) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """How dark the pixels of the first line are, with one around it."""
    line = cell.lines[0]
    y0, y1, x0, x1 = max(line.y0 - 1, 0), line.y1 + 1, max(line.x0 - 1, 0), line.x1 + 1
    near = cv2.dilate(cell.ink[y0:y1, x0:x1].astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.clip(255.0 - cell.gray[y0:y1, x0:x1].astype(np.float64) - 12.0, 0.0, None) * near


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


def _may_be_figure(heard: Sequence[Heard]) -> bool:
    whole = "".join(one.free.text for one in heard)
    if as_figure(whole) is not None or len(whole) <= 1:
        return True
    return any(one.isdigit() for one in unicodedata.normalize("NFKC", whole)) and read_label(whole) is None


def _said(cell: Inked, none: str, first: Sequence[Heard], second: Sequence[Heard], text: float) -> CellText:
    of_ink: tuple[tuple[Doubt, bool], ...] = (("faint", cell.faint), ("cut", cell.cut), ("seal", cell.sealed))
    doubts = [name for name, found in of_ink if found]
    if not cell.lines:
        return _flagged("", doubts)
    if none:
        wide = cell.lines[0].x1 - cell.lines[0].x0 >= _LONG_DASH * text
        return _flagged("—" if none == "-" and wide else none, doubts)
    if not second:
        said = "".join(one.free.text for one in first)
        return _flagged(said or UNREAD, doubts)
    value, against = figure_of(cell, first, second, text) if _numeric(first, second) else words_of(first, second)
    return _flagged(value, [*doubts, *against])


def _flagged(text: str, doubts: Sequence[Doubt]) -> CellText:
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
