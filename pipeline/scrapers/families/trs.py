"""Static lists of TRS and of the systems that page like it: index.html, index_1.html, … with ``createPageHTML`` at the foot."""

from __future__ import annotations

from pipeline.model import Page
from pipeline.scrapers.families.entries import entries_of, next_ask, sift
from pipeline.scrapers.families.paging import linked_page, numbered_pages
from pipeline.scrapers.families.start import list_asks
from pipeline.scrapers.families.words import says_empty
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.pages import markup, text_of

SITE: frozenset[str] = frozenset()


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
    pages = numbered_pages(text_of(page), url)
    entries = entries_of(soup, url)
    if pages is None and not entries and not says_empty(text_of(page)):
        raise ListError("no list: neither createPageHTML nor a link with a title")
    onward = pages.next_url if pages is not None else linked_page(soup, url)
    return sift(source, ask, entries, more=[next_ask(ask, onward)] if onward else [])


def recognises(page: Page) -> bool:
    """Whether the page calls ``createPageHTML`` with numbers."""
    return numbered_pages(text_of(page), page.url or "") is not None
