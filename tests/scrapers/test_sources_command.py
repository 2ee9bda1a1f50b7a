"""``gongkai sources`` as a user meets it; ``check`` asks a real server on this machine."""

from __future__ import annotations

import datetime
import json
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.commands import sources as commands
from pipeline.scrapers.checking import Fetch
from pipeline.scrapers.crawl.guard import Guard
from pipeline.scrapers.crawl.live import live
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.demo.server import Asked, LocalServer, Served, missing
from pipeline.scrapers.demo.server import page as served
from pipeline.scrapers.model import Source

HOST = "www.shili.example"
OWN = f"""
name = "示例县人民政府"
family = "trs"
lists = ["http://{HOST}/nb/"]
http_only = true
fewest = 1
[[notes]]
on = 2026-11-22
text = "made up"
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.sources_group, list(arguments))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "shili.toml").write_text(OWN, "utf8")
    return tmp_path


def test_list_names_shipped_and_own_sources(own):
    found = run("list", "--sources", str(own), "--raw", str(own))
    assert found.exit_code == 0
    lines = found.output.splitlines()
    assert [line.split() for line in lines if line.startswith("shili")] == [["shili", "trs", "-", "never", "tried", "示例县人民政府"]]
    assert lines[-1].endswith("0 of them tried live")
    assert len(lines) > 10


def test_sources_in_the_raw_folder_are_read_without_an_option(own, tmp_path):
    (tmp_path / "raw/sources").mkdir(parents=True)
    (tmp_path / "raw/sources/other.toml").write_text(OWN, "utf8")
    assert "\nother " in run("list", "--raw", str(tmp_path / "raw")).output


def test_list_as_json_holds_every_key(own):
    found = run("list", "--jsonl", "--sources", str(own), "--raw", str(own))
    objects = {one["id"]: one for one in map(json.loads, found.output.splitlines())}
    assert objects["shili"]["lists"] == [f"http://{HOST}/nb/"]
    assert objects["shili"]["notes"] == [{"on": "2026-11-22", "text": "made up"}]
    assert objects["lishui"]["site"] == {"113325000026455663": "丽水市人民政府"}


def test_show_tells_what_was_seen(own):
    found = run("show", "shili", "--sources", str(own), "--raw", str(own))
    assert found.exit_code == 0
    assert {"id: shili", f"lists: http://{HOST}/nb/", "http_only: true", "tried_live: false", "seen 2026-11-22: made up"} <= set(
        found.output.splitlines()
    )
    assert "site.113325000026455663: 丽水市人民政府" in run("show", "lishui").output


@pytest.mark.parametrize("command", ["show", "check"])
def test_an_unknown_source_is_wrong_use(command):
    found = run(command, "nowhere")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("gongkai: no source 'nowhere'")


def test_a_wrong_file_is_told_in_one_line(own):
    (own / "shili.toml").write_text(OWN.replace("trs", "drupal"), "utf8")
    found = run("list", "--sources", str(own))
    assert found.exit_code == 2
    assert found.stderr == "gongkai: shili.toml: family: 'drupal' is no family; known are " + found.stderr.partition("known are ")[2]


@pytest.mark.parametrize("years", ["2023-2021", "23", "last", "2021-"])
def test_wrong_years_are_wrong_use(own, years):
    found = run("check", "shili", "--sources", str(own), "--years", years)
    assert found.exit_code == 2
    assert "neither a year" in found.stderr


def test_years_as_a_range():
    today = datetime.date(2026, 11, 22)
    assert commands.year_range(None, today) == range(2023, 2026)
    assert commands.year_range("2023", today) == range(2023, 2024)
    assert commands.year_range("2019-2023", today) == range(2019, 2024)


def portal(asked: Asked) -> Served:
    entries = "".join(
        f'<li><a href="t{year}.html">示例县{year}年政府信息公开工作年度报告</a><span>{year + 1}-01-15</span></li>' for year in (2022, 2023)
    )
    if asked.path == "/nb/":
        return served(f'<html><title>年报</title><ul>{entries}</ul><script>createPageHTML(1, 0, "index", "html")</script></html>'.encode())
    return missing()


def test_check_asks_a_server_and_says_what_it_found(own, monkeypatch):
    with LocalServer(portal).running() as server:

        def here(source: Source) -> AbstractContextManager[Fetch]:
            return live(source, manners=Manners(delay=0.01, backoff=0.01), guard=Guard(local={HOST: server.place}))

        monkeypatch.setattr(commands, "_live", here)
        arguments = ("check", "shili", "--sources", str(own), "--raw", str(own), "--years")
        found, short = run(*arguments, "2022-2023"), run(*arguments, "2021-2023")
    assert [one.path for one in server.log] == ["/robots.txt", "/nb/"] * 2
    assert found.exit_code == 0, found.output
    assert "  status 200; looks like: trs" in found.output.splitlines()
    assert "reports by the year in their titles: 2022: 1, 2023: 1" in found.output.splitlines()
    assert "bounds: kept, at least 1 a year from 2022 to 2023" in found.output.splitlines()
    assert short.exit_code == 1
    assert "bounds: 2021 has 0 reports, at least 1 are known to appear" in short.output.splitlines()


def test_every_command_shows_an_example():
    for name in ("list", "show", "check"):
        assert f"Example: gongkai sources {name}" in run(name, "--help").output
