"""Lists of VSB (Visual SiteBuilder): entries at /info/<column>/<id>.htm, pages that count down: list.htm, list/30.htm … list/1.htm."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.model import Page
from pipeline.scrapers.families.entries import entries_of, next_ask, sift
from pipeline.scrapers.families.paging import countdown_pages, linked_page
from pipeline.scrapers.families.start import list_asks
from pipeline.scrapers.families.words import says_empty
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.pages import markup, text_of

SITE: frozenset[str] = frozenset()
_INFO = re.compile(r"/info/\d+/\d+\.htm$")
_CONTENT = re.compile(r"(?:content|show|details?)\.jsp$", re.I)


def refusal(source: Source) -> str | None:
    """Why the family cannot read such a source; every list address will do."""
    return None


def start(source: Source, years: range) -> tuple[Ask, ...]:
    """The first page of every list."""
    return list_asks(source, years)


def read(source: Source, ask: Ask, page: Page) -> ListPage:
    """The reports on a page of a list, and its next page. Raises ``ListError``."""
    soup = markup(page)
    url = page.url or ask.url
    pages = countdown_pages(text_of(page), url)
    entries = [entry for entry in entries_of(soup, url) if _is_article(entry.url)]
    onward = linked_page(soup, url) or (pages.next_url if pages else None)
    if pages is None and not entries and not says_empty(text_of(page)):
        raise ListError("no list of VSB: neither a link to /info/ nor its paging")
    return sift(source, ask, entries, more=[next_ask(ask, onward)] if onward else [])


def _is_article(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_INFO.search(parts.path)) or ("wbnewsid=" in parts.query and bool(_CONTENT.search(parts.path)))


def recognises(page: Page) -> bool:
    """Whether the page pages as VSB does."""
    return "_simple_list_gotopage_fun" in text_of(page)
