"""The five questions asked first: the answers of ``pipeline.questions`` by place and year, what the publisher says apart from us."""

from __future__ import annotations

from pipeline.explore.base import ANSWERS
from pipeline.explore.book import Book, GoneError, Row
from pipeline.explore.page import Asked, Page, table
from pipeline.explore.views.filtering import conditions, page_of, years_of
from pipeline.explore.views.home import places_of
from pipeline.explore.words import word

ON_A_PAGE = 100


def ask(book: Book, one: Asked) -> Page:
    """One question answered: two lists that are never mixed."""
    if one.key not in ANSWERS:
        raise GoneError(one.key)
    lists = {who: _list(book, one, who) for who in ("publisher", "us")}
    shown = {"question": one.key, "lists": lists, "years": years_of(book), "places": places_of(book, one), "asked": one}
    found = [row for part in lists.values() for row in part["rows"]]
    title = word("question", one.key, one.lang)
    return Page("ask.html", title, shown, table(found, list(found[0]) if found else ["who", "unit_id"]), cite=title + _chosen(book, one))


def _list(book: Book, one: Asked, who: str) -> Row:
    where, values = conditions(one, "a")
    if one.key == "contradictions" and not one.get("warnings"):
        where += " AND a.severity = 'error'"
    if one.key == "zeros" and not one.get("all"):
        where += " AND a.evidence IS NOT NULL"
    source = f"FROM {ANSWERS[one.key]} a LEFT JOIN unit_places p USING (unit_id) WHERE a.who = ? AND {where}"
    total = book.rows(f"SELECT count(*) AS n {source}", who, *values)[0]["n"]
    return page_of(
        book, one, f"SELECT a.*, p.place_code, p.place_name {source} ORDER BY a.rowid", [who, *values], total=total, size=ON_A_PAGE
    )


def _chosen(book: Book, one: Asked) -> str:
    """What was filtered by, for the citation."""
    told = [
        row["place_name"] for code in one.every("place") for row in book.rows("SELECT place_name FROM places WHERE place_code = ?", code)
    ]
    told += one.every("year")
    if not told:
        return ""
    return f"（{'，'.join(told)}）" if one.lang == "zh" else f" ({', '.join(told)})"
