"""Whether a report came out in time (Regulation on Open Government Information, Art. 49)."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.forms import forms
from pipeline.normalizer.derived.deadlines import GOVERNMENT_WIDE, due_on, is_correction, is_plausible
from pipeline.normalizer.derived.relations.competence import is_surely_township
from pipeline.normalizer.derived.relations.rows import Rows, Verdicts, nothing
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.identity import OWN_SCOPE

_COLUMNS = ("report_year", "scope", "level", "kind", "unit_name_printed", "published_on", "trust", "title")


def published_rows(rows: Rows, years: Years) -> None:
    """``published_in_time``: published by 31 January of the following year, governments of counties and above by 31 March.

    ``left_value`` is the number of days after the due day (negative before it), ``right_value`` 0. The day of a copy on a foreign host, of
    a corrected version, or one before the year's end is not the report's own and leaves it open. Where it is not sure which day was the
    due one (a county government that reports of itself alone, a unit that is not known), only what both judge alike is judged.
    """
    timings = [_timing(one) for one in years.now.reports.select(_COLUMNS).to_pylist()]
    lack = nothing(len(years))
    lack[:] = [why for why, _ in timings]
    late = np.array([days for _, days in timings], np.int64)
    everywhere, due = np.ones(len(years), np.bool_), np.zeros(len(years), np.int64)
    rows.judge(forms().check("published_in_time"), [Verdicts(None, everywhere, lack, late <= 0, late, due)])


def _timing(report: dict[str, Any]) -> tuple[str | None, int]:
    """Why it cannot be judged, and days after the due day."""
    year, published = report["report_year"], report["published_on"]
    for obstacle, code in (
        (year is None, "year_unknown"),
        (published is None, "day_not_stated"),
        (report["trust"] == "mirror", "mirror_only"),
        (is_correction(report["title"]), "correction_only"),
    ):
        if obstacle:
            return code, 0
    if not is_plausible(published, year):
        return "day_implausible", 0
    days = {scope: (published - due_on(year, scope)).days for scope in (OWN_SCOPE, GOVERNMENT_WIDE)}
    scope = _due_as(report)
    if scope is None and days[OWN_SCOPE] > 0 >= days[GOVERNMENT_WIDE]:
        return "due_day_unclear", 0
    return None, days[scope or (GOVERNMENT_WIDE if days[GOVERNMENT_WIDE] > 0 else OWN_SCOPE)]


def _due_as(report: dict[str, Any]) -> str | None:
    """The scope whose due day holds; ``None`` where that is not sure."""
    level, kind = report["level"], report["kind"]
    if report["scope"] == GOVERNMENT_WIDE:
        return GOVERNMENT_WIDE
    if level == "township" or is_surely_township(report["unit_name_printed"]):
        return OWN_SCOPE
    return None if kind in {None, "government"} else OWN_SCOPE
