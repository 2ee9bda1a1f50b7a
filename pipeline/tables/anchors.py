"""Items → open rows: the labels of the form anchor the rows, the cells between two labels are a row's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipeline.tables.atoms import Item
from pipeline.tables.labels import Match, Meaning, normalise
from pipeline.tables.numbers import is_words
from pipeline.tables.opened import OpenRow
from pipeline.tables.rows import ACROSS, Header, HeaderCell, PrintedCell, PrintedRow

_TABLE_OF_SECTION = {2: "proactive_disclosure", 3: "applications", 4: "review_litigation"}
_LONGEST_CELL = 24
_TOTALS = frozenset({"合计", "总计", "小计", "共计"})


@dataclass(slots=True)
class Reader:
    """Where the reader stands: the table, its header so far, the open row."""

    table: str = ""
    header: list[HeaderCell] = field(default_factory=list)
    in_header: bool = False
    current: OpenRow | None = None
    rows: list[OpenRow] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    last_text: str = ""
    lines: set[int] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    group_line: int = -1
    column_line: int = -1
    #: For each table the pipes between two column headers on one line: more than between figures tells of a phantom column.
    header_pipes: dict[str, list[int]] = field(default_factory=dict)


def read_item(reader: Reader, item: Item) -> None:
    """Take one item into the state of the reader."""
    if item.kind == "section":
        close(reader, item)
        reader.table, reader.header, reader.in_header = _TABLE_OF_SECTION.get(item.section, ""), [], False
    elif item.kind == "label" and item.match is not None:
        _label(reader, item, item.match)
    elif item.kind == "value":
        _value(reader, item)
    else:
        _text(reader, item)


def _label(reader: Reader, item: Item, match: Match) -> None:
    meaning = _meaning(reader, match)
    close(reader, item)
    reader.last_text = item.text
    if meaning is None:
        return
    reader.lines.add(item.line)
    reader.tables.add(meaning.table)
    reader.labels[normalise(item.text)] += 1
    if meaning.kind in ("row", "foreign"):
        reader.table, reader.in_header = meaning.table, False
        row_id = meaning.id if meaning.kind == "row" else ""
        flags = ("read.label",) if match.quality == "misprint" else ()
        row = PrintedRow(meaning.table, row_id, [], Header.of(reader.header), item.text, placed=False, flags=flags, line=item.line)
        reader.current = OpenRow(row, item.line, label_index=item.index)
    elif meaning.kind == "path":
        reader.table, reader.in_header = meaning.table, False
    else:
        reader.group_line = item.line if meaning.kind == "group" else reader.group_line
        _header(reader, item, match, meaning)


def _meaning(reader: Reader, match: Match) -> Meaning | None:
    """Which of its meanings a label has here: that of the table one stands in; rows come after headers."""
    here = [meaning for meaning in match.meanings if meaning.table == reader.table]
    if not here:
        here = list(match.meanings)
        # 其他 in table four is a torn header, not a column of table three: only a label that can be nothing else changes the table.
        weak = any(meaning.kind in ("column", "column_path") for meaning in here)
        if len({meaning.table for meaning in here}) > 1 or (weak and reader.table):
            return None
    rows = [meaning for meaning in here if meaning.kind == "row"]
    heads = [meaning for meaning in here if meaning.kind in ("column", "column_path", "group", "corner", "article")]
    if rows and heads:
        return heads[0] if reader.in_header or not reader.seen[rows[0].table] else rows[0]
    return rows[0] if rows else here[0]


def _header(reader: Reader, item: Item, match: Match, meaning: Meaning) -> None:
    if not reader.in_header or meaning.kind == "article":
        reader.header = []
    reader.table, reader.in_header = meaning.table, True
    is_column = meaning.kind == "column"
    if is_column and item.line == reader.column_line:
        reader.header_pipes.setdefault(meaning.table, []).append(item.pipes)
    reader.column_line = item.line if is_column else -1
    reader.header.append(HeaderCell(item.text, match))


def _value(reader: Reader, item: Item) -> None:
    if not reader.table:
        return
    current = reader.current
    if current is not None and _line_ends_row(current, item):
        close(reader, item)
        current = None
    if current is None:
        current = _open_unlabelled(reader, item)
    if current.first_line is None:
        current.first_line = item.line
    current.glued = current.glued or item.glued
    current.pipes.append(item.pipes)
    current.breaks.append(item.breaks)
    current.spaces += item.spaces
    current.row.cells.append(PrintedCell.read(item.text, item.line, item.index))
    reader.lines.add(item.line)


def _line_ends_row(current: OpenRow, item: Item) -> bool:
    """A row that stands on one line with its label, or that has several cells on its line, ends with the line."""
    cells = current.row.cells
    if not cells or item.line == cells[-1].row:
        return False
    return current.first_line == current.line or (len(cells) > 1 and cells[-2].row == cells[-1].row)


def _open_unlabelled(reader: Reader, item: Item) -> OpenRow:
    across = reader.table == "review_litigation" and bool(reader.header)
    row = PrintedRow(reader.table, ACROSS if across else "", [], Header.of(reader.header), placed=False, line=item.line)
    row.total = normalise(reader.last_text) in _TOTALS
    # Cells of one line belong together; so do cells that each have a line.
    reader.current = OpenRow(row, item.line if not across else -1)
    reader.in_header = False
    return reader.current


def _text(reader: Reader, item: Item) -> None:
    """A text that is neither label nor figure: an unreadable cell among cells, a header in a header, else the end of a row."""
    current = reader.current
    reader.last_text = item.text
    short = bool(normalise(item.text)) and len(item.text) <= _LONGEST_CELL
    # Only the projects of procurement are words among figures; elsewhere words are a label that nobody can read.
    a_cell = short and (current is not None and (current.row.id == "central_procurement" or not is_words(item.text)))
    if current is not None and a_cell and item.pipes and current.row.id != "":
        same_line = item.line in (current.first_line, current.line)
        if same_line or current.first_line != current.line:
            _value(reader, item)
            return
    close(reader, item)
    if reader.in_header and short:
        reader.header.append(HeaderCell(item.text, None))


def close(reader: Reader, item: Item | None) -> None:
    """End the open row; ``item`` is what follows it, None at the end of the text."""
    current = reader.current
    reader.current = None
    if current is None:
        return
    if item is not None:
        current.after = (item.pipes, item.breaks)
        current.spaces += item.spaces
    if current.row.id:
        reader.seen[current.row.table] += 1
    reader.rows.append(current)
