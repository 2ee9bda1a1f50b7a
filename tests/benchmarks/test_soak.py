"""Slices of what takes long: a hostile batch and repeated runs, small enough for every run of the tests."""

import pytest

from pipeline.limits import BOUNDS
from tests.benchmarks.hostile import batch
from tests.benchmarks.soak import growth, soak
from tests.faults.hostile import HOSTILE


@pytest.mark.fault("P06", "P08", "D01", "D02", "D03", "D04")
def test_hostile_documents_among_reports_of_every_medium_cost_only_themselves(tmp_path):
    outcome = batch(14 + len(HOSTILE), len(HOSTILE), tmp_path, workers=2)
    assert outcome.wrong == ()
    assert sum(outcome.said.values()) == len(HOSTILE)
    assert outcome.largest < max(one.memory_bytes for one in BOUNDS.values())


def test_repeated_runs_do_not_grow(tmp_path):
    runs = soak(60, 7, tmp_path)
    assert len(runs) > 5
    grown = growth(runs)
    assert grown["opened"] == 1
    assert grown["resident"] < 1.2
