"""robots.txt: what it allows, what its absence means, and that its delay is kept as the server sees it."""

from __future__ import annotations

import codecs
from dataclasses import replace
from itertools import pairwise

import pytest

from pipeline.scrapers.crawl.pace import Pace
from pipeline.scrapers.crawl.robots import RobotsAnswer, read_rules
from pipeline.scrapers.demo.server import Asked, LocalServer, Served, missing, page
from tests.scrapers.crawl.local import HOST, OTHER, QUICK, a_report, replies, source

PAGE = f"http://{HOST}/nb/1.html"


def why_not(body: bytes, url: str = PAGE, status: int | None = 200) -> str | None:
    return read_rules(RobotsAnswer(status, body, "no answer" if status is None else ""), 512_000).why_not(url)


@pytest.mark.fault("N05")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_a_server_without_the_file_allows_everything(status: int) -> None:
    assert why_not(b"User-agent: *\nDisallow: /", status=status) is None


@pytest.mark.fault("N05")
@pytest.mark.parametrize("status", [500, 502, 503, 429, None])
def test_a_server_that_cannot_give_the_file_allows_nothing(status: int | None) -> None:
    assert "cannot be read" in (why_not(b"User-agent: *\nAllow: /", status=status) or "")


@pytest.mark.fault("N05")
@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        (b"", True),
        (b"<html><body>404</body></html>", True),
        (b"User-agent: *\nDisallow: /nb/", False),
        (codecs.BOM_UTF8 + b"User-agent: *\r\nDisallow: /nb/", False),
        (b"User-agent: *\nDisallow: /\nAllow: /nb/", True),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: gongkai\nDisallow: /secret/", True),
        (b"User-agent: GongKai/9.9 (x)\nDisallow: /nb/\n\nUser-agent: *\nAllow: /", False),
        (b"User-agent: gongkaibot\nDisallow: /", True),
        (b"User-agent: *\nDisallow: /*.html$", False),
        (b"\xff\xfe\x00 not text\nUser-agent: *\nDisallow: /nb/", False),
    ],
)
def test_rules_are_read_as_the_standard_says(body: bytes, allowed: bool) -> None:
    assert (why_not(body) is None) == allowed


def test_a_disallow_of_everything_is_named() -> None:
    assert "Disallow: /" in (why_not(b"User-agent: *\nDisallow: /\n") or "")


@pytest.mark.fault("N05")
def test_only_the_first_500_kib_are_read_and_no_cut_line() -> None:
    filler = b"# comment\n" * 60_000
    assert why_not(b"User-agent: *\nDisallow: /nb/\n" + filler) is not None
    assert why_not(b"User-agent: *\n" + filler + b"Disallow: /nb/\n") is None
    cut = b"User-agent: *\n" + b"#" * (512_000 - 14 - 12) + b"\nDisallow: /nb-only-this/\n"
    assert why_not(cut) is None


def served(robots: Served, asked: Asked) -> Served:
    if asked.path == "/robots.txt":
        return robots
    return page(a_report()) if asked.path.startswith("/nb/") else missing()


def test_what_is_disallowed_is_never_asked_also_behind_a_redirect() -> None:
    def site(asked: Asked) -> Served:
        if asked.path == "/nb/moved.html":
            return Served(status=301, headers={"Location": "/secret/1.html"})
        return served(page(b"User-agent: *\nDisallow: /secret/\n", "text/plain"), asked)

    with LocalServer(site).running() as server:
        got = replies(server, ["/secret/1.html", "/nb/moved.html", "/nb/1.html"])
    assert [reply.outcome for reply in got] == ["robots", "robots", "ok"]
    assert server.paths() == ["/robots.txt", "/nb/moved.html", "/nb/1.html"]


@pytest.mark.fault("N05")
@pytest.mark.parametrize(
    "robots",
    [Served(status=503), Served(b"User-agent: *\nAllow: /", wait=1.0), Served(b"User", headers={"Content-Type": "text/plain"}, length=99)],
    ids=["503", "silent", "cut"],
)
def test_nothing_else_is_asked_of_a_server_whose_file_cannot_be_had(robots: Served) -> None:
    with LocalServer(lambda asked: served(robots, asked)).running() as server:
        got = replies(server, ["/nb/1.html", "/nb/2.html"], manners=replace(QUICK, answer_seconds=0.15, retries=1))
    assert [reply.outcome for reply in got] == ["robots", "robots"]
    assert server.paths() == ["/robots.txt"] * 2


def test_a_file_that_comes_back_at_the_second_try_is_obeyed() -> None:
    tries: list[int] = []

    def site(asked: Asked) -> Served:
        if asked.path == "/robots.txt":
            tries.append(1)
            return Served(status=503) if len(tries) == 1 else page(b"User-agent: *\nDisallow: /x\n", "text/plain")
        return served(missing(), asked)

    with LocalServer(site).running() as server:
        assert [reply.outcome for reply in replies(server, ["/nb/1.html", "/x"])] == ["ok", "robots"]


@pytest.mark.fault("N05")
def test_five_redirects_of_the_file_are_followed_also_to_another_host() -> None:
    def site(asked: Asked) -> Served:
        number = int(asked.path.rpartition("r")[2]) if asked.path.startswith("/r") and asked.path[2:].isdigit() else None
        if asked.path == "/robots.txt":
            return Served(status=302, headers={"Location": "/r1" if asked.host == HOST else "/r9"})
        if number is not None and number < 4:
            return Served(status=302, headers={"Location": f"/r{number + 1}"})
        if number == 4:
            return Served(status=302, headers={"Location": f"http://{OTHER}/end"})
        if number == 9:
            return Served(status=302, headers={"Location": "/r9"})
        return page(b"User-agent: *\nDisallow: /nb/", "text/plain") if asked.path == "/end" else page(a_report())

    with LocalServer(site).running() as server:
        got = replies(server, [PAGE, f"http://{OTHER}/nb/1.html"], of=source(hosts=(OTHER,)))
    assert [reply.outcome for reply in got] == ["robots", "ok"]


def test_crawl_delay_is_kept_as_the_server_sees_it() -> None:
    robots = page(b"User-agent: *\nCrawl-delay: 0.3\n", "text/plain")
    with LocalServer(lambda asked: served(robots, asked)).running() as server:
        replies(server, [f"/nb/{number}.html" for number in range(3)])
    times = [asked.at for asked in server.log]
    assert len(times) == 4
    assert min(after - before for before, after in pairwise(times)) >= 0.3


def test_a_crawl_delay_beyond_patience_closes_the_host() -> None:
    robots = page(b"User-agent: *\nCrawl-delay: 86400\n", "text/plain")
    pace = Pace(QUICK)
    with LocalServer(lambda asked: served(robots, asked)).running() as server:
        got = replies(server, ["/nb/1.html"], pace=pace)
    assert (got[0].outcome, server.paths()) == ("left_alone", ["/robots.txt"])
    assert "86400 seconds" in (pace.account(HOST).closed or "")
