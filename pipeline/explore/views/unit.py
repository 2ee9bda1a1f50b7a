"""One unit: its years side by side in the order of the form, with every change, every version, every correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.compare.words import Lang
from pipeline.explore.book import Book, Row
from pipeline.explore.page import Asked, Page, table
from pipeline.explore.views.figures import COLUMNS, as_rows, change, fragment, marks, ordered, printed_figures, shown
from pipeline.explore.views.place import FIRST_INDICATORS
from pipeline.explore.words import figure
from pipeline.forms import forms
from pipeline.forms.load import TABLES

_APPLICATIONS = "applications"
_GONE = frozenset({"refused", "missing", "picture", "blank"})


@dataclass(frozen=True)
class Line:
    """One figure over the years: a cell a report, in the order of the reports."""

    figure: str
    label: str
    cells: tuple[Row, ...]


def unit(book: Book, one: Asked) -> Page:
    """The reports of a unit as columns, the figures as rows."""
    about = book.unit(one.key)
    reports = book.reports_of([about["unit_id"]])
    by_report = printed_figures(book, reports)
    documents = book.rows(
        "SELECT * FROM documents WHERE unit_id = ? ORDER BY report_year DESC, role = 'primary' DESC, fetched_at", about["unit_id"]
    )
    values = {
        "about": about,
        "reports": reports,
        "coverage": book.rows("SELECT * FROM unit_years WHERE unit_id = ? ORDER BY report_year", about["unit_id"]),
        "tables": {name: _blocks(name, reports, by_report, one.lang) for name in TABLES},
        "documents": documents,
        "versions": [row for row in documents if row["report_id"] and row["role"] != "primary"],
        "corrections": [row for report in by_report.values() for row in report.values() if row.get("correction")],
        "indicators": FIRST_INDICATORS,
    }
    moved = about["unit_id"] if about["unit_id"] != one.key else None
    return Page("unit.html", about["name"], values, table(as_rows(by_report), COLUMNS), cite=about["name"], moved=moved)


def _blocks(name: str, reports: Sequence[Row], by_report: Mapping[str, Mapping[str, Row]], lang: Lang) -> list[tuple[str, list[Line]]]:
    """The lines of a table: of applications one block for each kind of applicant, the total first; else one block."""
    figures = ordered({figure for found in by_report.values() for figure in found if figure.partition(".")[0] == name})
    blocks: dict[str, list[Line]] = {}
    for one in figures:
        block = one.rpartition(".")[2] if name == _APPLICATIONS else ""
        label = _row_label(one, lang) if name == _APPLICATIONS else figure(one, lang)
        blocks.setdefault(block, []).append(Line(one, label, tuple(_cells(one, name, reports, by_report, lang))))
    return sorted(blocks.items(), key=lambda block: block[0] != "total")


def _row_label(name: str, lang: Lang) -> str:
    """A row of table three without its column."""
    known = forms().figures.get(name)
    if known is None:
        return name
    return known.row.label_en if lang == "en" else " · ".join((*known.row.path[1:], known.row.labels[known.forms[-1]]))


def _cells(name: str, table: str, reports: Sequence[Row], by_report: Mapping[str, Mapping[str, Row]], lang: Lang) -> list[Row]:
    cells: list[Row] = []
    before: tuple[Row, Row] | None = None
    known = forms().figures.get(name)
    for report in reports:
        row = by_report[report["report_id"]].get(name)
        if row is None:
            state = report[f"{table}_state"]
            cells.append({"row": None, "state": state if state in _GONE else None})
            continue
        last = (
            before if before and before[0]["report_year"] == report["report_year"] - 1 and before[0]["scope"] == report["scope"] else None
        )
        broken = last is not None and last[0][f"{table}_form"] != report[f"{table}_form"] and not (known and known.comparable)
        changed = None if last is None or broken else change(row, last[1])
        cells.append(
            {"row": row, "shown": shown(row, lang), "marks": marks(row, lang), "change": changed, "broken": broken, "at": fragment(row)}
        )
        before = (report, row)
    return cells
