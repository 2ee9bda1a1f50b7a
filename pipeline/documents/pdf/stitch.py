"""Tables that a page break cut in two are one again: every library that reads PDF gives the parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.documents.pdf.ruled import WRAPPED, RuledTable
from pipeline.documents.pdf.ruling import SNAP
from pipeline.model import Cell, Grid
from pipeline.tables.labels import read_label
from pipeline.tables.numbers import read_number

#: What some programs print above the part on the next page: 续表, （接上页）.
_CONTINUED = re.compile(r"[（(\[【]?\s*(?:续表|续上表|接上表|接上页|上接第?\d*页|下接第?\d*页|续)\s*\d*\s*[）)\]】]?[:：]?")
#: Rows at the top of the first part that may stand above the header that the second part repeats.
_ABOVE_HEADER = 3


@dataclass(slots=True)
class Placed:
    """A table or a paragraph with the page that it ends on. ``last``: nothing follows it on that page.

    From a scanned page tables come as grids, which are not joined, and ``None`` stands for a table that could not be read.
    """

    item: RuledTable | Grid | str | None
    page: int
    first: bool = False
    last: bool = False


def is_continuation(text: str) -> bool:
    """Whether a line only says that a table goes on.

    >>> is_continuation("（续表）"), is_continuation("续表 2"), is_continuation("续建项目")
    (True, True, False)
    """
    return _CONTINUED.fullmatch(text.strip()) is not None


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
            and (table := join(before.item, one.item)) is not None
        ):
            joined[-1] = Placed(table, one.page, before.first, one.last)
        else:
            joined.append(one)
    return joined


def join(above: RuledTable, below: RuledTable) -> RuledTable | None:
    """Both as one table, or ``None`` where their columns differ. A header that the second part repeats is left out.

    Where the break went through a row, its two parts become one row again.
    """
    shifted = [edge + above.xs[0] - below.xs[0] for edge in below.xs]
    xs = _common_edges(above.xs, shifted)
    if xs is None:
        return None
    first, upper = _on_edges(above.cells, above.xs, xs)
    second, lower = _on_edges(below.cells, shifted, xs)
    doubts = {(row, upper[column]): flags for (row, column), flags in above.doubts.items()}
    more = {(row, lower[column]): flags for (row, column), flags in below.doubts.items()}
    full = {(row, upper[column]) for row, column in above.full}
    repeated = _repeated_rows(first, second)
    rows = below.rows - repeated
    second = [cell._replace(row=cell.row - repeated) for cell in second if cell.row >= repeated]
    more = {(row - repeated, column): flags for (row, column), flags in more.items() if row >= repeated}
    cut = rows > 0 and _is_cut(first, second, above.rows, full)
    offset = above.rows - cut
    cells, open_ = _put_together(first, second, above.rows, cut=cut)
    open_ += [] if cut else _open_figures(first, second, above.rows)
    doubts = doubts | {(row + offset, column): flags for (row, column), flags in more.items()}
    for place in open_:
        doubts[place] = tuple(dict.fromkeys((*doubts.get(place, ()), WRAPPED)))
    going_on = {(row - repeated + offset, lower[column]) for row, column in below.full}
    return RuledTable(above.box, xs, cells, offset + rows, doubts, going_on)


def _common_edges(one: Sequence[float], other: Sequence[float]) -> list[float] | None:
    """The edges of both, if those of one are all among the other's (a part of a table may lack some) and the outer ones agree."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    if any(min(abs(edge - known) for known in longer) > 2 * SNAP for edge in shorter):
        return None
    if abs(one[0] - other[0]) > 2 * SNAP or abs(one[-1] - other[-1]) > 2 * SNAP:
        return None
    return list(longer)


def _on_edges(cells: Sequence[Cell], own: Sequence[float], xs: Sequence[float]) -> tuple[list[Cell], list[int]]:
    """The cells of a part in the columns of the whole; for each of its own edges the number of that edge in the whole."""
    places = [min(range(len(xs)), key=lambda at, edge=edge: abs(xs[at] - edge)) for edge in own]  # type: ignore[misc]
    moved = []
    for cell in cells:
        end = places[min(cell.column + cell.colspan, len(places) - 1)]
        moved.append(cell._replace(column=places[cell.column], colspan=max(end - places[cell.column], 1)))
    return moved, places


def _repeated_rows(first: Sequence[Cell], second: Sequence[Cell]) -> int:
    """How many rows the second part begins with that stand in the same order at the top of the first part too."""
    for start in range(_ABOVE_HEADER + 1):
        count = 0
        while (above := _texts(first, start + count)) and above == _texts(second, count):
            count += 1
        if count:
            return count
    return 0


def _texts(cells: Sequence[Cell], row: int) -> list[tuple[int, str]]:
    """The texts of a row; none where it prints a figure, which no header does."""
    if any(cell.row == row and _is_figure(cell.text) for cell in cells):
        return []
    return [(cell.column, "".join(cell.text.split())) for cell in cells if cell.row == row]


# -- a row that the break went through


def _is_cut(first: Sequence[Cell], second: Sequence[Cell], end: int, full: Collection[tuple[int, int]]) -> bool:
    """Whether the last row of the first part and the first of the second are one row. ``full``: cells with hardly room for a digit."""
    upper = {cell.column: cell for cell in first if cell.row + cell.rowspan == end}
    lower = {cell.column: cell for cell in second if cell.row == 0}
    if not lower or any(column not in upper or upper[column].colspan != cell.colspan for column, cell in lower.items()):
        return False
    pairs = [(cell, lower[column]) for column, cell in upper.items() if cell.row == end - 1 and column in lower]
    both = [(above, below) for above, below in pairs if above.text and below.text]
    if any(not _may_be_one(above.text, below.text, (above.row, above.column) in full) for above, below in both):
        return False
    if not any(below.text for _, below in pairs) or not any(above.text for above, _ in pairs):
        # One of the two shows nothing: a tall row whose text stands on one page.
        return True
    if both:
        return True
    # The label stands on one page, all figures on the other.
    figures = [(above.text, below.text) for above, below in pairs if _is_value(above.text) or _is_value(below.text)]
    return not any(above for above, _ in figures) and all(not below.text or _is_value(below.text) for _, below in pairs)


def _may_be_one(above: str, below: str, full: bool) -> bool:
    """Whether two texts, one above the other, can be one that a page break cut."""
    if _is_figure(below):
        # Digits go on below only where they fill their line.
        return _is_figure(above) and full and _is_figure(above + below)
    if _is_figure(above + below):
        return True
    return _is_label(above + below) and not (_is_label(above) and _is_label(below))


def _put_together(first: Sequence[Cell], second: Sequence[Cell], end: int, *, cut: bool) -> tuple[list[Cell], list[tuple[int, int]]]:
    """All cells of both parts, those that go on below as one; and where a figure was put together of two pieces."""
    cells = list(first)
    at_end = {cell.column: number for number, cell in enumerate(cells) if cell.row + cell.rowspan == end}
    pieces = []
    for cell in second:
        number = at_end.get(cell.column, -1) if cell.row == 0 else -1
        above = cells[number] if number >= 0 else None
        if above is not None and above.colspan == cell.colspan and (cut or _goes_on(above, cell)):
            text = above.text + cell.text
            if above.text and cell.text and _is_value(text):
                pieces.append((above.row, above.column))
            cells[number] = above._replace(text=text, rowspan=above.rowspan + cell.rowspan - cut)
        else:
            cells.append(cell._replace(row=cell.row + end - cut))
    return cells, pieces


def _open_figures(first: Sequence[Cell], second: Sequence[Cell], end: int) -> list[tuple[int, int]]:
    """The figures of the last row above which a row without a label follows, so that it is open what the figures in it are."""
    below = {cell.column: cell.text for cell in second if cell.row == 0 and cell.text}
    if not below or not all(map(_is_figure, below.values())):
        return []
    last = [cell for cell in first if cell.row + cell.rowspan == end and cell.column in below]
    return [(cell.row, cell.column) for cell in last if _is_value(cell.text)]


def _goes_on(above: Cell, below: Cell) -> bool:
    """Whether the label of a group, which spans rows on both pages, is cut in two."""
    spans = above.rowspan > 1 or below.rowspan > 1
    return spans and bool(above.text) and not _is_value(above.text) and (not below.text or _may_be_one(above.text, below.text, False))


def _is_figure(text: str) -> bool:
    return read_number(text).status == "reported"


def _is_value(text: str) -> bool:
    """Whether a text stands for a figure: a number, or a dash."""
    return read_number(text).status in {"reported", "dash"}


def _is_label(text: str) -> bool:
    match = read_label(text)
    return match is not None and match.quality != "cut"
