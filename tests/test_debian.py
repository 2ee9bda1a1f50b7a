"""What is missing is installed once or said, and never skipped unseen in continuous integration."""

from __future__ import annotations

import pytest

from tests import debian
from tests.debian import PROBES, need_debian

PACKAGE = "a-package-that-nobody-has"


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    """No answer from another test, no lock of another run, and nothing that is really installed."""
    debian._provide.cache_clear()
    monkeypatch.setattr(debian, "_LOCK", tmp_path / "lock")
    monkeypatch.setitem(PROBES, PACKAGE, lambda: False)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(debian.os, "geteuid", lambda: 0)
    monkeypatch.setattr(debian, "_apt", lambda *arguments: "apt-get update: no network")
    yield
    debian._provide.cache_clear()


def test_what_is_there_is_not_installed(monkeypatch):
    monkeypatch.setitem(PROBES, PACKAGE, lambda: True)
    monkeypatch.setattr(debian, "_apt", lambda *arguments: pytest.fail("nothing was missing"))
    need_debian(PACKAGE)


def test_what_is_missing_is_installed_once(monkeypatch):
    asked, there = [], []

    def apt(*arguments):
        asked.append(arguments[0])
        there.append(arguments[0] == "install")
        return ""

    monkeypatch.setattr(debian, "_apt", apt)
    monkeypatch.setitem(PROBES, PACKAGE, lambda: any(there))
    need_debian(PACKAGE)
    need_debian(PACKAGE)
    assert asked == ["update", "install"]


def test_another_worker_may_have_installed_it_meanwhile(monkeypatch):
    answers = iter([False, True, True])
    monkeypatch.setitem(PROBES, PACKAGE, lambda: next(answers))
    monkeypatch.setattr(debian, "_apt", lambda *arguments: pytest.fail("it was there when the lock was got"))
    need_debian(PACKAGE)


def test_a_desk_without_network_skips_with_the_command(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"no network.*apt-get install .*{PACKAGE}"):
        need_debian(PACKAGE)


def test_who_is_not_root_is_told_so(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    with pytest.raises(pytest.skip.Exception, match="only root"):
        need_debian(PACKAGE)


def test_continuous_integration_fails(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI=true"):
        need_debian(PACKAGE)
