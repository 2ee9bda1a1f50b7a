"""HTML tables as a browser lays them out: spans, row groups, overlaps, hidden cells; and markup made to break the reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import limits, read_tables
from pipeline.model import Grid


def grids(html: str | bytes) -> list[Grid]:
    found, issues = read_tables(html.encode() if isinstance(html, str) else html)
    assert not [issue for issue in issues if issue.level == "error"]
    return found


def rows(html: str) -> list[list[str | None]]:
    (grid,) = grids(html)
    return grid.expanded()


def plain(table: list[list[str | None]]) -> list[list[str | None]]:
    """White space and positions at the end that no cell covers are not compared."""
    folded = [[None if text is None else "".join(text.split()) for text in row] for row in table]
    width = max((i + 1 for row in folded for i, text in enumerate(row) if text is not None), default=0)
    filled = [(row + [None] * width)[:width] for row in folded]
    while filled and all(text is None for text in filled[-1]):
        filled.pop()
    return filled


@pytest.mark.fault("P02", "P09")
@pytest.mark.parametrize(("file", "count"), [("html_tables.jsonl", 350), ("span_rules.jsonl", 77)])
def test_every_table_is_the_browsers(shared: Path, file: str, count: int):
    cases = [json.loads(line) for line in (shared / "tables" / file).read_text("utf8").split("\n") if line]
    assert len(cases) == count
    different = []
    for case in cases:
        got = [plain(grid.expanded()) for grid in grids(case["html"]) if not grid.depth]
        wanted = [plain(grid) for grid in case["grids"]]
        if [grid for grid in got if grid] != [grid for grid in wanted if grid]:
            different.append(case["id"])
    assert different == []


# -- spans


@pytest.mark.fault("P02")
@pytest.mark.parametrize(
    ("value", "width"),
    [
        ("2", 2),
        (" 2", 2),
        ("\t2", 2),
        ("+2", 2),
        ("2.5", 2),
        ("2 3", 2),
        ("2x", 2),
        ("02", 2),
        ("1e9", 1),
        ("0x10", 1),
        ("1_0", 1),
        ("", 1),
        ("abc", 1),
        ("-1", 1),
        ("-0", 1),
        ("0", 1),
        ("２", 1),
        ("٢", 1),
        ("\u00a02", 1),
        ("99999", 1000),
    ],
)
def test_odd_colspan(value, width):
    (grid,) = grids(f'<table><tr><td colspan="{value}">a<tr><td>b</table>')
    assert grid.cells[0].colspan == width


@pytest.mark.fault("P02", "P03")
@pytest.mark.parametrize(
    ("value", "height"), [("2", 2), ("0", 3), ("", 1), ("-3", 1), ("9", 3), ("65534", 3), ("999999999999", 3), ("1.9", 1)]
)
def test_odd_rowspan_ends_with_its_row_group(value, height):
    (grid,) = grids(f'<table><tr><td rowspan="{value}">a<td>1<tr><td>2<tr><td>3<tbody><tr><td>b<td>4</table>')
    assert grid.cells[0].rowspan == height


@pytest.mark.fault("P03")
def test_rowspan_of_the_head_does_not_leak_into_the_body():
    assert rows("<table><thead><tr><th rowspan=3>A<th>B<tbody><tr><td>1<td>2</table>") == [["A", "B"], ["1", "2"]]


def test_foot_goes_last_wherever_it_stands():
    assert rows("<table><tfoot><tr><td>f<tbody><tr><td>b</table>") == [["b"], ["f"]]


@pytest.mark.fault("P04")
def test_first_cell_owns_an_overlap_and_the_row_is_flagged():
    (grid,) = grids("<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c</table>")
    assert grid.expanded() == [["a", "b"], ["c", "b"]]
    assert grid.overlaps == {1}


def test_tables_without_overlap_are_not_flagged():
    (grid,) = grids("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>")
    assert grid.overlaps == frozenset()


def test_positions_without_a_cell_are_none_and_empty_cells_are_empty():
    assert rows("<table><tr><td>a<td></td><td>c<tr><td>d</table>") == [["a", "", "c"], ["d", None, None]]


@pytest.mark.fault("P01")
@pytest.mark.parametrize("span", ["rowspan=65534 colspan=1000", "colspan=1000000000", "rowspan=65534 colspan=1000000000"])
def test_small_span_bomb_costs_nothing(span):
    found, issues = read_tables(f"<table><tr><td {span}>x</table>".encode())
    assert len(found) == 1
    assert found[0].rows * found[0].columns <= limits.TABLE_SLOTS
    assert not issues


@pytest.mark.fault("P01")
def test_span_bomb_above_the_limit_is_refused_and_the_other_tables_stay():
    bomb = "<table>" + "<tr><td colspan=1000>x" * 51 + "</table>"
    found, issues = read_tables(f"<table><tr><td>a</table>{bomb}<table><tr><td>b</table>".encode())
    assert [grid.expanded() for grid in found] == [[["a"]], [["b"]]]
    assert [issue.code for issue in issues] == ["table.span_bomb"]


@pytest.mark.fault("P01")
def test_many_wide_cells_in_one_row_are_refused():
    found, issues = read_tables(f"<table><tr>{'<td colspan=1000>x' * 60}</table>".encode())
    assert not found
    assert [issue.code for issue in issues] == ["table.span_bomb"]


# -- texts of cells


@pytest.mark.fault("P10")
@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("12</br>0.00", "12\n0.00"),
        ("12<br>0.00", "12\n0.00"),
        ("12<p>13</p>", "12\n13"),
        ("<div>12</div><div>13</div>", "12\n13"),
        ("<ul><li>12<li>13</ul>", "12\n13"),
        ("<span>1</span><span>2</span>", "12"),
        ("<b>1</b>\n<b>2</b>", "1 2"),
        ("1\n  2", "1 2"),
        ("<p>商业</p><p>企业</p>", "商业\n企业"),
        ("规<o:p>章</o:p>", "规章"),
        ("&nbsp;", ""),
        ("<p>&nbsp;</p>", ""),
        ("0<script>9</script><style>8</style>", "0"),
        ("0<!-- 9 -->", "0"),
    ],
)
def test_text_of_a_cell(cell, text):
    assert rows(f"<table><tr><td>{cell}</table>") == [[text]]


@pytest.mark.fault("P11")
def test_self_closing_cell_takes_the_text_behind_it():
    assert rows("<table><tr><td/>规章<td>0</table>") == [["规章", "0"]]


@pytest.mark.fault("P11")
def test_missing_row_tags_and_table_end():
    assert rows("<table><td>a<td>b<p>c") == [["a", "b\nc"]]


@pytest.mark.fault("P11")
def test_form_right_inside_a_table_does_not_end_it():
    assert rows("<table><form><tr><td>a</td></tr></form><tr><td>b</table>") == [["a"], ["b"]]


def test_caption_is_kept_apart():
    (grid,) = grids("<table><caption>表<b>三</b></caption><tr><td>a</table>")
    assert (grid.caption, grid.expanded()) == ("表三", [["a"]])


# -- hidden and nested


@pytest.mark.fault("P12")
@pytest.mark.parametrize("attribute", ["hidden", "style='display:none'", "style='color:red; DISPLAY : NONE'"])
def test_hidden_cells_stay_in_the_grid_and_are_listed(attribute):
    (grid,) = grids(f"<table><tr><td>a<td {attribute}>9<td>b</table>")
    assert (grid.expanded(), grid.hidden()) == ([["a", "9", "b"]], [(0, 1)])


@pytest.mark.fault("P12")
def test_every_cell_of_a_hidden_row_is_hidden():
    (grid,) = grids("<table><tr style='display:none'><td>a<td>b<tr><td>c<td>d</table>")
    assert grid.hidden() == [(0, 0), (0, 1)]


@pytest.mark.parametrize("style", ["display:inline", "list-style:none", "nondisplay:none-ish"])
def test_other_styles_do_not_hide(style):
    (grid,) = grids(f"<table><tr><td style='{style}'>a</table>")
    assert grid.hidden() == []


@pytest.mark.fault("P17")
def test_nested_tables_come_in_document_order_with_their_depth():
    found = grids("<table><tr><td>x<table><tr><td>y<table><tr><td>z</table></table></table><table><tr><td>w</table>")
    assert [(grid.depth, grid.expanded()[0][0]) for grid in found] == [(0, "x\ny\nz"), (1, "y\nz"), (2, "z"), (0, "w")]


# -- hostile markup


@pytest.mark.fault("P05")
@pytest.mark.parametrize("depth", [300, 3_000])
def test_table_below_many_elements_is_found(depth):
    assert rows("<div>" * depth + "<table><tr><td>规章<td>7</table>") == [["规章", "7"]]


@pytest.mark.fault("P06")
def test_comment_of_twelve_megabytes_between_rows_loses_nothing():
    comment = "<!--" + "x" * 12_000_000 + "-->"
    assert rows(f"<table><tr><td>a</tr>{comment}<tr><td>b</table>") == [["a"], ["b"]]


@pytest.mark.fault("P06")
def test_attribute_and_text_of_a_megabyte_lose_nothing():
    assert rows(f"<table title='{'x' * 1_000_000}'><tr><td>a<tr><td>{'y' * 1_000_000}<tr><td>b</table>")[::2] == [["a"], ["b"]]


#: Bytes of which many are control characters are no page; a page has text around them.
ORDINARY = "<p>" + "政府信息公开工作年度报告" * 100 + "</p>"


@pytest.mark.fault("P15")
@pytest.mark.parametrize(
    "character", ["\x00", "\x01", "\x1f", "\x7f", "\x85", "\ufeff", "\u200b", "\u2028", "\ue000", "\ufffe", "\U0010ffff"]
)
def test_odd_characters_never_raise(character):
    assert len(rows(f"{ORDINARY}<table><tr><td>a{character}b<td>1{character}</table>")[0]) == 2


TAGS = (
    "table",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "colgroup",
    "col",
    "p",
    "div",
    "br",
    "form",
    "span",
    "select",
    "template",
)
SPANS = (
    "",
    " rowspan=0",
    " rowspan=2",
    " rowspan=9",
    " colspan=0",
    " colspan=3",
    " rowspan=65534 colspan=1000",
    " hidden",
    " style=display:none",
)
soup = st.lists(
    st.one_of(
        st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(SPANS)),
        st.builds("</{}>".format, st.sampled_from(TAGS)),
        st.sampled_from(("规章", "0", " ", "&nbsp;", "<!--", "-->", "12</br>3", "\x00")),
    ),
    max_size=40,
).map("".join)


@pytest.mark.fault("P09")
@given(soup)
def test_no_table_soup_makes_it_raise(markup):
    found, _ = read_tables(f"{ORDINARY}<table>{markup}".encode())
    for grid in found:
        table = grid.expanded()
        assert len(table) == grid.rows
        assert all(len(row) == grid.columns for row in table)
        assert all(0 <= row < grid.rows and 0 <= column < grid.columns for row, column in grid.hidden())


@pytest.mark.fault("P04")
@given(soup)
def test_cells_stay_inside_their_grid_and_cover_a_position_once_unless_flagged(markup):
    for grid in read_tables(f"{ORDINARY}<table>{markup}".encode())[0]:
        taken: dict[tuple[int, int], int] = {}
        for cell in grid.cells:
            assert cell.row + cell.rowspan <= grid.rows
            assert cell.column + cell.colspan <= grid.columns
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    taken[row, column] = taken.get((row, column), 0) + 1
        doubled = any(count > 1 for count in taken.values())
        assert bool(grid.overlaps) == doubled
