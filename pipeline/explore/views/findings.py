"""Findings: what contradicts itself in the reports, what is odd in them, and, apart from both, our own doubts."""

from __future__ import annotations

from typing import Any

from pipeline.explore.book import Book, Row
from pipeline.explore.page import Asked, Page, table
from pipeline.explore.views.filtering import conditions, page_of, years_of
from pipeline.explore.views.home import places_of
from pipeline.explore.words import check, issue, text

ON_A_PAGE = 60
#: The parts, which are never mixed: contradictions of the publisher, what is odd beside that, what may be our doing.
PARTS = ("publisher", "notable", "us")
_SAME = "unit_id, report_id, report_year, synthetic"
_RELATION = "severity, scope_key, left_value, right_value, figures, doubted, other_report_id, NULL AS message, NULL AS evidence"
_CHECKS = f"SELECT {_SAME}, check_id AS kind, {_RELATION} FROM failed_checks WHERE part = "
_NO_RELATION = "NULL AS scope_key, NULL AS left_value, NULL AS right_value, figure AS figures, NULL AS doubted, NULL AS other_report_id"
#: Findings of relations are issues too: those stand among the relations alone.
_ISSUES = f"SELECT {_SAME}, code AS kind, level AS severity, {_NO_RELATION}, message, evidence FROM issues WHERE code NOT LIKE 'check.%'"
_PLACED = "f LEFT JOIN unit_places p USING (unit_id) WHERE 1"
_FOUND = {part: f"FROM ({_CHECKS}'{part}') {_PLACED}" for part in ("publisher", "notable")}
_FOUND["us"] = f"FROM ({_CHECKS}'us' UNION ALL {_ISSUES}) {_PLACED}"


def findings(book: Book, one: Asked) -> Page:
    """Kinds with their numbers, and the findings themselves, by place, year and kind."""
    parts = {part: _part(book, part, one) for part in PARTS}
    shown = {"parts_found": parts, "asked": one, "places": places_of(book, one), "years": years_of(book)}
    return Page("findings.html", text("findings", one.lang), shown, _rows(parts, one), cite=text("findings", one.lang))


def _part(book: Book, part: str, one: Asked) -> Row:
    """One part: its kinds, how many findings it has, and those of a page."""
    where, values = conditions(one, "f")
    source = f"{_FOUND[part]} AND {where}"
    kinds = book.rows(f"SELECT f.kind, count(*) AS n {source} GROUP BY 1 ORDER BY 2 DESC, 1", *values)
    if chosen := one.get("kind"):
        source, values = f"{source} AND f.kind = ?", [*values, chosen]
    total = sum(row["n"] for row in kinds if not chosen or row["kind"] == chosen)
    select = f"SELECT f.*, p.name, p.place_name, p.place_code {source} ORDER BY f.report_year DESC, p.name, f.report_id, f.kind"
    return {"kinds": kinds} | page_of(book, one, select, values, total=total, size=ON_A_PAGE)


def _rows(parts: dict[str, Row], one: Asked) -> Any:
    """All parts as rows: which part, which kind, what in words."""
    rows = [
        row | {"part": part, "what": issue(row["kind"], row["message"], one.lang) if row["message"] else check(row["kind"], one.lang)}
        for part, found in parts.items()
        for row in found["rows"]
    ]
    names = ("part", "kind", "what", "severity", "scope_key", "left_value", "right_value", "figures", "doubted", "message", "evidence")
    return table(rows, ("report_id", "unit_id", "name", "place_name", "report_year", *names, "other_report_id", "synthetic"))
