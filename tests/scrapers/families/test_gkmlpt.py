"""Guangdong's directories as JSON."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrapers.families import gkmlpt
from pipeline.scrapers.model import Ask, ListError
from tests.scrapers.portals import HOST, YEARS, page, source, title, walk

API = f"https://{HOST}/gkmlpt/api/all/2629?page=1&sid=175"


def article(number: int, **more: object) -> dict[str, object]:
    # 2024-01-09 00:30 in China is still the 8th in London.
    return {
        "id": number, "title": title(number), "type": "normal", "publisher": "示例县民政局", "create_time": 1704731400, "date": 1704067200,
        "url": f"http://{HOST}/gkmlpt/content/2/2589/post_{number}.html", **more,
    }  # fmt: skip


def directory(articles: list[dict[str, object]], total: int, offset: int | None = 0) -> str:
    values = {"classify": {"id": 2629, "name": "政府信息公开年度报告", "post_count": total}, "articles": articles, "total": total}
    return json.dumps(values if offset is None else {**values, "offset": offset}, ensure_ascii=False)


@settings(max_examples=20)
@given(count=st.integers(0, 420), says_offset=st.booleans())
def test_every_article_is_found_once(count, says_offset):
    def answer(ask: Ask) -> str:
        query = parse_qs(urlsplit(ask.url).query)
        assert query["sid"] == ["175"]
        begin = (int(query["page"][0]) - 1) * 100
        return directory([article(n) for n in range(begin, min(begin + 100, count))], count, begin if says_offset else None)

    walked = walk(source("gkmlpt", API), answer)
    assert len(walked.asked) == max(1, -(-count // 100))
    assert [one.url for one in walked.items] == [f"http://{HOST}/gkmlpt/content/2/2589/post_{n}.html" for n in range(count)]


def test_an_article_names_its_publisher_and_the_day_in_china():
    found = gkmlpt.read(source("gkmlpt", API), Ask(API, "list"), page(directory([article(1)], 1), API))
    assert [(one.unit, one.listed_on, one.title) for one in found.items] == [("示例县民政局", "2024-01-09", title(1))]


def test_articles_without_an_address_or_a_title_are_passed_over():
    odd = [article(1, url=None), article(2, title=""), article(3, publisher=None, create_time="x"), {"id": 4}]
    found = gkmlpt.read(source("gkmlpt", API), Ask(API, "list"), page(directory(odd, 4), API))
    assert [(one.title, one.listed_on) for one in found.items] == [(title(3), None)]


def test_the_page_people_see_leads_to_the_directory():
    seen = source("gkmlpt", f"https://{HOST}/gkmlpt/annualreport#2629", site={"sid": "175"})
    assert [one.url for one in gkmlpt.start(seen, YEARS)] == [API]
    assert gkmlpt.refusal(seen) is None
    assert "sid" in str(gkmlpt.refusal(source("gkmlpt", f"https://{HOST}/gkmlpt/index#5")))
    assert "neither" in str(gkmlpt.refusal(source("gkmlpt", f"https://{HOST}/gkmlpt/api/all/5?page=1")))
    assert "neither" in str(gkmlpt.refusal(source("gkmlpt", f"https://{HOST}/zwgk/")))


@pytest.mark.parametrize(
    "body", ["<html></html>", "[]", "{}", '{"articles": {}, "total": 3}', '{"articles": [], "total": "3"}', directory([], 221)]
)
def test_an_answer_that_is_not_the_list_is_an_error(body):
    with pytest.raises(ListError):
        gkmlpt.read(source("gkmlpt", API), Ask(API, "list"), page(body, API))
