"""What is chosen, and that every row says where it is from."""

from pipeline.export.selection import Selection, cited_columns, open_extract, select
from pipeline.normalizer.schemas import DATASETS
from tests.small_snapshot import CAPTURED, FINANCE, GOVERNMENT, NAMES, TOWN, document_id, report_id


def test_every_figure_names_unit_year_cell_address_capture_and_digest(extract):
    for dataset in ("applications", "proactive_disclosure", "review_litigation", "fees"):
        for part in extract.cited_parts(dataset):
            for row in part.to_pylist():
                unit, year = row["unit_id"], row["report_year"]
                assert row["unit_name"] == NAMES[unit]
                assert row["label_zh"]
                assert None not in (row["table"], row["cell_row"], row["cell_column"])
                assert row["source_url"] == f"http://www.yunhe.gov.cn/{unit}/{year}.html"
                assert row["captured_at"] == CAPTURED
                assert row["document_sha256"].endswith(document_id(unit, year)[1:])
                assert row["trust"] == "official"


def test_rows_without_a_document_are_cited_by_their_report(extract):
    (part,) = list(extract.cited_parts("indicators"))
    assert set(part["source_url"].to_pylist()) == {f"http://www.yunhe.gov.cn/{unit}/2021.html" for unit in (GOVERNMENT, FINANCE)}
    assert "公开率" in part["label_zh"].to_pylist()[0]


def test_a_unit_year_without_a_report_has_no_source_and_stays(extract):
    rows = [row for part in extract.cited_parts("coverage") for row in part.to_pylist() if row["state"] == "not_found"]
    assert [(row["source_url"], row["captured_at"]) for row in rows] == [(None, None)]


def test_the_citation_adds_columns_and_loses_no_row(extract):
    for dataset in DATASETS:
        plain, cited = extract.table(dataset), sum(part.num_rows for part in extract.cited_parts(dataset))
        assert cited == plain.num_rows
        names = [one.name for one in cited_columns(dataset)]
        assert len(set(names)) == len(names)
        assert set(plain.schema.names) <= set(names)


def test_years_and_units_are_chosen_in_every_dataset_that_has_them(processed):
    extract = open_extract(processed, select([], [2021], [FINANCE]))
    for dataset in DATASETS:
        for row in extract.table(dataset).to_pylist():
            assert row.get("report_year", 2021) == 2021
            assert row.get("unit_id", FINANCE) == FINANCE
    assert extract.reports["report_id"].to_pylist() == [report_id(FINANCE, 2021)]
    assert extract.table("captures")["document_id"].to_pylist() == [document_id(FINANCE, 2021)]
    assert extract.table("coverage").num_rows == 1
    assert extract.table("redirects").num_rows == 1
    assert extract.table("dictionary").num_rows > 200


def test_a_unit_without_redirects_takes_none_along(processed):
    assert open_extract(processed, select([], None, [TOWN])).table("redirects").num_rows == 0


def test_datasets_come_in_their_declared_order():
    assert select(["fees", "reports"], None, None).datasets == ("reports", "fees")
    assert Selection().whole
