"""LonSun's columns and fragments, and the addresses by year that are reports themselves."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrapers.families import by_year, lonsun
from pipeline.scrapers.model import Ask, ListError
from tests.scrapers.portals import HOST, YEARS, page, source, title, walk

COLUMN = f"https://{HOST}/public/column/6616411?type=4&catId=6721221&action=list"
FRAGMENT = f"https://{HOST}/site/label/8888?IsAjax=1&labelName=publicInfoList&siteId=6781961&pageSize=15&pageIndex=1&catId=6708461"


def entries(numbers: range) -> str:
    row = '<li><a class="title" href="/public/6616411/{0}.html" title="{1}">{1}</a><span class="date">2024-01-12</span></li>'
    return f'<ul class="clearfix xxgk_nav_list">{"".join(row.format(n, title(n)) for n in numbers)}</ul>'


@settings(max_examples=20)
@given(count=st.integers(1, 30))
def test_a_column_is_read_to_the_page_that_it_counts(count):
    def answer(ask: Ask) -> str:
        number = int(parse_qs(urlsplit(ask.url).query).get("pageIndex", ["1"])[0])
        menu = "<a href='/public/column/6616411?type=1'>政府信息公开制度</a>"
        return f"{menu}{entries(range(number * 2, number * 2 + 2))}<script>{{pageCount:{count},}}</script>"

    walked = walk(source("lonsun", COLUMN), answer)
    assert [parse_qs(urlsplit(one.url).query)["pageIndex"] for one in walked.asked[1:]] == [[str(n)] for n in range(2, count + 1)]
    assert all("catId=6721221" in one.url for one in walked.asked)
    assert len(walked.items) == 2 * count


@settings(max_examples=20)
@given(count=st.integers(0, 70))
def test_a_fragment_is_read_until_one_is_empty(count):
    def answer(ask: Ask) -> str:
        begin = (int(parse_qs(urlsplit(ask.url).query)["pageIndex"][0]) - 1) * 15
        return entries(range(begin, min(begin + 15, count))) if begin < count else "<p>暂无相关信息</p>"

    assert len(walk(source("lonsun", FRAGMENT), answer).items) == count


def test_reports_lie_at_the_addresses_that_were_seen():
    paths = [
        "/public/21691/1122.html",
        "/public/content/36027577",
        "/zwgk/public/6615904/1.html",
        "/XxgkAnnualReport/show/6477.html",
        "/public/column/12651?type=3&timeFrame=2021&hasContent=true",
        "/public/column/12651?type=3",
        "/content/article/9",
    ]
    text = "".join(f'<a href="{path}">{title(n)}</a>' for n, path in enumerate(paths))
    found = lonsun.read(source("lonsun", COLUMN), Ask(COLUMN, "list"), page(text, COLUMN))
    assert [one.url.removeprefix(f"https://{HOST}") for one in found.items] == paths[:5]


def test_a_page_without_any_sign_is_an_error_and_so_is_a_wrong_address():
    with pytest.raises(ListError, match="LonSun"):
        lonsun.read(source("lonsun", COLUMN), Ask(COLUMN, "list"), page("<a href='/'>首页首页首页</a>", COLUMN))
    assert "neither" in str(lonsun.refusal(source("lonsun", f"https://{HOST}/gk/")))
    assert lonsun.refusal(source("lonsun", COLUMN, FRAGMENT)) is None


def test_addresses_by_year_are_asked_for_as_reports():
    address = f"https://{HOST}/module/xxgk/xxgkAnnualReport.jsp?area={{unit}}&fbtime={{year}}"
    asks = by_year.start(source("by_year", address, site={"113708": "甲镇", "113709": "乙镇"}), range(2022, 2024))
    assert [(one.kind, one.unit, one.url.partition("?")[2]) for one in asks] == [
        ("report", "甲镇", "area=113708&fbtime=2023"), ("report", "乙镇", "area=113709&fbtime=2023"),
        ("report", "甲镇", "area=113708&fbtime=2022"), ("report", "乙镇", "area=113709&fbtime=2022"),
    ]  # fmt: skip
    assert asks[0].title == "甲镇2023年政府信息公开工作年度报告"
    assert by_year.start(source("by_year", f"https://{HOST}/nb?y={{next_year}}"), range(2022, 2023))[0].url.endswith("y=2023")


def test_a_source_by_year_needs_the_year_and_its_units():
    address = f"https://{HOST}/nb?area={{unit}}&y={{year}}"
    assert "{year}" in str(by_year.refusal(source("by_year", f"https://{HOST}/nb")))
    assert "units" in str(by_year.refusal(source("by_year", address)))
    assert "units" in str(by_year.refusal(source("by_year", f"https://{HOST}/nb?y={{year}}", site={"1": "甲镇"})))
    assert by_year.refusal(source("by_year", address, site={"1": "甲镇"})) is None
    with pytest.raises(ListError, match="no lists"):
        by_year.read(source("by_year", address), Ask(address, "list"), page("x"))
    assert YEARS
