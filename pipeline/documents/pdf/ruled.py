"""A ruled table with its texts: every character in the cell that it stands in, and what is not sure about the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.documents.pdf.page import Box, Glyph
from pipeline.documents.pdf.ruling import Ruled
from pipeline.documents.pdf.text import cell_lines, joined, lines_of
from pipeline.model import Cell

#: Gap between two digits, in points and in heights, up to which they are one number even where a line of the table runs between them.
_TOUCHING = 0.3
_TOUCHING_SHARE = 0.03
WRAPPED, CROSSING, UNCLEAR = "read.wrapped", "read.crossing", "read.unclear_ruling"


@dataclass(slots=True)
class RuledTable:
    """A table on one page: the edges of its columns, its cells, and flags for cells (row, column) that are not sure.

    ``box`` is x0, top, x1, bottom.
    """

    box: Box
    xs: list[float]
    cells: list[Cell]
    rows: int
    doubts: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)


def with_text(ruled: Ruled, glyphs: Sequence[Glyph], sideways: Sequence[Glyph]) -> tuple[RuledTable, set[int]]:
    """The table with the characters that stand in it, and the numbers of those glyphs.

    Characters that run across the text are the text of a cell that has no other: labels in narrow cells are set so.
    """
    owner = {slot: at for at, cell in enumerate(ruled.cells) for slot in _slots(cell)}
    inside, crossing, taken = _assigned(ruled, owner, glyphs)
    across, _, _ = _assigned(ruled, owner, sideways)
    cells: list[Cell] = []
    doubts: dict[tuple[int, int], tuple[str, ...]] = {}
    inset, xs = _inset(ruled, inside), ruled.xs
    for at, (top, left, bottom, right) in enumerate(ruled.cells):
        width = xs[right] - xs[left] - 2 * inset
        text, wrapped = joined(cell_lines(inside.get(at, [])), width)
        text = text or "".join(glyph.text for glyph in across.get(at, []))
        cells.append(Cell(text, top, left, bottom - top, right - left))
        flags = ((WRAPPED, wrapped), (CROSSING, at in crossing), (UNCLEAR, at in ruled.unclear and bool(text)))
        if any(holds for _, holds in flags):
            doubts[top, left] = tuple(flag for flag, holds in flags if holds)
    return RuledTable(ruled.box, xs, cells, len(ruled.rows) - 1, doubts), taken


def _slots(cell: tuple[int, int, int, int]) -> Iterable[tuple[int, int]]:
    top, left, bottom, right = cell
    return ((row, column) for row in range(top, bottom) for column in range(left, right))


def _assigned(
    ruled: Ruled, owner: dict[tuple[int, int], int], glyphs: Sequence[Glyph]
) -> tuple[dict[int, list[Glyph]], set[int], set[int]]:
    """Cell → its glyphs; cells that a number reaches into or out of; the numbers of the glyphs within the table.

    A number that is wider than its cell belongs with all its digits to the cell that its middle is in.
    """
    found: dict[int, list[Glyph]] = {}
    crossing: set[int] = set()
    taken: set[int] = set()
    x0, top, x1, bottom = ruled.box
    near = [at for at, one in enumerate(glyphs) if x0 <= one.middle[0] <= x1 and top <= one.middle[1] <= bottom]
    for numbers in _numbers(near, glyphs):
        owners = {owner[ruled.place(*glyphs[at].middle)] for at in numbers}
        if len(owners) > 1:
            crossing |= owners
            middle = (glyphs[numbers[0]].x0 + glyphs[numbers[-1]].x1) / 2
            owners = {owner[ruled.place(middle, glyphs[numbers[0]].middle[1])]}
        found.setdefault(owners.pop(), []).extend(glyphs[at] for at in numbers)
        taken.update(numbers)
    return found, crossing, taken


def _numbers(near: Sequence[int], glyphs: Sequence[Glyph]) -> list[list[int]]:
    """The glyphs in runs: the digits of one number together, every other by itself."""
    places = {id(glyphs[at]): at for at in near}
    runs: list[list[int]] = []
    for line in lines_of(glyphs[at] for at in near):
        before: Glyph | None = None
        for glyph in line.glyphs:
            if before is not None and glyph.text.isdigit() and before.text.isdigit() and _touch(before, glyph):
                runs[-1].append(places[id(glyph)])
            else:
                runs.append([places[id(glyph)]])
            before = glyph
    return runs


def _touch(one: Glyph, other: Glyph) -> bool:
    return abs(other.x0 - one.x1) <= max(_TOUCHING, _TOUCHING_SHARE * other.height)


def _inset(ruled: Ruled, inside: dict[int, list[Glyph]]) -> float:
    """How far from the side of its cell the text begins at least: the space that no text is set in."""
    xs = ruled.xs
    insets = [min(glyph.x0 for glyph in found) - xs[ruled.cells[at][1]] for at, found in inside.items()]
    return max(min(insets, default=0.0), 0.0)
