"""Findings: what contradicts itself in the reports, and, apart from that, what we are unsure of."""

from __future__ import annotations

from typing import Any

from pipeline.explore.book import Book, Row
from pipeline.explore.page import Asked, Page, table
from pipeline.explore.views.home import places_of
from pipeline.explore.words import check, issue, text

ON_A_PAGE = 60
_TAKEN_AWAY = 100_000
#: Findings of relations stand among the contradictions; ours are all others.
_OURS = "code NOT LIKE 'check.%'"


def findings(book: Book, one: Asked) -> Page:
    """Kinds with their numbers, and the findings themselves, by place, year and kind."""
    parts: dict[str, Row] = {}
    for who, base, column, alone in (
        ("publisher", "failed_checks", "check_id", "f.severity <> 'note'"),
        ("us", "issues", "code", _OURS),
    ):
        where, values = _conditions(one)
        source = f"FROM {base} f LEFT JOIN unit_places p USING (unit_id) WHERE {alone} AND {where}"
        kinds = book.rows(f"SELECT f.{column} AS kind, count(*) AS n {source} GROUP BY 1 ORDER BY 2 DESC", *values)
        chosen = one.get("kind")
        mine = [row["kind"] for row in kinds]
        if chosen and chosen in mine:
            source, values = f"{source} AND f.{column} = ?", [*values, chosen]
        rows = (
            []
            if chosen and chosen not in mine
            else book.rows(
                f"SELECT f.*, p.name, p.place_name, p.place_code {source} ORDER BY f.report_year DESC, p.name, f.rowid LIMIT {_TAKEN_AWAY}",
                *values,
            )
        )
        total = sum(row["n"] for row in kinds if not chosen or row["kind"] == chosen)
        parts[who] = {"kinds": kinds, "total": total} | _paged(rows, one.number("page", 1))
    shown = {"parts_found": parts, "asked": one, "places": places_of(book, one)}
    shown["years"] = [row["report_year"] for row in book.rows("SELECT report_year FROM years WHERE report_year ORDER BY 1 DESC")]
    return Page("findings.html", text("findings", one.lang), shown, _rows(parts, one), cite=text("findings", one.lang))


def _conditions(one: Asked) -> tuple[str, list[Any]]:
    parts: list[str] = ["1"]
    values: list[Any] = []
    for name, column in (("place", "p.place_code"), ("year", "f.report_year"), ("unit", "f.unit_id")):
        if wanted := one.every(name):
            parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    if one.within:
        parts.append(f"p.place_code IN ({', '.join('?' * len(one.within))})")
        values += one.within
    return " AND ".join(parts), values


def _paged(rows: list[Row], page: int) -> Row:
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    return {"all": rows, "rows": rows[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], "page": page, "pages": pages}


def _rows(parts: dict[str, Row], one: Asked) -> Any:
    """Both parts as rows: who, kind, what in words."""
    rows = [
        row | {"who": "publisher", "kind": row["check_id"], "what": check(row["check_id"], one.lang)} for row in parts["publisher"]["all"]
    ]
    rows += [row | {"who": "us", "kind": row["code"], "what": issue(row["code"], row["message"], one.lang)} for row in parts["us"]["all"]]
    names = (
        "who",
        "kind",
        "what",
        "severity",
        "level",
        "scope_key",
        "left_value",
        "right_value",
        "figures",
        "doubted",
        "message",
        "evidence",
    )
    return table(rows, ("report_id", "unit_id", "name", "place_name", "report_year", *names, "other_report_id", "document_id", "synthetic"))
