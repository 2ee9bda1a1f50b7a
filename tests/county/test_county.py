"""A slice of the judged county: every planted fact found, nothing else reported. The whole one: ``python -m tests.county --units 200``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.generator.county_relations import Broken
from tests.county.build import Built, build_county
from tests.county.judge import Judge, Line
from tests.county.page import table, write_page


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_county(tmp_path_factory.mktemp("county"), units=24, seed=1, each=2)


@pytest.fixture(scope="module")
def lines(built: Built) -> list[Line]:
    return Judge(built).lines()


def test_every_planted_fact_is_found_and_nothing_else_is_reported(lines: list[Line]) -> None:
    assert [line for line in lines if not line.right] == [], f"\n{table(lines)}"


def test_every_relation_of_the_forms_is_broken_somewhere(lines: list[Line]) -> None:
    assert [line.fact for line in lines if line.group == "relations" and line.planted < 2] == []


def test_what_is_wrong_is_seen(built: Built) -> None:
    """The judge itself: what was not planted counts as false, what is not reported as missed."""
    known = next(one for one in sorted(built.made.broken) if one.check == "applications_total")
    other = Broken("applications_balance", known.unit, known.year)
    made = replace(built.made, broken=built.made.broken - {known} | {other})
    wrong = {line.fact: line for line in Judge(replace(built, made=made)).lines() if line.fact in {known.check, other.check}}
    assert wrong[known.check].false == (str((known.unit, known.year)),)
    assert wrong[other.check].missed == (str((known.unit, known.year)),)


def test_the_page_tells_planted_found_and_false(lines: list[Line], tmp_path: Path) -> None:
    write_page(tmp_path / "county.md", lines, units=24, seed=1, each=2, day="2026-01-01")
    text = (tmp_path / "county.md").read_text("utf8")
    assert "| fact | planted | implied | found | missed | false |" in text
    assert all(f"| `{line.fact}` |" in text for line in lines)
