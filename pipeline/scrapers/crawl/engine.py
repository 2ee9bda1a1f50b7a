"""Runs Scrapy for one errand: its settings, and the way in and out of its event loop.

Scrapy keeps the slots of the hosts and their delays; what is asked next is decided by the errand, which asks and waits like ordinary code.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response

from pipeline.scrapers.crawl.fetch import Wire
from pipeline.scrapers.crawl.handler import rest
from pipeline.scrapers.crawl.manners import ROBOTS_NAME, Manners
from pipeline.scrapers.crawl.pace import Pace

_HERE = "pipeline.scrapers.crawl.handler"
_OFF = (
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware",
)


@dataclass(frozen=True, slots=True)
class Downloads:
    """What an errand may do: ``get`` an answer in the host's turn, and ``rest`` after it changed what the host's account says."""

    get: Callable[[Request], Awaitable[Response]]
    rest: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Errand:
    """One crawl: what is to be done, through which wire, and the accounts of the hosts."""

    work: Callable[[Downloads], Awaitable[None]]
    wire: Wire
    pace: Pace


def settings(manners: Manners) -> dict[str, Any]:
    """Scrapy's settings. What it does otherwise than demanded is off and done here: robots.txt, redirects, retries, inflating, cookies."""
    return {
        "BOT_NAME": ROBOTS_NAME,
        "USER_AGENT": manners.user_agent,
        "TWISTED_REACTOR_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": f"{_HERE}.Handler", "https": f"{_HERE}.Handler", **dict.fromkeys(("data", "file", "ftp", "s3"))},
        "DOWNLOADER_MIDDLEWARES": {f"{_HERE}.Cookies": 700, **dict.fromkeys(_OFF)},
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN",
        },
        "CONCURRENT_REQUESTS": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": manners.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": manners.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(60.0, manners.delay),
        "EXTENSIONS": {"scrapy.extensions.throttle.AutoThrottle": None, f"{_HERE}.Throttle": 0},
        "ROBOTSTXT_OBEY": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "COMPRESSION_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "REFERER_ENABLED": False,
        "LOGSTATS_INTERVAL": 0,
    }


class _ErrandSpider(Spider):
    """Does its work while it starts; Scrapy closes it when the work is over."""

    name = ROBOTS_NAME

    def __init__(self, errand: Errand, stop: asyncio.Event) -> None:
        super().__init__()
        self.errand, self._stop = errand, stop
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy asks here for requests; all are made through ``Downloads`` instead."""
        crawler: Crawler = self.crawler
        downloads = Downloads(crawler.engine.download_async, lambda host: rest(crawler, host))
        self.task = asyncio.ensure_future(_as_coroutine(self.errand.work(downloads)))
        stop = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({self.task, stop}, return_when=asyncio.FIRST_COMPLETED)
        for one in (self.task, stop):
            one.cancel()
        await asyncio.wait({self.task})
        no_requests: tuple[Request, ...] = ()
        for request in no_requests:
            yield request


async def _as_coroutine(work: Awaitable[None]) -> None:
    await work


def run(errand: Errand) -> bool:
    """Do the errand. False if a signal (SIGINT, SIGTERM) ended it early; what the work raises is raised here."""
    return asyncio.run(_run(errand))


async def _run(errand: Errand) -> bool:
    stop = asyncio.Event()
    crawler = Crawler(_ErrandSpider, settings(errand.pace.manners))
    with _signals(stop.set):
        await AsyncCrawlerRunner({"TWISTED_REACTOR_ENABLED": False}).crawl(crawler, errand, stop)
    spider = crawler.spider
    if not isinstance(spider, _ErrandSpider) or spider.task is None or spider.task.cancelled():
        return False
    spider.task.result()
    return True


@contextmanager
def _signals(stop: Callable[[], Any]) -> Iterator[None]:
    """End the work in good order on SIGINT and SIGTERM. Only the main thread is told of signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, names = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(name) for name in names]
    for name in names:
        loop.add_signal_handler(name, stop)
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            loop.remove_signal_handler(name)
            signal.signal(name, handler)
