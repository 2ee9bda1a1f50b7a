"""Pages printed by a browser, one per trap met in PDFs of reports: what is printed comes out in the cell that it stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import pypdfium2
import pytest

from pipeline import read_report
from pipeline.documents.content import Blocks
from pipeline.documents.pdf import read_pdf
from pipeline.forms.layout import figure_ids, official_grid
from pipeline.model import Grid
from tests.documents.printers import print_pages

RULED = "table{border-collapse:collapse} td{border:1px solid #000;padding:4px 12px}"
OPEN = "table{border-collapse:collapse;border-style:hidden} td{border:1px solid #000;padding:4px 12px}"
ROWS = [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "0", "12", "3045"], ["行政规范性文件", "7", "1", "60"]]
A6 = {"format": "A6", "margin": dict.fromkeys(("top", "bottom", "left", "right"), "12mm")}
NUMBERED = {
    "display_header_footer": True,
    "header_template": "<b></b>",
    "footer_template": "<p style='font-size:9px'>— <b class=pageNumber></b> —</p>",
}


def html(rows: Sequence[Sequence[str]], css: str = RULED, *, head: int = 0, around: str = "") -> bytes:
    """A page with a table; its first rows are a head that a browser repeats on every page."""
    lines = ["<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows]
    whole = f"<table><thead>{''.join(lines[:head])}</thead><tbody>{''.join(lines[head:])}</tbody></table>"
    return f"<style>body{{font:13px 'Noto Sans CJK SC'}} {css}</style>{around}{whole}".encode()


LONG = [ROWS[0], *([f"文件{number}", str(number), str(number * 3), str(number * 7)] for number in range(40))]
CASES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "plain": (html(ROWS), {}),
    "italic": (html(ROWS, RULED + "td{font-style:italic}"), {}),
    "small": (html(ROWS, RULED + "td{font-size:5px}"), {}),
    "landscape": (html(ROWS), {"landscape": True}),
    "letters spaced": (html(ROWS, RULED + "td{letter-spacing:3px}"), {}),
    "stretched over the cell": (html(ROWS, RULED + "td{text-align-last:justify;width:140px}"), {}),
    "outer lines not drawn": (html(ROWS, OPEN), {}),
    "a cross of lines": (html([["规章", "12"], ["行政规范性文件", "60"]], OPEN), {}),
    "boxes filled, no lines": (html(ROWS, "table{border-spacing:2px} td{background:#ccd;padding:4px}"), {"print_background": True}),
    "light lines": (html(ROWS, RULED + "td{border-color:#eee}"), {}),
    "dotted lines": (html(ROWS, RULED + "td{border-style:dotted}"), {}),
    "double lines": (html(ROWS, RULED + "td{border:3px double #000}"), {}),
    "a watermark": (
        html(ROWS, RULED, around="<div style='position:fixed;transform:rotate(-30deg);color:#0003;font-size:50px'>内部 2024 88</div>"),
        {"print_background": True},
    ),
    "white on white": (html([*ROWS[:1], ["规章<span style='color:#fff'>99</span>", *ROWS[1][1:]], ROWS[2]]), {"print_background": True}),
    "radicals": (html([*ROWS[:1], ["规章", *ROWS[1][1:]], ["⾏政规范性⽂件", *ROWS[2][1:]]]), {}),
    "a number over lines": (
        html(
            [ROWS[0], ["规章", "0", "12", "3045"], ROWS[2]],
            RULED + "td{padding:0} td:last-child{width:22px;max-width:22px;word-break:break-all}",
        ),
        {},
    ),
    "pages": (html(LONG), A6),
    "pages with heads and numbers": (html(LONG, head=1), A6 | NUMBERED),
}
#: Cases that print the same table.
SAME = [name for name in CASES if name not in {"a cross of lines", "pages", "pages with heads and numbers"}]


@pytest.fixture(scope="module")
def prints() -> Mapping[str, bytes]:
    return dict(zip(CASES, print_pages(CASES.values()), strict=True))


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in grid.cells if cell.row == row] for row in range(grid.rows)]


def tables(blocks: Blocks) -> list[list[list[str]]]:
    return [texts(grid) for grid in blocks.grids]


@pytest.mark.parametrize("name", SAME)
def test_the_table_comes_out_as_it_is_printed(prints, name):
    assert tables(read_pdf(prints[name])) == [ROWS]


def test_four_cells_around_a_cross_are_a_table(prints):
    assert tables(read_pdf(prints["a cross of lines"])) == [[["规章", "12"], ["行政规范性文件", "60"]]]


@pytest.mark.parametrize("name", ["pages", "pages with heads and numbers"])
def test_a_table_over_pages_is_one(prints, name):
    blocks = read_pdf(prints[name])
    assert len(pypdfium2.PdfDocument(prints[name])) > 2
    assert tables(blocks) == [LONG]
    assert [item for item in blocks.items if isinstance(item, str)] == []


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_is_turned_is_read_upright(prints, degrees):
    document = pypdfium2.PdfDocument(prints["plain"])
    document[0].set_rotation(degrees)
    out = BytesIO()
    document.save(out)
    assert tables(read_pdf(out.getvalue())) == [ROWS]


# -- what the publisher printed wrong


def report(figures: Mapping[str, str]) -> bytes:
    """Table four in its official layout, with its spans."""
    grid = official_grid("review_litigation", "2021", dict.fromkeys(figure_ids("review_litigation", "2021"), "0") | dict(figures))
    lines = [
        "".join(f"<td rowspan={one.rowspan} colspan={one.colspan}>{one.text}</td>" for one in grid.cells if one.row == row)
        for row in range(grid.rows)
    ]
    head = "<h3>示例县2023年政府信息公开工作年度报告</h3><p>四、政府信息公开行政复议、行政诉讼情况</p>"
    whole = head + "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
    return f"<style>body{{font:11px 'Noto Sans CJK SC'}} {RULED} td{{padding:2px}}</style>{whole}".encode()


def test_totals_that_contradict_their_parts_come_out_as_printed_with_the_relation_that_fails():
    """As a district's report of 2023: totals of 0 beside parts of 10 and 1, and of 5."""
    names = figure_ids("review_litigation", "2021")
    reviews = [name for name in names if ".review." in name or "reconsideration" in name] or names[:5]
    printed = {reviews[0]: "10", reviews[1]: "1", names[5]: "5"}
    (body,) = print_pages([(report(printed), {"landscape": True})])
    found = read_report(body)
    values = {one.figure: one for one in found.figures}
    assert {name: values[name].value for name in names} == {name: int(printed.get(name, "0")) for name in names}
    failed = [issue for issue in found.issues if issue.code == "check.review_litigation_total"]
    assert len(failed) == 2
    assert all("check.review_litigation_total" in values[name].flags for name in (reviews[0], reviews[1], names[4], names[5], names[9]))
    assert not any(flag.startswith("read.") for one in found.figures for flag in one.flags)
