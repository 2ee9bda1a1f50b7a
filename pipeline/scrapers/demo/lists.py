"""List pages as the families of sites write them, and the addresses of reports that go with each."""

from __future__ import annotations

import datetime
import html
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from pipeline.scrapers.demo.server import Asked, Served, missing, page

_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_FRAME = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>{name}</title></head><body><h2>{name}</h2>{body}</body></html>"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list."""

    path: str
    title: str
    unit: str
    day: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a family writes: the path of the ``n``-th report, and the answer to a request for a page of the list (``None``: not one)."""

    path: Callable[[int, str], str]
    answer: Callable[[Asked, str, Sequence[Entry], int], Served | None]


def _items(entries: Sequence[Entry]) -> str:
    lines = (f'<li><a href="{one.path}" title="{html.escape(one.title)}">{one.title}</a><span>{one.day}</span></li>' for one in entries)
    return f"<ul class='list'>{''.join(lines)}</ul>"


def _framed(name: str, body: str) -> Served:
    return page(_FRAME.format(name=name, body=body).encode())


def _cut(entries: Sequence[Entry], size: int) -> list[Sequence[Entry]]:
    return [entries[start : start + size] for start in range(0, len(entries), size)] or [()]


def _trs(asked: Asked, name: str, entries: Sequence[Entry], size: int) -> Served | None:
    """index.html, index_1.html, …"""
    folder, _, file = asked.path.rpartition("/")
    pages = _cut(entries, size)
    names = {"": 0, "index.html": 0} | {f"index_{number}.html": number for number in range(1, len(pages))}
    if folder != "/zwgk/nb" or file not in names:
        return None
    at = names[file]
    return _framed(name, _items(pages[at]) + f'<script>createPageHTML({len(pages)}, {at}, "index", "html");</script>')


def _vsb(asked: Asked, name: str, entries: Sequence[Entry], size: int) -> Served | None:
    """nb.htm is the first of n pages, nb/n-1.htm the second, nb/1.htm the last."""
    pages = _cut(entries, size)
    names = {"/zwgk/nb.htm": 0} | {f"/zwgk/nb/{len(pages) - number}.htm": number for number in range(1, len(pages))}
    if asked.path not in names:
        return None
    paging = (
        f"<script>function _simple_list_gotopage_fun(a){{}}</script><a onclick='_simple_list_gotopage_fun({len(pages)},\"a1\",2)'>转到</a>"
    )
    return _framed(name, _items(pages[names[asked.path]]) + paging)


def _gkmlpt(asked: Asked, name: str, entries: Sequence[Entry], size: int) -> Served | None:
    """JSON."""
    parts = urlsplit(asked.path)
    if parts.path != "/gkmlpt/api/all/21":
        return None
    number = int(dict(parse_qsl(parts.query)).get("page", "1"))
    begin = (number - 1) * size
    articles = [
        {"url": f"http://{asked.host}{one.path}", "title": one.title, "publisher": one.unit, "create_time": _seconds(one.day)}
        for one in entries[begin : begin + size]
    ]
    answer = {"classify": {"name": name}, "total": len(entries), "offset": begin, "articles": articles}
    return page(json.dumps(answer, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def _seconds(day: str) -> int:
    return int(datetime.datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=_CHINA).timestamp())


def _hanweb_xml(asked: Asked, name: str, entries: Sequence[Entry], size: int) -> Served | None:
    """XML records, asked for by a form that names the column; at most ``size`` of them at a time."""
    parts = urlsplit(asked.path)
    if parts.path != "/module/web/jpage/dataproxy.jsp":
        return None
    if asked.method != "POST" or b"columnid=301" not in asked.body:
        return missing()
    query = dict(parse_qsl(parts.query))
    begin, end = int(query["startrecord"]), int(query["endrecord"])
    shown = entries[begin - 1 : min(end, begin - 1 + size)]
    records = "".join(f"<record><![CDATA[{_items([one])}]]></record>" for one in shown)
    store = f"<datastore><totalrecord>{len(entries)}</totalrecord><totalpage>1</totalpage><recordset>{records}</recordset></datastore>"
    return page(store.encode(), "text/xml; charset=utf-8")


def _compact(day: str) -> str:
    return day.replace("-", "")


STYLES = {
    "trs": Style(lambda n, day: f"/zwgk/nb/{_compact(day)[:6]}/t{_compact(day)}_{n}.html", _trs),
    "vsb": Style(lambda n, day: f"/info/1042/{n}.htm", _vsb),
    "gkmlpt": Style(lambda n, day: f"/gkmlpt/content/4/21/post_{n}.html", _gkmlpt),
    "hanweb_xml": Style(lambda n, day: f"/art/{day[:4]}/{int(day[5:7])}/{int(day[8:])}/art_301_{n}.html", _hanweb_xml),
}
