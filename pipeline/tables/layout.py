"""Which figures a row prints, in which order: from its header, and where that is silent from the number of cells and the table's form."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.forms import Column, Table, forms
from pipeline.forms.load import FORMS
from pipeline.tables.labels import normalise
from pipeline.tables.rows import ACROSS, Header, HeaderCell, PrintedRow

_MONEY_UNIT = re.compile(r"亿元|万元|元")


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
