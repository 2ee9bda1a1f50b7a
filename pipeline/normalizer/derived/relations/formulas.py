"""The formulas over two years: what is carried over, what is in force, what was pending.

A formula is judged in each row, column or group of its table in which every figure has a value in both reports: a blank, a dash, a cell
that is missing or cannot be read is not 0 and leaves it open. It is asked only of reports that print this year's side of it, or whose table
was not read: a form that has no such rows says nothing of them.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable

import numpy as np

from pipeline.forms import Case, Check, Term, forms
from pipeline.normalizer.derived.relations.rows import Rows, Verdicts, where
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.derived.year import Counts, Mask

_COMPARE = {"=": operator.eq, "<=": operator.le, ">=": operator.ge}
_LAST_YEAR = "_last_year"


def formula_rows(rows: Rows, years: Years) -> None:
    """Add the rows of every relation that has a formula. Sides are its sums; the other report is last year's."""
    for check in forms().checks:
        if check.formula is None:
            continue
        asked = np.any([_asked(case, years) for case in check.formula.cases], axis=0)
        places = [_judged(check, case, asked, years) for case in check.formula.cases]
        if check.part_severity is None:
            rows.judge(check, places)
        else:
            rows.judge(check, [one for one in places if one.key == "total"])
            rows.judge(check, [one for one in places if one.key != "total"], severity=check.part_severity)


def _asked(case: Case, years: Years) -> Mask:
    own = [years.cells(term.figure) for term in (*case.left, *case.right) if not term.last_year]
    asked: Mask = np.any([cells.there | ~cells.read for cells in own], axis=0)
    return asked


def _judged(check: Check, case: Case, asked: Mask, years: Years) -> Verdicts:
    lack = years.no_predecessor()
    doubted = np.zeros(len(years), np.bool_)
    for term in (*case.left, *case.right):
        cells = years.cells(term.figure, last_year=term.last_year)
        doubted = doubted | cells.doubted
        for mask, code in cells.lacks(_LAST_YEAR if term.last_year else ""):
            lack = where(lack, mask, code)
    left, right = _sum(case.left, years), _sum(case.right, years)
    assert check.formula is not None
    holds = _COMPARE[check.formula.sign](left, right)
    figures = tuple(term.figure for term in (*case.left, *case.right))
    return Verdicts(case.key, asked, lack, holds, left, right, doubted, figures, years.last_report())


def _sum(terms: Iterable[Term], years: Years) -> Counts:
    """The sum of one side; figures without a value add nothing, the formula is not judged there."""
    total = np.zeros(len(years), np.int64)
    for term in terms:
        cells = years.cells(term.figure, last_year=term.last_year)
        total += np.where(cells.has, term.sign * cells.values, 0)
    return total
