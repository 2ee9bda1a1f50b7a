"""The official layout: sizes, spans and the place of every figure."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.forms import forms
from pipeline.forms.layout import Sheet, sheet_grid
from pipeline.generator import TRAPS, figure_ids, official_grid, random_spec, random_variant, trapped
from pipeline.generator.spec import TABLES
from pipeline.generator.variants import header_height, report_sheets, split_at, split_header_rows, vary

SIZES = {
    ("proactive_disclosure", "2019"): (18, 4, 22),
    ("proactive_disclosure", "2021"): (14, 4, 10),
    ("applications", "2019"): (26, 10, 161),
    ("applications", "2021"): (28, 10, 175),
    ("review_litigation", "2019"): (4, 15, 15),
    ("review_litigation", "2021"): (4, 15, 15),
}


def assert_covers_once(sheet: Sheet) -> None:
    grid = sheet_grid(sheet)
    seen = [
        (row, column)
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    ]
    assert sorted(seen) == [(row, column) for row in range(grid.rows) for column in range(grid.columns)]


@pytest.mark.parametrize(("table", "form"), SIZES)
def test_official_grid_has_the_official_size_and_all_figures(table, form):
    ids = figure_ids(table, form)
    grid = official_grid(table, form, {name: name for name in ids})
    assert (grid.rows, grid.columns, len(ids)) == SIZES[table, form]
    assert set(ids) == {name for name, figure in forms().figures.items() if figure.table == table and form in figure.forms}
    assert sorted(cell.text for cell in grid.cells if cell.text in set(ids)) == sorted(ids)


def test_spans_of_table_three_are_those_of_the_form():
    spans = {cell.text: (cell.rowspan, cell.colspan) for cell in official_grid("applications", "2021", {}).cells if cell.text}
    assert spans["三、本年度办理结果"] == (22, 1)
    assert [spans[label][0] for label in ("（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理")] == [8, 3, 5, 3]
    older = {cell.text: (cell.rowspan, cell.colspan) for cell in official_grid("applications", "2019", {}).cells if cell.text}
    assert older["三、本年度办理结果"] == (20, 1)
    assert older["（六）其他处理"] == (1, 2)


def test_spans_of_table_four_are_those_of_the_form():
    spans = {cell.text: (cell.rowspan, cell.colspan) for cell in official_grid("review_litigation", "2021", {}).cells if cell.text}
    assert (spans["行政复议"], spans["行政诉讼"], spans["复议后起诉"]) == ((2, 5), (1, 10), (1, 5))


def test_mixed_table_three_has_the_single_row_six_of_2019():
    ids = figure_ids("applications", "2021", {"other_handling": "2019"})
    assert "applications.other_handling.total" in ids
    assert not any("other_overdue" in name for name in ids)


def test_mixed_table_two_has_blocks_of_both_forms():
    ids = figure_ids("proactive_disclosure", "2021", {"article_20_9": "2019", "article_20_8": "2019"})
    assert "proactive_disclosure.central_procurement.amount" in ids
    assert "proactive_disclosure.admin_fees.items_change" in ids
    assert "proactive_disclosure.rules.issued" in ids


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_every_variant_covers_each_position_once(seed):
    rng = random.Random(seed)
    spec = trapped(random_spec(rng, figures="distinct"), [trap for trap in TRAPS if rng.random() < 0.3])
    for table, official in report_sheets(spec).items():
        sheet = vary(official, random_variant(rng, 0.4), spec)
        sheet = split_header_rows(sheet) if rng.random() < 0.4 else sheet
        assert_covers_once(sheet)
        if table == TABLES[2]:
            continue
        top = header_height(sheet)
        for part in split_at(sheet, rng.randint(top, sheet.rows - 1), repeat_header=rng.choice((0, top))):
            assert_covers_once(part)
