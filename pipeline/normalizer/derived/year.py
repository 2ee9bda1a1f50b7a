"""All reports of one year and province, with their figures as columns: one row a report.

``YearTables`` are the rows of the datasets as they are about to be written. ``Wide`` turns figures into arrays, so that a relation or an
indicator is a few array operations over all reports at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
    """Counts of many reports by figure. Arrays have one entry a report, in the order of ``reports``."""

    def __init__(self, tables: YearTables) -> None:
        self.reports = tables["reports"].sort_by([("unit_id", "ascending"), ("report_id", "ascending")]).combine_chunks()
        self.report_ids: list[str] = self.reports["report_id"].to_pylist()
        self._rows: dict[str, tuple[NDArray[np.int64], pa.Table]] = {}
        for dataset in COUNTED:
            self._gather(tables[dataset].select(["report_id", "figure", "value", "status", "flags"]))

    def __len__(self) -> int:
        return len(self.report_ids)

    def _gather(self, rows: pa.Table) -> None:
        """Sort the rows of one dataset by figure, with the number of their report."""
        number = pc.index_in(rows["report_id"], value_set=self.reports["report_id"])
        rows = rows.append_column("number", number).filter(pc.is_valid(number)).sort_by("figure").combine_chunks()
        encoded = rows["figure"].combine_chunks().dictionary_encode() if rows.num_rows else None
        if encoded is None:
            return
        ends = np.searchsorted(np.asarray(encoded.indices), np.arange(len(encoded.dictionary) + 1))
        numbers = np.asarray(rows["number"].combine_chunks(), dtype=np.int64)
        for at, figure in enumerate(encoded.dictionary.to_pylist()):
            start, stop = int(ends[at]), int(ends[at + 1])
            self._rows[figure] = (numbers[start:stop], rows.slice(start, stop - start))

    def figures(self) -> list[str]:
        """The figures that any report prints."""
        return sorted(self._rows)

    def values(self, figure: str) -> Counts:
        """The values as int64; 0 where there is none (see ``has``)."""
        found = np.zeros(len(self), np.int64)
        if figure in self._rows:
            numbers, rows = self._rows[figure]
            found[numbers] = np.asarray(pc.fill_null(rows["value"], 0).combine_chunks())
        return found

    def has(self, figure: str) -> Mask:
        """Where the figure has a value."""
        return self._where(figure, lambda rows: pc.is_valid(rows["value"]))

    def there(self, figure: str) -> Mask:
        """Where the cell of the figure was found, with a value or without."""
        return self._where(figure, lambda rows: pc.is_valid(rows["figure"]))

    def blank(self, figure: str) -> Mask:
        """Where a blank or a dash is printed."""
        return self._where(figure, lambda rows: pc.is_in(rows["status"], pa.array(["blank", "dash"])))

    def doubted(self, figure: str) -> Mask:
        """Where we doubt our reading of the figure (a ``read.`` flag)."""
        return self._where(figure, lambda rows: pc.fill_null(pc.match_substring_regex(rows["flags"], r"(^| )read\."), False))

    def _where(self, figure: str, test: Callable[[pa.Table], pa.Array]) -> Mask:
        found = np.zeros(len(self), np.bool_)
        if figure in self._rows:
            numbers, rows = self._rows[figure]
            answer = test(rows)
            found[numbers] = np.asarray(answer.combine_chunks() if isinstance(answer, pa.ChunkedArray) else answer)
        return found

    def column(self, name: str) -> list[object]:
        """A column of ``reports``."""
        values: list[object] = self.reports[name].to_pylist()
        return values


def aligned(now: Wide, before: Wide) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers of the reports that a unit has in both years with the same scope: (in ``now``, in ``before``)."""
    known = {key: at for at, key in enumerate(_keys(before))}
    pairs = [(at, known[key]) for at, key in enumerate(_keys(now)) if key in known]
    return np.array([one for one, _ in pairs], np.int64), np.array([other for _, other in pairs], np.int64)


def _keys(wide: Wide) -> Sequence[tuple[object, object]]:
    return list(zip(wide.column("unit_id"), wide.column("scope"), strict=True))
