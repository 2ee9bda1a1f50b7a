"""Printed rows → the figures of the form: each id at most once, each with its cell, its status and what is doubted about it."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.forms import forms
from pipeline.forms.layout import official_sheet, sheet_grid
from pipeline.forms.load import FORMS, TABLES
from pipeline.model import Cell, Figure, Figures, Grid, Issue, TableReading
from pipeline.tables.from_grid import grid_to_rows
from pipeline.tables.layout import row_layout
from pipeline.tables.numbers import holds_digit, is_words
from pipeline.tables.place import place
from pipeline.tables.relations import decide
from pipeline.tables.rows import ACROSS, Header, PrintedCell, PrintedRow, Rows

_APPLICANTS = 7
_PROJECTS, _AMOUNT = (f"proactive_disclosure.central_procurement.{what}" for what in ("projects", "amount"))
#: Characters of evidence that an issue carries.
SHORT = 160


@dataclass(slots=True)
class Matched:
    """The figures of one report with the state and form of each table."""

    figures: Figures
    tables: dict[str, TableReading]
    grids: tuple[Grid, ...]
    issues: list[Issue] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    figure: Figure
    total: bool
    order: int


def grids_to_rows(grids: Iterable[Grid]) -> Rows:
    """The printed rows of all grids of a report, in order."""
    found = Rows()
    for number, grid in enumerate(grids):
        one = grid_to_rows(grid, number)
        found.rows.extend(one.rows)
        found.unknown.extend(one.unknown)
        found.headers.extend(one.headers)
    return found


def rows_to_figures(rows: Rows, grids: Sequence[Grid]) -> Matched:
    """Place every printed row, and say what is missing, doubted or left over. Tables that were text are rebuilt behind ``grids``."""
    issues: list[Issue] = []
    found: dict[str, list[_Found]] = {}
    hints = _form_hints(rows.rows)
    rows_of_form = _without_menus([row for row in rows.rows if row.id and row.table not in rows.refused])
    # Rows whose cells fill their columns come first: the relations need sure figures to decide the others.
    doubted = _doubted_columns((*(row.header for row in rows_of_form), *rows.headers))
    for row in sorted(rows_of_form, key=lambda row: not row.placed and row.table == "applications" and 0 < len(row.cells) < _APPLICANTS):
        _place_row(row, hints.get(row.table), doubted, found, issues)
    figures = _figures(found, issues)
    tables = {table: _state(table, figures, rows, issues) for table in TABLES}
    issues.extend(_left_over(rows))
    flattened = [table for table in TABLES if any(row.table == table and not row.placed for row in rows.rows)]
    rebuilt = _rebuild(figures, flattened, tables, len(grids))
    return Matched(figures, tables, (*grids, *rebuilt), issues)


def _rebuild(figures: Figures, tables: Sequence[str], readings: Mapping[str, TableReading], first: int) -> list[Grid]:
    """Lay flattened tables out as the form prints them, and give their figures the places they have there."""
    grids: list[Grid] = []
    for table in tables:
        mine = [i for i, name in enumerate(figures.figure) if name.startswith(table + ".")]
        if not mine:
            continue
        printed = {figures.figure[i]: figures.raw[i] for i in mine}
        form = readings[table].form
        empty, at = _template(table, form if form in FORMS else "2021", frozenset(_blocks(printed).items()))
        for i in mine:
            figures.table[i] = first + len(grids)
            figures.row[i], figures.column[i] = at.get(figures.figure[i], (-1, -1))
        texts = {at[name]: text for name, text in printed.items() if name in at and text}
        cells = tuple(
            Cell(texts[spot], *spot, cell.rowspan, cell.colspan) if (spot := (cell.row, cell.column)) in texts else cell
            for cell in empty.cells
        )
        grids.append(replace(empty, cells=cells))
    return grids


@functools.lru_cache(maxsize=256)
def _template(table: str, form: str, blocks: frozenset[tuple[str, str]]) -> tuple[Grid, dict[str, tuple[int, int]]]:
    """The form's empty table as a grid, and where each figure stands in it."""
    sheet = official_sheet(table, form, {}, dict(blocks))
    at = {cell.key: (cell.row, cell.column) for cell in sheet.cells if cell.role == "value"}
    return replace(sheet_grid(sheet), origin="flattened"), at


def _blocks(printed: Collection[str]) -> dict[str, str]:
    """For each block (and the rows of （六）) the form that its printed figures are of, where they tell."""
    declared = forms().figures
    found: dict[str, str] = {}
    for name in printed:
        figure = declared[name]
        if len(figure.forms) == 1:
            found["other_handling" if figure.row.id.startswith("other_") and figure.table == "applications" else figure.block] = (
                figure.forms[0]
            )
    return found


def _form_hints(rows: list[PrintedRow]) -> dict[str, str]:
    """For each table the form that its unambiguous headers are of, if they agree."""
    votes: dict[str, set[str]] = {}
    for row in rows:
        layout = row_layout(row, None) if row.id and row.id != ACROSS else None
        if layout and layout.form and not any("read.ambiguous" in slot.flags for slot in layout.slots):
            votes.setdefault(row.table, set()).add(layout.form)
    return {table: next(iter(forms_seen)) for table, forms_seen in votes.items() if len(forms_seen) == 1}


def _without_menus(rows: list[PrintedRow]) -> list[PrintedRow]:
    """Leave out rows of words only where the same row stands elsewhere with figures: a site's links are named like rows too."""
    filled = {(row.table, row.id) for row in rows if any(cell.reading.status == "reported" for cell in row.cells)}
    return [row for row in rows if (row.table, row.id) not in filled or not row.cells or not all(_words(cell) for cell in row.cells)]


def _words(cell: PrintedCell) -> bool:
    return cell.reading.status == "unreadable" and not holds_digit(cell.text)


def _doubted_columns(headers: Iterable[Header]) -> frozenset[tuple[str, str]]:
    """Columns (table, id) that some header of the report prints under a doubtful name."""
    meanings = (meaning for header in set(headers) for cell in header.cells if cell.match for meaning in cell.match.of("column"))
    return frozenset((meaning.table, meaning.id) for meaning in meanings if meaning.doubt)


def _place_row(
    row: PrintedRow, hint: str | None, doubted: frozenset[tuple[str, str]], found: dict[str, list[_Found]], issues: list[Issue]
) -> None:
    layout = row_layout(row, hint)
    if layout is None:
        message = f"the row {row.label or row.id} prints {len(row.cells)} cells and nothing says which columns they are"
        issues.append(Issue("error", "row.columns_unknown", message, row.table, None, _raw(row)))
        return
    placed = place(row, layout)
    if not row.placed and any("read.ambiguous" in one.flags and one.reading.value is None for one in placed):
        known = {name: some[0].figure.value for name, some in found.items() if len(some) == 1 and not some[0].figure.flags}
        placed = decide(row, layout.slots, known) or placed
    # A project's name where their number belongs: the amount is that of one project, and others may stand behind a page break.
    of_project = any(one.slot.figure == _PROJECTS and one.cell is not None and is_words(one.cell.text) for one in placed)
    for one in placed:
        reading, cell = one.reading, one.cell
        flags = one.flags
        # A row whose own header says nothing stands under the doubtful one of the table's other part.
        if (row.table, one.slot.column.id) in doubted and not any(layout.headers) and "read.header" not in flags:
            flags = (*flags, "read.header")
        if one.slot.figure == _AMOUNT and of_project and reading.value is not None:
            flags = (*flags, "read.several")
        if reading.status == "unreadable" and not flags:
            flags = ("read.unreadable",)
        if reading.value is not None and one.slot.column.kind == "signed count" and cell is not None and reading.remark:
            flags = (*flags, "read.remark")
        if reading.signed and one.slot.column.kind != "signed count":
            flags = (*flags, "read.sign")
        if reading.unit and one.slot.column.kind != "money":
            flags = (*flags, "read.unit")
        raw = cell.text if cell else ""
        at = (cell.row, cell.column) if cell else (row.line, 0)
        figure = Figure(one.slot.figure, reading.value, reading.status, reading.unit or one.slot.unit, raw, row.grid, *at, flags)
        found.setdefault(figure.figure, []).append(_Found(figure, row.total, len(found)))
    if not row.cells or len(placed) < len(layout.slots):
        issues.append(
            Issue("warning", "row.short", f"the row {row.label or row.id} prints fewer cells than the form", row.table, None, _raw(row))
        )


def _raw(row: PrintedRow) -> str:
    return " | ".join(cell.text for cell in row.cells)[:SHORT]


def _figures(found: Mapping[str, list[_Found]], issues: list[Issue]) -> Figures:
    figures = Figures()
    for name in forms().figures:
        several = found.get(name)
        if not several:
            continue
        figure = several[0].figure if len(several) == 1 else _one_of(several, issues)
        figures.append(figure)
        if figure.flags:
            issues.append(_doubt(figure))
    return figures


def _one_of(several: list[_Found], issues: list[Issue]) -> Figure:
    """One figure printed more than once: the printed total, or the value that all agree on, else none."""
    totals = [one.figure for one in several if one.total]
    if len(totals) == 1:
        return totals[0]
    printed = [one.figure for one in several if one.figure.status != "blank"] or [several[0].figure]
    first = printed[0]
    values = {(figure.status, figure.value) for figure in printed}
    if len(values) == 1 and not any(figure.flags for figure in printed):
        table = first.figure.split(".")[0]
        issues.append(Issue("note", "figure.repeated", "the figure is printed more than once, each time the same", table, first.figure))
        return first
    raw = " / ".join(figure.raw for figure in printed)[:SHORT]
    return Figure(first.figure, None, "unreadable", first.unit, raw, first.table, first.row, first.column, ("read.several",))


_REASONS = {
    "read.ambiguous": "the text does not tell which cell the figure is",
    "read.by_relation": "the cell was chosen because only this way the printed totals add up",
    "read.several": "several figures are printed where the form has one",
    "read.header": "the column's header is not the form's; the order was followed",
    "read.label": "the row's label is misprinted",
    "read.unreadable": "the cell holds no number",
    "read.overlap": "cells of this row claim the same place",
    "read.by_order": "the row has no label; it was placed by its order",
    "read.not_whole": "a part of the number may be missing",
    "read.remark": "the cell holds a remark with the number",
    "read.sign": "a sign is printed where the form counts without one",
    "read.unit": "a unit of money is printed with a count",
    "read.glued": "the digits of several cells run together",
    "read.damaged": "the text around the figure was damaged and repaired where only the context decides",
    "read.blank_lines": "the place of the figure follows from empty lines",
}


def _doubt(figure: Figure) -> Issue:
    reason = "; ".join(_REASONS.get(flag, flag) for flag in figure.flags)
    code = figure.flags[0]
    level = "warning" if figure.value is not None else "error"
    return Issue(level, code, reason, figure.figure.split(".")[0], figure.figure, figure.raw[:SHORT])  # type: ignore[arg-type]


def _state(table: str, figures: Figures, rows: Rows, issues: list[Issue]) -> TableReading:
    if table in rows.refused:
        issues.append(Issue("error", "table.refused", rows.refused[table], table))
        return TableReading("refused", None)
    mine = {name: figures.status[i] for i, name in enumerate(figures.figure) if name.startswith(table + ".")}
    if not mine:
        return TableReading("missing", None)
    form = _form(mine)
    if set(mine.values()) == {"blank"}:
        issues.append(Issue("warning", "table.blank", "the table is there and every figure is blank", table))
        return TableReading("blank", form)
    absent = [name for name in _wanted(table, form) if name not in mine]
    if absent:
        message = f"{len(absent)} figures of the form are not in the table, from {absent[0]}"
        issues.append(Issue("error", "table.incomplete", message, table, None, " ".join(absent)[:SHORT]))
    unread = "unreadable" in mine.values()
    return TableReading("partial" if absent or unread else "read", form)


def _form(printed: Iterable[str]) -> str | None:
    """The form that only one of both can have printed; ``mixed`` where rows of both stand, None where none tells."""
    declared = forms().figures
    only = {declared[name].forms[0] for name in printed if len(declared[name].forms) == 1}
    return only.pop() if len(only) == 1 else "mixed" if only else None


@functools.cache
def _wanted(table: str, form: str | None) -> tuple[str, ...]:
    """Ids of the figures that the table should hold; where the form is open, those that both have."""
    return tuple(
        name
        for name, figure in forms().figures.items()
        if figure.table == table and (form in figure.forms if form in FORMS else len(figure.forms) > 1)
    )


def _left_over(rows: Rows) -> Iterable[Issue]:
    for table, text in rows.unknown:
        yield Issue(
            "warning", "label.unknown", "a row with figures whose label is not the form's was left out", table or None, None, text[:SHORT]
        )
    for row in rows.rows:
        if not row.id and any(holds_digit(cell.text) for cell in row.cells):
            if row.label:
                yield Issue(
                    "note",
                    "row.foreign",
                    "a row that is not the form's was left out",
                    row.table,
                    None,
                    f"{row.label}: {_raw(row)}"[:SHORT],
                )
            else:
                yield Issue("warning", "row.unlabelled", "figures without a label were left out", row.table, None, _raw(row))
