"""Sources and answers for the tests of families, and the walk through a list that a crawl does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.model import Page
from pipeline.scrapers.families import FAMILIES
from pipeline.scrapers.model import Ask, Source

HOST = "www.example.gov.cn"
YEARS = range(2021, 2024)
Answers = Callable[[Ask], bytes | str]


def source(family: str, *lists: str, site: Mapping[str, str] | None = None, **more: object) -> Source:
    """A source of one publisher at ``HOST``."""
    values: dict[str, object] = {"hosts": (), "site": dict(site or {}), **more}
    return Source("example", "示例县", "", family, lists or (f"https://{HOST}/gk/nb/",), **values)  # type: ignore[arg-type]


def page(body: bytes | str, url: str = f"https://{HOST}/gk/nb/index.html", content_type: str | None = None) -> Page:
    """An answer with status 200."""
    return Page(body if isinstance(body, bytes) else body.encode(), url=url, content_type=content_type, status=200)


def title(number: int, year: int = 2023) -> str:
    """The title of a made-up body's report."""
    return f"示例县第{'零一二三四五六七八九'[number // 10 % 10]}{'零一二三四五六七八九'[number % 10]}镇{year}年政府信息公开工作年度报告"


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk through every page of a source's lists found, in order; ``asked`` are the requests it took."""

    asked: list[Ask]
    items: list[Ask]
    others: list[Ask]


def walk(one: Source, answers: Answers, most: int = 500) -> Walked:
    """Read every list to its end. Fails where a request comes twice: a crawl would not end."""
    family = FAMILIES[one.family]
    waiting = list(family.start(one, YEARS))
    found = Walked([], [], [])
    seen: set[tuple[str, bytes | None]] = set()
    while waiting:
        ask = waiting.pop(0)
        assert (ask.url, ask.body) not in seen, f"{ask.url} is asked for twice"
        seen.add((ask.url, ask.body))
        assert len(seen) <= most, "the walk does not end"
        found.asked.append(ask)
        listed = family.read(one, ask, page(answers(ask), ask.url))
        found.items.extend(listed.items)
        found.others.extend(listed.others)
        waiting.extend(listed.more)
    return found
