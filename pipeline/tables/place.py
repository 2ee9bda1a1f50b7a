"""The cells of a row on the figures it prints: by place in a grid, by order in a text; what neither settles is left open."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.forms import forms
from pipeline.tables.layout import Layout, Slot
from pipeline.tables.numbers import BLANK, Reading, holds_digit, is_words, read_number
from pipeline.tables.rows import ACROSS, HeaderCell, PrintedCell, PrintedRow


@dataclass(frozen=True, slots=True)
class Placed:
    """One figure and the cell that gives it. ``cell`` is None where the row does not tell which cell it is."""

    slot: Slot
    cell: PrintedCell | None
    reading: Reading
    flags: tuple[str, ...] = ()


def place(row: PrintedRow, layout: Layout) -> list[Placed]:
    """The cells of a row on its slots."""
    placed = _place_by_grid(row, layout) if row.placed else _place_by_order(row, layout)
    return [_doubted(one, (*row.flags, *one.slot.flags)) if row.flags or one.slot.flags else one for one in placed]


def _doubted(one: Placed, flags: tuple[str, ...]) -> Placed:
    return replace(one, flags=tuple(dict.fromkeys((*flags, *one.flags))))


def _place_by_grid(row: PrintedRow, layout: Layout) -> list[Placed]:
    """Order where the number of cells is right (spans of header and figures differ in real exports), else the header's columns."""
    cells, slots = row.cells, layout.slots
    if row.id == ACROSS and len(cells) > len(slots):
        # A label such as 数量 before the fifteen figures.
        cells = list(itertools.dropwhile(lambda cell: cell.reading.status == "unreadable", cells))
    extra = len(cells) - len(slots)
    phantom = [id(cell) for cell in cells if cell.reading.status == "blank" and cell.column - row.shift in row.phantoms]
    if extra > 0 and len(phantom) == extra:
        cells = [cell for cell in cells if id(cell) not in phantom]
    if len(cells) == len(slots):
        if extra == 0 and phantom and len(phantom) < len(cells):
            return _beside_phantom(cells, layout, row.shift)
        return _in_order(cells, slots)
    if all(header is not None for header in layout.headers) and len(layout.headers) == len(slots):
        return _by_header(cells, layout, row.shift)
    if extra > 0 and all(cell.reading.status == "blank" for cell in cells[-extra:]):
        doubt = () if all(cell.reading.status != "blank" for cell in cells[:-extra]) else ("read.ambiguous",)
        return _in_order(cells[:-extra], slots, doubt)
    return _undecided(cells, slots)


def _beside_phantom(cells: list[PrintedCell], layout: Layout, shift: int) -> list[Placed]:
    """As many cells as columns, one of them in a column that is empty everywhere: it may be no figure's, and a figure's cell missing."""
    if layout.headers and all(header is not None for header in layout.headers):
        # Exports cut the columns of each row in their own way: what begins beside its header may still stand below it, cell by cell.
        each = all(_below(header, cell, shift) for header, cell in zip(layout.headers, cells, strict=False))
        return _in_order(cells, layout.slots) if each and len(layout.headers) == len(cells) else _by_header(cells, layout, shift)
    return _in_order(cells, layout.slots, ("read.ambiguous",))


def _below(header: HeaderCell | None, cell: PrintedCell, shift: int) -> bool:
    """Whether a cell stands at least in part below a header."""
    return header is not None and cell.column - shift < header.end and header.column < cell.end - shift


def _in_order(cells: Sequence[PrintedCell], slots: Sequence[Slot], flags: tuple[str, ...] = ()) -> list[Placed]:
    return [Placed(slot, cell, cell.reading, flags) for slot, cell in zip(slots, cells, strict=True)]


def _by_header(cells: list[PrintedCell], layout: Layout, shift: int) -> list[Placed]:
    under = [[cell for cell in cells if _below(header, cell, shift)] for header in layout.headers]
    # Of several cells under one header, the only one that holds anything is the figure's.
    under = [filled if len(some) > 1 and len(filled := [c for c in some if c.reading.status != "blank"]) == 1 else some for some in under]
    used = [id(cell) for some in under for cell in some]
    left = [cell for cell in cells if id(cell) not in used and cell.reading.status != "blank"]
    if left or any(len(some) > 1 for some in under) or len(set(used)) != len(used):
        return _undecided(cells, layout.slots)
    short = any(not some for some in under)
    doubt = ("read.ambiguous",) if short else ()
    return [Placed(slot, some[0], some[0].reading, doubt) for slot, some in zip(layout.slots, under, strict=True) if some]


def _undecided(cells: Sequence[PrintedCell], slots: Sequence[Slot]) -> list[Placed]:
    """Which cell is which is not printed: no value, and the reason."""
    raw = " | ".join(cell.text for cell in cells)
    if cells and all(cell.reading.status == "blank" for cell in cells):
        return [Placed(slot, cells[0], BLANK) for slot in slots]
    first = cells[0] if cells else None
    shown = None if first is None else replace(first, text=raw)
    return [Placed(slot, shown, Reading("unreadable"), ("read.ambiguous",)) for slot in slots]


def _place_by_order(row: PrintedRow, layout: Layout) -> list[Placed]:
    """Flattened text: all ways in which the printed cells can fill the slots, and what they agree on."""
    cells, slots = row.cells, layout.slots
    if row.table != "proactive_disclosure" and any(cell.reading.status == "unreadable" and _no_figure(cell) for cell in cells):
        # Words are no figure of this row: a torn label, an advert. Without them the row is short, and nothing says where.
        return _undecided([cell for cell in cells if cell.reading.status != "unreadable"] or cells, slots)
    if len(cells) == len(slots):
        return _in_order(cells, slots)
    if not cells or all(cell.reading.status == "blank" for cell in cells):
        empty = PrintedCell("", row.line, 0, 0)
        return [Placed(slot, cells[0] if cells else empty, BLANK) for slot in slots]
    if len(cells) < len(slots):
        return _place_short(row, layout)
    return _place_long(row, layout)


def _no_figure(cell: PrintedCell) -> bool:
    return is_words(cell.text) or not holds_digit(cell.text)


def _place_short(row: PrintedRow, layout: Layout) -> list[Placed]:
    """Fewer cells than columns: they stand where the empty cells beside them say, if the text keeps empty cells at all."""
    missing = len(layout.slots) - len(row.cells)
    if row.keeps_blanks and row.leading + row.trailing == missing:
        before = [PrintedCell("", row.line, -1, -1) for _ in range(row.leading)]
        after = [PrintedCell("", row.line, -1, -1) for _ in range(row.trailing)]
        # One value in a row of two columns may as well stand for both: reports print such rows in one wide cell.
        doubt = ("read.ambiguous",) if len(layout.slots) == _WIDE_CELL else ()
        return _in_order([*before, *row.cells, *after], layout.slots, doubt)
    return _undecided(row.cells, layout.slots)


_WIDE_CELL = 2
#: Above this number of cells too many, a row is not held against the form cell by cell.
_MOST_EXTRA = 3


def _place_long(row: PrintedRow, layout: Layout) -> list[Placed]:
    """More cells than columns: one may be foreign, or a number torn in two. What every way agrees on stands; relations may decide."""
    cells, slots = list(row.cells), layout.slots
    while len(cells) > len(slots) and cells[-1].reading.status == "blank":
        cells.pop()
    if len(cells) == len(slots):
        doubt = () if all(cell.reading.status != "blank" for cell in cells) else ("read.ambiguous",)
        return _in_order(cells, slots, doubt)
    if len(cells) - len(slots) > _MOST_EXTRA:
        return _undecided(cells, slots)
    ways = [list(way) for way in itertools.combinations(cells, len(slots))]
    holding = [way for way in (*ways, *_rejoined(cells, len(slots))) if holds_relation(row, [cell.text for cell in way])]
    if len({tuple(cell.text for cell in way) for way in holding}) == 1:
        return _in_order(holding[0], slots, ("read.by_relation",))
    agreed = [len({(way[i].reading.status, way[i].reading.value) for way in ways}) == 1 for i in range(len(slots))]
    undecided = _undecided(cells, slots)
    return [
        Placed(slot, ways[0][i], ways[0][i].reading, ("read.ambiguous",)) if agreed[i] else undecided[i] for i, slot in enumerate(slots)
    ]


def _rejoined(cells: list[PrintedCell], width: int) -> list[list[PrintedCell]]:
    """The ways in which one number may have been torn in two by a line break."""
    if len(cells) != width + 1:
        return []
    ways = []
    for i in range(width):
        one, two = cells[i], cells[i + 1]
        if one.text.isdigit() and two.text.isdigit() and one.text != "0":
            ways.append([*cells[:i], PrintedCell.read(one.text + two.text, one.row, one.column), *cells[i + 2 :]])
    return ways


def holds_relation(row: PrintedRow, texts: Sequence[str]) -> bool:
    """Whether the figures of a row, in the order of the form, add up to the total they print; False too where nothing is above 0."""
    table = forms().tables[row.table]
    names = [column.id for column in table.blocks[0].columns]
    check = next((one for one in forms().checks if one.table == row.table and one.scope in ("each_row", "each_group") and one.left), None)
    values = [read_number(text).value for text in texts]
    if check is None or not names or len(values) % len(names) or any(value is None for value in values):
        return False
    groups = [dict(zip(names, values[i : i + len(names)], strict=True)) for i in range(0, len(values), len(names))]
    sums = [(sum(group[name] or 0 for name in check.left), sum(group[name] or 0 for name in check.right)) for group in groups]
    return all(left == right for left, right in sums) and any(left for left, _ in sums)
