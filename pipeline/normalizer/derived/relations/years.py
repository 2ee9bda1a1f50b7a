"""This year's reports and those of the year before, figure by figure in the order of this year's reports."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.forms import forms
from pipeline.forms.model import TABLES
from pipeline.normalizer.derived.relations.cells import MONEY, Cells, count_cells, money_cells
from pipeline.normalizer.derived.relations.rows import Texts, nothing, where
from pipeline.normalizer.derived.year import Mask, Wide, YearTables, aligned

_READ = ("read", "partial", "blank")


class Years:
    """Reports of one year with those of the year before.

    ``last`` is the row in ``before`` of each report's predecessor, the report of the same unit and scope for the calendar year before; -1
    where there is none. Everything that is told of last year's reports is in the order of this year's.
    """

    def __init__(self, now: YearTables, before: YearTables | None) -> None:
        self.tables = (now, before or YearTables())
        self.now, self.before = Wide(now), Wide(self.tables[1])
        self.last = np.full(len(self.now), -1, np.int64)
        here, there = aligned(self.now, self.before)
        self.last[here] = there
        self.followed: Mask = self.last >= 0
        self._read = tuple({table: _in_states(wide, table, _READ) for table in TABLES} for wide in (self.now, self.before))
        self._cells: dict[tuple[str, bool], Cells] = {}

    def __len__(self) -> int:
        return len(self.now)

    def cells(self, figure: str, *, last_year: bool = False) -> Cells:
        """A figure of this year's reports, or of their predecessors."""
        key = (figure, last_year)
        if key not in self._cells:
            wide, read = (self.now, self.before)[last_year], self._read[last_year][figure.partition(".")[0]]
            if figure in MONEY:
                found = money_cells(self.tables[last_year]["fees"], wide.reports["report_id"], figure, read)
            else:
                found = count_cells(wide, figure, read)
            self._cells[key] = found.at(self.last) if last_year else found
        return self._cells[key]

    def figures(self) -> list[str]:
        """The figures that any report of this year or the one before prints, in the order of the form."""
        printed = {*self.now.figures(), *self.before.figures()}
        for tables in self.tables:
            printed.update(pc.unique(tables["fees"]["figure"]).to_pylist())
        return [figure for figure in forms().figures if figure in printed]

    def read(self, table: str, *, last_year: bool = False) -> Mask:
        """Whether a table was read."""
        found = self._read[last_year][table]
        return self.at_last(found, False) if last_year else found

    def in_state(self, table: str, *states: str) -> Mask:
        """Whether a table of this year's reports is in one of these states."""
        return _in_states(self.now, table, states)

    def at_last(self, values: NDArray[Any], absent: Any) -> NDArray[Any]:
        """Values of last year's reports in the order of this year's; ``absent`` where there is no predecessor."""
        if not len(values):
            return np.full(len(self), absent, values.dtype)
        found: NDArray[Any] = np.where(self.followed, values[np.maximum(self.last, 0)], absent)
        return found

    def last_report(self) -> Texts:
        """The id of each report's predecessor."""
        return self.at_last(np.array(self.before.report_ids, dtype=object), None)

    def year_unknown(self) -> Mask:
        """Whether it is not known which year a report describes."""
        return np.array([year is None for year in self.now.column("report_year")], np.bool_)

    def no_predecessor(self) -> Texts:
        """Why a report cannot be held against last year's; None where it can."""
        return where(where(nothing(len(self)), self.year_unknown(), "year_unknown"), ~self.followed, "no_report_last_year")


def _in_states(wide: Wide, table: str, states: tuple[str, ...]) -> Mask:
    return np.array([state in states for state in wide.column(f"{table}_state")], np.bool_)
