"""One source from its first list to its last attachment, as plain code that asks and waits."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pipeline.archive import Entry
from pipeline.model import Page
from pipeline.scrapers.attachments import report_attachments
from pipeline.scrapers.crawl.addresses import canonical, why_trap
from pipeline.scrapers.crawl.asking import Asker, Reply, secured
from pipeline.scrapers.crawl.keeping import Keeper, Past
from pipeline.scrapers.model import Ask, Family, ListError, ListPage, Source
from pipeline.scrapers.summary import Item, SourceSummary, State
from pipeline.scrapers.titles import judge_title

_log = logging.getLogger(__name__)
_GONE = {404, 410}


def now() -> str:
    """The time, as it stands in listings and reports."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Shared:
    """What the sources of a run share: a page that two of them list is asked for once."""

    items: dict[str, Item] = field(default_factory=dict)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    def turn(self, url: str) -> asyncio.Lock:
        """Held while an address is asked for."""
        return self._turns.setdefault(url, asyncio.Lock())


@dataclass(slots=True)
class Harvest:
    """Collects one source."""

    summary: SourceSummary
    family: Family
    asker: Asker
    keeper: Keeper
    shared: Shared
    told: Callable[[Item], None]
    past: Past = field(init=False)
    _seen: dict[str, Ask] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.past = self.keeper.past(self.source, self.summary.years)
        self.summary.resumed = self.past.interrupted

    @property
    def source(self) -> Source:
        """The source that is collected."""
        return self.summary.source

    def _address(self, url: str) -> str:
        """The address as it is asked and kept."""
        return canonical(secured(self.source, url))

    async def run(self) -> None:
        """Collect; the summary is filled as it goes. What goes wrong within the source is told there and costs no other source."""
        self.keeper.begin(self.summary)
        try:
            await self._collect()
        except OSError:
            raise
        except Exception as error:
            _log.exception("%s: the program failed", self.source.id)
            self._incomplete(f"the program failed: {type(error).__name__}: {error}")
        self.summary.ended = now()
        self.keeper.finish(self.summary)

    async def _collect(self) -> None:
        reports = await self._list_reports()
        for ask in reports:
            await self._report(ask, listed=True)
        if not self.summary.incomplete_because:
            for ask in self._no_longer_listed({self._address(ask.url) for ask in reports}):
                await self._report(ask, listed=False)

    async def _list_reports(self) -> list[Ask]:
        """The reports about the wanted years that the lists name, those that the archive does not have first."""
        for first in self.family.start(self.source, self.summary.years):
            if first.kind == "list":
                await self._walk(first)
            else:
                self._seen.setdefault(self._address(first.url), first)
        wanted = [ask for ask in self._seen.values() if judge_title(ask.title, self.source).about(self.summary.years)]
        self.summary.elsewhen = len(self._seen) - len(wanted)
        return sorted(wanted, key=lambda ask: self.keeper.knows(self._address(ask.url)))

    async def _walk(self, first: Ask) -> None:
        """Follow one list to its end, or to where it says nothing new any more."""
        waiting, asked, barren, entries = deque([first]), set[tuple[str, bytes | None]](), 0, set[str]()
        while waiting:
            ask = waiting.popleft()
            if (self._address(ask.url), ask.body) in asked:
                continue
            if why := self._why_leave(ask, barren, len(asked)):
                self._incomplete(f"{ask.url}: {why}")
                return
            asked.add((self._address(ask.url), ask.body))
            page = await self._read_list(ask)
            if page is None:
                return
            before = len(entries)
            onward = {self._address(one.url) for one in page.more}
            entries |= {self._address(one.url) for one in (*page.items, *page.others)} - onward
            barren = 0 if len(entries) > before else barren + 1
            self._take(page)
            waiting.extend(page.more)

    def _why_leave(self, ask: Ask, barren: int, count: int) -> str | None:
        manners = self.asker.manners
        if barren >= manners.barren_pages:
            return f"not asked: the {barren} pages before it held nothing new"
        if count >= manners.list_pages:
            return f"not asked: {count} pages of one list are enough"
        return why_trap(ask.url)

    def _take(self, page: ListPage) -> None:
        for one in page.items:
            self._seen.setdefault(self._address(one.url), one)
        self.summary.others += len(page.others)

    async def _read_list(self, ask: Ask) -> ListPage | None:
        """One page of a list; ``None`` after telling why there is none."""
        reply = await self.asker.ask(self.source, ask, lambda url: self.keeper.conditions(url, "list"))
        self.keeper.keep(self.source, ask, reply)
        page = self._page(ask, reply)
        if page is None:
            self._incomplete(f"{ask.url}: {reply.outcome}{f' ({reply.reason})' if reply.reason else ''}")
            return None
        self.summary.list_pages += 1
        try:
            return await asyncio.to_thread(self.family.read, self.source, ask, page)
        except ListError as error:
            self._incomplete(f"{ask.url}: {error}")
            return None

    def _page(self, ask: Ask, reply: Reply) -> Page | None:
        """The page of a reply; from the archive where it did not change."""
        if reply.outcome == "not_modified":
            return self.keeper.page(reply.url, ask.kind)
        if reply.answer is None or not reply.is_page:
            return None
        answer = reply.answer
        return Page(answer.body, url=answer.url, content_type=answer.headers.get("content-type"), status=answer.status)

    def _incomplete(self, reason: str) -> None:
        _log.warning("%s: %s", self.source.id, reason)
        self.summary.incomplete_because.append(reason)

    def _no_longer_listed(self, listed: set[str]) -> Iterator[Ask]:
        """Reports that an earlier run had and no list names any more: withdrawn, or only moved out of sight."""
        before: Mapping[str, Any] = self.past.listing or {}
        for item in (*before.get("items", ()), *before.get("unlisted", ())):
            if item.get("kind") == "report" and item.get("state") in {"new", "changed", "unchanged"} and item["url"] not in listed:
                listed.add(item["url"])
                ask = Ask(item["url"], "report", title=item.get("title"), listed_on=item.get("listed_on"), unit=item.get("unit"))
                if judge_title(ask.title, self.source).about(self.summary.years):
                    yield ask

    async def _report(self, ask: Ask, *, listed: bool) -> None:
        """A report's page and what belongs to it. Where the program fails over it, it costs this report alone."""
        try:
            page = await self._fetch(ask, listed=listed)
            files = await asyncio.to_thread(report_attachments, page) if page is not None else ()
            for file in files:
                await self._fetch(replace(file, parent=self._address(ask.url), unit=ask.unit), listed=listed)
        except OSError:
            # The disk, not the portal.
            raise
        except Exception as error:
            _log.exception("%s: the program failed over %s", self.source.id, ask.url)
            reason = f"the program failed: {type(error).__name__}: {error}"
            self._note(replace(ask, url=self._address(ask.url)), "failed", "error", reason, listed=listed)

    async def _fetch(self, ask: Ask, *, listed: bool) -> Page | None:
        """One page or file into the archive and the summary; ``None`` if it is not there."""
        ask = replace(ask, url=self._address(ask.url))
        async with self.shared.turn(ask.url):
            had = self.shared.items.get(ask.url)
            if had is None:
                return await self._fetch_first(ask, listed=listed)
        self._note(ask, had.state, had.outcome, had.reason, listed=listed)
        return None

    async def _fetch_first(self, ask: Ask, *, listed: bool) -> Page | None:
        done = self.past.recall(ask.url)
        if done is not None:
            state, outcome = _recalled(done)
            self._note(ask, state, outcome, "had before the run died", listed=listed)
            return self.keeper.page(done.url or ask.url, ask.kind) if state in {"new", "unchanged"} else None
        if trap := why_trap(ask.url):
            self._note(ask, "failed", "bad_address", trap, listed=listed)
            return None
        reply = await self.asker.ask(self.source, ask, lambda url: self.keeper.conditions(url, ask.kind))
        page = self._page(ask, reply)
        self._note(ask, self.keeper.keep(self.source, ask, reply), reply.outcome, reply.reason, listed=listed)
        return page

    def _note(self, ask: Ask, state: State, outcome: str, reason: str, *, listed: bool) -> None:
        years = judge_title(ask.title, self.source).years if ask.kind == "report" else ()
        item = Item(
            ask.url, ask.kind, state, outcome, reason, ask.title, ask.listed_on, ask.unit, ask.parent, listed, years[0] if years else None
        )
        self.shared.items.setdefault(ask.url, item)
        self.summary.items.append(item)
        self.told(item)


def _recalled(entry: Entry) -> tuple[State, str]:
    """What an answer from before the run died makes of its page."""
    if entry.status in _GONE:
        return "gone", "gone"
    if entry.record_type == "revisit" and entry.shows_document:
        return "unchanged", "not_modified" if entry.status == 304 else "ok"
    return ("new", "ok") if entry.is_document else ("failed", entry.judgement or "error")
