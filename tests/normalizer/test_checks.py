"""Relations: what holds, what contradicts itself, and what cannot be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms import forms
from pipeline.normalizer.checks import check_report, failed_figures
from tests.normalizer.reports import figure, report, review

PARTS = ("natural_person", "business", "research_institution", "public_interest_org", "legal_service_org", "other_org")


def outcomes(one, check, key=None):
    found = [r for r in check_report(one) if r.check == check and (key is None or r.scope_key == key)]
    assert found
    return [(r.outcome, r.reason) for r in found]


def row(name, total, *parts):
    names = [f"applications.{name}.{part}" for part in PARTS[: len(parts)]]
    return {**dict(zip(names, parts, strict=True)), f"applications.{name}.total": total}


def test_a_total_that_is_the_sum_of_its_parts():
    assert outcomes(report(review(upheld=10, corrected=1, other=0, pending=2, total=13)), "review_litigation_total", "review") == [
        ("passed", None)
    ]


def test_a_publisher_who_prints_a_total_of_zero_beside_parts():
    # 洪泽 2023
    one = report(review(upheld=10, corrected=1, other=0, pending=0, total=0))
    assert outcomes(one, "review_litigation_total", "review") == [("failed", None)]
    flags = failed_figures(check_report(one))
    assert set(flags) == set(review(upheld=0, corrected=0, other=0, pending=0, total=0))
    assert flags["review_litigation.review.total"] == ["check.review_litigation_total"]


def test_blank_parts_add_nothing():
    assert outcomes(report(review(upheld=2, corrected=None, other=None, pending=1, total=3)), "review_litigation_total", "review") == [
        ("passed", None)
    ]
    assert outcomes(report(review(upheld=2, corrected=None, other=None, pending=1, total=4)), "review_litigation_total", "review") == [
        ("failed", None)
    ]


def test_parts_that_are_all_blank_say_nothing_of_the_total():
    one = report(review(upheld=None, corrected=None, other=None, pending=None, total=4))
    assert outcomes(one, "review_litigation_total", "review") == [("not_applicable", "parts_not_printed")]


def test_a_blank_total_beside_parts_is_a_note_and_no_contradiction():
    # 上海市人民政府办公厅 2019
    one = report(row("granted", None, 5, 1, 0, 0, 0, 0))
    assert outcomes(one, "applications_total", "granted") == [("not_applicable", "total_blank")]
    assert outcomes(one, "applications_total_blank", "granted") == [("failed", None)]
    assert failed_figures(check_report(one)) == {}


def test_a_blank_row_is_no_note():
    assert outcomes(report(row("granted", None, None, None)), "applications_total_blank", "granted") == [("passed", None)]


def test_a_sum_that_is_short_of_an_unreadable_part_is_open_one_that_is_over_is_not():
    short = report(review(upheld=2, corrected="?", other=0, pending=0, total=3))
    over = report(review(upheld=5, corrected="?", other=0, pending=0, total=3))
    even = report(review(upheld=3, corrected="?", other=0, pending=0, total=3))
    assert outcomes(short, "review_litigation_total", "review") == [("not_applicable", "parts_unreadable")]
    assert outcomes(even, "review_litigation_total", "review") == [("not_applicable", "parts_unreadable")]
    assert outcomes(over, "review_litigation_total", "review") == [("failed", None)]


@pytest.mark.fault("V05")
def test_a_lost_row_shows():
    names = [f.row.id for f in forms().figures.values() if f.table == "applications" and f.column.id == "total" and "2021" in f.forms]
    results = [name for name in names if name not in {"new_received", "carried_over", "total_processed", "carried_forward"}]
    values = {f"applications.{name}.total": 1 for name in results} | {"applications.total_processed.total": len(results)}
    assert outcomes(report(values), "applications_results_sum", "total") == [("passed", None)]
    del values["applications.denied_third_party.total"]
    lost = outcomes(report(values), "applications_results_sum", "total")
    assert lost == [("failed", "parts_missing: applications.denied_third_party.total")]


def test_rows_of_the_other_form_are_not_missing():
    values = {"applications.granted.total": 2, "applications.other_handling.total": 1, "applications.total_processed.total": 4}
    (outcome,) = outcomes(report(values, form="2019"), "applications_results_sum", "total")
    assert "other_other" not in outcome[1]


def test_the_balance_needs_all_its_terms():
    terms = {"new_received": 5, "carried_over": 1, "total_processed": 4, "carried_forward": 2}
    whole = {f"applications.{name}.total": value for name, value in terms.items()}
    assert outcomes(report(whole), "applications_balance", "total") == [("passed", None)]
    assert outcomes(report(whole | {"applications.carried_forward.total": 3}), "applications_balance", "total") == [("failed", None)]
    without = {name: value for name, value in whole.items() if "total_processed" not in name}
    assert outcomes(report(without), "applications_balance", "total") == [("not_applicable", "term_missing")]
    blank = report(whole | {"applications.total_processed.total": None})
    assert outcomes(blank, "applications_balance", "total") == [("not_applicable", "terms_blank")]
    unread = report(whole | {"applications.total_processed.total": "4?"})
    assert outcomes(unread, "applications_balance", "total") == [("not_applicable", "term_unreadable")]
    agreed = report(
        {
            "applications.new_received.total": 5,
            "applications.carried_over.total": None,
            "applications.total_processed.total": 5,
            "applications.carried_forward.total": None,
        }
    )
    assert outcomes(agreed, "applications_balance", "total") == [("passed", None)]


def test_a_table_that_was_not_read_is_one_result_a_check():
    assert outcomes(report(), "applications_balance") == [("not_applicable", "table_not_read")]


def test_a_doubted_figure_is_evaluated_and_said_to_be_doubted():
    one = report(review(upheld=1, corrected=0, other=0, pending=0), figure("review_litigation.review.total", 2, flags=["read.ambiguous"]))
    (result,) = [r for r in check_report(one) if r.check == "review_litigation_total" and r.scope_key == "review"]
    assert (result.outcome, result.doubted, result.left, result.right) == ("failed", True, 2, 1)


@pytest.mark.parametrize("value", [-1, -(10**30)])
def test_a_count_below_zero(value):
    one = report(review(upheld=value))
    assert ("failed", None) in outcomes(one, "whole_and_not_negative", "review_litigation.review.upheld")


def test_a_change_may_be_negative():
    one = report({"proactive_disclosure.penalties.items_change": -3, "proactive_disclosure.penalties.decisions": 0}, form="2019")
    assert outcomes(one, "whole_and_not_negative", "proactive_disclosure") == [("passed", None)]


def test_more_disclosed_than_made_is_a_warning_and_flags_nothing():
    values = {
        f"proactive_disclosure.rules.{name}": value for name, value in (("newly_made", 0), ("newly_disclosed", 1), ("total_disclosed", 1))
    }
    one = report(values, form="2019")
    assert outcomes(one, "disclosed_bound", "rules: newly_disclosed <= newly_made") == [("failed", None)]
    assert outcomes(one, "disclosed_bound", "rules: newly_disclosed <= total_disclosed") == [("passed", None)]
    assert failed_figures(check_report(one)) == {}


@pytest.mark.fault("V05")
@given(st.dictionaries(st.sampled_from(sorted(forms().figures)), st.one_of(st.none(), st.integers(-5, 50), st.just("?")), max_size=220))
def test_any_report_can_be_checked_and_only_printed_figures_are_accused(values):
    one = report(values)
    results = check_report(one)
    printed = {name for name, value in values.items() if isinstance(value, int)}
    for result in results:
        assert set(result.figures) <= printed
        assert result.outcome != "failed" or result.figures
        assert result.outcome == "not_applicable" or result.reason is None or result.reason.startswith("parts_missing")
    assert len({(r.check, r.scope_key) for r in results}) == len(results)


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=6, max_size=6), st.integers(0, 60))
def test_a_total_row_fails_exactly_if_the_printed_parts_add_up_to_something_else(parts, total):
    (outcome,) = outcomes(report(row("granted", total, *parts)), "applications_total", "granted")
    numbers = [part for part in parts if part is not None]
    expected = "not_applicable" if not numbers else "passed" if sum(numbers) == total else "failed"
    assert outcome[0] == expected
