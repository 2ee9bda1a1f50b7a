"""Made-up figures, the truth of them, and what must not be decided."""

import json
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.forms import forms
from pipeline.generator import KINDS, Written, make_spec, random_spec, trapped, truth
from pipeline.generator.spec import TABLES


def broken_relations(values):
    """The sums of checks.toml that do not hold, worked out here anew."""
    broken = []
    for check in forms().checks:
        if not check.left or check.severity != "error":
            continue
        table = forms().tables[check.table]
        rows = [row.id for block in table.blocks for row in block.rows]
        columns = [column.id for column in table.blocks[0].columns]
        lines = [(None, column) for column in columns] if check.scope == "each_column" else [(row, None) for row in rows]
        for row, column in lines:
            sums = [
                sum(values.get(f"{table.id}.{row or term}.{column or term}") or 0 for term in side) for side in (check.left, check.right)
            ]
            if sums[0] != sums[1]:
                broken.append((check.id, row, column, sums))
    return broken


@settings(deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["consistent", "sparse", "zeros"]))
def test_consistent_figures_fulfil_every_relation(seed, kind):
    spec = random_spec(random.Random(seed), figures=kind)
    assert broken_relations(spec.values) == []
    counts = [value for name, value in spec.values.items() if forms().figures[name].column.kind == "count"]
    assert all(isinstance(value, int) and value >= 0 for value in counts)


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_distinct_figures_differ_all_so_that_a_shift_shows(seed):
    values = list(random_spec(random.Random(seed), figures="distinct").values.values())
    assert len({abs(value) for value in values}) == len(values)


def test_blank_dash_and_zero_stay_different():
    names = ("proactive_disclosure.rules.issued", "proactive_disclosure.rules.repealed", "proactive_disclosure.rules.in_force")
    figures = {names[0]: None, names[1]: Written("/", None), names[2]: 0}
    spec = make_spec(figures, forms={"proactive_disclosure": "2021", "applications": None, "review_litigation": None})
    told = truth(spec)
    assert [spec.printed[name] for name in names] == ["", "/", "0"]
    assert [told["figures"][name] for name in names] == [None, None, 0]
    assert told["absent"] == ["applications", "review_litigation"]


def test_money_with_a_unit_of_its_own_keeps_it_in_the_truth():
    amount = "proactive_disclosure.central_procurement.amount"
    spec = make_spec({amount: Written("251000元", "251000元")}, forms={"proactive_disclosure": "2019"})
    assert truth(spec)["figures"][amount] == "251000元"


def test_figures_of_another_form_are_refused_rather_than_dropped():
    with pytest.raises(ValueError, match="central_procurement"):
        make_spec({"proactive_disclosure.central_procurement.amount": 1}, forms={"proactive_disclosure": "2021"})


@settings(deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(KINDS))
def test_truth_can_be_written_as_json_and_names_each_printed_figure_once(seed, kind):
    rng = random.Random(seed)
    spec = trapped(random_spec(rng, figures=kind), ["doubtful_header", "one_value", "extra_cells", "procurement_rows"])
    told = json.loads(json.dumps(truth(spec)))
    printed = {name for table in TABLES for name in spec.ids(table)}
    assert set(told["figures"]) | set(told.get("undecidable", {})) == printed
    assert not set(told["figures"]) & set(told.get("undecidable", {}))
    assert told["synthetic"] is True
    assert told["unit"].startswith("示例省")


def test_same_seed_same_report():
    assert random_spec(random.Random(4), figures="wild") == random_spec(random.Random(4), figures="wild")


def test_wild_values_cover_the_spellings_met_in_reports():
    printed = {text for seed in range(60) for text in random_spec(random.Random(seed), figures="wild", forms="2019").printed.values()}
    for mark in ("+", "增", "减", ",", "元", "万元", "（其中", "/", "—", "无"):
        assert any(mark in text for text in printed)
    assert any(text and text.strip() != text for text in printed)
    assert any(set(text) <= set("０１２３４５６７８９") for text in printed if text)


def test_all_blank_and_all_zero_are_different_reports():
    zeros = random_spec(random.Random(1), figures="zeros")
    assert set(zeros.values.values()) == {0}
    blank = [random_spec(random.Random(seed), figures="blanks") for seed in range(40)]
    assert any(set(spec.values.values()) == {None} for spec in blank)


def test_given_decimals_are_printed_digit_by_digit():
    amount = "proactive_disclosure.admin_fees.amount"
    spec = make_spec({amount: Decimal("38.441094")}, forms={"proactive_disclosure": "2021"})
    assert spec.printed[amount] == "38.441094"
