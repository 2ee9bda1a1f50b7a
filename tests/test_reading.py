"""The promise, over made-up reports: what comes back is what was printed, or it is doubted, or it is missing; never silently wrong.

``GONGKAI_EXAMPLES=20000 pytest tests/test_reading.py`` looks further than the 150 examples of an ordinary run. A failure prints the seed
of its document; ``made(seed, …)`` builds it again.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, note, settings
from hypothesis import strategies as st

from pipeline import read_report
from pipeline.forms.load import TABLES
from pipeline.generator import (
    KINDS,
    TRAPS,
    ReportSpec,
    flatten,
    random_flavour,
    random_options,
    random_spec,
    render_html,
    trapped,
    truth,
)
from pipeline.generator.dialects import RECOVERABLE
from pipeline.model import Figure, Number, Report

thorough = settings(
    max_examples=int(os.environ.get("GONGKAI_EXAMPLES", "150")),
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
seeds = st.integers(0, 2**32 - 1)
UNITS = ("万元", "元")


@dataclass(frozen=True)
class Made:
    """One made-up document and what is true of it."""

    body: bytes
    truth: Mapping[str, Any]
    shape: object


def made_spec(rng: random.Random, *, traps: bool) -> ReportSpec:
    absent = tuple(table for table in TABLES if rng.random() < 0.1)
    spec = random_spec(rng, forms=rng.choice(("2019", "2021", "mix")), figures=rng.choice(KINDS), absent=absent)
    return trapped(spec, rng.sample(TRAPS, rng.randint(1, 2))) if traps else spec


def made_page(seed: int, *, traps: bool = False) -> Made:
    """A page in any flavour."""
    rng = random.Random(seed)
    spec, flavour = made_spec(rng, traps=traps), random_flavour(rng)
    return Made(render_html(spec, flavour, charset=rng.choice(("utf-8", "gb18030")), rng=rng), truth(spec), (spec.traps, flavour))


def made_text(seed: int, dialect: Any, *, traps: bool = False, mixed: bool = False) -> Made:
    """A text in a dialect, or with another dialect for each table."""
    rng = random.Random(seed)
    spec, options = made_spec(rng, traps=traps), random_options(rng, mixed=mixed)
    text = flatten(spec, dialect, rng=rng, options=options)
    # A text that lost its repeated lines may have had none to lose: its figures are judged like those of any other.
    told = truth(spec, undecidable=text.undecidable, unjudged=text.unjudged)
    return Made(text.text.encode(), told, (spec.traps, dialect, options))


def number(told: float | str) -> float:
    """A number of the truth, which may be text with its unit."""
    if isinstance(told, str):
        told = next((told.removesuffix(unit) for unit in UNITS if told.endswith(unit)), told)
    return float(told)


def doubted(figure: Figure) -> bool:
    return any(flag.startswith("read.") for flag in figure.flags)


def same(value: Number, told: float | str | None) -> bool:
    return told is not None and abs(float(value) - number(told)) <= 1e-9 * max(1.0, abs(number(told)))


def silent_errors(told: Mapping[str, Any], report: Report) -> list[str]:
    """Figures that the reader is sure of and that are not what was printed."""
    sure = {figure.figure: figure for figure in report.figures if figure.value is not None and not doubted(figure)}
    wrong = [
        f"{name}: {sure[name].value}, printed {value}"
        for name, value in told["figures"].items()
        if name in sure and not same(sure[name].value or 0, value)
    ]
    left_open = [f"{name}: {sure[name].value}, though {why}" for name, why in told.get("undecidable", {}).items() if name in sure]
    invented = [f"{name}: {sure[name].value}, of a table that is not there" for name in sure if name.split(".")[0] in told["absent"]]
    return [*wrong, *left_open, *invented]


def check(made: Made) -> Report:
    note(str(made.shape))
    report = read_report(made.body)
    assert silent_errors(made.truth, report) == []
    assert len(set(report.figures.figure)) == len(report.figures)
    issues = {(issue.code, issue.figure) for issue in report.issues}
    for figure in report.figures:
        assert (figure.value is not None) == (figure.status == "reported")
        assert {(flag, figure.figure) for flag in figure.flags[:1] if flag.startswith("read.")} <= issues
    return report


@thorough
@given(seeds)
def test_pages_are_never_silently_wrong(seed):
    check(made_page(seed))


@thorough
@given(seeds)
def test_pages_with_traps_are_never_silently_wrong(seed):
    check(made_page(seed, traps=True))


@thorough
@given(seeds, st.sampled_from(RECOVERABLE))
def test_texts_are_never_silently_wrong(seed, dialect):
    check(made_text(seed, dialect))


@thorough
@given(seeds, st.sampled_from(RECOVERABLE))
def test_texts_with_traps_are_never_silently_wrong(seed, dialect):
    check(made_text(seed, dialect, traps=True))


@thorough
@given(seeds, st.sampled_from(RECOVERABLE))
def test_texts_in_several_dialects_are_never_silently_wrong(seed, dialect):
    check(made_text(seed, dialect, mixed=True))


@thorough
@given(seeds)
@example(175)
def test_texts_that_lost_their_repeated_lines_are_never_silently_wrong(seed):
    check(made_text(seed, "FD"))


@pytest.mark.parametrize("seed", range(12))
def test_texts_that_lost_their_zeros_are_refused(seed):
    spec = random_spec(random.Random(seed), forms=("2019", "2021")[seed % 2], figures="zeros")
    report = read_report(flatten(spec, "FD", rng=random.Random(seed)).text.encode())
    assert [report.tables[table].state for table in TABLES[:2]] == ["refused", "refused"]
    assert len(report.figures) == 0


def test_table_of_which_all_figures_were_dropped_is_refused():
    spec = random_spec(random.Random(0), forms="2021", figures="zeros")
    report = read_report(flatten(spec, "FD", rng=random.Random(0)).text.encode())
    assert report.tables["review_litigation"].state == "refused"


@thorough
@given(seeds)
def test_plain_pages_come_back_whole(seed):
    rng = random.Random(seed)
    spec = random_spec(rng, forms=rng.choice(("2019", "2021")), figures="consistent")
    report = read_report(render_html(spec, rng=rng))
    wanted = truth(spec)["figures"]
    got = report.figures.values()
    assert set(got) == set(wanted)
    assert [name for name, told in wanted.items() if not (got[name] is None if told is None else same(got[name] or 0, told))] == []
    assert {reading.state for reading in report.tables.values()} == {"read"}


def test_made_documents_are_mostly_read_and_seldom_doubted():
    """A reader that doubts everything is of no use: over 200 documents nine of ten printed numbers come back without a doubt."""
    printed = sure = 0
    for seed in range(200):
        made = made_page(seed) if seed % 2 else made_text(seed, RECOVERABLE[seed % len(RECOVERABLE)])
        figures = {figure.figure: figure for figure in read_report(made.body).figures}
        for name, told in made.truth["figures"].items():
            if told is not None:
                printed += 1
                sure += name in figures and figures[name].value is not None and not doubted(figures[name])
    assert sure / printed > 0.9


MENDED = {
    "procurement rows that go on behind a page break": lambda: made_page(100879, traps=True),
    "text that lost its repeated lines, a cell and a pipe a line": lambda: made_text(201925, "FD", traps=True, mixed=True),
    "edges of headers and values that do not meet, with a blank": lambda: made_text(101303, "markdown", traps=True, mixed=True),
    "three glued values under a header of one": lambda: made_text(101506, "G", traps=True),
    "doubtful header in the text of a PDF": lambda: made_text(200328, "H", traps=True),
}


@pytest.mark.parametrize("name", MENDED)
def test_silent_errors_that_were_found_once(name):
    made = MENDED[name]()
    assert silent_errors(made.truth, read_report(made.body)) == []


@pytest.mark.fault("N09")
@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_pages_that_end_too_early_are_never_silently_wrong(cut):
    made = made_page(cut)
    report = read_report(made.body[: len(made.body) * cut // 100])
    assert silent_errors(made.truth, report) == []
