"""A county, or whatever place units lie in: all its units by year, and what is amiss with each report."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.explore.book import Book, Row
from pipeline.explore.page import Asked, Page, table
from pipeline.normalizer.derived.indicators_declared import declared

_COLUMNS = (
    *("unit_id", "name", "report_year", "state", "report_id", "published_on", "due_on", "days_late", "evidence", "reports"),
    *("figures", "contradictions", "doubted", "tables_lacking", "form", "zero", "zero_evidence", "synthetic"),
)
_KINDS = ("government", "department", "street_office", "other")
#: Indicators that a county's page leads to first.
FIRST_INDICATORS = ("received", "disclosure", "legal_refusal", "unable", "completion", "review_correction", "litigation_loss", "penalties")


def place(book: Book, one: Asked) -> Page:
    """The matrix of units and years."""
    about = book.one("SELECT * FROM places WHERE place_code = ?", one.key)
    cells = book.rows("SELECT * FROM unit_years WHERE place_code = ? ORDER BY report_year", one.key)
    units = book.rows("SELECT * FROM unit_places WHERE place_code = ?", one.key)
    years = sorted({cell["report_year"] for cell in cells})
    by_unit: dict[str, dict[int, Row]] = {}
    for cell in cells:
        by_unit.setdefault(cell["unit_id"], {})[cell["report_year"]] = cell
    values = {
        "about": about,
        "units": sorted(units, key=_order),
        "prefix": about["place_name"] or "",
        "years": years,
        "cells": by_unit,
        "totals": [_total(year, cells) for year in years],
        "indicators": FIRST_INDICATORS,
        "small": declared().small_number.below,
        "states": sorted({cell["state"] for cell in cells}),
    }
    return Page("place.html", about["place_name"] or "", values, table(cells, _COLUMNS), cite=about["place_name"] or "")


def _order(unit: Row) -> tuple[int, int, str]:
    """Governments, departments, then the townships, each by name."""
    kind = _KINDS.index(unit["kind"]) if unit["kind"] in _KINDS else len(_KINDS)
    return (unit["level"] == "township", kind, unit["name"])


def _total(year: int, cells: Sequence[Row]) -> Row:
    """How many units of a year there are in each state, and how many contradict themselves."""
    mine = [cell for cell in cells if cell["report_year"] == year]
    states = {state: sum(cell["state"] == state for cell in mine) for state in {cell["state"] for cell in mine}}
    return {"year": year, "units": len(mine), "states": states, "contradicting": sum((cell["contradictions"] or 0) > 0 for cell in mine)}
