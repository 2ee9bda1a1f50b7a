"""All figures the same as last year's, and single figures that jump."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.normalizer.derived.relations.said import a_report, only, outcome, plain, said, tables
from tests.normalizer.derived.years import zeros
from tests.normalizer.reports import figure, report

LICENCES = "proactive_disclosure.licences.decisions"
FEES = "proactive_disclosure.admin_fees.amount"
RECEIVED = "applications.new_received.total"
STOCK = "proactive_disclosure.normative_documents.in_force"
PURCHASES = "proactive_disclosure.central_procurement.amount"
# 东莞统计局 2008–2010 printed the same figures three years running.
BUSY = {LICENCES: 40, FEES: Decimal("12.5"), RECEIVED: 7}


def test_the_same_figures_as_last_year() -> None:
    row = only("same_figures", tables(a_report(BUSY)), tables(a_report(BUSY, year=2022)))
    assert (row["outcome"], row["severity"], row["other_report_id"]) == ("failed", "warning", "u0-2022-own")
    assert (row["left_value"], row["right_value"]) == (len(plain("2021")), len(plain("2021")))


@pytest.mark.parametrize("change", [{LICENCES: 41}, {FEES: Decimal("12.6")}, {RECEIVED: None}], ids=["a count", "money", "a blank"])
def test_one_figure_that_differs_is_enough(change: dict[str, object]) -> None:
    row = only("same_figures", tables(a_report({**BUSY, **change})), tables(a_report(BUSY, year=2022)))
    assert row["outcome"] == "passed"
    assert row["left_value"] < len(plain("2021"))


def test_two_years_in_which_nothing_happened_are_no_copy() -> None:
    still = {**zeros(), STOCK: 12}
    assert outcome("same_figures", tables(report(still)), tables(report(still, year=2022))) == ("passed", None)


def test_over_the_change_of_form_only_what_both_print_is_compared() -> None:
    old = {name: value for name, value in BUSY.items() if name != FEES}
    row = only("same_figures", tables(a_report(BUSY, year=2021)), tables(a_report({**old, PURCHASES: 3}, year=2020, form="2019")))
    # Four rows of table three, table four, and the decisions of table two.
    assert (row["outcome"], row["right_value"]) == ("failed", 4 * 7 + 15 + 3)


@pytest.mark.parametrize(
    ("now", "before", "reason"),
    [
        (a_report(BUSY, without=("review_litigation",)), a_report(BUSY, year=2022), "table_not_read"),
        (a_report(BUSY), a_report(BUSY, year=2022, without=("review_litigation",)), "table_not_read_last_year"),
        (a_report({**BUSY, RECEIVED: "7?"}), a_report(BUSY, year=2022), "term_unreadable"),
    ],
    ids=["a table is missing", "a table was missing", "a cell is unreadable"],
)
def test_sameness_is_not_said_of_what_was_not_read(now: object, before: object, reason: str) -> None:
    assert outcome("same_figures", tables(now), tables(before)) == ("not_applicable", reason)  # type: ignore[arg-type]


def test_blank_reports_are_no_copies() -> None:
    blank = dict.fromkeys(zeros())
    assert outcome("same_figures", tables(report(blank)), tables(report(blank, year=2022))) == ("not_applicable", "nothing_to_compare")


def test_sameness_of_doubted_figures_is_doubted() -> None:
    unsure = a_report(BUSY, figure(RECEIVED, 7, flags=("read.several",)))
    row = only("same_figures", tables(unsure), tables(a_report(BUSY, year=2022)))
    assert (row["outcome"], row["doubted"]) == ("failed", True)


@pytest.mark.parametrize(("last", "now"), [(5, 30), (0, 30), (30, 5), (31, 0)])
def test_a_jump_is_told_with_both_values(last: int, now: int) -> None:
    row = only("jump", tables(a_report({RECEIVED: now})), tables(a_report({RECEIVED: last}, year=2022)))
    assert (row["outcome"], row["severity"], row["scope_key"]) == ("failed", "note", RECEIVED)
    assert (row["left_value"], row["right_value"], row["figures"]) == (now, last, RECEIVED)
    assert row["other_report_id"] == "u0-2022-own"


@pytest.mark.parametrize(("last", "now"), [(6, 30), (30, 6), (0, 29), (5, 29), (30, 30)])
def test_a_rise_to_just_five_times_or_among_small_numbers_is_none(last: int, now: int) -> None:
    row = only("jump", tables(a_report({RECEIVED: now})), tables(a_report({RECEIVED: last}, year=2022)))
    assert (row["outcome"], row["scope_key"]) == ("passed", None)


def test_each_figure_that_jumps_has_its_row() -> None:
    found = said("jump", tables(a_report({RECEIVED: 60, LICENCES: 500})), tables(a_report({RECEIVED: 6, LICENCES: 70}, year=2022)))
    assert {row["scope_key"] for row in found} == {RECEIVED, LICENCES}
    assert {row["outcome"] for row in found} == {"failed"}


def test_money_jumps_in_yuan() -> None:
    found = said("jump", tables(a_report({FEES: 31})), tables(a_report({FEES: Decimal("0.5")}, year=2022)))
    assert [(row["scope_key"], row["left_value"], row["right_value"]) for row in found] == [(FEES, 310_000, 5_000)]
    small = said("jump", tables(a_report({FEES: 29})), tables(a_report({FEES: Decimal("0.5")}, year=2022)))
    assert {row["outcome"] for row in small} == {"passed"}


def test_money_of_which_no_unit_is_known_does_not_jump() -> None:
    values = [a_report({PURCHASES: amount}, year=year, form="2019") for amount, year in ((900_000, 2020), (40, 2019))]
    assert {row["outcome"] for row in said("jump", tables(values[0]), tables(values[1]))} == {"passed"}


@pytest.mark.parametrize("value", [None, "40?"])
def test_a_figure_without_a_value_does_not_jump(value: object) -> None:
    assert outcome("jump", tables(a_report({RECEIVED: 90})), tables(a_report({RECEIVED: value}, year=2022))) == ("passed", None)


def test_changes_of_items_have_signs_and_do_not_jump() -> None:
    name = "proactive_disclosure.penalties.items_change"
    now, before = tables(a_report({name: 90}, year=2020, form="2019")), tables(a_report({name: 2}, year=2019, form="2019"))
    assert outcome("jump", now, before) == ("passed", None)


def test_where_no_figure_has_two_values_nothing_jumps() -> None:
    blank = tables(report(dict.fromkeys(zeros()), year=2022))
    assert outcome("jump", tables(a_report()), blank) == ("not_applicable", "nothing_to_compare")


def test_a_jump_of_a_doubted_figure_is_doubted() -> None:
    now = tables(a_report({LICENCES: 400}, figure(RECEIVED, 60, flags=("read.ambiguous",))))
    found = {row["scope_key"]: row["doubted"] for row in said("jump", now, tables(a_report({RECEIVED: 6}, year=2022)))}
    assert found == {RECEIVED: True, LICENCES: False}
