"""In time: 31 January for units, 31 March for governments; what a page's day does not tell is left open."""

from __future__ import annotations

from datetime import date

import pytest

from tests.normalizer.derived.relations.said import DEPARTMENT, TOWNSHIP, a_report, only, outcome, tables

COUNTY_GOVERNMENT = {"level": "county", "kind": "government"}
WIDE = {**COUNTY_GOVERNMENT, "scope": "government_wide"}
UNKNOWN = {"level": None, "kind": None, "unit_name_printed": "云河县水利建设中心"}
JANUARY, FEBRUARY, MARCH, APRIL = date(2024, 1, 31), date(2024, 2, 1), date(2024, 3, 31), date(2024, 4, 1)


@pytest.mark.parametrize(
    ("unit", "day", "late"),
    [
        (TOWNSHIP, FEBRUARY, 1),
        (DEPARTMENT, date(2024, 3, 1), 30),
        (WIDE, APRIL, 1),
        ({**UNKNOWN, "unit_name_printed": "青石镇人民政府"}, FEBRUARY, 1),
        (COUNTY_GOVERNMENT, APRIL, 1),
        (UNKNOWN, date(2024, 4, 10), 10),
    ],
)
def test_a_report_that_came_late(unit: dict[str, object], day: date, late: int) -> None:
    row = only("published_in_time", tables(a_report(), facts={"u0": {**unit, "published_on": day}}))
    assert (row["outcome"], row["severity"], row["left_value"], row["right_value"]) == ("failed", "note", late, 0)


@pytest.mark.parametrize(("unit", "day"), [(TOWNSHIP, JANUARY), (WIDE, MARCH), (COUNTY_GOVERNMENT, JANUARY), (UNKNOWN, date(2024, 1, 2))])
def test_a_report_that_came_on_the_last_day(unit: dict[str, object], day: date) -> None:
    row = only("published_in_time", tables(a_report(), facts={"u0": {**unit, "published_on": day}}))
    assert row["outcome"] == "passed"
    assert row["left_value"] <= 0


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({**TOWNSHIP, "published_on": None}, "day_not_stated"),
        ({**TOWNSHIP, "published_on": date(2023, 12, 29)}, "day_implausible"),
        ({**TOWNSHIP, "published_on": date(1970, 1, 1)}, "day_implausible"),
        ({**TOWNSHIP, "published_on": MARCH, "trust": "mirror"}, "mirror_only"),
        ({**TOWNSHIP, "published_on": MARCH, "title": "青石镇2023年政府信息公开工作年度报告（更正）"}, "correction_only"),
        ({**UNKNOWN, "published_on": MARCH}, "due_day_unclear"),
        ({**COUNTY_GOVERNMENT, "published_on": FEBRUARY}, "due_day_unclear"),
    ],
)
def test_what_a_day_does_not_tell_is_left_open(facts: dict[str, object], reason: str) -> None:
    assert outcome("published_in_time", tables(a_report(), facts={"u0": facts})) == ("not_applicable", reason)


def test_without_a_year_there_is_no_due_day() -> None:
    assert outcome("published_in_time", tables(a_report(year=None))) == ("not_applicable", "year_unknown")
