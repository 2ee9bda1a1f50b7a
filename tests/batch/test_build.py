"""From the archive to the datasets: what is in them, and that the same archive gives the same bytes."""

import json
import os
import shutil

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pipeline.batch.build import NothingToBuildError, build
from pipeline.batch.work import STRETCH, Reader
from pipeline.normalizer.load import load
from pipeline.normalizer.schemas import DATASETS, arrow_schema
from pipeline.normalizer.store import Part, SnapshotError, current_snapshot, snapshots, write_snapshot
from tests.batch.fake_reader import READER
from tests.batch.world import county, digests, frame, put


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "raw", tmp_path / "processed"


def built(folders, *documents, **options):
    raw, processed = folders
    if documents:
        put(raw, *documents)
    build(raw, processed, reader=READER, **options)
    return processed


def test_one_liners_of_pandas_polars_and_duckdb(folders):
    processed = built(folders, county(1, 2022), county(1, 2023), county(2, 2023))
    pandas = pd.read_parquet(processed / "review_litigation")
    assert pandas["value"].dtype == pd.Int64Dtype()
    assert pandas["value"].isna().sum() == 3
    joined = pandas.merge(pd.read_parquet(processed / "reports"), on="report_id", validate="many_to_one")
    assert sorted(joined["unit_name_printed"].unique()) == ["示例省第1县", "示例省第2县"]
    assert len(joined) == len(pandas)
    polars = pl.read_parquet(processed / "review_litigation" / "*.parquet")
    assert polars["value"].dtype == pl.Int64
    assert polars["figure"].dtype == pl.String
    query = f"select report_year, sum(value) from read_parquet('{processed}/review_litigation/*.parquet') group by 1 order by 1"
    assert duckdb.sql(query).fetchall() == [(2022, 4), (2023, 4 + 6)]
    money = f"select sum(amount_yuan) from read_parquet('{processed}/fees/*.parquet')"
    assert str(duckdb.sql(money).fetchall()[0][0]) == "40000.000000"


def test_every_dataset_can_be_read_also_one_without_rows(folders):
    processed = built(folders, county(1))
    for name in DATASETS:
        assert list(frame(processed, name).columns) == [column.name for column in DATASETS[name].columns]
        assert pl.read_parquet(processed / name / "*.parquet").columns == list(frame(processed, name).columns)


def test_rows_are_sorted_by_figure_then_unit(folders):
    processed = built(folders, *(county(number) for number in (5, 3, 9)))
    (path,) = (processed / "review_litigation").iterdir()
    rows = pd.read_parquet(path)[["figure", "unit_id"]]
    assert rows.equals(rows.sort_values(["figure", "unit_id"], ignore_index=True))
    assert path.name.startswith("2023-unresolved-")


@pytest.mark.fault("S05")
def test_building_twice_gives_the_same_bytes(folders, tmp_path):
    processed = built(folders, *(county(number, year) for number in range(6) for year in (2021, 2022)))
    build(folders[0], tmp_path / "other", reader=READER, fresh=True)
    assert digests(processed) == digests(tmp_path / "other")
    manifests = [(folder / "current" / "manifest.json").read_bytes() for folder in (processed, tmp_path / "other")]
    assert manifests[0] == manifests[1]


def test_building_again_commits_nothing(folders):
    processed = built(folders, county(1))
    built(folders, fresh=True)
    assert [path.name for path in snapshots(processed)] == ["000001"]


def test_documents_read_once_are_not_read_again(folders):
    raw, processed = folders
    put(raw, *(county(number) for number in range(3)))
    assert [build(raw, processed, reader=READER).read for _ in range(2)] == [3, 0]
    put(raw, county(7))
    assert build(raw, processed, reader=READER).read == 1
    assert build(raw, processed, reader=Reader(READER.name, "another version")).read == 4


def test_unchanged_files_are_the_same_files_in_the_next_snapshot(folders):
    processed = built(folders, county(1, 2022))
    built(folders, county(2, 2023))
    first, second = snapshots(processed)
    old = next((first / "review_litigation").glob("2022-*"))
    new = next((second / "review_litigation").glob("2022-*"))
    assert old.name == new.name
    assert old.samefile(new)


def test_old_snapshots_are_kept_up_to_a_number_and_can_be_loaded(folders):
    for number in range(1, 8):
        processed = built(folders, county(number), keep=3)
    assert [path.name for path in snapshots(processed)] == ["000005", "000006", "000007"]
    assert len(load("reports", snapshot=5, processed=processed)) == 5
    with pytest.raises(SnapshotError):
        load("reports", snapshot=1, processed=processed)


def test_load_by_year_and_unit(folders):
    processed = built(folders, county(1, 2022), county(1, 2023), county(2, 2023))
    assert set(load("review_litigation", years=[2023], processed=processed)["report_year"]) == {2023}
    unit = load("reports", processed=processed)["unit_id"].iloc[0]
    assert set(load("review_litigation", units=[unit], processed=processed)["unit_id"]) == {unit}
    assert load("review_litigation", years=[1999], processed=processed).empty
    assert load("review_litigation", years=[1999], processed=processed)["value"].dtype == pd.Int64Dtype()
    with pytest.raises(KeyError):
        load("nonsense", processed=processed)


@pytest.mark.parametrize("kind", ["memory", "recursion", "value"])
def test_a_document_that_cannot_be_read_costs_only_itself(folders, kind):
    processed = built(folders, county(1), {"raise": kind, "message": "no"}, county(2))
    assert len(frame(processed, "reports")) == 2
    failed = frame(processed, "documents").query("role == 'failed'")
    assert failed["failure"].item() == {"memory": "Reading it takes more than 1 GB of memory"}.get(kind, failed["failure"].item())
    issues = frame(processed, "issues").query(f"code == 'document.{'memory' if kind == 'memory' else 'failed'}'")
    assert list(issues["document_id"]) == list(failed["document_id"])


def test_a_value_that_no_column_can_hold_costs_only_its_document(folders):
    processed = built(folders, county(1), county(2, 10**30), county(3))
    assert len(frame(processed, "reports")) == 2
    (failure,) = frame(processed, "documents")["failure"].dropna()
    assert failure.startswith("OverflowError")


@pytest.mark.fault("S06")
def test_a_damaged_record_is_an_issue_and_is_read_again_when_the_archive_is_mended(folders):
    raw, processed = folders
    put(raw, county(1), county(2))
    build(raw, processed, reader=Reader(READER.name, "before"))
    path = next((raw / "archive").glob("*.warc.gz"))
    whole = path.read_bytes()
    offset = int(frame(processed, "documents")["archive_offset"].max())
    path.write_bytes(whole[: offset + 60] + bytes([whole[offset + 60] ^ 255]) + whole[offset + 61 :])
    outcome = build(raw, processed, reader=READER)
    assert outcome.failed == 1
    assert len(frame(processed, "reports")) == 1
    (message,) = frame(processed, "issues").query("code == 'archive.damaged'")["message"]
    assert f"{path.name}, offset {offset}" in message
    path.write_bytes(whole)
    assert build(raw, processed, reader=READER).failed == 0
    assert len(frame(processed, "reports")) == 2


@pytest.mark.fault("S06")
def test_a_torn_archive_file_is_an_issue_that_names_file_and_offset(folders):
    raw, processed = folders
    put(raw, county(1), county(2))
    path = next((raw / "archive").glob("*.warc.gz"))
    os.truncate(path, path.stat().st_size - 10)
    outcome = build(raw, processed, reader=READER)
    assert (outcome.documents, outcome.failed) == (1, 1)
    assert frame(processed, "issues")["message"].str.contains(path.name, regex=False).any()


@pytest.mark.fault("V01")
def test_copies_with_the_same_figures_are_duplicates_whatever_their_address(folders):
    one = county(1)
    processed = built(folders, *(one | {"url": url, "print": k} for k, url in enumerate(("http://www.a.gov.cn/1", "https://a.gov.cn/p/1"))))
    assert len(frame(processed, "reports")) == 1
    assert sorted(frame(processed, "documents")["role"]) == ["duplicate", "primary"]
    assert frame(processed, "reports")["versions"].item() == 2
    assert "report.versions_differ" not in set(frame(processed, "issues")["code"])


@pytest.mark.fault("V01")
def test_the_same_bytes_from_two_addresses_are_one_document_of_the_better_one(folders):
    raw, processed = folders
    put(raw, county(1), url="http://copies.example.com/1")
    put(raw, county(1), url="http://a.gov.cn/1")
    build(raw, processed, reader=READER)
    (document,) = frame(processed, "documents").to_dict("records")
    assert (document["url"], document["addresses"], document["trust"]) == ("http://a.gov.cn/1", 2, "official")


@pytest.mark.fault("V02")
def test_another_version_is_superseded_and_an_issue_names_the_figures(folders):
    first = county(1) | {"url": "http://a.gov.cn/1"}
    second = county(1) | {"url": "http://a.gov.cn/2"}
    second["values"] = first["values"] | {"review_litigation.review.upheld": 9, "proactive_disclosure.admin_fees.amount": 2}
    processed = built(folders, first, second)
    rows = frame(processed, "review_litigation").set_index("measure")
    assert rows.loc["upheld", "value"] == 1
    assert sorted(frame(processed, "documents")["role"]) == ["primary", "superseded"]
    issues = frame(processed, "issues").query("code == 'report.versions_differ'").set_index("figure")["message"]
    other = frame(processed, "documents").query("role == 'superseded'")["document_id"].item()
    assert dict(issues) == {
        "review_litigation.review.upheld": f"1 件 in the primary document, 9 件 in {other} (superseded)",
        "proactive_disclosure.admin_fees.amount": f"1 万元 in the primary document, 2 万元 in {other} (superseded)",
    }


def test_documents_without_a_year_or_a_unit_keep_their_own_reports(folders):
    processed = built(folders, county(1, None), county(2, None) | {"unit": "示例省第1县"}, county(3) | {"unit": None}, county(4, 20233))
    reports = frame(processed, "reports")
    assert len(reports) == 4
    assert reports["report_id"].is_unique
    codes = frame(processed, "issues")["code"].value_counts()
    assert codes["report.year_unknown"] == 3
    assert codes["report.unit_unknown"] == 1
    assert sorted({path.name[:4] for path in (processed / "reports").iterdir()}) == ["0000", "2023"]


@pytest.mark.fault("V05")
def test_contradictions_are_flags_on_the_figures_and_rows_of_checks(folders):
    wrong = county(1)
    wrong["values"]["review_litigation.review.total"] = 0
    processed = built(folders, wrong)
    assert set(frame(processed, "review_litigation")["flags"].dropna()) == {"check.review_litigation_total"}
    (row,) = frame(processed, "checks").query("outcome == 'failed'").to_dict("records")
    assert (str(row["left_value"]), str(row["right_value"])) == ("0.000000", "2.000000")
    assert frame(processed, "reports")["contradictions"].item() == 1


def test_nothing_is_never_built_over_something(folders, tmp_path):
    processed = built(folders, county(1))
    before = digests(processed)
    with pytest.raises(NothingToBuildError, match="gongkai import"):
        build(tmp_path / "wrong", processed, reader=READER)
    (tmp_path / "empty" / "archive").mkdir(parents=True)
    with pytest.raises(NothingToBuildError):
        build(tmp_path / "empty", processed, reader=READER)
    assert digests(processed) == before


def test_a_copy_that_followed_the_links_is_mended(folders, tmp_path):
    processed = built(folders, county(1))
    expected = digests(processed)
    copy = tmp_path / "copy"
    shutil.copytree(processed, copy, ignore=shutil.ignore_patterns(".snapshots"))
    assert not (copy / "current").is_symlink()
    build(folders[0], copy, reader=READER)
    assert (copy / "current").is_symlink()
    assert (copy / "reports").is_symlink()
    assert digests(copy) == expected


@pytest.mark.fault("S03")
def test_stray_files_in_the_folders_do_not_reach_load_or_the_next_snapshot(folders):
    processed = built(folders, county(1))
    (processed / "reports" / "junk.parquet").write_bytes(b"junk")
    assert len(load("reports", processed=processed)) == 1
    built(folders, county(2))
    assert not (processed / "reports" / "junk.parquet").exists()


def test_more_documents_than_fit_in_one_stretch(folders):
    processed = built(folders, *(county(number) for number in range(STRETCH + 5)))
    assert len(frame(processed, "reports")) == STRETCH + 5
    assert len(list((processed / "readings" / "fake").iterdir())) == 2


@pytest.mark.fault("S02")
def test_too_little_space_is_told_before_anything_is_done(folders):
    processed = built(folders, county(1))
    put(folders[0], county(2))
    with pytest.raises(SnapshotError, match="MB are free"):
        build(*folders, reader=READER, min_free=10**18)
    assert len(frame(processed, "reports")) == 1


@pytest.mark.fault("S08")
def test_a_row_without_its_keys_is_refused_at_the_commit(folders):
    processed = built(folders, county(1))
    nullable = pa.schema([field.with_nullable(True) for field in arrow_schema("sections")])
    rows = pa.Table.from_pylist([{"section": 1}], schema=nullable)
    with pytest.raises(SnapshotError, match="without report_id"):
        write_snapshot(processed, [Part("sections", "2023", "unresolved", rows)], {})
    assert current_snapshot(processed).number == 1
    assert json.loads((processed / "current" / "manifest.json").read_text())["facts"]["reader"] == "fake"
