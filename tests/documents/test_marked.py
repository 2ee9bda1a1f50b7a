"""The quick reading of a page gives what the walk through its tree gives, or leaves the page to the walk."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents.html import walk_html
from pipeline.documents.marked import read_marked
from pipeline.generator import HtmlFlavour, random_flavour, random_spec, render_html

_WORDS = (
    "规章",
    "1",
    "12",
    "一、总体情况",
    "制发件数",
    "0",
    " ",
    "\n",
    "本年",
    "&nbsp;",
    "a&lt;b",
    "二、主动公开政府信息情况",
    "首页 > 公开",
    "\t",
)
_TAGS = (
    *("p", "br", "div", "span", "b", "td", "td", "tr", "table", "th", "tbody", "thead", "tfoot", "caption", "li", "ul", "h1", "form"),
    *("img", "input", "section", "center", "P", "TD", "Br", "a", "o:p", "select", "option", "textarea", "script", "style", "noscript"),
    *("iframe", "object", "sub", "summary", "colgroup", "col", "svg", "title", "pre", "hr", "dl", "dd", "image", "font", "strong"),
)
_ATTRIBUTES = ("", "", "", ' colspan="2"', " rowspan=2", " hidden", ' style="display:none"', ' rowspan="0"', ' title="<p>x"', " class=a/b")

_pieces = st.one_of(
    st.sampled_from(_WORDS),
    st.builds("<{}{}>".format, st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(_TAGS)),
)
_cells = st.builds("<td{}>{}</td>".format, st.sampled_from(_ATTRIBUTES), st.lists(_pieces, max_size=4).map("".join))
_rows = st.builds("<tr>{}</tr>".format, st.lists(_cells, min_size=1, max_size=4).map("".join))
_tables = st.builds("<table>{}</table>".format, st.lists(st.one_of(_rows, _rows, _pieces), max_size=5).map("".join))
pages = st.lists(st.one_of(_pieces, _tables), max_size=30).map("".join)


@given(pages)
@settings(max_examples=600)
def test_any_markup_is_read_alike_or_left_to_the_walk(page: str):
    quick = read_marked(page.encode())
    assert quick is None or quick == walk_html(page)


@pytest.mark.parametrize("number", range(60))
def test_a_report_in_any_dress_is_read_alike(number: int):
    chance = random.Random(number)
    spec = random_spec(chance, forms=("2019", "2021", "mix")[number % 3])
    page = render_html(spec, random_flavour(chance), rng=chance).decode()
    quick = read_marked(page.encode())
    assert quick is None or quick == walk_html(page)


@pytest.mark.parametrize(
    "flavour",
    [
        HtmlFlavour(),
        HtmlFlavour(word=True, metadata=True),
        HtmlFlavour(chrome=True, breaks=True, sections=True),
        HtmlFlavour(layout_tables=2),
        HtmlFlavour(unclosed="cells", header_cells=True),
        HtmlFlavour(split="headed", container="zoom", overshoot=True),
    ],
)
def test_ordinary_pages_do_not_need_the_walk(flavour: HtmlFlavour):
    chance = random.Random(5)
    page = render_html(random_spec(chance, forms="2021"), flavour, rng=chance).decode()
    assert read_marked(page.encode()) is not None
    assert read_marked(page.replace("<td", "<TD").replace("<p>", "<P>").replace("</p>", "</P>").encode()) is not None


@pytest.mark.parametrize(
    "page",
    [
        "<pre>1\n2</pre>",
        "<table><tr><p>laid before</p><td>1</td></tr></table>",
        "<table><tr><img><td>1</td></tr></table>",
        "<table><tr><td style='display:none'>1</td></tr></table>",
        "<p>1&#12;2</p>",
        "<title>a<br>b</title>",
        "<xmp><p>text</p></xmp>",
    ],
)
def test_what_few_pages_do_is_left_to_the_walk(page: str):
    assert read_marked(page.encode()) is None
