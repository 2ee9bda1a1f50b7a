"""Bytes → Report: a document read, its tables matched to the form, everything that is missing or doubted named."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.documents.content import DocumentError
from pipeline.documents.read import read_all_grids, read_document
from pipeline.forms import forms
from pipeline.forms.load import TABLES
from pipeline.model import Document, Figures, Grid, Issue, Report, Result, TableReading
from pipeline.normalizer.checks import check_report, failed_figures
from pipeline.normalizer.prose import read_prose
from pipeline.tables.flattened import lines_to_rows
from pipeline.tables.match import Matched, grids_to_rows, rows_to_figures
from pipeline.tables.plans import planned_figures
from pipeline.tables.rows import Rows

_SECTIONS = {"proactive_disclosure": 2, "applications": 3, "review_litigation": 4}
# How a page or text ends that was cut within a number, or right behind one: with markup or a line break behind it, it is whole.
_OPEN_END = re.compile(r"[\d.,，．+\-−–—]+\Z")
_END_BYTES = 64
_NAMES = {"proactive_disclosure": "table two", "applications": "table three", "review_litigation": "table four"}


def read_report(body: bytes, *, name: str = "", url: str | None = None, content_type: str | None = None) -> Report:
    """Read one report page or file: its figures, prose figures and everything that is doubted or missing.

    Never raises for what is in ``body``: bytes without a document give a report whose ``document.medium`` is ``none`` and one error issue.
    """
    try:
        document = read_document(body, name=name, url=url, content_type=content_type)
    except DocumentError as error:
        return unread(name, Issue("error", error.code, str(error)))
    matched = planned_figures(document.grids) or rows_to_figures(_rows(document), document.grids)
    _doubt_source(matched, read_from_pictures=any(issue.code == "picture.read" for issue in document.issues))
    _doubt_end(matched, body, document.charset)
    tables = {table: _explained(table, reading, document, matched) for table, reading in matched.tables.items()}
    prose, prose_issues = read_prose(document.sections, unit_name=document.unit_name, report_year=document.report_year)
    issues = (*document.issues, *matched.issues, *prose_issues)
    report = Report(name, document, _report_form(tables), tables, matched.figures, matched.grids, prose, issues)
    return _checked(report)


def _doubt_source(matched: Matched, *, read_from_pictures: bool) -> None:
    """Say of figures what the reader of the medium doubts in their cells; all that was read from a picture says so.

    Tables that were put together from text are doubted once more where that text comes from pictures: nothing shows their columns.
    """
    figures = matched.figures
    if not read_from_pictures and not any(grid.doubts or grid.origin == "image" for grid in matched.grids):
        return
    for i, (table, place) in enumerate(zip(figures.table, zip(figures.row, figures.column, strict=True), strict=True)):
        grid = matched.grids[table] if 0 <= table < len(matched.grids) else None
        if grid is None:
            continue
        own: tuple[str, ...] = ("read.ocr",) if grid.origin == "image" else ()
        if read_from_pictures and grid.origin == "flattened":
            own = ("read.ocr", "read.ocr_ruling")
        if own or grid.doubts:
            figures.flags[i] = tuple(dict.fromkeys((*figures.flags[i], *own, *grid.doubts.get(place, ()))))


def _doubt_end(matched: Matched, body: bytes, charset: str | None) -> None:
    """Doubt the figure with which a page or text ends: ``4`` may be what is left of ``435``."""
    end = _OPEN_END.search(body[-_END_BYTES:].decode(charset.partition("+")[0], "replace")) if charset else None
    figures = matched.figures
    places = list(zip(figures.table, figures.row, figures.column, strict=True))
    ending = [i for i, raw in enumerate(figures.raw) if end is not None and raw.strip() and raw.strip().endswith(end[0])]
    if ending:
        last = max(ending, key=places.__getitem__)
        name, raw = figures.figure[last], figures.raw[last]
        figures.flags[last] = tuple(dict.fromkeys((*figures.flags[last], "read.not_whole")))
        message = "the document ends with this figure: a part of the number may be missing"
        matched.issues.append(Issue("warning", "read.not_whole", message, name.split(".")[0], name, raw[:_END_BYTES]))


def _checked(report: Report) -> Report:
    """The publisher's contradictions beside our doubts: relations that fail become issues, those of severity error flags too."""
    results = check_report(report)
    figures = report.figures
    for i, flags in ((i, broken) for name, broken in failed_figures(results).items() if (i := _index(figures, name)) is not None):
        figures.flags[i] = (*figures.flags[i], *flags)
    return replace(report, issues=(*report.issues, *map(_contradiction, filter(_speaks, results))), results=tuple(results))


def _index(figures: Figures, name: str) -> int | None:
    return figures.figure.index(name) if name in figures.figure else None


def _speaks(result: Result) -> bool:
    return result.outcome == "failed"


def _contradiction(result: Result) -> Issue:
    check = next(one for one in forms().checks if one.id == result.check)
    where = f" ({result.scope_key})" if result.scope_key else ""
    sides = f"{result.left} and {result.right}" if result.left is not None and result.right is not None else result.reason
    table = result.figures[0].split(".")[0] if result.figures else check.table
    return Issue(check.severity, f"check.{check.id}", f"does not hold{where}: {check.label_en}", table, None, sides)  # type: ignore[arg-type]


def read_tables(body: bytes, *, name: str = "", url: str | None = None, content_type: str | None = None) -> tuple[list[Grid], list[Issue]]:
    """Every table of a document: of a page as the DOM's grids, nested and hidden ones too, in document order; of a text, those rebuilt.

    Raises ``DocumentError`` when the bytes hold no document.
    """
    found, text, issues = read_all_grids(body, content_type)
    grids = [grid for grid, _ in found if grid is not None]
    refused = [Issue("error", "table.span_bomb", f"a table is left out: {reason}") for grid, reason in found if grid is None and reason]
    if not found and text:
        grids = list(rows_to_figures(lines_to_rows(text.split("\n")), ()).grids)
    return grids, [*issues, *refused]


def unread(name: str, issue: Issue) -> Report:
    """A report without a document: nothing could be read, and why."""
    tables = {table: TableReading("missing", None) for table in TABLES}
    return Report(name, Document("none", None, (), (), issues=(issue,)), "unknown", tables, Figures(), (), (), (issue,))


def _rows(document: Document) -> Rows:
    """The rows of the page's grids; for tables that no grid holds, those of its text."""
    rows = grids_to_rows(document.grids)
    held = {row.table for row in rows.rows if row.id}
    if len(held) < len(TABLES):
        flat = lines_to_rows(document.lines, skip=held)
        rows.rows.extend(flat.rows)
        rows.unknown.extend(flat.unknown)
        rows.refused.update({table: reason for table, reason in flat.refused.items() if table not in held})
    return rows


def _explained(table: str, reading: TableReading, document: Document, matched: Matched) -> TableReading:
    """A missing table said in words: only its heading is there, a picture stands in its place, or nothing at all."""
    if reading.state != "missing":
        return reading
    section = _SECTIONS[table]
    if document.pictures.get(section):
        message = f"{_NAMES[table]} seems to be a picture; its figures are not read"
        matched.issues.append(Issue("error", "table.picture", message, table))
        return TableReading("picture", None)
    if not matched.figures.figure and any(issue.code == "document.not_report" for issue in document.issues):
        return reading
    where = "its heading is there, no table follows" if section in document.sections else "neither its heading nor a table is in the text"
    matched.issues.append(Issue("error", "table.missing", f"{_NAMES[table]} is missing: {where}", table))
    return reading


def _report_form(tables: dict[str, TableReading]) -> str:
    found = {reading.form for reading in tables.values() if reading.form}
    return found.pop() if len(found) == 1 else "mixed" if found else "unknown"
