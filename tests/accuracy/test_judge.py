"""The judge: what counts as right, missed, wrong, silent and doubted."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.model import Figure, Figures, Issue
from pipeline.reading import unread

from .judge import judge

ISSUED, REPEALED = "proactive_disclosure.rules.issued", "proactive_disclosure.rules.repealed"
AMOUNT = "proactive_disclosure.central_procurement.amount"


def reading(*figures):
    """A report with these figures: (id, value, unit, flags)."""
    found = Figures()
    for name, value, unit, flags in figures:
        found.append(Figure(name, value, "blank" if value is None else "reported", unit, str(value), 0, 0, 0, flags))
    return replace(unread("report", Issue("note", "test", "made up")), figures=found)


def counts(truth, *figures):
    tally = judge(truth, reading(*figures))
    return {name: getattr(tally, name) for name in ("right", "missed", "wrong", "silent", "doubted")}


def tallied(**counted):
    return {"right": 0, "missed": 0, "wrong": 0, "silent": 0, "doubted": 0} | counted


@pytest.mark.parametrize(
    ("expected", "figures", "counted"),
    [
        (3, [(ISSUED, 3, "件", ())], tallied(right=1)),
        (3, [(ISSUED, 3, "件", ("read.ambiguous",))], tallied(right=1, doubted=1)),
        (3, [(ISSUED, 3, "件", ("check.applications_total",))], tallied(right=1)),
        (3, [], tallied(missed=1)),
        (3, [(ISSUED, None, "件", ())], tallied(missed=1)),
        (3, [(ISSUED, 4, "件", ())], tallied(wrong=1, silent=1)),
        (3, [(ISSUED, 4, "件", ("read.ambiguous",))], tallied(wrong=1)),
        (None, [], tallied(right=1)),
        (None, [(ISSUED, None, "件", ())], tallied(right=1)),
        (None, [(ISSUED, 0, "件", ())], tallied(wrong=1, silent=1)),
    ],
)
def test_one_figure(expected, figures, counted):
    assert counts({"figures": {ISSUED: expected}}, *figures) == counted


def test_a_figure_that_the_truth_does_not_name_is_not_judged():
    assert counts({"figures": {ISSUED: 3}}, (ISSUED, 3, "件", ()), (REPEALED, 9, "件", ())) == tallied(right=1)


def test_a_number_without_doubt_is_silent_where_the_document_leaves_it_open():
    truth = {"figures": {ISSUED: 3}, "undecidable": {REPEALED: "short row"}}
    assert counts(truth, (ISSUED, 3, "件", ()), (REPEALED, 9, "件", ())) == tallied(right=1, silent=1)
    assert counts(truth, (ISSUED, 3, "件", ()), (REPEALED, 9, "件", ("read.by_relation",))) == tallied(right=1)
    assert judge(truth, reading((REPEALED, 9, "件", ("read.by_relation",)))).left_open["short row", "doubted"] == 1


def test_any_number_of_an_absent_table_is_invented():
    truth = {"figures": {ISSUED: 3}, "absent": ["applications"]}
    assert counts(truth, (ISSUED, 3, "件", ()), ("applications.granted.total", 0, "件", ("read.ambiguous",))) == tallied(right=1, silent=1)


def test_a_number_without_doubt_is_invented_where_nothing_can_be_known():
    assert counts({"figures": {}, "refused": True}, (ISSUED, 0, "件", ())) == tallied(silent=1)


@pytest.mark.parametrize(
    ("expected", "value", "unit", "right"),
    [
        ("251000元", Decimal("251000"), "元", 1),
        ("25.1万元", Decimal("251000"), "元", 1),
        ("25.1万元", Decimal("25.1"), "万元", 1),
        ("25.1万元", Decimal("25.1"), "元", 0),
        (43.788, Decimal("43.788"), None, 1),
        (43.788, Decimal("43.789"), None, 0),
    ],
)
def test_procurement_is_compared_in_yuan_where_the_cell_has_a_unit(expected, value, unit, right):
    assert counts({"figures": {AMOUNT: expected}}, (AMOUNT, value, unit, ()))["right"] == right
