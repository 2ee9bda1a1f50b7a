"""Pages: whatever the markup, a browser's parser finds the printed texts, in their order."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from selectolax.lexbor import LexborHTMLParser

from pipeline.generator import HtmlFlavour, random_flavour, random_spec, render_html, trapped, truth
from pipeline.generator.spec import TABLES
from pipeline.generator.variants import TableVariant, report_sheets, vary


def squeezed(text):
    return re.sub(r"\s+", "", text)


def printed_texts(spec, variant=None):
    sheets = report_sheets(spec).items()
    cells = [cell for table, sheet in sheets for cell in vary(sheet, variant or TableVariant(), spec).cells]
    return [squeezed(cell.text) for cell in cells if squeezed(cell.text)]


def browser_texts(page, encoding):
    """The texts of the cells that hold no table and are shown, in document order; the HTML5 tree builder repairs the markup."""
    tree = LexborHTMLParser(page.decode(encoding))
    cells = [one for one in tree.css("td, th") if not one.css("table") and "display:none" not in (one.attributes.get("style") or "")]
    return [squeezed(one.text()) for one in cells]


def is_subsequence(wanted, found):
    left = iter(found)
    return all(any(text == one for one in left) for text in wanted)


def test_clean_page_holds_exactly_the_printed_cells():
    spec = random_spec(random.Random(1), forms="2021", figures="distinct")
    page = render_html(spec, rng=random.Random(1))
    cells = [squeezed(one.text_content()) for one in lxml_html.fromstring(page.decode()).xpath("//td")]
    assert [text for text in cells if text] == printed_texts(spec)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["utf-8", "gb18030"]))
def test_every_flavour_shows_every_printed_text_in_order(seed, charset):
    rng = random.Random(seed)
    spec = trapped(random_spec(rng, figures="wild"), ["one_value"] if rng.random() < 0.3 else [])
    flavour = random_flavour(rng, 0.4)
    found = browser_texts(render_html(spec, flavour, charset=charset, rng=rng), charset)
    assert is_subsequence(printed_texts(spec, flavour.variant), found)


@pytest.mark.parametrize("unclosed", ["cells", "tables"])
def test_missing_end_tags_leave_three_tables(unclosed):
    spec = random_spec(random.Random(2), figures="distinct")
    tree = LexborHTMLParser(render_html(spec, HtmlFlavour(unclosed=unclosed), rng=random.Random(1)).decode())
    assert len(tree.css("table")) == 3
    assert not any(one.css("table table") for one in tree.css("table"))


def test_word_page_cuts_numbers_into_runs_that_read_as_one():
    spec = random_spec(random.Random(3), forms="2019", figures="distinct")
    page = render_html(spec, HtmlFlavour(word=True), rng=random.Random(3))
    assert 45_000 < len(page) < 90_000
    assert re.search(rb">\d+</span><span[^>]*>\d+</span>", page)
    assert is_subsequence(printed_texts(spec), browser_texts(page, "utf-8"))


def test_hidden_cells_are_there_but_not_shown():
    spec = random_spec(random.Random(4), figures="zeros")
    page = render_html(spec, HtmlFlavour(hidden=True), rng=random.Random(4))
    assert b"display:none" in page
    assert "99" not in browser_texts(page, "utf-8")


def test_gb18030_page_says_gb2312_as_such_pages_do():
    page = render_html(random_spec(random.Random(5)), HtmlFlavour(meta_charset="gb2312"), charset="gb18030", rng=random.Random(5))
    assert b"charset=gb2312" in page
    assert "政府信息公开工作年度报告" in page.decode("gb18030")


def test_pictures_stand_in_place_of_tables():
    spec = random_spec(random.Random(6))
    page = render_html(spec, HtmlFlavour(pictures=True), rng=random.Random(6))
    assert page.count(b"<img") == 3
    assert b"<table" not in page
    told = truth(spec, absent=TABLES)
    assert (told["figures"], told["absent"]) == ({}, list(TABLES))


def test_wide_export_sets_header_and_values_on_different_edges():
    spec = random_spec(random.Random(7), forms="2019", figures="distinct")
    cells = vary(report_sheets(spec)["proactive_disclosure"], TableVariant(columns=5), spec).cells
    at = {cell.row: cell for cell in cells if cell.text == "上一年项目数量"}
    row = min(at)
    header, value = at[row], next(cell for cell in cells if cell.row == row + 1 and cell.role == "value")
    assert (header.colspan, value.colspan) == (1, 2)


def test_same_seed_same_bytes():
    spec = random_spec(random.Random(8))
    pages = [render_html(spec, random_flavour(random.Random(8), 0.5), rng=random.Random(8)) for _ in range(2)]
    assert pages[0] == pages[1]
