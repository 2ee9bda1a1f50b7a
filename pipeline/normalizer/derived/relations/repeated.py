"""Figures against last year's as a whole: all of them the same, or single ones that jump."""

from __future__ import annotations

import numpy as np

from pipeline.forms import forms
from pipeline.forms.model import TABLES
from pipeline.normalizer.derived.relations.cells import MONEY, Cells
from pipeline.normalizer.derived.relations.rows import Rows, Verdicts, where
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.derived.year import Mask

_WAN = 10_000


def same_figures_rows(rows: Rows, years: Years) -> None:
    """``same_figures``: fails where every figure that both reports print is the same, and something other than a stock is not 0.

    Figures that only one of the two forms prints are left aside. One that differs settles it; for sameness all three tables of both reports
    must have been read, and no cell may be unreadable. Sides: the figures that are equal, and those compared.
    """
    none = np.zeros(len(years), np.bool_)
    equal, compared = np.zeros(len(years), np.int64), np.zeros(len(years), np.int64)
    differs, alive, unreadable, doubted = none.copy(), none.copy(), none.copy(), none.copy()
    for figure in years.figures():
        now, last = years.cells(figure), years.cells(figure, last_year=True)
        common, both = now.there & last.there, now.has & last.has
        same = both & (now.values == last.values) & (now.measured == last.measured)
        unread = common & (_unreadable(now) | _unreadable(last))
        equal += same
        compared += both
        differs |= (both & ~same) | (common & ~unread & (now.has != last.has))
        alive |= same & (now.values != 0) & (not is_stock(figure))
        unreadable |= unread
        doubted |= both & (now.doubted | last.doubted)
    lack = years.no_predecessor()
    for suffix, last_year in (("", False), ("_last_year", True)):
        whole = np.all([years.read(table, last_year=last_year) for table in TABLES], axis=0)
        lack = where(lack, ~differs & ~whole, f"table_not_read{suffix}")
    lack = where(where(lack, ~differs & unreadable, "term_unreadable"), compared == 0, "nothing_to_compare")
    asked = ~none
    rows.judge(
        forms().check("same_figures"),
        [Verdicts(None, asked, lack, differs | ~alive, equal, compared, doubted, other=years.last_report())],
    )


def jump_rows(rows: Rows, years: Years) -> None:
    """``jump``: a figure that is more than so many times last year's, or less than that part of it, in either direction from 0 too.

    Signed changes are left aside, money is compared in yuan. A row for each figure that jumps, with both values.
    """
    check = forms().check("jump")
    ratio, larger = check.limits["ratio"], check.limits["larger"]
    compared = jumped = doubts = np.zeros(len(years), np.bool_)
    lack, other = years.no_predecessor(), years.last_report()
    for figure in years.figures():
        if forms().figures[figure].column.kind == "signed count":
            continue
        now, last = years.cells(figure), years.cells(figure, last_year=True)
        values = now.numbers(), last.numbers()
        high, low = np.maximum(*values), np.minimum(*values)
        both = now.measured & last.measured & (low >= 0)
        least = larger * (_WAN if figure in MONEY else 1)
        jumps = both & (high > ratio * low) & (high >= least)
        compared, jumped = compared | both, jumped | jumps
        doubted = now.doubted | last.doubted
        doubts = doubts | (both & doubted)
        at = np.flatnonzero(jumps)
        left, right = now.values[at], last.values[at]
        rows.add(check, at, "failed", key=figure, doubted=doubted[at], left=left, right=right, figures=figure, other=other[at])
    lack = where(lack, ~compared, "nothing_to_compare")
    asked: Mask = ~jumped
    rows.judge(check, [Verdicts(None, asked, lack, asked, doubted=doubts, other=other)])


def is_stock(figure: str) -> bool:
    """Whether a figure tells what there is, not what happened in the year.

    >>> is_stock("proactive_disclosure.rules.in_force"), is_stock("proactive_disclosure.rules.issued")
    (True, False)
    """
    return figure.rpartition(".")[2] in forms().check("all_zero").stocks


def _unreadable(cells: Cells) -> Mask:
    return cells.there & ~cells.has & ~cells.blank
