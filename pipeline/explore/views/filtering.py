"""What several pages filter and count by: place, year, unit; and a page of the rows that are left."""

from __future__ import annotations

from typing import Any

from pipeline.explore.book import Book, Row
from pipeline.explore.page import Asked

#: Rows of a file that is taken away, at most.
_TAKEN_AWAY = 1_000_000


def conditions(one: Asked, rows: str) -> tuple[str, list[Any]]:
    """A condition of SQL with its values: the rows (under the name ``rows``, their places as ``p``) that were asked for."""
    parts: list[str] = ["1"]
    values: list[Any] = []
    wanted = [("p.place_code", one.every("place")), (f"{rows}.report_year", one.every("year")), (f"{rows}.unit_id", one.every("unit"))]
    for column, chosen in [*wanted, ("p.place_code", one.within)]:
        if chosen:
            parts.append(f"{column} IN ({', '.join('?' * len(chosen))})")
            values += chosen
    return " AND ".join(parts), values


def page_of(book: Book, one: Asked, select: str, values: list[Any], *, total: int, size: int) -> Row:
    """One page of what ``select`` gives, or for a file all of it; with how many rows and pages there are."""
    pages = max(1, -(-total // size))
    page = min(max(one.number("page", 1), 1), pages)
    limit = f"LIMIT {size} OFFSET {(page - 1) * size}" if one.format == "html" else f"LIMIT {_TAKEN_AWAY}"
    return {"rows": book.rows(f"{select} {limit}", *values), "count": total, "page": page, "pages": pages}


def years_of(book: Book) -> list[int]:
    """The report years, latest first."""
    return [row["report_year"] for row in book.rows("SELECT report_year FROM years WHERE report_year ORDER BY 1 DESC")]
