"""The panel as Stata and its readers see it."""

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.export.panel import panel, variables
from pipeline.export.selection import Selection, open_extract
from pipeline.export.stata import MAX_LABEL, MAX_NAME, variable_labels, write_stata
from tests.small_snapshot import FINANCE, GOVERNMENT, NAMES, TOWN, report_id


@pytest.fixture(scope="module")
def written(processed, tmp_path_factory):
    path = tmp_path_factory.mktemp("dta") / "panel.dta"
    return path, write_stata(open_extract(processed, Selection()), path)


@pytest.fixture(scope="module")
def frame(written):
    return pd.read_stata(written[0], convert_categoricals=False).set_index("report_id")


def test_it_is_format_118_and_a_reader_of_its_own_reads_the_same(written, frame):
    assert written[0].read_bytes().startswith(b"<stata_dta><header><release>118</release>")
    other, described = pyreadstat.read_dta(str(written[0]))
    assert other["ap_received_total"].tolist() == pytest.approx(frame["ap_received_total"].tolist(), nan_ok=True)
    assert described.column_names_to_labels["ap_received_total"] == "一、本年新收政府信息公开申请数量·总计"


def test_names_and_labels_keep_the_limits():
    labels = variable_labels()
    assert all(len(name) <= MAX_NAME for name in labels)
    assert all(0 < len(label) <= MAX_LABEL for label in labels.values())


def test_no_value_is_a_missing_value_and_never_zero(frame, extract):
    for row in panel(extract).to_pylist():
        mine = frame.loc[row["report_id"]]
        for one in variables():
            if one.type in {"count", "money"}:
                assert pd.isna(mine[one.name]) == (row[one.name] is None), one.name
                assert row[one.name] is None or mine[one.name] == pytest.approx(float(row[one.name]), rel=1e-15)


def test_codes_are_numbers_with_chinese_labels(written, frame):
    _, described = pyreadstat.read_dta(str(written[0]))
    assert described.variable_value_labels["ap_received_business_s"] == {1: "有数值", 2: "空白", 3: "划线或“无”", 4: "无法读取"}
    assert frame.loc[report_id(TOWN, 2022), "ap_received_business_s"] == 2
    assert frame.loc[report_id(FINANCE, 2021), "ap_received_total_c"] == 1
    assert described.variable_value_labels["applications_state"][frame.loc[report_id(FINANCE, 2022), "applications_state"]] == "拒读"


def test_texts_and_days_come_through(frame):
    row = frame.loc[report_id(GOVERNMENT, 2021)]
    assert row["unit_name"] == NAMES[GOVERNMENT]
    assert row["county_code"] == "320899000000"
    assert row["published_on"] == pd.Timestamp("2022-01-20")
    assert row["captured_at"] == "2024-02-01T08:30:00Z"


def test_numbers_that_a_double_rounds_are_told(written):
    assert written[1] == ["numbers of more than 15 digits are rounded in pd_fees_yuan, pd_fees_printed, ap_carried_in_total"]


def test_citation_and_readme_stand_beside_it_and_bytes_are_the_same(written, processed, tmp_path):
    where = ["--out", str(tmp_path / "panel.dta"), "--processed", str(processed)]
    assert CliRunner().invoke(main, ["export", "--format", "dta", *where]).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["panel.README.md", "panel.cells.csv", "panel.dta"]
    for path in tmp_path.iterdir():
        assert path.read_bytes() == written[0].with_name(path.name).read_bytes()
    assert written[1][0] in (tmp_path / "panel.README.md").read_text("utf8")
