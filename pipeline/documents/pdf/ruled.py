"""Ruling lines → tables with their spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.documents.pdf.text import Glyph, cell_text
from pipeline.model import Cell

#: Points by which lines that are meant to be one may lie apart.
SNAP = 3.0
#: Boxes thinner than this are lines.
_THIN = 2.5
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class RuledTable:
    """A table on one page: the edges of its rows and columns, its cells, and what is not sure of them.

    ``box`` is x0, top, x1, bottom. ``broken`` names cells (row, column) whose number may have been broken between two lines.
    """

    box: Box
    xs: list[float]
    cells: list[Cell]
    rows: int
    broken: set[tuple[int, int]]


def ruling(page: Any, *, filled: bool) -> list[dict[str, Any]]:
    """The edges on a page. Boxes that are filled and not stroked are backgrounds; with ``filled`` their sides count too."""
    return [*page.edges] if filled else [*(edge for line in page.lines for edge in _edges(line)), *_strokes(page)]


def _edges(line: dict[str, Any]) -> list[dict[str, Any]]:
    return [line | {"orientation": "h" if abs(line["x1"] - line["x0"]) >= abs(line["bottom"] - line["top"]) else "v"}]


def _strokes(page: Any) -> Iterable[dict[str, Any]]:
    """Lines that are drawn as thin boxes, and the sides of boxes that are stroked."""
    for rect in page.rects:
        width, height = rect["x1"] - rect["x0"], rect["bottom"] - rect["top"]
        if height <= _THIN < width:
            yield rect | {"orientation": "h", "bottom": rect["top"]}
        elif width <= _THIN < height:
            yield rect | {"orientation": "v", "x1": rect["x0"]}
        elif rect.get("stroke"):
            top, bottom, x0, x1 = rect["top"], rect["bottom"], rect["x0"], rect["x1"]
            yield rect | {"orientation": "h", "bottom": top}
            yield rect | {"orientation": "h", "top": bottom}
            yield rect | {"orientation": "v", "x1": x0}
            yield rect | {"orientation": "v", "x0": x1}


def close_ends(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where the uprights of a table go on beyond its last line (a page break left it open), a line that closes it."""
    uprights = [edge for edge in edges if edge["orientation"] == "v"]
    levels = [edge for edge in edges if edge["orientation"] == "h"]
    closing = []
    for end in ("top", "bottom"):
        for group in _groups(uprights, end):
            x0, x1, y = min(one["x0"] for one in group), max(one["x1"] for one in group), group[0][end]
            there = any(abs(one["top"] - y) <= SNAP and one["x0"] <= x0 + SNAP and one["x1"] >= x1 - SNAP for one in levels)
            if len(group) > 2 and not there:
                closing.append({"orientation": "h", "x0": x0, "x1": x1, "top": y, "bottom": y, "width": x1 - x0, "height": 0})
    return [*edges, *closing]


def _groups(edges: Iterable[dict[str, Any]], end: str) -> list[list[dict[str, Any]]]:
    groups: list[list[dict[str, Any]]] = []
    for edge in sorted(edges, key=lambda one: float(one[end])):
        if groups and edge[end] - groups[-1][0][end] <= SNAP:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return groups


def ruled_table(boxes: Sequence[Box], glyphs: Sequence[Glyph]) -> tuple[RuledTable, set[int]]:
    """A table of the cells in ``boxes``, and the numbers of the glyphs that stand in one of them."""
    xs, ys = _edges_of(boxes, 0, 2), _edges_of(boxes, 1, 3)
    cells: list[Cell] = []
    broken: set[tuple[int, int]] = set()
    taken: set[int] = set()
    for x0, top, x1, bottom in sorted(boxes, key=lambda box: (box[1], box[0])):
        column, row = _at(xs, x0), _at(ys, top)
        inside = [
            number
            for number, glyph in enumerate(glyphs)
            if number not in taken and x0 <= glyph.middle[0] <= x1 and top <= glyph.middle[1] <= bottom
        ]
        taken.update(inside)
        text, wrapped = cell_text(glyphs[number] for number in inside)
        cells.append(Cell(text, row, column, max(_at(ys, bottom) - row, 1), max(_at(xs, x1) - column, 1)))
        if wrapped:
            broken.add((row, column))
    box = (xs[0], ys[0], xs[-1], ys[-1])
    return RuledTable(box, xs, cells, len(ys) - 1, broken), taken


def _edges_of(boxes: Sequence[Box], *sides: int) -> list[float]:
    """The different positions of some sides; those that lie close together are one."""
    found: list[float] = []
    for at in sorted(box[side] for box in boxes for side in sides):
        if not found or at - found[-1] > SNAP:
            found.append(at)
    return found


def _at(edges: Sequence[float], value: float) -> int:
    return max(bisect_right(edges, value + SNAP) - 1, 0)
