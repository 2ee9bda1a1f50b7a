"""The dataset ``dictionary``: every figure, column, relation and code with its meaning, from the declarations that the program uses."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.forms import Figure, forms
from pipeline.normalizer.derived.indicators_declared import declared
from pipeline.normalizer.schemas import DATASETS, arrow_schema


def dictionary_table() -> pa.Table:
    """All entries, sorted."""
    rows = sorted((*_figures(), *_columns(), *_checks(), *_indicators(), *_codes()), key=lambda row: (row["entry"], row["id"]))
    return pa.Table.from_pylist(rows, schema=arrow_schema("dictionary"))


def _figures() -> Iterator[dict[str, Any]]:
    for figure in forms().figures.values():
        column = figure.column
        yield {
            "entry": "figure",
            "id": figure.id,
            "dataset": "fees" if column.kind == "money" else figure.table,
            "label_zh": " | ".join(dict.fromkeys(_label_zh(figure, form) for form in figure.forms)),
            "label_en": f"{figure.row.label_en}, {column.label_en}",
            "definition": figure.row.definition,
            "unit": figure.unit,
            "type": column.kind,
            "forms": " ".join(figure.forms),
            "comparable_with": " + ".join(figure.comparable_with) or None,
        }


def _label_zh(figure: Figure, form: str) -> str:
    return " / ".join(figure.label_zh(form))


def _columns() -> Iterator[dict[str, Any]]:
    for dataset in DATASETS.values():
        for column in dataset.columns:
            yield {
                "entry": "column",
                "id": f"{dataset.name}.{column.name}",
                "dataset": dataset.name,
                "label_zh": column.label_zh,
                "definition": column.description,
                "unit": column.unit,
                "type": column.type,
            }


def _checks() -> Iterator[dict[str, Any]]:
    for check in forms().checks:
        yield {
            "entry": "check",
            "id": check.id,
            "dataset": "checks",
            "label_zh": check.label_zh,
            "label_en": check.label_en,
            "definition": f"{check.severity}; {check.scope}; {check.origin}",
        }


def _indicators() -> Iterator[dict[str, Any]]:
    for one in declared().indicators:
        yield {
            "entry": "indicator",
            "id": one.id,
            "dataset": "indicators",
            "label_zh": one.zh,
            "label_en": one.en,
            "definition": f"{one.definition}: {one.formula}" if one.formula else one.definition,
            "unit": one.unit,
            "type": one.kind,
            "forms": " ".join(one.forms),
            "comparable_with": one.id if one.comparable else None,
        }


def _codes() -> Iterator[dict[str, Any]]:
    codes = tomllib.loads(Path(__file__).with_name("codes.toml").read_text("utf8"))
    for column, values in codes.items():
        for code, meaning in values.items():
            yield _code(f"{column}.{code}", meaning["zh"], meaning["en"])
    for one in declared().breaks:
        yield _code(f"caveat.{one.code}", one.zh, one.en)
    small = declared().small_number
    yield _code("caveat.small_number", small.zh, small.en)


def _code(name: str, zh: str, en: str) -> dict[str, Any]:
    return {"entry": "code", "id": name, "label_zh": zh, "definition": en}
