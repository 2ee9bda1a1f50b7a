"""What one report shows by itself: tables missing or blank, the form, nothing but zeros."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.normalizer.derived.relations.said import a_report, only, outcome, said, tables
from tests.normalizer.derived.years import zeros
from tests.normalizer.reports import figure, report

TWO, THREE, FOUR = "proactive_disclosure", "applications", "review_litigation"
HEADINGS = {1: "总体情况", 2: "", 3: "", 4: ""}


@pytest.mark.parametrize(("state", "reason"), [("missing", None), ("picture", "table_picture"), ("refused", "table_refused")])
def test_a_heading_without_a_table(state: str, reason: str | None) -> None:
    now = tables(a_report(without=(THREE,), states={THREE: state}, sections=HEADINGS))
    row = only("table_missing", now)
    assert (row["outcome"], row["severity"], row["scope_key"], row["reason"]) == ("failed", "error", THREE, reason)


@pytest.mark.parametrize("state", ["read", "partial", "blank"])
def test_a_table_that_was_read_is_not_missing_even_without_its_heading(state: str) -> None:
    row = only("table_missing", tables(a_report(states={THREE: state}, sections={1: "总体情况"})))
    assert (row["outcome"], row["scope_key"]) == ("passed", None)


def test_neither_a_heading_nor_a_table_is_told_for_itself() -> None:
    found = said("table_missing", tables(a_report(without=(THREE, FOUR), sections={1: "总体情况", 4: ""})))
    assert {(row["outcome"], row["scope_key"], row["reason"]) for row in found} == {
        ("not_applicable", THREE, "heading_not_found"),
        ("failed", FOUR, None),
    }


def test_a_table_of_blanks() -> None:
    blank = dict.fromkeys(name for name in zeros() if name.startswith(FOUR))
    row = only("table_blank", tables(a_report(blank, states={FOUR: "blank"})))
    assert (row["outcome"], row["severity"], row["scope_key"]) == ("failed", "warning", FOUR)
    assert outcome("table_blank", tables(a_report({**blank, f"{FOUR}.review.total": 0}))) == ("passed", None)


def test_of_tables_that_were_not_read_nothing_is_known() -> None:
    assert outcome("table_blank", tables(report({}, states={}))) == ("not_applicable", "table_not_read")


@pytest.mark.parametrize(
    ("year", "form", "sides"), [(2021, "2019", (2019, 2021)), (2020, "2021", (2021, 2019)), (2023, "mixed", (None, 2021))]
)
def test_a_form_that_was_not_due(year: int, form: str, sides: tuple[float | None, float]) -> None:
    row = only("form_due", tables(report(zeros(), year=year, form=form)))
    assert (row["outcome"], row["severity"], row["left_value"], row["right_value"]) == ("failed", "note", *sides)


@pytest.mark.parametrize(("year", "form"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2024, "2021")])
def test_the_form_that_was_due(year: int, form: str) -> None:
    assert outcome("form_due", tables(a_report(year=year, form=form))) == ("passed", None)


@pytest.mark.parametrize(
    ("year", "form", "reason"), [(2018, "2019", "no_form_due"), (None, "2021", "year_unknown"), (2023, "unknown", "form_unknown")]
)
def test_where_form_or_year_are_not_known_none_was_due(year: int | None, form: str, reason: str) -> None:
    now = tables(report(zeros(), year=year, form=form), facts={"u0": {"published_on": None}})  # type: ignore[arg-type]
    assert outcome("form_due", now) == ("not_applicable", reason)


STOCKS = {f"{TWO}.normative_documents.in_force": 8, f"{TWO}.rules.in_force": 1}


def test_a_report_of_nothing_but_zeros_and_stocks() -> None:
    # 鹿邑 2024
    row = only("all_zero", tables(report({**zeros(), **STOCKS})))
    assert (row["outcome"], row["severity"], row["left_value"], row["right_value"]) == ("failed", "note", 0, 198)
    old = {f"{TWO}.penalties.items_last_year": 30, f"{TWO}.rules.total_disclosed": 2}
    assert outcome("all_zero", tables(report({**zeros("2019"), **old}, form="2019"))) == ("failed", None)


@pytest.mark.parametrize("change", [{f"{FOUR}.review.total": 1}, {f"{TWO}.admin_fees.amount": Decimal("0.01")}], ids=["a count", "money"])
def test_one_figure_that_is_not_zero_is_enough(change: dict[str, object]) -> None:
    row = only("all_zero", tables(report({**zeros(), **STOCKS, **change})))
    assert (row["outcome"], row["left_value"]) == ("passed", 1)
    assert outcome("all_zero", tables(report({**dict.fromkeys(zeros()), **change}, states={THREE: "partial"}))) == ("passed", None)


@pytest.mark.parametrize(
    ("values", "states", "reason"),
    [
        ({f"{FOUR}.review.total": None}, {}, "term_blank"),
        ({f"{TWO}.admin_fees.amount": None}, {}, "term_blank"),
        ({f"{FOUR}.review.total": "O"}, {}, "term_unreadable"),
        ({}, {THREE: "partial"}, "table_partial"),
        ({}, {THREE: "picture"}, "table_not_read"),
        (dict.fromkeys(zeros()), {}, "term_blank"),
    ],
)
def test_a_blank_beside_zeros_is_not_a_zero(values: dict[str, object], states: dict[str, str], reason: str) -> None:
    assert outcome("all_zero", tables(report({**zeros(), **values}, states=states))) == ("not_applicable", reason)


def test_an_amount_of_zero_without_a_unit_is_zero() -> None:
    assert outcome("all_zero", tables(report(zeros("2019"), form="2019"))) == ("failed", None)


def test_zeros_that_are_doubted() -> None:
    name = f"{FOUR}.review.total"
    values = {one: value for one, value in zeros().items() if one != name}
    row = only("all_zero", tables(report(values, figure(name, 0, flags=("read.ocr",)))))
    assert (row["outcome"], row["doubted"]) == ("failed", True)
