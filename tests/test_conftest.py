"""A missing program may skip a test on a desk, never in continuous integration."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import need_program

ABSENT = "a-program-that-nobody-has"


def test_a_program_that_is_there_is_named_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Path(sys.executable)
    monkeypatch.setenv("PATH", str(program.parent))
    assert Path(need_program(program.name)) == program


def test_a_missing_program_skips_on_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=ABSENT):
        need_program(ABSENT)


def test_a_missing_program_fails_in_continuous_integration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=ABSENT):
        need_program(ABSENT)
