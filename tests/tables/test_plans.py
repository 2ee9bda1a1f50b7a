"""A plan of a layout gives exactly what matching the page to the form gives."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from pipeline.documents.read import read_document
from pipeline.forms.load import TABLES
from pipeline.generator import KINDS, HtmlFlavour, ReportSpec, random_flavour, random_spec, render_html
from pipeline.model import Grid
from pipeline.tables.match import Matched, grids_to_rows, rows_to_figures
from pipeline.tables.plans import planned_figures


def grids(spec: ReportSpec, flavour: HtmlFlavour, number: int) -> tuple[Grid, ...]:
    return read_document(render_html(spec, flavour, rng=random.Random(number))).grids


def the_long_way(found: tuple[Grid, ...]) -> Matched:
    return rows_to_figures(grids_to_rows(found), found)


@pytest.mark.parametrize("number", range(40))
def test_reports_of_one_layout_are_read_as_if_each_were_matched(number: int):
    chance = random.Random(number)
    flavour = random_flavour(chance, 0.1)
    forms = ("2019", "2021", "mix")[number % 3]
    for figures in KINDS:
        found = grids(random_spec(chance, forms=forms, figures=figures), flavour, number)
        planned = planned_figures(found)
        assert planned is None or planned == the_long_way(found)


def test_a_plan_is_used_again_and_its_figures_are_each_pages_own():
    flavour = HtmlFlavour()
    one, other = (grids(random_spec(random.Random(seed), forms="2021", figures="consistent"), flavour, 1) for seed in (1, 2))
    first, second = planned_figures(one), planned_figures(other)
    assert first is not None
    assert second is not None
    assert first.figures.figure == second.figures.figure
    assert first.figures.value != second.figures.value
    first.figures.flags[0] = ("read.label",)
    again = planned_figures(one)
    assert again is not None
    assert again.figures.flags[0] == ()


def _changed(found: tuple[Grid, ...], table: int, old: str, new: str) -> tuple[Grid, ...]:
    """The grids with the first cell that says ``old`` saying ``new``."""
    grid = found[table]
    at = next(number for number, cell in enumerate(grid.cells) if cell.text == old)
    cells = (*grid.cells[:at], grid.cells[at]._replace(text=new), *grid.cells[at + 1 :])
    return (*found[:table], replace(grid, cells=cells), *found[table + 1 :])


@pytest.mark.parametrize(
    "odd", ["", "/", "3（其中修订1件）", "+4", "增2", "1,204", "12万元", "3.5", "1 2", "约3件", "0012", "1234567890123"]
)
def test_an_odd_cell_makes_a_layout_of_its_own_or_the_long_way(odd: str):
    found = grids(random_spec(random.Random(3), forms="2021", figures="consistent"), HtmlFlavour(), 1)
    for table in range(len(TABLES)):
        number = next(cell.text for cell in found[table].cells if cell.text.isdigit())
        changed = _changed(found, table, number, odd)
        planned = planned_figures(changed)
        assert planned is None or planned == the_long_way(changed)


def test_a_figure_printed_twice_is_matched_each_time():
    spec = random_spec(random.Random(3), forms="2021", figures="consistent")
    found = grids(spec, HtmlFlavour(), 1)
    twice = (*found, found[1])
    assert planned_figures(twice) is None


def test_a_page_that_lacks_a_table_goes_the_long_way_as_its_text_may_hold_it():
    found = grids(random_spec(random.Random(3), forms="2021", figures="consistent", absent=("applications",)), HtmlFlavour(), 1)
    assert len(found) == 2
    assert planned_figures(found) is None
