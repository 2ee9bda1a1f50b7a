"""Tries one source: asks for its lists as a crawl would, and says what they hold. Nothing is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipeline.documents.content import DocumentError
from pipeline.documents.read import read_document
from pipeline.model import Page
from pipeline.scrapers.families import FAMILIES, recognised
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.titles import judge_title

#: Asks a portal. Raises ``ListError`` with one sentence where there is no page.
Fetch = Callable[[Ask], Page]
_NOTHING = ListPage(())


@dataclass(frozen=True, slots=True)
class Tried:
    """One request of a check: the answer's status, the families whose signs it shows, what it lists, or what is wrong with it."""

    ask: Ask
    status: int | None = None
    families: tuple[str, ...] = ()
    listed: ListPage = _NOTHING
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What a check found. ``unread`` are pages of lists that were not asked for, because the check asks for a few only."""

    source: Source
    years: range
    tried: tuple[Tried, ...]
    unread: tuple[Ask, ...] = ()

    @property
    def items(self) -> tuple[Ask, ...]:
        """The reports found, each address once."""
        return tuple({item.url: item for one in self.tried for item in one.listed.items}.values())

    def by_year(self) -> dict[int | None, int]:
        """Reports per year that their titles name; under ``None`` those whose titles name none."""
        years = (judge_title(item.title, self.source).years for item in self.items)
        return dict(Counter(one[0] if one else None for one in years))

    def short_of(self) -> dict[int, int]:
        """Years with fewer reports than the source is known to publish, and how many there are."""
        found = self.by_year()
        return {year: found.get(year, 0) for year in self.years if found.get(year, 0) < self.source.fewest}

    @property
    def passed(self) -> bool:
        """Whether every request brought what the family reads, reports are there, and the bounds are kept as far as was read."""
        return not any(one.trouble for one in self.tried) and bool(self.items) and (bool(self.unread) or not self.short_of())


def check_source(source: Source, fetch: Fetch, years: range, *, pages: int = 3) -> SourceCheck:
    """Ask for the first ``pages`` pages of every list of a source (of a source without lists: for so many reports)."""
    tried: list[Tried] = []
    unread: list[Ask] = []
    for first in FAMILIES[source.family].start(source, years):
        if first.kind == "report":
            if len(tried) < pages:
                tried.append(_try_report(first, fetch))
            continue
        waiting = _walk(source, first, fetch, pages, tried)
        unread.extend(waiting)
    return SourceCheck(source, years, tuple(tried), tuple(unread))


def _walk(source: Source, first: Ask, fetch: Fetch, pages: int, tried: list[Tried]) -> list[Ask]:
    """Follow one list; returns the pages that are left."""
    asked: set[tuple[str, bytes | None]] = set()
    waiting = [first]
    while waiting and len(asked) < pages:
        ask = waiting.pop(0)
        if (ask.url, ask.body) in asked:
            continue
        asked.add((ask.url, ask.body))
        tried.append(_try_list(source, ask, fetch))
        waiting.extend(tried[-1].listed.more)
    return [ask for ask in waiting if (ask.url, ask.body) not in asked]


def _try_list(source: Source, ask: Ask, fetch: Fetch) -> Tried:
    try:
        page = fetch(ask)
    except ListError as error:
        return Tried(ask, trouble=str(error))
    one = Tried(ask, page.status, recognised(page))
    try:
        return replace(one, listed=FAMILIES[source.family].read(source, ask, page))
    except ListError as error:
        return replace(one, trouble=str(error))


def _try_report(ask: Ask, fetch: Fetch) -> Tried:
    """A report that is asked for without a list: whether it is one."""
    try:
        page = fetch(ask)
        document = read_document(page.body, url=page.url or ask.url, content_type=page.content_type)
    except (ListError, DocumentError) as error:
        return Tried(ask, trouble=str(error))
    if refused := next((issue.message for issue in document.issues if issue.code == "document.not_report"), None):
        return Tried(ask, page.status, (), _NOTHING, refused)
    if not document.sections and not document.grids:
        return Tried(ask, page.status, (), _NOTHING, "The page holds neither a section nor a table of a report.")
    return Tried(ask, page.status, (), ListPage((replace(ask, title=document.title or ask.title),)))


def check_lines(check: SourceCheck, titles: int) -> Iterator[str]:
    """The findings of a check as lines, with up to ``titles`` titles."""
    for one in check.tried:
        yield f"{one.ask.method} {one.ask.url}"
        yield f"  status {one.status if one.status is not None else 'none'}; looks like: {', '.join(one.families) or 'no known family'}"
        listed = one.listed
        said = f"; the list says it has {listed.total} entries" if listed.total is not None else ""
        yield f"  wrong: {one.trouble}" if one.trouble else f"  {len(listed.items)} reports, {len(listed.others)} other entries{said}"
    years = check.by_year()
    told = [
        f"{year if year is not None else 'without a year'}: {years[year]}"
        for year in sorted(years, key=lambda one: (one is None, one or 0))
    ]
    yield f"reports by the year in their titles: {', '.join(told) or 'none'}"
    yield from _bounds(check)
    yield from _titles("report", check.items, titles)
    yield from _titles("not taken", tuple(other for one in check.tried for other in one.listed.others), titles)


def _bounds(check: SourceCheck) -> Iterator[str]:
    if check.unread:
        yield f"not read: {len(check.unread)} further pages of lists, the next one {check.unread[0].url}"
    if not check.source.fewest:
        yield "bounds: none are declared (fewest)"
        return
    short = check.short_of()
    if not short:
        yield f"bounds: kept, at least {check.source.fewest} a year from {check.years.start} to {check.years.stop - 1}"
    for year, count in sorted(short.items()):
        yield f"bounds: {year} has {count} reports, at least {check.source.fewest} are known to appear"


def _titles(label: str, asks: tuple[Ask, ...], most: int) -> Iterator[str]:
    for ask in asks[:most]:
        yield f"{label}: {ask.title or '(no title)'}{f' [{ask.listed_on}]' if ask.listed_on else ''} {ask.url}"
    if len(asks) > most:
        yield f"{label}: … and {len(asks) - most} more"
