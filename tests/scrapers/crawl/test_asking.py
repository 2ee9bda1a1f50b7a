"""One ask: redirects, retries, waiting when told to, and what is refused on the way."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from pipeline.scrapers.crawl.engine import settings
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.crawl.pace import Pace, retry_after
from pipeline.scrapers.demo.server import Asked, LocalServer, Served, missing, page
from pipeline.scrapers.model import Ask
from tests.scrapers.crawl.local import HOST, OTHER, QUICK, a_report, replies, source

REPORT = page(a_report())


def site(pages: dict[str, Served | Callable[[Asked], Served]]) -> Callable[[Asked], Served]:
    def answer(asked: Asked) -> Served:
        found = pages.get(asked.path, missing())
        return found(asked) if callable(found) else found

    return answer


def in_turn(*served: Served) -> Callable[[Asked], Served]:
    """One answer after the other, then the last again and again."""
    left = list(served)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def to(place: str, status: int = 302, **headers: str) -> Served:
    return Served(status=status, headers={"Location": place, **headers})


def gaps(server: LocalServer) -> list[float]:
    times = [asked.at for asked in server.log]
    return [after - before for before, after in pairwise(times)]


@pytest.mark.fault("N01")
@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://www.shili.example/x", "data:text/html,x", "javascript:alert(1)"])
def test_a_redirect_to_another_scheme_is_refused(place: str) -> None:
    with LocalServer(site({"/a": to(place)})).running() as server:
        got = replies(server, ["/a"])[0]
    assert (got.outcome, got.is_page, len(got.hops)) == ("blocked_scheme", False, 1)


@pytest.mark.fault("N02")
@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:{port}/x", "http://2130706433:{port}/x", "http://[::1]:{port}/x", "http://0x7f.1:{port}/x"]
)
def test_a_redirect_to_this_machine_is_refused(place: str) -> None:
    def answer(asked: Asked) -> Served:
        return to(place.format(port=server.port)) if asked.path == "/a" else missing()

    with LocalServer(answer).running() as server:
        got = replies(server, ["/a"])[0]
    assert got.outcome == "blocked_address"
    assert server.paths() == ["/robots.txt", "/a"]


def test_other_hosts_than_the_sources_are_not_asked() -> None:
    with LocalServer(site({"/a": to(f"http://{OTHER}/x"), "/b": to("http://1.2.4.8/x")})).running() as server:
        got = replies(server, ["/a", "/b", f"http://{OTHER}/x"])
    assert [reply.outcome for reply in got] == ["foreign_host"] * 3
    assert all(asked.host == HOST for asked in server.log)


@pytest.mark.fault("N04")
def test_five_redirects_are_followed_and_no_more() -> None:
    pages: dict[str, Served | Callable[[Asked], Served]] = {f"/{n}": to(f"/{n - 1}", 301 + n % 2) for n in range(1, 8)}
    with LocalServer(site({**pages, "/0": REPORT})).running() as server:
        got = replies(server, ["/5", "/6"])
    assert [(reply.outcome, len(reply.hops)) for reply in got] == [("ok", 5), ("too_many_redirects", 6)]
    assert got[0].url.endswith("/0")


@pytest.mark.fault("N04")
def test_a_circle_is_left() -> None:
    with LocalServer(site({"/a": to("/b"), "/b": to("/a"), "/self": to("/self")})).running() as server:
        assert [reply.outcome for reply in replies(server, ["/a", "/self"])] == ["too_many_redirects"] * 2
    assert len(server.log) <= 7


def test_a_cookie_and_a_redirect_to_itself_lead_to_the_page() -> None:
    def answer(asked: Asked) -> Served:
        if asked.path == "/robots.txt":
            return missing()
        if "seen=1" in asked.headers.get("cookie", ""):
            return REPORT
        return to(asked.path, **{"Set-Cookie": "seen=1; Path=/; Domain=.shili.example" if asked.host == HOST else "seen=1"})

    with LocalServer(answer).running() as server:
        got = replies(server, ["/a", "/b", f"http://{OTHER}/c"], of=source(hosts=(OTHER,)))
    assert [(reply.outcome, len(reply.hops)) for reply in got] == [("ok", 1), ("ok", 0), ("ok", 1)]
    assert [asked.host for asked in server.log if "cookie" in asked.headers] == [HOST, HOST, OTHER]


def test_http_is_asked_only_where_the_source_says_so() -> None:
    with LocalServer(site({"/a": REPORT})).running() as server:
        got = replies(server, [f"http://{HOST}/a", f"http://{HOST}:8080/a"], of=source(http_only=False), manners=replace(QUICK, retries=0))
    # The server speaks no TLS: asking it by https instead of http fails.
    assert [reply.outcome for reply in got] == ["robots", "plain_http"]
    assert got[0].url.startswith("https:")
    assert not server.log


@pytest.mark.fault("N08")
def test_what_may_pass_is_asked_again_with_growing_waits() -> None:
    pages = {"/a": in_turn(Served(status=503), Served(b"", 200), REPORT), "/b": Served(status=500), "/c": Served(b"<p>half", length=99)}
    with LocalServer(site(pages)).running() as server:
        got = replies(server, ["/a", "/b", "/c"], manners=replace(QUICK, backoff=0.1))
    assert [reply.outcome for reply in got] == ["ok", "busy", "truncated"]
    assert server.paths() == ["/robots.txt", *["/a"] * 3, *["/b"] * 3, *["/c"] * 3]
    waits = gaps(server)
    assert waits[1] >= 0.08
    assert waits[2] >= 0.16


@pytest.mark.parametrize("served", [Served(status=404), Served(status=403), page(b"<script>__jsl_clearance</script>")])
def test_what_will_not_pass_is_asked_once(served: Served) -> None:
    with LocalServer(site({"/a": served})).running() as server:
        replies(server, ["/a"])
    assert server.paths().count("/a") == 1


@pytest.mark.fault("N06")
@pytest.mark.parametrize(
    ("value", "least"),
    [("1", 1.0), (lambda: email.utils.format_datetime(datetime.fromtimestamp(time.time() + 2, UTC), usegmt=True), 0.9)],
    ids=["seconds", "date"],
)
def test_retry_after_is_waited_for_by_the_host_alone(value: str | Callable[[], str], least: float) -> None:
    def busy(asked: Asked) -> Served:
        return Served(status=429, headers={"Retry-After": value if isinstance(value, str) else value()}) if len(server.log) < 3 else REPORT

    with LocalServer(site({"/a": busy, "/b": REPORT})).running() as server:
        got = replies(server, ["/a", "/b"])
    assert [reply.outcome for reply in got] == ["ok", "ok"]
    assert gaps(server)[1] >= least


@pytest.mark.fault("N06")
@pytest.mark.parametrize("value", ["soon", "", "-5", "Mon, 01 Jan 2001 00:00:00 GMT"])
def test_a_retry_after_that_says_nothing_leaves_the_usual_wait(value: str) -> None:
    with LocalServer(site({"/a": in_turn(Served(status=503, headers={"Retry-After": value}), REPORT)})).running() as server:
        assert replies(server, ["/a"])[0].outcome == "ok"


@pytest.mark.fault("N06")
def test_a_retry_after_beyond_patience_closes_the_host_until_the_next_run() -> None:
    pace = Pace(QUICK)
    with LocalServer(site({"/a": Served(status=503, headers={"Retry-After": "999999999"}), "/b": REPORT})).running() as server:
        got = replies(server, ["/a", "/b"], pace=pace)
    assert [reply.outcome for reply in got] == ["left_alone", "left_alone"]
    assert server.paths() == ["/robots.txt", "/a"]
    assert "999999999" not in got[1].outcome
    assert "come back" in (pace.account(HOST).closed or "")


@pytest.mark.fault("N06")
def test_retry_after_in_words() -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    assert retry_after(" 3 ") == 3
    assert retry_after("Mon, 01 Jan 2024 00:01:00 GMT", now) == 60
    assert retry_after("Sun, 31 Dec 2023 00:00:00 GMT", now) == 0
    assert [retry_after(one) for one in ("", "abc", "-1", "1.5", "Mon, 99 Foo 2024")] == [None] * 5


def test_a_host_in_trouble_is_left_alone() -> None:
    pages = {f"/{n}": Served(status=500) for n in range(9)}
    with LocalServer(site(pages)).running() as server:
        got = replies(server, [f"/{n}" for n in range(9)], manners=replace(QUICK, retries=0))
    assert [reply.outcome for reply in got] == ["busy"] * 5 + ["left_alone"] * 4
    assert len(server.log) == 6


@pytest.mark.fault("N07")
def test_a_host_has_a_budget_that_counts_everything() -> None:
    with LocalServer(site({"/a": to("/b"), "/b": REPORT})).running() as server:
        got = replies(server, ["/a", "/b", "/b", "/b"], manners=replace(QUICK, requests_per_host=4))
    assert [reply.outcome for reply in got] == ["ok", "ok", "left_alone", "left_alone"]
    assert server.paths() == ["/robots.txt", "/a", "/b", "/b"]


def test_requests_are_never_closer_than_the_delay() -> None:
    """As the server sees them: retries, redirects and robots.txt too, and answers that take their time."""
    pages = {"/a": in_turn(Served(status=503), REPORT), "/b": to("/c"), "/c": replace(REPORT, wait=0.15), "/d": REPORT}
    with LocalServer(site(pages)).running() as server:
        replies(server, ["/a", "/b", "/d", "/d", "/x"], manners=replace(QUICK, delay=0.12))
    assert len(server.log) == 8
    assert min(gaps(server)) >= 0.12


@pytest.mark.fault("N09")
def test_a_page_cut_twice_at_the_same_place_is_whole() -> None:
    cut = Served(b"<html><p>a page without its end tags", headers={"Content-Type": "text/html"}, length=None)
    other = Served(b"<html><p>another", headers={"Content-Type": "text/html"}, length=None)
    with LocalServer(site({"/a": cut, "/b": in_turn(cut, other, replace(other, body=b"<p>third"))})).running() as server:
        assert [reply.outcome for reply in replies(server, ["/a", "/b"])] == ["ok", "truncated"]


def test_conditions_are_sent_and_a_304_without_them_is_an_error() -> None:
    with LocalServer(site({"/a": REPORT, "/b": Served(status=304)})).running() as server:
        conditions = {"If-None-Match": REPORT.headers["ETag"]}
        got = replies(server, ["/a", "/b"], conditions=lambda url: conditions if url.endswith("/a") else {})
    assert [reply.outcome for reply in got] == ["not_modified", "error"]


def test_forms_are_sent_as_they_are() -> None:
    ask = Ask(f"http://{HOST}/proxy", "list", "POST", b"columnid=3&unitid=4", {"Content-Type": "application/x-www-form-urlencoded"})
    with LocalServer(site({"/proxy": page(b"<datastore></datastore>", "text/xml")})).running() as server:
        assert replies(server, [ask])[0].outcome == "ok"
    sent = server.log[-1]
    assert (sent.method, sent.body, sent.headers["content-type"]) == ("POST", ask.body, "application/x-www-form-urlencoded")


@pytest.mark.fault("N10")
def test_who_asks_is_said_and_only_gzip_is_asked_for() -> None:
    with LocalServer(site({"/a": REPORT})).running() as server:
        replies(server, ["/a"], manners=replace(QUICK, contact="data@shili.example\r\nX-Evil: 1"))
    sent = server.log[-1].headers
    assert sent["user-agent"].startswith("gongkai/")
    assert "data@shili.example" in sent["user-agent"]
    assert "x-evil" not in sent
    assert sent["accept-encoding"] == "gzip"


def test_scrapys_consoles_are_off_and_its_throttle_is_on() -> None:
    made = settings(Manners())
    assert (made["TELNETCONSOLE_ENABLED"], made["REMOTE_CONTROL_ENABLED"]) == (False, False)
    assert (made["AUTOTHROTTLE_ENABLED"], made["DOWNLOAD_DELAY"], made["CONCURRENT_REQUESTS_PER_DOMAIN"]) == (True, 1.0, 1)
    assert made["HTTPPROXY_ENABLED"] is False
