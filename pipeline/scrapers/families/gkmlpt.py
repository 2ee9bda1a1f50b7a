"""Guangdong's directories of public information (gkmlpt): a column as JSON at ``/gkmlpt/api/all/<column>?page=<n>&sid=<site>``.

A list address is that of the JSON, or the page people see (``/gkmlpt/index#721``, ``/gkmlpt/annualreport#2629``) with ``sid`` in
``[site]``. A page holds 100 entries; ``offset`` says where it begins.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.documents.metadata.names import is_name, squeeze
from pipeline.model import Page
from pipeline.scrapers.families.entries import Entry, sift
from pipeline.scrapers.families.start import list_asks
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.pages import absolute, text_of

SITE = frozenset({"sid"})
_API = re.compile(r"/gkmlpt/api/all/\d+$")
_HUMAN = re.compile(r"^(.*/gkmlpt)/[a-z]+/?#(\d+)$")
_PAGE_SIZE = 100
_CHINA = datetime.timezone(datetime.timedelta(hours=8))


def refusal(source: Source) -> str | None:
    """Why the family cannot read such a source."""
    for address in source.lists:
        if _HUMAN.match(address):
            if not source.site.get("sid", "").isdecimal():
                return f"{address} needs the site's number as sid in [site]"
        elif not (_API.search(urlsplit(address).path) and "sid" in dict(parse_qsl(urlsplit(address).query))):
            return f"{address} is neither …/gkmlpt/api/all/<column>?page=1&sid=<site> nor …/gkmlpt/index#<column>"
    return None


def start(source: Source, years: range) -> tuple[Ask, ...]:
    """The first page of every column."""
    return tuple(Ask(_api_address(source, ask.url), "list") for ask in list_asks(source, years))


def _api_address(source: Source, address: str) -> str:
    human = _HUMAN.match(address)
    return f"{human[1]}/api/all/{human[2]}?page=1&sid={source.site['sid']}" if human else address


def read(source: Source, ask: Ask, page: Page) -> ListPage:
    """The reports among the articles of an answer, and the next page. Raises ``ListError``."""
    answer = _answer(page)
    articles, total, offset = answer.get("articles"), answer.get("total"), answer.get("offset")
    if not isinstance(articles, list) or not isinstance(total, int):
        raise ListError("no directory of gkmlpt: the JSON has no articles and total")
    page_text = dict(parse_qsl(urlsplit(ask.url).query)).get("page", "")
    number = int(page_text) if page_text.isdecimal() else 1
    begin = offset if isinstance(offset, int) else (max(number, 1) - 1) * _PAGE_SIZE
    if begin < total and not articles:
        raise ListError(f"the directory says it has {total} entries and shows none from {begin} on")
    entries = [entry for article in articles if (entry := _entry(article, ask.url)) is not None]
    more = [_page(ask, max(number, 1) + 1)] if begin + len(articles) < total else []
    return sift(source, ask, entries, more=more, total=total)


def _answer(page: Page) -> Mapping[str, object]:
    try:
        answer = json.loads(text_of(page))
    except ValueError as error:
        raise ListError("no directory of gkmlpt: the answer is no JSON") from error
    if not isinstance(answer, dict):
        raise ListError("no directory of gkmlpt: the JSON is no object")
    return answer


def _entry(article: object, base: str) -> Entry | None:
    if not isinstance(article, dict):
        return None
    address = absolute(base, str(article.get("url") or article.get("post_url") or ""))
    title = re.sub(r"<[^<>]{1,20}>", "", str(article.get("title") or "")).strip()
    publisher = squeeze(str(article.get("publisher") or ""))
    if address is None or not title:
        return None
    return Entry(address, title, _day(article), publisher if is_name(publisher) else None)


def _day(article: Mapping[str, object]) -> str | None:
    """The day of publication. ``create_time`` (seconds) is what the directory shows as 发布日期; ``date`` is that of the document."""
    for name in ("create_time", "display_publish_time"):
        seconds = article.get(name)
        if isinstance(seconds, int) and 0 < seconds < 4_102_444_800:
            return datetime.datetime.fromtimestamp(seconds, _CHINA).date().isoformat()
    return None


def _page(ask: Ask, number: int) -> Ask:
    parts = urlsplit(ask.url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), "page": str(number)}
    return Ask(urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), "")), "list", parent=ask.url)


def recognises(page: Page) -> bool:
    """Whether the answer has the keys of a directory."""
    try:
        return {"articles", "total", "classify"} <= set(_answer(page))
    except ListError:
        return False
