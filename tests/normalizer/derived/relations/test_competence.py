"""Rules (规章) of bodies that cannot issue any."""

from __future__ import annotations

import pytest

from pipeline.normalizer.derived.relations.competence import is_surely_township
from pipeline.normalizer.derived.year import YearTables
from tests.normalizer.derived.relations.said import DEPARTMENT, TOWNSHIP, a_report, only, outcome, said, tables
from tests.normalizer.derived.years import year_tables
from tests.normalizer.reports import figure

ISSUED, REPEALED, IN_FORCE = (f"proactive_disclosure.rules.{column}" for column in ("issued", "repealed", "in_force"))


def unresolved(values: dict[str, object], name: str, level: str | None = None) -> YearTables:
    return year_tables({"x0": a_report(values)}, {"x0": {"unit_name_printed": name, "level": level}})


@pytest.mark.parametrize("unit", [TOWNSHIP, {**TOWNSHIP, "kind": "street_office"}, DEPARTMENT])
def test_rules_of_a_township_or_a_countys_department(unit: dict[str, object]) -> None:
    # Seen: 2 / 0 / 2.
    found = said("rules_competence", tables(a_report({ISSUED: 2, IN_FORCE: 2}), facts={"u0": unit}))
    assert {(row["outcome"], row["severity"], row["scope_key"], row["left_value"], row["right_value"]) for row in found} == {
        ("failed", "warning", ISSUED, 2, 0),
        ("failed", "warning", IN_FORCE, 2, 0),
    }


def test_no_rules_in_either_form() -> None:
    for form in ("2019", "2021"):
        row = only("rules_competence", tables(a_report(form=form), facts={"u0": TOWNSHIP}))
        assert (row["outcome"], row["scope_key"], len(row["figures"].split())) == ("passed", None, 3)


@pytest.mark.parametrize(
    "unit",
    [{"level": "city", "kind": "government"}, {"level": "province", "kind": "department"}, {"level": "county", "kind": "government"}],
)
def test_who_may_issue_rules_is_not_asked(unit: dict[str, object]) -> None:
    assert not said("rules_competence", tables(a_report({ISSUED: 2}), facts={"u0": unit}))


def test_blank_rules_say_nothing() -> None:
    blank = dict.fromkeys((ISSUED, REPEALED, IN_FORCE))
    assert outcome("rules_competence", tables(a_report(blank), facts={"u0": TOWNSHIP})) == ("not_applicable", "term_blank")
    lost = tables(a_report(without=("proactive_disclosure",)), facts={"u0": TOWNSHIP})
    assert outcome("rules_competence", lost) == ("not_applicable", "table_not_read")
    one = only("rules_competence", tables(a_report({ISSUED: None}), facts={"u0": TOWNSHIP}))
    assert (one["outcome"], one["figures"]) == ("passed", f"{REPEALED} {IN_FORCE}")


def test_a_doubted_rule() -> None:
    now = tables(a_report({}, figure(ISSUED, 6, flags=("read.ambiguous",))), facts={"u0": TOWNSHIP})
    assert only("rules_competence", now)["doubted"]


def test_of_units_that_are_not_resolved_only_a_townships_name_counts() -> None:
    (row,) = said("rules_competence", unresolved({ISSUED: 1}, "云河县青石镇人民政府", "township"))
    assert row["outcome"] == "failed"
    for name, level in (("云河县财政局", "county"), ("明川市人民政府", "city"), ("云河县", None)):
        (row,) = said("rules_competence", unresolved({ISSUED: 1}, name, level))
        assert (row["outcome"], row["reason"]) == ("not_applicable", "unit_unresolved")


@pytest.mark.parametrize(
    "name",
    [
        "青石镇",
        "云河县青石镇人民政府",
        "柳堰乡政府",
        "南浦街道办事处",
        "东关街道",
        "师宗县彩云镇人民政府（本级）",
        "巴彦苏木人民政府",
        "红河民族乡",
    ],
)
def test_names_of_townships(name: str) -> None:
    assert is_surely_township(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        None,
        "镇政府",
        "本镇",
        "全镇",
        "县镇人民政府",
        "云河县",
        "景德镇",
        "江西省景德镇",
        "新乡",
        "新乡市人民政府",
        "青石镇财政所",
        "城乡建设局",
    ],
)
def test_names_that_need_not_be_a_townships(name: str | None) -> None:
    assert not is_surely_township(name)
