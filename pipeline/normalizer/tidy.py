"""What one document says, as rows of the datasets without the keys that only all documents together can tell (unit, report, role).

A *reading* is one archive record read: a row of scalar columns with one nested list for each kind of rows. Readings of a stretch of the
archive make one Arrow table (``Readings.to_table``), which is kept so that the next build need not read the bytes again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipeline.archive import Entry
from pipeline.forms import forms
from pipeline.forms.load import TABLES
from pipeline.model import Figure, Issue, Number, ProseFigure, Report, Result
from pipeline.normalizer.checks import failed_figures
from pipeline.normalizer.identity import is_synthetic, normalise_name
from pipeline.normalizer.schemas import COUNT_LIMIT, MONEY_LIMIT, arrow_schema

# The archive did not give the bytes: the one failure that says nothing of the document, and is tried again by the next build.
ARCHIVE_DAMAGED = "archive.damaged"
# The medium of a report that was made of bytes in which no document was found.
NO_DOCUMENT = "none"
YUAN = {"元": 1, "万元": 10_000}
PROSE_FEE = re.compile(r"processing_fee\.\w*_yuan")
# Columns of the datasets that one document alone cannot fill.
KEYS = (
    *("report_id", "unit_id", "report_year", "document_id", "synthetic", "other_report_id"),
    *("value_corrected", "amount_corrected", "amount_yuan_corrected", "correction"),
)
# Kind of rows → the dataset whose columns they have.
PARTS = {
    "figures": "applications",
    "fees": "fees",
    "prose_figures": "prose_figures",
    "sections": "sections",
    "checks": "checks",
    "issues": "issues",
}
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_PLACES = Decimal("0.000001")

_SCALARS = pa.schema(
    [
        ("sha256", pa.string()),
        ("url", pa.string()),
        ("name", pa.string()),
        ("media_type", pa.string()),
        ("record_type", pa.string()),
        ("fetched_at", pa.string()),
        ("archive_file", pa.string()),
        ("archive_offset", pa.int64()),
        ("failure", pa.string()),
        ("failure_code", pa.string()),
        ("medium", pa.string()),
        ("charset", pa.string()),
        ("title", pa.string()),
        ("unit_name", pa.string()),
        ("report_year", pa.int64()),
        ("published_on", pa.string()),
        ("scope", pa.string()),
        ("places", pa.string()),
        ("form", pa.string()),
        ("synthetic", pa.bool_()),
        ("is_report", pa.bool_()),
        ("repairs", pa.string()),
        ("fingerprint", pa.string()),
        ("text_digest", pa.string()),
        *((f"{table}_{what}", pa.string()) for table in TABLES for what in ("state", "form")),
        *((f"figures_{what}", pa.int64()) for what in ("printed", "read", "blank", "unreadable", "doubted")),
        ("contradictions", pa.int64()),
    ]
)


def _part_type(dataset: str) -> pa.StructType:
    return pa.struct([field.remove_metadata().with_nullable(True) for field in arrow_schema(dataset) if field.name not in KEYS])


READING_SCHEMA = pa.schema([*_SCALARS, *(pa.field(part, pa.list_(_part_type(dataset))) for part, dataset in PARTS.items())])


class Readings:
    """Readings being gathered, as columns."""

    def __init__(self) -> None:
        self._scalars: dict[str, list[Any]] = {name: [] for name in _SCALARS.names}
        self._rows: dict[str, dict[str, list[Any]]] = {
            part: {field.name: [] for field in READING_SCHEMA.field(part).type.value_type} for part in PARTS
        }
        self._ends: dict[str, list[int]] = {part: [0] for part in PARTS}

    def add(self, scalars: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        """Add the reading of one document: scalar columns, and rows by kind. What is not named is null."""
        for name, column in self._scalars.items():
            column.append(scalars.get(name))
        for part, columns in self._rows.items():
            added = rows.get(part, [])
            for name, column in columns.items():
                column.extend([row.get(name) for row in added])
            self._ends[part].append(self._ends[part][-1] + len(added))

    def to_table(self) -> pa.Table:
        """All readings so far as one table of ``READING_SCHEMA``."""
        arrays: list[pa.Array] = [_array(self._scalars[field.name], field.type) for field in _SCALARS]
        for part, columns in self._rows.items():
            kind = READING_SCHEMA.field(part).type.value_type
            flat = [_array(columns[field.name], field.type) for field in kind]
            struct = pa.StructArray.from_arrays(flat, fields=list(kind))
            arrays.append(pa.ListArray.from_arrays(pa.array(self._ends[part], pa.int32()), struct))
        return pa.table(arrays, schema=READING_SCHEMA)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Values as Arrow holds them. Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([_SURROGATES.sub("\ufffd", one) if isinstance(one, str) else one for one in values], kind)


def add_failure(readings: Readings, entry: Entry, reason: str, code: str = "document.failed") -> None:
    """A document that could not be read: a row that says so, and an issue."""
    issue = {"level": "error", "code": code, "message": reason, "evidence": entry.url or entry.name}
    facts = {"failure": reason, "failure_code": code, "synthetic": False, "is_report": False}
    readings.add(_origin(entry) | facts, {"issues": [issue]})


def add_report(readings: Readings, entry: Entry, body: bytes, report: Report) -> None:
    """One document read: its relations evaluated, its figures as counts or money, its findings."""
    if report.document.medium == NO_DOCUMENT:
        reasons = [issue for issue in report.issues if issue.level == "error"] or [Issue("error", "document.failed", "no document")]
        add_failure(readings, entry, reasons[0].message, reasons[0].code)
        return
    results = report.results
    broken = failed_figures(results)
    figures, fees, found = _figure_rows(report, broken)
    document = report.document
    issues = [*report.issues, *(one for one in document.issues if one not in report.issues), *found]
    is_report = bool(len(report.figures) or document.sections or any(one.state != "missing" for one in report.tables.values()))
    if not is_report and all(issue.code != "document.not_report" for issue in issues):
        issues.append(Issue("warning", "document.not_report", "No table, no section and no figure of a report was found"))
    rows = {
        "figures": figures,
        "fees": fees + [_prose_fee(one) for one in report.prose if PROSE_FEE.fullmatch(one.figure)],
        "prose_figures": [asdict(one) | {"value": as_money(one.value)} for one in report.prose],
        "sections": [{"section": number, "text": text} for number, text in sorted(document.sections.items())],
        "checks": [_check_row(one) for one in results],
        "issues": [_issue_row(one) for one in issues],
    }
    scalars = _origin(entry) | _facts(report, body) | _states(report) | _tally(figures + fees)
    contradictions = sum(one.outcome == "failed" and one.severity == "error" for one in results)
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
    repairs = [asdict(repair) for repair in document.repairs]
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
        "fingerprint": _fingerprint(report),
        "text_digest": _text_digest(report),
    }


def _fingerprint(report: Report) -> str:
    """The same for two documents exactly if they print the same figures with the same values."""
    columns = report.figures
    rows = zip(columns.figure, columns.status, columns.value, columns.unit, strict=True)
    lines = sorted(f"{figure} {status} {_plain(value)} {unit or ''}" for figure, status, value, unit in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:16]


def _text_digest(report: Report) -> str | None:
    """The same for two documents exactly if their sections say the same, white space and width aside; ``None`` without any section."""
    texts = [normalise_name(text) for _, text in sorted(report.document.sections.items())]
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()[:16] if any(texts) else None


def _plain(value: Number | None) -> str:
    return "" if value is None else str(value) if isinstance(value, int) else f"{value.normalize():f}"


def _states(report: Report) -> dict[str, Any]:
    states: dict[str, Any] = {}
    for table in TABLES:
        reading = report.tables.get(table)
        states[f"{table}_state"] = reading.state if reading else "missing"
        states[f"{table}_form"] = reading.form if reading else None
    return states


def _tally(rows: list[dict[str, Any]]) -> dict[str, int]:
    printed = [row for row in rows if row.get("source") != "prose"]
    return {
        "figures_printed": len(printed),
        "figures_read": sum(row["status"] == "reported" for row in printed),
        "figures_blank": sum(row["status"] in {"blank", "dash"} for row in printed),
        "figures_unreadable": sum(row["status"] == "unreadable" for row in printed),
        "figures_doubted": sum("read." in (row["flags"] or "") for row in printed),
    }


def _figure_rows(report: Report, broken: dict[str, list[str]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[Issue]]:
    """Rows of counts, rows of money, and what was found while they were made. A figure stands in one dataset only."""
    counts: list[dict[str, Any]] = []
    fees: list[dict[str, Any]] = []
    issues: list[Issue] = []
    declared = forms().figures
    for figure in report.figures:
        if figure.figure not in declared:
            raise ValueError(f"{figure.figure} is not a figure of the forms")
        row = _common(figure, broken.get(figure.figure, []))
        number = figure.value if figure.status == "reported" else None
        money = declared[figure.figure].column.kind == "money"
        amount, count = (as_money(number), None) if money else (None, as_count(number))
        if number is not None and amount is None and count is None:
            doubt = "read.not_whole" if not money and int(number) != number else "read.out_of_range"
            row |= {"status": "unreadable", "flags": _joined([*(row["flags"] or "").split(), doubt])}
            issues.append(_not_stored(figure, doubt))
        if money:
            fees.append(row | _in_yuan(amount, figure.unit) | {"source": "table"})
        else:
            counts.append(row | {"value": count})
    return counts, fees, issues


def _common(figure: Figure, broken: list[str]) -> dict[str, Any]:
    _, item, measure = figure.figure.split(".")
    return {
        "figure": figure.figure,
        "item": item,
        "measure": measure,
        "status": figure.status,
        "unit": figure.unit,
        "raw": figure.raw,
        "table": figure.table,
        "cell_row": figure.row,
        "cell_column": figure.column,
        "flags": _joined([*figure.flags, *broken]),
    }


def _joined(flags: Iterable[str]) -> str | None:
    return " ".join(dict.fromkeys(flags)) or None


def _not_stored(figure: Figure, doubt: str) -> Issue:
    what = "is not a whole number" if doubt == "read.not_whole" else "is too large or too fine to be kept exactly"
    return Issue("error", doubt, f"The value {what}: it stands in raw only", figure.figure.partition(".")[0], figure.figure, figure.raw)


def as_count(value: Number | None) -> int | None:
    """The value as a 64-bit count; ``None`` if it is none."""
    return int(value) if value is not None and int(value) == value and -COUNT_LIMIT <= value < COUNT_LIMIT else None


def as_money(value: Number | None) -> Decimal | None:
    """The value with six decimals; ``None`` if it does not fit exactly.

    >>> as_money(Decimal("1276.5534")), as_money(Decimal("0.0000001"))
    (Decimal('1276.553400'), None)
    """
    if value is None or not -MONEY_LIMIT < value < MONEY_LIMIT:
        return None
    exact = Decimal(value)
    fitted = exact.quantize(_PLACES)
    return fitted if fitted == exact else None


def _in_yuan(amount: Decimal | None, unit: str | None) -> dict[str, Any]:
    """The amount with what it is in yuan, or why that is not known."""
    caveat = None if unit in YUAN else "unit_unknown" if unit else "unit_not_printed"
    yuan = as_money(amount * YUAN[unit]) if amount is not None and unit in YUAN else None
    if yuan is None and amount is not None and caveat is None:
        caveat = "out_of_range"
    return {"amount": amount, "amount_yuan": yuan, "caveat": caveat}


def _prose_fee(one: ProseFigure) -> dict[str, Any]:
    item, _, measure = one.figure.partition(".")
    amount = as_money(one.value)
    row = {"figure": one.figure, "item": item, "measure": measure, "unit": "元", "source": "prose", "raw": one.sentence}
    money = {"amount": amount, "amount_yuan": amount, "caveat": "approximate" if one.approximate else None}
    return row | money | {"status": "reported" if amount is not None else "unreadable", "section": one.section, "flags": None}


def _check_row(one: Result) -> dict[str, Any]:
    return {
        "check_id": one.check,
        "severity": one.severity,
        "scope_key": one.scope_key,
        "outcome": one.outcome,
        "reason": one.reason,
        "doubted": one.doubted,
        "left_value": as_money(one.left),
        "right_value": as_money(one.right),
        "figures": " ".join(one.figures) or None,
    }


def _issue_row(one: Issue) -> dict[str, Any]:
    row = asdict(one)
    return row | {"table_id": row.pop("table")}
