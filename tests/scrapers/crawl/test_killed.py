"""A collection that is killed goes on with what it had: nothing is missing, nothing is there twice. More often: see ``killing``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scrapers.crawl.killing import kill_and_resume


@pytest.mark.fault("S01")
def test_killed_three_times_and_resumed_the_archive_holds_the_same(tmp_path: Path) -> None:
    died, had, wanted = kill_and_resume(tmp_path, 3, seed=7)
    assert had == wanted
    assert max(wanted.values()) == 1
    assert all(died)
