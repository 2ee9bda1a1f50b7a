"""The commands as a person or a timer calls them: one clear line for every trouble, the right exit code, names that cannot harm."""

import errno
import json
import random
import re
from pathlib import Path

import click
import jsonschema
import pandas as pd
import pytest
from click.testing import CliRunner

from pipeline.archive import locked
from pipeline.batch.summary import printable
from pipeline.commands import datasets, run
from pipeline.generator import HtmlFlavour, random_spec, render_html
from pipeline.normalizer import store

ROOT = Path(__file__).parents[2]
gongkai = click.Group(commands={command.name: command for command in (*datasets.COMMANDS, *run.COMMANDS) if command.name})


@pytest.fixture
def call(tmp_path):
    def run(command, *arguments, code=0):
        folders = ("--raw", tmp_path / "raw", "--processed", tmp_path / "processed")
        result = CliRunner().invoke(gongkai, [str(one) for one in (command, *arguments, *folders)])
        assert result.exit_code == code, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result.output

    return run


def page(seed: int) -> str:
    rng = random.Random(seed)
    html = render_html(random_spec(rng, forms="2021", figures="consistent"), HtmlFlavour(), rng=rng)
    return html if isinstance(html, str) else html.decode()


@pytest.fixture
def pages(tmp_path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for seed in range(3):
        (folder / f"{seed}.html").write_text(page(seed), "utf8")
    return folder


def test_the_whole_way_from_saved_pages_to_one_cell(call, pages, tmp_path):
    assert "3 documents written" in call("import", pages)
    assert "snapshot 1" in call("build")
    summary = call("run")
    assert "3 reports" in summary
    assert "nothing changed since snapshot 1" in summary
    assert str(tmp_path / "processed") in summary
    rows = pd.read_parquet(tmp_path / "processed" / "applications")
    assert rows["value"].dtype == pd.Int64Dtype()
    one = rows[rows["value"] > 0].iloc[0]
    told = call("explain", one["report_id"], one["figure"])
    assert f"{one['figure']} = {one['value']} 件" in told
    assert re.search(r"archive   000001-import-\d{8}\.warc\.gz, offset", told)
    assert f"again     '{one['raw']}' in the archived bytes\n" in told
    assert "3 documents in 1 files" in call("status")
    assert pd.read_parquet(tmp_path / "processed" / "reports")["synthetic"].all()


def test_an_explanation_of_what_is_not_there(call, pages):
    call("import", pages)
    call("build")
    assert "no report or document x" in call("explain", "x", code=2)
    report = next(line.split("[")[1].rstrip("]") for line in call("run").splitlines() if line.endswith("-own]"))
    assert "was not read" in call("explain", report, "applications.nonsense.total", code=2)
    assert "document" in call("explain", report)


def test_before_anything_was_imported(call, tmp_path):
    assert "gongkai import PATH" in call("build", code=2)
    assert "gongkai import PATH" in call("run", code=2)
    assert "none in" in call("status")
    assert "gongkai build" in call("explain", "x0-2023-own", code=1)


def test_a_folder_without_reports(call, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"x")
    output = call("import", tmp_path / "pictures", code=2)
    assert output.splitlines()[-1] == "gongkai: nothing to import: no file that may hold a report (passed over: 1 .png)"


def test_an_unreadable_file_among_good_ones(call, pages):
    (pages / "empty.html").write_bytes(b"")
    output = call("import", pages, code=1)
    assert "empty.html: the file is empty" in output
    assert "3 documents written" in output


def test_an_address_is_for_one_file(call, pages):
    call("import", pages, "--url", "http://a.gov.cn/", code=2)
    call("import", pages / "1.html", "--url", "http://a.gov.cn/1.html")


def test_too_many_documents_that_gave_nothing(call, pages):
    (pages / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    call("import", pages)
    assert "25.0% of the documents gave nothing" in call("build", code=1)
    assert "not readable: broken.pdf" in call("run", "--max-failed", "0.5")


@pytest.mark.fault("S04")
def test_a_second_run_at_once_is_told_who_works(call, pages, tmp_path):
    call("import", pages)
    with locked(tmp_path / "processed"):
        (line,) = [line for line in call("build", code=3).splitlines() if line.startswith("gongkai:")]
        assert "in use by another run (process" in line
        assert "in use by process" in call("status")
    with locked(tmp_path / "raw" / "archive"):
        assert "in use by another run" in call("import", pages, code=3)


@pytest.mark.fault("S02")
def test_a_full_disk_is_one_line(call, pages, monkeypatch):
    call("import", pages)
    call("build")

    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.pq, "write_table", full)
    (pages / "more.html").write_text(page(9), "utf8")
    call("import", pages)
    lines = [line for line in call("build", "--fresh", code=1).splitlines() if line.startswith("gongkai:")]
    assert lines == [
        "gongkai: the disk is full (No space left on device); what was there before is unchanged. Free some space and run again"
    ]
    monkeypatch.undo()
    assert "3 reports" in call("status")


@pytest.mark.fault("O03")
def test_names_cannot_steer_the_terminal(call, tmp_path):
    name = "彩云\x1b[2J\n\u202e县.html"
    (tmp_path / "p.jsonl").write_text(
        json.dumps({"body": page(1), "name": name, "url": None}) + '\n{"body": ""}\n{"body": "<p>x</p>", "name": "\\u001b[31m"}'
    )
    output = call("import", tmp_path / "p.jsonl", code=1) + call("run", "--max-failed", "1") + call("status")
    assert "\x1b" not in output
    assert "\u202e" not in output
    documents = pd.read_parquet(tmp_path / "processed" / "documents")
    assert name in set(documents["name"])
    assert "\x1b" not in call("explain", documents["document_id"].iloc[0])


@pytest.mark.fault("O03")
def test_printable_leaves_text_alone_and_escapes_the_rest():
    assert printable("关于“三安全一稳定” 2023") == "关于“三安全一稳定” 2023"
    assert printable("a\x1b[2J\u200b\u2028\x7f\ud800") == "a\\x1b[2J\\u200b\\u2028\\x7f\\ud800"


@pytest.mark.parametrize("command", [*datasets.COMMANDS, *run.COMMANDS], ids=lambda command: command.name)
def test_every_command_has_help_with_an_example(command):
    output = CliRunner().invoke(command, ["--help"]).output
    assert f"Example: gongkai {command.name}" in output


def test_corrections_lie_beside_the_archive_and_one_that_matches_nothing_is_told_with_its_line(call, pages, tmp_path):
    call("import", pages)
    path = tmp_path / "corrections.toml"
    lines = [
        'report = "x0-2023-own"',
        'figure = "applications.new_received.total"',
        "expect = 1",
        "value = 2",
        'reason = "no"',
        "date = 2024-05-06",
    ]
    path.write_text("\n".join(["[[correction]]", *lines]))
    output = call("build", "--workers", "1", code=1)
    assert "gongkai: corrections.toml, line 1: the correction of applications.new_received.total in x0-2023-own does not match" in output
    assert "snapshot 1" in output
    path.write_text("[[correction]]\n")
    assert "corrections.toml, line 1: a correction has the keys" in call("run", code=2)
    call("build", "--corrections", tmp_path / "none.toml", code=2)


def test_a_run_leaves_a_report_that_says_what_was_built(call, pages, tmp_path):
    call("import", pages)
    schema = json.loads((ROOT / "docs" / "run-report.schema.json").read_text("utf8"))
    assert "nothing was collected" in call("run")
    [path] = (tmp_path / "raw" / "runs").glob("*.json")
    report = json.loads(path.read_text("utf8"))
    jsonschema.validate(report, schema)
    assert (report["command"], report["status"], report["build"]["documents"], report["build"]["snapshot"]) == ("run", "ok", 3, 1)


def test_a_run_that_could_not_build_says_so_in_its_report(call, pages, tmp_path):
    call("import", pages)
    (tmp_path / "corrections.toml").write_text("[[correction]]\n")
    call("run", code=2)
    [path] = (tmp_path / "raw" / "runs").glob("*.json")
    report = json.loads(path.read_text("utf8"))
    assert (report["status"], report["build"]) == ("failed", None)
    assert "not built" in report["alert"]


def test_lines_of_progress_tell_the_rate_and_the_time_left(monkeypatch, capsys):
    now = iter([0.0, 10.0, 12.0, 20.0])
    monkeypatch.setattr("pipeline.commands.datasets.time.monotonic", lambda: next(now))
    lines = datasets._PlainProgress("reading")
    lines.begin(1000)
    lines.done(100)
    lines.done(100)
    assert capsys.readouterr().err.splitlines() == [
        "reading: 1000 documents",
        "reading: 200 of 1000, 0:00:40 left, 20/s",
    ]


def test_certificates_are_for_a_cluster(tmp_path):
    (tmp_path / "ca.pem").write_text("")
    result = CliRunner().invoke(gongkai, ["build", "--raw", str(tmp_path), "--tls-ca-file", str(tmp_path / "ca.pem")])
    assert result.exit_code == 2
    assert "certificates are for a --cluster" in result.output
