"""One ask of a source, from its address to a reply: what may be asked, redirects, retries. Nothing here knows lists or reports."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.url import safe_url_string

from pipeline.scrapers import judge
from pipeline.scrapers.crawl.engine import Downloads
from pipeline.scrapers.crawl.fetch import FetchError, TroubleCode
from pipeline.scrapers.crawl.guard import BlockedCode, BlockedError, checked_host, host_of
from pipeline.scrapers.crawl.handler import UNFRAMED
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.crawl.pace import Pace, retry_after
from pipeline.scrapers.crawl.robots import Robots, RobotsAnswer
from pipeline.scrapers.judge import Answer
from pipeline.scrapers.model import Ask, Source

#: What became of an ask: what the answer is, or why there is none.
Outcome = judge.Verdict | TroubleCode | BlockedCode | Literal["foreign_host", "plain_http", "robots", "left_alone", "too_many_redirects"]
Conditions = Callable[[str], Mapping[str, str]]
#: The suffix of every official host.
_OFFICIAL = ".gov.cn"
#: After so many asks of a host in a row that came to nothing it is left alone: a server in trouble is not helped by more requests.
_TROUBLE_IN_A_ROW = 5
_TRANSIENT: frozenset[str] = frozenset({"timeout", "unreachable", "truncated"})
_TROUBLE: frozenset[str] = frozenset({"timeout", "unreachable", "busy", "tls", "challenge"})


@dataclass(frozen=True, slots=True)
class Reply:
    """The end of an ask. ``answer`` is the last answer, ``hops`` the redirects before it; ``reason`` says more in words."""

    outcome: Outcome
    url: str
    reason: str = ""
    answer: Answer | None = None
    hops: tuple[Answer, ...] = ()
    transient: bool = False
    wait: float | None = None

    @property
    def is_page(self) -> bool:
        """Whether the page that was asked for is there (``not_modified``: as it was)."""
        return self.outcome in {"ok", "not_modified"}


@dataclass(slots=True)
class Asker:
    """Asks for one run. ``old_robots`` knows the robots.txt of earlier runs, ``keep_robots`` is given every one as it came in."""

    downloads: Downloads
    pace: Pace
    manners: Manners
    old_robots: Callable[[str], tuple[Mapping[str, str], bytes]] = lambda url: ({}, b"")
    keep_robots: Callable[[Answer], None] = lambda answer: None
    robots: Robots = field(init=False)
    _legacy: set[str] = field(default_factory=set)
    _trouble: dict[str, int] = field(default_factory=dict)
    _random: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.robots = Robots(self._load_robots, self.manners)

    async def ask(self, source: Source, ask: Ask, conditions: Conditions) -> Reply:
        """Ask until there is a reply that asking again would not change. Never raises for what a server does."""
        if source.legacy_tls:
            self._legacy |= own_hosts(source)
        last: Reply | None = None
        for attempt in range(self.manners.retries + 1):
            reply = await self._follow(source, ask, conditions)
            if last is not None and _same_bytes(last, reply):
                # Cut twice at the same byte: that is how the page is.
                reply = replace(reply, outcome="ok", reason="", transient=False)
            last = reply
            if not reply.transient or attempt == self.manners.retries:
                break
            self._hold(reply, self.manners.backoff * 2**attempt * self._random.uniform(0.8, 1.2))
        self._hold(reply, 0.0)
        self._count_trouble(reply)
        return reply

    def _hold(self, reply: Reply, seconds: float) -> None:
        """Leave the host alone as long as it asks for, at least for ``seconds``."""
        wait = max(seconds, reply.wait or 0.0)
        if wait > 0:
            self.pace.hold(host_of(reply.url), wait)
            self.downloads.rest(host_of(reply.url))

    def _count_trouble(self, reply: Reply) -> None:
        host = host_of(reply.url)
        if reply.answer is not None and reply.outcome not in _TROUBLE:
            self._trouble[host] = 0
        elif reply.outcome in _TROUBLE:
            self._trouble[host] = self._trouble.get(host, 0) + 1
            if self._trouble[host] >= _TROUBLE_IN_A_ROW and self.pace.account(host).closed is None:
                self.pace.account(
                    host
                ).closed = f"{_TROUBLE_IN_A_ROW} asks in a row came to nothing, the last: {reply.reason or reply.outcome}"

    async def _follow(self, source: Source, ask: Ask, conditions: Conditions) -> Reply:
        """One ask with its redirects."""
        url, method, body = secured(source, ask.url), ask.method, ask.body
        hops: list[Answer] = []
        for _ in range(self.manners.redirects + 1):
            reason = await self._why_not(source, url)
            if reason is not None:
                return replace(reason, hops=tuple(hops))
            headers = dict(ask.headers) | (dict(conditions(url)) if method == "GET" else {})
            reply = await self._once(ask, url, method, body, headers)
            reply = replace(reply, hops=tuple(hops))
            if reply.outcome != "redirect" or reply.answer is None:
                return reply
            hops.append(reply.answer)
            there = secured(source, urldefrag(urljoin(url, reply.reason)).url)
            if there == url and reply.reason.startswith("http:") and not source.http_only and url.startswith("https:"):
                return Reply("plain_http", url, "the server insists on http, which this source does not allow", hops=tuple(hops))
            # A redirect to the same place may set a cookie; a second one goes in a circle.
            if sum(one.url == there for one in hops) > 1:
                return Reply("too_many_redirects", url, f"led in a circle to {there}", hops=tuple(hops))
            if method == "POST" and reply.answer.status in {301, 302, 303}:
                method, body = "GET", None
            url = there
        return Reply("too_many_redirects", url, f"more than {self.manners.redirects} redirects", hops=tuple(hops))

    async def _why_not(self, source: Source, url: str) -> Reply | None:
        """Why ``url`` is not asked; ``None`` if it may be."""
        try:
            host = checked_host(url)
        except BlockedError as error:
            return Reply(error.code, url, str(error))
        if not _belongs(host, source):
            return Reply("foreign_host", url, f"{host} belongs neither to the source nor to gov.cn")
        if url.lower().startswith("http:") and not source.http_only:
            return Reply("plain_http", url, "only http, which this source does not allow")
        if closed := self.pace.why_closed(host):
            return Reply("left_alone", url, closed)
        rules = await self.robots.rules(url)
        if rules.crawl_delay is not None and self.pace.account(host).crawl_delay is None:
            self.pace.slow_down(host, rules.crawl_delay)
            self.downloads.rest(host)
        if closed := self.pace.why_closed(host):
            return Reply("left_alone", url, closed)
        why_not = rules.why_not(url)
        return Reply("robots", url, why_not) if why_not else None

    async def _once(self, ask: Ask, url: str, method: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """One exchange, judged."""
        try:
            answer = _answer(ask.url, await self._get(url, method, body, headers))
        except BlockedError as error:
            return Reply(error.code, url, str(error), transient=error.code == "unknown_host")
        except FetchError as error:
            return Reply(error.code, url, str(error), transient=error.code in _TRANSIENT)
        found = judge.judge(replace(answer, asked=_comparable(ask.url, url)), ask.kind)
        if found.verdict == "not_modified" and not {"If-None-Match", "If-Modified-Since"} & headers.keys():
            return Reply("error", url, "status 304 to a request without conditions", answer)
        wait = retry_after(answer.headers["retry-after"]) if found.verdict == "busy" and "retry-after" in answer.headers else None
        return Reply(found.verdict, url, found.reason, answer, transient=found.transient, wait=wait)

    async def _get(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        keep_first: int | None = None,
    ) -> Response:
        meta = {"legacy_tls": host_of(url) in self._legacy, "keep_first": keep_first}
        lines = {**(headers or {}), "Accept-Encoding": "gzip"}
        try:
            request = Request(url, method=method, body=body or b"", headers=lines, meta=meta, dont_filter=True)
        except ValueError as error:
            raise BlockedError("bad_address", str(error)) from error
        checked_host(request.url)
        return await self.downloads.get(request)

    async def _load_robots(self, place: str) -> RobotsAnswer:
        """A robots.txt, with the retries of every ask. Redirects may lead anywhere that the guard lets pass (RFC 9309, 2.3.1.2)."""
        answer = RobotsAnswer(None)
        for attempt in range(self.manners.retries + 1):
            answer, wait = await self._robots_once(place)
            if answer.status is not None and answer.status < 500 and answer.status != 429:
                break
            if attempt < self.manners.retries:
                self._hold(Reply("busy", place, wait=wait), self.manners.backoff * 2**attempt)
        return answer

    async def _robots_once(self, place: str) -> tuple[RobotsAnswer, float | None]:
        url = place
        for _ in range(self.manners.redirects + 1):
            if closed := self.pace.why_closed(host_of(url)):
                return RobotsAnswer(None, reason=closed), None
            conditions, before = self.old_robots(url)
            try:
                answer = _answer(place, await self._get(url, headers=conditions, keep_first=self.manners.robots_bytes + 1))
            except (BlockedError, FetchError) as error:
                return RobotsAnswer(None, reason=str(error)), None
            self.keep_robots(answer)
            if answer.status == 304 and conditions:
                return RobotsAnswer(200, before), None
            location = answer.headers.get("location", "")
            if answer.status not in {301, 302, 303, 307, 308} or not location:
                return RobotsAnswer(answer.status, answer.body), retry_after(answer.headers.get("retry-after", ""))
            url = urldefrag(urljoin(url, location)).url
        # RFC 9309, 2.3.1.2: beyond five redirects the file may be taken for absent.
        return RobotsAnswer(404, reason="too many redirects"), None


def own_hosts(source: Source) -> set[str]:
    """The hosts that a source names: those of its lists, and others that it says belong to it."""
    return {host_of(url) for url in source.lists} | {host.lower() for host in source.hosts}


def _belongs(host: str, source: Source) -> bool:
    mine = {one.removeprefix("www.") for one in own_hosts(source)}
    return host.endswith(_OFFICIAL) or any(host == one or host.endswith(f".{one}") for one in mine if one)


def secured(source: Source, url: str) -> str:
    """The address as it is asked: escaped, and by https unless the source says that its server has only http.

    Another port than 80 stays as it is.
    """
    url = safe_url_string(url.strip())
    if source.http_only or not url.lower().startswith("http://"):
        return url
    try:
        parts = urlsplit(url)
        return parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80")).geturl() if parts.port in {None, 80} else url
    except ValueError:
        return url


def _comparable(asked: str, url: str) -> str:
    """The asked address, with the scheme that was used in the end: a page by https instead of http was led nowhere."""
    return url if asked.partition(":")[2] == url.partition(":")[2] else asked


def _answer(asked: str, response: Response) -> Answer:
    headers = {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values) for name, values in response.headers.items()
    }
    return Answer(asked, response.url, response.status, headers, response.body, UNFRAMED in response.flags)


def _same_bytes(one: Reply, other: Reply) -> bool:
    """Whether two answers that seem cut are the same."""
    cut = [reply.answer for reply in (one, other) if reply.outcome == "truncated" and reply.answer is not None]
    return len(cut) == 2 and hashlib.sha256(cut[0].body).digest() == hashlib.sha256(cut[1].body).digest()
