"""The county's government-wide report against the sum of its units' own reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.forms import forms
from pipeline.normalizer.derived.deadlines import GOVERNMENT_WIDE
from pipeline.normalizer.derived.relations.rows import Rows
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.identity import OWN_SCOPE

#: Division code of a county → ids of all units whose figures its government-wide report comprises.
Expected = Mapping[str, Collection[str]]
_CHECK = "hierarchy"


def hierarchy_rows(rows: Rows, years: Years, expected: Expected | None) -> None:
    """``hierarchy``: each figure of a county's government-wide report is the sum of that figure over its units; a row for each that is not.

    All are there if every unit that is expected of the county has a report of the year with scope ``own``. Which units that are, reports
    alone cannot tell: a unit that was never collected would make a false contradiction. So without ``expected`` for the county nothing is
    judged (``units_not_known``), nor while one of them has no report (``units_missing``). A figure is summed up where the county and all
    units print it with a value (money: with a known unit); a blank of one unit leaves that figure open, and if no figure is left the whole
    (``not_in_all_units``). Reports of units that are not expected are left aside. Asked of government-wide reports of counties only.
    """
    reports = years.now.reports.select(["scope", "level", "county_code", "unit_id"]).to_pydict()
    own = {unit: row for row, (unit, scope) in enumerate(zip(reports["unit_id"], reports["scope"], strict=True)) if scope == OWN_SCOPE}
    for row, (scope, level, county) in enumerate(zip(reports["scope"], reports["level"], reports["county_code"], strict=True)):
        if scope != GOVERNMENT_WIDE or level != "county":
            continue
        units = (expected or {}).get(county or "")
        reason = "units_not_known" if not units else "units_missing" if any(unit not in own for unit in units) else None
        if reason or not units:
            rows.add(forms().check(_CHECK), np.array([row]), "not_applicable", reason=reason)
        else:
            _judge_county(rows, years, row, np.array(sorted(own[unit] for unit in set(units))))


def _judge_county(rows: Rows, years: Years, county: int, units: NDArray[np.int64]) -> None:
    """Add the rows of one county, whose units' reports are all there."""
    check, at = forms().check(_CHECK), np.array([county])
    judged, failed, doubts = 0, 0, False
    for figure in years.figures():
        cells = years.cells(figure)
        if not (cells.measured[county] and cells.measured[units].all()):
            continue
        whole, total = cells.values[county], cells.values[units].sum()
        doubted = bool(cells.doubted[county] or cells.doubted[units].any())
        judged, doubts = judged + 1, doubts or doubted
        if whole != total:
            failed += 1
            rows.add(check, at, "failed", key=figure, doubted=np.array([doubted]), left=[whole], right=[total], figures=figure)
    if not judged:
        rows.add(check, at, "not_applicable", reason="not_in_all_units")
    elif not failed:
        rows.add(check, at, "passed", doubted=np.array([doubts]))
