"""A little chaos in every run of the tests; ``make chaos ROUNDS=200`` goes on. ``GONGKAI_ROUNDS`` says how many rounds, by default five."""

import os
from pathlib import Path

import pytest

from tests.chaos.disturb import DISTURBANCES
from tests.chaos.rounds import play, stage
from tests.chaos.world import archived, damage, datasets, differences

ROUNDS, SEED = int(os.environ.get("GONGKAI_ROUNDS", "5")), int(os.environ.get("GONGKAI_CHAOS_SEED", "20"))
#: Those that take the least time; all of them take turns where more rounds are asked for.
KINDS = ("kill", "full_disk", "dropped_connections", "damaged_archive", "terminate") if ROUNDS <= 5 else tuple(DISTURBANCES)


@pytest.mark.fault("S01", "S02", "S04", "S05", "S06", "N08")
def test_after_any_disturbance_all_is_as_in_peace(tmp_path):
    print(f"GONGKAI_CHAOS_SEED={SEED}")
    played = list(play(tmp_path, ROUNDS, SEED, KINDS))
    assert [str(one) for one in played if one.wrong] == []
    assert len(played) == ROUNDS


def test_the_comparison_sees_what_differs(tmp_path):
    """One figure, one body, one stray file: a comparison that sees nothing would find everything as in peace."""
    with stage(tmp_path, SEED) as made:
        first = tmp_path / "act-1"
        assert differences(first, made.peace[0]) == []
        assert any(one.startswith("archive: ") for one in differences(first, made.peace[1]))
        assert any(one.startswith("reports: ") for one in differences(first, made.peace[1]))
        Path(first, "processed", "reports", "stray.parquet").write_bytes(b"x")
        assert damage(first)
        assert archived(first) != archived(tmp_path / "act-2")
        assert datasets(first).keys() == datasets(tmp_path / "act-2").keys()
