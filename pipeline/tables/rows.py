"""Printed rows and where their cells belong: the columns that a row's header announces, and the figures its cells give.

Both ways in end here: a grid, whose cells have places, and flattened text, whose cells have only an order.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.forms import Column, Table, forms
from pipeline.forms.load import FORMS
from pipeline.tables.labels import Match, normalise
from pipeline.tables.numbers import BLANK, Reading, read_number

#: The row of a table whose groups stand side by side has no label of its own.
ACROSS = "*"
_MONEY_UNIT = re.compile(r"亿元|万元|元")


@dataclass(slots=True)
class PrintedCell:
    """One cell of a row as printed; ``column`` to ``end`` (exclusive) are the grid's columns that it covers."""

    text: str
    row: int
    column: int
    end: int
    reading: Reading = BLANK

    @classmethod
    def read(cls, text: str, row: int = -1, column: int = -1, width: int = 1) -> PrintedCell:
        """A cell with its number read."""
        return cls(text, row, column, column + width, read_number(text))


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One header cell: its text, what it means, and the columns it covers (-1 where only the order is known)."""

    text: str
    match: Match | None
    column: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """The header cells above a row. Two headers that print the same texts in the same places are equal: layouts are made once for each."""

    cells: tuple[HeaderCell, ...] = ()
    signature: tuple[tuple[str, int, int], ...] = ()

    @classmethod
    def of(cls, cells: Sequence[HeaderCell]) -> Header:
        """A header of these cells, in the order in which they are printed."""
        return cls(tuple(cells), tuple((cell.text, cell.column, cell.end) for cell in cells))

    def __hash__(self) -> int:
        return hash(self.signature)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Header) and self.signature == other.signature


NO_HEADER = Header()


@dataclass(slots=True)
class PrintedRow:
    """One row of figures. ``id`` is the form's row, ``ACROSS``, or "" without a label; ``placed``: its columns have places."""

    table: str
    id: str
    cells: list[PrintedCell]
    header: Header = NO_HEADER
    label: str = ""
    placed: bool = True
    total: bool = False
    flags: tuple[str, ...] = ()
    grid: int = 0
    line: int = 0
    #: Grid only: columns that hold nothing in any row; cells of such a column may belong to no figure.
    phantoms: frozenset[int] = frozenset()
    #: Flattened text only: empty cells before the first figure and after the last, beyond those that every row has.
    leading: int = 0
    trailing: int = 0
    keeps_blanks: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one figure of a row is to be found: its id, its column of the form, and doubts that the header raises."""

    figure: str
    column: Column
    unit: str | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The figures of a row in the order in which they are printed, and the form they are of (None: both forms agree)."""

    slots: tuple[Slot, ...]
    form: str | None
    headers: tuple[HeaderCell | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """One figure and the cell that gives it. ``cell`` is None where the row does not tell which cell it is."""

    slot: Slot
    cell: PrintedCell | None
    reading: Reading
    flags: tuple[str, ...] = ()


def row_layout(row: PrintedRow, form_hint: str | None) -> Layout | None:
    """The columns of a row from its header; where that is silent, from the number of cells and the form of the rest of the table."""
    printed = sum(cell.reading.status != "blank" for cell in row.cells)
    return _layout(row.table, row.id, row.header, row.placed, form_hint, printed)


@functools.lru_cache(maxsize=16_384)
def _layout(  # noqa: PLR0917 (the arguments are the key of the cache)
    table_id: str, row_id: str, header: Header, placed: bool, form_hint: str | None, printed: int
) -> Layout | None:
    table = forms().tables[table_id]
    if row_id == ACROSS:
        return _across_layout(table, header, placed)
    block = next((b for b in table.blocks for r in b.rows if r.id == row_id), None)
    if block is None:
        return None
    spec = next(r for r in block.rows if r.id == row_id)
    choices = {form: block.columns_in(form, spec) for form in spec.forms if block.columns_in(form, spec)}
    leaves = _leaves(header, placed, block.id)
    fits = {form: fit for form, columns in choices.items() if (fit := _fit(columns, leaves)) is not None}
    form, fit = _choose(choices, fits, printed, form_hint)
    if form is None:
        return None
    columns = choices[form] if fit is None else fit.columns
    headers = (None,) * len(columns) if fit is None else fit.headers
    flags = ("read.ambiguous",) if fit is None and len(set(map(_ids, choices.values()))) > 1 and form != form_hint else ()
    slots = tuple(
        Slot(f"{table.id}.{row_id}.{column.id}", column, _unit(column, header), flags + (fit.flags[i] if fit else ()))
        for i, (column, header) in enumerate(zip(columns, headers, strict=True))
    )
    common = all(_ids(columns) == _ids(other) for other in choices.values()) and len(choices) == len(FORMS)
    return Layout(slots, None if common else form, headers)


def _ids(columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(column.id for column in columns)


@dataclass(frozen=True, slots=True)
class _Fit:
    """A form's columns in the order in which the header prints them."""

    columns: tuple[Column, ...]
    headers: tuple[HeaderCell | None, ...]
    flags: tuple[tuple[str, ...], ...]
    known: int


def _leaves(header: Header, placed: bool, block: str) -> list[HeaderCell]:
    """The header cells that head one column each, in the order in which the columns are printed."""
    other = {"corner", "article", "column_path", "group", "path", "row", "foreign"}
    leaves = [
        cell
        for cell in header.cells
        if normalise(cell.text) and (cell.match is None or cell.match.of("column") or not {m.kind for m in cell.match.meanings} & other)
    ]
    if placed:
        return sorted(leaves, key=lambda cell: cell.column)
    # A flattened header of two rows prints 总计 before the kinds of organisation; the columns have it last.
    known = [cell for cell in leaves if cell.match is not None] if block == "applicants" else leaves
    ids = [_column_id(cell) for cell in known]
    if block == "applicants" and len(known) == 7 and ids[:2] == ["natural_person", "total"]:
        return [known[0], *known[2:], known[1]]
    return known


def _column_id(cell: HeaderCell) -> str:
    found = cell.match.of("column") if cell.match else ()
    return found[0].id if found else ""


def _fit(columns: tuple[Column, ...], leaves: list[HeaderCell]) -> _Fit | None:
    """Hold a header against the columns of a form: whole labels settle it, cut ones follow the order, unknown ones are doubted."""
    if len(leaves) != len(columns):
        return None
    by_id = {column.id: column for column in columns}
    whole = [_named(cell, by_id) for cell in leaves]
    if all(whole) and len(set(whole)) == len(columns):
        order = tuple(by_id[name] for name in whole if name)
        return _Fit(order, tuple(leaves), tuple(_doubts(cell, by_id) for cell in leaves), len(columns))
    known, flags = 0, []
    for column, cell in zip(columns, leaves, strict=True):
        possible = {meaning.id for meaning in cell.match.of("column")} if cell.match else set()
        if possible and column.id not in possible:
            return None
        known += bool(possible)
        flags.append(_doubts(cell, by_id) if possible else ("read.header",))
    return _Fit(columns, tuple(leaves), tuple(flags), known) if known else None


def _named(cell: HeaderCell, columns: dict[str, Column]) -> str | None:
    ids = {meaning.id for meaning in cell.match.of("column")} & set(columns) if cell.match else set()
    return next(iter(ids)) if len(ids) == 1 else None


def _doubts(cell: HeaderCell, columns: dict[str, Column]) -> tuple[str, ...]:
    doubted = cell.match is not None and any(m.doubt and m.id in columns for m in cell.match.of("column"))
    return ("read.header",) if doubted else ()


def _choose(
    choices: dict[str, tuple[Column, ...]], fits: dict[str, _Fit], printed: int, form_hint: str | None
) -> tuple[str | None, _Fit | None]:
    if fits:
        best = max(fit.known for fit in fits.values())
        forms_left = [form for form, fit in fits.items() if fit.known == best]
        form = form_hint if form_hint in forms_left else forms_left[-1]
        return form, fits[form]
    if len({_ids(columns) for columns in choices.values()}) == 1:
        return next(iter(choices)), None
    if form_hint in choices:
        return form_hint, None
    by_count = [form for form, columns in choices.items() if len(columns) == printed]
    return (by_count[0], None) if len(by_count) == 1 else (None, None)


def _unit(column: Column, header: HeaderCell | None) -> str | None:
    if column.kind == "money" and header is not None and (found := _MONEY_UNIT.search(header.text)):
        return found[0]
    return column.unit


def _across_layout(table: Table, header: Header, placed: bool) -> Layout:
    """Table four: five outcomes under each of three groups, in the order of the header where it has places."""
    block = table.blocks[0]
    groups = [r.id for r in block.rows]
    columns = {column.id: column for column in block.columns}
    official = [(group, column) for group in groups for column in columns]
    printed = _across_order(header, groups, columns) if placed else _across_sequence(header, groups, list(columns))
    flags = ("read.header",) if printed is None else ()
    order = official if printed is None or not printed else printed
    slots = tuple(Slot(f"{table.id}.{group}.{column}", columns[column], columns[column].unit, flags) for group, column in order)
    return Layout(slots, None)


def _across_order(header: Header, groups: list[str], columns: dict[str, Column]) -> list[tuple[str, str]] | None:
    """(group, column) for each leaf by its place; [] where the header is too torn to tell, None where it contradicts the form."""
    leaves = sorted((cell for cell in header.cells if cell.match and cell.match.of("column")), key=lambda cell: cell.column)
    heads = [cell for cell in header.cells if cell.match and any(m.id in groups for m in cell.match.of("group"))]
    if len(leaves) != len(groups) * len(columns):
        return []
    order: list[tuple[str, str]] = []
    for leaf in leaves:
        over = [head.match for head in heads if head.column < leaf.end and leaf.column < head.end]
        above = {meaning.id for match in over if match for meaning in match.of("group")} & set(groups)
        named = _named(leaf, columns)
        if named is None or len(above) != 1:
            return []
        order.append((next(iter(above)), named))
    return order if len(set(order)) == len(order) else None


def _across_sequence(header: Header, groups: list[str], columns: list[str]) -> list[tuple[str, str]] | None:
    """Flattened: the header's labels must come in the official order as far as they are there."""
    leaves = [name for cell in header.cells if (name := _column_id(cell))]
    heads = [m.id for cell in header.cells if cell.match for m in cell.match.of("group") if m.id in groups]
    wanted = columns * len(groups)
    if len(leaves) == len(wanted) and leaves != wanted:
        return None
    return [] if heads == [group for group in groups if group in heads] else None


def place(row: PrintedRow, layout: Layout) -> list[Placed]:
    """The cells of a row on its slots."""
    placed = _place_by_grid(row, layout) if row.placed else _place_by_order(row, layout)
    return [replace(one, flags=tuple(dict.fromkeys((*row.flags, *one.slot.flags, *one.flags)))) for one in placed]


def _place_by_grid(row: PrintedRow, layout: Layout) -> list[Placed]:
    """Order where the number of cells is right (spans of header and figures differ in real exports), else the header's columns."""
    cells, slots = row.cells, layout.slots
    if row.id == ACROSS and len(cells) > len(slots):
        # A label such as 数量 before the fifteen figures.
        cells = list(itertools.dropwhile(lambda cell: cell.reading.status == "unreadable", cells))
    extra = len(cells) - len(slots)
    phantom = [id(cell) for cell in cells if cell.reading.status == "blank" and cell.column in row.phantoms]
    if extra > 0 and len(phantom) == extra:
        cells = [cell for cell in cells if id(cell) not in phantom]
    if len(cells) == len(slots):
        if extra == 0 and phantom and len(phantom) < len(cells):
            return _beside_phantom(cells, layout)
        return _in_order(cells, slots)
    if all(header is not None for header in layout.headers) and len(layout.headers) == len(slots):
        return _by_header(cells, layout)
    if extra > 0 and all(cell.reading.status == "blank" for cell in cells[-extra:]):
        doubt = () if all(cell.reading.status != "blank" for cell in cells[:-extra]) else ("read.ambiguous",)
        return _in_order(cells[:-extra], slots, doubt)
    return _undecided(cells, slots)


def _beside_phantom(cells: list[PrintedCell], layout: Layout) -> list[Placed]:
    """As many cells as columns, one of them in a column that is empty everywhere: it may be no figure's, and a figure's cell missing."""
    if layout.headers and all(header is not None for header in layout.headers):
        return _by_header(cells, layout)
    return _in_order(cells, layout.slots, ("read.ambiguous",))


def _in_order(cells: Sequence[PrintedCell], slots: Sequence[Slot], flags: tuple[str, ...] = ()) -> list[Placed]:
    return [Placed(slot, cell, cell.reading, flags) for slot, cell in zip(slots, cells, strict=True)]


def _by_header(cells: list[PrintedCell], layout: Layout) -> list[Placed]:
    under: list[list[PrintedCell]] = [
        [cell for cell in cells if header is not None and cell.column < header.end and header.column < cell.end]
        for header in layout.headers
    ]
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
    if len(cells) == len(slots):
        return _in_order(cells, slots)
    if not cells or all(cell.reading.status == "blank" for cell in cells):
        empty = PrintedCell("", row.line, 0, 0)
        return [Placed(slot, cells[0] if cells else empty, BLANK) for slot in slots]
    if len(cells) < len(slots):
        return _place_short(row, layout)
    return _place_long(row, layout)


def _place_short(row: PrintedRow, layout: Layout) -> list[Placed]:
    """Fewer cells than columns: they stand where the empty cells beside them say, if the text keeps empty cells at all."""
    missing = len(layout.slots) - len(row.cells)
    if row.keeps_blanks and row.leading + row.trailing == missing:
        before = [PrintedCell("", row.line, -1, -1) for _ in range(row.leading)]
        after = [PrintedCell("", row.line, -1, -1) for _ in range(row.trailing)]
        return _in_order([*before, *row.cells, *after], layout.slots)
    return _undecided(row.cells, layout.slots)


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


@dataclass(slots=True)
class Rows:
    """What was found of the tables in one source: rows, texts that are no label and no figure, tables that were refused with the reason."""

    rows: list[PrintedRow] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
