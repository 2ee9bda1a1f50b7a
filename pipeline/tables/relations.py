"""Rows whose cells can stand in several columns, decided by the relations of the form: the only placement that breaks none.

A value is never changed; the figures that were placed this way keep ``read.by_relation``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from pipeline.forms import Check, forms
from pipeline.model import Number
from pipeline.tables.layout import Slot
from pipeline.tables.numbers import BLANK
from pipeline.tables.place import Placed
from pipeline.tables.rows import PrintedCell, PrintedRow

Values = Mapping[str, Number | None]


def decide(row: PrintedRow, slots: tuple[Slot, ...], known: Values) -> list[Placed] | None:
    """Place the cells of a short row of table three, or None where the relations leave more than one way, or none.

    ``known`` holds the figures that are sure. A way must fulfil at least one relation that the others break.
    """
    if row.table != "applications" or not 1 < len(row.cells) < len(slots):
        return None
    ways = [(way, *_verdict(slots, way, known)) for way in _ways(row.cells, len(slots))]
    sound = [(way, held) for way, held, broken in ways if not broken]
    if len(sound) != 1 or not sound[0][1]:
        return None
    return [
        Placed(slot, cell or PrintedCell("", row.line, -1, -1), cell.reading if cell else BLANK, ("read.by_relation",))
        for slot, cell in zip(slots, sound[0][0], strict=True)
    ]


def _ways(cells: list[PrintedCell], width: int) -> Iterator[list[PrintedCell | None]]:
    for places in itertools.combinations(range(width), len(cells)):
        way: list[PrintedCell | None] = [None] * width
        for place, cell in zip(places, cells, strict=True):
            way[place] = cell
        yield way


def _verdict(slots: tuple[Slot, ...], way: list[PrintedCell | None], known: Values) -> tuple[int, int]:
    """How many relations hold and how many are broken with this placement; blanks count as nothing."""
    values: dict[str, Number | None] = dict(known)
    for slot, cell in zip(slots, way, strict=True):
        values[slot.figure] = cell.reading.value if cell else None
    table, row, _ = slots[0].figure.split(".")
    held = broken = 0
    own = {slot.figure for slot in slots}
    for left, right in _sides(table, row, [slot.column.id for slot in slots]):
        total = [values.get(name) for name in left]
        parts = [values[name] for name in right if name in values]
        across = own.issuperset(left)
        # Down a column a blank of this row leaves the relation open; along the row blanks count as nothing.
        open_here = not across and any(values.get(name) is None for name in (*left, *right) if name in own)
        if None in total or open_here or all(part is None for part in parts):
            continue
        if sum(value or 0 for value in total) == sum(part or 0 for part in parts):
            held += 1
        else:
            broken += 1
    return held, broken


def _sides(table: str, row: str, columns: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The relations in which a row's figures stand, as ids of both sides."""
    for check in _sums(table):
        if check.scope == "each_row":
            yield [f"{table}.{row}.{name}" for name in check.left], [f"{table}.{row}.{name}" for name in check.right]
        elif row in (*check.left, *check.right):
            for column in columns:
                yield [f"{table}.{name}.{column}" for name in check.left], [f"{table}.{name}.{column}" for name in check.right]


def _sums(table: str) -> Iterator[Check]:
    return (check for check in forms().checks if check.table == table and check.left and check.right)
