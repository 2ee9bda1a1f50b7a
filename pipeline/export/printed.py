"""CSV that spreadsheets read as it is meant, written by whole columns: one spelling for each type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.export.guard import guard_column

BOM = b"\xef\xbb\xbf"
_LINE_END = "\r\n"
_ROWS_AT_ONCE = 65_536


def write_csv(path: Path, names: Sequence[str], parts: Iterable[pa.Table]) -> int:
    """Write rows in UTF-8 with a mark, CRLF, every text quoted and guarded; how many there were.

    Nothing between two commas is a null, ``""`` an empty text.
    """
    count = 0
    with path.open("wb") as out:
        out.write(BOM + (",".join(names) + _LINE_END).encode())
        for part in parts:
            for start in range(0, part.num_rows, _ROWS_AT_ONCE):
                out.write("".join(_lines(part.slice(start, _ROWS_AT_ONCE))).encode())
            count += part.num_rows
    return count


def _lines(rows: pa.Table) -> list[str]:
    cells = [_cells(column) for column in rows.columns]
    lines = pc.binary_join_element_wise(*cells, ",", null_handling="replace", null_replacement="")
    return [f"{line}{_LINE_END}" for line in lines.to_pylist()]


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(column.type):
        doubled = pc.replace_substring(guard_column(column), '"', '""')
        return pc.binary_join_element_wise('"', doubled, '"', "")
    return as_text(column)


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers, days and moments as text: amounts without the zeros behind, moments in UTC as ISO 8601."""
    text = pc.cast(column, pa.string())
    if pa.types.is_decimal(column.type):
        return pc.replace_substring_regex(text, r"\.?0+$", "")
    if pa.types.is_timestamp(column.type):
        return pc.replace_substring_regex(pc.replace_substring(text, " ", "T"), r"\.0+Z$", "Z")
    return text
