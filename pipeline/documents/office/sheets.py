"""Excel files (.xlsx, .xls): each sheet as a table with its merged cells, numbers as they are shown without a format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from pipeline import limits
from pipeline.documents.content import Blocks, DocumentError
from pipeline.documents.office.package import Package
from pipeline.extras import need
from pipeline.model import Cell, Grid, Issue


def read_sheets(body: bytes) -> Blocks:
    """The sheets of a workbook in their order, each with its name as a paragraph before it. Raises ``DocumentError``."""
    calamine = need("python_calamine", "docs", "Reading Excel files")
    blocks = Blocks()
    if body.startswith(b"PK"):
        package = Package(body)
        for name in package.names:
            # Unpacked once within limits before the library does it without any.
            package.part(name)
        blocks.title = package.properties().get("title")
    try:
        book = calamine.load_workbook(BytesIO(body))
        for name, meta in zip(book.sheet_names, book.sheets_metadata, strict=True):
            hidden = "Visible" not in str(meta.visible)
            sheet = book.get_sheet_by_name(name)
            _take(sheet, name, hidden, blocks)
    except DocumentError:
        raise
    except Exception as error:
        # The library's errors have one class a format.
        if "assword" in str(error):
            raise DocumentError("document.encrypted", "the workbook is encrypted; save it without a password") from error
        raise DocumentError("document.damaged", f"the workbook cannot be read ({error}); fetch it again") from error
    return blocks


def _take(sheet: Any, name: str, hidden: bool, blocks: Blocks) -> None:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    columns = max((len(row) for row in rows), default=0)
    if not any(value not in {"", None} for row in rows for value in row):
        return
    if hidden:
        blocks.issues.append(Issue("warning", "table.hidden_sheet", "A hidden sheet is left out", evidence=name))
        return
    if len(rows) * columns > limits.TABLE_SLOTS:
        blocks.issues.append(Issue("error", "table.span_bomb", f"the sheet {name} is left out: more than {limits.TABLE_SLOTS} positions"))
        return
    blocks.items.append(name)
    blocks.items.append(Grid(tuple(_cells(rows, sheet.merged_cell_ranges or [])), len(rows), columns, "sheet"))


def _cells(rows: Sequence[Sequence[Any]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> list[Cell]:
    spans = {start: (end[0] - start[0] + 1, end[1] - start[1] + 1) for start, end in merged}
    covered = {
        (row, column)
        for (top, left), (height, width) in spans.items()
        for row in range(top, min(top + height, len(rows)))
        for column in range(left, left + width)
    }
    cells = []
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            height, width = spans.get((y, x), (1, 1))
            if (y, x) in spans or (y, x) not in covered:
                cells.append(Cell(_text(value), y, x, min(height, len(rows) - y), width))
    return cells


def _text(value: Any) -> str:
    """A value as text: a whole number without a point, another one by its shortest decimal digits, a day as ISO."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime | date | time | timedelta):
        return value.isoformat() if not isinstance(value, timedelta) else str(value)
    return str(value)
