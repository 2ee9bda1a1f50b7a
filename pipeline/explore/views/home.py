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
    counts = {name: sum(row[name] or 0 for row in places) for name in ("units", "reports", "made_up")}
    values = {
        "places": places[:_LISTED],
        "more": max(0, len(places) - _LISTED),
        "questions": _questions(book, one),
        "counts": counts,
        "years": book.rows("SELECT report_year FROM years WHERE report_year ORDER BY report_year"),
    }
    return Page("home.html", text("site", one.lang), values, table(places, _COLUMNS), cite=text("site", one.lang))


def places_of(book: Book, one: Asked) -> list[Row]:
    """The places that a site is about, those with most reports first."""
    found = book.rows("SELECT * FROM places ORDER BY reports DESC, place_name")
    return [row for row in found if not one.within or row["place_code"] in one.within]


def _questions(book: Book, one: Asked) -> list[tuple[str, dict[str, int]]]:
    """How many findings each question has: of the publisher, and of ours."""
    found = {question: {"publisher": 0, "us": 0} for question in ANSWERS}
    for row in book.rows("SELECT * FROM question_counts"):
        if not one.within or row["place_code"] in one.within:
            found[row["question"]][row["who"]] += row["n"]
    return list(found.items())


def search(book: Book, one: Asked) -> Page:
    """The units that a person may mean."""
    wanted = one.get("q").strip()[:100]
    found = book.search(wanted, _FOUND + 1)
    rows = table(found, ("unit_id", "name", "place_name", "level", "kind", "reports", "first_year", "last_year", "synthetic"))
    values = {"q": wanted, "found": found[:_FOUND], "more": len(found) > _FOUND}
    return Page("search.html", text("search", one.lang), values, rows)
