"""Any static list: the entries are its links, the next page is behind 下一页. For portals of no family that is known better."""

from __future__ import annotations

from pipeline.model import Page
from pipeline.scrapers.families.entries import entries_of, next_ask, sift
from pipeline.scrapers.families.paging import linked_page
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
    """The reports on a page of a list, and the page behind 下一页. Raises ``ListError``."""
    soup = markup(page)
    url = page.url or ask.url
    entries = entries_of(soup, url)
    if not entries and not says_empty(text_of(page)):
        raise ListError("no list: the page has no link with a title")
    onward = linked_page(soup, url)
    return sift(source, ask, entries, more=[next_ask(ask, onward)] if onward else [])


def recognises(page: Page) -> bool:
    """Whether the page leads on with a link 下一页."""
    return linked_page(markup(page), page.url or "https://unknown.invalid/") is not None
