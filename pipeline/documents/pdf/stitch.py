"""Tables that a page break cut in two are one again: every library that reads PDF gives the parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.documents.pdf.ruled import SNAP, RuledTable
from pipeline.model import Cell, Grid
from pipeline.tables.labels import read_label
from pipeline.tables.numbers import read_number


@dataclass(slots=True)
class Placed:
    """A table or a paragraph with the page that it ends on. ``last``: nothing follows it on that page.

    From a scanned page tables come as grids, which are not joined, and ``None`` stands for a table that could not be read.
    """

    item: RuledTable | Grid | str | None
    page: int
    first: bool = False
    last: bool = False


def stitched(items: Sequence[Placed]) -> list[Placed]:
    """Join each table with the part of it that follows as the first item of the next page, where their columns are the same."""
    joined: list[Placed] = []
    for one in items:
        before = joined[-1] if joined else None
        if (
            before is not None
            and isinstance(one.item, RuledTable)
            and isinstance(before.item, RuledTable)
            and before.last
            and one.first
            and one.page == before.page + 1
            and (table := _join(before.item, one.item)) is not None
        ):
            joined[-1] = Placed(table, one.page, before.first, one.last)
        else:
            joined.append(one)
    return joined


def _join(above: RuledTable, below: RuledTable) -> RuledTable | None:
    """Both as one table, or ``None`` where their columns differ. A header that the second part repeats is left out."""
    xs = _common_edges(above.xs, below.xs)
    if xs is None:
        return None
    first, second = _on_edges(above, xs), _on_edges(below, xs)
    repeated = _repeated_rows(first, second)
    moved = [replace(cell, row=cell.row - repeated + above.rows) for cell in second if cell.row >= repeated]
    broken = above.broken | {(row - repeated + above.rows, column) for row, column in below.broken if row >= repeated}
    cells = _one_row_again(first, moved, above.rows)
    if cells is not None:
        return RuledTable(above.box, xs, cells, above.rows + below.rows - repeated - 1, broken)
    return RuledTable(above.box, xs, [*first, *moved], above.rows + below.rows - repeated, broken)


def _common_edges(one: Sequence[float], other: Sequence[float]) -> list[float] | None:
    """The edges of both, if those of one are all among the other's (a part of a table may lack some) and the outer ones agree."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    if any(min(abs(edge - known) for known in longer) > 2 * SNAP for edge in shorter):
        return None
    if abs(one[0] - other[0]) > 2 * SNAP or abs(one[-1] - other[-1]) > 2 * SNAP:
        return None
    return list(longer)


def _on_edges(table: RuledTable, xs: Sequence[float]) -> list[Cell]:
    places = [min(range(len(xs)), key=lambda at, edge=edge: abs(xs[at] - edge)) for edge in table.xs]  # type: ignore[misc]
    moved = []
    for cell in table.cells:
        end = places[min(cell.column + cell.colspan, len(places) - 1)]
        moved.append(replace(cell, column=places[cell.column], colspan=max(end - places[cell.column], 1)))
    return moved


def _repeated_rows(first: Sequence[Cell], second: Sequence[Cell]) -> int:
    """How many rows the second part begins with that the first part begins with too."""
    count = 0
    while (above := _texts(first, count)) and above == _texts(second, count):
        count += 1
    return count


def _texts(cells: Sequence[Cell], row: int) -> list[tuple[int, str]]:
    return [(cell.column, "".join(cell.text.split())) for cell in cells if cell.row == row]


def _one_row_again(first: Sequence[Cell], second: Sequence[Cell], at: int) -> list[Cell] | None:
    """The parts as one where the break went through a row: its label then goes on below, and its figures stand in one part only."""
    upper = {cell.column: cell for cell in first if cell.row + cell.rowspan == at and cell.text and cell.rowspan == 1}
    lower = {cell.column: cell for cell in second if cell.row == at}
    shared = [column for column in lower if column in upper and lower[column].text]
    if not shared or any(_is_figure(upper[column].text) or _is_figure(lower[column].text) for column in shared):
        return None
    label = shared[-1]
    if read_label(upper[label].text + lower[label].text) is None or read_label(lower[label].text) is not None:
        return None
    if any(upper[column].text and lower[column].text for column in lower if column in upper and column not in shared):
        return None
    merged = [cell for cell in first if upper.get(cell.column) is not cell]
    for column in {**upper, **lower}:
        above, below = upper.get(column), lower.get(column)
        base = above or below
        if base is not None:
            merged.append(replace(base, text=(above.text if above else "") + (below.text if below else ""), row=at - 1))
    return [*merged, *(replace(cell, row=cell.row - 1) for cell in second if cell.row > at)]


def _is_figure(text: str) -> bool:
    return read_number(text).status == "reported"
