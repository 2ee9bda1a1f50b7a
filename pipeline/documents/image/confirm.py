"""Figures read from pictures held against the relations of the form: what adds up was read right, what does not is doubted.

A relation with two or more parts above zero holds by chance for hardly any misreading; one with a single part repeats one figure, and
both can be misread alike. Whatever fails is doubted, though it may be the publisher's error: of a picture nobody can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.forms import forms
from pipeline.model import Document, Figures, Grid, Report, Result
from pipeline.normalizer.checks import check_report
from pipeline.tables.match import grids_to_rows, rows_to_figures

FAILED = "read.ocr_relation"
UNCONFIRMED = "read.ocr_unconfirmed"
#: Doubts that end where the figure adds up with others.
_SETTLED = frozenset({UNCONFIRMED, *(f"read.ocr_{name}" for name in ("unsure", "width", "seal", "cut", "faint", "wrapped"))})
#: Figures above zero that a relation has to have before it confirms any.
_FEWEST = 3


def confirmed(grids: Sequence[Grid]) -> list[Grid]:
    """The grids of one document with doubts taken from figures that add up and given to those that do not."""
    matched = rows_to_figures(grids_to_rows(grids), grids)
    report = Report("", Document("image", None, (), ()), "unknown", matched.tables, matched.figures, matched.grids)
    values = matched.figures.values()
    sums = {check.id for check in forms().checks if check.left and check.right and not check.derived and not check.of_prose}
    results = [result for result in check_report(report) if result.check in sums]
    held = {name for result in results if result.outcome == "passed" and _tells(result, values) for name in result.figures if values[name]}
    failed = {name for result in results if result.outcome == "failed" for name in result.figures} - held
    return _with_doubts(grids, matched.figures, held, failed)


def _tells(result: Result, values: Mapping[str, object]) -> bool:
    return sum(bool(values[name]) for name in result.figures) >= _FEWEST


def _with_doubts(grids: Sequence[Grid], figures: Figures, held: set[str], failed: set[str]) -> list[Grid]:
    doubts = [dict(grid.doubts) for grid in grids]
    for name, table, row, column in zip(figures.figure, figures.table, figures.row, figures.column, strict=True):
        if not 0 <= table < len(grids) or grids[table].origin != "image":
            continue
        flags = doubts[table].pop((row, column), ())
        if name in held:
            flags = tuple(flag for flag in flags if flag not in _SETTLED)
        if name in failed:
            flags = (*flags, FAILED)
        if flags:
            doubts[table][row, column] = tuple(dict.fromkeys(flags))
    return [replace(grid, doubts=own) for grid, own in zip(grids, doubts, strict=True)]
