"""When a report is due, and what a page that states a day says about that."""

from __future__ import annotations

import functools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

GOVERNMENT_WIDE = "government_wide"


def due_on(report_year: int, scope: str) -> date:
    """The last day on which a report for a year is in time.

    >>> due_on(2023, "own"), due_on(2023, "government_wide")
    (datetime.date(2024, 1, 31), datetime.date(2024, 3, 31))
    """
    month, day = _words()["government_wide" if scope == GOVERNMENT_WIDE else "own"]
    return date(report_year + 1, month, day)


def is_correction(title: str | None) -> bool:
    """Whether a title says that the page replaces an earlier one, which may have been there in time.

    >>> is_correction("彩云镇2023年政府信息公开工作年度报告（更正）"), is_correction(None)
    (True, False)
    """
    return any(word in (title or "") for word in _words()["correction_words"])


def is_plausible(published_on: date, report_year: int) -> bool:
    """Whether a report can have been published on a day: not before the year is over that it describes."""
    return published_on.year > report_year


@functools.cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("deadlines.toml").read_text("utf8"))
