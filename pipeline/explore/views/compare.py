"""Units beside each other over years: the points of ``pipeline.compare``, as a picture and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.compare import words as compared
from pipeline.compare.points import Known, Point, break_indicators, line_up
from pipeline.compare.rows import point_rows
from pipeline.compare.subject import Subject, UnknownSubjectError
from pipeline.compare.text import cell_text, legend_lines, lines_of, number_text
from pipeline.compare.words import Lang
from pipeline.explore.book import Book, GoneError, Row
from pipeline.explore.chart import AT_MOST, draw, short_names
from pipeline.explore.page import Asked, Page
from pipeline.explore.views.figures import fragment
from pipeline.explore.views.filtering import years_of
from pipeline.explore.words import figure, text
from pipeline.forms import forms
from pipeline.normalizer.derived.indicators_declared import declared

UNITS = 200
FIRST = "disclosure"


def compare(book: Book, one: Asked) -> Page:
    """The comparison; ``unit`` and ``place`` choose units, ``indicator`` or ``figure`` what of them, ``from`` and ``to`` the years."""
    units, trouble = _units(book, one)
    subject, wrong = _subject(book, one)
    troubles = [*trouble, *([wrong] if wrong else [])]
    names = {row["unit_id"]: row["name"] for row in units}
    points = points_of(book, subject, names, _years(book, one)) if units else []
    lines = lines_of(points)
    source = compared.text("source", one.lang, snapshot=book.facts["snapshot"], captured=book.facts["last_capture"])
    notes = [source, *([text("synthetic_drawn", one.lang)] if any(point.synthetic for point in points) else [])]
    svg = draw(points, subject, one.lang, notes)
    years = sorted({point.year for point in points})
    values = {
        "asked": one,
        "units": units,
        "chosen": set(names),
        "subject": subject,
        "definition": _definition(subject),
        "troubles": troubles,
        "years": years,
        "all_years": years_of(book)[::-1],
        "lines": [(line[0], name, [_cell(point, subject, one.lang) for point in line]) for line, name in _named(lines, one.lang)],
        "legend": legend_lines(points, one.lang),
        "too_many": len(lines) if len(lines) > AT_MOST else 0,
        "most": AT_MOST,
        "svg": svg,
        "neighbours": _neighbours(book, units),
        "indicators": [(entry.id, entry.zh if one.lang == "zh" else entry.en) for entry in declared().indicators],
        "figures": [(name, figure(name, one.lang)) for name in forms().figures],
        "small": declared().small_number.below,
    }
    title = _title(subject, years, one.lang)
    return Page("compare.html", title, values, point_rows(points, subject), svg, cite=title)


def points_of(book: Book, subject: Subject, names: Mapping[str, str], years: Sequence[int] | None = None) -> list[Point]:
    """The points of some units, by the same rules as the command."""
    units = list(names)
    marks = ", ".join("?" * len(units))
    reports = [_typed(row) for row in book.reports_of(units) if years is None or row["report_year"] in years]
    known = Known(
        reports=reports,
        coverage=book.rows(f"SELECT unit_id, report_year, state FROM coverage WHERE unit_id IN ({marks})", *units),
        printed=book.parquet(subject.dataset, reports, **{subject.column: [subject.id]}),
        indicators=book.parquet("indicators", reports, indicator=break_indicators(subject)),
    )
    return line_up(known, subject, units, names, years)


def _typed(row: Row) -> Row:
    """SQLite has neither yes and no nor moments."""
    captured = row["captured_at"]
    moment = datetime.fromisoformat(captured) if isinstance(captured, str) else captured
    return row | {"withdrawn": bool(row["withdrawn"]), "synthetic": bool(row["synthetic"]), "captured_at": moment}


def _units(book: Book, one: Asked) -> tuple[list[Row], list[str]]:
    """The units that were chosen, and what could not be found."""
    found: dict[str, Row] = {}
    troubles: list[str] = []
    for name in [*one.every("unit"), *one.every("add")]:
        try:
            row = book.unit(name)
        except GoneError:
            matches = book.search(name, 2)
            row = matches[0] if len(matches) == 1 or (matches and matches[0]["whole"] and not matches[1]["whole"]) else {}
        if row:
            found[row["unit_id"]] = row
        else:
            troubles.append(text("not_found_unit", one.lang, text=name))
    for code in one.every("place"):
        for row in book.rows("SELECT * FROM unit_places WHERE place_code = ? ORDER BY level = 'township', name", code):
            found.setdefault(row["unit_id"], row)
    if len(found) > UNITS:
        troubles.append(text("too_many_units", one.lang, count=UNITS))
    return list(found.values())[:UNITS], troubles


def _subject(book: Book, one: Asked) -> tuple[Subject, str | None]:
    """What is compared: ``what`` (kind and id), ``indicator`` or ``figure``; the first indicator where there is no such thing."""
    kind, _, name = one.get("what").partition(":")
    if not name:
        kind, name = ("figure", one.get("figure")) if one.get("figure") else ("indicator", one.get("indicator", FIRST))
    try:
        return book.subject(kind, name), None
    except UnknownSubjectError:
        return book.subject("indicator", FIRST), text("unknown_subject", one.lang, text=name)


def _years(book: Book, one: Asked) -> list[int] | None:
    first, last = one.number("from"), one.number("to", 9999)
    years = years_of(book)[::-1]
    chosen = [year for year in years if first <= year <= last]
    return chosen or years


def _named(lines: Sequence[list[Point]], lang: Lang) -> list[tuple[list[Point], str]]:
    return list(zip(lines, short_names([line[0] for line in lines], lang), strict=True))


def _cell(point: Point, subject: Subject, lang: Lang) -> Row:
    """A point for the table: the value apart from what it rests on and from its signs."""
    sides = ""
    if point.value is not None and point.denominator is not None:
        sides = f"{number_text(point.numerator)}/{number_text(point.denominator)}"
    cell: dict[str, Any] = {"table": None, "cell_row": None, "cell_column": None}
    if point.source is not None and point.source.cell is not None:
        cell = dict(zip(cell, point.source.cell, strict=True))
    return {
        "point": point,
        "text": number_text(point.value) if point.value is not None else cell_text(point, lang),
        "sides": sides,
        "signs": [(compared.mark(code), legend) for code in point.caveats for legend in compared.legend([code], [], [], lang)],
        "breaks": "; ".join(compared.legend([], point.breaks, [], lang)),
        "report": point.source.report_id if point.source else None,
        "figure": subject.id if subject.kind == "figure" and point.value is not None else None,
        "at": fragment(cell),
    }


def _neighbours(book: Book, units: Sequence[Row]) -> list[Row]:
    """The other units of the places of the chosen ones."""
    codes = sorted({row["place_code"] for row in units if row["place_code"] != "none"})[:3]
    rows = [
        row
        for code in codes
        for row in book.rows("SELECT * FROM unit_places WHERE place_code = ? ORDER BY level = 'township', name LIMIT 200", code)
    ]
    chosen = {row["unit_id"] for row in units}
    return [row for row in rows if row["unit_id"] not in chosen]


def _definition(subject: Subject) -> str:
    if subject.kind == "indicator":
        return next((f"{entry.definition}: {entry.formula}" for entry in declared().indicators if entry.id == subject.id), "")
    known = forms().figures.get(subject.id)
    return known.row.definition if known else ""


def _title(subject: Subject, years: Sequence[int], lang: Lang) -> str:
    if not years:
        return text("compare", lang)
    return text("chart_title", lang, subject=subject.label(lang), first=years[0], last=years[-1])
