"""Trying a source: what a check says of lists that are what the file says, and of those that are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.model import Page
from pipeline.scrapers.checking import check_lines, check_source
from pipeline.scrapers.model import Ask, ListError
from tests.scrapers.portals import HOST, YEARS, page, source, title

LIST = f"https://{HOST}/gk/nb/"


def portal(answers: dict[str, str]) -> Callable[[Ask], Page]:
    def fetch(ask: Ask) -> Page:
        if ask.url not in answers:
            raise ListError("gone (status 404)")
        return page(answers[ask.url], ask.url)

    return fetch


def listing(numbers: range, index: int, count: int) -> str:
    entries = "".join(f'<li><a href="t{n}.html">{title(n, 2021 + n % 3)}</a><span>2024-01-0{n + 1}</span></li>' for n in numbers)
    other = '<li><a href="zd.html">政府信息公开工作制度汇编</a></li>'
    return f'<ul>{entries}{other}</ul><script>createPageHTML({count}, {index}, "index", "html")</script>'


def test_a_source_whose_lists_are_what_it_says():
    one = source("trs", fewest=2)
    found = check_source(one, portal({LIST: listing(range(3), 0, 2), f"{LIST}index_1.html": listing(range(3, 6), 1, 2)}), YEARS)
    assert found.passed
    assert found.by_year() == {2021: 2, 2022: 2, 2023: 2}
    lines = "\n".join(check_lines(found, 2))
    assert f"GET {LIST}index_1.html\n  status 200; looks like: trs\n  3 reports, 1 other entries" in lines
    assert "reports by the year in their titles: 2021: 2, 2022: 2, 2023: 2" in lines
    assert "bounds: kept, at least 2 a year from 2021 to 2023" in lines
    assert f"report: {title(0, 2021)} [2024-01-01] {LIST}t0.html" in lines
    assert "report: … and 4 more" in lines
    assert f"not taken: 政府信息公开工作制度汇编 {LIST}zd.html" in lines


def test_pages_that_were_not_asked_for_are_told_and_the_bounds_left_open():
    one = source("trs", fewest=2)
    found = check_source(one, portal({LIST: listing(range(3), 0, 9)}), YEARS, pages=1)
    assert [ask.url for ask in found.unread] == [f"{LIST}index_1.html"]
    assert found.passed
    assert any(line.startswith("not read: 1 further pages") for line in check_lines(found, 0))


def test_too_few_reports_fail_the_check():
    found = check_source(source("trs", fewest=2), portal({LIST: listing(range(4), 0, 1)}), YEARS)
    assert not found.passed
    assert found.short_of() == {2022: 1, 2023: 1}
    assert "bounds: 2022 has 1 reports, at least 2 are known to appear" in list(check_lines(found, 0))


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "wrong: gone (status 404)"),
        ({LIST: "<p>欢迎</p>"}, "wrong: no list: neither createPageHTML nor a link with a title"),
        ({LIST: listing(range(0), 0, 1)}, "0 reports, 1 other entries"),
    ],
)
def test_a_list_that_is_not_there_fails_the_check(answers, message):
    found = check_source(source("trs"), portal(answers), YEARS)
    assert not found.passed
    assert f"  {message}" in list(check_lines(found, 5))


def test_a_list_that_leads_back_to_itself_is_asked_for_once():
    def fetch(ask: Ask) -> Page:
        other = "b" if ask.url.endswith("a") else "a"
        return page(f'<a href="1.html">{title(1)}</a><a href="{LIST}{other}">下一页</a>', ask.url)

    found = check_source(source("links", f"{LIST}a"), fetch, YEARS, pages=20)
    assert [one.ask.url for one in found.tried] == [f"{LIST}a", f"{LIST}b"]


def test_reports_without_a_list_are_tried_themselves():
    address = f"https://{HOST}/annual.jsp?area={{unit}}&fbtime={{year}}"
    one = source("by_year", address, site={"1": "甲镇"})
    report = f"<title>{title(1)}</title><h1>{title(1)}</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p>"
    empty = "<title>政府信息公开年报</title><p>首页</p>"
    answers = {address.format(unit=1, year=2023): report, address.format(unit=1, year=2022): empty}
    found = check_source(one, portal(answers), YEARS, pages=2)
    assert [bool(tried.trouble) for tried in found.tried] == [False, True]
    assert found.items[0].title == title(1)
    assert not found.passed
