"""The committed sample: it is what its script writes, is marked as made up, agrees from year to year, and reads as it was written."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import read_report
from pipeline.generator.sample import SampleReport, main, sample_data, sample_reports
from pipeline.generator.spec import TABLES, truth
from pipeline.normalizer.load import load
from tests.built_sample import ROOT, SAMPLE, build_sample

REPORTS = list(sample_reports())
RAW = ROOT / "data" / "raw"


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_sample(tmp_path_factory.mktemp("sample")) / "data" / "processed"


def files_in(folder: Path) -> dict[str, bytes]:
    folders = (folder / "sample", folder / "divisions-sample")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for one in folders for path in one.iterdir()}


def by_unit() -> list[list[SampleReport]]:
    """The made-up reports of each body in the order of years, the corrected version of one alone."""
    made_up = [one for one in REPORTS if one.spec.synthetic and "first version" not in one.special]
    files = {unit["file"]: [one for one in made_up if one.name.startswith(unit["file"])] for unit in sample_data()["unit"]}
    return list(files.values())


def pairs(unit: list[SampleReport]) -> Iterator[tuple[SampleReport, SampleReport]]:
    """Reports of one year and the next."""
    return ((a, b) for a, b in itertools.pairwise(unit) if b.spec.report_year == a.spec.report_year + 1)


def value_of(one: SampleReport, figure: str) -> int | None:
    """The count, a sign for none taken as 0; ``None`` if the report has no such row."""
    if figure not in one.spec.values:
        return None
    value = one.spec.values[figure]
    return value if isinstance(value, int) else 0


def test_the_committed_files_are_what_the_script_writes(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [str(tmp_path)])
    assert result.exit_code == 0, result.output
    written = files_in(tmp_path)
    assert written == files_in(RAW), "run: python -m pipeline.generator.sample data/raw"
    assert (tmp_path / "README.md").read_bytes() == (RAW / "README.md").read_bytes()


def test_the_sample_holds_a_county_over_six_years() -> None:
    years = {unit[0].name[:-10]: [one.spec.report_year for one in unit] for unit in by_unit() if "云河县" in unit[0].spec.unit_name}
    assert len(years) == 10
    everything = list(range(2019, 2025))
    gaps = {name: sorted(set(everything) - set(told)) for name, told in years.items() if told != everything}
    assert gaps == {"songping-town": [2023], "luming-town": [2021]}
    assert sum(one.spec.unit_name.endswith("街道办事处") for one in REPORTS) >= 6
    assert sum(len(one.body) for one in REPORTS) < 3_000_000


def test_the_county_is_the_sum_of_its_bodies_where_all_reports_are_there_and_whole() -> None:
    county, *bodies = sorted(
        (unit for unit in by_unit() if "云河县" in unit[0].spec.unit_name), key=lambda unit: "government" not in unit[0].name
    )
    for total in (one for one in county if one.spec.report_year in {2019, 2020}):
        parts = [one for unit in bodies for one in unit if one.spec.report_year == total.spec.report_year]
        assert len(parts) == 9
        for figure in (figure for figure in total.spec.values if figure.startswith(("applications", "review"))):
            assert value_of(total, figure) == sum(value_of(one, figure) or 0 for one in parts), figure


def test_the_sample_shows_what_reports_do_wrong() -> None:
    told = " ".join(one.special for one in REPORTS)
    for special in (
        *("not there", "publisher's error", "every figure is 0", "mixed form", "blank cells", "dash", "contradicts last year's", "refused"),
        *("published on 15 March", "no report for 2021", "the corrected version", "has become a town", "printed in 元"),
    ):
        assert special in told
    mediums = " ".join(one.medium for one in REPORTS)
    assert all(word in mediums for word in ("Word", "gb18030", "frame", "end tags missing"))
    assert len({one.medium for one in REPORTS if one.medium.startswith("text")}) >= 6


@pytest.mark.parametrize("unit", by_unit(), ids=lambda unit: unit[0].spec.unit_name)
def test_what_a_year_leaves_open_the_next_carries_over(unit: list[SampleReport]) -> None:
    block = ("natural_person", "business", "research_institution", "public_interest_org", "legal_service_org", "other_org", "total")
    for before, after in pairs(unit):
        for column in block:
            left = value_of(before, f"applications.carried_forward.{column}")
            more = 2 if "contradicts last year's" in after.special and column in {"natural_person", "total"} else 0
            assert value_of(after, f"applications.carried_over.{column}") == (left or 0) + more


@pytest.mark.parametrize("unit", by_unit(), ids=lambda unit: unit[0].spec.unit_name)
def test_documents_in_force_follow_from_the_year_before(unit: list[SampleReport]) -> None:
    row = "proactive_disclosure.normative_documents"
    for before, after in pairs(unit):
        if f"{row}.in_force" in before.spec.values and f"{row}.in_force" in after.spec.values:
            made, gone = value_of(after, f"{row}.issued"), value_of(after, f"{row}.repealed")
            assert made is not None
            assert gone is not None
            assert value_of(after, f"{row}.in_force") == (value_of(before, f"{row}.in_force") or 0) + made - gone


@pytest.mark.parametrize("one", REPORTS, ids=lambda one: one.name)
def test_every_page_says_whether_it_is_made_up(one: SampleReport) -> None:
    # Word cuts words into runs.
    text = re.sub(r"<[^>]*>", "", one.body.decode("gb18030" if "gb18030" in one.medium else "utf8"))
    assert ("虚构" in text) == one.spec.synthetic
    assert one.spec.unit_name.startswith("示例省") == one.spec.synthetic
    if not one.spec.synthetic:
        assert "本页由本项目编写" in text
        assert one.spec.unit_name in text
        assert f"{one.spec.report_year}年" in text


@pytest.mark.parametrize("one", [one for one in REPORTS if not one.refused], ids=lambda one: one.name)
def test_every_report_is_read_as_it_was_written(one: SampleReport) -> None:
    told = truth(one.spec)
    report = read_report((SAMPLE / one.name).read_bytes(), name=one.name)
    said = {name: f"{value}" if value is not None else None for name, value in told["figures"].items()}
    read = {figure.figure: as_told(figure.value, figure.unit, told["figures"].get(figure.figure)) for figure in report.figures}
    assert read == said
    assert [flag for figure in report.figures for flag in figure.flags if flag.startswith("read.")] == []
    assert report.form == told["form"]
    assert [table for table in TABLES if report.tables[table].state == "missing"] == told["absent"]
    assert (report.document.unit_name, report.document.report_year) == (one.spec.unit_name, one.spec.report_year)


def test_a_text_without_its_repeated_lines_is_refused() -> None:
    (one,) = (one for one in REPORTS if one.refused)
    report = read_report((SAMPLE / one.name).read_bytes(), name=one.name)
    assert {report.tables[table].state for table in TABLES} == {"refused"}
    assert len(report.figures) == 0


def as_told(value: object, unit: str | None, told: object) -> str | None:
    """A value as the truth writes it: money with its own unit is a text there."""
    if value is None:
        return None
    return f"{value}{unit}" if isinstance(told, str) else f"{float(str(value))}" if isinstance(told, float) else f"{value}"


def test_synthetic_stands_in_every_row_that_comes_from_a_made_up_page(processed: Path) -> None:
    reports = load("reports", processed=processed)
    made_up = {one.spec.unit_name for one in REPORTS if one.spec.synthetic}
    assert set(reports[reports["synthetic"]]["unit_name_printed"]) == made_up
    assert int((~reports["synthetic"]).sum()) == 4
    known = dict(zip(reports["report_id"], reports["synthetic"], strict=True))
    for dataset in ("documents", "proactive_disclosure", "applications", "fees", "review_litigation", "sections", "checks", "issues"):
        rows = load(dataset, processed=processed)
        assert (rows["report_id"].map(known) == rows["synthetic"]).all(), dataset


def test_only_the_planted_errors_contradict_a_report_itself(processed: Path) -> None:
    reports = load("reports", processed=processed)
    wrong = reports[reports["contradictions"] > 0]
    assert set(zip(wrong["unit_name_printed"], wrong["report_year"], strict=True)) == {
        ("示例省明川市云河县自然资源局", 2021),
        ("示例省明川市云河县柳堰乡人民政府", 2021),
    }
    figures = load("applications", processed=processed)
    flagged = figures[figures["flags"].str.contains("check.", regex=False, na=False)]
    assert set(flagged["report_id"]) == set(wrong["report_id"][wrong["unit_name_printed"].str.endswith("自然资源局")])


def test_of_two_versions_the_corrected_one_speaks(processed: Path) -> None:
    documents = load("documents", processed=processed)
    roles = dict(zip(documents["name"], documents["role"], strict=True))
    assert roles["songping-town-2022-corrected.html"] == "primary"
    assert roles["songping-town-2022.html"] == "superseded"
    assert set(roles.values()) == {"primary", "superseded"}


def test_published_figures_are_those_of_the_documents_read_by_eye(shared: Path) -> None:
    import json

    sources = {
        "shizong-county-caiyun-town-2023.txt": "seed/caiyun-2023",
        "huaian-hongze-district-2024.html": "documents/hongze-2024",
        "shanghai-general-office-2019.html": "documents/shanghai-office-2019",
        "shanghai-science-commission-2024.html": "documents/shanghai-kewei-2024",
    }
    for one in (one for one in REPORTS if not one.spec.synthetic):
        eye = json.loads((shared / "corpus" / f"{sources[one.name]}.truth.json").read_text("utf8"))
        known = {**eye["figures"], **dict.fromkeys(eye.get("undecidable", {}))}
        assert truth(one.spec)["figures"] == known
