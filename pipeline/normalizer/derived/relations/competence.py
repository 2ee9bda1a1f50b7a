"""What the kind of a unit allows: who can issue rules (规章), and who is surely a township though the unit is not resolved."""

from __future__ import annotations

import re

import numpy as np

from pipeline.forms import forms
from pipeline.normalizer.derived.relations.rows import Rows, Texts, Verdicts, nothing, where
from pipeline.normalizer.derived.relations.words import words
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.derived.year import Mask
from pipeline.normalizer.identity import normalise_name

_RULES = tuple(name for name, figure in forms().figures.items() if figure.row.id == "rules")
_BRACKETS = re.compile(r"[（(][^（()）]{0,30}[）)]$")


def is_surely_township(name: str | None) -> bool:
    """Whether a printed name can only be a township's or a street office's.

    >>> is_surely_township("云河县青石镇人民政府"), is_surely_township("江西省景德镇"), is_surely_township("镇政府")
    (True, False, False)
    """
    bare = _BRACKETS.sub("", normalise_name(name or ""))
    place = next((bare.removesuffix(one) for one in words()["township.endings"] if bare.endswith(one)), "")
    # A township has a name of its own: 镇政府 and 本镇 are relative to the reader.
    if not place or place in words()["texts.self_first"] or place.endswith(words()["township.marks"]):
        return False
    return not bare.removesuffix("人民政府").removesuffix("政府").endswith(words()["township.exceptions"])


def is_resolved(unit_id: str) -> bool:
    """Whether a unit was found in the list of divisions; the level and kind of others are only what the form of their name says."""
    return unit_id.startswith("u")


def rules_rows(rows: Rows, years: Years) -> None:
    """``rules_competence``: all figures of 规章 of a township or a county's department are 0; a row for each that is not, beside 0.

    Asked of units whose level is township, of departments whose level is county, and of units that are not resolved: of those only the
    ones with a township's name are judged. Provinces, cities and county governments are not asked.
    """
    reports = years.now.reports.select(["unit_id", "level", "kind", "unit_name_printed"]).to_pylist()
    bound = [_is_bound(one) for one in reports]
    asked = np.array([one is not False for one in bound], np.bool_)
    unresolved = where(nothing(len(years)), np.array([one is None for one in bound], np.bool_), "unit_unresolved")
    rows.judge(forms().check("rules_competence"), [_zero(years, figure, asked & _printed(years, figure), unresolved) for figure in _RULES])


def _is_bound(report: dict[str, str | None]) -> bool | None:
    """Whether a unit cannot issue rules; ``None`` where it is not known what it is."""
    if not is_resolved(report["unit_id"] or ""):
        return is_surely_township(report["unit_name_printed"]) or None
    level, kind = report["level"], report["kind"]
    if level is None or (level == "county" and kind is None):
        return None
    return level == "township" or (level == "county" and kind == "department")


def _printed(years: Years, figure: str) -> Mask:
    """Where the report's form has the figure, or its table was not read."""
    cells = years.cells(figure)
    return cells.there | ~cells.read


def _zero(years: Years, figure: str, asked: Mask, unresolved: Texts) -> Verdicts:
    cells, lack = years.cells(figure), unresolved
    for mask, code in cells.lacks():
        lack = where(lack, mask, code)
    zero = np.zeros(len(years), np.int64)
    return Verdicts(figure, asked, lack, cells.values == 0, cells.values, zero, cells.doubted, (figure,))
