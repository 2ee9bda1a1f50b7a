"""The made-up county: the same seed gives the same bytes, only what is planted contradicts, and pages say what drafts say."""

from __future__ import annotations

import json
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pipeline import read_report
from pipeline.forms import forms
from pipeline.generator.county import MadeCounty, main, make_county, write_county
from pipeline.generator.county_faults import FAULTS, IMPLIED, RELATIONS
from pipeline.generator.county_life import GOVERNMENT, live
from pipeline.generator.county_relations import broken_relations
from pipeline.generator.county_units import make_units
from pipeline.generator.figures import Written
from pipeline.generator.prose import OUTCOMES, Fee, Told, prose_figures, written_sections
from pipeline.normalizer.prose import read_prose

YEARS = range(2019, 2026)


@pytest.fixture(scope="module")
def made() -> MadeCounty:
    return make_county(24, YEARS, seed=1)


def test_the_command_writes_the_same_bytes_for_the_same_seed(made: MadeCounty, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [str(tmp_path / "one"), "--units", "24"])
    assert result.exit_code == 0, result.output
    write_county(made, tmp_path / "other")
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "other"))
    assert one == other
    assert set(one) == {"pages.warc.gz", "divisions.csv", "changes.csv", "listing.json", "truth.json"}
    told = json.loads(one["truth.json"])
    assert set(told) == {"years", "complete_years", "units", "reports", "documents", "planted", "broken", "coverage"}


@pytest.mark.parametrize(("arguments", "message"), [(["--units", "3"], "at least 12 units"), (["--years", "2019"], "2019..2025")])
def test_the_command_refuses_what_makes_no_county(tmp_path: Path, arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, [str(tmp_path), *arguments])
    assert result.exit_code != 0
    assert message in result.output


def test_every_relation_over_reports_is_planted() -> None:
    assert {check.id for check in forms().checks} == RELATIONS


def test_each_fact_stands_twice_in_reports_of_its_own(made: MadeCounty) -> None:
    places = [(one.unit, one.year) for one in made.planted]
    assert len(places) == len(set(places))
    counted = Counter(one.fact for one in made.planted)
    assert all(counted[fault.fact] >= 2 for fault in FAULTS)
    assert counted["hierarchy"] >= 2


def test_what_fails_was_planted_or_follows_from_what_was(made: MadeCounty) -> None:
    facts = {(one.unit, one.year): one.fact for one in made.planted}
    for one in made.broken:
        fact = facts[one.unit, one.year]
        assert one.check in {fact} | IMPLIED.get(fact, frozenset())


def test_before_anything_is_planted_nothing_contradicts_and_the_county_is_the_sum_of_its_bodies() -> None:
    units, _ = make_units(random.Random(3), 24, YEARS)
    county = live(units, YEARS, 3)
    assert broken_relations(county) == set()
    for year in YEARS:
        whole = county.drafts[GOVERNMENT, year]
        parts = [county.drafts[unit.key, year] for unit in units[1:] if year in unit.years]
        for name, value in whole.printed().items():
            assert number(value) == sum(number(part.value(name)) for part in parts), name


def number(value: object) -> Decimal:
    return Decimal(value.text.removesuffix("元")) if isinstance(value, Written) else Decimal(str(value))


def test_bodies_keep_their_key_through_renamings_mergers_and_the_countys_upgrade() -> None:
    units, divisions = make_units(random.Random(1), 60, YEARS)
    assert len(units) == 60
    names = [unit.stages[-1].name for unit in units if 2025 in unit.years]
    assert len(names) == len(set(names))
    assert all(unit.stage(2025).county == "云河区" for unit in units if 2025 in unit.years)
    kinds = Counter(one.kind for one in divisions.changes)
    assert kinds["merge"] == 2
    assert kinds["upgrade"] >= 3
    assert kinds["recode"] > 20
    codes = [division.code for division in divisions.divisions]
    assert len(codes) == len(set(codes))
    assert not {one.old_code for one in divisions.changes} & set(codes)


def test_pages_print_what_the_drafts_say(made: MadeCounty) -> None:
    wanted = [key for key, publication in made.publications.items() if made.county.drafts[key].plant is None][:6]
    wanted += [
        (one.unit, one.year) for one in made.planted if one.fact in {"table_missing", "table_blank", "zero_with_evidence", "version.mirror"}
    ][:6]
    for key in wanted:
        draft, publication = made.county.drafts[key], made.publications[key]
        document = next(one for one in publication.documents if one.role == "primary")
        report = read_report(document.record.body, name="page", url=document.record.url, content_type=document.record.media_type)
        printed = {name: None if value is None else number(value) for name, value in draft.printed().items()}
        assert {one.figure: None if one.value is None else Decimal(one.value) for one in report.figures} == printed
        assert (report.document.unit_name, report.document.report_year) == (publication.unit_name, draft.year)
        assert {one.figure: one.value for one in report.prose} == prose_figures(draft.says())


counts = st.integers(0, 40)


@st.composite
def disputes(draw: st.DrawFn) -> dict[str, int]:
    parts = {name: draw(st.integers(0, 3)) for name in OUTCOMES[1:]}
    return {"total": sum(parts.values()), **parts}


@given(
    told=st.builds(
        Told,
        counts,
        counts,
        counts,
        counts,
        st.none() | disputes(),
        st.none() | disputes(),
        st.none() | st.just(Fee()) | st.just(Fee(400, 2, 500)),
    ),
    unit=st.sampled_from(["云河县青石镇人民政府", "云河区财政局", "示例省明川市云河县东关街道办事处", "明川市云河县人民政府"]),
    seed=st.integers(0, 10_000),
)
def test_the_text_tells_what_it_is_given(told: Told, unit: str, seed: int) -> None:
    sections = written_sections(random.Random(seed), unit=unit, year=2023, told=told, opening="")
    figures, issues = read_prose(sections, unit_name=unit, report_year=2023)
    assert {one.figure: one.value for one in figures} == prose_figures(told)
    assert issues == ()
