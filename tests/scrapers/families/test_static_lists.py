"""VSB's pages that count down, and lists of no known family with a link 下一页."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scrapers.families import links, recognised, vsb
from pipeline.scrapers.model import Ask, ListError
from tests.scrapers.portals import HOST, page, source, title, walk

ROOT = f"https://{HOST}"


def vsb_page(numbers: range, count: int, following: str | None) -> str:
    entries = "".join(f'<li id="line_u9_{n}"><a href="/info/1026/{n}.htm">{title(n)}</a><span>2024-01-10</span></li>' for n in numbers)
    link = (
        f'<span class="p_next p_fun"><a href="{following}">下页</a></span>' if following else '<span class="p_next_d p_fun_d">下页</span>'
    )
    goto = f'<input onkeydown="if(event.keyCode==13){{_simple_list_gotopage_fun({count},&quot;u13_goto&quot;,2)}}">'
    return f'<a href="zwgk.htm">政务公开</a><ul>{entries}</ul><div>{link}<span class="p_t">共{count}页</span>{goto}</div>'


@settings(max_examples=25)
@given(count=st.integers(1, 40), linked=st.booleans())
def test_a_vsb_list_is_read_from_its_first_page_down_to_page_one(count, linked):
    def answer(ask: Ask) -> str:
        name = ask.url.removeprefix(f"{ROOT}/zwgk/nb")
        number = count if name == ".htm" else int(name.strip("/").removesuffix(".htm"))
        following = f"{ROOT}/zwgk/nb/{number - 1}.htm" if linked and number > 1 else None
        return vsb_page(range(number * 10, number * 10 + 2), count, following)

    walked = walk(source("vsb", f"{ROOT}/zwgk/nb.htm"), answer)
    assert [one.url for one in walked.asked[1:]] == [f"{ROOT}/zwgk/nb/{n}.htm" for n in range(count - 1, 0, -1)]
    assert len(walked.items) == 2 * count


def test_links_of_menus_are_no_entries_of_a_vsb_list():
    found = vsb.read(
        source("vsb"),
        Ask(f"{ROOT}/nb.htm", "list"),
        page(f'<a href="/a/b.htm">{title(1)}</a>' + vsb_page(range(1), 1, None), f"{ROOT}/nb.htm"),
    )
    assert [one.url for one in found.items] == [f"{ROOT}/info/1026/0.htm"]


def test_content_by_a_script_of_vsb_is_an_entry():
    text = f'<a href="content.jsp?urltype=news.NewsContentUrl&wbtreeid=1276&wbnewsid=39834">{title(1)}</a>'
    assert len(vsb.read(source("vsb"), Ask(f"{ROOT}/nb.htm", "list"), page(text, f"{ROOT}/nb.htm")).items) == 1


def test_a_page_without_links_to_articles_is_no_vsb_list():
    with pytest.raises(ListError, match="VSB"):
        vsb.read(source("vsb"), Ask(f"{ROOT}/nb.htm", "list"), page("<a href='/x.htm'>首页首页首页</a>", f"{ROOT}/nb.htm"))


@pytest.mark.parametrize("label", ["下一页", " 下一页 &gt; ", "下页", "Next"])
def test_the_generic_family_follows_the_link_to_the_next_page(label):
    def answer(ask: Ask) -> str:
        number = int(ask.url.rsplit("=", 1)[1])
        onward = f'<a href="?page={number + 1}">{label}</a>' if number < 4 else '<a href="javascript:;">下一页</a>'
        return f'<table><tr><td><a href="/show/{number}.html">{title(number)}</a></td><td>2024年1月9日</td></tr></table>{onward}'

    walked = walk(source("links", f"{ROOT}/list?page=1"), answer)
    assert [(one.url, one.listed_on) for one in walked.items] == [(f"{ROOT}/show/{n}.html", "2024-01-09") for n in range(1, 5)]


def test_a_next_page_that_is_this_page_or_elsewhere_ends_the_list():
    for target in ("", "?page=1", "https://elsewhere.example.com/?page=2", "#"):
        text = f'<a href="/show/1.html">{title(1)}</a><a href="{target}">下一页</a>'
        found = links.read(source("links"), Ask(f"{ROOT}/list?page=1", "list"), page(text, f"{ROOT}/list?page=1"))
        assert found.more == ()


def test_a_list_that_says_it_is_empty_is_empty():
    assert links.read(source("links"), Ask(ROOT, "list"), page("<p>暂无相关信息</p>", ROOT)).items == ()
    with pytest.raises(ListError):
        links.read(source("links"), Ask(ROOT, "list"), page("<p>欢迎</p>", ROOT))


def test_a_card_with_a_heading_and_an_abstract_is_titled_by_its_heading():
    text = f'<a href="/1.html"><h3>{title(1)}</h3><p>{"根据条例要求编制本报告，" * 20}</p></a>'
    assert links.read(source("links"), Ask(ROOT, "list"), page(text, ROOT)).items[0].title == title(1)


def test_families_are_recognised_by_their_signs():
    assert recognised(page(vsb_page(range(1), 3, None)))[0] == "vsb"
    assert recognised(page('<script>createPageHTML(2, 0, "index", "html")</script>')) == ("trs",)
    assert recognised(page('{"classify": {}, "total": 0, "articles": []}')) == ("gkmlpt",)
    assert recognised(page("<p>欢迎</p>")) == ()
    assert recognised(page("")) == ()
