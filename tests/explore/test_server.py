"""What the server answers and refuses: names, methods, policies, addresses that moved, Datasette's limits; and what is prepared for it."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys

import httpx
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.explore.base import ANSWERS, FOLDER, prepare
from pipeline.explore.book import GoneError, open_book
from pipeline.explore.serve import application
from pipeline.explore.views.figures import printed_figures
from pipeline.normalizer.load import load
from tests import small_snapshot as small
from tests.built_sample import gongkai


def ask(book, path, *, method="GET", host="127.0.0.1:8001", **headers):
    """An answer without a socket."""

    async def run():
        transport = httpx.ASGITransport(app=application(book))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, headers={"host": host, **headers})

    return asyncio.run(run())


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "", "localhost.evil:80"])
def test_a_foreign_name_is_refused_so_that_no_page_can_reach_in_by_its_own(book, host):
    answer = ask(book, "/zh/", host=host)
    assert answer.status_code == 421
    assert "gongkai" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8001", "[::1]:8001"])
def test_this_machine_is_answered(book, host):
    assert ask(book, "/zh/", host=host).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_a_method_that_could_change_something_is_refused(book, method):
    for path in ("/zh/", "/gongkai/reports", "/-/messages"):
        assert ask(book, path, method=method).status_code == 405


def test_every_answer_says_what_it_may_load_and_tells_nobody_where_one_comes_from(book):
    for path in ("/zh/", "/gongkai/reports", "/nowhere", "/assets/explore.css", "/zh/snapshot/none", "/gongkai/reports.json"):
        answer = ask(book, path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        scripts = [one for one in answer.headers["content-security-policy"].split("; ") if one.startswith("script-src")]
        assert scripts in ([], ["script-src 'self'"])


@pytest.mark.fault("O02")
def test_the_archived_page_is_sandboxed_also_when_it_is_opened_alone(book):
    document = book.rows("SELECT document_id FROM documents LIMIT 1")[0]["document_id"]
    policy = ask(book, f"/zh/snapshot/{document}").headers["content-security-policy"].split("; ")
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/zh/unit/u000000000000",
        "/zh/report/none",
        "/zh/ask/other",
        "/zh/place/1",
        "/zh/nothing",
        "/zh/home.svg",
        "/zh/report/ud5d5ff64c930-2021-own?figure=none",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(book, path):
    answer = ask(book, path)
    assert answer.status_code == 404
    assert "快照 1 中没有" in answer.text


def test_an_odd_address_never_breaks_a_page(book):
    for query in (
        "page=-1",
        "page=99999999999",
        "year=abc",
        "place=%27%20OR%201=1",
        "page=²",
        "kind=%00",
        "from=x&to=",
        "unit=" + "x" * 190,
    ):
        for view in ("ask/missing", "findings", "compare", "search"):
            assert ask(book, f"/en/{view}?{query}&q={query}").status_code == 200


def test_the_first_address_leads_to_the_browsers_language(book):
    answer = ask(book, "/", **{"accept-language": "zh-TW,en;q=0.5"})
    assert (answer.status_code, answer.headers["location"], "Accept-Language" in answer.headers["vary"]) == (302, "/zh/", True)


def test_the_answers_are_those_of_the_command(book, sample):
    where = ["--processed", sample / "data" / "processed"]
    for question in ANSWERS:
        more = ["--all"] if question == "zeros" else ["--warnings"] if question == "contradictions" else []
        lines = gongkai("ask", question, *more, *where, "--csv").splitlines()[1:]
        query = "all=1&warnings=1"
        rows = ask(book, f"/zh/ask/{question}.csv?{query}").text.splitlines()[1:]
        assert len(rows) == len(lines) > 0


def test_texts_in_a_csv_cannot_run_in_a_spreadsheet(tmp_path):
    planted = open_book(small.write(tmp_path, small.county()))
    text = ask(planted, f"/zh/report/{small.report_id(small.TOWN, 2022)}.csv").text
    assert '"\'1-2"' in text
    assert ask(planted, "/zh/ask/missing.csv").text.startswith("\ufeff")


def test_an_id_that_was_given_up_leads_to_the_one_that_stands_for_it(tmp_path):
    book = open_book(small.write(tmp_path, small.county()))
    assert ask(book, f"/zh/unit/{small.OLD_FINANCE}").headers["location"] == f"/zh/unit/{small.FINANCE}"
    assert ask(book, f"/zh/report/{small.OLD_FINANCE}-2021-own").headers["location"] == f"/zh/report/{small.FINANCE}-2021-own"
    with pytest.raises(GoneError):
        book.unit("x000000000000")


def test_a_correction_stands_beside_the_printed_value(tmp_path):
    book = open_book(small.write(tmp_path, small.county()))
    page = ask(book, f"/en/report/{small.report_id(small.TOWN, 2022)}?figure=review_litigation.review.corrected").text
    assert "corrected to 2 (typing error, 2024-03-01)" in page
    assert "typing error" in ask(book, f"/en/unit/{small.TOWN}").text


def test_a_refused_table_is_told_and_never_shown_as_zeros(tmp_path):
    book = open_book(small.write(tmp_path, small.county()))
    assert "could not be read safely and was left out, which is not zero" in ask(book, f"/en/report/{small.FINANCE}-2022-own").text
    assert "table refused" in ask(book, f"/en/compare?unit={small.FINANCE}&figure=applications.new_received.total").text


def test_every_printed_figure_of_every_report_is_on_its_page(book):
    reports = book.reports_of([row["unit_id"] for row in book.rows("SELECT unit_id FROM units")])
    found = printed_figures(book, reports)
    assert {name: len(figures) for name, figures in found.items()} == {row["report_id"]: row["figures_printed"] for row in reports}


def test_exact_amounts_stay_exact(tmp_path):
    book = open_book(small.write(tmp_path, small.county()))
    page = ask(book, f"/en/report/{small.report_id(small.TOWN, 2022)}.json")
    values = {row["figure"]: row["value"] for row in json.loads(page.text)["rows"]}
    assert str(values["applications.carried_over.total"]) == str(2**60 + 1)


def test_the_file_is_made_once_and_whole_and_older_ones_go(tmp_path):
    small.write(tmp_path, small.county())
    told = []
    _, first = prepare(tmp_path, tell=told.append)
    changed = first.stat().st_mtime_ns
    assert prepare(tmp_path, tell=told.append)[1] == first
    assert first.stat().st_mtime_ns == changed
    assert len(told) == 1
    stale = first.with_name(f"{first.name[:6]}-0000000000000000.sqlite")
    stale.touch()
    gone = first.with_name("000099-0000000000000000.sqlite")
    gone.touch()
    prepare(tmp_path)
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == [first.name]


def test_a_file_that_could_not_be_finished_leaves_nothing(tmp_path, monkeypatch):
    small.write(tmp_path, small.county())

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("pipeline.explore.base._failed", fail)
    with pytest.raises(OSError, match="full"):
        prepare(tmp_path)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_datasets_are_still_read_as_they_are_beside_the_file(tmp_path):
    small.write(tmp_path, small.county())
    prepare(tmp_path)
    assert len(load("reports", processed=tmp_path)) == 7


def test_the_counts_are_those_of_the_tables(book):
    with sqlite3.connect(book.base) as base:
        assert {name: base.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in book.counts} == dict(book.counts)
    settings = ask(book, "/-/settings.json").json()
    assert settings["suggest_facets"] is False
    assert settings["sql_time_limit_ms"] == 1000
    assert ask(book, "/gongkai/reports.json").json()["filtered_table_rows_count"] == book.counts["reports"]


def test_sql_cannot_change_the_file(book):
    before = book.base.read_bytes()
    answer = ask(book, "/gongkai.json?sql=DELETE+FROM+reports")
    assert answer.status_code == 400
    assert book.base.read_bytes() == before


def test_without_the_extra_the_command_says_what_to_install(tmp_path, monkeypatch):
    code = "import sys; sys.modules['datasette'] = None; from pipeline.cli import main; main(['explore', '--processed', sys.argv[1]])"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 1
    assert done.stderr.strip().startswith("gongkai: The explorer needs the extra explore: pip install 'gongkai[explore]'")
    assert len(done.stderr.strip().splitlines()) == 1


def test_options_that_do_not_go_together_are_refused(tmp_path):
    for arguments in (["--static", str(tmp_path / "x")], ["--county", "云河县"], ["--force"]):
        assert CliRunner().invoke(main, ["explore", *arguments]).exit_code == 2
