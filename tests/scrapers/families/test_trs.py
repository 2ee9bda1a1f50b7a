"""TRS lists: createPageHTML in both forms, countPage, one page, the last page, GBK, broken markup."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrapers.families import FAMILIES, trs
from pipeline.scrapers.families.paging import numbered_pages
from pipeline.scrapers.model import Ask, ListError
from tests.scrapers.portals import HOST, YEARS, page, source, title, walk

LIST = f"https://{HOST}/gk/nb/"
ASK = Ask(LIST, "list")


def entry(number: int) -> str:
    return f'<li><a href="./202401/t20240116_{number}.html" title="{title(number)}">{title(number)[:12]}...</a><span>2024-01-16</span></li>'


def listing(numbers: range, call: str, menu: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开年报_示例县人民政府</title></head><body>
    <div class="nav"><a href="/">首页</a> &gt; <a href="/gk/">政务公开</a> &gt; <a href="/gk/nb/">政府信息公开年报</a>{menu}</div>
    <ul class="list">{"".join(entry(number) for number in numbers)}</ul>
    <script>
    function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){{ if(_nPageCount == null || _nPageCount<=1){{ return; }} }}
    {call}
    </script></body></html>"""


def test_entries_carry_the_whole_title_the_day_and_the_unit():
    found = trs.read(source("trs"), ASK, page(listing(range(2), 'createPageHTML(1, 0, "index", "html");'), LIST))
    assert [(one.url, one.title, one.listed_on, one.unit, one.kind, one.parent) for one in found.items] == [
        (f"{LIST}202401/t20240116_{n}.html", title(n), "2024-01-16", title(n).split("2023")[0], "report", LIST) for n in range(2)
    ]
    assert found.more == ()


@settings(max_examples=30)
@given(count=st.integers(1, 60), per_page=st.integers(1, 5), form=st.sampled_from(["trs", "counted", "other"]))
def test_every_page_is_asked_for_once_whatever_the_template(count, per_page, form):
    def answer(ask: Ask) -> str:
        name = urlsplit(ask.url).path.rsplit("/", 1)[-1]
        number = int(name.split("_")[1].split(".")[0]) if "_" in name else (1 if form == "other" else 0)
        index = number - (1 if form == "other" else 0)
        call = {
            "trs": f'createPageHTML({count}, {index}, "index", "shtml");',
            "counted": f"var currentPage = {index}; var countPage = {count}; //共多少页",
            "other": f"createPageHTML('page_div',{count}, {number},'xlist','shtml',{count * per_page});",
        }[form]
        return listing(range(index * per_page, (index + 1) * per_page), call)

    first = f"{LIST}xlist.shtml" if form == "other" else f"{LIST}index.shtml"
    walked = walk(source("trs", first), answer)
    assert len(walked.asked) == count
    assert [one.url.rsplit("_", 1)[1] for one in walked.items] == [f"{n}.html" for n in range(count * per_page)]


@pytest.mark.parametrize(
    ("call", "url", "following"),
    [
        ('createPageHTML(50, 0, "index","htm",849);', f"{LIST}", f"{LIST}index_1.htm"),
        ("createPageHTML(3, 2, 'index', 'html')", f"{LIST}index_2.html", None),
        ("createPageHTML('paging',25,1,'index','html',500);", f"{LIST}index.html", f"{LIST}index_2.html"),
        ("createPageHTML('paging',25,25,'index','html',500);", f"{LIST}index_25.html", None),
        ("var countPage = 2", f"{LIST}", f"{LIST}index_1.html"),
        ("var countPage = 2", f"{LIST}index_1.html", None),
        ("var countPage = 3", f"{LIST}zfxxgknb_1.shtml", f"{LIST}zfxxgknb_2.shtml"),
    ],
)
def test_the_next_page_by_the_calls_that_were_seen(call, url, following):
    pages = numbered_pages(f"<script>{call}</script>", url)
    assert pages is not None
    assert pages.next_url == following


def test_a_definition_or_a_template_variable_is_no_call():
    text = 'function createPageHTML(_nPageCount, _nCurrIndex){} //createPageHTML("Page"); createPageHTML(${COUNT}, ${INDEX}, "a", "b")'
    assert numbered_pages(text, LIST) is None


def test_a_list_in_gbk_is_read():
    text = listing(range(1), 'createPageHTML(1, 0, "index", "html");').replace('charset="utf-8"', 'charset="gb2312"')
    found = trs.read(source("trs"), ASK, page(text.encode("gb18030"), LIST, "text/html"))
    assert [one.title for one in found.items] == [title(0)]


def test_broken_markup_hides_no_entry():
    text = (
        "<ul><li><a href=a.html title='"
        + title(1)
        + "'>x<li><table><tr><td><a href='b.html'>"
        + title(2)
        + "</td></ul><a href=c.html>"
        + title(3)
    )
    found = trs.read(source("trs"), ASK, page(text, LIST))
    assert {one.title for one in found.items} == {title(1), title(2), title(3)}


def test_an_empty_list_of_the_template_is_empty():
    found = trs.read(source("trs"), ASK, page(listing(range(0), 'createPageHTML(0, 0, "index", "html");'), LIST))
    assert (found.items, found.more) == ((), ())


@pytest.mark.parametrize("body", ["", "   ", "<html><body><script>location.href='/x'</script></body></html>", "{}"])
def test_what_is_no_list_is_an_error_and_not_an_empty_list(body):
    with pytest.raises(ListError):
        trs.read(source("trs"), ASK, page(body, LIST))


def test_markup_that_would_take_minutes_is_refused():
    with pytest.raises(ListError, match="nested"):
        trs.read(source("trs"), ASK, page("<div>" * 30_000, LIST))


def test_other_pages_in_the_column_are_told_and_not_asked_for():
    menu = '<a href="zd.html">政府信息公开制度</a><a href="jd.html">《示例县2023年政府信息公开工作年度报告》解读</a>'
    found = trs.read(source("trs"), ASK, page(listing(range(1), 'createPageHTML(1, 0, "index", "html");', menu), LIST))
    assert [one.title for one in found.items] == [title(0)]
    assert "《示例县2023年政府信息公开工作年度报告》解读" in [one.title for one in found.others]


def test_entries_on_official_and_named_hosts_are_reports_and_others_are_told():
    links = (
        f"https://elsewhere.example.com/1.html {title(1)}",
        f"https://mzj.other.gov.cn/1.html {title(2)}",
        f"https://gov.cn.example.com/ {title(3)}",
    )
    text = "".join("<a href='{}'>{}</a>".format(*link.split()) for link in links)
    found = trs.read(source("trs"), ASK, page(text, LIST))
    assert [one.title for one in found.items] == [title(2)]
    assert [one.title for one in found.others] == [title(1), title(3)]
    named = source("trs", hosts=("example.com",))
    assert len(trs.read(named, ASK, page(text, LIST)).items) == 3


def test_a_base_element_counts():
    text = f'<base href="https://{HOST}/other/"><a href="t1.html">{title(1)}</a>'
    assert trs.read(source("trs"), ASK, page(text, LIST)).items[0].url == f"https://{HOST}/other/t1.html"


def test_lists_by_year_are_asked_for_every_year():
    asks = trs.start(source("trs", f"{LIST}gknb{{year}}/", f"{LIST}{{next_year}}/index.html"), YEARS)
    names = ["gknb2023/", "gknb2022/", "gknb2021/", "2024/index.html", "2023/index.html", "2022/index.html"]
    assert [one.url for one in asks] == [f"{LIST}{name}" for name in names]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    for name, family in FAMILIES.items():
        with contextlib.suppress(ListError):
            family.read(source(name, site={"pattern": ".", "sid": "1"}), ASK, page(body, LIST))
