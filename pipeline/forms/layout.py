"""The official layout of the three tables: which cell stands where and how far it spans.

A ``Sheet`` is a table as the form prints it, with the meaning of each cell (``role``) kept beside its text, so that a variant can be
made of it. ``official_grid`` drops the meaning and gives the ``Grid`` that a reader of tables would see. Spans: table two is 4 columns
wide; table three has a label block of 3 columns and 3 header rows; table four runs across 15 columns under 3 header rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.forms import Block, Row, Table, forms
from pipeline.model import Cell, Grid

Role = Literal["title", "article", "corner", "header", "group", "label", "value", "extra", "blank"]
DISCLOSURE, APPLICATIONS, REVIEW = "proactive_disclosure", "applications", "review_litigation"
_LABEL_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell with its meaning: ``key`` is the figure id of a value, else the row or column id.

    A line break in ``text`` is one in the cell.
    """

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    role: Role = "value"
    key: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed table. ``cells`` are in the order of HTML source: by row, then by column."""

    table: str
    cells: tuple[SheetCell, ...]
    rows: int
    columns: int

    def by_row(self) -> list[list[SheetCell]]:
        """The cells that begin in each row, left to right."""
        lines: list[list[SheetCell]] = [[] for _ in range(self.rows)]
        for cell in sorted(self.cells, key=lambda one: (one.row, one.column)):
            lines[cell.row].append(cell)
        return lines


def official_sheet(table: str, form: str, printed: Mapping[str, str], blocks: Mapping[str, str] | None = None) -> Sheet:
    """The official table with the printed texts in their cells; a figure without a text gets a blank cell.

    ``blocks`` lays single blocks of table two, or the row （六） of table three (``"other_handling"``), out in another form than ``form``.
    """
    declared = forms().tables[table]
    chosen = blocks or {}
    if declared.across:
        cells = tuple(_across(declared, form, printed))
    elif declared.corner and table == APPLICATIONS:
        cells = tuple(_labelled(declared, form, printed, chosen))
    else:
        cells = tuple(_stacked(declared, form, printed, chosen))
    cells = tuple(sorted(cells, key=lambda one: (one.row, one.column)))
    rows = max(cell.row + cell.rowspan for cell in cells)
    columns = max(cell.column + cell.colspan for cell in cells)
    return Sheet(table, cells, rows, columns)


def official_grid(table: str, form: str, printed: Mapping[str, str], blocks: Mapping[str, str] | None = None) -> Grid:
    """The official table as a ``Grid``, its line breaks as spaces."""
    return sheet_grid(official_sheet(table, form, printed, blocks))


def sheet_grid(sheet: Sheet) -> Grid:
    """A sheet without the meaning of its cells."""
    cells = tuple(Cell(one.text.replace("\n", " "), one.row, one.column, one.rowspan, one.colspan, one.hidden) for one in sheet.cells)
    return Grid(cells, sheet.rows, sheet.columns, "html")


def figure_ids(table: str, form: str, blocks: Mapping[str, str] | None = None) -> list[str]:
    """The ids of the figures that a table prints in a form, in the order of its cells."""
    return [cell.key for cell in official_sheet(table, form, {}, blocks).cells if cell.role == "value"]


def _stacked(table: Table, form: str, printed: Mapping[str, str], blocks: Mapping[str, str]) -> Iterator[SheetCell]:
    """Table two: blocks below each other, each with its article, its own header and up to three values a row."""
    row = 0
    for block in table.blocks:
        own = blocks.get(block.id, form)
        if own not in block.forms:
            continue
        columns = block.columns_in(own, next(one for one in block.rows if own in one.forms))
        spans = _value_spans(len(columns))
        yield SheetCell(block.label_zh, row, 0, 1, 4, "article", block.id)
        yield SheetCell(table.corner, row + 1, 0, 1, 1, "corner", table.id)
        for column, (start, span) in zip(columns, spans, strict=True):
            yield SheetCell(column.labels[own], row + 1, start, 1, span, "header", column.id)
        row += 2
        for line in block.rows:
            if own not in line.forms:
                continue
            yield SheetCell(line.labels[own], row, 0, 1, 1, "label", line.id)
            for column, (start, span) in zip(columns, spans, strict=True):
                figure = f"{table.id}.{line.id}.{column.id}"
                yield SheetCell(printed.get(figure, ""), row, start, 1, span, "value", figure)
            row += 1


def _value_spans(count: int) -> list[tuple[int, int]]:
    """Start and width of the value cells right of the label, in a table of four columns."""
    return {1: [(1, 3)], 2: [(1, 1), (2, 2)], 3: [(1, 1), (2, 1), (3, 1)]}[count]


def _labelled(table: Table, form: str, printed: Mapping[str, str], blocks: Mapping[str, str]) -> Iterator[SheetCell]:
    """Table three: labels nested in three columns, the applicants right of them."""
    block = table.blocks[0]
    other = blocks.get("other_handling", form)
    rows = [row for row in block.rows if (other if row.id.startswith("other_") else form) in row.forms]
    forms_of = {row.id: other if row.id.startswith("other_") else form for row in rows}
    yield SheetCell(table.corner, 0, 0, 3, _LABEL_COLUMNS, "corner", table.id)
    yield from _applicant_header(block, form)
    for at, row in enumerate(rows, start=3):
        yield from _label_cells(rows, row, at, forms_of[row.id])
        for column, one in enumerate(block.columns, start=_LABEL_COLUMNS):
            figure = f"{table.id}.{row.id}.{one.id}"
            yield SheetCell(printed.get(figure, ""), at, column, 1, 1, "value", figure)


def _applicant_header(block: Block, form: str) -> Iterator[SheetCell]:
    yield SheetCell(block.label_zh, 0, _LABEL_COLUMNS, 1, len(block.columns), "header", block.id)
    seen: set[str] = set()
    for column, one in enumerate(block.columns, start=_LABEL_COLUMNS):
        if not one.path:
            yield SheetCell(one.labels[form], 1, column, 2, 1, "header", one.id)
            continue
        if one.path[0] not in seen:
            seen.add(one.path[0])
            yield SheetCell(one.path[0], 1, column, 1, sum(other.path == one.path for other in block.columns), "header", "organisations")
        yield SheetCell(one.labels[form], 2, column, 1, 1, "header", one.id)


def _label_cells(rows: list[Row], row: Row, at: int, form: str) -> Iterator[SheetCell]:
    """The label of a row, and before it the group labels that begin in this row."""
    index = rows.index(row)
    for depth in range(len(row.path)):
        path = row.path[: depth + 1]
        if index and rows[index - 1].path[: depth + 1] == path:
            continue
        height = sum(other.path[: depth + 1] == path for other in rows)
        yield SheetCell(path[-1], at, depth, height, 1, "group", "/".join(path))
    depth = len(row.path)
    yield SheetCell(row.labels[form], at, depth, 1, _LABEL_COLUMNS - depth, "label", row.id)


def _across(table: Table, form: str, printed: Mapping[str, str]) -> Iterator[SheetCell]:
    """Table four: groups of outcomes side by side, one row of values."""
    block = table.blocks[0]
    width, column, parents = len(block.columns), 0, set()
    for row in block.rows:
        if row.path and row.path[0] not in parents:
            parents.add(row.path[0])
            span = width * sum(other.path == row.path for other in block.rows)
            yield SheetCell(row.path[0], 0, column, 1, span, "header", row.path[0])
        top = len(row.path)
        yield SheetCell(row.labels[form], top, column, 2 - top, width, "header", row.id)
        for one in block.columns:
            figure = f"{table.id}.{row.id}.{one.id}"
            yield SheetCell(one.labels[form], 2, column, 1, 1, "header", one.id)
            yield SheetCell(printed.get(figure, ""), 3, column, 1, 1, "value", figure)
            column += 1
