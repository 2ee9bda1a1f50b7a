"""An Excel workbook: a sheet a dataset with Chinese headings, and what the columns mean.

XlsxWriter rather than openpyxl: it writes row by row without holding the workbook, and gives the same bytes for the same rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.export.printed import as_text
from pipeline.export.readme import captured, readme
from pipeline.export.selection import Extract, cited_columns
from pipeline.extras import need
from pipeline.normalizer.schemas import DATASETS, Column

MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
#: Excel keeps 15 digits of a number.
EXACT_DIGITS = 15
_WIDTHS = {"text": 18, "year": 8, "number": 10, "count": 12, "money": 16, "ratio": 12, "yes_no": 8, "day": 12, "moment": 21}
# Excel's own escape (_x0001_) covers the other control characters; these two no XML file may hold in any spelling.
_NEVER_IN_XML = re.compile("[\ufffe\uffff]")
_ROWS_AT_ONCE = 16_384


def write_workbook(extract: Extract, path: Path, *, max_rows: int = MAX_ROWS) -> list[str]:
    """Write the workbook; notes tell of sheets that were split and texts that were cut. ``max_rows`` counts the heading too."""
    xlsxwriter = need("xlsxwriter", "export", "A workbook")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "gongkai 公开", "created": captured(extract)[1].replace(tzinfo=None)})
        writer = _Writer(book, max_rows)
        rows = {f"{DATASETS[name].label_zh} ({name})": writer.dataset(extract, name) for name in extract.selection.datasets}
        notes = writer.notes()
        writer.lines("字段", _field_lines(extract.selection.datasets), (26, 26, 28, 90, 8))
        writer.lines("说明", [(line,) for line in readme(extract, "xlsx", rows, notes).splitlines()], (120,))
    return notes


class _Writer:
    """The sheets of one workbook, and what did not fit into them."""

    def __init__(self, book: Any, max_rows: int) -> None:
        self._book, self._max_rows = book, max_rows
        self._head = book.add_format({"bold": True, "bg_color": "#E7EDF3", "text_wrap": True, "valign": "top"})
        self._text = book.add_format({"num_format": "@"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._split: dict[str, int] = {}
        self._cut: Counter[str] = Counter()
        self._as_text: Counter[str] = Counter()

    def dataset(self, extract: Extract, name: str) -> int:
        """Write a dataset on as many sheets as it needs; how many rows it has."""
        columns, title = cited_columns(name), DATASETS[name].label_zh
        sheet, row, sheets, total = self._sheet(title, columns), 1, 1, 0
        for values in _rows(extract, name, columns):
            if row == self._max_rows:
                sheet.autofilter(0, 0, row - 1, len(columns) - 1)
                sheets += 1
                sheet, row = self._sheet(f"{title} ({sheets})", columns), 1
            for at, value in enumerate(values):
                if value is not None:
                    self._cell(sheet, (row, at), value, name)
            row, total = row + 1, total + 1
        sheet.autofilter(0, 0, max(row - 1, 1), len(columns) - 1)
        if sheets > 1:
            self._split[title] = sheets
        return total

    def _sheet(self, title: str, columns: Sequence[Column]) -> Any:
        sheet = self._book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDTHS[column.type], self._text if column.type == "text" else None)
            sheet.write_string(0, at, column.label_zh, self._head)
        return sheet

    def _cell(self, sheet: Any, place: tuple[int, int], value: Any, dataset: str) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(*place, value)
        elif isinstance(value, str):
            sheet.write_string(*place, self._fitted(value, dataset), self._text)
        elif isinstance(value, date):
            sheet.write_datetime(*place, value, self._day)
        elif _is_rounded(value):
            self._as_text[dataset] += 1
            sheet.write_string(*place, f"{Decimal(value).normalize():f}", self._text)
        else:
            sheet.write_number(*place, value)

    def _fitted(self, text: str, dataset: str) -> str:
        text = _NEVER_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        if len(text.encode("utf-16-le")) // 2 <= MAX_TEXT:
            return text
        self._cut[dataset] += 1
        told = f" …[cut, {len(text)} characters in all]"
        kept = text.encode("utf-16-le")[: 2 * (MAX_TEXT - len(told))].decode("utf-16-le", "ignore")
        return kept + told

    def lines(self, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A sheet of plain texts."""
        sheet = self._book.add_worksheet(title)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width, self._text)
        for row, texts in enumerate(rows):
            for at, text in enumerate(texts):
                sheet.write_string(row, at, text, self._text)

    def notes(self) -> list[str]:
        """What a reader of the workbook has to know of it."""
        return [
            *(f"{title}: {count} sheets, as one holds {self._max_rows} rows at most" for title, count in self._split.items()),
            *(
                f"{name}: {count} texts of more than {MAX_TEXT} characters are cut, which their end tells"
                for name, count in self._cut.items()
            ),
            *(f"{name}: {count} numbers of more than {EXACT_DIGITS} digits stand as texts" for name, count in self._as_text.items()),
        ]


def _is_rounded(value: int | float | Decimal) -> bool:
    """Whether Excel would keep fewer digits than an exact number has."""
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**EXACT_DIGITS):
        return False
    return len(Decimal(value).normalize().as_tuple().digits) > EXACT_DIGITS


def _rows(extract: Extract, name: str, columns: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    """The rows as values; moments as text, since Excel knows no time zones."""
    for part in extract.cited_parts(name):
        shown = [as_text(part[one.name]) if one.type == "moment" else part[one.name] for one in columns]
        table = pa.table(shown, names=[one.name for one in columns])
        for start in range(0, table.num_rows, _ROWS_AT_ONCE):
            yield from zip(*(column.to_pylist() for column in table.slice(start, _ROWS_AT_ONCE).columns), strict=True)


def _field_lines(datasets: Sequence[str]) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = [("表", "列", "column", "meaning", "unit")]
    for name in datasets:
        for one in cited_columns(name):
            lines.append((DATASETS[name].label_zh, one.label_zh, f"{name}.{one.name}", one.description, one.unit or ""))
    return lines
