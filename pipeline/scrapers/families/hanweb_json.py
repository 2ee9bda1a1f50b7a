"""Hanweb's newer lists: the column page names its parameters in a script, ``…/front/page/build/unit`` answers with HTML in JSON.

The element is ``<script src="…unitbuild.js" url="/api-gateway/…/build/unit" queryData="{'webId':'…','pageId':'…',…}">``.
A list address is the column page, or the address of the unit with its parameters.
"""

from __future__ import annotations

import ast
import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bs4 import BeautifulSoup

from pipeline.model import Page
from pipeline.scrapers.families.entries import entries_of, sift
from pipeline.scrapers.families.start import list_asks
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.pages import absolute, attribute, markup, soup_of, text_of

SITE: frozenset[str] = frozenset()
UNIT = "/front/page/build/unit"
_PAGE_SIZE = 50
_PARAMETERS = ("webId", "pageId", "tplSetId", "tagId")
_TOTAL = re.compile(r"""\bcount\s*=\s*["']?\s*(\d{1,7})""")


def refusal(source: Source) -> str | None:
    """Why the family cannot read such a source."""
    wrong = [address for address in source.lists if UNIT in address and "pageId=" not in address]
    return f"{wrong[0]} has no pageId" if wrong else None


def start(source: Source, years: range) -> tuple[Ask, ...]:
    """The column pages, or the first page of their units."""
    return tuple(_unit_ask(ask.url, 1, None) if UNIT in ask.url else ask for ask in list_asks(source, years))


def read(source: Source, ask: Ask, page: Page) -> ListPage:
    """What a column page or an answer of its unit says. Raises ``ListError``."""
    if UNIT not in ask.url:
        return _read_column(ask, page)
    html = _html(page)
    # Relative addresses in the HTML are the column page's, which the unit's answer does not name.
    entries = entries_of(soup_of(html), ask.parent or ask.url)
    total = int(found[1]) if (found := _TOTAL.search(html)) else None
    number, size = _position(ask.url)
    if total and not entries and (number - 1) * size < total:
        raise ListError(f"the list says it has {total} entries and shows none on page {number}")
    more = [_unit_ask(ask.url, number + 1, ask.parent)] if _goes_on(len(entries), number, size, total) else []
    return sift(source, ask, entries, more=more, total=total)


def _goes_on(entries: int, number: int, size: int, total: int | None) -> bool:
    """Whether a further page is to be asked for.

    Some servers show fewer entries than they are asked for. So a short page ends the list only if it is the first and shows all;
    behind another one a page that is empty ends it, and never more pages are asked for than there are entries.
    """
    if total is None:
        return entries >= size
    whole = (number - 1) * size + entries >= total and (number == 1 or entries >= size)
    return entries > 0 and number < total and not whole


def _read_column(ask: Ask, page: Page) -> ListPage:
    url = page.url or ask.url
    units = _units(markup(page), url)
    if not units:
        raise ListError("no list of Hanweb's: the page declares no unit")
    # What the column page itself shows is a menu or the first entries: these come again with the unit.
    return ListPage((), tuple(_unit_ask(unit, 1, url) for unit in dict.fromkeys(units)))


def _units(soup: BeautifulSoup, url: str) -> list[str]:
    """The addresses of the units that a column page declares, with their parameters."""
    found: list[str] = []
    for script in soup.find_all("script", attrs={"querydata": True}):
        parameters = _parameters(attribute(script, "querydata"))
        target = absolute(url, attribute(script, "url"))
        if target and UNIT in target and all(parameters.get(name) for name in _PARAMETERS):
            found.append(f"{target.split('?')[0]}?{urlencode(parameters)}")
    return found


def _parameters(text: str) -> dict[str, str]:
    try:
        values = json.loads(text) if '"' in text else ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in values.items()} if isinstance(values, dict) else {}


def _unit_ask(unit: str, number: int, column: str | None) -> Ask:
    parts = urlsplit(unit)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    wanted = _json(query.get("paramJson", ""))
    query["paramJson"] = json.dumps({**wanted, "pageNo": number, "pageSize": wanted.get("pageSize") or _PAGE_SIZE}, separators=(",", ":"))
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
    headers = {"X-Requested-With": "XMLHttpRequest"} | ({"Referer": column} if column else {})
    return Ask(url, "list", headers=headers, parent=column)


def _position(url: str) -> tuple[int, int]:
    wanted = _json(dict(parse_qsl(urlsplit(url).query)).get("paramJson", ""))
    number, size = wanted.get("pageNo"), wanted.get("pageSize")
    return (number if isinstance(number, int) else 1), (size if isinstance(size, int) and size > 0 else _PAGE_SIZE)


def _json(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _html(page: Page) -> str:
    answer = _json(text_of(page))
    data = answer.get("data")
    html = data.get("html") if isinstance(data, dict) else None
    if answer.get("success") is False or not isinstance(html, str):
        raise ListError(f"no list: the unit answered {str(answer.get('message') or answer.get('code') or 'without data.html')[:80]}")
    return html


def recognises(page: Page) -> bool:
    """Whether the page declares a unit, or is the answer of one."""
    return bool(_units(markup(page), page.url or "https://unknown.invalid/")) or isinstance(_json(text_of(page)).get("data"), dict)
