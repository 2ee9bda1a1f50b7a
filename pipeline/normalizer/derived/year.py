"""All reports of one year and province, with their figures as columns: one row a report.

``YearTables`` are the rows of the datasets as they are about to be written. ``Wide`` turns figures into arrays, so that a relation or an
indicator is a few array operations over all reports at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.normalizer.schemas import arrow_schema

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: The datasets that hold counts of the form.
COUNTED = ("proactive_disclosure", "applications", "review_litigation")


@dataclass(frozen=True, slots=True)
class YearTables:
    """The primary reports of one year and province: dataset → its rows, with the columns of its schema, in no particular order.

    There are ``reports``, ``proactive_disclosure``, ``applications``, ``review_litigation``, ``fees``, ``prose_figures``, ``sections``,
    ``checks`` (the relations within one report) and, of a year gone by, ``indicators``. What is not given has no rows.
    """

    tables: Mapping[str, pa.Table] = field(default_factory=dict)

    def __getitem__(self, dataset: str) -> pa.Table:
        """The rows of a dataset."""
        found = self.tables.get(dataset)
        return arrow_schema(dataset).empty_table() if found is None else found


class Wide:
    """Counts of many reports by figure. Arrays have one entry a report, in the order of ``reports``; they are the caller's own."""

    def __init__(self, tables: YearTables) -> None:
        self.reports = tables["reports"].sort_by([("unit_id", "ascending"), ("report_id", "ascending")]).combine_chunks()
        self.report_ids: list[str] = self.reports["report_id"].to_pylist()
        parts = [_printed(tables[dataset], self.reports["report_id"]) for dataset in COUNTED]
        names = np.concatenate([part.names for part in parts])
        self._lines: dict[str, int] = {str(name): line for line, name in enumerate(names)}
        shape = (len(names), len(self))
        self._values = np.zeros(shape, np.int64)
        self._states = np.zeros(shape, np.uint8)
        self._doubts = np.zeros(shape, np.bool_)
        first = 0
        for part in parts:
            place = (first + part.figure, part.report)
            self._values[place], self._states[place], self._doubts[place] = part.value, part.state, part.doubted
            first += len(part.names)

    def __len__(self) -> int:
        return len(self.report_ids)

    def figures(self) -> list[str]:
        """The figures that any report prints."""
        return sorted(self._lines)

    def values(self, figure: str) -> Counts:
        """The values as int64; 0 where there is none (see ``has``)."""
        return self._values[self._lines[figure]].copy() if figure in self._lines else np.zeros(len(self), np.int64)

    def has(self, figure: str) -> Mask:
        """Where the figure has a value."""
        return self._is(figure, _VALUE)

    def there(self, figure: str) -> Mask:
        """Where the cell of the figure was found, with a value or without."""
        return ~self._is(figure, _NO_CELL)

    def blank(self, figure: str) -> Mask:
        """Where a blank or a dash is printed."""
        return self._is(figure, _BLANK)

    def doubted(self, figure: str) -> Mask:
        """Where we doubt our reading of the figure (a ``read.`` flag)."""
        return self._doubts[self._lines[figure]].copy() if figure in self._lines else np.zeros(len(self), np.bool_)

    def _is(self, figure: str, state: int) -> Mask:
        if figure not in self._lines:
            return np.full(len(self), state == _NO_CELL)
        found: Mask = self._states[self._lines[figure]] == state
        return found

    def column(self, name: str) -> list[object]:
        """A column of ``reports``."""
        values: list[object] = self.reports[name].to_pylist()
        return values


# What a cell holds.
_NO_CELL, _VALUE, _BLANK, _UNREADABLE = range(4)


class _Printed(NamedTuple):
    """The rows of one dataset of counts as arrays: which figure (of ``names``) and which report each is of, and what it says."""

    names: NDArray[np.object_]
    figure: NDArray[np.int64]
    report: NDArray[np.int64]
    value: Counts
    state: NDArray[np.uint8]
    doubted: Mask


def _printed(rows: pa.Table, report_ids: pa.ChunkedArray) -> _Printed:
    report = pc.index_in(rows["report_id"], value_set=report_ids)
    known = pc.is_valid(report)
    if not pc.all(known).as_py():
        rows, report = rows.filter(known), report.filter(known)
    codes = pc.dictionary_encode(rows["figure"].combine_chunks())
    has = _numpy(pc.is_valid(rows["value"]))
    blank = _numpy(pc.is_in(rows["status"], value_set=pa.array(["blank", "dash"])))
    return _Printed(
        np.array(codes.dictionary.to_pylist(), dtype=object),
        _numpy(codes.indices).astype(np.int64),
        _numpy(report).astype(np.int64),
        _numpy(pc.fill_null(rows["value"], 0)),
        np.where(has, _VALUE, np.where(blank, _BLANK, _UNREADABLE)).astype(np.uint8),
        _numpy(pc.fill_null(pc.match_substring_regex(rows["flags"], r"(^| )read\."), False)),
    )


def _numpy(values: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    return np.asarray(values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values)


def aligned(now: Wide, before: Wide) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers of the reports that a unit has of a year and of the one before, with the same scope: (in ``now``, in ``before``).

    Years that do not follow each other, or are not known, are not held together.
    """
    known = {key: at for at, key in enumerate(_keys(before, later=1))}
    pairs = [(at, known[key]) for at, key in enumerate(_keys(now)) if key in known and key[2] is not None]
    return np.array([one for one, _ in pairs], np.int64), np.array([other for _, other in pairs], np.int64)


def _keys(wide: Wide, later: int = 0) -> Sequence[tuple[object, object, int | None]]:
    years: list[int | None] = wide.reports["report_year"].to_pylist()
    moved = [None if year is None else year + later for year in years]
    return list(zip(wide.column("unit_id"), wide.column("scope"), moved, strict=True))
