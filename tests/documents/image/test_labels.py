"""Labels that were misread get the form's text where their neighbours leave no other; figures are never touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.documents.image.labels import FLAG, mended
from pipeline.forms.layout import figure_ids, official_grid
from pipeline.model import Grid

TABLES = [("proactive_disclosure", "2021"), ("proactive_disclosure", "2019"), ("applications", "2021"), ("review_litigation", "2021")]


def grid(table: str, form: str, **changes: str) -> Grid:
    """The official table of a form, each figure its own number; some texts changed."""
    printed = {name: str(number) for number, name in enumerate(figure_ids(table, form))}
    whole = replace(official_grid(table, form, printed), origin="image")
    return replace(whole, cells=tuple(cell._replace(text=changes.get(cell.text, cell.text)) for cell in whole.cells))


def texts(one: Grid) -> list[str]:
    return [cell.text for cell in one.cells]


@pytest.mark.parametrize(("table", "form"), TABLES)
def test_a_table_that_was_read_whole_stays(table, form):
    whole = grid(table, form)
    assert mended(whole) is whole


@pytest.mark.parametrize(
    ("table", "printed", "read"),
    [
        ("applications", "自然人", "白然人"),
        ("applications", "1.属于国家秘密", "1.厘于国家秘蜜"),
        ("applications", "（一）予以公开", "(二)予以公歼"),
        ("review_litigation", "尚未审结", "尚末审结"),
        ("proactive_disclosure", "行政强制", "行改强制"),
    ],
)
def test_a_misread_label_between_others_is_the_forms(table, printed, read):
    whole = grid(table, "2021")
    again = mended(grid(table, "2021", **{printed: read}))
    assert texts(again) == texts(whole)
    assert not again.doubts


def test_a_label_that_is_hardly_alike_is_taken_with_doubt_on_its_figures():
    again = mended(grid("applications", "2021", **{"6.属于四类过程性信息": "6.屑于〓〓讨〓性信"}))
    assert texts(again) == texts(grid("applications", "2021"))
    row = next(cell.row for cell in again.cells if cell.text == "6.属于四类过程性信息")
    assert {place for place, flags in again.doubts.items() if FLAG in flags} == {(row, column) for column in range(3, 10)}


def test_a_label_that_is_nothing_like_it_stays_as_it_was_read():
    changed = grid("applications", "2021", **{"6.属于四类过程性信息": "其他主动公开文件类"})
    assert mended(changed) is changed


def test_a_table_of_which_too_little_was_read_is_left_alone():
    read = {cell.text: "〓〓〓〓" for cell in grid("applications", "2021").cells if not cell.text.isdigit() and cell.row > 4}
    changed = grid("applications", "2021", **read)
    assert mended(changed) is changed


def test_figures_stay():
    changed = grid("applications", "2021", 自然人="白然人")
    assert [cell.text for cell in mended(changed).cells if cell.text.isdigit()] == [
        cell.text for cell in changed.cells if cell.text.isdigit()
    ]
