"""A ruled table with its texts: every character in the cell that it stands in, and what is not sure about the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.documents.pdf.page import Box, Glyph
from pipeline.documents.pdf.ruling import SNAP, Ruled
from pipeline.documents.pdf.text import MUCH_ROOM, Line, cell_lines, joined, lines_of, room
from pipeline.model import Cell
from pipeline.tables.labels import read_label

#: Gap between two digits, in points and in heights, up to which they are one number even where a line of the table runs between them.
_TOUCHING = 0.3
_TOUCHING_SHARE = 0.03
WRAPPED, CROSSING, UNCLEAR = "read.wrapped", "read.crossing", "read.unclear_ruling"


@dataclass(slots=True)
class RuledTable:
    """A table on one page: the edges of its columns, its cells, and flags for cells (row, column) that are not sure.

    ``box`` is x0, top, x1, bottom. ``full`` names cells whose last line has little room left: a number may go on below.
    """

    box: Box
    xs: list[float]
    cells: list[Cell]
    rows: int
    doubts: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    full: set[tuple[int, int]] = field(default_factory=set)


def with_text(
    ruled: Ruled, glyphs: Sequence[Glyph], sideways: Sequence[Glyph] = (), spaces: Sequence[Glyph] = ()
) -> tuple[RuledTable, set[int]]:
    """The table with the characters that stand in it, and the numbers of those glyphs.

    Characters that run across the text are the text of a cell that has no other: labels in narrow cells are set so. Spaces fill lines.
    """
    owner = {slot: at for at, cell in enumerate(ruled.cells) for slot in _slots(cell)}
    inside, crossing, taken = _assigned(ruled, owner, glyphs)
    across, _, _ = _assigned(ruled, owner, sideways)
    blank, _, _ = _assigned(ruled, owner, spaces)
    xs, inset = ruled.xs, _inset(ruled, inside)
    made = RuledTable(ruled.box, xs, [], len(ruled.rows) - 1)
    for at, (top, left, bottom, right) in enumerate(ruled.cells):
        for first, last, lines in _parted(ruled, top, bottom, cell_lines(inside.get(at, []))):
            rooms = [room(line, xs[right] - xs[left] - 2 * inset, blank.get(at, [])) for line in lines]
            text, wrapped = joined(lines, rooms)
            text = text or "".join(glyph.text for glyph in across.get(at, []))
            made.cells.append(Cell(text, first, left, last - first, right - left))
            flags = ((WRAPPED, wrapped), (CROSSING, at in crossing), (UNCLEAR, at in ruled.unclear and bool(text)))
            if any(holds for _, holds in flags):
                made.doubts[first, left] = tuple(flag for flag, holds in flags if holds)
            if rooms and rooms[-1] < MUCH_ROOM:
                made.full.add((first, left))
    return made, taken


def _parted(ruled: Ruled, top: int, bottom: int, lines: list[Line]) -> Iterator[tuple[int, int, list[Line]]]:
    """The rows of a cell with its lines.

    Where the line between two labels was not drawn, as happens at the head of a page, they are two; a line that runs over from the cell
    above is left out of a label.
    """
    ys = ruled.ys
    if len(lines) > 1 and not _is_label(lines):
        if lines[0].top < ys[top] - SNAP and _is_label(lines[1:]):
            yield top, bottom, lines[1:]
            return
        for row in range(top + 1, bottom):
            upper = [line for line in lines if line.top + line.bottom < 2 * ys[row]]
            lower = lines[len(upper) :]
            if upper and lower and _is_label(lower):
                yield top, row, upper
                yield row, bottom, lower
                return
    yield top, bottom, lines


def _is_label(lines: Sequence[Line]) -> bool:
    match = read_label("".join(line.text() for line in lines))
    return match is not None and match.quality == "whole"


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
