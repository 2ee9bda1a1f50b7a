"""The lock file pins what pyproject.toml asks for, each package with a hash, and names no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf8")
LINES = [line for line in LOCK.splitlines() if not line.startswith("#")]
LOCKED_EXTRAS = ("docs", "export", "ocr", "plot", "remote", "scrape")


def asked() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    extras = project["optional-dependencies"]
    return [Requirement(one) for one in (*project["dependencies"], *(one for extra in LOCKED_EXTRAS for one in extras[extra]))]


def test_every_package_is_pinned_with_its_hash():
    assert len(LINES) > 40
    assert [line for line in LINES if not re.fullmatch(r"[a-z0-9.-]+==[^ ]+ --hash=sha256:[0-9a-f]{64}", line)] == []
    assert "://" not in LOCK


@pytest.mark.parametrize("one", asked(), ids=str)
def test_what_is_asked_for_is_pinned(one):
    pinned = dict(line.split(" ")[0].split("==") for line in LINES)
    name = one.name.lower().replace("_", "-")
    assert name in pinned, "write it again with: make lock"
    assert Version(pinned[name]) in one.specifier
