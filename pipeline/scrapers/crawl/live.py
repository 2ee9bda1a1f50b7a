"""Asking a source a few questions from ordinary code, with all manners kept and nothing archived: for trying a source out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from pipeline.model import Page
from pipeline.scrapers.crawl.asking import Asker, Reply
from pipeline.scrapers.crawl.engine import Downloads, Errand, run
from pipeline.scrapers.crawl.fetch import Wire
from pipeline.scrapers.crawl.guard import Guard
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.crawl.pace import Pace
from pipeline.scrapers.model import Ask, ListError, Source

_Job = tuple[Ask, Future[Reply]]
_Door = tuple[asyncio.AbstractEventLoop, asyncio.Queue[_Job | None]]


@contextmanager
def live(source: Source, *, manners: Manners | None = None, guard: Guard | None = None) -> Iterator[Callable[[Ask], Page]]:
    """A function that asks and waits for the page. It raises ``ListError`` with one sentence where there is none."""
    manners, opened = manners or Manners(), Future[_Door]()

    async def work(downloads: Downloads) -> None:
        queue: asyncio.Queue[_Job | None] = asyncio.Queue()
        asker = Asker(downloads, pace, manners)
        opened.set_result((asyncio.get_running_loop(), queue))
        while (job := await queue.get()) is not None:
            ask, waiting = job
            try:
                waiting.set_result(await asker.ask(source, ask, lambda url: {}))
            except BaseException as error:
                waiting.set_exception(error)
                raise

    def crawl() -> None:
        try:
            run(Errand(work, Wire(guard or Guard(), manners), pace))
        except BaseException as error:
            if not opened.done():
                opened.set_exception(error)
            raise

    pace = Pace(manners)
    thread = threading.Thread(target=crawl, daemon=True)
    thread.start()
    loop, queue = opened.result()
    try:
        yield lambda ask: _page(ask, _ask(ask, loop, queue))
    finally:
        loop.call_soon_threadsafe(queue.put_nowait, None)
        thread.join()


def _ask(ask: Ask, loop: asyncio.AbstractEventLoop, queue: asyncio.Queue[_Job | None]) -> Reply:
    waiting = Future[Reply]()
    loop.call_soon_threadsafe(queue.put_nowait, (ask, waiting))
    return waiting.result()


def _page(ask: Ask, reply: Reply) -> Page:
    if reply.answer is None or not reply.is_page:
        raise ListError(f"{reply.outcome}{f' ({reply.reason})' if reply.reason else ''}")
    answer = reply.answer
    return Page(answer.body, url=answer.url, content_type=answer.headers.get("content-type"), status=answer.status)
