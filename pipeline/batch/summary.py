"""A summary that a person can read: what was found for each unit and year, what is missing, what contradicts itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from pipeline.forms import forms
from pipeline.forms.load import TABLES
from pipeline.normalizer.load import load_table

LINES = 40
_NAMES = {"proactive_disclosure": "table two", "applications": "table three", "review_litigation": "table four"}
_THERE = frozenset({"published", "after_deadline"})
_NOT_READ = "table_missing"
_GONE = ("missing", "refused", "picture", "partial", "blank")
_SHOWN = (
    "report_id",
    "document_id",
    "unit_name_printed",
    "report_year",
    "figures_printed",
    "figures_read",
    "figures_blank",
    "figures_unreadable",
    "figures_doubted",
    "contradictions",
    "synthetic",
)


def printable(text: str) -> str:
    """Text for a terminal: what could steer it, or break the line, is written as an escape.

    >>> print(printable("彩云镇\\x1b[2J\\n"))
    彩云镇\\x1b[2J\\n
    """
    return "".join(one if _harmless(one) else one.encode("unicode_escape").decode() for one in text)


def _harmless(character: str) -> bool:
    """No control, format (direction), surrogate or private character, and no line or paragraph separator."""
    return (character.isascii() and character.isprintable()) or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def summary_lines(processed: Path, limit: int = LINES) -> Iterator[str]:
    """The summary of the current snapshot, line by line; reports in which something is amiss come first."""
    columns = [*_SHOWN, *(f"{table}_state" for table in TABLES)]
    rows = load_table("reports", processed=processed).select(columns).to_pylist()
    broken, names = _contradictions(processed), _file_names(processed)
    rows.sort(key=lambda row: (not _amiss(row), row["unit_name_printed"] or "~", row["report_year"] or 0, row["report_id"]))
    for row in rows[:limit]:
        unit = row["unit_name_printed"] or f"(unit not found: {names.get(row['document_id'], '')})"
        yield from _report_lines(row, printable(unit), broken.get(row["report_id"], []))
    if len(rows) > limit:
        yield f"… and {len(rows) - limit} reports more: see the dataset reports"
    yield from _totals(rows)
    yield from _missing(processed)
    yield from _failures(processed)


def _amiss(row: dict[str, Any]) -> bool:
    return bool(row["contradictions"] or row["figures_doubted"] or any(row[f"{table}_state"] in _GONE for table in TABLES))


def _file_names(processed: Path) -> dict[str, str]:
    """Document → what it is called outside: its address, or the name of its file."""
    documents = load_table("documents", processed=processed)
    columns = (documents[name].to_pylist() for name in ("document_id", "url", "name"))
    return {document: url or name or "" for document, url, name in zip(*columns, strict=True)}


def _report_lines(row: dict[str, Any], unit: str, broken: list[str]) -> Iterator[str]:
    year = row["report_year"] or "year not found"
    states = "".join(f"; {_NAMES[table]} {row[f'{table}_state']}" for table in TABLES if row[f"{table}_state"] in _GONE)
    made_up = " (made up)" if row["synthetic"] else ""
    yield f"{unit} {year}{made_up}: {_numbers([row])}{states}   [{row['report_id']}]"
    for line in broken[:3]:
        yield f"    {line}"
    if len(broken) > 3:
        yield f"    … and {len(broken) - 3} relations more: see the dataset checks"


def _contradictions(processed: Path) -> dict[str, list[str]]:
    """Report → its failed relations of severity error, as words."""
    checks = load_table("checks", processed=processed)
    # That a table was not read is told with its state, and is no contradiction.
    told = pc.and_(pc.equal(checks["severity"], "error"), pc.not_equal(checks["check_id"], _NOT_READ))
    failed = checks.filter(pc.and_(pc.equal(checks["outcome"], "failed"), told))
    labels = {check.id: check.label_en for check in forms().checks}
    found: dict[str, list[str]] = {}
    for row in failed.to_pylist():
        sides = " is not ".join(f"{row[side].normalize():f}" for side in ("left_value", "right_value") if row[side] is not None)
        where = f", {row['scope_key']}" if row["scope_key"] else ""
        doubt = " (but we doubt our reading)" if row["doubted"] else ""
        against = "last year's report" if row["other_report_id"] else "itself"
        found.setdefault(row["report_id"], []).append(f"contradicts {against}: {labels[row['check_id']]}{where}: {sides}{doubt}")
    return found


def _numbers(rows: list[dict[str, Any]]) -> str:
    """How many cells for figures were found, and what stands in them: a blank is no failure to read."""
    printed, read, blank, unreadable, doubted = (
        sum(row[f"figures_{what}"] for row in rows) for what in ("printed", "read", "blank", "unreadable", "doubted")
    )
    told = ((blank, "blank or a dash"), (unreadable, "not readable"), (doubted, "doubted"))
    return ", ".join([f"{printed} figures", f"{read} with a number", *(f"{count} {what}" for count, what in told if count)])


def _totals(rows: list[dict[str, Any]]) -> Iterator[str]:
    made_up, contradicting = sum(row["synthetic"] for row in rows), sum(row["contradictions"] > 0 for row in rows)
    shares = f" ({made_up} made up)" if made_up else ""
    yield f"{len(rows)} reports{shares}: {_numbers(rows)}; reports that contradict themselves: {contradicting}"


def _missing(processed: Path, limit: int = 10) -> Iterator[str]:
    """The bodies that had a report for the year before the newest one and have none for that, with what is known of it."""
    columns = ["unit_id", "report_year", "state", "name"]
    rows = load_table("coverage", processed=processed).select(columns).to_pylist()
    newest = max((row["report_year"] for row in rows), default=0)
    before = {row["unit_id"] for row in rows if row["report_year"] == newest - 1 and row["state"] in _THERE}
    gone = [row for row in rows if row["report_year"] == newest and row["unit_id"] in before and row["state"] not in _THERE]
    if gone:
        yield f"{len(gone)} of {len(before)} bodies with a report for {newest - 1} have none for {newest} here:"
    for row in gone[:limit]:
        yield f"    {printable(row['name'])}: {row['state']}"
    if len(gone) > limit:
        yield f"    … and {len(gone) - limit} more: gongkai ask missing --year {newest}"


def _failures(processed: Path, limit: int = 10) -> Iterator[str]:
    documents = load_table("documents", processed=processed)
    rows = documents.filter(pc.equal(documents["role"], "failed")).to_pylist()
    for row in rows[:limit]:
        yield f"not readable: {printable(row['url'] or row['name'] or row['document_id'])}: {printable(row['failure'] or '')}"
    if len(rows) > limit:
        yield f"… and {len(rows) - limit} documents more that could not be read: see the dataset documents"
