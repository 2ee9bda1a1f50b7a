"""The datasets, declared once: each column with type, unit, English description and Chinese label.

The same declaration writes and validates the Parquet files, carries the pandas types (Int64 stays Int64) and fills ``dictionary``.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable
from types import MappingProxyType

import pyarrow as pa

from pipeline.normalizer.schemas.columns import ARROW, COUNT_LIMIT, MONEY, MONEY_LIMIT, PANDAS, Column, ColumnType, Dataset
from pipeline.normalizer.schemas.derived import CHECKS, COVERAGE, DICTIONARY, INDICATORS, ISSUES, REDIRECTS, UNITS
from pipeline.normalizer.schemas.figures import FEES, PROSE, SECTIONS, figures
from pipeline.normalizer.schemas.reports import CAPTURES, DOCUMENTS, REPORTS

__all__ = [
    "COUNT_LIMIT",
    "DATASETS",
    "MONEY",
    "MONEY_LIMIT",
    "Column",
    "ColumnType",
    "Dataset",
    "arrow_schema",
    "pandas_metadata",
    "schemas_digest",
]

DATASETS = MappingProxyType(
    {
        one.name: one
        for one in (
            REPORTS,
            DOCUMENTS,
            CAPTURES,
            figures("proactive_disclosure", "One printed count of table two; money stands in fees", "主动公开情况"),
            figures("applications", "One printed count of table three", "申请办理情况"),
            FEES,
            figures("review_litigation", "One printed count of table four", "行政复议与行政诉讼情况"),
            PROSE,
            SECTIONS,
            CHECKS,
            INDICATORS,
            COVERAGE,
            UNITS,
            REDIRECTS,
            ISSUES,
            DICTIONARY,
        )
    }
)


@functools.cache
def arrow_schema(name: str) -> pa.Schema:
    """The Parquet schema of a dataset, with labels and descriptions at the fields and the types for pandas."""
    dataset = DATASETS[name]
    fields = [pa.field(c.name, ARROW[c.type], nullable=not c.required, metadata=_field_metadata(c)) for c in dataset.columns]
    types = json.dumps(pandas_metadata((c.name, c.type) for c in dataset.columns))
    metadata = {"pandas": types, "dataset": name, "description": dataset.description, "label_zh": dataset.label_zh}
    return pa.schema(fields, metadata=metadata)


def _field_metadata(column: Column) -> dict[str, str]:
    metadata = {"description": column.description, "label_zh": column.label_zh}
    return metadata | ({"unit": column.unit} if column.unit else {})


def pandas_metadata(columns: Iterable[tuple[str, ColumnType]]) -> dict[str, object]:
    """What a Parquet file tells pandas about its columns (name, type)."""
    told = [
        {"name": name, "field_name": name, "pandas_type": PANDAS[kind][0], "numpy_type": PANDAS[kind][1], "metadata": None}
        for name, kind in columns
    ]
    return {"index_columns": [], "column_indexes": [], "columns": told, "pandas_version": "2.2.0"}


@functools.cache
def schemas_digest() -> str:
    """A short digest of all declarations: it changes when a column does."""
    text = "\n".join(f"{dataset!r}" for dataset in DATASETS.values())
    return hashlib.sha256(text.encode()).hexdigest()[:12]
