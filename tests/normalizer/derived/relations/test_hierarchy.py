"""The county's report against its units: only when all of them are there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.model import Report
from pipeline.normalizer.derived.year import YearTables
from tests.normalizer.derived.relations.said import COUNTY, DEPARTMENT, TOWNSHIP, WIDE_COUNTY, a_report, said, tables
from tests.normalizer.reports import figure

FEE = "proactive_disclosure.admin_fees.amount"
RECEIVED = "applications.new_received.total"
LICENCES = "proactive_disclosure.licences.decisions"
UNITS = {COUNTY["county_code"]: ("u1", "u2")}
FACTS = {"u0": WIDE_COUNTY, "u1": DEPARTMENT, "u2": TOWNSHIP}


def county(wide: dict[str, object], *others: Report) -> YearTables:
    parts = others or (a_report({RECEIVED: 3, FEE: Decimal("0.1")}), a_report({RECEIVED: 4, FEE: Decimal("0.2")}))
    return tables(a_report({LICENCES: 46, FEE: Decimal("0.3"), **wide}), *parts, facts=FACTS)


def test_the_sum_of_the_units() -> None:
    (row,) = said("hierarchy", county({RECEIVED: 7}), expected=UNITS)
    assert (row["unit_id"], row["outcome"], row["scope_key"], row["severity"]) == ("u0", "passed", None, "note")


@pytest.mark.parametrize(("change", "sides"), [({RECEIVED: 8}, (8, 7)), ({RECEIVED: 7, FEE: Decimal("0.31")}, (3100, 3000))])
def test_a_figure_that_is_not_the_sum(change: dict[str, object], sides: tuple[float, float]) -> None:
    (row,) = said("hierarchy", county(change), expected=UNITS)
    assert (row["outcome"], row["scope_key"], row["figures"]) == ("failed", list(change)[-1], list(change)[-1])
    assert (row["left_value"], row["right_value"]) == sides


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        (None, "units_not_known"),
        ({}, "units_not_known"),
        ({"530199000000": ("u1", "u2")}, "units_not_known"),
        ({COUNTY["county_code"]: ("u1", "u2", "u3")}, "units_missing"),
    ],
)
def test_without_all_units_nothing_is_said(expected: dict[str, tuple[str, ...]] | None, reason: str) -> None:
    (row,) = said("hierarchy", county({RECEIVED: 99}), expected=expected)
    assert (row["outcome"], row["reason"]) == ("not_applicable", reason)


def test_a_unit_whose_report_speaks_for_others_is_not_there() -> None:
    now = tables(a_report(), a_report(), a_report(), facts={**FACTS, "u2": {**TOWNSHIP, "scope": "government_wide"}})
    (row,) = said("hierarchy", now, expected=UNITS)
    assert (row["outcome"], row["reason"]) == ("not_applicable", "units_missing")


def test_a_blank_of_one_unit_leaves_only_that_figure_open() -> None:
    parts = (a_report({RECEIVED: None}), a_report({RECEIVED: 4}))
    (row,) = said("hierarchy", county({RECEIVED: 99, FEE: 0}, *parts), expected=UNITS)
    assert row["outcome"] == "passed"
    blank = a_report(dict.fromkeys(a_report().figures.figure))
    (row,) = said("hierarchy", county({}, blank, a_report()), expected=UNITS)
    assert (row["outcome"], row["reason"]) == ("not_applicable", "not_in_all_units")


def test_only_what_all_forms_print_is_summed_up() -> None:
    parts = (a_report({RECEIVED: 3}, form="2019"), a_report({RECEIVED: 4}))
    found = said("hierarchy", county({RECEIVED: 7, "applications.other_other.total": 5}, *parts), expected=UNITS)
    assert [row["outcome"] for row in found] == ["passed"]


def test_a_doubted_unit_makes_the_sum_doubted() -> None:
    parts = (a_report({}, figure(RECEIVED, 3, flags=("read.ambiguous",))), a_report({RECEIVED: 4}))
    found = said("hierarchy", county({RECEIVED: 8, FEE: 1}, *parts), expected=UNITS)
    assert {row["scope_key"]: row["doubted"] for row in found} == {RECEIVED: True, FEE: False}


def test_other_units_of_the_county_are_not_added() -> None:
    now = tables(
        *(a_report({LICENCES: 46, RECEIVED: 7}), a_report({RECEIVED: 3}), a_report({RECEIVED: 4}), a_report({RECEIVED: 50})),
        facts={**FACTS, "u3": TOWNSHIP},
    )
    assert [row["outcome"] for row in said("hierarchy", now, expected=UNITS)] == ["passed"]


def test_it_is_asked_of_wide_reports_of_counties_only() -> None:
    now = tables(a_report(), a_report(), facts={"u0": DEPARTMENT, "u1": {**WIDE_COUNTY, "level": "city", "county_code": None}})
    assert not said("hierarchy", now, expected=UNITS)
