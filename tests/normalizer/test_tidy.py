"""From a report to rows: exact values, nothing guessed, each figure in one dataset."""

from decimal import Decimal

import pytest

from pipeline.archive import Entry
from pipeline.model import Document, Figures, Issue, ProseFigure, Report, TableReading
from pipeline.normalizer.readings import READING_SCHEMA, Readings
from pipeline.normalizer.tidy import add_report
from tests.normalizer.reports import TABLES, figure, report, review, yuan

ENTRY = Entry("ab" * 32, None, "page.html", "text/html", "2024-01-31T00:00:00Z", "000001-import.warc.gz", 0, 10, "resource")
FEE = "proactive_disclosure.admin_fees.amount"
PROCUREMENT = "proactive_disclosure.central_procurement.amount"


def read(one, body=b"<html>"):
    readings = Readings()
    add_report(readings, ENTRY, body, one)
    table = readings.to_table()
    assert table.schema.equals(READING_SCHEMA)
    return table.to_pylist()[0]


@pytest.mark.fault("V05")
def test_counts_blank_dash_and_zero_stay_different():
    rows = read(report(review(upheld=0, corrected=None), figure("review_litigation.review.other", None, status="dash", raw="—")))["figures"]
    assert [(row["value"], row["status"], row["raw"]) for row in rows] == [(0, "reported", "0"), (None, "blank", ""), (None, "dash", "—")]
    assert (rows[0]["item"], rows[0]["measure"]) == ("review", "upheld")


@pytest.mark.parametrize(
    ("amount", "unit", "expected", "caveat"),
    [
        (Decimal("1276.5534"), "万元", "12765534", None),
        (Decimal("0.0001"), "万元", "1", None),
        (152790, "元", "152790", None),
        (8040, None, None, "unit_not_printed"),
        (3, "美元", None, "unit_unknown"),
        (10**17, "万元", None, "out_of_range"),
    ],
)
def test_money_is_exact_and_without_a_unit_not_in_yuan(amount, unit, expected, caveat):
    row = read(report(None, figure(PROCUREMENT, amount, unit=unit), form="2019"))
    (fee,) = row["fees"]
    assert row["figures"] == []
    assert (fee["amount"], fee["unit"], fee["caveat"], fee["source"]) == (yuan(str(amount)), unit, caveat, "table")
    assert fee["amount_yuan"] == (None if expected is None else yuan(expected))


def test_a_blank_fee_has_no_amount():
    (fee,) = read(report({FEE: None}))["fees"]
    assert (fee["amount"], fee["amount_yuan"], fee["status"]) == (None, None, "blank")


def test_a_processing_fee_comes_from_prose_and_says_so():
    prose = (
        ProseFigure("processing_fee.collected_yuan", 380, True, 6, "约380元"),
        ProseFigure("applications.received", 3, False, 1, "3件"),
    )
    row = read(report(prose=prose))
    (fee,) = row["fees"]
    assert (fee["figure"], fee["amount_yuan"], fee["source"], fee["caveat"]) == (
        "processing_fee.collected_yuan",
        yuan("380"),
        "prose",
        "approximate",
    )
    assert [one["figure"] for one in row["prose_figures"]] == ["processing_fee.collected_yuan", "applications.received"]
    assert row["figures_printed"] == 0


@pytest.mark.parametrize(
    ("value", "code"), [(Decimal("2.5"), "read.not_whole"), (2**63, "read.out_of_range"), (Decimal("1e60"), "read.out_of_range")]
)
def test_a_count_that_cannot_be_kept_exactly_is_named_and_not_rounded(value, code):
    row = read(report(review(upheld=value)))
    (one,) = row["figures"]
    assert (one["value"], one["status"]) == (None, "unreadable")
    assert code in one["flags"].split()
    assert code in [issue["code"] for issue in row["issues"]]


def test_money_too_fine_to_be_kept_is_named_and_not_rounded():
    row = read(report(None, figure(FEE, Decimal("0.0000001"), unit="万元")))
    assert (row["fees"][0]["amount"], row["fees"][0]["status"], row["fees"][0]["flags"]) == (None, "unreadable", "read.out_of_range")


def test_flags_are_one_text_and_null_when_there_is_none():
    one = report(review(upheld=1, corrected=0, other=0, pending=0), figure("review_litigation.review.total", 2, flags=["read.ambiguous"]))
    flags = [row["flags"] for row in read(one)["figures"]]
    assert flags == ["check.review_litigation_total"] * 4 + ["read.ambiguous check.review_litigation_total"]
    assert read(report(review(upheld=1)))["figures"][0]["flags"] is None


@pytest.mark.fault("P15")
def test_half_a_character_does_not_cost_the_document():
    row = read(report(review(upheld="\ud800"), sections={1: "坏\udfff字"}))
    assert row["figures"][0]["raw"] == "\ufffd"
    assert row["sections"][0]["text"] == "坏\ufffd字"


def test_bytes_without_a_document_are_a_failure_with_its_reason():
    tables = {table: TableReading("missing", None) for table in TABLES}
    issue = Issue("error", "medium.unsupported", "PDF files cannot be read yet")
    row = read(Report("x.pdf", Document("none", None, (), (), issues=(issue,)), "unknown", tables, Figures(), (), (), (issue,)))
    assert (row["failure"], [one["code"] for one in row["issues"]]) == ("PDF files cannot be read yet", ["medium.unsupported"])


def test_a_page_of_something_else_is_no_report():
    tables = {table: TableReading("missing", None) for table in TABLES}
    row = read(Report("x.html", Document("html", "404", (), ()), "unknown", tables, Figures(), ()))
    assert row["is_report"] is False
    assert [one["code"] for one in row["issues"]] == ["document.not_report"]


def test_issues_of_the_document_are_kept_once():
    issue = Issue("warning", "label.unknown", "…", "applications", None, "其他主动公开文件")
    assert [one["code"] for one in read(report(issues=(issue,)))["issues"]] == ["label.unknown"]


def test_the_fingerprint_is_that_of_the_figures_alone():
    one, same, other = (read(report(review(total=value), year=year)) for value, year in ((1, 2022), (1, 2023), (2, 2022)))
    assert one["fingerprint"] == same["fingerprint"] != other["fingerprint"]
    assert read(report(None, figure(FEE, Decimal("1.50"))))["fingerprint"] == read(report(None, figure(FEE, Decimal("1.5"))))["fingerprint"]


def test_synthetic_by_name_or_by_the_page():
    assert read(report(unit="示例省彩云县"))["synthetic"] is True
    assert read(report(unit="彩云县"))["synthetic"] is False
    assert read(report(unit="彩云县"), b'<head><META content="1" name="gongkai-synthetic">')["synthetic"] is True
