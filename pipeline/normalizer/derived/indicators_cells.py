"""The figures that indicators are made of, as arrays over all reports: values, why there is none, and what is to be said of them.

A blank is never 0, and neither is a row that was not read: whatever keeps a figure from being used is a *problem* with a name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, auto

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.forms import forms
from pipeline.forms.load import FORMS, TABLES
from pipeline.normalizer.derived.indicators_declared import Term
from pipeline.normalizer.derived.year import COUNTED, Counts, Mask, Wide, YearTables, aligned

#: Counts beyond this are no counts of anything; below it every sum is exact in int64, in float64 and in the columns of money.
LIMIT = 10**15
_FLAGGED = {"contradiction": r"(^| )check\.", "unit": r"(^| )read\.unit( |$)"}


class Problem(IntEnum):
    """Why a figure cannot be used, the reason that says most first. The names in lower case stand in the column ``reason``."""

    NONE = 0
    SERIES_NOT_BEGUN = auto()
    YEAR_UNKNOWN = auto()
    NO_YEAR_BEFORE = auto()
    TABLE_MISSING = auto()
    TABLE_REFUSED = auto()
    TABLE_PICTURE = auto()
    TABLE_BLANK = auto()
    NOT_IN_FORM = auto()
    FORM_MIXED = auto()
    FORM_UNKNOWN = auto()
    FIGURE_UNREADABLE = auto()
    FIGURE_MISSING = auto()
    FIGURE_BLANK = auto()
    UNIT_DIFFERS = auto()
    OUT_OF_RANGE = auto()


_OF_TABLE = {
    "missing": Problem.TABLE_MISSING,
    "refused": Problem.TABLE_REFUSED,
    "picture": Problem.TABLE_PICTURE,
    "blank": Problem.TABLE_BLANK,
}
#: Problems that concern one figure among several: the reason names it.
NAMED = frozenset(
    {
        Problem.NOT_IN_FORM,
        Problem.FIGURE_UNREADABLE,
        Problem.FIGURE_MISSING,
        Problem.FIGURE_BLANK,
        Problem.UNIT_DIFFERS,
        Problem.OUT_OF_RANGE,
    }
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure over all reports: ``value`` is 0 where ``problem`` is not 0. The masks are what caveats are made of."""

    value: Counts
    problem: NDArray[np.uint8]
    doubted: Mask
    contradiction: Mask
    corrected: Mask


class Year:
    """All reports of one year: their counts, the states and forms of their tables, and what is flagged."""

    def __init__(self, tables: YearTables, figures: Iterable[str]) -> None:
        wanted = pa.array(sorted({one for one in figures if one in forms().figures}), pa.string())
        needed = {name: tables[name].filter(pc.is_in(tables[name]["figure"], value_set=wanted)) for name in COUNTED}
        self.tables = tables
        self.wide = Wide(YearTables({**needed, "reports": tables["reports"]}))
        #: Report years; 0 where the year is not known.
        self.years = np.array([year or 0 for year in self.wide.reports["report_year"].to_pylist()], np.int64)
        self._ids = pa.array(self.wide.report_ids, pa.string())
        self._marks = {name: self._marked(needed.values(), test) for name, test in _tests()}
        self.forms = {table: np.array(self.wide.column(f"{table}_form"), dtype=object) for table in TABLES}
        self._states = {table: np.array(self.wide.column(f"{table}_state"), dtype=object) for table in TABLES}
        self._cells: dict[str, Cell] = {}

    def __len__(self) -> int:
        return len(self.wide)

    def numbers(self, rows: pa.Table) -> NDArray[np.int64]:
        """The row numbers of the reports that some rows of a dataset belong to; -1 for a report that is not here."""
        found = pc.fill_null(pc.index_in(rows["report_id"], value_set=self._ids), -1)
        return np.asarray(found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found).astype(np.int64)

    def mask(self, numbers: Iterable[int]) -> Mask:
        """True for the reports with these row numbers."""
        found = np.zeros(len(self), np.bool_)
        found[[one for one in numbers if one >= 0]] = True
        return found

    def cell(self, figure: str) -> Cell:
        """One figure over all reports."""
        if figure not in self._cells:
            problem = self._problem(figure)
            value = np.where(problem == 0, self.wide.values(figure), 0)
            marks = {name: self.mask(found.get(figure, ())) for name, found in self._marks.items()}
            self._cells[figure] = Cell(value, problem, self.wide.doubted(figure), marks["contradiction"], marks["corrected"])
        return self._cells[figure]

    def _marked(self, tables: Iterable[pa.Table], test: Callable[[pa.Table], pa.ChunkedArray]) -> dict[str, list[int]]:
        """Figure → the reports in which it is marked. Few are."""
        found: dict[str, list[int]] = {}
        for table in tables:
            rows = table.filter(test(table))
            for figure, number in zip(rows["figure"].to_pylist(), self.numbers(rows).tolist(), strict=True):
                found.setdefault(figure, []).append(number)
        return found

    def _problem(self, figure: str) -> NDArray[np.uint8]:
        has, value = self.wide.has(figure), self.wide.values(figure)
        unit = self.mask(self._marks["unit"].get(figure, ()))
        found = np.full(len(self), Problem.FIGURE_MISSING, np.uint8)
        table = figure.partition(".")[0]
        for form in FORMS:
            if form not in forms().figures[figure].forms:
                found[self.forms[table] == form] = Problem.NOT_IN_FORM
        for state, problem in _OF_TABLE.items():
            found[self._states[table] == state] = problem
        blank = self.wide.blank(figure)
        found[self.wide.there(figure) & ~blank] = Problem.FIGURE_UNREADABLE
        found[blank & (self._states[table] != "blank")] = Problem.FIGURE_BLANK
        found[has] = Problem.NONE
        found[has & unit] = Problem.UNIT_DIFFERS
        # abs() of the least int64 is itself.
        found[has & ((value > LIMIT) | (value < -LIMIT))] = Problem.OUT_OF_RANGE
        return found


def _tests() -> Iterator[tuple[str, Callable[[pa.Table], pa.ChunkedArray]]]:
    for name, pattern in _FLAGGED.items():
        yield name, functools.partial(_flagged, pattern)
    yield "corrected", lambda rows: pc.is_valid(rows["correction"])


def _flagged(pattern: str, rows: pa.Table) -> pa.ChunkedArray:
    return pc.fill_null(pc.match_substring_regex(rows["flags"], pattern), False)


class Cells:
    """The figures of a year and of the one before, by term. ``before`` is ``None`` where nothing is known of it."""

    def __init__(self, now: YearTables, before: YearTables | None, terms: Iterable[Term]) -> None:
        terms = tuple(terms)
        self.now = Year(now, (one.figure for one in terms if not one.before))
        self.before = None if before is None else Year(before, (one.figure for one in terms if one.before))
        #: Row number of the report of the same body and scope a year ago; -1 if there is none.
        self.back = np.full(len(self.now), -1, np.int64)
        if self.before is not None:
            here, there = aligned(self.now.wide, self.before.wide)
            self.back[here] = there
        self._known: dict[Term, Cell] = {}

    def cell(self, term: Term) -> Cell:
        """The figure of a term over the reports of this year; where the term does not concern the form of a report's table it is 0."""
        if term not in self._known:
            cell = self._year_ago(term.figure) if term.before else self.now.cell(term.figure)
            self._known[term] = self._of_form(cell, term) if term.form else cell
        return self._known[term]

    def _year_ago(self, figure: str) -> Cell:
        none = np.zeros(len(self.now), np.bool_)
        if self.before is None or not len(self.before):
            return Cell(np.zeros(len(none), np.int64), np.full(len(none), Problem.NO_YEAR_BEFORE, np.uint8), none, none, none)
        cell, known = self.before.cell(figure), self.back >= 0
        return Cell(
            np.where(known, cell.value[self.back], 0),
            np.where(known, cell.problem[self.back], Problem.NO_YEAR_BEFORE).astype(np.uint8),
            *(mask[self.back] & known for mask in (cell.doubted, cell.contradiction, cell.corrected)),
        )

    def _of_form(self, cell: Cell, term: Term) -> Cell:
        """A term that only reports with a table of one form have. Where the form is open, what the sum is made of is open too."""
        form = self.now.forms[term.figure.partition(".")[0]]
        concerned, open_ = form == term.form, ~np.isin(form.astype(str), FORMS)
        unclear = np.where(form == "mixed", Problem.FORM_MIXED, Problem.FORM_UNKNOWN)
        of_table = np.isin(cell.problem, list(_OF_TABLE.values()))
        problem = np.where(concerned | of_table, cell.problem, np.where(open_, unclear, Problem.NONE)).astype(np.uint8)
        masks = (mask & concerned for mask in (cell.doubted, cell.contradiction, cell.corrected))
        return Cell(np.where(concerned, cell.value, 0), problem, *masks)
