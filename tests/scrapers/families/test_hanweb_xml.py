"""Hanweb's records: the column page's datastore, dataproxy.jsp by page and by record numbers."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrapers.families import hanweb_xml
from pipeline.scrapers.model import Ask, ListError
from tests.scrapers.portals import HOST, YEARS, page, source, title, walk

COLUMN = f"https://{HOST}/col/col77278/index.html"
PROXY = f"https://{HOST}/module/web/jpage/dataproxy.jsp"
FORM = {
    "col": "1",
    "appid": "1",
    "webid": "3586",
    "path": "/",
    "columnid": "1229",
    "unitid": "680",
    "webname": "示例县",
    "permissiontype": "0",
}


def record(number: int) -> str:
    link = f"<a href='/art/2024/1/19/art_1229_{number}.html' title='{title(number)}' target=\"_blank\">{title(number)[:9]}</a>"
    return f"<record><![CDATA[<li style=<br/>{link}<span>2024-01-19</span></li>]]></record>"


def store(numbers: range, *, total: int | None = None, pages: int | None = None, group: str | None = None) -> str:
    head = "".join(f"<{tag}>{value}</{tag}>" for tag, value in (("totalrecord", total), ("totalpage", pages)) if value is not None)
    onward = f'<nextgroup><![CDATA[<a href="{group}"></a>]]></nextgroup>' if group else ""
    return f"<datastore>{head}{onward}<recordset>{''.join(record(n) for n in numbers)}</recordset></datastore>"


@settings(max_examples=12)
@given(count=st.integers(0, 130), per_page=st.integers(1, 30))
def test_every_record_is_found_from_the_column_page_on(count, per_page):
    pages = -(-count // per_page)

    def answer(ask: Ask) -> str:
        if ask.url == COLUMN:
            inside = store(
                range(min(count, 19)), group="/module/web/jpage/dataproxy.jsp?page=1&amp;webid=67&amp;columnid=77278&amp;unitid=303271"
            )
            return f'<html><body><ul class="main_list"></ul><script type="text/xml">{inside}</script></body></html>'
        query = parse_qs(urlsplit(ask.url).query)
        assert (query["webid"], query["columnid"]) == (["67"], ["77278"])
        number = int(query["page"][0])
        return store(range((number - 1) * per_page, min(number * per_page, count)), total=count, pages=pages)

    walked = walk(source("hanweb_xml", COLUMN), answer)
    assert {one.url for one in walked.items} == {f"https://{HOST}/art/2024/1/19/art_1229_{n}.html" for n in range(count)}
    assert len(walked.asked) == 1 + max(pages, 1)


@settings(max_examples=12)
@given(count=st.integers(1, 200), at_most=st.integers(7, 60))
def test_every_record_is_found_by_record_numbers_even_where_the_server_gives_fewer(count, at_most):
    def answer(ask: Ask) -> str:
        assert (ask.method, ask.headers["Content-Type"].split(";")[0]) == ("POST", "application/x-www-form-urlencoded")
        assert ask.body is not None
        assert parse_qs(ask.body.decode())["columnid"] == ["1229"]
        query = {key: int(value[0]) for key, value in parse_qs(urlsplit(ask.url).query).items()}
        begin, end = query["startrecord"] - 1, min(query["endrecord"], query["startrecord"] - 1 + at_most, count)
        return store(range(begin, end), total=count)

    walked = walk(source("hanweb_xml", PROXY, site=FORM), answer)
    assert [one.url.rsplit("_", 1)[1] for one in walked.items] == [f"{n}.html" for n in range(count)]


def test_the_answer_names_title_and_day_of_each_record():
    found = hanweb_xml.read(source("hanweb_xml", COLUMN), Ask(f"{PROXY}?page=1", "list"), page(store(range(1), total=1, pages=1), PROXY))
    assert [(one.title, one.listed_on) for one in found.items] == [(title(0), "2024-01-19")]
    assert found.total == 1


def test_an_xml_answer_in_gbk_is_read():
    body = ('<?xml version="1.0" encoding="GBK"?>' + store(range(1), total=1, pages=1)).encode("gbk")
    assert hanweb_xml.read(source("hanweb_xml", COLUMN), Ask(f"{PROXY}?page=1", "list"), page(body, PROXY)).items[0].title == title(0)


def test_an_unescaped_sign_between_records_hides_none():
    text = store(range(3), total=3, pages=1).replace("<recordset>", "<webname>a&b=c</webname><recordset>")
    assert len(hanweb_xml.read(source("hanweb_xml", COLUMN), Ask(f"{PROXY}?page=1", "list"), page(text, PROXY)).items) == 3


@pytest.mark.parametrize(
    ("url", "body", "message"),
    [
        (f"{PROXY}?page=1", "<html><body>没有权限</body></html>", "no <datastore>"),
        (f"{PROXY}?page=2", store(range(0), total=90, pages=6), "page 2 is empty"),
        (f"{PROXY}?startrecord=46&endrecord=90", store(range(0), total=90), "shows none from 46 on"),
        (f"{PROXY}?page=1", store(range(2), total=2, pages=1).replace("</record><record>", "<record>", 1).replace("]]>", "", 1), "broken"),
    ],
)
def test_an_answer_that_is_not_the_list_is_an_error(url, body, message):
    with pytest.raises(ListError, match=message):
        hanweb_xml.read(source("hanweb_xml", COLUMN), Ask(url, "list"), page(body, url))


@pytest.mark.parametrize("said", ["<totalrecord>90</totalrecord>", "<script>jpage({totalRecord:90,dataStore:x})</script>"])
def test_a_page_with_a_part_of_its_records_and_no_way_on_is_an_error(said):
    inside = store(range(2)).replace("<datastore>", "<datastore>" + (said if "record>" in said else ""))
    text = f'<html><script type="text/xml">{inside}</script>{said if "jpage" in said else ""}</html>'
    with pytest.raises(ListError, match="shows 2 of 90 records"):
        hanweb_xml.read(source("hanweb_xml", COLUMN), Ask(COLUMN, "list"), page(text, COLUMN))
    whole = f'<html><script type="text/xml">{store(range(2), total=2)}</script></html>'
    assert len(hanweb_xml.read(source("hanweb_xml", COLUMN), Ask(COLUMN, "list"), page(whole, COLUMN)).items) == 2


def test_parameters_are_for_the_proxy_and_must_be_whole():
    assert hanweb_xml.refusal(source("hanweb_xml", COLUMN)) is None
    assert "dataproxy" in str(hanweb_xml.refusal(source("hanweb_xml", COLUMN, site=FORM)))
    assert "unitid" in str(hanweb_xml.refusal(source("hanweb_xml", PROXY, site={"columnid": "1"})))
    assert hanweb_xml.start(source("hanweb_xml", PROXY, site=FORM), YEARS)[0].url == f"{PROXY}?startrecord=1&endrecord=45&perpage=15"


def test_an_external_entity_is_not_resolved():
    body = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + store(range(1), total=1, pages=1).replace(
        "<recordset>", "<recordset>&e;"
    )
    found = hanweb_xml.read(source("hanweb_xml", COLUMN), Ask(f"{PROXY}?page=1", "list"), page(body, PROXY))
    assert [one.title for one in found.items] == [title(0)]
