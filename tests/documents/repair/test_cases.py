"""Snippets with the damage of mirrors, as data: what must come out, and what must stay as it is."""

import tomllib
from pathlib import Path

import pytest

from pipeline.documents.repair import repair

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))


def named(*groups):
    return [pytest.param(case, id=case["name"]) for group in groups for case in CASES[group]]


@pytest.mark.parametrize("case", named("wild", "synthetic"))
def test_damage_is_undone(case):
    lead = CASES["taught_line"] if case.get("taught") else ""
    text, repairs = repair(lead + case["before"])
    kept = repair(lead)[0] if lead else ""
    assert text.removeprefix(kept) == case["after"]
    assert sorted({made.fixer for made in repairs if made.doubted}) == case.get("doubted", [])


@pytest.mark.parametrize("case", named("untouched"))
def test_undamaged_text_stays_untouched(case):
    assert repair(case["text"]) == (case["text"], ())


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["name"], marks=pytest.mark.xfail(strict=True)) for case in CASES["known_failures"]]
)
def test_known_failures(case):
    assert repair(case["text"])[0] == case["after"]
