"""The archived page, rebuilt from an allow-list: its text and its tables with their spans, and nothing else of the page.

What a stranger published is never served as it came: the reader gives lines and cells, and these are written anew. Each cell has a mark by
which an address can point at it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from pipeline.documents.sections import heading_section
from pipeline.explore.book import Book, NoSnapshotError, Row
from pipeline.explore.page import Asked, Page
from pipeline.model import Document, Grid, Report

#: Lines and positions of cells beyond which a page is cut short; the tables of figures are always there.
_LINES = 2000
_POSITIONS = 20_000
_KEPT = 16
_read: OrderedDict[tuple[int, str], Report] = OrderedDict()


def snapshot(book: Book, one: Asked) -> Page:
    """A document as text and tables."""
    document = book.one("SELECT * FROM documents WHERE document_id = ?", one.key)
    title = document["title"] or document["name"] or document["document_id"]
    try:
        report = _again(book, document)
    except NoSnapshotError as error:
        return Page("snapshot.html", title, {"document": document, "gone": str(error), "blocks": [], "rebuilt": [], "left_out": 0})
    known = len(report.document.grids)
    values = {
        "document": document,
        "gone": None,
        "blocks": list(_blocks(report.document)),
        "rebuilt": [(at, _lines(grid)) for at, grid in enumerate(report.grids) if at >= known],
        "left_out": max(0, len(report.document.lines) - _LINES),
    }
    return Page("snapshot.html", title, values)


def _again(book: Book, document: Row) -> Report:
    """The last documents that were read stay at hand: a page asks for one again and again, to mark another cell."""
    key = (id(book), document["document_id"])
    report = _read.get(key) or book.read_again(document)
    _read[key] = report
    while len(_read) > _KEPT:
        _read.popitem(last=False)
    return report


def _blocks(document: Document) -> Iterator[Row]:
    """Lines and tables in their order: ``{"text", "heading"}`` or ``{"grid", "rows"}``."""
    places = document.grid_at if len(document.grid_at) == len(document.grids) else (len(document.lines),) * len(document.grids)
    for at, line in enumerate([*document.lines[:_LINES], ""]):
        last = at == min(len(document.lines), _LINES)
        for number, grid in enumerate(document.grids):
            if places[number] == at or (last and places[number] > at):
                yield {"grid": number, "rows": _lines(grid)}
        if line:
            yield {"text": line, "heading": heading_section(line) is not None}


def _lines(grid: Grid) -> list[list[Row]]:
    """The cells of a table by the row they begin in; a table without end is left empty."""
    if grid.rows * grid.columns > _POSITIONS:
        return []
    rows: list[list[Row]] = [[] for _ in range(grid.rows)]
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        if not cell.hidden:
            rows[cell.row].append(
                {"text": cell.text, "row": cell.row, "column": cell.column, "rowspan": cell.rowspan, "colspan": cell.colspan}
            )
    return rows
