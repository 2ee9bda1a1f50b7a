"""Grid → printed rows: which cells are labels, which are headers, and which figures stand beside a label."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field

from pipeline.forms import forms
from pipeline.forms.load import FORMS
from pipeline.model import Cell, Grid
from pipeline.tables.labels import Match, Meaning, read_label
from pipeline.tables.numbers import holds_digit, read_number
from pipeline.tables.rows import ACROSS, Header, HeaderCell, PrintedCell, PrintedRow, Rows

_TOTALS = frozenset({"合计", "总计", "小计", "共计"})


@dataclass(slots=True)
class _State:
    """Where in which table the reader stands while it goes down the rows."""

    table: str
    header: list[HeaderCell] = field(default_factory=list)
    in_header: bool = False
    rows: int = 0


def grid_to_rows(grid: Grid, number: int) -> Rows:
    """Read a grid from top to bottom. ``number`` is the grid's place among the report's tables."""
    found = Rows()
    state = _State(_main_table(grid))
    phantoms = _phantoms(grid)
    by_row: list[list[Cell]] = [[] for _ in range(grid.rows)]
    labels: list[tuple[Cell, Meaning]] = []
    for cell in grid.cells:
        if not cell.hidden:
            by_row[cell.row].append(cell)
    for y, cells in enumerate(by_row):
        cells.sort(key=lambda cell: cell.column)
        matches = [read_label(cell.text) if cell.text else None for cell in cells]
        if _is_header(cells, matches):
            _take_header(state, cells, matches)
            continue
        row = _data_row(state, cells, matches, labels, y, found) or _empty_row(state, cells, y == grid.rows - 1)
        if row is not None:
            row.grid, row.line, row.phantoms = number, y, phantoms
            row.flags += ("read.overlap",) if y in grid.overlaps else ()
            found.rows.append(row)
            state.in_header, state.rows = False, state.rows + 1
    if state.in_header:
        found.headers.append(Header.of(state.header))
    _find_shifts(found.rows)
    _trust_order(found.rows)
    return found


def _trust_order(rows: list[PrintedRow]) -> None:
    """A misprinted label is beyond doubt where its row stands between the two rows that the form has around it."""
    labelled = [row for row in rows if row.label]
    for above, row, below in zip(labelled, labelled[1:], labelled[2:], strict=False):
        if row.flags == ("read.label",) and not above.flags and not below.flags and (above.id, row.id, below.id) in _neighbours(row.table):
            row.flags = ()


@functools.cache
def _neighbours(table: str) -> frozenset[tuple[str, str, str]]:
    """Any three rows that follow each other in a form."""
    found: set[tuple[str, str, str]] = set()
    for form in FORMS:
        ids = [row.id for block in forms().tables[table].blocks for row in block.rows if form in row.forms]
        found.update(zip(ids, ids[1:], ids[2:], strict=False))
    return frozenset(found)


def _find_shifts(rows: list[PrintedRow]) -> None:
    """Rows of table three whose figures begin further right than those of the others: 三、本年度办理结果 spans a row too many."""
    starts = Counter(row.cells[0].column for row in rows if row.table == "applications" and row.label and row.cells)
    if not starts:
        return
    usual = starts.most_common(1)[0][0]
    for row in rows:
        if row.table == "applications" and row.label and row.cells:
            row.shift = max(row.cells[0].column - usual, 0)


def is_form_table(grid: Grid) -> bool:
    """Whether a grid is part of the form: it prints a label of a row, several of columns, or a row of nothing but figures."""
    columns = 0
    numbers: dict[int, int] = {}
    for cell in grid.cells:
        match = read_label(cell.text) if 1 < len(cell.text) < 600 else None
        if match is None:
            numbers[cell.row] = numbers.get(cell.row, 0) + (read_number(cell.text).status == "reported")
        elif match.of("row", "article", "foreign", "path") and match.quality != "cut" and not match.of("column"):
            if grid.columns > 1:
                return True
        elif match.of("column", "group", "column_path"):
            columns += 1
    return columns > 1 or max(numbers.values(), default=0) >= 7


def _phantoms(grid: Grid) -> frozenset[int]:
    """Columns in which no row and no header prints anything: left-overs of an export."""
    empty: dict[int, bool] = {}
    for cell in grid.cells:
        if not cell.hidden:
            empty[cell.column] = empty.get(cell.column, True) and not cell.text.strip()
    return frozenset(column for column, is_empty in empty.items() if is_empty)


def _main_table(grid: Grid) -> str:
    """The table that most labels belong to; rows of another table in the same grid still find their own."""
    votes: dict[str, int] = {}
    for cell in grid.cells:
        match = read_label(cell.text) if cell.text else None
        tables = {meaning.table for meaning in match.meanings} if match else set()
        if len(tables) == 1:
            votes[tables.pop()] = votes.get(next(iter({m.table for m in match.meanings})), 0) + 1 if match else 0
    return max(votes, key=lambda table: votes[table]) if votes else ""


def _is_header(cells: list[Cell], matches: list[Match | None]) -> bool:
    """A row of headers holds a label that can only be one, or labels and nothing else; never a figure."""
    if any(read_number(cell.text).status == "reported" for cell in cells):
        return False
    heads = [m for m in matches if m is not None and m.of("column", "column_path", "group", "corner", "article")]
    if any(not m.of("row", "path") for m in heads):
        return True
    filled = [cell for cell in cells if cell.text]
    return bool(heads) and len(heads) == len(filled)


def _take_header(state: _State, cells: list[Cell], matches: list[Match | None]) -> None:
    if not state.in_header:
        state.header = []
    state.in_header = True
    for cell, match in zip(cells, matches, strict=True):
        if match is not None and match.of("article"):
            state.header = []
        state.header.append(HeaderCell(cell.text, match, cell.column, cell.column + cell.colspan))
        tables = {meaning.table for meaning in match.meanings} if match else set()
        if len(tables) == 1:
            state.table = tables.pop()


def _data_row(  # noqa: PLR0917
    state: _State, cells: list[Cell], matches: list[Match | None], labels: list[tuple[Cell, Meaning]], y: int, found: Rows
) -> PrintedRow | None:
    at = _label_at(matches)
    if at is not None:
        meaning = _row_meaning(state, matches[at])
        if meaning is None:
            return None
        labels.append((cells[at], meaning))
        return _row(state, meaning, cells[at + 1 :], matches[at], cells[at].text)
    values = [cell for cell in cells if read_number(cell.text).status != "unreadable" or holds_digit(cell.text)]
    if not values or all(not cell.text for cell in cells):
        return None
    if state.table == "review_litigation":
        return PrintedRow(state.table, ACROSS, _cells(cells), Header.of(state.header))
    over = next((m for cell, m in reversed(labels) if cell.row < y < cell.row + cell.rowspan), None)
    over = over or _only_row(state)
    if over is not None:
        total = any(cell.text.strip() in _TOTALS for cell in cells)
        row = _row(state, over, cells, None, "")
        row.total = total
        return row
    texts = [cell.text for cell in cells if cell.text and cell not in values]
    if texts and any(read_number(cell.text).status == "reported" for cell in values):
        found.unknown.append((state.table, texts[0]))
    return None


def _empty_row(state: _State, cells: list[Cell], last: bool) -> PrintedRow | None:
    """The one row of table four where all of it is blank: nothing but its place, last and below a header, tells it from a spacer."""
    if state.table != "review_litigation" or state.rows or not state.in_header or not last or any(cell.text for cell in cells):
        return None
    return PrintedRow(state.table, ACROSS, _cells(cells), Header.of(state.header))


def _only_row(state: _State) -> Meaning | None:
    """The row of a block that has one: under its header, figures without a label are more of that row (several procurements)."""
    blocks = [{m.block for m in cell.match.of("column")} for cell in state.header if cell.match and cell.match.of("column")]
    common = set.intersection(*blocks) if blocks else set()
    for block in forms().tables[state.table].blocks if state.table else ():
        if common == {block.id} and len(block.rows) == 1:
            return Meaning("row", state.table, block.rows[0].id, block.id)
    return None


def _label_at(matches: list[Match | None]) -> int | None:
    """The last label before the figures: the one on the right names the row, those left of it are its path."""
    at = None
    for i, match in enumerate(matches):
        if match is not None and match.of("row", "foreign", "path"):
            at = i
        elif match is None and at is not None:
            break
    return at


def _row_meaning(state: _State, match: Match | None) -> Meaning | None:
    if match is None:
        return None
    meanings = match.of("row", "foreign")
    here = [meaning for meaning in meanings if meaning.table == state.table] or list(meanings)
    return here[0] if here else None


def _row(state: _State, meaning: Meaning, cells: list[Cell], match: Match | None, label: str) -> PrintedRow:
    if meaning.kind == "row":
        state.table = meaning.table
    doubt = ("read.label",) if match is not None and match.quality == "misprint" else ()
    row_id = meaning.id if meaning.kind == "row" else ""
    return PrintedRow(meaning.table, row_id, _cells(cells), Header.of(state.header), label, flags=doubt)


def _cells(cells: list[Cell]) -> list[PrintedCell]:
    return [PrintedCell.read(cell.text, cell.row, cell.column, cell.colspan) for cell in cells]
