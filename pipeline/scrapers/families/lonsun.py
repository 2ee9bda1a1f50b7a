"""Lists of LonSun's system (Anhui, parts of Sichuan, Jiangxi, Qinghai): ``/public/column/<unit>?…&pageIndex=<n>`` and its fragments.

Reports lie at ``/public/<unit>/<id>.html`` or ``/public/content/<id>``. Column pages say ``pageCount:<n>`` in a script; fragments at
``/site/label/8888?…labelName=publicInfoList…`` do not, and are read until one is empty. ``type=3`` is the column of annual reports.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.model import Page
from pipeline.scrapers.families.entries import entries_of, next_ask, sift
from pipeline.scrapers.families.start import list_asks
from pipeline.scrapers.families.words import says_empty
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.pages import markup, text_of

SITE: frozenset[str] = frozenset()
_LIST = re.compile(r"/public/column/\d+$|/site/label/\d+$|/content/column/\d+$")
_REPORT = re.compile(r"/public/(?:\d+|content)/\d+(?:\.html)?$|/\w*(?:AnnualReport|Xxgknb)/show/\d+(?:\.html)?$", re.I)
_COUNT = re.compile(r"\bpageCount\s*[:=]\s*[\"']?(\d{1,6})")


def refusal(source: Source) -> str | None:
    """Why the family cannot read such a source."""
    wrong = [address for address in source.lists if not _LIST.search(urlsplit(address).path)]
    return f"{wrong[0]} is neither …/public/column/<unit> nor …/site/label/<n>" if wrong else None


def start(source: Source, years: range) -> tuple[Ask, ...]:
    """The first page of every list."""
    return list_asks(source, years)


def read(source: Source, ask: Ask, page: Page) -> ListPage:
    """The reports on a page of a column, and its next page. Raises ``ListError``."""
    text = text_of(page)
    entries = [entry for entry in entries_of(markup(page), page.url or ask.url) if _is_report(entry.url)]
    counted = _COUNT.search(text)
    if not entries and counted is None and not says_empty(text):
        raise ListError("no list of LonSun's: neither a link to /public/… nor a page count")
    number = _number(ask.url)
    further = number < int(counted[1]) if counted else bool(entries) and _is_fragment(ask.url)
    return sift(source, ask, entries, more=[next_ask(ask, _page(ask.url, number + 1))] if further else [])


def _is_report(url: str) -> bool:
    parts = urlsplit(url)
    # A column of one year that says it has content shows the report itself.
    return bool(_REPORT.search(parts.path)) or ("timeFrame=" in parts.query and "hasContent=true" in parts.query)


def _is_fragment(url: str) -> bool:
    return "/site/label/" in urlsplit(url).path


def _number(url: str) -> int:
    number = dict(parse_qsl(urlsplit(url).query)).get("pageIndex", "")
    return int(number) if number.isdecimal() and int(number) > 0 else 1


def _page(url: str, number: int) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), "pageIndex": str(number)}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query, safe="/,"), ""))


def recognises(page: Page) -> bool:
    """Whether the page is of this system: links to /public/<unit>/<id>.html or a fragment's address in its scripts."""
    text = text_of(page)
    return "labelName=publicInfoList" in text or "publicInfoList" in text or bool(re.search(r"/public/\d+/\d+\.html", text))
