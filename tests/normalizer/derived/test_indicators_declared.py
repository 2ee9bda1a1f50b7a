"""The declarations of the indicators: complete, told in the dictionary and in docs/indicators.md, and refused where they are wrong."""

import tomllib
from pathlib import Path

import pytest

import pipeline.normalizer
from pipeline.forms import FormError, forms
from pipeline.normalizer.derived import indicators_declared
from pipeline.normalizer.derived.indicators_cells import Problem
from pipeline.normalizer.derived.indicators_declared import declared, read_indicators
from pipeline.normalizer.derived.indicators_page import indicators_page
from pipeline.normalizer.dictionary import dictionary_table

PACKAGED = Path(indicators_declared.__file__).with_name("indicators.toml")
CODES = tomllib.loads(Path(pipeline.normalizer.__file__).with_name("codes.toml").read_text("utf8"))
BY_ID = {one.id: one for one in declared().indicators}


def test_the_page_of_the_indicators_is_not_stale():
    page = Path(__file__).resolve().parents[3] / "docs" / "indicators.md"
    command = "python -m pipeline.normalizer.derived.indicators_page docs/indicators.md"
    assert page.read_text("utf8") == indicators_page(), f"stale; write it again with: {command}"


def test_the_groups_of_results_cover_table_three():
    """Granted, partly granted and the four sums are all that （七）总计 is the sum of."""
    parts = {"applications.granted.total", "applications.partly_granted.total"}
    parts |= {term.figure for one in declared().sums for term in one.terms}
    check = next(one for one in forms().checks if one.id == "applications_results_sum")
    assert parts == {f"applications.{row}.total" for row in check.right}


def test_what_may_be_compared_over_the_change_of_form_follows_from_the_figures():
    assert {one.id for one in declared().indicators if not one.comparable} == {"fees", "stock_flow_gap"}
    assert BY_ID["fees"].forms == ("2021",)
    assert BY_ID["other_handled"].forms == ("2019", "2021")


def test_the_dictionary_tells_every_indicator_and_break():
    rows = {(row["entry"], row["id"]): row for row in dictionary_table().to_pylist()}
    for one in declared().indicators:
        row = rows["indicator", one.id]
        assert (row["label_zh"], row["unit"], row["comparable_with"]) == (one.zh, one.unit, one.id if one.comparable else None)
    assert all(("code", f"caveat.{one.code}") in rows for one in declared().breaks)
    other = rows["figure", "applications.other_handling.total"]
    assert other["comparable_with"].count(" + ") == 2
    assert rows["figure", "proactive_disclosure.rules.in_force"]["comparable_with"] is None
    assert rows["figure", "proactive_disclosure.admin_fees.amount"]["comparable_with"] is None


def test_every_reason_has_its_meaning():
    assert {problem.name.lower() for problem in Problem if problem} <= CODES["no_value"].keys()


REFUSED = {
    "an unknown figure": (
        '["applications.granted.total"]',
        '["applications.grant.total"]',
        ["full_disclosure", "applications.grant.total"],
    ),
    "an unknown sum": ('numerator = ["denied"]', 'numerator = ["refused"]', ["legal_refusal", "refused"]),
    "an amount among counts": ('numerator = ["denied"]', 'numerator = ["proactive_disclosure.admin_fees.amount"]', ["an amount of money"]),
    "a count as money": (
        'numerator = ["proactive_disclosure.admin_fees.amount"]',
        'numerator = ["applications.granted.total"]',
        ["fees", "no amount of money"],
    ),
    "an unknown figure of the prose": ('numerator = ["processing_fee.collected_yuan"]', 'numerator = ["fee.yuan"]', ["fee.yuan"]),
    "an unknown break": ('breaks = ["break_2024"]', 'breaks = ["break_2025"]', ["dispute_rate", "break_2025"]),
    "an unknown kind": ('kind = "days_late"', 'kind = "days"', ["days_after_deadline", "kind must be one of"]),
    "a ratio without denominator": (
        'numerator = ["denied"]\ndenominator = ["applications.total_processed.total"]',
        'numerator = ["denied"]',
        ["legal_refusal", "a ratio has numerator and denominator"],
    ),
    "an indicator twice": ('id = "workload"', 'id = "received"', ["indicator declared twice: received"]),
    "a number without a unit": ('kind = "days_late"\nunit = "日"', 'kind = "days_late"', ["unit is missing"]),
    "an unknown key": ("unbounded = true", "bounded = false", ["unknown key bounded"]),
    "a sum that the forms do not declare as the same": (
        '"applications.other_unpaid_fee.total", ',
        "",
        ["sum[3]", "comparable_with"],
    ),
    "a figure of the other form": (
        '2019 = ["applications.other_handling.total"]',
        '2019 = ["applications.other_other.total"]',
        ["sum[3]", "does not print applications.other_other.total"],
    ),
}


@pytest.mark.parametrize("trap", REFUSED)
def test_a_wrong_declaration_is_refused_with_its_place(tmp_path, trap):
    old, new, words = REFUSED[trap]
    text = PACKAGED.read_text("utf8")
    assert old in text
    path = tmp_path / "indicators.toml"
    path.write_text(text.replace(old, new, 1), "utf8")
    with pytest.raises(FormError) as error:
        read_indicators(path)
    assert all(word in str(error.value) for word in ["indicators.toml", *words])
