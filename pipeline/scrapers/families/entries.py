"""The entries of a list: links with a title and a day, sorted into reports and others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from bs4 import BeautifulSoup, Tag

from pipeline.documents.metadata.dates import day
from pipeline.documents.metadata.titles import LONGEST
from pipeline.scrapers.model import Ask, ListPage, Source
from pipeline.scrapers.pages import absolute, attribute, base_of, host_of
from pipeline.scrapers.titles import judge_title

_DAY = re.compile(r"(?<!\d)(20\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)日?")
_EDGE_DAY = re.compile(rf"^[\[(（【]?{_DAY.pattern}[\])）】]?|[\[(（【]?{_DAY.pattern}(?:\s\d\d:\d\d(?::\d\d)?)?[\])）】]?$")
#: The day of an entry stands at most so many elements around its link, in a row with fewer links than this.
_LEVELS, _LINKS = 5, 4
#: An entry that is no report is told only if it looks like one of a list: a day beside it, or a title of some length.
_LONG = 10
_OFFICIAL = ".gov.cn"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its full address, its title, the day beside it (ISO), the body that a list names."""

    url: str
    title: str
    listed_on: str | None = None
    unit: str | None = None


def entries_of(soup: BeautifulSoup, url: str) -> list[Entry]:
    """Every link of a page as an entry, in the page's order, each address once (with the longest title it has)."""
    base = base_of(soup, url)
    found: dict[str, Entry] = {}
    for link in soup.find_all("a", href=True):
        address = absolute(base, attribute(link, "href"))
        title = title_of(link)
        if address is None or not title:
            continue
        entry = Entry(address, title, _listed_on(link))
        known = found.get(address)
        if known is None or len(entry.title) > len(known.title):
            found[address] = replace(entry, listed_on=entry.listed_on or (known.listed_on if known else None))
    return list(found.values())


def title_of(link: Tag) -> str:
    """The title of a link: of its texts (``title``, text, first lines, pictures' ``alt``) the one that reads most like a report's title.

    Templates cut long titles in the text or put an abstract behind them; days at the ends are not part of a title.
    """
    pictures = (attribute(picture, "alt") for picture in link.find_all("img"))
    texts = [attribute(link, "title"), link.get_text(" "), *islice(link.stripped_strings, 3), *pictures]
    return max(dict.fromkeys(_without_day(" ".join(text.split())) for text in texts), key=_likeness)


def _likeness(text: str) -> tuple[int, bool, int]:
    if not text:
        return -1, False, 0
    rank = ("other", "maybe", "report").index(judge_title(text).verdict)
    return rank, not text.endswith(("…", "..")), min(len(text), LONGEST)


def _without_day(text: str) -> str:
    # A title may itself end with a year (…年度报告(2023年)): only a whole day is taken away.
    return _EDGE_DAY.sub("", text).strip()


def _listed_on(link: Tag) -> str | None:
    for row in islice(link.parents, _LEVELS):
        if len(row.find_all("a", href=True, limit=_LINKS)) == _LINKS:
            return None
        days = {iso for found in _DAY.finditer(row.get_text(" ")[:1000]) if (iso := day(*found.groups()))}
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def sift(source: Source, ask: Ask, entries: Iterable[Entry], *, more: Iterable[Ask] = (), total: int | None = None) -> ListPage:
    """The entries as requests: reports by title, and what else the list holds, entries on other hosts than the source's among them."""
    items: list[Ask] = []
    others: list[Ask] = []
    for entry in entries:
        judgement = judge_title(entry.title, source)
        one = report_ask(ask, entry, judgement.unit)
        if judgement.wanted and is_own(source, one.url):
            items.append(one)
        elif judgement.wanted or entry.listed_on or len(entry.title) >= _LONG:
            others.append(one)
    return ListPage(tuple(items), tuple(more), total, tuple(others))


def report_ask(ask: Ask, entry: Entry, unit: str | None = None) -> Ask:
    """The request for what an entry leads to."""
    return Ask(entry.url, "report", title=entry.title or None, listed_on=entry.listed_on, unit=entry.unit or unit, parent=ask.url)


def is_own(source: Source, url: str) -> bool:
    """Whether a source may lead to an address: a host that its lists or ``hosts`` name or one below it, or any official host.

    A county's list leads to the sites of its bureaus and towns; it never leads away from the government's own hosts.
    """
    host = host_of(url)
    own = {*source.hosts, *(host_of(address) for address in source.lists)}
    return host.endswith(_OFFICIAL) or any(host == one or host.endswith("." + one) for one in own if one)


def next_ask(ask: Ask, url: str) -> Ask:
    """The request for another page of the same list."""
    return Ask(url, "list", headers=ask.headers, parent=ask.url)
