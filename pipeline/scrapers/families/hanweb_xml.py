"""Hanweb (jpage) lists: a column page that holds records in a ``<datastore>``, further records by ``dataproxy.jsp`` as XML.

Two ways of asking are in use: ``page=`` counted from 1 to ``totalpage``, and ``startrecord=``/``endrecord=`` up to ``totalrecord``,
which takes the parameters of the column as a form. A list address is the column page or a ``dataproxy.jsp`` address;
with parameters in ``[site]`` it is asked as that form.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from pipeline.model import Page
from pipeline.scrapers.families.entries import Entry, entries_of, next_ask, sift
from pipeline.scrapers.families.start import list_asks
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.pages import absolute, soup_of, text_of

#: What the form of ``dataproxy.jsp`` carries besides the records asked for.
SITE = frozenset({"col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype"})
_PROXY = "/dataproxy.jsp"
_STORE = re.compile(r"<datastore\b.*?</datastore>", re.S | re.I)
_RECORD = re.compile(r"<record\b", re.I)
_NEXT_GROUP = re.compile(r"""href\s*=\s*["']([^"']+dataproxy\.jsp\?[^"']+)["']""", re.I)
_TOTAL = re.compile(r"""\btotalRecord\s*:\s*["']?(\d{1,7})""")
_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "X-Requested-With": "XMLHttpRequest"}
_BATCH = 45


def refusal(source: Source) -> str | None:
    """Why the family cannot read such a source."""
    if source.site and not all(_PROXY in address for address in source.lists):
        return "parameters in [site] are for lists at …/dataproxy.jsp"
    if source.site and not {"columnid", "unitid", "webid"} <= set(source.site):
        return "[site] needs columnid, unitid and webid"
    return None


def start(source: Source, years: range) -> tuple[Ask, ...]:
    """The column pages, or the first records of ``dataproxy.jsp``."""
    return tuple(_first(source, ask) for ask in list_asks(source, years))


def _first(source: Source, ask: Ask) -> Ask:
    if not source.site:
        return ask
    query = dict(parse_qsl(urlsplit(ask.url).query)) or {"startrecord": "1", "endrecord": str(_BATCH), "perpage": "15"}
    return Ask(_with(ask.url, query), "list", "POST", urlencode(dict(source.site)).encode(), _FORM)


def read(source: Source, ask: Ask, page: Page) -> ListPage:
    """The reports among the records of an answer, and the next records. Raises ``ListError``."""
    url = page.url or ask.url
    text = text_of(page)
    store = _STORE.search(text)
    if store is None:
        raise ListError("no <datastore>: not a list of Hanweb's jpage, or its records are fetched by a script that is not known")
    tree = _tree(store[0])
    records = [record.text or "" for record in tree.iter("record")]
    if len(records) != len(_RECORD.findall(store[0])):
        raise ListError("the <datastore> is broken: not all of its records can be read")
    entries: dict[str, Entry] = {}
    for record in records:
        # A record is a list item of its own: the day in it belongs to its link.
        for entry in entries_of(soup_of(record), url):
            entries.setdefault(entry.url, entry)
    onward = _onward(ask, tree, len(records)) if _PROXY in ask.url else _first_group(ask, tree, url)
    if onward is None and _PROXY not in ask.url:
        _refuse_part(tree, text, len(records))
    return sift(source, ask, entries.values(), more=[onward] if onward else [], total=_number(tree, "totalrecord"))


def _tree(store: str) -> etree._Element:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    tree = etree.fromstring(store.encode("utf8"), parser)
    if tree is None:
        raise ListError("the <datastore> is no XML")
    return tree


def _first_group(ask: Ask, tree: etree._Element, url: str) -> Ask | None:
    """The request that a column page leads to. It begins at page 1 again, so that no record between page and proxy is missed."""
    group = _NEXT_GROUP.search(tree.findtext(".//nextgroup") or "")
    target = absolute(url, group[1].replace("&amp;", "&")) if group else None
    if target is None:
        return None
    return next_ask(ask, _with(target, {**dict(parse_qsl(urlsplit(target).query, keep_blank_values=True)), "page": "1"}))


def _refuse_part(tree: etree._Element, text: str, records: int) -> None:
    """Raise for a column page that shows a part of its records and does not say where the others are."""
    said = _number(tree, "totalrecord") or max((int(number) for number in _TOTAL.findall(text)), default=0)
    if said > records:
        raise ListError(f"the page shows {records} of {said} records; give …/dataproxy.jsp as the list and its parameters in [site]")


def _onward(ask: Ask, tree: etree._Element, records: int) -> Ask | None:
    query = dict(parse_qsl(urlsplit(ask.url).query, keep_blank_values=True))
    total, pages = _number(tree, "totalrecord"), _number(tree, "totalpage")
    if all(query.get(name, "").isdecimal() for name in ("startrecord", "endrecord")):
        begin, size = int(query["startrecord"]), int(query["endrecord"]) - int(query["startrecord"]) + 1
        if total and not records and begin <= total:
            raise ListError(f"the list says it has {total} records and shows none from {begin} on")
        # A server that gives fewer records than it was asked for is asked for the rest.
        if not records or begin + records > (total or 0):
            return None
        following = {**query, "startrecord": str(begin + records), "endrecord": str(begin + records + size - 1)}
    else:
        number = int(query["page"]) if query.get("page", "").isdecimal() else 1
        if not records and total and number <= (pages or 0):
            raise ListError(f"the list says it has {pages} pages and page {number} is empty")
        if not records or (pages is not None and number >= pages):
            return None
        following = {**query, "page": str(number + 1)}
    return Ask(_with(ask.url, following), "list", ask.method, ask.body, ask.headers, parent=ask.url)


def _number(tree: etree._Element, tag: str) -> int | None:
    text = (tree.findtext(f".//{tag}") or "").strip()
    return int(text) if text.isdecimal() else None


def _with(url: str, query: dict[str, str]) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query, safe="/"), ""))


def recognises(page: Page) -> bool:
    """Whether the page holds a ``<datastore>``."""
    return _STORE.search(text_of(page)) is not None
