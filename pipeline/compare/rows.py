"""The comparison as rows, with the citation of every value: for CSV, and as a frame for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipeline.compare.points import Point
from pipeline.compare.subject import Subject
from pipeline.normalizer.schemas import MONEY

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("subject", "label_zh", "unit_id", "unit_name", "scope")),
        ("report_year", pa.int16()),
        ("value", pa.float64()),
        ("numerator", MONEY),
        ("denominator", MONEY),
        *((name, pa.string()) for name in ("unit", "missing", "caveats", "breaks", "correction")),
        ("synthetic", pa.bool_()),
        *((name, pa.string()) for name in ("report_id", "source_url", "source_file")),
        ("captured_at", pa.timestamp("us", tz="UTC")),
        ("document_sha256", pa.string()),
        *((name, pa.int32()) for name in ("table", "cell_row", "cell_column")),
    ]
)


def point_rows(points: Sequence[Point], subject: Subject) -> pa.Table:
    """One row a point. ``value`` is a double; ``missing`` is the reason where it is null; codes are separated by spaces."""
    return pa.Table.from_pylist([_row(point, subject) for point in points], schema=SCHEMA)


def _row(point: Point, subject: Subject) -> dict[str, Any]:
    row = {name: getattr(point, name) for name in ("unit_id", "unit_name", "scope", "missing", "correction", "synthetic")}
    row |= {"subject": subject.id, "label_zh": subject.label_zh, "unit": subject.unit, "report_year": point.year}
    row |= {"value": None if point.value is None else float(point.value)}
    row |= {name: _money(getattr(point, name)) for name in ("numerator", "denominator")}
    row |= {name: " ".join(getattr(point, name)) or None for name in ("caveats", "breaks")}
    if point.source is not None:
        one = point.source
        row |= {"report_id": one.report_id, "source_url": one.url, "source_file": one.file}
        row |= {"captured_at": one.captured_at, "document_sha256": one.sha256}
        row |= dict(zip(("table", "cell_row", "cell_column"), one.cell or (None, None, None), strict=True))
    return row


def _money(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.000001"))
