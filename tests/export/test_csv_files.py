"""CSV that spreadsheets read as it is meant, and programs read back as it was."""

import csv
import io
import re

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.csv_files import write_csv_folder
from pipeline.export.guard import unguard
from pipeline.export.printed import BOM, write_csv
from pipeline.export.selection import cited_columns
from tests.small_snapshot import GOVERNMENT, LINK, LONG, TOWN


def read(path):
    body = path.read_bytes()
    assert body.startswith(BOM)
    with io.StringIO(body.decode("utf-8-sig"), newline="") as text:
        return list(csv.DictReader(text))


def test_every_dataset_is_a_file_with_all_its_rows(extract, tmp_path):
    assert write_csv_folder(extract, tmp_path) == []
    for dataset in extract.selection.datasets:
        rows = read(tmp_path / f"{dataset}.csv")
        assert len(rows) == extract.table(dataset).num_rows
        texts = {one.name for one in cited_columns(dataset) if one.type == "text"}
        expected = [row for part in extract.cited_parts(dataset) for row in part.to_pylist()]
        for row, wanted in zip(rows, expected, strict=True):
            for name in texts:
                assert unguard(row[name]) == (wanted[name] or "")


@pytest.mark.fault("O01")
def test_nothing_runs_in_a_spreadsheet_and_numbers_are_numbers(extract, tmp_path):
    write_csv_folder(extract, tmp_path)
    risky = re.compile(r"[=+@\t\r＝＋＠-]|\d{12,}$")
    for path in tmp_path.glob("*.csv"):
        columns = {one.name: one.type for one in cited_columns(path.stem)}
        for row in read(path):
            for name, text in row.items():
                if columns[name] == "text":
                    assert not risky.match(text), (path.name, name, text)
                elif columns[name] in {"year", "number", "count", "money", "ratio"} and text:
                    float(text)


def test_awkward_values_stand_as_they_should(extract, tmp_path):
    write_csv_folder(extract, tmp_path)
    reports = {row["report_id"]: row for row in read(tmp_path / "reports.csv")}
    assert reports[f"{GOVERNMENT}-2022-own"]["title"] == f"'{LINK}"
    assert reports[f"{GOVERNMENT}-2022-own"]["county_code"] == "'320899000000"
    figures = {(row["report_id"], row["figure"]): row for row in read(tmp_path / "applications.csv")}
    assert figures[f"{TOWN}-2022-own", "applications.carried_over.total"]["value"] == str(2**60 + 1)
    fees = {row["report_id"]: row for row in read(tmp_path / "fees.csv")}
    assert fees[f"{GOVERNMENT}-2021-own"]["amount"] == "93.42"
    assert fees[f"{TOWN}-2022-own"]["amount_yuan"] == "123456789012345.678901"
    assert fees[f"{GOVERNMENT}-2021-own"]["captured_at"] == "2024-02-01T08:30:00Z"
    sections = {row["report_id"]: row["text"] for row in read(tmp_path / "sections.csv")}
    assert sections[f"{GOVERNMENT}-2022-own"] == LONG
    assert sections[f"{TOWN}-2022-own"] == 'a "b",\r\n\x02c\uffff'


def test_no_value_and_an_empty_text_stay_different(extract, tmp_path):
    write_csv_folder(extract, tmp_path)
    lines = (tmp_path / "applications.csv").read_bytes().split(b"\r\n")
    blank = next(line for line in lines if b'"blank"' in line)
    assert b',,"blank",' in blank
    assert b',"",' in blank


def test_the_same_snapshot_gives_the_same_bytes(extract, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_csv_folder(extract, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@given(st.lists(st.tuples(st.none() | st.text(), st.none() | st.integers(-(2**63), 2**63 - 1)), max_size=6))
def test_any_text_and_number_come_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "rows.csv"
    columns = [[row[0] for row in rows], [row[1] for row in rows]]
    table = pa.table([pa.array(columns[0], pa.string()), pa.array(columns[1], pa.int64())], names=["text", "number"])
    assert write_csv(path, table.schema.names, [table]) == len(rows)
    back = read(path)
    assert [unguard(row["text"]) for row in back] == [text or "" for text in columns[0]]
    assert [row["number"] for row in back] == ["" if number is None else str(number) for number in columns[1]]


def test_pandas_reads_it_as_it_is(extract, tmp_path):
    write_csv_folder(extract, tmp_path)
    frame = pd.read_csv(tmp_path / "applications.csv", dtype={"value": "Int64"})
    assert frame["value"].dropna().sum() == sum(value or 0 for value in extract.table("applications")["value"].to_pylist())


def test_the_readme_tells_what_it_is_and_how_to_cite_it(extract, tmp_path):
    write_csv_folder(extract, tmp_path)
    text = (tmp_path / "README.md").read_text("utf8")
    assert f"snapshot {extract.snapshot.number}, captured until 2024-02-01" in text
    assert "CC BY 4.0" in text
    assert "读取存疑" in text
    assert "自相矛盾" in text
    assert f"| applications.csv | {extract.table('applications').num_rows} |" in text
    assert "{" not in text
