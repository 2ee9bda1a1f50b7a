"""One point for every unit, scope and year: its value with what it rests on, or why there is none.

A missing value is never a zero, and a report that was not collected never one that was not published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.compare.subject import Subject
from pipeline.export.selection import Extract
from pipeline.forms import forms
from pipeline.normalizer.derived.indicators_declared import declared
from pipeline.normalizer.identity import OWN_SCOPE

_BREAK = "break_"
_FORM_CHANGED = "form_changed"
#: State of a table of which nothing was read → why its figures have no value (codes of ``no_value``).
_TABLE_GONE = {"refused": "table_refused", "missing": "table_missing", "picture": "table_picture", "blank": "table_blank"}
_STATUS = {"blank": "figure_blank", "dash": "figure_blank", "unreadable": "figure_unreadable"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a point comes from. ``cell`` is table, row and column, counted from 0; an indicator has none of its own."""

    report_id: str
    url: str | None = None
    file: str | None = None
    captured_at: datetime | None = None
    sha256: str | None = None
    cell: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One unit, scope and year.

    ``missing`` is the code of why there is no value: a state of ``coverage``, or a code of ``no_value``. ``caveats`` are codes such as
    small_number, doubted, contradiction, withdrawn; ``breaks`` what lies between this value and the one before it.
    """

    unit_id: str
    unit_name: str
    scope: str
    year: int
    value: Decimal | float | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    missing: str | None = None
    caveats: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    correction: str | None = None
    synthetic: bool = False
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands in a report: the point, and what tells whether it may be set beside others."""

    point: Point
    marks: frozenset[str] = field(default_factory=frozenset)
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Rows of the datasets that points are made of, as dicts: reports with their sources, coverage, the subject's own, indicators.

    ``printed`` are rows of the subject's dataset and of no other subject; ``indicators`` those of ``break_indicators``.
    """

    reports: Iterable[Mapping[str, Any]]
    coverage: Iterable[Mapping[str, Any]]
    printed: Iterable[Mapping[str, Any]]
    indicators: Iterable[Mapping[str, Any]]


def gather(
    extract: Extract, subject: Subject, units: Sequence[str], names: Mapping[str, str], years: Iterable[int] | None = None
) -> list[Point]:
    """As ``line_up``, of the rows of an extract."""
    wanted = pa.array(sorted(break_indicators(subject)), pa.string())
    known = Known(
        reports=(row for part in extract.cited_parts("reports") for row in part.to_pylist()),
        coverage=extract.table("coverage").to_pylist(),
        printed=_of_subject(extract, subject),
        indicators=(
            row for part in extract.parts("indicators") for row in part.filter(pc.is_in(part["indicator"], value_set=wanted)).to_pylist()
        ),
    )
    return line_up(known, subject, units, names, years)


def _of_subject(extract: Extract, subject: Subject) -> Iterator[Mapping[str, Any]]:
    for part in extract.parts(subject.dataset):
        yield from part.filter(pc.equal(part[subject.column], subject.id)).to_pylist()


def line_up(
    known: Known, subject: Subject, units: Sequence[str], names: Mapping[str, str], years: Iterable[int] | None = None
) -> list[Point]:
    """The points of some units, unit by unit in the order given, then by scope and year; each year for each unit and scope.

    ``years`` are those of the reports and of coverage if not told.
    """
    reports = {(row["unit_id"], row["scope"], row["report_year"]): row for row in known.reports if row["report_year"] is not None}
    coverage = {(row["unit_id"], row["report_year"]): row["state"] for row in known.coverage}
    printed = {row["report_id"]: row for row in known.printed if row.get("source", "table") == "table"}
    breaks = _breaks(known.indicators)
    wanted = sorted(years if years is not None else {year for *_, year in reports} | {year for _, year in coverage})
    points: list[Point] = []
    for unit in units:
        scopes = sorted({scope for one, scope, _ in reports if one == unit}, key=lambda scope: (scope != OWN_SCOPE, scope))
        for scope in scopes or [OWN_SCOPE]:
            line = []
            for year in wanted:
                report = reports.get((unit, scope, year))
                empty = Point(unit, names.get(unit, unit), scope, year)
                if report is None:
                    line.append(_Found(replace(empty, missing=_not_there(coverage.get((unit, year))))))
                else:
                    row = printed.get(report["report_id"])
                    line.append(_found(empty, subject, report, row, breaks.get(report["report_id"], frozenset())))
            points += _with_breaks(line, subject)
    return points


def _not_there(state: str | None) -> str:
    """Why there is no report of a unit, scope and year; a report of another scope does not stand for it."""
    if state is None:
        return "not_collected"
    return "no_report_of_this_scope" if state in {"published", "after_deadline"} else state


def _breaks(indicators: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Report → the codes of the breaks that its value lies behind."""
    found: dict[str, frozenset[str]] = {}
    for row in indicators:
        codes = frozenset(code for code in (row["caveats"] or "").split() if code.startswith(_BREAK))
        found[row["report_id"]] = found.get(row["report_id"], frozenset()) | codes
    return found


def break_indicators(subject: Subject) -> set[str]:
    """The indicators whose breaks are those of the subject: itself, or for a figure the ones that are made of it."""
    return {subject.id} if subject.kind == "indicator" else _made_of(subject.id)


def _made_of(figure: str) -> set[str]:
    """The indicators of one year that count a figure."""
    return {one.id for one in declared().indicators if not one.straddles and any(term.figure == figure for term in one.numerator)}


def _found(empty: Point, subject: Subject, report: Mapping[str, Any], row: Mapping[str, Any] | None, marks: frozenset[str]) -> _Found:
    """What a report says of the subject."""
    cell = (row["table"], row["cell_row"], row["cell_column"]) if row is not None and row.get("table") is not None else None
    source = Source(
        report["report_id"], report["source_url"], report["source_file"], report["captured_at"], report["document_sha256"], cell
    )
    point = replace(empty, synthetic=report["synthetic"], source=source)
    if row is None:
        point = replace(point, missing=_why_not_printed(subject, report))
    elif subject.kind == "indicator":
        point = _of_indicator(point, subject, row)
    else:
        point = _of_figure(point, row)
    if report["withdrawn"]:
        point = replace(point, caveats=(*point.caveats, "withdrawn"))
    return _Found(point, marks, report["form"])


def _why_not_printed(subject: Subject, report: Mapping[str, Any]) -> str:
    """Why a report has no row of the subject: its table, its form, or the figure alone."""
    if subject.kind == "indicator":
        return "not_derived"
    figure = forms().figures.get(subject.id)
    if figure is None:
        return "figure_missing"
    state, form = report[f"{figure.table}_state"], report[f"{figure.table}_form"]
    if state in _TABLE_GONE:
        return _TABLE_GONE[state]
    return "not_in_form" if form in {"2019", "2021"} and form not in figure.forms else "figure_missing"


def _of_indicator(point: Point, subject: Subject, row: Mapping[str, Any]) -> Point:
    codes = tuple(code for code in (row["caveats"] or "").split() if not code.startswith(_BREAK))
    if row["value"] is None:
        return replace(point, missing=(row["reason"] or "not_derived").partition(":")[0], caveats=codes)
    if subject.is_share:
        return replace(point, value=row["value"], numerator=row["numerator"], denominator=row["denominator"], caveats=codes)
    # A number stands in the numerator as it is; ``value`` is the same as a floating-point number.
    return replace(point, value=Decimal(repr(row["value"])) if row["numerator"] is None else row["numerator"], caveats=codes)


def _of_figure(point: Point, row: Mapping[str, Any]) -> Point:
    flags = (row["flags"] or "").split()
    marks = [code for code, kind in (("doubted", "read."), ("contradiction", "check.")) if any(flag.startswith(kind) for flag in flags)]
    money = "amount_yuan" in row
    value = row["amount_yuan"] if money else None if row["value"] is None else Decimal(row["value"])
    missing = None
    if value is None:
        missing = _STATUS.get(row["status"]) or ((row.get("caveat") or "").split() or ["figure_unreadable"])[0]
    if row["correction"] is not None:
        marks.append("correction_exists")
    return replace(point, value=value, missing=missing, caveats=tuple(marks), correction=row["correction"])


def _with_breaks(line: Sequence[_Found], subject: Subject) -> Iterator[Point]:
    """The points of one line, each with what lies between it and the value before it."""
    before: _Found | None = None
    for one in line:
        if one.point.value is None:
            yield one.point
            continue
        codes = sorted(one.marks ^ before.marks) if before else []
        if before and not subject.comparable and one.form != before.form:
            codes.append(_FORM_CHANGED)
        yield replace(one.point, breaks=tuple(codes))
        before = one


def runs(line: Sequence[Point]) -> Iterator[list[Point]]:
    """Values of years that follow each other without a gap and without a break between them."""
    run: list[Point] = []
    for point in line:
        if run and (point.value is None or point.breaks or point.year != run[-1].year + 1):
            yield run
            run = []
        if point.value is not None:
            run.append(point)
    if run:
        yield run
