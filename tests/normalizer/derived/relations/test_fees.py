"""元 typed into a cell of 万元, seen from last year's amount, from the prose, from the other units of the level."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.normalizer.derived.year import YearTables
from tests.normalizer.derived.relations.said import DEPARTMENT, TOWNSHIP, WIDE_COUNTY, a_report, only, outcome, said, tables
from tests.normalizer.reports import figure

FEE = "proactive_disclosure.admin_fees.amount"


def charged(amount: object, year: int = 2023, **options: object) -> YearTables:
    return tables(a_report({FEE: amount}, year=year, **options))


@pytest.mark.parametrize(("now", "last"), [(127_000, Decimal("12.5")), (Decimal("12.5"), 127_000), (Decimal("105000"), 10), (10, 95_000)])
def test_ten_thousand_times_last_years(now: object, last: object) -> None:
    row = only("fee_unit", charged(now), charged(last, 2022))
    assert (row["outcome"], row["severity"], row["scope_key"]) == ("failed", "warning", "last_year")
    assert (row["left_value"], row["right_value"]) == (float(now) * 10_000, float(last) * 10_000)  # type: ignore[arg-type]
    assert (row["other_report_id"], row["figures"]) == ("u0-2022-own", FEE)


@pytest.mark.parametrize("now", [105_001, 94_000, 12, 1_000_000])
def test_another_ratio_is_no_unit(now: int) -> None:
    assert outcome("fee_unit", charged(now), charged(10, 2022)) == ("passed", None)


@pytest.mark.parametrize(
    "text", ["全年收取行政事业性收费共计12.5万元。", "行政事业性收费金额为 125,000 元；", "行政事业性收费2项。\n行政事业性收费0.00125亿元"]
)
def test_ten_thousand_times_what_the_prose_says(text: str) -> None:
    row = only("fee_unit", charged(125_000, sections={1: text}))
    assert (row["outcome"], row["scope_key"], row["right_value"], row["other_report_id"]) == ("failed", "prose", 125_000, None)
    assert outcome("fee_unit", charged(Decimal("12.5"), sections={1: text})) == ("passed", None)


def test_an_amount_of_another_thing_in_the_prose_is_not_held_against_the_fee() -> None:
    text = "行政事业性收费目录已公开。投入资金12.5万元。"
    assert outcome("fee_unit", charged(125_000, sections={1: text})) == ("not_applicable", "nothing_to_compare")


def level(amounts: list[object], **facts: object) -> YearTables:
    return tables(*(a_report({FEE: one}) for one in amounts), facts={f"u{at}": {**TOWNSHIP, **facts} for at in range(len(amounts))})


def test_ten_thousand_times_the_median_of_the_level() -> None:
    now = level([51_000, 3, 4, 5, 6, 7])
    found = {row["unit_id"]: row for row in said("fee_unit", now)}
    assert (found["u0"]["outcome"], found["u0"]["scope_key"], found["u0"]["right_value"]) == ("failed", "median", 50_000)
    assert {found[f"u{at}"]["outcome"] for at in range(1, 6)} == {"passed"}


def test_a_fee_that_holds_names_last_years_report_only_if_it_was_held_against_it() -> None:
    assert only("fee_unit", level([3, 4, 5, 6, 7, 8]))["other_report_id"] is None
    row = only("fee_unit", charged(12), charged(11, 2022))
    assert (row["scope_key"], row["other_report_id"]) == (None, "u0-2022-own")


def test_few_units_have_no_median() -> None:
    assert outcome("fee_unit", level([50_000, 4, 5, 6, 7])) == ("not_applicable", "nothing_to_compare")
    # Zeros are no amounts to compare with.
    assert outcome("fee_unit", level([50_000, 0, 4, 5, 6, 7])) == ("not_applicable", "nothing_to_compare")


def test_levels_and_scopes_are_not_mixed() -> None:
    reports = [a_report({FEE: amount}) for amount in (50_000, 3, 4, 5, 6, 7)]
    facts = {
        "u0": TOWNSHIP,
        "u1": TOWNSHIP,
        "u2": DEPARTMENT,
        "u3": DEPARTMENT,
        "u4": WIDE_COUNTY,
        "u5": {**WIDE_COUNTY, "county_code": "5"},
    }
    assert outcome("fee_unit", tables(*reports, facts=facts)) == ("not_applicable", "nothing_to_compare")


@pytest.mark.parametrize(
    ("amount", "reason"), [(None, "term_blank"), ("很多", "term_unreadable"), (0, "amount_zero")], ids=["blank", "unreadable", "zero"]
)
def test_an_amount_that_has_no_ratio(amount: object, reason: str) -> None:
    assert outcome("fee_unit", charged(amount), charged(10, 2022)) == ("not_applicable", reason)
    assert outcome("fee_unit", charged(10), charged(amount, 2022)) == ("not_applicable", "nothing_to_compare")


def test_an_amount_of_which_no_unit_is_known() -> None:
    now = tables(a_report({}, figure(FEE, 125_000, unit=None)))
    assert outcome("fee_unit", now, charged(Decimal("12.5"), 2022)) == ("not_applicable", "unit_not_known")


def test_a_unit_of_its_own_in_the_cell_is_reckoned_with() -> None:
    now = tables(a_report({}, figure(FEE, 125_000, unit="元")))
    assert outcome("fee_unit", now, charged(Decimal("12.5"), 2022)) == ("passed", None)


def test_a_doubted_amount_on_either_side() -> None:
    unsure = tables(a_report({}, figure(FEE, 125_000, unit="万元", flags=("read.ambiguous",))))
    assert only("fee_unit", unsure, charged(Decimal("12.5"), 2022))["doubted"]
    unsure = tables(a_report({}, figure(FEE, 125_000, unit="万元", flags=("read.ambiguous",)), year=2022))
    assert only("fee_unit", charged(Decimal("12.5")), unsure)["doubted"]


def test_the_form_of_2019_prints_no_fee() -> None:
    assert not said("fee_unit", tables(a_report(form="2019", year=2020)))
    assert outcome("fee_unit", tables(a_report(without=("proactive_disclosure",)))) == ("not_applicable", "table_not_read")
