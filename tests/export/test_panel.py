"""The wide panel: every report a row, every figure of both forms a column, and nothing that is not printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.export.panel import about_columns, panel, variables
from pipeline.export.panel_files import codebook, write_panel_folder
from pipeline.export.selection import Extract, Selection, open_extract, select
from pipeline.export.short_names import LONGEST, short_names
from pipeline.forms import forms
from pipeline.normalizer.load import open_snapshot, read_files
from tests.small_snapshot import FINANCE, GOVERNMENT, TOWN, figure, report, report_id, table, together


@pytest.fixture(scope="module")
def wide(processed):
    return {row["report_id"]: row for row in panel(open_extract(processed, Selection())).to_pylist()}


def test_short_names_are_one_for_each_figure_and_leave_room_for_a_suffix():
    names = short_names()
    assert list(names) == list(forms().figures)
    assert len(set(names.values())) == len(names)
    assert max(map(len, names.values())) <= LONGEST


def test_all_columns_have_names_that_stata_takes_and_differ():
    names = [one.name for one in (*about_columns(), *variables())]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 32 and name.isidentifier() and name == name.lower() for name in names)


def test_each_report_is_a_row_and_each_figure_of_the_snapshot_stands_in_it(extract, wide):
    assert len(wide) == extract.reports.num_rows
    names, seen = short_names(), 0
    for dataset in ("applications", "proactive_disclosure", "review_litigation"):
        for row in extract.table(dataset).to_pylist():
            mine, name = wide[row["report_id"]], names[row["figure"]]
            assert mine[name] == row["value"]
            assert mine[f"{name}_s"] == row["status"]
            assert mine[f"{name}_d"] == ("read." in (row["flags"] or ""))
            assert mine[f"{name}_c"] == ("check." in (row["flags"] or ""))
            seen += 1
    stated = [name for row in wide.values() for name, value in row.items() if name.endswith("_s") and value is not None]
    assert len(stated) == seen + extract.table("fees").num_rows


def test_a_cell_that_is_not_there_has_no_value_status_or_flag(wide):
    row = wide[report_id(FINANCE, 2022)]
    assert row["applications_state"] == "refused"
    assert {row[name] for one in variables() if one.figure.table == "applications" for name in [one.name]} == {None}


def test_a_blank_and_a_dash_are_no_zero(wide):
    assert (wide[report_id(TOWN, 2022)]["ap_received_business"], wide[report_id(TOWN, 2022)]["ap_received_business_s"]) == (None, "blank")
    assert (wide[report_id(FINANCE, 2021)]["ap_received_business"], wide[report_id(FINANCE, 2021)]["ap_received_business_s"]) == (
        None,
        "dash",
    )


def test_amounts_stand_in_yuan_and_as_printed(wide):
    row = wide[report_id(GOVERNMENT, 2021)]
    assert (row["pd_fees_yuan"], row["pd_fees_printed"], row["pd_fees_unit"]) == (Decimal(934200), Decimal("93.42"), "万元")
    row = wide[report_id(FINANCE, 2021)]
    assert (row["pd_fees_yuan"], row["pd_fees_printed"], row["pd_fees_unit"], row["pd_fees_yuan_s"]) == (
        None,
        Decimal(8040),
        None,
        "reported",
    )


def test_what_was_published_stays_and_the_correction_is_told(wide):
    row = wide[report_id(TOWN, 2022)]
    assert (row["rl_review_corrected"], row["corrected"]) == (4, "rl_review_corrected=2")


def test_doubt_and_contradiction_are_never_mixed(wide):
    doubted, contradicted = wide[report_id(TOWN, 2022)], wide[report_id(FINANCE, 2021)]
    assert (doubted["ap_received_total_d"], doubted["ap_received_total_c"]) == (True, False)
    assert (contradicted["ap_received_total_d"], contradicted["ap_received_total_c"]) == (False, True)


@dataclass(frozen=True)
class Given(Extract):
    """An extract of rows that stand in no file."""

    tables: Mapping[str, pa.Table] = field(default_factory=dict)

    def parts(self, dataset, partition=None):
        yield from [self.tables[dataset].cast(read_files(dataset, []).schema)] if dataset in self.tables else []

    def partitions(self, dataset):
        return ["all"]


FIGURES = st.sampled_from(sorted(one.id for one in forms().figures.values() if one.column.kind != "money"))


@settings(max_examples=20)
@given(values=st.dictionaries(st.tuples(st.sampled_from([2019, 2021, 2022]), FIGURES), st.integers(-(2**63), 2**63 - 1), max_size=30))
def test_any_set_of_figures_is_pivoted_without_a_loss(processed, values):
    rows = together(
        *(report(TOWN, year) for year in (2019, 2021, 2022)), *(figure(TOWN, year, name, value) for (year, name), value in values.items())
    )
    tables = {dataset: table(dataset, its) for dataset, its in rows.items()}
    wide = panel(Given(open_snapshot(processed), Selection(), tables)).select(["report_year", *short_names().values()]).to_pylist()
    back = {(row["report_year"], name): row[short] for row in wide for name, short in short_names().items() if row[short] is not None}
    assert back == values


@pytest.fixture(scope="module")
def folder(processed, tmp_path_factory):
    made = tmp_path_factory.mktemp("panel")
    assert write_panel_folder(open_extract(processed, Selection()), made) == []
    return made


def test_csv_and_parquet_hold_the_same_and_pandas_keeps_whole_numbers(folder):
    frame = pd.read_parquet(folder / "panel.parquet")
    assert frame["ap_received_total"].dtype == pd.Int64Dtype()
    assert frame["ap_received_total_d"].dtype == pd.BooleanDtype()
    read = pd.read_csv(folder / "panel.csv", dtype={"ap_carried_in_total": "Int64"}, low_memory=False)
    assert read["ap_carried_in_total"].dropna().tolist() == frame["ap_carried_in_total"].dropna().tolist() == [2**60 + 1]
    assert list(read.columns) == list(frame.columns)


def test_the_codebook_names_every_column_and_its_figure():
    rows = {row["column"]: row for row in codebook().to_pylist()}
    assert list(rows) == [one.name for one in (*about_columns(), *variables())]
    assert rows["ap_received_total"]["figure"] == "applications.new_received.total"
    assert rows["pd_fees_yuan"]["unit"] == "元"
    assert all(row["label_zh"] and row["label_en"] for row in rows.values())


def test_every_value_has_its_cell_in_the_citations(folder):
    cells = pd.read_csv(folder / "cells.csv", dtype=str, keep_default_na=False)
    frame = pd.read_parquet(folder / "panel.parquet").set_index("report_id")
    cited = set(zip(cells["report_id"], cells["column"], strict=True))
    for one in variables():
        if one.part == "value":
            assert {(report, one.name) for report in frame.index[frame[one.name].notna()]} <= cited
    assert (cells[["table", "cell_row", "cell_column", "source_url", "captured_at", "document_sha256"]] != "").all(axis=None)


def test_a_selection_without_reports_has_the_columns_and_no_row(processed):
    empty = panel(open_extract(processed, select([], [1999], None)))
    assert (empty.num_rows, empty.num_columns) == (0, len(about_columns()) + len(variables()))
