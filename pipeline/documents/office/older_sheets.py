"""What older workbooks (.xls) hide, and how large their sheets are: read from the records of the file, without their values.

A workbook is one stream of records, each a number, a length and its bytes; the sheets follow one another in it. Source: Microsoft's
description of the format, [MS-XLS] 2.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

from pipeline.documents.content import DocumentError
from pipeline.documents.office.sheet_facts import SheetFacts
from pipeline.extras import need

_STREAMS = ("Workbook", "Book")
_FILE_PASS, _BOUND_SHEET, _COLUMN_INFO, _ROW = 0x2F, 0x85, 0x7D, 0x208
#: Records of cells; all begin with the row and the column. Those of several cells end with their last column.
_CELLS = frozenset({0x06, 0x201, 0x203, 0x204, 0x205, 0x207, 0x27E, 0xFD, 0xD6})
_SEVERAL = frozenset({0xBD, 0xBE})
_ROW_HIDDEN = 0x20
_MOST_COLUMNS = 256


def facts_of_older(body: bytes) -> dict[str, SheetFacts]:
    """Sheet name → facts. Raises ``DocumentError`` for a file that is damaged or encrypted."""
    stream = _stream(body)
    starts: dict[int, str] = {}
    facts: dict[str, SheetFacts] = {}
    current: SheetFacts | None = None
    for at, kind, data in _records(stream):
        if at in starts:
            current = facts.setdefault(starts[at], SheetFacts())
        if kind == _FILE_PASS:
            raise DocumentError("document.encrypted", "the workbook is encrypted; save it without a password")
        if kind == _BOUND_SHEET and len(data) > 8:
            starts[int.from_bytes(data[:4], "little")] = _name(data[6:])
        elif current is not None:
            _take(kind, data, current)
    return facts


def _stream(body: bytes) -> bytes:
    olefile = need("olefile", "docs", "Reading older Excel files")
    try:
        with olefile.OleFileIO(BytesIO(body)) as file:
            name = next((one for one in _STREAMS if file.exists(one)), None)
            return bytes(file.openstream(name).read()) if name else b""
    except (OSError, ValueError, struct.error, IndexError) as error:
        raise DocumentError("document.damaged", f"the workbook is damaged ({error}); fetch it again") from error


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Place, number and bytes of each record."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _name(data: bytes) -> str:
    """The name of a sheet: its length, whether it has two bytes a character, its characters."""
    length, wide = data[0], data[1] & 1
    return data[2 : 2 + length * 2].decode("utf-16-le", "replace") if wide else data[2 : 2 + length].decode("latin-1")


def _take(kind: int, data: bytes, facts: SheetFacts) -> None:
    if kind == _ROW and len(data) >= 14 and int.from_bytes(data[12:14], "little") & _ROW_HIDDEN:
        facts.hidden_rows.add(int.from_bytes(data[:2], "little"))
    elif kind == _COLUMN_INFO and len(data) >= 10 and data[8] & 1:
        first, last = struct.unpack_from("<HH", data)
        facts.hidden_columns.update(range(first, min(last + 1, _MOST_COLUMNS)))
    elif kind in _CELLS and len(data) >= 4:
        facts.reach(*struct.unpack_from("<HH", data))
    elif kind in _SEVERAL and len(data) >= 6:
        facts.reach(int.from_bytes(data[:2], "little"), int.from_bytes(data[-2:], "little"))
