"""One report: the form as printed with every cell, what contradicts itself, what we doubt, and the archived page beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.compare.words import Lang
from pipeline.explore.book import Book, GoneError, Row
from pipeline.explore.page import Asked, Page, table
from pipeline.explore.views.figures import COLUMNS, as_rows, fragment, marks, ordered, printed_figures, shown
from pipeline.explore.views.findings import PARTS
from pipeline.explore.words import figure
from pipeline.forms import forms
from pipeline.forms.layout import SheetCell, figure_ids, official_sheet
from pipeline.forms.load import FORMS, TABLES
from pipeline.forms.model import Column


def report(book: Book, one: Asked) -> Page:
    """Everything that is known of a report. ``figure`` chooses one of its figures."""
    about = book.report(one.key)
    name = about["report_id"]
    found = printed_figures(book, [about])[name]
    chosen = found.get(one.get("figure"))
    if one.get("figure") and chosen is None:
        raise GoneError(one.get("figure"))
    cells = {name: _cell(row, one.lang) for name, row in found.items()}
    sheets = {name: _sheet(name, about, found, one.lang) for name in TABLES}
    laid_out = {cell["cell"].key for sheet in sheets.values() if sheet for line in sheet for cell in line}
    failed = book.rows("SELECT * FROM failed_checks WHERE report_id = ? ORDER BY severity, check_id, scope_key", name)
    values = {
        "about": about,
        "cells": cells,
        "figures": ordered(found.keys()),
        "sheets": sheets,
        "also": [name for name in ordered(found.keys()) if name not in laid_out],
        "chosen": one.get("figure") if chosen else None,
        "document_id": (chosen or about)["document_id"],
        "documents": book.rows("SELECT * FROM documents WHERE report_id = ? ORDER BY role = 'primary' DESC, fetched_at", name),
        "document": book.one("SELECT * FROM documents WHERE document_id = ?", about["document_id"]),
        "coverage": next(iter(book.rows("SELECT * FROM coverage WHERE report_id = ?", name)), None),
        "failed": {part: [row for row in failed if row["part"] == part] for part in PARTS},
        "issues": book.rows("SELECT * FROM issues WHERE report_id = ? AND code NOT LIKE 'check.%' ORDER BY level, code", name),
        "prose": book.parquet("prose_figures", [about]),
        "indicators": sorted(book.parquet("indicators", [about]), key=lambda row: row["indicator"]),
        "doubted": sum(any(mark.kind == "doubt" for mark in cell["marks"]) for cell in cells.values()),
    }
    title = f"{about['name']} {about['report_year'] or ''}".strip()
    moved = name if name != one.key else None
    return Page("report.html", title, values, table(as_rows({name: found}), COLUMNS), cite=_cited(about, chosen, one.lang), moved=moved)


def _cited(about: Mapping[str, Any], chosen: Row | None, lang: Lang) -> str:
    what = f"{about['title'] or about['name']}"
    source = about["source_url"] or about["source_file"] or ""
    return f"{what}. {figure(chosen['figure'], lang) + ': ' + shown(chosen, lang) + '. ' if chosen else ''}{source}".strip()


def _cell(row: Row, lang: Lang) -> Row:
    return row | {"shown": shown(row, lang), "marks": marks(row, lang), "at": fragment(row), "label": figure(row["figure"], lang)}


def _sheet(name: str, about: Mapping[str, Any], found: Mapping[str, Row], lang: Lang) -> list[list[Row]] | None:
    """The official table of a report, row by row; None where nothing of it was read."""
    mine = {figure for figure in found if figure.partition(".")[0] == name}
    if not mine:
        return None
    form = about[f"{name}_form"]
    if form not in FORMS:
        form = max(FORMS, key=lambda one: (len(mine.intersection(figure_ids(name, one))), one))
    sheet = official_sheet(name, form, {})
    return [[{"cell": cell, "label_en": _english(name, cell) if lang == "en" else ""} for cell in line] for line in sheet.by_row()]


def _english(name: str, cell: SheetCell) -> str:
    """The English label of a header or a row, where the declarations have one."""
    for block in forms().tables[name].blocks:
        candidates: tuple[Any, ...] = block.columns if cell.role == "header" else block.rows if cell.role == "label" else ()
        for one in (*candidates, *(block.rows if cell.role == "header" else ())):
            if one.id == cell.key and (not isinstance(one, Column) or cell.role == "header"):
                return str(one.label_en)
    return ""
