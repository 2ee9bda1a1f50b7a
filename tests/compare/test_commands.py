"""The commands compare and ask, as a person uses them."""

import csv
import io

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from tests.small_snapshot import FINANCE, OLD_FINANCE, TOWN, county, indicator, report, together, write


@pytest.fixture(scope="module")
def processed(tmp_path_factory):
    zero = together(report(TOWN, 2019), indicator(TOWN, 2019, "zero_report", 1.0), indicator(TOWN, 2019, "received", 0.0, (0, None)))
    return write(tmp_path_factory.mktemp("commands") / "processed", together(county(), zero))


@pytest.fixture
def run(processed):
    def runner(*arguments):
        return CliRunner().invoke(main, [*map(str, arguments), "--processed", str(processed)])

    return runner


def rows(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_units_are_set_beside_each_other(run):
    result = run("compare", "财政局", "青石镇", "--figure", "ap_received_total", "--years", "2020-2022", "--lang", "en")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[1].split() == ["unit", "2020", "2021", "2022"]
    assert lines[2].endswith("12             0!         table refused")
    assert "not collected  not found  3?" in lines[3]
    assert any(line.startswith("! the publisher's figures contradict each other") for line in lines)
    assert lines[-1].endswith(f"gongkai explain {FINANCE}-2020-own applications.new_received.total")


def test_an_id_that_was_given_up_is_followed(run):
    assert (
        run("compare", OLD_FINANCE, "--figure", "ap_received_total").stdout
        == run("compare", FINANCE, "--figure", "ap_received_total").stdout
    )


def test_disclosure_is_what_is_compared_if_nothing_is_told(run):
    assert "公开率" in run("compare", "--county", "云河县").stdout.splitlines()[0]


@pytest.mark.parametrize("suffix", ["svg", "csv"])
def test_picture_and_rows_are_written_once(run, tmp_path, suffix):
    arguments = ("compare", "财政局", "--out", tmp_path / f"a.{suffix}")
    assert run(*arguments).exit_code == 0
    assert run(*arguments).exit_code == 2
    assert run(*arguments, "--force").exit_code == 0


def test_the_rows_carry_the_citation(run, tmp_path):
    run("compare", "财政局", "--figure", "ap_received_total", "--out", tmp_path / "a.csv")
    found = {row["report_year"]: row for row in rows((tmp_path / "a.csv").read_text("utf-8-sig"))}
    assert found["2021"]["value"] == "0"
    assert found["2021"]["source_url"] == f"http://www.yunhe.gov.cn/{FINANCE}/2021.html"
    assert (found["2022"]["value"], found["2022"]["missing"]) == ("", "table_refused")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name a UNIT"),
        (["县"], "fits 3 units"),
        (["教育局"], "no unit"),
        (["财政局", "--indicator", "disclosur"], "perhaps disclosure"),
        (["财政局", "--figure", "nothing"], "no figure"),
        (["财政局", "--figure", "ap_received_total", "--indicator", "disclosure"], "exclude each other"),
        (["财政局", "--out", "a.pdf"], ".svg, .png or .csv"),
    ],
)
def test_wrong_use_is_one_clear_line(run, arguments, told):
    result = run("compare", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_candidates_are_listed(run):
    assert f"  {TOWN}  " in run("compare", "县").stderr


@pytest.mark.parametrize(
    ("question", "publisher", "us"),
    [
        ("missing", "2022: late, 33 days", "2020: not_collected"),
        ("contradictions", "within the report: 第一项", None),
        ("requests", "2019: 0", "not_derived"),
        ("lost", "reviews: 4; 2 after a correction by hand", None),
    ],
)
def test_what_the_publisher_says_and_what_we_do_not_know_stand_apart(run, question, publisher, us):
    result = run("ask", question)
    assert result.exit_code == 0, result.output
    parts = {True: "", False: ""}
    of_publisher = True
    for line in result.stdout.splitlines():
        of_publisher = of_publisher and not line.startswith(("We do not know", "No number", "Relations that fail, but", "Cases lost, but"))
        parts[of_publisher] += line + "\n"
    assert publisher in parts[True]
    assert (us in parts[False]) if us else (parts[False] == "")


def test_zeros_without_evidence_are_shown_on_demand(run):
    assert run("ask", "zeros").stdout == "Reports of nothing but zeros: none\n"
    assert f"2019: no applications   [{TOWN}-2019-own]" in run("ask", "zeros", "--all").stdout


@pytest.mark.parametrize("question", ["missing", "zeros", "contradictions", "requests", "lost"])
def test_answers_as_csv_have_the_same_rows(run, question):
    result = run("ask", question, "--csv")
    assert result.exit_code == 0
    assert result.stdout.startswith("\ufeffwho,")
    shown = [line for line in run("ask", question).stdout.splitlines() if line.startswith("  ")]
    assert len(rows(result.stdout)) == len(shown)


def test_answers_are_of_the_county_and_the_years_asked_for(run):
    found = rows(run("ask", "missing", "--county", "云河县", "--year", "2021", "--csv").stdout)
    assert [(row["unit_id"], row["report_year"], row["finding"]) for row in found] == [(TOWN, "2021", "missing")]


def test_one_unit_still_stands_beside_its_county(run):
    found = rows(run("ask", "requests", "--unit", "青石镇", "--csv").stdout)
    assert {row["unit_id"] for row in found} == {TOWN}


def test_long_answers_are_cut_and_say_so(run):
    assert "… and 1 more" in run("ask", "missing", "--limit", "1").stdout
