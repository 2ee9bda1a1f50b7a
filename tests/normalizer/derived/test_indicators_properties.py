"""Whatever figures a report prints: an indicator is what its definition says, or there is none and the figure that keeps it is named."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.normalizer.derived.indicators import indicator_rows
from pipeline.normalizer.derived.indicators_declared import declared
from tests.normalizer.derived.years import year_tables, zeros
from tests.normalizer.reports import report

Get = Callable[[str], int]
DENIED = [
    f"denied_{one}"
    for one in (
        *("state_secret", "law_forbids", "safety_stability", "third_party"),
        *("internal_affairs", "process_information", "enforcement_file", "administrative_inquiry"),
    )
]
UNABLE = [f"unable_{one}" for one in ("not_held", "must_create", "still_unclear")]
OTHER = {"2019": ["other_handling"], "2021": ["other_overdue_correction", "other_unpaid_fee", "other_other"]}
SUITS = ("litigation_direct", "litigation_after_review")


def three(get: Get, *rows: str) -> int:
    return sum(get(f"applications.{row}.total") for row in rows)


def four(get: Get, column: str, *groups: str) -> int:
    return sum(get(f"review_litigation.{group}.{column}") for group in groups)


# The definitions of domain.md written out by hand: numerator and denominator by form.
EXPECTED: dict[str, Callable[[Get, str], tuple[int, int]]] = {
    "completion": lambda get, form: (three(get, "total_processed"), three(get, "new_received", "carried_over")),
    "disclosure": lambda get, form: (three(get, "granted", "partly_granted"), three(get, "total_processed")),
    "disclosure_on_merits": lambda get, form: (three(get, "granted", "partly_granted"), three(get, "granted", "partly_granted", *DENIED)),
    "legal_refusal": lambda get, form: (three(get, *DENIED), three(get, "total_processed")),
    "unable": lambda get, form: (three(get, *UNABLE), three(get, "total_processed")),
    "other_handled": lambda get, form: (three(get, *OTHER[form]), three(get, "total_processed")),
    "review_correction": lambda get, form: (
        four(get, "corrected", "review"),
        four(get, "total", "review") - four(get, "pending", "review"),
    ),
    "litigation_loss": lambda get, form: (four(get, "corrected", *SUITS), four(get, "total", *SUITS) - four(get, "pending", *SUITS)),
    "direct_suit_share": lambda get, form: (four(get, "total", "litigation_direct"), four(get, "total", *SUITS)),
}
USED = sorted({term.figure for one in declared().indicators if one.id in EXPECTED for term in one.terms})


class NoneError(Exception):
    """A needed figure has no value."""


@st.composite
def reports(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """A form and figures: counts, blanks, cells that cannot be read, and rows that are not there."""
    form = draw(st.sampled_from(["2019", "2021"]))
    values = dict(zeros(form))
    lost = draw(st.booleans())
    for name in USED:
        if name in values:
            values[name] = draw(
                st.one_of(st.integers(0, 40), st.sampled_from([0, 7, None, "约3件", 10**17]) if lost else st.integers(0, 3))
            )
    for name in draw(st.lists(st.sampled_from(USED), max_size=3)) if lost else []:
        values.pop(name, None)
    return form, values


@given(st.lists(reports(), min_size=1, max_size=2))
@settings(max_examples=20)
def test_indicators_are_their_definitions_or_nothing(given_reports):
    made = {f"u{at}": report(values, form=form) for at, (form, values) in enumerate(given_reports)}
    found = {(row["unit_id"], row["indicator"]): row for row in indicator_rows(year_tables(made), None).to_pylist()}
    for at, (form, values) in enumerate(given_reports):

        def get(name: str, values: dict[str, object] = values) -> int:
            value = values.get(name)
            if not isinstance(value, int) or value > 10**15:
                raise NoneError(name)
            return value

        for name, sides in EXPECTED.items():
            row = found[f"u{at}", name]
            try:
                numerator, denominator = sides(get, form)
            except NoneError:
                assert row["value"] is None
                assert row["reason"].startswith(("figure_", "out_of_range"))
                assert any(
                    one not in values or not isinstance(values[one], int) or values[one] > 10**15 for one in row["reason"].split()[1:]
                )
                continue
            assert (row["numerator"], row["denominator"]) == (numerator, denominator)
            assert row["value"] == (numerator / denominator if denominator > 0 else None)
