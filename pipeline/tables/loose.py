"""Rows that run together, and rows of figures without a label: cut apart, and placed only where exactly as many are missing."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

from pipeline.forms import forms
from pipeline.tables.glued import cut_plain, cut_with_totals
from pipeline.tables.numbers import read_number
from pipeline.tables.opened import ACROSS_CELLS, APPLICANTS, OUTCOMES, OpenRow, full_width
from pipeline.tables.place import holds_relation
from pipeline.tables.rows import ACROSS, PrintedCell, PrintedRow

_DETAIL = frozenset({"other_overdue_correction", "other_unpaid_fee", "other_other"})
#: So many rows with label and figures on one line make a table one of rows.
_FEWEST_WHOLE = 2
#: So many times more lines with one figure than with several make a text one of cells a line.
_MOSTLY = 3


def detach(rows: list[OpenRow]) -> list[OpenRow]:
    """Where rows stand on one line with their labels, a line of figures below a lone label need not be that label's: it loses the label.

    Text layers of PDF files print a label that wraps over lines before, within or after the row's figures.
    """
    whole = Counter(o.row.table for o in rows if o.row.id and len(o.row.cells) > 1 and o.first_line == o.line)
    found: list[OpenRow] = []
    for opened in rows:
        row = opened.row
        if row.table != "applications" or not row.id or opened.first_line in (None, opened.line) or whole[row.table] < _FEWEST_WHOLE:
            found.append(opened)
            continue
        found.append(OpenRow(replace(row, cells=[]), opened.line))
        for line in dict.fromkeys(cell.row for cell in row.cells):
            cells = [i for i, cell in enumerate(row.cells) if cell.row == line]
            loose = PrintedRow(row.table, "", [row.cells[i] for i in cells], row.header, placed=False, line=line)
            pipes, breaks = [opened.pipes[i] for i in cells], [opened.breaks[i] for i in cells]
            found.append(OpenRow(loose, line, line, -1, pipes, breaks, after=opened.after))
    return found


def doubt_torn_numbers(rows: list[OpenRow]) -> None:
    """Where cells stand one a line, two numbers on a line are one that was torn (``1 88``), and its row cannot be counted off."""
    lines = [Counter(cell.row for cell in opened.row.cells) if not any(opened.pipes[1:]) else Counter() for opened in rows]
    single = sum(count == 1 for line in lines for count in line.values())
    several = sum(count > 1 for line in lines for count in line.values())
    mostly_single = single >= _MOSTLY * several
    for opened, line in zip(rows, lines, strict=True):
        uneven = 1 in line.values() or mostly_single
        if uneven and any(count > 1 for count in line.values()) and not opened.glued:
            raw = " ".join(cell.text for cell in opened.row.cells)
            opened.row.cells = [PrintedCell(raw, opened.row.line, -1, -1, read_number("?-?")), PrintedCell("", opened.row.line, -1, -1)]
            opened.pipes, opened.breaks = [0, 0], [0, 0]
            opened.row.flags += ("read.not_whole",)


def split(opened: OpenRow) -> list[PrintedRow]:
    """A run of figures longer than one row is several rows, of which only the first has the label."""
    row, width = opened.row, full_width(opened.row)
    if opened.glued or (row.id == ACROSS and len(row.cells) == 1 and row.cells[0].text.isdigit()):
        _unglue(row, width)
    if not width or len(row.cells) <= width or len(row.cells) % width or width < APPLICANTS:
        return [row]
    chunks = [row.cells[i : i + width] for i in range(0, len(row.cells), width)]
    rest = [PrintedRow(row.table, "", chunk, row.header, placed=False, line=chunk[0].row) for chunk in chunks[1:]]
    row.cells = chunks[0]
    return [row, *rest]


def _unglue(row: PrintedRow, width: int) -> None:
    """``规章000``: the numbers where there is one way to cut the digits; all zeros leave no other reading even for empty cells."""
    digits = "".join(cell.text for cell in row.cells)
    if width == 1:
        row.flags += ("read.glued",) if len(digits) > 1 else ()
        return
    cut = cut_plain(digits, width) if digits.isdigit() else None
    flags: tuple[str, ...] = () if set(digits) == {"0"} else ("read.glued",)
    if cut is None and digits.isdigit() and row.table != "proactive_disclosure":
        cut = cut_with_totals(digits, APPLICANTS) if width == APPLICANTS else cut_with_totals(digits, OUTCOMES, ACROSS_CELLS // OUTCOMES)
        flags = ("read.glued", "read.by_relation")
    if cut is None:
        row.cells = [PrintedCell(digits, row.line, -1, -1, read_number("?-?")), PrintedCell("", row.line, -1, -1)]
        row.flags += ("read.glued",)
    else:
        row.cells = [PrintedCell.read(text, row.line) for text in cut]
        row.flags += flags


def fill_gaps(table: str, rows: list[PrintedRow]) -> list[PrintedRow]:
    """Give rows of figures without a label the form's rows that are missing between two labels, where exactly as many are missing."""
    if table == "proactive_disclosure":
        return _procurement_rows(rows)
    if table == "review_litigation":
        return _across_rows(rows)
    rows = _without_group_label(rows)
    loose = [row for row in rows if not row.id and not row.label and len(row.cells) == APPLICANTS]
    if not loose:
        return rows
    order = _row_order(rows)
    empty = {row.id for row in rows if row.id and not row.cells}
    anchors = [(i, order.index(row.id)) for i, row in enumerate(rows) if row.id in order and row.cells]
    if [at for _, at in anchors] != sorted(at for _, at in anchors):
        return rows
    for (start, above), (end, below) in zip([(-1, -1), *anchors], [*anchors, (len(rows), len(order))], strict=True):
        between = [row for row in rows[start + 1 : end] if any(row is one for one in loose)]
        missing = order[above + 1 : below]
        labelled = {row.id for row in rows[start + 1 : end] if row.id}
        # Before the first and behind the last row with figures the labels themselves must say what is missing.
        bounded = (above >= 0 and below < len(order)) or labelled.issuperset(missing)
        if between and len(between) == len(missing) and bounded:
            for row, name in zip(between, missing, strict=True):
                row.id = name
                sure = holds_relation(row, [cell.text for cell in row.cells]) or {cell.text for cell in row.cells} == {"0"}
                row.flags += () if sure else ("read.by_order",)
            empty -= set(missing)
    filled = {row.id for row in rows if row.cells}
    # A label whose figures stand elsewhere is not a row of blanks.
    return [row for row in rows if row.cells or (row.id and row.id not in filled and not loose)]


def _without_group_label(rows: list[PrintedRow]) -> list[PrintedRow]:
    """（六）其他处理 alone is a row of 2019; above the rows of 2021 it is only their group's label."""
    if not {row.id for row in rows} & _DETAIL:
        return rows
    return [row for row in rows if row.id != "other_handling" or row.cells]


def _row_order(rows: list[PrintedRow]) -> list[str]:
    """The rows of table three in the form that the labels of （六） tell."""
    form = "2021" if {row.id for row in rows} & _DETAIL else "2019"
    block = forms().tables["applications"].blocks[0]
    return [row.id for row in block.rows if form in row.forms]


def _procurement_rows(rows: list[PrintedRow]) -> list[PrintedRow]:
    """Figures without a label below 政府集中采购 are more of its rows: one project each, or their total."""
    for above, row in itertools.pairwise(rows):
        if above.id == "central_procurement" and not row.id and not row.label and row.cells:
            row.id = above.id
    return rows


def _across_rows(rows: list[PrintedRow]) -> list[PrintedRow]:
    """Table four is one row of fifteen; other numbers in its section are not its figures."""
    whole = [row for row in rows if row.id in (ACROSS, "") and len(row.cells) == ACROSS_CELLS]
    if len(whole) == 1:
        whole[0].id = ACROSS
        return [whole[0], *(row for row in rows if row is not whole[0] and not row.id)]
    return rows
