"""One plan a page layout: where each figure stands is worked out once, after that only the figures are read.

Portals fill the same form year after year. Pages whose tables have the same cells in the same places, with the same words in them, and
numbers where the others have numbers, are read alike. So their layout is matched to the form once, by the long way of ``match``; what
that gave is kept as a plan. A plan is made only where no number has any influence on the result but by standing there itself.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from pipeline.forms.load import TABLES
from pipeline.model import Figures, Grid, Issue, Number, Shape, TableReading
from pipeline.tables.labels import read_label
from pipeline.tables.match import SHORT, Matched, grids_to_rows, rows_to_figures
from pipeline.tables.numbers import read_number

#: Most numbers; what stands for one in the signature of a layout.
_PLAIN = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_NUMBER = "\x00number"
_text_of = itemgetter(0)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the long way gave for the first page of a layout, and which cells its figures stand in.

    ``cells`` are numbers of cells, counted through all grids. ``evidence`` pairs issues with the figure whose text they quote.
    """

    figures: Figures
    cells: tuple[int, ...]
    tables: dict[str, TableReading]
    issues: tuple[Issue, ...]
    evidence: tuple[tuple[int, int], ...]

    def read(self, grids: tuple[Grid, ...], texts: Sequence[str]) -> Matched:
        """The figures of a page of this layout. ``texts`` are those of all cells."""
        one = self.figures
        raw = list(map(texts.__getitem__, self.cells))
        issues = list(self.issues)
        for issue, figure in self.evidence:
            issues[issue] = replace(issues[issue], evidence=raw[figure][:SHORT])
        value = [value if value is None else _value(text) for value, text in zip(one.value, raw, strict=True)]
        figures = Figures(
            one.figure.copy(),
            value,
            one.status.copy(),
            one.unit.copy(),
            raw,
            one.table.copy(),
            one.row.copy(),
            one.column.copy(),
            one.flags.copy(),
        )
        return Matched(figures, dict(self.tables), grids, issues)


class _Layout:
    """The key of a plan: shapes and words of all grids of a page. Where no plan is kept yet, it is made from the grids themselves."""

    __slots__ = ("grids", "hash", "signature")

    def __init__(self, grids: tuple[Grid, ...], signature: tuple[tuple[Shape, tuple[str, ...]], ...]) -> None:
        self.grids: tuple[Grid, ...] | None = grids
        self.signature = signature
        self.hash = hash(signature)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Layout) and self.signature == other.signature


def planned_figures(grids: tuple[Grid, ...]) -> Matched | None:
    """The figures of a page that prints all three tables in grids; None where it has to go the long way."""
    if any(grid.shape is None or grid.doubts for grid in grids) or not grids:
        return None
    texts = [list(map(_text_of, grid.cells)) for grid in grids]
    signature = tuple((grid.shape, tuple(map(_token, some))) for grid, some in zip(grids, texts, strict=True))
    plan = _plan(_Layout(grids, signature))  # type: ignore[arg-type]
    return None if plan is None else plan.read(grids, [text for some in texts for text in some])


@functools.lru_cache(maxsize=65_536)
def _token(text: str) -> str:
    """What a cell is in a signature: a number is any number that is printed in the same way, all else is itself."""
    if _PLAIN.fullmatch(text):
        return _NUMBER
    reading = read_number(text)
    if reading.status != "reported" or reading.remark or read_label(text) is not None:
        return text
    return f"{_NUMBER} {reading.signed} {reading.unit}"


@functools.lru_cache(maxsize=65_536)
def _value(text: str) -> Number | None:
    return read_number(text).value


@functools.lru_cache(maxsize=512)
def _plan(layout: _Layout) -> _Plan | None:
    """The plan of a layout, or None where its figures hang on more than their places."""
    grids, layout.grids = layout.grids, None
    if grids is None:
        raise RuntimeError("a layout makes its plan once")
    rows = grids_to_rows(grids)
    if {row.table for row in rows.rows if row.id} < set(TABLES):
        # The text may hold the others, flattened.
        return None
    found = rows_to_figures(rows, grids)
    figures = found.figures
    cells = _cells_of(figures, grids)
    if cells is None or not _reads_alone(figures):
        return None
    evidence = _quoted(found.issues, figures)
    return None if evidence is None else _Plan(figures, cells, found.tables, tuple(found.issues), evidence)


def _cells_of(figures: Figures, grids: tuple[Grid, ...]) -> tuple[int, ...] | None:
    """The number of the cell of each figure, if each has its text from one cell."""
    numbers: dict[tuple[int, int, int], int] = {}
    texts: list[str] = []
    for table, grid in enumerate(grids):
        for cell in grid.cells:
            numbers[table, cell.row, cell.column] = len(texts)
            texts.append(cell.text)
    found = [numbers.get(place) for place in zip(figures.table, figures.row, figures.column, strict=True)]
    if any(number is None or texts[number] != raw for number, raw in zip(found, figures.raw, strict=True)):
        return None
    return tuple(number for number in found if number is not None)


def _reads_alone(figures: Figures) -> bool:
    """Whether each value is what its cell says, and none was chosen among several that the report prints."""
    several = any("read.several" in flags for flags in figures.flags)
    return not several and all(value is None or _value(raw) == value for value, raw in zip(figures.value, figures.raw, strict=True))


def _quoted(issues: Sequence[Issue], figures: Figures) -> tuple[tuple[int, int], ...] | None:
    """Issues that quote the text of their figure, with it; None where one quotes or counts other numbers."""
    places = {name: at for at, name in enumerate(figures.figure)}
    found = []
    for number, issue in enumerate(issues):
        at = places.get(issue.figure or "")
        if issue.code == "figure.repeated":
            return None
        if at is not None and issue.evidence == figures.raw[at][:SHORT]:
            found.append((number, at))
        elif issue.evidence and _DIGIT.search(issue.evidence):
            return None
    return tuple(found)
