"""A Frictionless data package: the Parquet files of a snapshot with a description that programs read (datapackage.json)."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import pipeline
from pipeline.export.keys import PRIMARY, foreign_keys
from pipeline.export.output import README
from pipeline.export.readme import captured, citation, readme
from pipeline.export.selection import Extract, cited_columns
from pipeline.normalizer.schemas import DATASETS, Column, pandas_metadata
from pipeline.normalizer.schemas.columns import ARROW, ColumnType

DESCRIPTOR = "datapackage.json"
_TYPES: Mapping[ColumnType, str] = {
    "text": "string",
    "year": "integer",
    "number": "integer",
    "count": "integer",
    "money": "number",
    "ratio": "number",
    "yes_no": "boolean",
    "day": "date",
    "moment": "datetime",
}
_ROW_GROUP_ROWS = 65_536


def descriptor(paths: Mapping[str, str], columns: Mapping[str, Sequence[Column]], filled: Container[str]) -> dict[str, Any]:
    """The description of a package: dataset → where it lies, and which columns it has there; keys point at those that are ``filled``."""
    return {
        "profile": "data-package",
        "name": "gongkai",
        "title": "gongkai 公开: 政府信息公开工作年度报告 as data",
        "description": "Figures of the annual reports on government information disclosure of China's local governments, each with "
        "the cell that it was printed in. flags: read.* = we doubt our reading, check.* = the publisher's figures contradict each other.",
        "version": pipeline.__version__,
        "licenses": [
            {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "Creative Commons Attribution 4.0"}
        ],
        "sources": [{"title": "政府信息公开工作年度报告, published by the administrative organs that issued them; source_url names each"}],
        "contributors": [{"title": "The gongkai authors", "role": "author"}],
        "keywords": ["open government", "freedom of information", "China", "政府信息公开"],
        "resources": [_resource(name, path, columns[name], filled) for name, path in paths.items()],
    }


def _resource(name: str, path: str, columns: Sequence[Column], filled: Container[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(one) for one in columns]}
    if name in PRIMARY:
        schema["primaryKey"] = list(PRIMARY[name])
    keys = [{"fields": [key.column], "reference": {"resource": key.dataset, "fields": [key.column]}} for key in foreign_keys(name, filled)]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": name,
        "title": DATASETS[name].label_zh,
        "description": DATASETS[name].description,
        "path": path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _TYPES[column.type], "title": column.label_zh, "description": column.description}
    if column.unit:
        field["unit"] = column.unit
    if column.required:
        field["constraints"] = {"required": True}
    return field


def to_json(content: Mapping[str, Any]) -> str:
    """JSON for files that people look at too."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def write_package(extract: Extract, folder: Path) -> list[str]:
    """Fill a folder with ``<dataset>.parquet``, the description and the README. Every row carries its citation."""
    datasets = extract.selection.datasets
    rows = {name: _write_parquet(extract, name, folder / f"{name}.parquet") for name in datasets}
    # A snapshot from before the list of units has none that a key could point at.
    filled = {name for name, count in rows.items() if count}
    described = descriptor({name: f"{name}.parquet" for name in datasets}, {name: cited_columns(name) for name in datasets}, filled)
    own = {"created": captured(extract)[1].isoformat(), "snapshot": extract.snapshot.number, "citation": citation(extract)}
    (folder / DESCRIPTOR).write_text(to_json(described | own), "utf8")
    (folder / README).write_text(readme(extract, "datapackage", {f"{name}.parquet": count for name, count in rows.items()}), "utf8")
    return []


def _write_parquet(extract: Extract, dataset: str, path: Path) -> int:
    columns = cited_columns(dataset)
    fields = [pa.field(one.name, ARROW[one.type], metadata={"label_zh": one.label_zh, "description": one.description}) for one in columns]
    schema = pa.schema(fields, metadata={"pandas": json.dumps(pandas_metadata((one.name, one.type) for one in columns))})
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as out:
        for part in extract.cited_parts(dataset):
            out.write_table(part.cast(schema), row_group_size=_ROW_GROUP_ROWS)
            count += part.num_rows
    return count
