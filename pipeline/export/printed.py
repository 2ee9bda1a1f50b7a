"""CSV that spreadsheets read as it is meant, written by whole columns: one spelling for each type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.export.guard import guard_column

BOM = b"\xef\xbb\xbf"
_LINE_END = "\r\n"
_ROWS_AT_ONCE = 65_536


def write_csv(path: Path, names: Sequence[str], parts: Iterable[pa.Table]) -> int:
    """Write rows as ``csv_bytes`` gives them; how many there were."""
    count = 0

    def counted() -> Iterator[pa.Table]:
        nonlocal count
        for part in parts:
            count += part.num_rows
            yield part

    with path.open("wb") as out:
        out.writelines(csv_bytes(names, counted()))
    return count


def csv_bytes(names: Sequence[str], parts: Iterable[pa.Table]) -> Iterator[bytes]:
    """Rows in UTF-8 with a mark, CRLF, every text quoted and guarded.

    Nothing between two commas is a null, ``""`` an empty text.
    """
    yield BOM + (",".join(names) + _LINE_END).encode()
    for part in parts:
        for start in range(0, part.num_rows, _ROWS_AT_ONCE):
            yield "".join(_lines(part.slice(start, _ROWS_AT_ONCE))).encode()


def _lines(rows: pa.Table) -> list[str]:
    cells = [_cells(column) for column in rows.columns]
    lines = pc.binary_join_element_wise(*cells, ",", null_handling="replace", null_replacement="")
    return [f"{line}{_LINE_END}" for line in lines.to_pylist()]


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        doubled = pc.replace_substring(guard_column(pc.cast(column, pa.string())), '"', '""')
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
