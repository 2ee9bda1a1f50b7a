"""Crawls of a local server: hosts that exist nowhere, short delays, and the permission for this machine's address given in code."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.archive import read_index
from pipeline.archive.index import Index
from pipeline.scrapers.collect import collect
from pipeline.scrapers.crawl.asking import Asker, Conditions, Reply
from pipeline.scrapers.crawl.engine import Downloads, Errand, run
from pipeline.scrapers.crawl.fetch import Fetched, Wire
from pipeline.scrapers.crawl.guard import Guard
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.crawl.pace import Pace
from pipeline.scrapers.demo.server import LocalServer
from pipeline.scrapers.model import Ask, Source
from pipeline.scrapers.summary import CollectSummary

HOST = "www.shili.example"
OTHER = "www.qita.example"
YEARS = range(2022, 2025)
QUICK = Manners(delay=0.03, backoff=0.02, answer_seconds=2, connect_seconds=1, retries=2)


def guard(server: LocalServer) -> Guard:
    return Guard(local=dict.fromkeys((HOST, OTHER), server.place))


def source(*lists: str, id: str = "shili", **values: Any) -> Source:
    urls = tuple(one if "://" in one else f"http://{HOST}{one}" for one in lists or ("/nb/",))
    return Source(id, "示例县", "", "links", urls, **{"http_only": True, **values})


def fetch(server: LocalServer, path: str, *, manners: Manners = QUICK, **how: Any) -> Fetched:
    return asyncio.run(Wire(guard(server), manners).fetch("GET", f"http://{HOST}{path}", **how))


def replies(
    server: LocalServer,
    asks: Iterable[Ask | str],
    *,
    of: Source | None = None,
    manners: Manners = QUICK,
    pace: Pace | None = None,
    conditions: Conditions = lambda url: {},
) -> list[Reply]:
    """The replies to asks that are made one after the other."""
    pace, got = pace or Pace(manners), list[Reply]()

    async def work(downloads: Downloads) -> None:
        asker = Asker(downloads, pace, manners)
        for one in asks:
            ask = one if isinstance(one, Ask) else Ask(one if "://" in one else f"http://{HOST}{one}", "report")
            got.append(await asker.ask(of or source(), ask, conditions))

    assert run(Errand(work, Wire(guard(server), manners), pace))
    return got


def gather(server: LocalServer, raw: Path, *sources: Source, manners: Manners = QUICK, **how: Any) -> CollectSummary:
    return collect(sources or (source(),), raw, how.pop("years", YEARS), manners=manners, guard=guard(server), **how)


def archived(raw: Path) -> Index:
    return read_index(raw / "archive")


def a_list(*entries: tuple[str, str], onward: str = "") -> bytes:
    """A list page: addresses and titles, and the page behind 下一页."""
    items = "".join(f'<li><a href="{url}">{title}</a><span>2024-01-20</span></li>' for url, title in entries)
    following = f'<a href="{onward}">下一页</a>' if onward else ""
    return f"<html><head><title>年报</title></head><body><ul>{items}</ul>{following or '共1页'}</body></html>".encode()


def title(unit: str = "示例县", year: int = 2023) -> str:
    return f"{unit}{year}年政府信息公开工作年度报告"


def a_report(unit: str = "示例县", year: int = 2023, more: str = "") -> bytes:
    sections = "<p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>六、其他需要报告的事项</p>"
    body = f"<div class='TRS_Editor'><h1>{title(unit, year)}</h1>{sections}{more}</div>"
    return f"<html><head><title>{title(unit, year)}</title></head><body>{body}</body></html>".encode()
