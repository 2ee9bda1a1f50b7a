"""One cell of a picture: the ink in it, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from pipeline.documents.image.grid import Box
from pipeline.documents.image.pixels import Gray, Sheet
from pipeline.documents.image.ruling import Lines

Ink = np.ndarray[Any, np.dtype[Any]]
#: Share of a cell's darkest pixels from which on a pixel is ink, and how many these are, in squares of the height of text.
_INK = 0.42
_DARKEST = 0.03
#: Darkness, of 255 and in standard deviations of the noise, below which a cell is blank, and above which there is surely ink.
_NOTHING = (16.0, 3.0)
_SURELY = (48.0, 6.0)
#: A mark along the side of a cell that is as thin as this, in heights of text, is what is left of a line; one that is as tall as a digit
#: may be one.
_THIN = 0.12
_DIGIT_TALL = (0.45, 1.2)
#: Size of a mark, in heights of text, below which it is no print where it is hardly darker than the ground: compression leaves such.
_CRUMB = 0.3
#: A gap that thin strokes leave within a character, in heights of text.
BROKEN = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of ink within a cell: first and last row and column (exclusive), in pixels of the cell."""

    y0: int
    y1: int
    x0: int
    x1: int


@dataclass(frozen=True, slots=True)
class Inked:
    """What stands in a cell. ``faint``: it is hardly darker than the ground; ``cut``: it touches the side; ``sealed``: under a seal."""

    gray: Gray
    ink: Ink
    lines: tuple[Line, ...]
    faint: bool
    cut: bool
    sealed: bool


def inked(sheet: Sheet, lines: Lines, box: Box) -> Inked:
    """The ink within the lines around a cell."""
    y0, y1, x0, x1 = _within(lines, box, sheet.text)
    gray = sheet.gray[y0:y1, x0:x1]
    sealed = bool((sheet.sealed[y0:y1, x0:x1] > 0).sum() > 0.02 * sheet.text**2)
    if gray.size == 0 or min(gray.shape) < 3:
        return Inked(gray, np.zeros(gray.shape, bool), (), True, False, sealed)
    if float(np.median(gray)) < 110:
        gray = np.asarray(255 - gray, dtype=np.uint8)
    ink, peak, cut = _ink(gray, sheet)
    faint = _nothing(sheet) < peak < max(_SURELY[0], _SURELY[1] * sheet.noise)
    if faint and _largest(ink) < _CRUMB * sheet.text:
        ink = np.zeros_like(ink)
    found = tuple(_lines(ink, sheet.text))
    return Inked(gray, ink, found, faint, cut or bool(ink[:, 0].any() or ink[:, -1].any()), sealed)


def _nothing(sheet: Sheet) -> float:
    return max(_NOTHING[0], _NOTHING[1] * sheet.noise)


def _within(lines: Lines, box: Box, text: float) -> tuple[int, int, int, int]:
    """Rows and columns of a cell without the lines around it, however thick, double or sagging they are."""
    y0, y1, x0, x1 = round(box.y0), round(box.y1), round(box.x0), round(box.x1)
    reach = max(2, round(text * 0.4))
    level = lines.level_pieces[:, max(0, x0) : x1 + 1] > 0
    upright = lines.upright_pieces[max(0, y0) : y1 + 1] > 0
    return (
        _clear(level.mean(axis=1), y0, reach, 1),
        _clear(level.mean(axis=1), y1, reach, -1),
        _clear(upright.mean(axis=0), x0, reach, 1),
        _clear(upright.mean(axis=0), x1, reach, -1),
    )


def _clear(shares: np.ndarray[Any, Any], edge: int, reach: int, step: int) -> int:
    """The first position inwards from an edge behind the last one that is mostly line."""
    last = edge
    for at in range(edge - reach * step, edge + (reach + 1) * step, step):
        if 0 <= at < len(shares) and shares[at] > 0.3:
            last = at
    return int(np.clip(last + (1 if step > 0 else 0), 0, len(shares)))


def _ink(gray: Gray, sheet: Sheet) -> tuple[Ink, float, bool]:
    """Which pixels are ink, how dark its darkest spot is, and whether what was left out at the sides may have been a digit."""
    dark = (255 - gray).astype(np.float32)
    soft = cv2.GaussianBlur(dark, (0, 0), max(0.6, sheet.text / 24))
    peak = float(soft.max())
    if peak <= _nothing(sheet):
        return np.zeros(gray.shape, bool), peak, False
    few = min(max(4, round(_DARKEST * sheet.text**2)), dark.size)
    darkest = float(np.partition(dark, dark.size - few, axis=None)[dark.size - few])
    ink = dark > max(_INK * darkest, 3.5 * sheet.noise, 12.0)
    inside, cut = _without_sides(without_specks(ink, sheet.text), sheet.text)
    return inside, peak, cut


def without_specks(ink: Ink, text: float) -> Ink:
    """Leave single pixels out."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= max(2.0, (text * 0.07) ** 2)
    keep[0] = False
    return np.asarray(keep[labels])


def _largest(ink: Ink) -> int:
    """Longer side of the largest mark, in pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    return int(stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(initial=0))


def _without_sides(ink: Ink, text: float) -> tuple[Ink, bool]:
    """Leave out what is left of the lines around a cell: thin marks along its sides; whether one of them may have been a digit."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    x, y, width, height = (stats[:, at] for at in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    thin = max(2.0, text * _THIN)
    beside = ((x == 0) | (x + width == ink.shape[1])) & (width <= thin)
    above = ((y == 0) | (y + height == ink.shape[0])) & (height <= thin)
    beside[0] = above[0] = False
    tall = (height >= _DIGIT_TALL[0] * text) & (height <= _DIGIT_TALL[1] * text) & (height < 0.9 * ink.shape[0])
    keep = ~(beside | above)
    keep[0] = False
    return np.asarray(keep[labels]), bool((beside & tall).any())


def _lines(ink: Ink, text: float) -> list[Line]:
    """Lines of text from top to bottom. A character's parts, such as the strokes of 三, stay together."""
    runs = _runs(np.asarray(ink.any(axis=1)))
    joined: list[list[int]] = []
    for start, end in runs:
        if joined and _one_line(joined[-1], (start, end), text):
            joined[-1][1] = end
        else:
            joined.append([start, end])
    found = []
    for y0, y1 in joined:
        columns = np.nonzero(ink[y0:y1].any(axis=0))[0]
        found.append(Line(y0, y1, int(columns[0]), int(columns[-1]) + 1))
    return found


def _one_line(above: Sequence[int], below: Sequence[int], text: float) -> bool:
    whole, gap = below[1] - above[0], below[0] - above[1]
    if gap <= 0.12 * text and whole <= 1.5 * text:
        return True
    low = min(above[1] - above[0], below[1] - below[0]) < 0.55 * text
    return low and whole <= 1.2 * text


def _runs(marked: Ink) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marked.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def marks_of(cell: Inked, gap: float = 0.0) -> list[tuple[int, int]]:
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
