"""``extract``, ``tables`` and the reading of ``explain FILE``: what a document holds, without an archive."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import simplejson

from pipeline import read_report, read_tables
from pipeline.documents.content import DocumentError
from pipeline.model import Figure, Grid, Issue, Report
from pipeline.reading import unread

_NOT_READ = 1
#: Control characters that JSON allows unescaped.
_CONTROL = re.compile("[\x7f-\x9f]")


@click.command(epilog="Example: gongkai extract --jsonl data/raw/sample/*.html > figures.jsonl")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--jsonl", is_flag=True, help="One JSON object a file, in the order given, also for one that could not be read.")
def extract(files: tuple[str, ...], jsonl: bool) -> None:
    """Read the figures of report pages and files, each with its cell, status and doubts.

    Exit code 1 when some files gave no document; the others are read all the same.
    """
    failed = 0
    for name in files:
        report = _read(name)
        failed += report.document.medium == "none"
        if jsonl:
            _print_json(_report_object(name, report))
        else:
            for line in _report_lines(name, report):
                click.echo(line)
        if report.document.medium == "none":
            click.echo(f"gongkai: {_safe(name)}: {report.issues[0].message}", err=True)
    sys.exit(_NOT_READ if failed else 0)


@click.command(epilog="Example: gongkai tables --jsonl page.html")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--jsonl", is_flag=True, help="One JSON object a file, in the order given.")
def tables(files: tuple[str, ...], jsonl: bool) -> None:
    """Print every table of HTML pages as a grid with its spans expanded; of texts, the rebuilt tables of the form."""
    failed = 0
    for name in files:
        grids, issues, ok = _read_grids(name)
        failed += not ok
        if jsonl:
            _print_json({"document": name, "tables": [_grid_object(grid) for grid in grids], "issues": [_issue_object(i) for i in issues]})
        else:
            for line in _grid_lines(name, grids):
                click.echo(line)
        for issue in issues:
            if issue.level == "error":
                click.echo(f"gongkai: {_safe(name)}: {issue.message}", err=True)
    sys.exit(_NOT_READ if failed else 0)


def explain_file(path: Path, figure: str | None = None) -> Iterator[str]:
    """Lines that tell how a file was read: title, unit, year and where from, tables, every figure (or one) with its cell and text."""
    report = _read(str(path))
    document = report.document
    yield f"{_safe(str(path))}: {document.medium}, {document.charset or 'no text'}"
    for fact in ("title", "unit_name", "report_year", "published_on"):
        value = getattr(document, fact)
        source = document.sources.get(fact)
        yield f"  {fact:<12} {_safe(str(value)) if value is not None else '—'}" + (f"   (from {_safe(source.source)})" if source else "")
    for repair in document.repairs:
        doubt = ", doubted" if repair.doubted else ""
        yield f"  repaired     {repair.fixer}: {repair.count} × , e.g. {_safe(repair.before)} → {_safe(repair.after)}{doubt}"
    for table, reading in report.tables.items():
        yield f"  {table}: {reading.state}" + (f", form of {reading.form}" if reading.form else "")
    chosen = [one for one in report.figures if figure is None or one.figure == figure or one.figure.startswith(figure + ".")]
    for one in chosen:
        yield "    " + _figure_line(one)
        if figure is not None:
            yield from _neighbourhood(report, one)
    if figure is not None and not chosen:
        yield f"  {_safe(figure)} is not printed in this document"
    for issue in report.issues:
        if figure is None or issue.figure == figure:
            yield f"  {issue.level}: {issue.code}: {_safe(issue.message)}" + (f" [{_safe(issue.evidence)}]" if issue.evidence else "")


def _neighbourhood(report: Report, figure: Figure) -> Iterator[str]:
    """The printed row that a figure stands in, its cell marked."""
    grid = report.grids[figure.table]
    row = grid.expanded()[figure.row] if 0 <= figure.row < grid.rows else []
    marked = [f"[{text}]" if column == figure.column else (text or "") for column, text in enumerate(row)]
    yield f"      table {figure.table} ({grid.origin}), row {figure.row}, column {figure.column}: " + _safe(" | ".join(marked))


def _read(name: str) -> Report:
    """A report for whatever a path holds: a missing or unreadable file is one without a document."""
    try:
        body = Path(name).read_bytes()
    except OSError as error:
        return unread(name, Issue("error", "document.not_found", f"{error.strerror or error}; check the path"))
    return read_report(body, name=Path(name).name)


def _read_grids(name: str) -> tuple[list[Grid], list[Issue], bool]:
    try:
        grids, issues = read_tables(Path(name).read_bytes())
    except OSError as error:
        return [], [Issue("error", "document.not_found", f"{error.strerror or error}; check the path")], False
    except DocumentError as error:
        return [], [Issue("error", error.code, str(error))], False
    return grids, issues, True


def _print_json(value: dict[str, Any]) -> None:
    # Decimals are written from their digits. Always UTF-8, whatever the terminal speaks; what would drive a terminal is escaped.
    line = simplejson.dumps(value, ensure_ascii=False, use_decimal=True)
    line = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
    stream = sys.stdout.buffer
    stream.write(line.encode("utf-8", "backslashreplace") + b"\n")
    stream.flush()


def _report_object(name: str, report: Report) -> dict[str, Any]:
    document = report.document
    return {
        "document": name,
        "report": {
            "title": document.title,
            "unit_name": document.unit_name,
            "report_year": document.report_year,
            "form": report.form,
            "published_on": document.published_on,
            "tables": {table: {"state": reading.state, "form": reading.form} for table, reading in report.tables.items()},
        },
        "figures": [_figure_object(figure) for figure in report.figures],
        "prose": [
            {"figure": one.figure, "value": one.value, "approximate": one.approximate, "section": one.section, "sentence": one.sentence}
            for one in report.prose
        ],
        "issues": [_issue_object(issue) for issue in report.issues],
    }


def _figure_object(figure: Figure) -> dict[str, Any]:
    return {
        "figure": figure.figure,
        "value": figure.value,
        "status": figure.status,
        "unit": figure.unit,
        "raw": figure.raw,
        "table": figure.table,
        "row": figure.row,
        "column": figure.column,
        "flags": list(figure.flags),
    }


def _issue_object(issue: Issue) -> dict[str, Any]:
    return {
        "level": issue.level,
        "code": issue.code,
        "table": issue.table,
        "figure": issue.figure,
        "message": issue.message,
        "evidence": issue.evidence,
    }


def _grid_object(grid: Grid) -> dict[str, Any]:
    found: dict[str, Any] = {"depth": grid.depth, "section": grid.section, "caption": grid.caption, "rows": grid.expanded()}
    if hidden := grid.hidden():
        found["hidden"] = hidden
    return found


def _report_lines(name: str, report: Report) -> Iterator[str]:
    document = report.document
    if document.medium == "none":
        return
    other = next((issue for issue in report.issues if issue.code == "document.not_report"), None)
    if other is not None and not len(report.figures):
        reasons = dict.fromkeys(_safe(issue.message) for issue in report.issues if issue.level == "error" or issue is other)
        yield f"{_safe(name)}: " + "; ".join(reasons)
        return
    year = document.report_year if document.report_year is not None else "year unknown"
    yield f"{_safe(name)}: {_safe(document.unit_name or 'unit unknown')}, {year}, form {report.form}"
    for table, reading in report.tables.items():
        mine = [figure for figure in report.figures if figure.figure.startswith(table + ".")]
        numbers = sum(figure.value is not None for figure in mine)
        doubted = sum(any(flag.startswith("read.") for flag in figure.flags) for figure in mine)
        broken = sum(any(flag.startswith("check.") for flag in figure.flags) for figure in mine)
        contradicted = f", {broken} contradict each other" if broken else ""
        yield f"  {table:<22} {reading.state:<8} {len(mine):>3} printed, {numbers:>3} numbers, {doubted} doubted{contradicted}"
    for figure in report.figures:
        if figure.value is not None and figure.value != 0:
            yield "    " + _figure_line(figure)
    for issue in report.issues:
        if issue.level == "error":
            yield f"  {issue.code}: {_safe(issue.message)}" + (f" [{_safe(issue.evidence)}]" if issue.evidence else "")


def _figure_line(figure: Figure) -> str:
    value = figure.value if figure.value is not None else figure.status
    flags = f"   {' '.join(figure.flags)}" if figure.flags else ""
    return f"{figure.figure:<58} {value} {figure.unit or ''}".rstrip() + f"   “{_safe(figure.raw)}”{flags}"


def _grid_lines(name: str, grids: Iterable[Grid]) -> Iterator[str]:
    for number, grid in enumerate(grids):
        yield f"{_safe(name)}: table {number}, {grid.rows} × {grid.columns}" + (f", depth {grid.depth}" if grid.depth else "")
        for row in grid.expanded():
            yield "  " + " | ".join("" if text is None else _safe(text) for text in row)


def _safe(text: str) -> str:
    """Text from a page or a path, its control characters made visible so that it cannot drive the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text.replace("\n", " / "))


COMMANDS = (extract, tables)
