"""The declarations themselves: what a label-matching reader relies on."""

from __future__ import annotations

import itertools
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from pipeline.forms import Block, Check, Column, Row, Table, forms
from pipeline.forms.load import FORMS
from pipeline.normalizer import prose

Part = Row | Column

TABLES = list(forms().tables.values())
BLOCKS_BY_FORM = [
    pytest.param(block, form, id=f"{table.id}-{block.id}-{form}") for table in TABLES for block in table.blocks for form in block.forms
]
WIDTHS = {
    ("article_20_1", "2019"): 3,
    ("article_20_1", "2021"): 3,
    ("article_20_5", "2019"): 3,
    ("article_20_5", "2021"): 1,
    ("article_20_6", "2019"): 3,
    ("article_20_6", "2021"): 1,
    ("article_20_8", "2019"): 2,
    ("article_20_8", "2021"): 1,
    ("article_20_9", "2019"): 2,
    ("applicants", "2019"): 7,
    ("applicants", "2021"): 7,
    ("outcomes", "2019"): 5,
    ("outcomes", "2021"): 5,
}


def parts_of(block: Block) -> tuple[Part, ...]:
    return (*block.rows, *block.columns)


def as_compared(text: str) -> str:
    """A label without what print varies: width of characters and white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def spellings(part: Part, form: str) -> set[str]:
    return {as_compared(part.labels[form]), *(as_compared(alias.text) for alias in part.aliases)}


def shared_spellings(parts: Iterable[Part], form: str) -> list[str]:
    counted = Counter(text for part in parts if form in part.forms for text in spellings(part, form))
    return [text for text, times in counted.items() if times > 1]


def split_headers(paths: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Header cells that would have to be printed twice because what they cover does not stand side by side."""
    depth = max(len(path) for path in paths)
    runs = [run for level in range(1, depth + 1) for run, _ in itertools.groupby(path[:level] for path in paths) if len(run) == level]
    return [run for run, times in Counter(runs).items() if times > 1]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_every_label_and_definition_says_something(table: Table) -> None:
    texts = [table.number, table.heading_zh, *table.heading_aliases, table.label_en, *table.foreign_rows]
    for block in table.blocks:
        texts += [block.definition, *(row.definition for row in block.rows)]
        # In table four nothing is printed above the groups: the block has no label.
        texts += [] if table.across else [block.label_zh]
        for part in parts_of(block):
            texts += [part.id, part.label_en, *part.labels.values(), *part.path]
            texts += [text for alias in part.aliases for text in (alias.text, alias.seen)]
    assert all(text == text.strip() and text for text in texts)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_no_heading_is_another_tables(table: Table) -> None:
    mine = {as_compared(text) for text in (table.heading_zh, *table.heading_aliases)}
    others = {as_compared(text) for other in TABLES if other is not table for text in (other.heading_zh, *other.heading_aliases)}
    assert not mine & others


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_a_row_that_is_not_the_forms_is_not_one_of_its_rows(table: Table) -> None:
    foreign = {as_compared(text) for text in table.foreign_rows}
    own = {text for block in table.blocks for row in block.rows for form in row.forms for text in spellings(row, form)}
    assert not foreign & own


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_no_row_label_of_a_form_stands_in_two_blocks(table: Table) -> None:
    for form in FORMS:
        assert not shared_spellings([row for block in table.blocks for row in block.rows], form)


@pytest.mark.parametrize(("block", "form"), BLOCKS_BY_FORM)
def test_no_spelling_fits_two_rows_or_two_columns(block: Block, form: str) -> None:
    assert not shared_spellings(block.rows, form)
    assert not shared_spellings(block.columns, form)


@pytest.mark.parametrize(("block", "form"), BLOCKS_BY_FORM)
def test_no_alias_repeats_the_label_or_another_alias(block: Block, form: str) -> None:
    for part in parts_of(block):
        if form in part.forms:
            assert len(spellings(part, form)) == 1 + len(part.aliases)


@pytest.mark.parametrize(("block", "form"), BLOCKS_BY_FORM)
def test_headers_cover_the_width_of_their_block(block: Block, form: str) -> None:
    rows = [row for row in block.rows if form in row.forms]
    columns = [block.columns_in(form, row) for row in rows]
    assert rows
    assert {len(one) for one in columns} == {WIDTHS[block.id, form]}
    assert not split_headers([column.path for column in columns[0]])
    assert not split_headers([row.path for row in rows])


def test_a_header_over_columns_that_do_not_stand_side_by_side_is_found() -> None:
    assert split_headers([("法人",), ("法人",), ()]) == []
    assert split_headers([("法人",), (), ("法人",)]) == [("法人",)]


def test_a_row_that_the_form_does_not_print_has_no_columns() -> None:
    block = next(block for block in forms().tables["proactive_disclosure"].blocks if block.id == "article_20_5")
    services = next(row for row in block.rows if row.id == "other_external_services")
    assert block.columns_in("2021", services) == ()


@pytest.mark.parametrize("check", [check for check in forms().checks if check.table and not check.derived], ids=lambda check: check.id)
def test_every_term_of_a_relation_is_a_figure_of_its_table(check: Check) -> None:
    terms = {*check.left, *check.right, *(term for pair in check.at_most for term in pair), *filter(None, [check.blank])}
    assert check.table
    assert check.scope in {"each_column", "each_row", "each_group"}
    figures = [figure for figure in forms().figures.values() if figure.table == check.table]
    assert terms <= {figure.row.id if check.scope == "each_column" else figure.column.id for figure in figures}


def test_a_relation_of_one_report_has_both_sides_or_runs_over_every_count() -> None:
    for check in (check for check in forms().checks if not check.derived):
        of_tables = bool(check.left and check.right) + bool(check.at_most) + bool(check.blank and check.right)
        assert of_tables + (check.scope == "each_count") + check.of_prose == 1


def test_a_formula_runs_over_every_row_or_column_that_has_its_figures() -> None:
    keys = {check.id: [case.key for case in check.formula.cases] for check in forms().checks if check.formula}
    applicants = [column.id for column in forms().tables["applications"].blocks[0].columns]
    assert keys == {
        "carry_over": applicants,
        "stock_flow": ["rules", "normative_documents"],
        "repealed_bound": ["rules", "normative_documents"],
        "items_carry": ["licences", "other_external_services", "penalties", "coercion", "admin_fees"],
        "after_review_bound": [None],
        "pending_carry": ["review", "litigation_direct", "litigation_after_review"],
    }


def test_a_formula_is_spelt_out_with_its_signs_and_years() -> None:
    formula = forms().check("stock_flow").formula
    assert formula is not None
    assert formula.sign == "="
    rules = formula.cases[0]
    assert [(term.figure, term.last_year, term.sign) for term in (*rules.left, *rules.right)] == [
        ("proactive_disclosure.rules.in_force", False, 1),
        ("proactive_disclosure.rules.in_force", True, 1),
        ("proactive_disclosure.rules.issued", False, 1),
        ("proactive_disclosure.rules.repealed", False, -1),
    ]


def prose_ids() -> list[str]:
    text = Path(prose.__file__).with_name("prose.toml").read_text("utf8")
    return [str(entry["id"]) for entries in tomllib.loads(text).values() if isinstance(entries, list) for entry in entries if "id" in entry]


def test_what_is_compared_with_the_prose_is_a_figure_of_the_prose() -> None:
    declared = set(prose_ids())
    compared = {one.prose for check in forms().checks for one in (*check.compare, *check.both_zero)}
    assert compared
    assert compared <= declared


def test_the_results_add_up_over_every_row_between_the_carried_ones() -> None:
    """A row that is added to section 三 of the table has to be added to the sum too."""
    check = next(check for check in forms().checks if check.id == "applications_results_sum")
    rows = [row.id for block in forms().tables["applications"].blocks for row in block.rows if row.path]
    assert [*check.right, *check.left] == rows


def test_only_changes_may_be_negative_and_only_money_has_decimals() -> None:
    kinds = {(figure.column.id, figure.column.kind) for figure in forms().figures.values()}
    assert {column for column, kind in kinds if kind == "signed count"} == {"items_change"}
    assert {column for column, kind in kinds if kind == "money"} == {"amount"}


def test_figures_that_two_forms_count_differently_are_not_called_comparable() -> None:
    both = [figure for figure in forms().figures.values() if len(figure.forms) == 2]
    assert all(figure.comparable for figure in both)
    assert not [figure.id for figure in forms().figures.values() if len(figure.forms) == 1 and figure.comparable]


def test_what_may_be_set_beside_the_other_form_is_declared() -> None:
    """The one row 其他处理 of 2019 is three in 2021; documents disclosed in all are not those in force; items of fees are no money."""
    figures = forms().figures
    parts = tuple(f"applications.{row}.business" for row in ("other_overdue_correction", "other_unpaid_fee", "other_other"))
    assert figures["applications.other_handling.business"].comparable_with == parts
    assert figures["review_litigation.review.total"].comparable_with == ("review_litigation.review.total",)
    one_form = [one for one in figures.values() if len(one.forms) == 1]
    assert {one.row.id for one in one_form if one.comparable_with} == {"other_handling"}


def test_a_figure_says_its_whole_path_of_labels() -> None:
    figures = forms().figures
    path = ("三、本年度办理结果", "（三）不予公开", "1.属于国家秘密", "法人或其他组织", "商业企业")
    assert figures["applications.denied_state_secret.business"].label_zh("2021") == path
    assert figures["proactive_disclosure.licences.decisions"].label_zh("2019") == ("行政许可", "处理决定数量")
    assert figures["proactive_disclosure.licences.decisions"].label_zh("2021") == ("行政许可", "本年处理决定数量")
