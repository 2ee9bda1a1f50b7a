"""The five questions asked first: the answers of ``pipeline.questions`` by place and year, what the publisher says apart from us."""

from __future__ import annotations

from pipeline.explore.base import ANSWERS
from pipeline.explore.book import Book, GoneError, Row
from pipeline.explore.page import Asked, Page, table
from pipeline.explore.views.home import places_of
from pipeline.explore.words import word

ON_A_PAGE = 100


def ask(book: Book, one: Asked) -> Page:
    """One question answered: two lists that are never mixed."""
    if one.key not in ANSWERS:
        raise GoneError(one.key)
    where, values = _conditions(one)
    select = f"SELECT a.*, p.place_code, p.place_name FROM {ANSWERS[one.key]} a LEFT JOIN unit_places p USING (unit_id) WHERE {where}"
    found = book.rows(f"{select} ORDER BY a.rowid", *values)
    lists = {who: _paged([row for row in found if row["who"] == who], one.number("page", 1)) for who in ("publisher", "us")}
    years = [row["report_year"] for row in book.rows("SELECT report_year FROM years ORDER BY 1 DESC")]
    shown = {"question": one.key, "lists": lists, "years": years, "places": places_of(book, one), "asked": one}
    names = list(found[0]) if found else ["who", "unit_id"]
    title = word("question", one.key, one.lang)
    return Page("ask.html", title, shown, table(found, names), cite=title + _chosen(book, one))


def _conditions(one: Asked) -> tuple[str, list[object]]:
    parts: list[str] = ["1"]
    values: list[object] = []
    for name, column in (("place", "p.place_code"), ("year", "a.report_year"), ("unit", "a.unit_id")):
        if wanted := one.every(name):
            parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    if one.within:
        parts.append(f"p.place_code IN ({', '.join('?' * len(one.within))})")
        values += one.within
    if one.key == "contradictions" and not one.get("warnings"):
        parts.append("a.severity = 'error'")
    if one.key == "zeros" and not one.get("all"):
        parts.append("a.evidence IS NOT NULL")
    return " AND ".join(parts), values


def _paged(rows: list[Row], page: int) -> Row:
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    return {"rows": rows[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], "count": len(rows), "page": page, "pages": pages}


def _chosen(book: Book, one: Asked) -> str:
    """What was filtered by, for the citation."""
    told = [
        row["place_name"] for code in one.every("place") for row in book.rows("SELECT place_name FROM places WHERE place_code = ?", code)
    ]
    told += one.every("year")
    if not told:
        return ""
    return f"（{'，'.join(told)}）" if one.lang == "zh" else f" ({', '.join(told)})"
