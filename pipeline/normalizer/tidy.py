"""What one document says, as rows of the datasets without the keys that only all documents together can tell (unit, report, role).

Rows are made as columns: a report has 200 figures, and an object for each would cost as much as parsing its page.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipeline.archive import Entry
from pipeline.forms import forms
from pipeline.forms.load import TABLES
from pipeline.model import Figures, Issue, Number, ProseFigure, Report, Result
from pipeline.normalizer.checks import failed_figures
from pipeline.normalizer.identity import is_synthetic, normalise_name
from pipeline.normalizer.readings import Columns, Readings, as_amount, as_count

# The archive did not give the bytes: the one failure that says nothing of the document, and is tried again by the next build.
ARCHIVE_DAMAGED = "archive.damaged"
# The medium of a report that was made of bytes in which no document was found.
NO_DOCUMENT = "none"
YUAN = {"元": 1, "万元": 10_000}
#: Whole numbers below it fit every column, in yuan too.
_SURELY = 10**13
PROSE_FEE = re.compile(r"processing_fee\.\w*_yuan")


def add_failure(readings: Readings, entry: Entry, reason: str, code: str = "document.failed") -> None:
    """A document that could not be read: a row that says so, and an issue."""
    issue = {"level": ["error"], "code": [code], "message": [reason], "evidence": [entry.url or entry.name]}
    facts = {"failure": reason, "failure_code": code, "synthetic": False, "is_report": False}
    readings.add(_origin(entry) | facts, {"issues": issue})


def add_report(readings: Readings, entry: Entry, body: bytes, report: Report) -> None:
    """One document read: its relations evaluated, its figures as counts or money, its findings."""
    if report.document.medium == NO_DOCUMENT:
        reasons = [issue for issue in report.issues if issue.level == "error"] or [Issue("error", "document.failed", "no document")]
        add_failure(readings, entry, reasons[0].message, reasons[0].code)
        return
    results = report.results
    figures, fees, found = _figure_columns(report.figures, failed_figures(results))
    document = report.document
    issues = [*report.issues, *(one for one in document.issues if one not in report.issues), *found]
    is_report = bool(len(report.figures) or document.sections or any(one.state != "missing" for one in report.tables.values()))
    if not is_report and all(issue.code != "document.not_report" for issue in issues):
        issues.append(Issue("warning", "document.not_report", "No table, no section and no figure of a report was found"))
    prose_fees = [_prose_fee(one) for one in report.prose if PROSE_FEE.fullmatch(one.figure)]
    rows = {
        "figures": figures,
        "fees": _columns([*fees, *prose_fees]),
        "prose_figures": _prose_columns(report.prose),
        "sections": _columns([{"section": number, "text": text} for number, text in sorted(document.sections.items())]),
        "checks": _check_columns(results),
        "issues": _issue_columns(issues),
    }
    contradictions = sum(one.outcome == "failed" and one.severity == "error" for one in results)
    scalars = _origin(entry) | _facts(report, body) | _states(report) | _tally(figures, fees)
    readings.add(scalars | {"is_report": is_report, "contradictions": contradictions}, rows)


def _origin(entry: Entry) -> dict[str, Any]:
    return {
        "sha256": entry.sha256,
        "url": entry.url,
        "name": entry.name,
        "media_type": entry.media_type,
        "record_type": entry.record_type,
        "fetched_at": entry.fetched_at,
        "archive_file": entry.file,
        "archive_offset": entry.offset,
    }


def _facts(report: Report, body: bytes) -> dict[str, Any]:
    document = report.document
    names = ("fixer", "count", "before", "after", "doubted")
    repairs = [{name: getattr(one, name) for name in names} for one in document.repairs]
    return {
        "medium": document.medium,
        "charset": document.charset,
        "title": document.title,
        "unit_name": document.unit_name,
        "report_year": document.report_year,
        "published_on": document.published_on,
        "scope": document.scope,
        "places": json.dumps(document.places, ensure_ascii=False, separators=(",", ":")) if document.places else None,
        "form": report.form,
        "synthetic": is_synthetic(body, document.unit_name),
        "repairs": json.dumps(repairs, ensure_ascii=False) if repairs else None,
        "fingerprint": _fingerprint(report.figures),
        "text_digest": _text_digest(report),
    }


def _fingerprint(figures: Figures) -> str:
    """The same for two documents exactly if they print the same figures with the same values."""
    names = figures.figure
    order = [_ranks().get(name, -1) for name in names]
    values = [value if type(value) is int or value is None else _plain(Decimal(value)) for value in figures.value]
    columns: list[Sequence[Any]] = [names, figures.status, values, figures.unit]
    if order != sorted(order):
        ranked = sorted(range(len(names)), key=order.__getitem__)
        columns = [[column[at] for at in ranked] for column in columns]
    return hashlib.sha256(repr(columns).encode("utf-8", "replace")).hexdigest()[:16]


@functools.cache
def _ranks() -> dict[str, int]:
    """Figure → its place in the form."""
    return {name: at for at, name in enumerate(forms().figures)}


def _text_digest(report: Report) -> str | None:
    """The same for two documents exactly if their sections say the same, white space and width aside; ``None`` without any section."""
    texts = [normalise_name(text) for _, text in sorted(report.document.sections.items())]
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()[:16] if any(texts) else None


def _plain(value: Decimal) -> int | str:
    """A number as it is whatever the zeros behind its point; a whole one as any whole number."""
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"


def _states(report: Report) -> dict[str, Any]:
    states: dict[str, Any] = {}
    for table in TABLES:
        reading = report.tables.get(table)
        states[f"{table}_state"] = reading.state if reading else "missing"
        states[f"{table}_form"] = reading.form if reading else None
    return states


def _tally(figures: Columns, fees: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    statuses: list[str] = [*figures["status"], *(row["status"] for row in fees)]
    flags = [*figures["flags"], *(row["flags"] for row in fees)]
    return {
        "figures_printed": len(statuses),
        "figures_read": statuses.count("reported"),
        "figures_blank": statuses.count("blank") + statuses.count("dash"),
        "figures_unreadable": statuses.count("unreadable"),
        "figures_doubted": sum("read." in one for one in flags if one),
    }


@functools.cache
def _declared() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """Figure → its row and its column in the form, and the figures that are money."""
    figures = forms().figures
    parts = {one: one.split(".") for one in figures}
    money = frozenset(name for name, one in figures.items() if one.column.kind == "money")
    return {name: its[1] for name, its in parts.items()}, {name: its[2] for name, its in parts.items()}, money


def _figure_columns(figures: Figures, broken: Mapping[str, Sequence[str]]) -> tuple[Columns, list[dict[str, Any]], list[Issue]]:
    """The counts as columns, rows of money, and what was found while they were made. A figure stands in one dataset only."""
    items, measures, money = _declared()
    names = figures.figure
    try:
        item, measure = [items[name] for name in names], [measures[name] for name in names]
    except KeyError as error:
        raise ValueError(f"{error.args[0]} is not a figure of the forms") from error
    values = [value if status == "reported" else None for value, status in zip(figures.value, figures.status, strict=True)]
    columns: dict[str, list[Any]] = {
        "figure": list(names),
        "item": item,
        "measure": measure,
        "value": values,
        "status": list(figures.status),
        "unit": list(figures.unit),
        "raw": list(figures.raw),
        "table": list(figures.table),
        "cell_row": list(figures.row),
        "cell_column": list(figures.column),
        "flags": _flag_texts(figures, broken),
    }
    at_money = [at for at, name in enumerate(names) if name in money]
    issues = _out_of_range(columns, money)
    fees = [_fee({name: column[at] for name, column in columns.items()}) for at in at_money]
    for column in columns.values():
        for at in reversed(at_money):
            del column[at]
    return columns, fees, issues


def _flag_texts(figures: Figures, broken: Mapping[str, Sequence[str]]) -> list[str | None]:
    """The flags of each figure as one text; most reports have none at all."""
    if not broken and not any(figures.flags):
        return [None] * len(figures)
    pairs = zip(figures.figure, figures.flags, strict=True)
    return [_joined((*flags, *broken.get(figure, ()))) if flags or figure in broken else None for figure, flags in pairs]


def _out_of_range(columns: dict[str, list[Any]], money: frozenset[str]) -> list[Issue]:
    """Put values that no column holds exactly aside: they are unreadable, and an issue says so. What stays fits."""
    issues: list[Issue] = []
    values: list[Number | None] = columns["value"]
    for at, value in enumerate(values):
        if value is None or (type(value) is int and -_SURELY < value < _SURELY):
            continue
        figure = columns["figure"][at]
        fitted = as_amount(value) if figure in money else as_count(value)
        if fitted is None:
            doubt = "read.not_whole" if figure not in money and int(value) != value else "read.out_of_range"
            columns["status"][at], columns["flags"][at] = "unreadable", _joined([*(columns["flags"][at] or "").split(), doubt])
            issues.append(_not_stored(figure, columns["raw"][at], doubt))
        values[at] = fitted
    return issues


def _joined(flags: Iterable[str]) -> str | None:
    return " ".join(dict.fromkeys(flags)) or None


def _not_stored(figure: str, raw: str, doubt: str) -> Issue:
    what = "is not a whole number" if doubt == "read.not_whole" else "is too large or too fine to be kept exactly"
    return Issue("error", doubt, f"The value {what}: it stands in raw only", figure.partition(".")[0], figure, raw)


def _fee(row: dict[str, Any]) -> dict[str, Any]:
    """A row of money from one of counts: the amount with what it is in yuan, or why that is not known."""
    amount, unit = row.pop("value"), row["unit"]
    caveat = None if unit in YUAN else "unit_unknown" if unit else "unit_not_printed"
    yuan = as_amount(amount * YUAN[unit]) if amount is not None and unit in YUAN else None
    if yuan is None and amount is not None and caveat is None:
        caveat = "out_of_range"
    return row | {"amount": amount, "amount_yuan": yuan, "caveat": caveat, "source": "table"}


def _prose_fee(one: ProseFigure) -> dict[str, Any]:
    item, _, measure = one.figure.partition(".")
    amount = as_amount(one.value)
    row = {"figure": one.figure, "item": item, "measure": measure, "unit": "元", "source": "prose", "raw": one.sentence}
    money = {"amount": amount, "amount_yuan": amount, "caveat": "approximate" if one.approximate else None}
    return row | money | {"status": "reported" if amount is not None else "unreadable", "section": one.section, "flags": None}


def _columns(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """A few rows as columns."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _prose_columns(prose: Sequence[ProseFigure]) -> Columns:
    return {
        "figure": [one.figure for one in prose],
        "value": [as_amount(one.value) for one in prose],
        "approximate": [one.approximate for one in prose],
        "section": [one.section for one in prose],
        "sentence": [one.sentence for one in prose],
    }


def _check_columns(results: Sequence[Result]) -> Columns:
    return {
        "check_id": [one.check for one in results],
        "severity": [one.severity for one in results],
        "scope_key": [one.scope_key for one in results],
        "outcome": [one.outcome for one in results],
        "reason": [one.reason for one in results],
        "doubted": [one.doubted for one in results],
        "left_value": [as_amount(one.left) for one in results],
        "right_value": [as_amount(one.right) for one in results],
        "figures": [" ".join(one.figures) or None for one in results],
    }


def _issue_columns(issues: Sequence[Issue]) -> Columns:
    return {
        "level": [one.level for one in issues],
        "code": [one.code for one in issues],
        "message": [one.message for one in issues],
        "table_id": [one.table for one in issues],
        "figure": [one.figure for one in issues],
        "evidence": [one.evidence for one in issues],
    }
