"""A page as lines and tables: what is a table of the form, what is layout, what is left out and said."""

from __future__ import annotations

import pytest

from pipeline import limits
from pipeline.documents.content import Content
from pipeline.documents.html import TooDeepError, guard, page_grids, read_html

RULES = "<table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数<tr><td>规章<td>4<td>5<td>6</table>"
ACROSS = "<table><tr>" + "".join(f"<td>{n}" for n in range(15)) + "</table>"


def read(body: str) -> Content:
    return read_html(f"<!DOCTYPE html><html><head><title>年报</title></head><body>{body}</body></html>")


def numbers(content: Content) -> list[str]:
    return [cell.text for grid in content.grids for cell in grid.cells if cell.text.isdigit()]


def test_blocks_are_lines_and_runs_are_not():
    content = read("<p>一、<b>总体</b>情况</p><div>甲<p>乙</p>丙</div><span>丁</span><span>戊</span>")
    assert content.lines == ["一、总体情况", "甲", "乙", "丙", "丁戊"]


def test_scripts_styles_and_choices_are_no_text():
    assert read("<script>var a=1;</script><style>p{}</style><select><option>1</select><noscript>x</noscript>甲").lines == ["甲"]


def test_preformatted_text_keeps_its_lines():
    assert read("<pre>规章 | 0 |\n行政许可 | 1 |</pre>").lines == ["规章 | 0 |", "行政许可 | 1 |"]


def test_hidden_blocks_are_left_out():
    assert read("<p style='display:none'>旧</p><div hidden>旧</div><p>新</p>").lines == ["新"]


def test_table_of_the_form_is_a_grid_and_not_text():
    content = read(f"<p>二、主动公开政府信息情况</p>{RULES}<p>后</p>")
    assert numbers(content) == ["4", "5", "6"]
    assert content.lines == ["二、主动公开政府信息情况", "后"]
    assert (content.grid_at, content.grids[0].section) == ([1], 2)


@pytest.mark.fault("P17")
@pytest.mark.parametrize("levels", [1, 3, 6])
def test_layout_tables_around_the_real_one_are_text_and_count_nothing_twice(levels):
    content = read("<table><tr><td>导航<td>" * levels + RULES + "</table>" * levels)
    assert numbers(content) == ["4", "5", "6"]
    assert content.lines.count("导航") == levels


def test_table_of_other_things_is_text():
    content = read("<table><tr><td>索引号<td>0001<tr><td>发布机构<td>某局</table>")
    assert content.grids == []
    assert "0001" in content.lines


def test_row_of_fifteen_figures_is_a_table_of_the_form():
    assert len(read(ACROSS).grids) == 1


@pytest.mark.fault("P12")
def test_hidden_cells_leave_the_columns_and_their_digits_are_named():
    content = read(RULES.replace("<td>4", "<td>4<td style='display:none'>99"))
    assert numbers(content) == ["4", "5", "6"]
    assert [(issue.code, issue.evidence) for issue in content.issues] == [("table.hidden_digits", "99")]


def test_hidden_cells_without_digits_are_not_named():
    assert read(RULES.replace("<td>4", "<td>4<td style='display:none'>注")).issues == []


def test_pictures_are_counted_by_section():
    content = read("<img src=a><p>三、收到和处理政府信息公开申请情况</p><p><img src=b></p><img src=c>")
    assert content.pictures == {0: 1, 3: 2}


def test_breadcrumb_is_found_by_its_words():
    assert read("<div>您的位置：首页 &gt; 政务公开 &gt; 彩云镇</div>").breadcrumb == ["首页", "政务公开", "彩云镇"]


@pytest.mark.fault("P01")
def test_span_bomb_is_left_out_with_a_reason_and_the_report_stays():
    content = read("<table>" + "<tr><td colspan=1000>规章" * 60 + f"</table>{RULES}")
    assert [issue.code for issue in content.issues] == ["table.span_bomb"]
    assert numbers(content) == ["4", "5", "6"]


@pytest.mark.fault("P01")
def test_table_wider_than_any_report_is_left_out():
    content = read(RULES.replace("<td>6", f"<td colspan={limits.REPORT_COLUMNS}>6"))
    assert [issue.code for issue in content.issues] == ["table.span_bomb"]
    assert content.grids == []


@pytest.mark.fault("P05")
@pytest.mark.parametrize("depth", [300, 3_000])
def test_table_far_down_is_not_lost(depth):
    assert numbers(read("<div>" * depth + RULES)) == ["4", "5", "6"]


@pytest.mark.fault("P05")
@pytest.mark.parametrize("element", ["div", "b", "span", "font", "DIV class=x"])
def test_nesting_that_costs_minutes_is_refused(element):
    body = f"<{element}>" * 50_000 + RULES
    with pytest.raises(TooDeepError, match="nested"):
        guard(body.encode())


@pytest.mark.fault("P08")
def test_attributes_that_cost_minutes_are_refused():
    body = "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + RULES
    with pytest.raises(TooDeepError, match="attributes"):
        guard(body.encode())


@pytest.mark.parametrize(
    "body",
    [
        "<p>x</p>" * 50_000,
        "<p>x" * 50_000,
        "<tr><td>0<td>1" * 50_000,
        "<br>" * 100_000,
        "<img src=x>" * 50_000,
        "<div></div>" * 50_000,
        f"<p title='{'x' * 1_000_000}'>",
        f"<img src='data:image/png;base64,{'iVBORw0KGgo' * 50_000}='>",
        f"<a href='?{'a=1&' * 60_000}'>",
        "<" * 100_000,
    ],
    ids=[
        "paragraphs",
        "unclosed paragraphs",
        "unclosed cells",
        "breaks",
        "images",
        "closed",
        "long attribute",
        "data url",
        "long query",
        "brackets",
    ],
)
def test_long_pages_are_not_deep(body):
    guard(body.encode())


def test_page_grids_names_what_it_refused():
    found = page_grids("<table><tr><td>a</table><table>" + "<tr><td colspan=1000>x" * 60 + "</table>")
    assert [grid is None for grid, _ in found] == [False, True]
    assert found[1][1]


def test_word_runs_break_no_label():
    content = read(RULES.replace("规章", "<p class=MsoNormal><span lang=EN-US>规</span><span>章<o:p></o:p></span></p>"))
    assert "规章" in [cell.text for cell in content.grids[0].cells]
