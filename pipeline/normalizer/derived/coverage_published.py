"""What is told of a report that is there: in time, after the deadline, or withdrawn. Late is only what the publisher's own page says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from pipeline.normalizer.derived.coverage_facts import DocumentFact, ReportFact
from pipeline.normalizer.derived.deadlines import due_on, is_correction, is_plausible
from pipeline.normalizer.identity import OWN_SCOPE


@dataclass(frozen=True, slots=True)
class _Day:
    """The day of publication as far as it is known, with what is told of it."""

    day: date | None
    late: bool
    told: str


def published_row(reports: Sequence[ReportFact]) -> dict[str, Any]:
    """The columns of coverage for the reports of one body and year: of several scopes the best counts, the body's own first."""
    rows = [_row(report) for report in sorted(reports, key=lambda one: (one.scope != OWN_SCOPE, one.report_id))]
    return min(rows, key=lambda row: ("published", "after_deadline", "withdrawn").index(row["state"]))


def _row(report: ReportFact) -> dict[str, Any]:
    year = report.report_year
    if year is None:
        raise ValueError(f"{report.report_id} has no year")
    due = due_on(year, report.scope)
    first = report.documents[0]
    day = _day(report, year, due)
    row = {
        "report_id": report.report_id,
        "due_on": due,
        "published_on": day.day,
        "days_late": (day.day - due).days if day.day else None,
        "seen_on": first.seen_on,
    }
    if report.withdrawn is not None:
        since = report.withdrawn.astimezone(UTC).date()
        evidence = f"It was published and every address of it answers 404 or 410 since {since}: {first.where}"
        return row | {"state": "withdrawn", "seen_on": report.withdrawn, "evidence": evidence}
    return row | {"state": "after_deadline" if day.late else "published", "evidence": f"{day.told}: {first.where}"}


def _day(report: ReportFact, year: int, due: date) -> _Day:
    """When a report came out. Every document that could have been the first must state a day before a report is called late."""
    own = [one for one in report.documents if one.trust != "mirror"]
    first = [one for one in own if not is_correction(one.title)]
    if not own:
        return _Day(None, False, "Known from a copy on a foreign host only, whose day says nothing of the publisher's")
    if not first:
        return _Day(None, False, "Known from a corrected version only; the first may have been there in time")
    stated = [one.published_on for one in first if one.published_on is not None]
    plausible = [day for day in stated if is_plausible(day, year)]
    if not plausible:
        return _Day(None, False, "Published; the page states no day" if not stated else "Published; the stated day cannot be right")
    day = min(plausible)
    if day <= due:
        return _Day(day, False, f"The page states {day}")
    if len(plausible) < len(first):
        return _Day(None, False, f"One page states {day}, another one states no day and may be older")
    if seen := next((one.seen_on for one in own if _seen_by(one, due)), None):
        return _Day(None, False, f"The page states {day}, but it was there already on {seen.astimezone(UTC).date()}")
    late = f"The page states {day}, {(day - due).days} days after it was due on {due}"
    return _Day(day, True, f"{late}; a day so late may be that of a move of the site" if day.year > due.year else late)


def _seen_by(one: DocumentFact, due: date) -> bool:
    return one.seen_on is not None and one.seen_on.astimezone(UTC).date() <= due
