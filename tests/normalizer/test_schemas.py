"""The declarations themselves: complete, consistent, and what the dictionary says is what is written."""

import re

import pandas as pd
import pyarrow as pa
import pytest

from pipeline.forms import forms
from pipeline.normalizer.dictionary import dictionary_table
from pipeline.normalizer.schemas import DATASETS, arrow_schema


@pytest.mark.parametrize("name", DATASETS)
def test_every_column_has_its_labels_in_the_file(name):
    schema = arrow_schema(name)
    for field in schema:
        assert field.metadata[b"description"]
        assert re.search(r"[\u4e00-\u9fff]|SHA", field.metadata[b"label_zh"].decode())
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
    assert len(set(schema.names)) == len(schema.names)
    assert set(DATASETS[name].order) <= set(schema.names)


@pytest.mark.fault("S08")
@pytest.mark.parametrize("name", DATASETS)
def test_pandas_gets_the_declared_types_also_from_an_empty_file(name):
    frame = arrow_schema(name).empty_table().to_pandas()
    for column in DATASETS[name].columns:
        if column.type == "count":
            assert frame[column.name].dtype == pd.Int64Dtype()


def test_one_name_is_one_quantity():
    seen = {}
    for dataset in DATASETS.values():
        for column in dataset.columns:
            if column.name in {"value", "unit", "figures", "figure", "label_zh", "dataset"}:
                continue
            assert seen.setdefault(column.name, column.type) == column.type, column.name


def test_figures_are_plain_strings_and_money_is_decimal():
    assert arrow_schema("applications").field("figure").type == pa.string()
    assert arrow_schema("applications").field("report_year").type == pa.int16()
    assert arrow_schema("fees").field("amount_yuan").type == pa.decimal128(24, 6)


def test_the_dictionary_has_every_figure_column_and_relation_once():
    rows = dictionary_table().to_pylist()
    keys = [(row["entry"], row["id"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row["id"] for row in rows if row["entry"] == "figure"} == set(forms().figures)
    assert {row["id"] for row in rows if row["entry"] == "check"} == {check.id for check in forms().checks}
    assert {row["id"] for row in rows if row["entry"] == "column"} == {f"{d.name}.{c.name}" for d in DATASETS.values() for c in d.columns}
    assert all(row["label_zh"] for row in rows)
