"""The parts that stand in place of Scrapy's own: downloads through the guarded wire, cookies of one host each, AutoThrottle with a floor.

Scrapy's slots keep requests of one host behind each other. Its delay counts from the start of a request; here it counts from the end
of the answer, so that a server never sees two requests closer together than the delay, however long the line between them is.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler

    from pipeline.scrapers.crawl.engine import Errand

UNFRAMED = "unframed"
_SLOT = "download_slot"


def errand_of(crawler: Crawler) -> Errand:
    """What the crawl is about: its wire and its accounts."""
    return crawler.spider.errand  # type: ignore[union-attr,no-any-return]


def rest(crawler: Crawler, host: str) -> None:
    """Let the slot of a host wait as long as its account says."""
    slot = crawler.engine.downloader.slots.get(host)
    if slot is None:
        return
    account = errand_of(crawler).pace.account(host)
    slot.delay = max(slot.delay, account.delay)
    slot.lastseen = max(account.free_at, account.held_until - slot.delay)


class Handler(BaseDownloadHandler):
    """Downloads for http and https."""

    lazy = False

    async def download_request(self, request: Request) -> Response:
        """One exchange. Raises ``BlockedError`` and ``FetchError``."""
        errand, host = errand_of(self.crawler), request.meta[_SLOT]
        lines = [(name, value) for name, values in request.headers.items() for value in values]
        wire_bytes = 0
        errand.pace.begin(host)
        try:
            got = await errand.wire.fetch(
                request.method,
                request.url,
                lines,
                request.body,
                legacy_tls=request.meta.get("legacy_tls", False),
                keep_first=request.meta.get("keep_first"),
            )
            wire_bytes = got.wire_bytes
        finally:
            errand.pace.end(host, wire_bytes)
            rest(self.crawler, host)
        request.meta["download_latency"] = got.latency
        headers: dict[str, list[str]] = {}
        for name, value in got.headers:
            headers.setdefault(name, []).append(value)
        flags = [UNFRAMED] if got.unframed else []
        return Response(request.url, status=got.status, headers=headers, body=got.body, flags=flags, request=request)


class Throttle(AutoThrottle):
    """AutoThrottle that never goes below the delay of the host's account: its own floor is the same for all hosts."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        slot.delay = max(slot.delay, errand_of(self.crawler).pace.account(urlsplit(response.url).hostname or "").delay)


class Cookies:
    """Keeps the cookies of each host for that host alone, for portals that answer the first request with a cookie and a redirect to itself.

    Scrapy's own middleware would load a list of domains from elsewhere, past the guard.
    """

    def __init__(self) -> None:
        self._jars: defaultdict[str, CookieJar] = defaultdict(CookieJar)

    def process_request(self, request: Request) -> None:
        """Add the host's cookies."""
        request.headers.pop("Cookie", None)
        self._jar(request).add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep what the answer sets."""
        self._jar(request).extract_cookies(response, request)
        return response

    def _jar(self, request: Request) -> CookieJar:
        return self._jars[urlsplit(request.url).hostname or ""]
