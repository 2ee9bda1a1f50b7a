"""A made-up report as an Excel file (.xlsx): what spreadsheets do to such tables."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from pipeline.extras import need
from pipeline.forms.layout import Sheet, SheetCell
from pipeline.generator.parts import Paragraph, report_parts
from pipeline.generator.spec import ReportSpec
from pipeline.generator.variants import TableVariant, random_variant

Sheets = Literal["one", "each"]


@dataclass(frozen=True, slots=True)
class WorkbookFlavour:
    """How the workbook is made.

    ``sheets``: everything on one sheet, or a sheet for each table. ``as_text``: numbers are stored as texts. ``hidden_rows`` and
    ``hidden_columns`` hold numbers that nobody sees, ``hidden_sheet`` an older version of all tables. ``offset``: rows and columns left
    blank before everything.
    """

    sheets: Sheets = "one"
    as_text: bool = False
    hidden_rows: bool = False
    hidden_columns: bool = False
    hidden_sheet: bool = False
    offset: tuple[int, int] = (0, 0)
    variant: TableVariant = field(default_factory=TableVariant)


def random_workbook_flavour(rng: random.Random, chance: float = 0.3) -> WorkbookFlavour:
    """A flavour in which each departure comes with the given chance."""

    def maybe() -> bool:
        return rng.random() < chance

    return WorkbookFlavour(
        sheets=rng.choice(("one", "each")),
        as_text=maybe(),
        hidden_rows=maybe(),
        hidden_columns=maybe(),
        hidden_sheet=maybe(),
        offset=(rng.randint(0, 3), rng.randint(0, 2)) if maybe() else (0, 0),
        variant=random_variant(rng, chance / 3),
    )


def render_workbook(spec: ReportSpec, flavour: WorkbookFlavour | None = None, *, rng: random.Random) -> bytes:
    """The workbook as bytes. Needs the library openpyxl, which only development installs."""
    openpyxl = need("openpyxl", "dev", "Making workbooks")
    chosen = flavour or WorkbookFlavour()
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, parts in _sheets(spec, chosen):
        _fill(book.create_sheet(sheet), parts, chosen, rng)
    if chosen.hidden_sheet:
        draft = book.create_sheet("草稿")
        _fill(draft, [one for one in report_parts(spec) if isinstance(one, Sheet)], WorkbookFlavour(as_text=True), rng, falsified=True)
        draft.sheet_state = "hidden"
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def _sheets(spec: ReportSpec, flavour: WorkbookFlavour) -> Iterator[tuple[str, list[Paragraph | Sheet]]]:
    parts = list(report_parts(spec, flavour.variant))
    if flavour.sheets == "one":
        yield "年度报告", parts
        return
    yield "正文", [one for one in parts if isinstance(one, Paragraph)]
    for number, table in enumerate(one for one in parts if isinstance(one, Sheet)):
        yield f"Sheet{number + 2}", [table]


def _fill(page: Any, parts: list[Paragraph | Sheet], flavour: WorkbookFlavour, rng: random.Random, *, falsified: bool = False) -> None:
    """Write parts below each other, then hide what is to be hidden."""
    left = flavour.offset[1] + 1
    at = flavour.offset[0] + 1
    for part in parts:
        if isinstance(part, Paragraph):
            page.cell(at, left, part.text)
            at += 1
            continue
        hide_at = rng.randrange(1, part.rows) if flavour.hidden_rows else -1
        for cell in part.cells:
            place = (at + cell.row + (cell.row >= hide_at >= 0), left + cell.column)
            _write(page, cell, place, hide_at=hide_at, flavour=flavour, falsified=falsified)
        if hide_at >= 0:
            _hide_row(page, at + hide_at, left, part.columns)
            at += 1
        at += part.rows + 1
    if flavour.hidden_columns:
        beyond = left + max((part.columns for part in parts if isinstance(part, Sheet)), default=1)
        for row in range(1, at):
            page.cell(row, beyond, 66)
        page.column_dimensions[page.cell(1, beyond).column_letter].hidden = True


def _write(page: Any, cell: SheetCell, at: tuple[int, int], *, hide_at: int, flavour: WorkbookFlavour, falsified: bool) -> None:
    row, column = at
    height = cell.rowspan + (cell.row < hide_at < cell.row + cell.rowspan)
    page.cell(row, column).value = "98" if falsified and cell.role == "value" else _value(cell.text, flavour.as_text)
    if height > 1 or cell.colspan > 1:
        page.merge_cells(start_row=row, start_column=column, end_row=row + height - 1, end_column=column + cell.colspan - 1)


def _hide_row(page: Any, row: int, left: int, columns: int) -> None:
    merged = [area for area in page.merged_cells.ranges if area.min_row <= row <= area.max_row]
    for column in range(left, left + columns):
        if not any(area.min_col <= column <= area.max_col for area in merged):
            page.cell(row, column, 55)
    page.row_dimensions[row].hidden = True


def _value(text: str, as_text: bool) -> Any:
    """A number where the text is one as a spreadsheet would take it, else the text."""
    if as_text or not text.replace(".", "", 1).removeprefix("-").isascii() or not text.replace(".", "", 1).removeprefix("-").isdigit():
        return text or None
    return float(Decimal(text)) if "." in text else int(text)
