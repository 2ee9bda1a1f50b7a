"""Empty cells of flattened text: where separators say that cells were empty, they are put back; else nothing says which are missing."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.forms import forms
from pipeline.forms.load import TABLES
from pipeline.tables.opened import ACROSS_CELLS, OUTCOMES, OpenRow, full_width
from pipeline.tables.place import holds_relation
from pipeline.tables.rows import ACROSS, PrintedCell, PrintedRow


def measure_blanks(rows: list[OpenRow], lines: Sequence[str], header_pipes: Mapping[str, list[int]]) -> None:
    """Put empty cells back between figures, and say of each short row where the missing ones must be, if the text tells."""
    usual = Counter(breaks for opened in rows for breaks, pipes in zip(opened.breaks, opened.pipes, strict=True) if breaks and not pipes)
    piped = [opened for opened in rows if opened.row.cells and any(opened.pipes[1:])]
    # One page can mix two dialects: how many pipes part two cells is a fact of each table.
    units = {table: min((p for o in piped if o.row.table == table for p in o.pipes[1:] if p), default=1) for table in TABLES}
    kept = {opened.row.table for opened in piped if _keeps_blanks(opened, units[opened.row.table])}
    phantom = any(pipes > units[opened.row.table] for opened in _full(piped) for pipes in opened.pipes[1:])
    for table in TABLES:
        mine, unit = [opened for opened in rows if opened.row.table == table and opened.row.cells], units[table]
        if any(opened in piped for opened in mine):
            # What another table of the page shows of its flattener makes a reading likely, not sure.
            doubt = () if table in kept else ("read.ambiguous",)
            if table == "review_litigation" and kept and not phantom and unit == 1 and len(mine) == 1:
                opens = any(lines[one.line].lstrip().startswith("|") for one in rows if one.row.id not in ("", ACROSS))
                _across_by_line(mine[0], lines[mine[0].row.cells[0].row], opens)
            elif any(pipes > unit for pipes in header_pipes.get(table, ())):
                # A column without a header: an empty cell beside it cannot be told from the column itself.
                continue
            elif not _blanks_by_index(mine):
                _blanks_by_pipes(mine, unit, bool(kept), doubt)
        elif usual:
            _blanks_by_lines(mine, min(breaks for breaks, count in usual.items() if count * 4 >= max(usual.values())))


def _keeps_blanks(opened: OpenRow, unit: int) -> bool:
    """An empty cell between two figures shows that the text prints empty cells where they stand; beside all figures it is a phantom."""
    cells = opened.row.cells
    readable = all(cell.reading.status in ("reported", "dash") for cell in cells)
    return readable and any(pipes > unit for pipes in opened.pipes[1:]) and len(cells) < full_width(opened.row)


def _full(rows: list[OpenRow]) -> list[OpenRow]:
    return [opened for opened in rows if opened.row.id and len(opened.row.cells) == full_width(opened.row)]


def _blanks_by_index(rows: list[OpenRow]) -> bool:
    """Rows of which the label block is padded too stand in columns, as in a grid: figures under each other are of one column.

    Seen where full rows have their figures at the same places although their labels stand at different ones. False where they do not.
    """
    lined = [opened for opened in rows if opened.row.id and opened.line == opened.first_line and opened.label_index >= 0]
    place = sorted({cell.column for opened in lined for cell in opened.row.cells})
    widths = {full_width(opened.row) for opened in lined}
    if widths != {len(place)} or not _padded_in_place(lined, place[0]):
        return False
    for opened in lined:
        by_place = {cell.column: cell for cell in opened.row.cells}
        if len(by_place) == len(opened.row.cells):
            opened.row.cells = [by_place.get(column) or PrintedCell("", opened.line, column, column + 1) for column in place]
    return True


def _padded_in_place(rows: list[OpenRow], first: int) -> bool:
    """Whether figures begin in the same column however far in the label stands: the label block has all its columns."""
    by_label: dict[int, list[int]] = {}
    for opened in rows:
        by_label.setdefault(opened.label_index, []).append(opened.row.cells[0].column)
    outer = by_label[min(by_label)]
    return (
        len(by_label) > 1
        and len(outer) > 1
        and min(outer) == first > min(by_label) + 1
        and any(min(columns) == first for label, columns in by_label.items() if label > min(by_label))
    )


def _blanks_by_pipes(rows: list[OpenRow], unit: int, kept: bool, doubt: tuple[str, ...]) -> None:
    """Empty cells by what stands beside a row's figures beyond the padding that full rows with the same place of label have."""
    full = _full(rows)
    if any(pipes > unit for opened in full for pipes in opened.pipes[1:]):
        return
    for opened in rows:
        like = [one for one in full if _label_block(one) == _label_block(opened)]
        gaps = [pipes // unit - 1 if pipes else 0 for pipes in opened.pipes[1:]]
        missing = full_width(opened.row) - len(opened.row.cells) - sum(gaps)
        if opened.label_index < 0 or not like or missing < 0 or not (missing or sum(gaps)):
            continue
        before_full, behind_full = {one.pipes[0] for one in like}, {one.after[0] for one in like}
        before, behind = opened.pipes[0] // unit - 1, opened.after[0] // unit - 1
        if len(before_full) == 1:
            leading = before - (min(before_full) // unit - 1)
            trailing = missing - leading
        elif len(behind_full) == 1:
            trailing = behind - (min(behind_full) // unit - 1)
            leading = missing - trailing
        else:
            continue
        if 0 <= leading <= before and 0 <= trailing <= max(behind, 0) and (kept or (leading > 0 and len(before_full) == 1)):
            _insert_blanks(opened.row, gaps)
            opened.row.leading, opened.row.trailing, opened.row.keeps_blanks = leading, trailing, True
            opened.row.flags += doubt


def _label_block(opened: OpenRow) -> tuple[int, int]:
    """Where a row's label stands, and how many labels the form has before it: rows alike in both have the same padding."""
    return opened.label_index, _depths().get((opened.row.table, opened.row.id), 0)


@functools.cache
def _depths() -> dict[tuple[str, str], int]:
    return {(table.id, row.id): len(row.path) for table in forms().tables.values() for block in table.blocks for row in block.rows}


def _across_by_line(opened: OpenRow, line: str, opens: bool) -> None:
    """The fifteen cells of table four on one line, empty ones too; doubted unless its totals add up. ``opens``: lines begin with a pipe."""
    inner = line.strip()
    cells = (inner.removeprefix("|") if opens else inner).removesuffix("|").split("|")
    if len(opened.row.cells) < len(cells) == ACROSS_CELLS and len({cell.row for cell in opened.row.cells}) == 1:
        texts = [text.strip() for text in cells]
        opened.row.cells = [PrintedCell.read(text, opened.row.cells[0].row, i) for i, text in enumerate(texts)]
        # A phantom column and an empty cell look alike: only totals that add up tell them apart.
        opened.row.flags += () if _totals_hold(opened.row, texts) else ("read.ambiguous",)


def _totals_hold(row: PrintedRow, texts: list[str]) -> bool:
    size = OUTCOMES
    groups = [texts[i : i + size] for i in range(0, len(texts), size)]
    return all(any(group) for group in groups) and holds_relation(row, [text or "0" for text in texts])


def _blanks_by_lines(rows: list[OpenRow], unit: int) -> None:
    """One cell a line: an empty cell is a line more than the ``unit`` lines between two cells."""
    for opened in rows:
        missing = full_width(opened.row) - len(opened.row.cells)
        if missing <= 0 or opened.spaces:
            continue
        extra = [max(breaks - unit, 0) for breaks in (*opened.breaks, opened.after[1])]
        # An empty cell leaves its own line and, in most copies, the empty line that follows every cell.
        for size in (1, unit):
            if sum(extra) == missing * size and all(lines % size == 0 for lines in extra):
                counts = [lines // size for lines in extra]
                opened.row.leading, opened.row.trailing, opened.row.keeps_blanks = counts[0], counts[-1], True
                _insert_blanks(opened.row, counts[1:-1])
                opened.row.flags += ("read.blank_lines",)
                break


def _insert_blanks(row: PrintedRow, gaps: list[int]) -> None:
    cells = [row.cells[0]]
    for gap, cell in zip(gaps, row.cells[1:], strict=True):
        cells.extend(PrintedCell("", cell.row, cell.column, cell.end) for _ in range(gap))
        cells.append(cell)
    row.cells[:] = cells
