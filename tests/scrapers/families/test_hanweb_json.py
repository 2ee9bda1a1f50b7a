"""Hanweb's units: the column page that declares them, JSON around HTML, paging by paramJson."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrapers.families import hanweb_json
from pipeline.scrapers.model import Ask, ListError
from tests.scrapers.portals import HOST, YEARS, page, source, title, walk

COLUMN = f"https://{HOST}/col/col1229847292/index.html"
UNIT = f"https://{HOST}/api-gateway/jpaas-publish-server/front/page/build/unit"
PARAMETERS = {"parseType": "bulidstatic", "webId": "3818", "tplSetId": "Lpcyxk", "pageType": "column", "tagId": "信息列表"} | {
    "editType": "null",
    "pageId": "1229847292",
}
# As the pages have it: Python's spelling of a dict, not JSON.
DECLARED = (
    '<script src="/script/AuthorizedRead/unitbuild.js" '
    f'url="/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{PARAMETERS}">'
)


def answer_of(numbers: range, total: int | None, number: int = 1) -> str:
    entries = "".join(
        f'<li><a class="news" href="/col/col1229847292/art/2024/art_{n:032x}.html">{title(n)}</a><span>2024-01-17</span></li>'
        for n in numbers
    )
    pager = f'<div class="page" count="{total}" pageNo="{number}"></div>' if total is not None else ""
    return json.dumps(
        {"success": True, "code": "200", "data": {"html": f'<div class="page-content">{entries}</div>{pager}'}}, ensure_ascii=False
    )


def position(ask: Ask) -> tuple[int, int]:
    wanted = json.loads(parse_qs(urlsplit(ask.url).query)["paramJson"][0])
    return wanted["pageNo"], wanted["pageSize"]


@settings(max_examples=12)
@given(count=st.integers(0, 240), shown=st.sampled_from([50, 15, 10]), counted=st.booleans())
def test_every_entry_is_found_even_where_the_server_shows_fewer_than_asked(count, shown, counted):
    def answer(ask: Ask) -> str:
        if ask.url == COLUMN:
            return f"<html><head></head><body>{DECLARED}</script></body></html>"
        number, size = position(ask)
        assert size == 50
        shows = shown if counted else 50
        return answer_of(range((number - 1) * shows, min(number * shows, count)), count if counted else None, number)

    walked = walk(source("hanweb_json", COLUMN), answer)
    assert [one.title for one in walked.items] == [title(n) for n in range(count)]


def test_the_unit_is_asked_with_the_column_s_parameters():
    found = hanweb_json.read(source("hanweb_json", COLUMN), Ask(COLUMN, "list"), page(f"{DECLARED}</script>", COLUMN))
    (ask,) = found.more
    query = {key: value[0] for key, value in parse_qs(urlsplit(ask.url).query).items()}
    assert ask.url.startswith(UNIT)
    assert (query["webId"], query["tagId"], query["pageId"]) == ("3818", "信息列表", "1229847292")
    assert ask.headers["Referer"] == COLUMN
    assert found.items == ()


def test_an_address_of_the_unit_is_asked_without_the_column():
    unit = f"{UNIT}?webId=1&pageId=2&tplSetId=3&tagId=4"
    (ask,) = hanweb_json.start(source("hanweb_json", unit), YEARS)
    assert position(ask) == (1, 50)
    assert (
        hanweb_json.read(source("hanweb_json", unit), ask, page(answer_of(range(1), 1), ask.url))
        .items[0]
        .url.startswith(f"https://{HOST}/col/")
    )
    assert "pageId" in str(hanweb_json.refusal(source("hanweb_json", UNIT)))


@pytest.mark.parametrize(
    "body",
    [
        "<html>403</html>",
        "[]",
        '{"success": false, "message": "无权限"}',
        '{"success": true, "data": null}',
        '{"data": {"html": 3}}',
        answer_of(range(0), 90),
    ],
)
def test_an_answer_that_is_not_the_list_is_an_error(body):
    with pytest.raises(ListError):
        hanweb_json.read(source("hanweb_json", COLUMN), Ask(f"{UNIT}?pageId=1&paramJson=%7B%7D", "list"), page(body, UNIT))


def test_a_column_page_without_a_unit_is_an_error():
    for text in (
        "<p>x</p>",
        '<script src="unitbuild.js" url="/api-gateway/build/unit" queryData="{\'webId\':">',
        '<script queryData="[1]" url="/x">',
    ):
        with pytest.raises(ListError, match="unit"):
            hanweb_json.read(source("hanweb_json", COLUMN), Ask(COLUMN, "list"), page(text, COLUMN))
