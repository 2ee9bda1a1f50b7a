"""The data package: valid for frictionless, and complete."""

import json

import pyarrow.parquet as pq
from frictionless import Package, validate

from pipeline.export.package import DESCRIPTOR, write_package
from pipeline.export.selection import Selection, cited_columns, open_extract
from pipeline.normalizer.schemas import DATASETS

SMALL = ("reports", "documents", "applications", "fees", "indicators", "coverage", "units")


def test_frictionless_finds_nothing_to_say(processed, tmp_path):
    write_package(open_extract(processed, Selection(SMALL)), tmp_path)
    report = validate(str(tmp_path / DESCRIPTOR))
    assert report.flatten(["title", "note"]) == []
    assert [task.stats.get("rows") for task in report.tasks] == [pq.read_metadata(tmp_path / f"{name}.parquet").num_rows for name in SMALL]


def test_frictionless_sees_a_key_that_points_nowhere(processed, tmp_path):
    write_package(open_extract(processed, Selection(("reports", "applications"))), tmp_path)
    emptied = pq.read_table(tmp_path / "reports.parquet").slice(0, 1)
    pq.write_table(emptied, tmp_path / "reports.parquet")
    assert not validate(str(tmp_path / DESCRIPTOR)).valid


def test_it_names_types_keys_licence_and_sources(extract, tmp_path):
    write_package(extract, tmp_path)
    described = json.loads((tmp_path / DESCRIPTOR).read_text("utf8"))
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert described["sources"]
    assert described["snapshot"] == extract.snapshot.number
    resources = {one["name"]: one for one in described["resources"]}
    assert list(resources) == list(DATASETS)
    figures = resources["applications"]["schema"]
    assert figures["primaryKey"] == ["report_id", "figure"]
    assert {key["reference"]["resource"] for key in figures["foreignKeys"]} == {"reports", "documents", "units"}
    assert [field["name"] for field in figures["fields"]] == [one.name for one in cited_columns("applications")]
    assert next(field for field in figures["fields"] if field["name"] == "value")["type"] == "integer"
    assert Package(str(tmp_path / DESCRIPTOR)).resource_names == list(DATASETS)


def test_every_row_carries_its_citation(extract, tmp_path):
    write_package(extract, tmp_path)
    table = pq.read_table(tmp_path / "applications.parquet")
    assert table.num_rows == extract.table("applications").num_rows
    assert table["source_url"].null_count == table["document_sha256"].null_count == table["captured_at"].null_count == 0


def test_the_same_snapshot_gives_the_same_bytes(extract, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_package(extract, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
