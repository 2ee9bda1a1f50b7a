"""The demo's portal, collected for real: every report once, every trap named, nothing asked too often or twice for nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from click.testing import CliRunner

from pipeline.archive import read_index
from pipeline.cli import main
from pipeline.commands import collect
from pipeline.extras import MissingExtraError
from pipeline.scrapers.demo import media
from pipeline.scrapers.demo.check import wrong_in_archive, wrong_in_datasets
from pipeline.scrapers.demo.province import Province
from pipeline.scrapers.demo.server import Asked, LocalServer, Site
from pipeline.scrapers.families import FAMILIES


@dataclass(frozen=True)
class Shown:
    """One demo: what the command printed, where its data are, and what its portal was asked."""

    output: str
    code: int
    folder: Path
    server: LocalServer
    province: Province


def show(folder: Path) -> Shown:
    province, servers = Province(), list[LocalServer]()

    def serving(site: Site) -> LocalServer:
        servers.append(LocalServer(site))
        return servers[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "LocalServer", serving)
        patch.setattr(collect, "Province", lambda: province)
        ran = CliRunner().invoke(main, ["demo", "--into", str(folder)])
    return Shown(ran.output, ran.exit_code, folder, servers[0], province)


def reports(shown: Shown) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf8")) for path in sorted((shown.folder / "raw" / "runs").glob("*.json"))]


def the_command_shows_the_way_from_portal_to_datasets(shown: Shown) -> None:
    assert shown.code == 0, shown.output
    assert "every planted report is in the archive once, every trap was named" in shown.output
    planted = sum(one.kind == "report" for one in shown.province.planted)
    assert len(pd.read_parquet(shown.folder / "processed" / "reports")) == planted


def every_planted_report_is_in_the_archive_once(shown: Shown) -> None:
    assert list(wrong_in_archive(shown.folder / "raw" / "archive", shown.province, 2)) == []
    assert list(wrong_in_archive(shown.folder / "raw" / "archive", shown.province, 1)) != []


def every_trap_is_named_in_both_reports(shown: Shown) -> None:
    told = reports(shown)
    assert len(told) == 2
    for report in told:
        named = {item["url"]: item["outcome"] for source in report["sources"] for item in (*source["failed"], *source["gone"])}
        assert {trap.url: trap.outcome for trap in shown.province.traps}.items() <= named.items()
        closed = {source["id"]: source["incomplete_because"][0] for source in report["sources"] if not source["ok"]}
        assert closed.keys() == shown.province.closed.keys()
        assert all(f": {outcome} (" in closed[name] for name, outcome in shown.province.closed.items())
        assert {one["url"] for one in report["robots"] if one["forbids_all"]} == {"http://closed.shili.example/robots.txt"}
        assert report["alert"].count("\n") == 0


def corrected_and_withdrawn_reports_are_told_by_the_second(shown: Shown) -> None:
    second = reports(shown)[1]["sources"]
    assert {item["url"] for source in second for item in source["changed"]} == {
        one.url for one in shown.province.planted if len(one.versions) > 1
    }
    withdrawn = {one.url for one in shown.province.planted if one.withdrawn}
    assert withdrawn <= {item["url"] for source in second for item in source["gone"]}
    assert withdrawn <= {entry.url for entry in read_index(shown.folder / "raw" / "archive").entries if entry.status == 404}


def the_rate_of_a_host_is_never_exceeded(shown: Shown) -> None:
    """As the server sees it. Each collection begins with robots.txt, before which nothing is known of the host's delay."""
    for host, asked in _by_host(shown.server).items():
        pairs = [(after.path, after.at - before.at) for before, after in pairwise(asked)]
        begun = [gap for path, gap in pairs if path != "/robots.txt" and "closed" not in host and "down" not in host]
        assert all(gap >= 0.02 for gap in begun), host
    told = [one["shortest_gap"] for report in reports(shown) for one in report["hosts"]]
    assert all(gap is None or gap >= 0.01 for gap in told)


def _by_host(server: LocalServer) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = {}
    for one in server.log:
        found.setdefault(one.host, []).append(one)
    return found


def the_second_collection_asks_with_conditions_for_all_that_is_there(shown: Shown) -> None:
    """What leads elsewhere, what failed before and what is asked for by a form has nothing to compare with."""
    first = reports(shown)[0]["requests"]
    pages = {one.url for one in shown.province.planted} | {
        url for source in shown.province.sources for url in source.lists if "jsp" not in url
    }
    again = [one for one in shown.server.log[first:] if f"http://{one.host}{one.path}" in pages and "fenced" not in one.host]
    assert len(again) >= len(shown.province.planted)
    assert all(one.conditional for one in again)
    robots = [one.conditional for one in shown.server.log[first:] if one.path == "/robots.txt" and "down" not in one.host]
    assert all(robots)


def what_the_demo_plants_is_made_up_and_of_several_families(shown: Shown) -> None:
    province = shown.province
    assert all(one.unit.startswith("示例省") for one in (*province.planted, *province.traps))
    assert all(source.lists[0].split("/")[2].endswith(".example") for source in province.sources)
    assert len({source.family for source in province.sources} & set(FAMILIES)) == 5
    assert any(len(one.versions) == 2 for one in province.planted)
    assert any(one.withdrawn for one in province.planted)
    assert {one.kind for one in province.planted} == {"report", "attachment"}
    assert len({one.url for one in province.planted}) == len(province.planted)
    assert any(b"gb2312" in one.versions[0].lower() or b"gb18030" in one.versions[0].lower() for one in province.planted)


def reports_published_as_files_are_read_with_every_figure(shown: Shown) -> None:
    told = next(line for line in shown.output.splitlines() if line.startswith("read from: "))
    pictured = "" if shown.province.unmade else ", 1 from html and image"
    assert all(words in told for words in (", 2 from docx", ", 2 from pdf", pictured))
    assert ("no picture: " in shown.output) == bool(shown.province.unmade)
    as_files = [one for one in shown.province.planted if one.spec is not None]
    assert len(as_files) == 5
    assert list(wrong_in_datasets(shown.folder / "processed", shown.province)) == []
    # The check sees a single figure that is not as printed, and a report that is not there.
    one = as_files[0]
    assert one.spec is not None
    name = "applications.new_received.total"
    wrong = replace(one.spec, values={**one.spec.values, name: 987_654})
    elsewhere = SimpleNamespace(planted=[replace(one, spec=wrong), replace(one, year=1999)], unmade=[])
    found = list(wrong_in_datasets(shown.folder / "processed", cast(Province, elsewhere)))
    assert [name in found[0], found[1]] == [True, f"{one.unit} 1999: 0 times in the datasets"]


def test_a_page_without_its_picture_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(sheet: object) -> bytes:
        raise MissingExtraError("Making pictures needs the extra ocr: pip install 'gongkai[ocr]'")

    monkeypatch.setattr(media, "render_picture", cannot)
    province = Province()
    assert province.unmade == ["示例省明川市云河县柳堰镇人民政府 2024: Making pictures needs the extra ocr: pip install 'gongkai[ocr]'"]
    page = next(one for one in province.planted if (one.unit, one.year) == ("示例省明川市云河县柳堰镇人民政府", 2024))
    assert b"<img" not in page.versions[0]
    assert page.versions[0].count(b"</table>") == 2


def test_a_folder_of_others_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ran = CliRunner().invoke(main, ["demo", "--into", str(tmp_path)])
    assert ran.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def the_portal_answers_404_to_what_it_does_not_have(shown: Shown) -> None:
    for host in ("www.shili.example", "www.elsewhere.example"):
        for path in ("/", "/nothing", "/zwgk/nb/index_99.html"):
            assert shown.province.site(Asked(0.0, host, "GET", path, {}, b"")).status == 404


def test_the_demo_shows_what_it_promises(tmp_path: Path) -> None:
    """One demo for all that is to be seen in it: it takes some seconds."""
    shown = show(tmp_path / "demo")
    the_command_shows_the_way_from_portal_to_datasets(shown)
    every_planted_report_is_in_the_archive_once(shown)
    reports_published_as_files_are_read_with_every_figure(shown)
    every_trap_is_named_in_both_reports(shown)
    corrected_and_withdrawn_reports_are_told_by_the_second(shown)
    the_rate_of_a_host_is_never_exceeded(shown)
    the_second_collection_asks_with_conditions_for_all_that_is_there(shown)
    what_the_demo_plants_is_made_up_and_of_several_families(shown)
    the_portal_answers_404_to_what_it_does_not_have(shown)
