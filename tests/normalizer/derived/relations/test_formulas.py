"""The formulas over two years: planted contradictions with both sides, near misses, and what leaves them open."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.normalizer.derived.relations.said import a_report, failures, only, outcome, rows, said, tables
from tests.normalizer.derived.years import zeros
from tests.normalizer.reports import figure, report

TWO, THREE, FOUR = "proactive_disclosure", "applications", "review_litigation"
Values = dict[str, object]


@dataclass(frozen=True)
class Trap:
    """Figures of two years that hold, and one more figure of this year that breaks the formula."""

    check: str
    key: str | None
    severity: str
    before: Values
    now: Values
    breaks: Values
    sides: tuple[float, float]
    form: str = "2021"


def carried(row: str, natural: int, business: int) -> Values:
    return {f"{THREE}.{row}.natural_person": natural, f"{THREE}.{row}.business": business, f"{THREE}.{row}.total": natural + business}


STOCK = f"{TWO}.normative_documents"
ITEMS = f"{TWO}.penalties"
TRAPS = [
    Trap(
        "carry_over",
        "total",
        "error",
        carried("carried_forward", 3, 1),
        carried("carried_over", 3, 1),
        {f"{THREE}.carried_over.total": 5},
        (5, 4),
    ),
    Trap(
        "carry_over",
        "business",
        "warning",
        carried("carried_forward", 3, 1),
        carried("carried_over", 3, 1),
        {f"{THREE}.carried_over.business": 0},
        (0, 1),
    ),
    Trap(
        "stock_flow",
        "normative_documents",
        "warning",
        {f"{STOCK}.in_force": 20},
        {f"{STOCK}.in_force": 23, f"{STOCK}.issued": 5, f"{STOCK}.repealed": 2},
        {f"{STOCK}.in_force": 24},
        (24, 23),
    ),
    Trap(
        "repealed_bound",
        "normative_documents",
        "warning",
        {f"{STOCK}.in_force": 4},
        {f"{STOCK}.issued": 1, f"{STOCK}.repealed": 5},
        {f"{STOCK}.repealed": 6},
        (6, 5),
    ),
    Trap(
        "items_carry",
        "penalties",
        "warning",
        {f"{ITEMS}.items_last_year": 40, f"{ITEMS}.items_change": -3},
        {f"{ITEMS}.items_last_year": 37},
        {f"{ITEMS}.items_last_year": 40},
        (40, 37),
        "2019",
    ),
    Trap(
        "after_review_bound",
        None,
        "warning",
        {f"{FOUR}.review.total": 2},
        {f"{FOUR}.review.total": 1, f"{FOUR}.litigation_after_review.total": 3},
        {f"{FOUR}.litigation_after_review.total": 4},
        (4, 3),
    ),
    Trap(
        "pending_carry",
        "litigation_direct",
        "note",
        {f"{FOUR}.litigation_direct.pending": 3},
        {f"{FOUR}.litigation_direct.total": 3},
        {f"{FOUR}.litigation_direct.total": 2},
        (2, 3),
    ),
]
# A stock that does not add up when more is repealed than there was.
IMPLIED = {"repealed_bound": {"stock_flow"}, "stock_flow": set(), "items_carry": set()}


def years(trap: Trap) -> tuple[int, int]:
    return (2020, 2019) if trap.form == "2019" else (2023, 2022)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap.check}-{trap.key}")
def test_a_planted_contradiction_is_found_with_both_sides(trap: Trap) -> None:
    this, last = years(trap)
    before = tables(a_report(trap.before, year=last, form=trap.form))
    now = tables(a_report({**trap.now, **trap.breaks}, year=this, form=trap.form))
    (row,) = [row for row in said(trap.check, now, before) if row["outcome"] == "failed"]
    assert (row["scope_key"], row["severity"], row["left_value"], row["right_value"]) == (trap.key, trap.severity, *trap.sides)
    assert row["other_report_id"] == f"u0-{last}-own"
    assert (row["report_id"], row["unit_id"], row["report_year"], row["document_id"]) == (f"u0-{this}-own", "u0", this, "u0")
    assert set(trap.breaks) <= set(row["figures"].split())
    assert not row["doubted"]
    assert {check for check, _ in failures(now, before)} <= {trap.check, *IMPLIED.get(trap.check, set())}


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap.check}-{trap.key}")
def test_what_just_holds_passes(trap: Trap) -> None:
    this, last = years(trap)
    before, now = tables(a_report(trap.before, year=last, form=trap.form)), tables(a_report(trap.now, year=this, form=trap.form))
    assert {row["outcome"] for row in said(trap.check, now, before)} == {"passed"}


@pytest.mark.parametrize("value", [None, "3a", 10**16], ids=["blank", "unreadable", "absurdly large"])
@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap.check}-{trap.key}")
def test_a_figure_without_a_value_is_not_zero(trap: Trap, value: object) -> None:
    this, last = years(trap)
    before = tables(a_report(trap.before, year=last, form=trap.form))
    (name,) = trap.breaks
    found = said(trap.check, tables(a_report({**trap.now, name: value}, year=this, form=trap.form)), before)
    assert {row["outcome"] for row in found} <= {"passed", "not_applicable"}
    # Other rows or columns may be judged still; what passed does not name a figure that could not be.
    assert not any(name in (row["figures"] or "").split() for row in found)


@pytest.mark.parametrize(("value", "reason"), [(None, "term_blank"), ("?", "term_unreadable"), (10**16, "term_unreadable")])
def test_where_nothing_can_be_judged_the_row_says_why(value: object, reason: str) -> None:
    now = tables(a_report({f"{FOUR}.litigation_after_review.total": value}))
    row = only("after_review_bound", now, tables(a_report(year=2022)))
    assert (row["outcome"], row["reason"], row["left_value"], row["figures"]) == ("not_applicable", reason, None, None)


@pytest.mark.parametrize(("value", "reason"), [(None, "term_blank_last_year"), ("?", "term_unreadable_last_year")])
def test_a_figure_of_last_year_without_a_value_is_not_zero(value: object, reason: str) -> None:
    before = tables(a_report({f"{FOUR}.review.total": value}, year=2022))
    assert outcome("after_review_bound", tables(a_report({f"{FOUR}.litigation_after_review.total": 9})), before) == (
        "not_applicable",
        reason,
    )


def test_a_dash_is_not_zero() -> None:
    dashed = tables(a_report({}, figure(f"{FOUR}.review.total", None, status="dash", raw="/"), year=2022))
    assert outcome("after_review_bound", tables(a_report()), dashed) == ("not_applicable", "term_blank_last_year")


def test_a_table_that_was_not_read_leaves_it_open() -> None:
    whole, lost = a_report(year=2022), a_report(year=2022, without=(FOUR,))
    assert outcome("after_review_bound", tables(a_report(without=(FOUR,))), tables(whole)) == ("not_applicable", "table_not_read")
    assert outcome("after_review_bound", tables(a_report()), tables(lost)) == ("not_applicable", "table_not_read_last_year")


def test_a_row_that_was_lost_leaves_it_open() -> None:
    values = {name: 0 for name in zeros() if not name.startswith(f"{FOUR}.review.")}
    lost = tables(report(values, year=2022, states={FOUR: "partial"}))
    assert outcome("after_review_bound", tables(a_report()), lost) == ("not_applicable", "term_missing_last_year")


def test_without_a_report_of_the_year_before_nothing_is_said() -> None:
    now = tables(a_report())
    for before in (None, tables(a_report(year=2021)), tables(a_report(year=2023))):
        found = [row for row in rows(now, before) if row["check_id"] in {"carry_over", "after_review_bound", "jump", "same_figures"}]
        assert {(row["outcome"], row["reason"]) for row in found} == {("not_applicable", "no_report_last_year")}
        assert {row["other_report_id"] for row in found} == {None}


def test_a_year_that_is_not_known_has_none_before_it() -> None:
    now = tables(a_report(year=None), facts={"u0": {"published_on": None}})
    assert outcome("pending_carry", now, tables(a_report(year=2022))) == ("not_applicable", "year_unknown")


def test_the_governments_own_and_its_wide_report_are_never_held_together() -> None:
    before = tables(a_report({f"{FOUR}.review.pending": 4}, year=2022), facts={"u0": {"scope": "government_wide"}})
    assert outcome("pending_carry", tables(a_report()), before) == ("not_applicable", "no_report_last_year")
    now = tables(a_report(), facts={"u0": {"scope": "government_wide"}})
    assert only("pending_carry", now, before)["other_report_id"] == "u0-2022-government_wide"


def test_over_the_change_of_form_only_what_both_print_is_judged() -> None:
    before = tables(a_report(carried("carried_forward", 2, 0), year=2020, form="2019"))
    now = tables(a_report(carried("carried_over", 2, 1), year=2021))
    found = rows(now, before)
    assert {row["scope_key"] for row in found if row["check_id"] == "carry_over"} == {"total", "business"}
    assert outcome("stock_flow", now, before) == ("not_applicable", "term_missing_last_year")
    # The form of 2021 does not print items: the question does not arise.
    assert not [row for row in found if row["check_id"] == "items_carry"]


def test_a_relation_that_holds_is_one_row_and_names_where_it_was_judged() -> None:
    before = tables(a_report({f"{STOCK}.in_force": 3, f"{TWO}.rules.in_force": None}, year=2022))
    row = only("stock_flow", tables(a_report({f"{STOCK}.in_force": 3})), before)
    assert (row["outcome"], row["scope_key"], row["left_value"]) == ("passed", None, None)
    assert row["figures"] == f"{STOCK}.in_force {STOCK}.issued {STOCK}.repealed"


@pytest.mark.parametrize("year", [2022, 2023])
def test_a_doubted_figure_makes_the_relation_doubted_on_either_side(year: int) -> None:
    name = {2022: f"{FOUR}.review.pending", 2023: f"{FOUR}.review.total"}[year]
    for flags, doubted in (("read.ambiguous",), True), (("check.review_litigation_total",), False):
        unsure = {one: a_report({f"{FOUR}.review.pending": 2}, year=one) for one in (2022, 2023)}
        unsure[year] = a_report({}, figure(name, 2 if year == 2022 else 1, flags=flags), year=year)
        (row,) = said("pending_carry", tables(unsure[2023]), tables(unsure[2022]))
        assert (row["outcome"], row["doubted"]) == ("failed", doubted)


def test_many_reports_are_told_apart() -> None:
    before = tables(*(a_report({f"{FOUR}.review.pending": unit % 3}, year=2022) for unit in range(12)))
    now = tables(*(a_report({f"{FOUR}.review.total": 1}) for _ in range(12)))
    broken = {row["unit_id"] for row in said("pending_carry", now, before) if row["outcome"] == "failed"}
    assert broken == {f"u{unit}" for unit in range(12) if unit % 3 == 2}
    assert len(said("pending_carry", now, before)) == 12
