"""Excel files (.xlsx, .xls): each sheet as paragraphs and tables with merged cells, numbers as they are shown without a format.

A sheet knows no tables: title, headings, prose and the three tables stand below each other in its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from pipeline import limits
from pipeline.documents.content import Blocks, DocumentError
from pipeline.documents.office.older_sheets import facts_of_older
from pipeline.documents.office.package import Package
from pipeline.documents.office.sheet_facts import SheetFacts, column_letters, facts_of_package
from pipeline.documents.sections import heading_section
from pipeline.extras import need
from pipeline.model import Cell, Grid, Issue
from pipeline.tables.labels import read_label
from pipeline.tables.numbers import read_number

#: A text of this length that stands alone in its row is prose.
_PROSE = 30
#: Digits that a spreadsheet shows of a number at most; beyond them the computer's fractions begin.
_DIGITS = 15
#: What stands for the value of a formula that was never calculated: no number, so that nothing is made of it.
_NOT_CALCULATED = "\ufffd"
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]


def read_sheets(body: bytes) -> Blocks:
    """The sheets of a workbook in their order, each with its name before it. Raises ``DocumentError``."""
    calamine = need("python_calamine", "docs", "Reading Excel files")
    blocks = Blocks()
    facts = _facts(body, blocks)
    try:
        book = calamine.load_workbook(BytesIO(body))
        for name, meta in zip(book.sheet_names, book.sheets_metadata, strict=True):
            if meta.typ == calamine.SheetTypeEnum.WorkSheet:
                _take(book, name, facts.get(name, SheetFacts()), meta.visible == calamine.SheetVisibleEnum.Visible, blocks)
    except DocumentError:
        raise
    except Exception as error:
        # The library's errors have one class a format.
        if "assword" in str(error):
            raise DocumentError("document.encrypted", "the workbook is encrypted; save it without a password") from error
        raise DocumentError("document.damaged", f"the workbook cannot be read ({error}); fetch it again") from error
    return blocks


def _facts(body: bytes, blocks: Blocks) -> dict[str, SheetFacts]:
    if not body.startswith(b"PK"):
        return facts_of_older(body)
    package = Package(body)
    for name in package.names:
        # Unpacked once within limits before the library does it without any.
        package.check(name)
    blocks.title = package.properties().get("title")
    return facts_of_package(package)


def _take(book: Any, name: str, facts: SheetFacts, visible: bool, blocks: Blocks) -> None:
    if facts.rows * facts.columns > limits.TABLE_SLOTS:
        message = f"the sheet {name} is left out: its cells lie over more than {limits.TABLE_SLOTS} positions"
        blocks.issues.append(Issue("error", "table.span_bomb", message))
        return
    sheet = book.get_sheet_by_name(name)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    texts = [[_text(value) for value in row] for row in rows]
    for row, column in facts.empty_formulas:
        if row < len(texts) and column < len(texts[row]) and not texts[row][column]:
            texts[row][column] = _NOT_CALCULATED
    if not any(text for row in texts for text in row):
        return
    if not visible:
        blocks.issues.append(Issue("warning", "table.hidden_sheet", "A hidden sheet is left out", evidence=name))
        return
    page = _Page(name, texts, _spans(sheet.merged_cell_ranges or []), facts)
    blocks.items += [name, *page.items()]


def _spans(merged: Merged) -> dict[tuple[int, int], tuple[int, int]]:
    """First position of each merged area → last position."""
    return {start: end for start, end in merged if end[0] >= start[0] and end[1] >= start[1]}


@dataclass(frozen=True, slots=True)
class _Page:
    """One sheet: its texts by row and column, its merged areas, and what of it is hidden."""

    name: str
    texts: list[list[str]]
    spans: dict[tuple[int, int], tuple[int, int]]
    facts: SheetFacts

    def items(self) -> Iterator[str | Grid]:
        """Paragraphs and tables from top to bottom."""
        prose = self._prose()
        rows: list[int] = []
        for row in range(len(self.texts)):
            if row not in prose:
                rows.append(row)
                continue
            yield from self._grid(rows)
            rows = []
            yield self._filled(row)[0]
        yield from self._grid(rows)

    def _prose(self) -> set[int]:
        """Rows that are paragraphs: a heading or a long text alone, or any text alone where no table is beside it."""
        alone = {row for row in range(len(self.texts)) if self._is_alone(row)}
        tables = [row for row in range(len(self.texts)) if row not in alone and self._filled(row)]
        first, last = (tables[0], tables[-1]) if tables else (len(self.texts), -1)
        return {row for row in alone if not first < row < last or self._is_prose(self._filled(row)[0])}

    def _is_alone(self, row: int) -> bool:
        """Whether a row holds one text that is neither a figure nor a label of the form."""
        texts = self._filled(row)
        return len(texts) == 1 and read_number(texts[0]).status == "unreadable" and (self._heads(texts[0]) or read_label(texts[0]) is None)

    def _is_prose(self, text: str) -> bool:
        return self._heads(text) or len(text) > _PROSE

    @staticmethod
    def _heads(text: str) -> bool:
        return heading_section(text) is not None

    def _filled(self, row: int) -> list[str]:
        if row in self.facts.hidden_rows:
            return []
        return [text for column, text in enumerate(self.texts[row]) if self._shows(text, column)]

    def _shows(self, text: str, column: int) -> bool:
        return bool(text.strip()) and column not in self.facts.hidden_columns

    def _grid(self, rows: Sequence[int]) -> Iterator[Grid]:
        """The table in some rows that follow each other, without rows and columns around it that show nothing."""
        shown = [row for row in rows if row not in self.facts.hidden_rows]
        filled = [(row, column) for row in shown for column, text in enumerate(self.texts[row]) if self._shows(text, column)]
        if not filled:
            return
        top, bottom = min(row for row, _ in filled), max(row for row, _ in filled) + 1
        left, right = min(column for _, column in filled), max(column for _, column in filled) + 1
        for (row, column), (last_row, last_column) in self.spans.items():
            if top <= row < bottom and left <= column < right:
                bottom, right = max(bottom, min(last_row, rows[-1]) + 1), max(right, last_column + 1)
        if (bottom - top) * (right - left) > limits.TABLE_SLOTS:
            return
        cells = tuple(self._cells(top, left, bottom, right))
        place = f"{self.name}!{column_letters(left)}{top + 1}:{column_letters(right - 1)}{bottom}"
        yield Grid(cells, bottom - top, right - left, "sheet", caption=place)

    def _cells(self, top: int, left: int, bottom: int, right: int) -> Iterator[Cell]:
        covered: set[tuple[int, int]] = set()
        for row in range(top, bottom):
            for column in range(left, right):
                if (row, column) in covered:
                    continue
                last_row, last_column = self.spans.get((row, column), (row, column))
                area = range(row, min(last_row + 1, bottom)), range(column, min(last_column + 1, right))
                covered.update((y, x) for y in area[0] for x in area[1])
                text = self.texts[row][column] if column < len(self.texts[row]) else ""
                yield self._cell(text, area[0], area[1], top, left)

    def _cell(self, text: str, rows: range, columns: range, top: int, left: int) -> Cell:
        """A cell, of a merged area only the part that is shown; hidden if nothing of it is."""
        shown_rows = [row for row in rows if row not in self.facts.hidden_rows]
        shown_columns = [column for column in columns if column not in self.facts.hidden_columns]
        hidden = not (shown_rows and shown_columns)
        down, across = (shown_rows, shown_columns) if not hidden else (rows, columns)
        return Cell(text, down[0] - top, across[0] - left, down[-1] - down[0] + 1, across[-1] - across[0] + 1, hidden)


def _text(value: Any) -> str:
    """A value as text: a whole number without a point, another one by the digits that a spreadsheet shows, a day as ISO."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{Decimal(f'{value:.{_DIGITS}g}'):f}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta | int) else ""
