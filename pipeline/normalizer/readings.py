"""Readings: one archive record read is a row of scalar columns with one nested list for each kind of rows that its document holds.

Readings of a stretch of the archive are gathered as columns and make one Arrow table, which is kept so that the next build need not read
the bytes again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.forms.load import TABLES
from pipeline.model import Number
from pipeline.normalizer.schemas import COUNT_LIMIT, MONEY, MONEY_LIMIT, arrow_schema

Columns = Mapping[str, Sequence[Any]]
# Columns of the datasets that one document alone cannot fill.
KEYS = (
    *("report_id", "unit_id", "report_year", "document_id", "synthetic", "other_report_id"),
    *("value_corrected", "amount_corrected", "amount_yuan_corrected", "correction"),
)
# Kind of rows → the dataset whose columns they have.
PARTS = {
    "figures": "applications",
    "fees": "fees",
    "prose_figures": "prose_figures",
    "sections": "sections",
    "checks": "checks",
    "issues": "issues",
}
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_PLACES = Decimal("0.000001")
_MILLION = 1_000_000
_WHOLE_LIMIT = int(MONEY_LIMIT)

_SCALARS = pa.schema(
    [
        ("sha256", pa.string()),
        ("url", pa.string()),
        ("name", pa.string()),
        ("media_type", pa.string()),
        ("record_type", pa.string()),
        ("fetched_at", pa.string()),
        ("archive_file", pa.string()),
        ("archive_offset", pa.int64()),
        ("failure", pa.string()),
        ("failure_code", pa.string()),
        ("medium", pa.string()),
        ("charset", pa.string()),
        ("title", pa.string()),
        ("unit_name", pa.string()),
        ("report_year", pa.int64()),
        ("published_on", pa.string()),
        ("scope", pa.string()),
        ("places", pa.string()),
        ("form", pa.string()),
        ("synthetic", pa.bool_()),
        ("is_report", pa.bool_()),
        ("repairs", pa.string()),
        ("fingerprint", pa.string()),
        ("text_digest", pa.string()),
        *((f"{table}_{what}", pa.string()) for table in TABLES for what in ("state", "form")),
        *((f"figures_{what}", pa.int64()) for what in ("printed", "read", "blank", "unreadable", "doubted")),
        ("contradictions", pa.int64()),
    ]
)


def _part_type(dataset: str) -> pa.StructType:
    return pa.struct([field.remove_metadata().with_nullable(True) for field in arrow_schema(dataset) if field.name not in KEYS])


READING_SCHEMA = pa.schema([*_SCALARS, *(pa.field(part, pa.list_(_part_type(dataset))) for part, dataset in PARTS.items())])


class Readings:
    """Readings being gathered, as columns."""

    def __init__(self) -> None:
        #: Of the texts in it, as far as whoever adds them counts them.
        self.characters = 0
        self._scalars: dict[str, list[Any]] = {name: [] for name in _SCALARS.names}
        self._rows: dict[str, dict[str, list[Any]]] = {
            part: {field.name: [] for field in READING_SCHEMA.field(part).type.value_type} for part in PARTS
        }
        self._ends: dict[str, list[int]] = {part: [0] for part in PARTS}

    def __len__(self) -> int:
        return len(self._ends["figures"]) - 1

    def add(self, scalars: Mapping[str, Any], rows: Mapping[str, Columns]) -> None:
        """Add the reading of one document: scalars, and for each kind of rows its columns, all of one length. What is not named is null."""
        for name, column in self._scalars.items():
            column.append(scalars.get(name))
        for part, columns in self._rows.items():
            added = rows.get(part)
            length = len(next(iter(added.values()))) if added else 0
            if added and length:
                missing = [None] * length
                for name, column in columns.items():
                    column.extend(added.get(name, missing))
            self._ends[part].append(self._ends[part][-1] + length)

    def to_table(self) -> pa.Table:
        """All readings so far as one table of ``READING_SCHEMA``."""
        arrays: list[pa.Array] = [_array(self._scalars[field.name], field.type) for field in _SCALARS]
        for part, columns in self._rows.items():
            kind = READING_SCHEMA.field(part).type.value_type
            flat = [_array(columns[field.name], field.type) for field in kind]
            struct = pa.StructArray.from_arrays(flat, fields=list(kind))
            arrays.append(pa.ListArray.from_arrays(pa.array(self._ends[part], pa.int32()), struct))
        return pa.table(arrays, schema=READING_SCHEMA)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Values as Arrow holds them. Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
    if kind == MONEY:
        return money_array(values)
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([_SURROGATES.sub("\ufffd", one) if isinstance(one, str) else one for one in values], kind)


def money_array(values: Sequence[Number | None]) -> pa.Array:
    """Amounts that ``as_amount`` let through, as a column of money.

    Decimals cost Arrow a microsecond each; whole numbers of millionths, of which the bytes of the column are made here, a hundredth.
    """
    try:
        millionths = pa.array([None if one is None else int(one * _MILLION) for one in values], pa.int64())
    except OverflowError:
        return pa.array([None if one is None else Decimal(one).quantize(_PLACES) for one in values], MONEY)
    valid, data = millionths.buffers()
    low = np.frombuffer(data, np.int64, len(values)) if len(values) else np.zeros(0, np.int64)
    # A number of 128 bits is its lower half, then its sign in every bit of the upper one.
    both = np.stack([low, low >> 63], axis=1)
    return pa.Array.from_buffers(MONEY, len(values), [valid, pa.py_buffer(both.tobytes())], null_count=millionths.null_count)


def as_count(value: Number | None) -> int | None:
    """The value as a 64-bit count; ``None`` if it is none."""
    return int(value) if value is not None and int(value) == value and -COUNT_LIMIT <= value < COUNT_LIMIT else None


def as_money(value: Number | None) -> Decimal | None:
    """The value with six decimals; ``None`` if it does not fit exactly.

    >>> as_money(Decimal("1276.5534")), as_money(Decimal("0.0000001"))
    (Decimal('1276.553400'), None)
    """
    if value is None or not -MONEY_LIMIT < value < MONEY_LIMIT:
        return None
    exact = Decimal(value)
    fitted = exact.quantize(_PLACES)
    return fitted if fitted == exact else None


def as_amount(value: Number | None) -> Number | None:
    """The same for ``money_array``: a whole number stays one.

    >>> as_amount(7), as_amount(10**18)
    (7, None)
    """
    if type(value) is int:
        return value if -_WHOLE_LIMIT < value < _WHOLE_LIMIT else None
    return as_money(value)
