"""What the library that reads workbooks does not tell: how large a sheet claims to be, what is hidden, which formulas have no value.

The size is looked at first, as the library makes room for every position up to the last cell: one cell at XFD1048576 asks for gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

from pipeline.documents.content import DocumentError
from pipeline.documents.office.elements import children, name_of
from pipeline.documents.office.package import Package

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ON = frozenset({"1", "true"})
#: Columns of a sheet; a column range that hides all beyond the table goes up to it.
_MOST_COLUMNS = 16_384


@dataclass(slots=True)
class SheetFacts:
    """Rows and columns up to the last cell, the hidden ones of them (from 0), and formulas that hold no value."""

    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    empty_formulas: set[tuple[int, int]] = field(default_factory=set)

    def reach(self, row: int, column: int) -> None:
        """Take a cell into the size."""
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)


def facts_of_package(package: Package) -> dict[str, SheetFacts]:
    """Sheet name → facts, of a newer workbook (.xlsx). Raises ``DocumentError``."""
    main = package.main_part("xl/workbook.xml")
    book = package.xml(main)
    parts = package.related(main)
    found = {}
    for sheet in (one for sheets in children(book, "sheets") for one in sheets) if book is not None else ():
        key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        part = parts.get(key, "")
        found[sheet.get("name", "")] = _facts(package.part(part), part)
    return found


def _facts(body: bytes, part: str) -> SheetFacts:
    facts = SheetFacts()
    for node in _elements(body, part):
        name = name_of(node)
        if name == "col" and node.get("hidden") in _ON:
            first, last = (_whole(node.get(edge)) for edge in ("min", "max"))
            facts.hidden_columns.update(range(first - 1, min(last, _MOST_COLUMNS)))
        elif name == "row":
            _take_row(node, facts)
    return facts


def _elements(body: bytes, part: str) -> Iterator[Any]:
    """Rows and columns one after the other, each forgotten when it has been looked at."""
    if not body:
        return
    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    try:
        for _, node in etree.iterparse(BytesIO(body), tag=("{*}row", "{*}col"), **options):
            yield node
            node.clear()
            while (before := node.getprevious()) is not None and before.getparent() is not None:
                before.getparent().remove(before)
    except etree.XMLSyntaxError as error:
        raise DocumentError("document.damaged", f"{part} is no XML ({error}); fetch it again") from error


def _take_row(node: Any, facts: SheetFacts) -> None:
    row = _whole(node.get("r")) - 1 if node.get("r") else facts.rows
    if node.get("hidden") in _ON:
        facts.hidden_rows.add(row)
    column = -1
    for cell in node:
        found = _REFERENCE.fullmatch(cell.get("r", ""))
        column = _column(found[1]) if found else column + 1
        facts.reach(row, column)
        inside = {name_of(one): one for one in cell}
        if "f" in inside and not (inside["v"].text if "v" in inside else None):
            facts.empty_formulas.add((row, column))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1


def _column(letters: str) -> int:
    """The number of a column from 0.

    >>> _column("A"), _column("Z"), _column("AA"), _column("XFD")
    (0, 25, 26, 16383)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """The letters of a column from 0.

    >>> column_letters(0), column_letters(26), column_letters(16383)
    ('A', 'AA', 'XFD')
    """
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
