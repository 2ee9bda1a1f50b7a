"""What a report of one year shows by itself: tables that are there and empty or not readable, the form, a report of nothing but zeros."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow.compute as pc

from pipeline.forms import forms
from pipeline.forms.model import FORMS, TABLES
from pipeline.normalizer.derived.relations.repeated import is_stock
from pipeline.normalizer.derived.relations.rows import Rows, Verdicts, nothing, where
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.derived.year import Mask

_SECTIONS = {"proactive_disclosure": 2, "applications": 3, "review_litigation": 4}


def table_rows(rows: Rows, years: Years) -> None:
    """``table_missing``: the heading is there and no table was read; why, in ``reason``, if it is a picture or was refused.

    ``table_blank``: every value is blank. ``scope_key`` is the table. A table without heading and grid is not applicable, in a row of its
    own: no other dataset but ``reports`` would tell of it.
    """
    rows.judge(forms().check("table_missing"), [_missing(years, table) for table in TABLES], every_gap=True)
    everywhere = np.ones(len(years), np.bool_)
    blank = [
        Verdicts(table, everywhere, where(nothing(len(years)), ~years.read(table), "table_not_read"), ~years.in_state(table, "blank"))
        for table in TABLES
    ]
    rows.judge(forms().check("table_blank"), blank)


def _missing(years: Years, table: str) -> Verdicts:
    read, heading = years.read(table), _has_section(years, _SECTIONS[table])
    lack = where(nothing(len(years)), ~read & ~heading, "heading_not_found")
    why = where(nothing(len(years)), years.in_state(table, "picture"), "table_picture")
    why = where(why, years.in_state(table, "refused"), "table_refused")
    return Verdicts(table, np.ones(len(years), np.bool_), lack, read, shortfall=why)


def _has_section(years: Years, number: int) -> Mask:
    sections = years.tables[0]["sections"]
    of_it = sections.filter(pc.equal(sections["section"], number))
    return np.asarray(pc.is_in(years.now.reports["report_id"], value_set=of_it["report_id"]).combine_chunks())


def form_rows(rows: Rows, years: Years) -> None:
    """``form_due``: the form told by the labels is the one that was due for the year. Sides: form told and form due (a mixed one: none)."""
    check = forms().check("form_due")
    told = np.array([form or "unknown" for form in years.now.column("form")], dtype=object)
    due: list[int | None] = [_due(year, check.first_years) for year in years.now.reports["report_year"].to_pylist()]
    lack = where(nothing(len(years)), years.year_unknown(), "year_unknown")
    lack = where(lack, np.array([one is None for one in due], np.bool_), "no_form_due")
    lack = where(lack, told == "unknown", "form_unknown")
    left = [int(form) if form in FORMS else None for form in told]
    holds = np.array([one == other for one, other in zip(left, due, strict=True)], np.bool_)
    rows.judge(check, [Verdicts(None, np.ones(len(years), np.bool_), lack, holds, left, due)])


def _due(year: int | None, first_years: Mapping[str, int]) -> int | None:
    """The form due for a year; ``None`` before the first."""
    begun = [form for form, first in first_years.items() if year is not None and year >= first]
    return int(begun[-1]) if begun else None


def zero_rows(rows: Rows, years: Years) -> None:
    """``all_zero``: fails where all three tables were read whole and every figure but stocks is printed as 0.

    One figure that is not 0 settles it. A blank is not a zero: beside one it stays open. Sides: figures that are not 0, and those with a
    value.
    """
    printed = [figure for figure in years.figures() if not is_stock(figure)]
    alive, valued = np.zeros(len(years), np.int64), np.zeros(len(years), np.int64)
    blank = unreadable = doubted = np.zeros(len(years), np.bool_)
    for figure in printed:
        cells = years.cells(figure)
        alive += cells.has & (cells.values != 0)
        valued += cells.has
        blank, unreadable = blank | cells.blank, unreadable | (cells.there & ~cells.has & ~cells.blank)
        doubted = doubted | (cells.has & cells.doubted)
    dead = alive == 0
    lack = nothing(len(years))
    for table in TABLES:
        lack = where(lack, dead & ~years.read(table), "table_not_read")
        lack = where(lack, dead & years.in_state(table, "partial"), "table_partial")
    lack = where(where(lack, dead & blank, "term_blank"), dead & unreadable, "term_unreadable")
    lack = where(lack, valued == 0, "term_missing")
    rows.judge(forms().check("all_zero"), [Verdicts(None, np.ones(len(years), np.bool_), lack, ~dead, alive, valued, doubted)])
