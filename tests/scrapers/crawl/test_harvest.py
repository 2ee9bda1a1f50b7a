"""Collections from list to archive: only what is new is loaded, what is gone is recorded, and what cannot be had is told."""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path

import pytest

from pipeline.archive import ArchiveWriter, read_metadata
from pipeline.model import Page
from pipeline.scrapers.collect import Watcher
from pipeline.scrapers.crawl.live import live
from pipeline.scrapers.demo.server import Asked, LocalServer, Served, missing, page
from pipeline.scrapers.families import FAMILIES, links
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.summary import CollectSummary, SourceSummary
from tests.scrapers.crawl.local import HOST, OTHER, QUICK, YEARS, a_list, a_report, archived, gather, guard, source, title

TWO = a_list(("1.html", title("示例县")), ("2.html", title("示例镇")))


class Portal:
    """Pages by path, which a test may change between collections."""

    def __init__(self, **pages: bytes | Served | Callable[[Asked], Served]) -> None:
        self.pages: dict[str, bytes | Served | Callable[[Asked], Served]] = {
            "/robots.txt": page(b"User-agent: *\nAllow: /\n", "text/plain")
        }
        self.pages |= {f"/nb/{name}.html" if name != "list" else "/nb/": body for name, body in pages.items()}

    def __call__(self, asked: Asked) -> Served:
        found = self.pages.get(asked.path, missing())
        return page(found) if isinstance(found, bytes) else found(asked) if callable(found) else found


def outcomes(told: SourceSummary) -> dict[str, tuple[str, str]]:
    return {item.url.rpartition("/")[2]: (item.state, item.outcome) for item in told.items}


def documents(raw: Path) -> Counter[tuple[str | None, str]]:
    return Counter((entry.url, entry.sha256) for entry in archived(raw).documents)


def test_reports_and_what_belongs_to_them_are_collected(tmp_path: Path) -> None:
    portal = Portal(
        list=TWO,
        **{"1": a_report("示例县", more="<a href='/files/1.pdf'>附件.pdf</a><img src='t.png' width='800'>"), "2": a_report("示例镇")},
    )
    portal.pages |= {"/files/1.pdf": page(b"%PDF-1.7", "application/pdf"), "/nb/t.png": page(b"\x89PNG", "image/png")}
    with LocalServer(portal).running() as server:
        told = gather(server, tmp_path).sources[0]
    assert (told.complete, told.ok, told.list_pages) == (True, True, 1)
    assert outcomes(told) == dict.fromkeys(("1.html", "1.pdf", "t.png", "2.html"), ("new", "ok"))
    assert {item.parent for item in told.items if item.kind == "attachment"} == {f"http://{HOST}/nb/1.html"}
    assert [item.year for item in told.reports] == [2023, 2023]
    index = archived(tmp_path)
    assert {(entry.url or "").rpartition("/")[2] for entry in index.documents} == set(outcomes(told))
    assert {entry.judgement for entry in index.entries if not entry.is_document and entry.status == 200} == {"list", "robots"}
    listing = next(entry for entry in index.metadata if entry.name == "listing")
    kept = read_metadata(tmp_path / "archive", listing)
    assert (kept["complete"], kept["years"], kept["source"], len(kept["items"])) == (True, list(YEARS), "shili", 4)


def test_the_second_collection_asks_with_conditions_only(tmp_path: Path) -> None:
    portal = Portal(list=TWO, **{"1": a_report("示例县", more="<a href='1.pdf'>附件.pdf</a>"), "2": a_report("示例镇")})
    portal.pages["/nb/1.pdf"] = page(b"%PDF-1.7", "application/pdf")
    with LocalServer(portal).running() as server:
        gather(server, tmp_path)
        first, before = len(server.log), documents(tmp_path)
        again = gather(server, tmp_path)
    assert [asked.conditional for asked in server.log] == [False] * first + [True] * first
    assert again.states() == {"unchanged": 3}
    assert documents(tmp_path) == before


def test_pages_without_validators_leave_revisits(tmp_path: Path) -> None:
    plain = Served(a_report(), headers={"Content-Type": "text/html"})
    with LocalServer(Portal(list=a_list(("1.html", title())), **{"1": plain})).running() as server:
        gather(server, tmp_path)
        assert gather(server, tmp_path).states() == {"unchanged": 1}
    assert sum(documents(tmp_path).values()) == 1


@pytest.mark.fault("V02", "V03")
def test_corrected_and_withdrawn_reports_are_recorded(tmp_path: Path) -> None:
    portal = Portal(list=TWO, **{"1": a_report("示例县"), "2": a_report("示例镇")})
    with LocalServer(portal).running() as server:
        gather(server, tmp_path)
        portal.pages["/nb/1.html"] = a_report("示例县", more="更正")
        del portal.pages["/nb/2.html"]
        again = gather(server, tmp_path).sources[0]
    assert outcomes(again) == {"1.html": ("changed", "ok"), "2.html": ("gone", "gone")}
    assert [entry.status for entry in archived(tmp_path).entries if (entry.url or "").endswith("/2.html")] == [200, 404]


@pytest.mark.fault("V03")
def test_a_report_that_left_the_list_is_asked_for_until_it_is_gone(tmp_path: Path) -> None:
    portal = Portal(list=TWO, **{"1": a_report("示例县"), "2": a_report("示例镇")})
    with LocalServer(portal).running() as server:
        gather(server, tmp_path)
        portal.pages["/nb/"] = a_list(("1.html", title("示例县")))
        second, third = gather(server, tmp_path).sources[0], gather(server, tmp_path).sources[0]
        del portal.pages["/nb/2.html"]
        fourth = gather(server, tmp_path).sources[0]
        fifth = gather(server, tmp_path).sources[0]
    assert outcomes(second) == outcomes(third) == {"1.html": ("unchanged", "not_modified"), "2.html": ("unchanged", "not_modified")}
    assert outcomes(fourth)["2.html"] == ("gone", "gone")
    assert [item.listed for item in fourth.items] == [True, False]
    assert [item["url"] for item in fourth.listing()["unlisted"]] == [f"http://{HOST}/nb/2.html"]
    assert "2.html" not in outcomes(fifth)


@pytest.mark.fault("N11")
def test_what_is_no_page_is_kept_with_its_verdict_and_is_no_document(tmp_path: Path) -> None:
    entries = [(f"{name}.html", title(f"第{name}镇")) for name in ("challenge", "soft", "cut", "large", "moved")]
    pages = {
        "challenge": page(b"<script>document.cookie='__jsl_clearance=1';location.reload()</script>"),
        "soft": page("<title>404</title>页面不存在".encode()),
        "cut": Served(b"<p>half", headers={"Content-Type": "text/html"}, length=100),
        "large": Served(b"x", length=30_000_000),
        "moved": Served(status=302, headers={"Location": "http://10.0.0.1/"}),
    }
    with LocalServer(Portal(list=a_list(*entries), **pages)).running() as server:
        told = gather(server, tmp_path).sources[0]
    assert {name: outcome for name, (state, outcome) in outcomes(told).items() if state == "failed"} == {
        "challenge.html": "challenge",
        "soft.html": "soft_404",
        "cut.html": "truncated",
        "large.html": "too_large",
        "moved.html": "blocked_address",
    }
    assert not documents(tmp_path)
    assert {entry.judgement for entry in archived(tmp_path).entries if entry.judgement} == {"list", "robots", "challenge", "soft_404"}
    assert not told.ok


def test_a_soft_404_is_not_asked_for_with_its_own_conditions(tmp_path: Path) -> None:
    soft = page("<title>404</title>页面不存在".encode())
    portal = Portal(list=a_list(("1.html", title())), **{"1": soft})
    with LocalServer(portal).running() as server:
        gather(server, tmp_path)
        assert outcomes(gather(server, tmp_path).sources[0]) == {"1.html": ("failed", "soft_404")}
        portal.pages["/nb/1.html"] = a_report()
        assert outcomes(gather(server, tmp_path).sources[0]) == {"1.html": ("new", "ok")}


@pytest.mark.fault("N07")
def test_an_endless_list_is_left_after_pages_with_nothing_new(tmp_path: Path) -> None:
    number = count(1)

    def site(asked: Asked) -> Served:
        if not asked.path.startswith("/nb/") or asked.path == "/nb/1.html":
            return portal(asked)
        return page(a_list(("/nb/1.html", title()), onward=f"/nb/?page={next(number)}&sid={next(number) * 7919}"))

    portal = Portal(**{"1": a_report()})
    with LocalServer(site).running() as server:
        told = gather(server, tmp_path).sources[0]
    assert told.list_pages == 4
    assert not told.complete
    assert "nothing new" in told.incomplete_because[0]
    assert outcomes(told) == {"1.html": ("new", "ok")}


@pytest.mark.fault("N07")
def test_a_calendar_without_end_costs_at_most_the_budget(tmp_path: Path) -> None:
    number = count(1)

    def site(asked: Asked) -> Served:
        if asked.path == "/robots.txt":
            return missing()
        if "page" in asked.path or asked.path == "/nb/":
            one = next(number)
            return page(a_list((f"r{one}.html?sid={one * 31}", title(f"第{one}镇")), onward=f"/nb/?page={one}"))
        return page(a_report())

    with LocalServer(site).running() as server:
        told = gather(server, tmp_path, manners=replace(QUICK, delay=0.005, requests_per_host=25))
    assert len(server.log) == 25
    assert not told.sources[0].complete
    assert {item.outcome for item in told.sources[0].items} == {"left_alone"}
    assert "are enough" in (told.hosts[0].closed or "") or told.hosts[0].requests == 25


@pytest.mark.fault("N07")
def test_paths_that_repeat_themselves_are_not_asked(tmp_path: Path) -> None:
    with LocalServer(Portal(list=a_list(("nb/nb/nb/nb/1.html", title())))).running() as server:
        told = gather(server, tmp_path).sources[0]
    assert [(item.outcome, "names “nb”" in item.reason) for item in told.items] == [("bad_address", True)]


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        (Served(status=404), "gone"),
        (Served(status=503), "busy"),
        (page(b"<script>__jsl_clearance</script>"), "challenge"),
        (page("<html><body>栏目</body></html>".encode()), "no list"),
    ],
)
def test_a_list_that_cannot_be_read_makes_the_source_incomplete(tmp_path: Path, listed: Served, reason: str) -> None:
    with LocalServer(Portal(list=listed)).running() as server:
        told = gather(server, tmp_path)
    assert reason in told.sources[0].incomplete_because[0]
    assert [name.source.id for name, _ in told.failed_sources()] == ["shili"]


def test_nothing_is_looked_for_that_left_a_list_which_could_not_be_read(tmp_path: Path) -> None:
    portal = Portal(list=TWO, **{"1": a_report("示例县"), "2": a_report("示例镇")})
    with LocalServer(portal).running() as server:
        gather(server, tmp_path)
        portal.pages["/nb/"] = Served(status=403)
        assert not gather(server, tmp_path).sources[0].items


def test_bounds_and_other_years_are_told(tmp_path: Path) -> None:
    listed = a_list(("1.html", title(year=2023)), ("2.html", title(year=2015)), ("3.html", "关于开展培训的通知（2023年）"))
    with LocalServer(Portal(list=listed, **{"1": a_report()})).running() as server:
        told = gather(server, tmp_path, source(fewest=2), years=range(2023, 2024)).sources[0]
    assert (told.elsewhen, told.others, told.short_of(), told.ok) == (1, 1, {2023: 1}, False)
    assert "/nb/2.html" not in server.paths()


def test_sources_share_hosts_and_pages(tmp_path: Path) -> None:
    """Two sources on one host are asked in turn, a page that both list is asked for once, another host has a rhythm of its own."""
    sources = (source(id="a"), source(id="b"), source(f"http://{OTHER}/nb/", id="c"))
    with LocalServer(Portal(list=TWO, **{"1": a_report("示例县"), "2": a_report("示例镇")})).running() as server:
        told = gather(server, tmp_path, *sources, manners=replace(QUICK, delay=0.1))
    assert all(one.ok and len(one.reports) == 2 for one in told.sources)
    assert sum(asked.path == "/nb/1.html" and asked.host == HOST for asked in server.log) == 1
    for host in (HOST, OTHER):
        times = [asked.at for asked in server.log if asked.host == host]
        assert min(after - before for before, after in pairwise(times)) >= 0.1
    assert {one.host: one.requests for one in told.hosts} == Counter(asked.host for asked in server.log)


class Broken:
    """A family with a mistake in it."""

    def start(self, source: Source, years: range) -> tuple[Ask, ...]:
        return links.start(source, years)

    def read(self, source: Source, ask: Ask, page: Page) -> ListPage:
        raise ZeroDivisionError("a mistake")


def test_a_mistake_in_one_family_costs_its_sources_only(tmp_path: Path) -> None:
    sources = (
        source(id="good"),
        source(f"http://{OTHER}/nb/", id="bad", family="broken") if False else replace(source(id="bad"), family="broken"),
    )
    with LocalServer(Portal(list=a_list(("1.html", title())), **{"1": a_report()})).running() as server:
        told = gather(server, tmp_path, *sources, families={**FAMILIES, "broken": Broken()})
    assert [(one.source.id, one.ok) for one in told.sources] == [("good", True), ("bad", False)]
    assert "ZeroDivisionError" in told.sources[1].incomplete_because[0]


def test_a_mistake_over_one_report_costs_that_report_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def attachments(page: Page) -> tuple[Ask, ...]:
        if (page.url or "").endswith("1.html"):
            raise RecursionError("a mistake")
        return ()

    monkeypatch.setattr("pipeline.scrapers.crawl.harvest.report_attachments", attachments)
    with LocalServer(Portal(list=TWO, **{"1": a_report("示例县"), "2": a_report("示例镇")})).running() as server:
        told = gather(server, tmp_path).sources[0]
    assert [(item.url[-6:], item.state) for item in told.items] == [("1.html", "new"), ("1.html", "failed"), ("2.html", "new")]
    assert "RecursionError" in told.items[1].reason
    assert told.complete


@pytest.mark.fault("S02")
def test_a_full_disk_ends_the_collection(tmp_path: Path) -> None:
    def full(*args: object, **how: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with LocalServer(Portal(list=TWO, **{"1": a_report("示例县"), "2": a_report("示例镇")})).running() as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ArchiveWriter, "add", full)
            with pytest.raises(OSError, match="No space left"):
                gather(server, tmp_path, source(id="a"), source(f"http://{OTHER}/nb/", id="b"))
        assert gather(server, tmp_path).ok


def test_a_server_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """SIGTERM in the middle of an answer: the collection does not wait for its rest, and keeps nothing of it."""
    over, waited = threading.Event(), list[bool]()

    def parts() -> Iterator[bytes]:
        yield a_report()
        os.kill(os.getpid(), signal.SIGTERM)
        waited.append(not over.wait(20))

    hangs = Served(headers={"Content-Type": "text/html"}, parts=parts, length=100_000)
    with LocalServer(Portal(list=a_list(("1.html", title())), **{"1": hangs})).running() as server:
        ended = gather(server, tmp_path, manners=replace(QUICK, answer_seconds=60))
        over.set()
    assert (ended.interrupted, ended.sources[0].items) == (True, [])
    assert not any(waited)


def collect_until(server: LocalServer, raw: Path, pages: int) -> CollectSummary:
    """A collection that is told to end (SIGTERM) when it has so many pages."""
    seen: list[str] = []

    def watch(source: Source, item: object) -> None:
        seen.append("page")
        if len(seen) == pages:
            signal.raise_signal(signal.SIGTERM)

    return gather(server, raw, watcher=Watcher(page=watch))


def test_a_collection_that_was_ended_goes_on_where_it_was(tmp_path: Path) -> None:
    entries = [(f"{number}.html", title(f"第{number}镇")) for number in range(6)]
    portal = Portal(list=a_list(*entries), **{str(number): a_report(f"第{number}镇") for number in range(6)})
    with LocalServer(portal).running() as server:
        ended = collect_until(server, tmp_path, 3)
        first = list(server.paths())
        rest = gather(server, tmp_path)
        before = len(server.log)
        third = gather(server, tmp_path)
    assert (ended.interrupted, ended.ok, rest.ok) == (True, False, True)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    # What the first one had is not asked for again; the one after the two asks for everything.
    assert Counter(one for one in server.paths()[:before] if one.startswith("/nb/") and one != "/nb/").most_common(1)[0][1] == 1
    assert len(first) < len(server.paths()[:before])
    assert rest.sources[0].resumed == ended.run
    assert rest.states() == {"new": 6}
    assert third.states() == {"unchanged": 6}


def test_asking_live_keeps_nothing_and_tells_in_words() -> None:
    portal = Portal(list=TWO)
    with LocalServer(portal).running() as server, live(source(), manners=QUICK, guard=guard(server)) as fetch:
        assert fetch(Ask(f"http://{HOST}/nb/", "list")).body == TWO
        with pytest.raises(ListError, match="gone"):
            fetch(Ask(f"http://{HOST}/nb/9.html", "report"))
