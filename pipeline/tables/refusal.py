"""Texts from which a table cannot be put back, whatever one tries: refused with a reason, never read as zeros."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.forms import forms
from pipeline.forms.load import TABLES
from pipeline.tables.anchors import Reader
from pipeline.tables.labels import normalise
from pipeline.tables.numbers import read_number
from pipeline.tables.opened import ACROSS_CELLS, full_width
from pipeline.tables.rows import Rows

#: Fewer lines than this say nothing about whether duplicates were dropped.
_FEWEST_LINES = 12
#: So many rows with some of their figures missing are no accident where no line occurs twice.
_FEWEST_SHORT = 2
#: Damage done after the duplicates were dropped can make a line or two alike again.
_MOST_TWICE = 2


def refuse(reader: Reader, lines: Sequence[str], flooded: bool, found: Rows) -> None:
    """Texts from which a table cannot be put back, whatever one tries."""
    tables = {opened.row.table for opened in reader.rows if opened.row.id}
    if _duplicates_dropped(reader, lines):
        for table in tables | reader.tables:
            found.refused[table] = (
                "the copy left out every line that had occurred before, so repeated figures are gone; nothing can be put back in place"
            )
    elif flooded:
        for table in set(TABLES) - tables:
            found.refused[table] = "the table was poured out on one line with the page around it; its rows cannot be told apart"


def _duplicates_dropped(reader: Reader, lines: Sequence[str]) -> bool:
    """One cell a line, and no line twice although the form repeats its headers: a copier removed duplicates."""
    if not reader.lines:
        return False
    inside = [line.strip() for line in lines[min(reader.lines) : max(reader.lines) + 1] if line.strip()]
    twice = len(inside) - len(set(inside))
    if len(inside) < _FEWEST_LINES or twice > _MOST_TWICE or not _one_cell_a_line(inside):
        return False
    blocks = {row.id: block.id for table in forms().tables.values() for block in table.blocks for row in block.rows}
    repeated = len({blocks[o.row.id] for o in reader.rows if o.row.table == "proactive_disclosure" and o.row.id in blocks}) > 1
    corner = normalise(forms().tables["proactive_disclosure"].corner)
    short = sum(0 < len(o.row.cells) < full_width(o.row) for o in reader.rows if o.row.id and not o.glued)
    torn = short >= _FEWEST_SHORT * (1 + twice)
    return torn or (repeated and reader.labels[corner] == 1) or _outcomes_lost(reader, lines)


def _outcomes_lost(reader: Reader, lines: Sequence[str]) -> bool:
    """Table four prints fifteen outcomes, three times the same five, between its groups and its figures."""
    rows = [o.row for o in reader.rows if o.row.table == "review_litigation" and len({cell.row for cell in o.row.cells}) > 1]
    figures = [row.cells[0].row for row in rows]
    if reader.group_line < 0 or not figures or figures[0] <= reader.group_line:
        return False
    between = [line for line in lines[reader.group_line + 1 : figures[0]] if line.strip()]
    return len(between) < ACROSS_CELLS - _MOST_TWICE


def _one_cell_a_line(lines: list[str]) -> bool:
    cells = [len([cell for cell in line.split("|") if cell.strip()]) for line in lines]
    figures = [sum(read_number(word).status == "reported" for word in line.replace("|", " ").split()) for line in lines]
    return sum(max(cell, figure) > 1 for cell, figure in zip(cells, figures, strict=True)) * 5 < len(lines)
