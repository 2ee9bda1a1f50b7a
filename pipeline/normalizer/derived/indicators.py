"""What the figures of a report amount to: shares, numbers and changes, each with its numerator, its denominator and its caveats.

Printed values are used, never corrected ones: an indicator can so be made again from the cells that a report prints, and what a correction
changes stays one step away (``value_corrected`` stands beside the figure; the indicator says ``correction_exists``). Where a needed figure
is not printed, blank or unreadable there is no value, and ``reason`` says why and names the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.forms.load import TABLES
from pipeline.normalizer.derived.indicators_cells import NAMED, Cells, Problem
from pipeline.normalizer.derived.indicators_declared import Break, Indicator, Term, declared
from pipeline.normalizer.derived.indicators_told import Told, days_late, fees_told, prose_told
from pipeline.normalizer.derived.year import Counts, Mask, YearTables
from pipeline.normalizer.schemas import MONEY, arrow_schema

STREAK = "zero_report_streak"
_TABLE_PROBLEMS = frozenset({Problem.TABLE_MISSING, Problem.TABLE_REFUSED, Problem.TABLE_PICTURE, Problem.TABLE_BLANK})
_NO_PROBLEM = 255
#: Wide enough for any int64 with six decimals; Arrow goes to the column's type by way of it.
_WIDE_MONEY = pa.decimal128(25, 6)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One indicator over all reports: columns of ``indicators``, and caveats as masks."""

    value: NDArray[np.float64]
    numerator: pa.Array
    denominator: pa.Array
    reason: pa.Array
    caveats: Mapping[str, Mask] = field(default_factory=dict)


def indicator_rows(now: YearTables, before: YearTables | None) -> pa.Table:
    """All indicators of all reports of a year and province: each report has every indicator once, with a value or with a reason.

    ``before`` is the year before of the same province with its ``indicators``, ``None`` if there is none. The columns are those of the
    dataset ``indicators``, in the order of the declaration and then of unit and report.
    """
    indicators = declared().indicators
    cells = Cells(now, before, {term for one in indicators for term in one.terms})
    keys = cells.now.wide.reports.select(["report_id", "unit_id", "report_year", "synthetic"])
    schema = arrow_schema("indicators")
    parts = [_rows(one, _ANSWER[one.kind](one, cells), cells, keys, schema) for one in indicators]
    return pa.concat_tables([schema.empty_table(), *parts])


def _rows(one: Indicator, answer: _Answer, cells: Cells, keys: pa.Table, schema: pa.Schema) -> pa.Table:
    said = ~np.isnan(answer.value)
    columns = {name: keys[name] for name in keys.schema.names} | {
        "indicator": pa.array([one.id] * len(said), pa.string()),
        "value": pa.array(answer.value, mask=~said),
        "numerator": answer.numerator,
        "denominator": answer.denominator,
        "reason": answer.reason,
        "caveats": _joined({**answer.caveats, **_of_all(one, cells)}, said),
    }
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _joined(caveats: Mapping[str, Mask], said: Mask) -> pa.Array:
    """The codes that hold, separated by spaces, in alphabetical order; null where none does or nothing is said."""
    codes = sorted(caveats)
    bits = sum((np.where(caveats[code] & said, 1 << at, 0) for at, code in enumerate(codes)), np.zeros(len(said), np.int64))
    return _words(bits, lambda bit: " ".join(code for at, code in enumerate(codes) if bit >> at & 1))


def _words(numbers: NDArray[np.int64], word: Callable[[int], str]) -> pa.Array:
    """A text for each number; null for 0. Few numbers are different ones."""
    different, places = np.unique(numbers, return_inverse=True)
    words = pa.array([word(number) if number else None for number in different.tolist()], pa.string())
    return words.take(pa.array(places.reshape(-1)))


def _of_all(one: Indicator, cells: Cells) -> dict[str, Mask]:
    """The caveats that depend on the report and on what the indicator is made of, not on its value."""
    return {"mixed_form": _mixed(one, cells)} | {item.code: _broken(item, one, cells) for item in one.breaks}


def _mixed(one: Indicator, cells: Cells) -> Mask:
    """Where a table that the indicator needs mixes forms, or the report does and the indicator adds other rows in another form."""
    tables = {term.figure.partition(".")[0] for term in one.terms} & set(TABLES)
    found = np.zeros(len(cells.now), np.bool_)
    for table in sorted(tables):
        found |= cells.now.forms[table] == "mixed"
    if any(term.form for term in one.terms):
        found |= np.array(cells.now.wide.column("form"), dtype=object) == "mixed"
    return found


def _broken(item: Break, one: Indicator, cells: Cells) -> Mask:
    """Where a value lies behind a break of its series; for a change from the year before, where the break falls between the two."""
    years, wide = cells.now.years, cells.now.wide
    behind = years == item.year if one.straddles else years < item.year if item.earlier else years >= item.year
    concerned = [not item.levels or level is None or level in item.levels for level in wide.column("level")]
    found: Mask = behind & (years > 0) & np.array(concerned, np.bool_)
    return found


@dataclass(frozen=True, slots=True)
class _Side:
    """A sum over all reports, with the first problem of its terms (0 where there is none)."""

    total: Counts
    problem: NDArray[np.uint8]

    @property
    def known(self) -> Mask:
        """Where the sum can be said."""
        found: Mask = self.problem == 0
        return found

    def money(self) -> pa.Array:
        """As a column of money; null where it cannot be said."""
        return _money(self.total, self.known)


def _money(numbers: Counts, known: Mask) -> pa.Array:
    return pa.array(numbers, mask=~known).cast(_WIDE_MONEY).cast(MONEY)


def _side(terms: Sequence[Term], cells: Cells) -> _Side:
    total = sum((term.sign * cells.cell(term).value for term in terms), np.zeros(len(cells.now), np.int64))
    return _Side(total, _lead([cells.cell(term).problem for term in terms], len(cells.now)))


def _lead(problems: Sequence[NDArray[np.uint8]], reports: int) -> NDArray[np.uint8]:
    """Of several problems the one that says most."""
    stacked = np.array([*problems, np.zeros(reports, np.uint8)])
    least = np.where(stacked == 0, _NO_PROBLEM, stacked).min(axis=0)
    return np.where(least == _NO_PROBLEM, 0, least).astype(np.uint8)


def _reasons(terms: Sequence[Term], cells: Cells, lead: NDArray[np.uint8]) -> pa.Array:
    """The reason for each report: the problem, and which of the terms have it where that says more."""
    terms = tuple(dict.fromkeys(terms))
    bits = lead.astype(np.int64)
    for at, term in enumerate(terms):
        bits = bits | np.where((cells.cell(term).problem == lead) & (lead > 0), 1 << (at + 8), 0)

    def word(number: int) -> str:
        problem = Problem(number & 255)
        having = [term for at, term in enumerate(terms) if number >> (at + 8) & 1]
        if problem in NAMED:
            return f"{problem.name.lower()}: {' '.join(dict.fromkeys(term.name for term in having))}"
        tables = dict.fromkeys(term.name.rsplit(".", 2)[0] for term in having)
        return f"{problem.name.lower()}: {' '.join(tables)}" if problem in _TABLE_PROBLEMS else problem.name.lower()

    return _words(bits, word)


def _shown(terms: Sequence[Term], cells: Cells) -> dict[str, Mask]:
    """The caveats that the figures themselves carry."""
    found = {name: np.zeros(len(cells.now), np.bool_) for name in ("doubted", "contradiction", "correction_exists")}
    for term in terms:
        cell = cells.cell(term)
        found["doubted"] |= cell.doubted
        found["contradiction"] |= cell.contradiction
        found["correction_exists"] |= cell.corrected
    return found


def _begun(one: Indicator, cells: Cells) -> NDArray[np.uint8]:
    """The problem that a series has before its first year."""
    years = cells.now.years
    if one.first_year is None:
        return np.zeros(len(years), np.uint8)
    late = np.where(years < one.first_year, Problem.SERIES_NOT_BEGUN, Problem.NONE)
    return np.where(years == 0, Problem.YEAR_UNKNOWN, late).astype(np.uint8)


def _number(one: Indicator, cells: Cells) -> _Answer:
    side, begun = _side(one.numerator, cells), _begun(one, cells)
    lead = _lead([side.problem, begun], len(begun))
    side = _Side(side.total, lead)
    value = np.where(side.known, side.total.astype(np.float64), np.nan)
    reason = _reasons(one.terms, cells, lead)
    return _Answer(value, side.money(), _nothing(cells), reason, _shown(one.terms, cells))


def _ratio(one: Indicator, cells: Cells) -> _Answer:
    begun = _begun(one, cells)
    sides = [_side(terms, cells) for terms in (one.numerator, one.denominator)]
    top, bottom = (_Side(side.total, _lead([side.problem, begun], len(begun))) for side in sides)
    lead = _lead([top.problem, bottom.problem], len(begun))
    divided = (lead == 0) & (bottom.total > 0)
    value = np.where(divided, top.total / np.where(divided, bottom.total, 1), np.nan)
    reason = _reasons(one.terms, cells, lead)
    wrong = np.where((lead == 0) & ~divided, np.where(bottom.total == 0, 1, 2), 0)
    reason = pc.coalesce(reason, _words(wrong, lambda number: "denominator_zero" if number == 1 else "denominator_negative"))
    caveats = _shown(one.terms, cells)
    caveats["small_number"] = bottom.total < declared().small_number.below
    caveats["impossible"] = np.zeros(len(begun), np.bool_) if one.unbounded else (top.total < 0) | (top.total > bottom.total)
    return _Answer(value, top.money(), bottom.money(), reason, caveats)


def _nothing(cells: Cells) -> pa.Array:
    return pa.nulls(len(cells.now), MONEY)


def _zero(one: Indicator, cells: Cells) -> tuple[Mask, Mask]:
    """Where all figures are 0, and where one of them is not."""
    some = np.any([cells.cell(term).value != 0 for term in one.numerator], axis=0)
    return _side(one.numerator, cells).known & ~some, some


def _zero_report(one: Indicator, cells: Cells) -> _Answer:
    """One figure that is not 0 settles it, whatever became of the others; that all are 0 needs all of them."""
    zero, some = _zero(one, cells)
    return _counted(one, cells, zero.astype(np.int64), zero | some, {})


def _zero_streak(one: Indicator, cells: Cells) -> _Answer:
    zero, some = _zero(one, cells)
    ago, open_ago = _streak_ago(cells)
    streak = np.where(zero, 1 + np.maximum(ago, 0), 0)
    open_ = zero & ((ago < 0) | open_ago)
    return _counted(one, cells, streak, zero | some, {"streak_open": open_})


def _counted(one: Indicator, cells: Cells, numbers: Counts, known: Mask, caveats: Mapping[str, Mask]) -> _Answer:
    lead = np.where(known, 0, _side(one.numerator, cells).problem).astype(np.uint8)
    value = np.where(known, numbers.astype(np.float64), np.nan)
    caveats = {**_shown(one.numerator, cells), **caveats}
    return _Answer(value, _money(numbers, known), _nothing(cells), _reasons(one.terms, cells, lead), caveats)


def _streak_ago(cells: Cells) -> tuple[Counts, Mask]:
    """The streak of each body a year ago (-1 where it is not known), and where that may have been longer."""
    streak, open_ = np.full(len(cells.now), -1, np.int64), np.zeros(len(cells.now), np.bool_)
    if cells.before is None or not len(cells.before):
        return streak, open_
    rows = cells.before.tables["indicators"]
    rows = rows.filter(pc.and_(pc.equal(rows["indicator"], STREAK), pc.is_valid(rows["value"])))
    ago = np.full(len(cells.before), -1, np.int64)
    marked = np.zeros(len(cells.before), np.bool_)
    numbers = cells.before.numbers(rows)
    for number, value, caveats in zip(numbers.tolist(), rows["value"].to_pylist(), rows["caveats"].to_pylist(), strict=True):
        if number >= 0:
            ago[number], marked[number] = int(value), "streak_open" in (caveats or "").split()
    known = cells.back >= 0
    return np.where(known, ago[cells.back], -1), known & marked[cells.back] & (ago[cells.back] > 0)


def _told(told: Told) -> _Answer:
    """An indicator that is one number, exact, from other datasets than those of counts."""
    value = np.array([np.nan if one is None else float(one) for one in told.values], np.float64)
    return _Answer(value, pa.array(told.values, MONEY), pa.nulls(len(value), MONEY), pa.array(told.reasons, pa.string()), told.caveats)


_ANSWER: Mapping[str, Callable[[Indicator, Cells], _Answer]] = {
    "number": _number,
    "ratio": _ratio,
    "zero_report": _zero_report,
    "zero_streak": _zero_streak,
    "money": lambda one, cells: _told(fees_told(one.numerator[0].figure, cells)),
    "prose": lambda one, cells: _told(prose_told(one.numerator[0].figure, cells)),
    "days_late": lambda one, cells: _told(days_late(cells)),
}
