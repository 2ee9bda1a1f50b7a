"""The first page: find a unit, ask one of five questions, go to a place."""

from __future__ import annotations

from pipeline.explore.base import ANSWERS
from pipeline.explore.book import Book, Row
from pipeline.explore.page import Asked, Page, table
from pipeline.explore.words import text

_LISTED = 300
_FOUND = 100
_COLUMNS = (
    *("place_code", "place", "place_name", "units", "reports", "first_year", "last_year", "late", "missing", "withdrawn", "not_collected"),
    *("unreadable", "zero_reports", "contradicting", "doubted", "synthetic"),
)


def home(book: Book, one: Asked) -> Page:
    """Search, questions with how many findings each has, places."""
    places = places_of(book, one)
    units = {row["place_code"]: row for row in places}
    questions = [(question, _count(book, question, one)) for question in ANSWERS]
    counts = {name: sum(row[name] or 0 for row in places) for name in ("units", "reports", "contradicting", "late", "not_collected")}
    made_up = book.rows("SELECT count(*) AS n FROM reports WHERE synthetic")[0]["n"]
    values = {
        "places": places[:_LISTED],
        "more": max(0, len(places) - _LISTED),
        "questions": questions,
        "counts": counts,
        "known": units,
        "made_up": made_up,
        "years": book.rows("SELECT * FROM years ORDER BY report_year"),
    }
    return Page("home.html", text("site", one.lang), values, table(places, _COLUMNS), cite=text("site", one.lang))


def places_of(book: Book, one: Asked) -> list[Row]:
    """The places that a site is about, those with most reports first."""
    found = book.rows("SELECT * FROM places ORDER BY reports DESC, place_name")
    return [row for row in found if not one.within or row["place_code"] in one.within]


def _count(book: Book, question: str, one: Asked) -> tuple[int, int]:
    """How many findings a question has: of the publisher, and of ours."""
    inside = f"AND p.place_code IN ({', '.join('?' * len(one.within))})" if one.within else ""
    joined = "JOIN unit_places p USING (unit_id)" if one.within else ""
    severe = "AND a.severity = 'error'" if question == "contradictions" else "AND a.evidence IS NOT NULL" if question == "zeros" else ""
    sql = f"SELECT a.who, count(*) AS n FROM {ANSWERS[question]} a {joined} WHERE 1 {severe} {inside} GROUP BY a.who"
    found = {row["who"]: row["n"] for row in book.rows(sql, *one.within)}
    return found.get("publisher", 0), found.get("us", 0)


def search(book: Book, one: Asked) -> Page:
    """The units that a person may mean."""
    wanted = one.get("q").strip()[:100]
    found = book.search(wanted, _FOUND + 1)
    rows = table(found, ("unit_id", "name", "place_name", "level", "kind", "reports", "first_year", "last_year", "synthetic"))
    values = {"q": wanted, "found": found[:_FOUND], "more": len(found) > _FOUND}
    return Page("search.html", text("search", one.lang), values, rows)
