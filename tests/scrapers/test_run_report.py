"""The report of a run: of the shape that the docs say, with everything in it that went wrong, and safe to show."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from click.testing import CliRunner, Result

from pipeline.archive import locked
from pipeline.cli import main
from pipeline.scrapers.crawl import asking
from pipeline.scrapers.demo.server import LocalServer, Served, page
from pipeline.scrapers.run_report import alert_line, collect_report, report_lines, runs_folder, write_report
from pipeline.scrapers.summary import CollectSummary, SourceSummary, State
from tests.conftest import need_program
from tests.scrapers.crawl.local import HOST, a_list, a_report, gather, guard, source, title

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "run-report.schema.json").read_text("utf8"))
#: What the page says is data: it may try to steer a terminal or break a line.
EVIL = "示例\x1b[2J\u202e县2023年政府信息公开工作年度报告"


def site(asked: Any) -> Served:
    pages = {
        "/robots.txt": page(b"User-agent: *\nDisallow: /secret/\nCrawl-delay: 0.02\n", "text/plain"),
        "/nb/": page(a_list(("1.html", title()), ("/secret/2.html", title("甲镇")), ("3.html", EVIL), ("4.html", title("乙镇", 2010)))),
        "/nb/1.html": page(a_report()),
        "/nb/3.html": page(b"<script>__jsl_clearance</script>"),
        "/down/": Served(status=403),
    }
    return pages.get(asked.path) or Served(status=404)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CollectSummary]:
    with LocalServer(site).running() as server:
        sources = (source(fewest=5), source("/down/", id="down"))
        yield gather(server, tmp_path_factory.mktemp("raw"), *sources)


def test_the_report_has_the_shape_that_the_schema_says(told: CollectSummary, tmp_path: Path) -> None:
    report = json.loads(write_report(tmp_path / "runs", collect_report(told)).read_text("utf8"))
    jsonschema.validate(report, SCHEMA)
    assert report["status"] == "attention"
    assert {one["id"]: one["complete"] for one in report["sources"]} == {"shili": True, "down": False}
    assert report["sources"][0]["short_of"] == [
        {"year": year, "found": found, "fewest": 5} for year, found in ((2022, 0), (2023, 3), (2024, 0))
    ]
    assert {one["outcome"] for one in report["sources"][0]["failed"]} == {"robots", "challenge"}
    assert report["requests"] == sum(one["requests"] for one in report["hosts"])


def test_a_report_of_another_shape_is_refused(told: CollectSummary) -> None:
    report = collect_report(told)
    for wrong in ({**report, "more": 1}, {**report, "run": "x"}, {**report, "status": "fine"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


def test_an_ordinary_run_and_one_that_was_ended_have_a_shape_too(told: CollectSummary) -> None:
    empty = CollectSummary("20240101T000000Z-abcdef", "2024-01-01T00:00:00Z", "2024-01-01T00:01:00Z", range(2023, 2024), "a", ())
    assert (collect_report(empty)["status"], alert_line(empty)) == ("ok", None)
    jsonschema.validate(collect_report(empty), SCHEMA)
    begun = SourceSummary(source(), range(2023, 2024), empty.run, empty.started)
    ended = CollectSummary(empty.run, empty.started, empty.ended, empty.years, "a", (begun,), interrupted=True)
    jsonschema.validate(collect_report(ended), SCHEMA)
    assert collect_report(ended)["status"] == "interrupted"
    assert "the next run goes on" in (alert_line(ended) or "")
    assert told.ok is False


def test_the_alert_is_one_line_that_names_sources_and_reasons(told: CollectSummary) -> None:
    line = alert_line(told) or ""
    assert "2 of 2 sources need attention" in line
    assert "shili: 0 reports about 2022, at least 5 are known to appear" in line
    assert "down: http" in line
    assert "refused (status 403)" in line
    assert "\n" not in line


def test_schema_and_docs_know_every_outcome_state_and_key() -> None:
    outcomes = {word for part in get_args(asking.Outcome) for word in (get_args(part) or (part,))}
    assert set(SCHEMA["$defs"]["outcome"]["enum"]) == outcomes
    assert set(SCHEMA["$defs"]["states"]["propertyNames"]["enum"]) == set(get_args(State))
    text = (DOCS / "run-report.md").read_text("utf8")
    keys = {key for one in (SCHEMA, *SCHEMA["$defs"].values()) for key in one.get("properties", ())}
    assert [name for name in sorted(outcomes | keys | set(get_args(State))) if f"`{name}`" not in text] == []


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["collect", *words])


def write_source(folder: Path) -> None:
    folder.mkdir()
    lines = ('name = "示例县"', 'division_code = ""', 'family = "links"', f'lists = ["http://{HOST}/nb/"]', "http_only = true")
    (folder / "shili-county.toml").write_text("\n".join(lines), "utf8")


def test_the_command_collects_and_leaves_report_and_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_source(tmp_path / "sources")
    raw = tmp_path / "raw"
    with LocalServer(site).running() as server:
        monkeypatch.setattr("pipeline.scrapers.collect.Guard", lambda: guard(server))
        ran = run("shili-county", "--sources", str(tmp_path / "sources"), "--raw", str(raw), "--years", "2022-2024", "--contact", "a@b.cn")
        assert ran.exit_code == 0, ran.output
        assert all("a@b.cn" in asked.headers["user-agent"] for asked in server.log)
        assert min(b.at - a.at for a, b in zip(server.log, server.log[1:], strict=False)) >= 1.0
    (report,) = (raw / "runs").glob("*.json")
    jsonschema.validate(json.loads(report.read_text("utf8")), SCHEMA)
    log = report.with_suffix(".log").read_text("utf8")
    assert "shili-county" in log
    for shown in (ran.output, log):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert runs_folder(raw) == raw / "runs"
    with locked(raw / "archive"):
        assert run("shili-county", "--sources", str(tmp_path / "sources"), "--raw", str(raw)).exit_code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "no source 'nowhere'"),
        (("--years", "23"), "neither a year"),
        (("--delay", "0.1"), "0.1 is not in the range"),
        (("--loopback",), "No such option"),
    ],
)
def test_wrong_use_is_told_in_a_line(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ran = run("--raw", str(tmp_path), *words)
    assert ran.exit_code == 2
    assert said in ran.output


def test_without_the_extra_one_line_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.startswith(("scrapy", "pipeline.scrapers.crawl"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scrapy", None)
    ran = run("--raw", str(tmp_path))
    assert ran.exit_code == 2
    assert "gongkai: collecting needs the extra scrape" in ran.output
    assert "pip install 'gongkai[scrape]'" in ran.output


def test_lines_for_people_are_short_of_nothing(told: CollectSummary) -> None:
    lines = list(report_lines(told))
    assert lines[0].startswith("shili: 3 reports listed; 2 failed, 1 new; lists read; 2022: 0 reports")
    assert any("challenge" in line and "3.html" in line for line in lines)
    assert "requests to 1 host" in lines[-1]


def units() -> dict[str, str]:
    """The units in the docs by their file names."""
    text = (DOCS / "running.md").read_text("utf8")
    return dict(re.findall(r"`/etc/systemd/system/([a-z.-]+)`[^`]*```ini\n(.*?)```", text, flags=re.S))


def test_the_units_in_the_docs_are_units(tmp_path: Path) -> None:
    analyze = need_program("systemd-analyze")
    assert set(units()) == {"gongkai.timer", "gongkai.service", "gongkai-alert.service"}
    for name, text in units().items():
        # The program lies elsewhere here; everything else is taken as it stands.
        (tmp_path / name).write_text(text.replace("/opt/gongkai/bin/gongkai", shutil.which("true") or ""), "utf8")
    paths = [str(tmp_path / name) for name in units()]
    checked = subprocess.run([analyze, "verify", *paths], capture_output=True, text=True, check=False)
    ours = [line for line in checked.stderr.splitlines() if "gongkai" in line]
    assert (checked.returncode, ours) == (0, []), checked.stderr
    for calendar in re.findall(r"OnCalendar=(.*)", units()["gongkai.timer"]):
        subprocess.run([analyze, "calendar", calendar], capture_output=True, check=True)


def test_the_cron_line_in_the_docs_is_one() -> None:
    (block,) = re.findall(r"```cron\n(.*?)```", (DOCS / "running.md").read_text("utf8"), flags=re.S)
    line = block.splitlines()[1]
    assert re.match(r"^[\d*]+ [\d*]+ \* \* \* cd /srv/gongkai && ", line)
    assert "%" not in line
    subprocess.run(["sh", "-n", "-c", line.split(" * * * ", 1)[1]], check=True)
