"""Texts of real extractors: whatever they make of a table, no figure is silently wrong."""

import json

import pytest

from pipeline import read_report
from tests.accuracy.judge import judge

from .kept import fixtures
from .make_fixtures import FIXTURES, MANIFEST, extractors
from .pages import CASES, SEED, Case, row_name
from .what_texts_hold import Held, extracted, truth_of_text

CLEAN = {case.name: case for case in CASES}["clean-2021-distinct"]
BLANKS = {case.name: case for case in CASES}["clean-mixed-blanks"]


@pytest.mark.parametrize("fixture", list(fixtures()), ids=lambda one: f"{one.extractor}/{one.case}")
def test_no_figure_of_an_extracted_text_is_silently_wrong(fixture):
    tally = judge(fixture.truth(), read_report(fixture.path.read_bytes(), name=fixture.path.name))
    assert not tally.notes


def test_every_declared_extractor_has_its_texts_and_its_versions():
    manifest = json.loads(MANIFEST.read_text("utf8"))
    assert {one.name for one in fixtures_by_extractor()} == {one.name for one in extractors()}
    assert all(set(manifest["cases"]) == {path.stem for path in folder.glob("*.txt")} for folder in fixtures_by_extractor())
    assert manifest["seed"] == SEED
    for one in extractors():
        installed = {line.lower() for line in manifest["environments"][one.environment]}
        assert all(wanted.lower() in installed for wanted in one.requires)


def test_pages_of_a_case_differ_only_in_their_figures():
    other = dict.fromkeys(CLEAN.spec.printed, "5")
    first, second = CLEAN.page(CLEAN.spec.printed), CLEAN.page(other)
    assert [line for line in first.split("\n") if "<td" not in line] == [line for line in second.split("\n") if "<td" not in line]


def as_lines(page: str) -> str:
    """An extractor for tests: a cell a line, blank cells kept."""
    return page.replace("</td>", "\n").replace("<td>", "")


def lossy(case: Case, *, without: str = "", drop_blanks: bool = False, glue: bool = False, unique: bool = False) -> Held:
    def extract(pages: list[str]) -> list[str]:
        texts = [as_lines(page) for page in pages]
        if without:
            texts = ["\n".join(line for line in text.split("\n") if without not in line) for text in texts]
        lines = [text.split("\n") for text in texts]
        if drop_blanks:
            lines = [[line for line in one if line.strip("\xa0 ") not in {"", "&nbsp;"}] for one in lines]
        if unique:
            lines = [list(dict.fromkeys(one)) for one in lines]
        return [("" if glue else "\n").join(one) for one in lines]

    return extracted(case, extract)[1]


def test_a_text_with_every_cell_leaves_nothing_open():
    assert lossy(BLANKS) == Held()


def test_blank_cells_without_a_trace_leave_their_rows_open():
    held = lossy(BLANKS, drop_blanks=True)
    printed = BLANKS.spec.printed
    mixed = {row_name(row[0]) for row in BLANKS.rows() if 0 < sum(not printed[name] for name in row) < len(row)}
    assert set(held.rows["open"]) == mixed
    truth = truth_of_text(BLANKS, held)
    assert {row_name(name) for name in truth["undecidable"]} == mixed
    assert not set(truth["figures"]) & set(truth["undecidable"])


def test_glued_numbers_leave_their_rows_open():
    held = lossy(CLEAN, glue=True)
    printed = CLEAN.spec.printed
    several_digits = {row_name(row[0]) for row in CLEAN.rows() if len(row) > 1 and any(len(printed[name]) > 1 for name in row)}
    assert set(held.rows["glued"]) == several_digits


def test_a_table_that_is_dropped_is_absent():
    def extract(pages):
        return ["".join(part.split("</table>")[-1] for part in page.split("<table")) for page in pages]

    held = extracted(CLEAN, extract)[1]
    assert held.absent == ["applications", "proactive_disclosure", "review_litigation"]
    assert truth_of_text(CLEAN, held)["figures"] == {}


def test_an_extractor_that_drops_repeated_lines_is_refused():
    with pytest.raises(ValueError, match="drops repeated text"):
        lossy(CLEAN, unique=True)


def test_fixtures_stay_small():
    assert sum(path.stat().st_size for path in FIXTURES.rglob("*.*")) < 3_000_000


def fixtures_by_extractor():
    return sorted({one.path.parent for one in fixtures()})
