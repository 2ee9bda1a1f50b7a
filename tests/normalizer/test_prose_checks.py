"""Relations between the prose and the tables: what holds, what does not, and what the prose leaves open."""

from __future__ import annotations

import pytest

from pipeline.forms import forms
from pipeline.model import Document, Figure, Figures, ProseFigure, Report, TableReading
from pipeline.normalizer.checks import check_report, failed_figures

RECEIVED, CARRIED = "applications.new_received.total", "applications.carried_over.total"
DIRECT, AFTER = "review_litigation.litigation_direct.total", "review_litigation.litigation_after_review.total"
UNPAID = "applications.other_unpaid_fee.total"


def report(prose: dict[str, int], table: dict[str, int], *, approximate: bool = False, flags: tuple[str, ...] = ()) -> Report:
    figures = Figures()
    for name, value in table.items():
        figures.append(Figure(name, value, "reported", "件", str(value), 0, 0, 0, flags))
    told = tuple(ProseFigure(name, value, approximate, 1, "…") for name, value in prose.items())
    tables = {name: TableReading("partial", None) for name in forms().tables}
    return Report("x", Document("text", None, (), ()), "2021", tables, figures, (), told)


def outcomes(one: Report, check: str) -> list[str]:
    return [result.outcome for result in check_report(one) if result.check == check]


@pytest.mark.parametrize(
    ("check", "prose", "table", "outcome"),
    [
        ("prose_received", {"applications.received": 3}, {RECEIVED: 3}, "passed"),
        ("prose_received", {"applications.received": 5}, {RECEIVED: 3, CARRIED: 2}, "passed"),
        ("prose_received", {"applications.received": 2}, {RECEIVED: 3}, "failed"),
        ("prose_received", {}, {RECEIVED: 3}, "not_applicable"),
        ("prose_received", {"applications.received": 2}, {}, "not_applicable"),
        ("prose_processed", {"applications.answered": 4}, {"applications.total_processed.total": 5}, "failed"),
        ("prose_carried", {"applications.carried_in": 1}, {CARRIED: 1}, "passed"),
        ("prose_carried", {"applications.carried_on": 1}, {"applications.carried_forward.total": 0}, "failed"),
        ("prose_none", {"applications.received": 0}, {RECEIVED: 1}, "failed"),
        ("prose_none", {"applications.received": 0}, {RECEIVED: 0}, "passed"),
        ("prose_none", {"applications.received": 4}, {RECEIVED: 0}, "failed"),
        ("prose_none", {"applications.received": 4}, {RECEIVED: 3}, "not_applicable"),
        ("prose_none", {"litigation.total": 0}, {DIRECT: 0, AFTER: 2}, "failed"),
        ("prose_none", {"litigation.total": 0}, {DIRECT: 0}, "not_applicable"),
        ("prose_review", {"litigation.total": 5}, {DIRECT: 3, AFTER: 2}, "passed"),
        ("prose_review", {"review.upheld": 5}, {"review_litigation.review.upheld": 4}, "failed"),
        ("processing_fee_order", {"processing_fee.collected_yuan": 400, "processing_fee.billed_yuan": 380}, {}, "failed"),
        ("processing_fee_order", {"processing_fee.collected_yuan": 10, "processing_fee.notices": 0}, {}, "failed"),
        ("processing_fee_order", {"processing_fee.collected_yuan": 0, "processing_fee.notices": 0}, {}, "passed"),
        ("processing_fee_step", {"processing_fee.collected_yuan": 385}, {}, "failed"),
        ("processing_fee_step", {"processing_fee.collected_yuan": 380}, {}, "passed"),
        ("processing_fee_basis", {"processing_fee.notices": 0}, {UNPAID: 1}, "failed"),
        ("processing_fee_basis", {"processing_fee.collected_yuan": 40}, {RECEIVED: 0}, "failed"),
        ("processing_fee_basis", {"processing_fee.collected_yuan": 40}, {RECEIVED: 2}, "passed"),
    ],
)
def test_prose_against_table(check: str, prose: dict[str, int], table: dict[str, int], outcome: str) -> None:
    assert outcomes(report(prose, table), check) == [outcome]


def test_an_approximate_number_settles_nothing() -> None:
    assert outcomes(report({"applications.received": 100}, {RECEIVED: 104}, approximate=True), "prose_received") == ["not_applicable"]


def test_a_doubted_table_figure_contradicts_no_prose() -> None:
    assert outcomes(report({"applications.received": 2}, {RECEIVED: 3}, flags=("read.ambiguous",)), "prose_received") == ["not_applicable"]


def test_prose_never_flags_a_table_figure() -> None:
    one = report({"applications.received": 0}, {RECEIVED: 3})
    assert "failed" in outcomes(one, "prose_none")
    assert not any("prose" in flag for flags in failed_figures(check_report(one)).values() for flag in flags)
