"""Indicators that are one number of another kind than a count of the form: money, the fee told in prose, the days after the deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow.compute as pc

from pipeline.normalizer.derived.deadlines import due_on, is_correction, is_plausible
from pipeline.normalizer.derived.indicators_cells import NAMED, Cells, Problem
from pipeline.normalizer.derived.year import Mask
from pipeline.normalizer.readings import as_money
from pipeline.normalizer.tidy import YUAN


@dataclass(frozen=True, slots=True)
class Told:
    """One number for each report, or the reason why there is none; caveats as masks."""

    values: Sequence[Decimal | None]
    reasons: Sequence[str | None]
    caveats: Mapping[str, Mask]


def fees_told(figure: str, cells: Cells) -> Told:
    """An amount of table two in 万元, exactly, whatever unit it is printed in."""
    table = cells.now.tables["fees"]
    rows = table.filter(pc.and_(pc.equal(table["figure"], figure), pc.equal(table["source"], "table")))
    printed = dict(zip(cells.now.numbers(rows).tolist(), rows.to_pylist(), strict=True))
    without = cells.now.cell(figure).problem.tolist()
    told = [_fee(figure, printed[at]) if at in printed else (None, _reason(problem, figure)) for at, problem in enumerate(without)]
    flags = {at: row["flags"] or "" for at, row in printed.items()}
    caveats = {
        "doubted": cells.now.mask(at for at, flag in flags.items() if "read." in flag),
        "contradiction": cells.now.mask(at for at, flag in flags.items() if "check." in flag),
        "correction_exists": cells.now.mask(at for at, row in printed.items() if row["correction"] is not None),
    }
    return Told([value for value, _ in told], [reason for _, reason in told], caveats)


def _fee(figure: str, row: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    if row["status"] in {"blank", "dash"}:
        return None, _reason(Problem.FIGURE_BLANK, figure)
    if row["amount"] is None:
        return None, _reason(Problem.FIGURE_UNREADABLE, figure)
    if row["amount_yuan"] is None:
        # The caveat of the row says why: unit_not_printed, unit_unknown, out_of_range.
        return None, f"{row['caveat'] or 'unit_unknown'}: {figure}"
    amount = as_money(row["amount_yuan"] / YUAN["万元"])
    return (amount, None) if amount is not None else (None, _reason(Problem.OUT_OF_RANGE, figure))


def _reason(problem: int, figure: str) -> str:
    name = Problem(problem).name.lower()
    return f"{name}: {figure if Problem(problem) in NAMED else figure.partition('.')[0]}"


def prose_told(figure: str, cells: Cells) -> Told:
    """A figure of the prose. A report may tell it several times, with one value; with several it tells none."""
    table = cells.now.tables["prose_figures"]
    rows = table.filter(pc.equal(table["figure"], figure))
    said: dict[int, set[Decimal | None]] = {}
    approximate = rows.filter(pc.fill_null(rows["approximate"], False))
    for number, value in zip(cells.now.numbers(rows).tolist(), rows["value"].to_pylist(), strict=True):
        said.setdefault(number, set()).add(value)
    values = [next(iter(said[at])) if len(said.get(at, ())) == 1 else None for at in range(len(cells.now))]
    reasons = [_silence(said.get(at, set()), value, figure) for at, value in enumerate(values)]
    every = np.ones(len(cells.now), np.bool_)
    return Told(values, reasons, {"prose_only": every, "approximate": cells.now.mask(cells.now.numbers(approximate).tolist())})


def _silence(said: set[Decimal | None], value: Decimal | None, figure: str) -> str | None:
    if value is not None:
        return None
    if not said:
        return f"prose_silent: {figure}"
    return f"several_values: {figure}" if len(said) > 1 else _reason(Problem.OUT_OF_RANGE, figure)


def days_late(cells: Cells) -> Told:
    """Days from the day on which a report was due to the day that its page states; a mirror's day says nothing of the publisher's."""
    names = ["report_year", "scope", "published_on", "trust", "title"]
    told = [_days(**row) for row in cells.now.wide.reports.select(names).to_pylist()]
    several = np.array([number > 1 for number in cells.now.wide.reports["versions"].to_pylist()], np.bool_)
    return Told([value for value, _ in told], [reason for _, reason in told], {"several_versions": several})


def _days(report_year: int | None, scope: str, published_on: Any, trust: str, title: str | None) -> tuple[Decimal | None, str | None]:
    if report_year is None:
        return None, Problem.YEAR_UNKNOWN.name.lower()
    if published_on is None:
        return None, "day_not_stated"
    if trust == "mirror":
        return None, "mirror_only"
    if is_correction(title):
        return None, "correction_only"
    if not is_plausible(published_on, report_year):
        return None, "day_implausible"
    return Decimal((published_on - due_on(report_year, scope)).days), None
