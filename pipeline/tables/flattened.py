"""Flattened text → printed rows: the form's labels anchor the rows, the cells between two labels are a row's, order gives columns.

One way for every dialect. What the text does not settle is settled by nobody: rows whose number of cells is not the form's are held against
every placement that fits (``rows.place``), rows without a label are placed only where exactly as many are missing between two labels.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from pipeline.forms import forms
from pipeline.forms.load import TABLES
from pipeline.tables.atoms import Item, lines_to_items
from pipeline.tables.glued import cut_plain, cut_with_totals
from pipeline.tables.labels import Match, Meaning, normalise
from pipeline.tables.numbers import read_number
from pipeline.tables.rows import ACROSS, Header, HeaderCell, PrintedCell, PrintedRow, Rows, holds_relation, row_layout

_ACROSS_CELLS = 15
_APPLICANTS = 7
_OUTCOMES = 5
_TABLE_OF_SECTION = {2: "proactive_disclosure", 3: "applications", 4: "review_litigation"}
_LONGEST_CELL = 24
_DETAIL = frozenset({"other_overdue_correction", "other_unpaid_fee", "other_other"})
_TOTALS = frozenset({"合计", "总计", "小计", "共计"})


@dataclass(slots=True)
class _Open:
    """The row that is being read, with the separators between its cells."""

    row: PrintedRow
    line: int
    first_line: int | None = None
    label_index: int = -1
    pipes: list[int] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    spaces: int = 0
    glued: bool = False
    #: Separators between the last cell and what follows.
    after: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Reader:
    """Where the reader stands: the table, its header so far, the open row."""

    table: str = ""
    header: list[HeaderCell] = field(default_factory=list)
    in_header: bool = False
    current: _Open | None = None
    rows: list[_Open] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    last_text: str = ""
    lines: set[int] = field(default_factory=set)


def lines_to_rows(lines: Sequence[str], *, skip: Collection[str] = ()) -> Rows:
    """Read the tables of the form in a text; ``skip`` names tables that were found elsewhere."""
    text = lines_to_items(lines)
    reader = _Reader()
    for item in text.items:
        _read(reader, item)
    _close(reader, None)
    found = Rows()
    _refuse(reader, lines, text.flooded, found)
    reader.rows = _detach(reader.rows)
    _measure_blanks(reader.rows, lines)
    for table in TABLES:
        if table not in skip:
            mine = [row for opened in reader.rows if opened.row.table == table for row in _split(opened)]
            found.rows.extend(_fill_gaps(table, mine))
    return found


def _read(reader: _Reader, item: Item) -> None:
    if item.kind == "section":
        _close(reader, item)
        reader.table, reader.header, reader.in_header = _TABLE_OF_SECTION.get(item.section, ""), [], False
    elif item.kind == "label" and item.match is not None:
        _label(reader, item, item.match)
    elif item.kind == "value":
        _value(reader, item)
    else:
        _text(reader, item)


def _label(reader: _Reader, item: Item, match: Match) -> None:
    meaning = _meaning(reader, match)
    _close(reader, item)
    reader.last_text = item.text
    if meaning is None:
        return
    reader.lines.add(item.line)
    reader.labels[normalise(item.text)] += 1
    if meaning.kind in ("row", "foreign"):
        reader.table, reader.in_header = meaning.table, False
        row_id = meaning.id if meaning.kind == "row" else ""
        flags = ("read.label",) if match.quality == "misprint" else ()
        row = PrintedRow(meaning.table, row_id, [], Header.of(reader.header), item.text, placed=False, flags=flags, line=item.line)
        reader.current = _Open(row, item.line, label_index=item.index)
    elif meaning.kind == "path":
        reader.table, reader.in_header = meaning.table, False
    else:
        _header(reader, item, match, meaning)


def _meaning(reader: _Reader, match: Match) -> Meaning | None:
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


def _header(reader: _Reader, item: Item, match: Match, meaning: Meaning) -> None:
    if not reader.in_header or meaning.kind == "article":
        reader.header = []
    reader.table, reader.in_header = meaning.table, True
    reader.header.append(HeaderCell(item.text, match))


def _value(reader: _Reader, item: Item) -> None:
    if not reader.table:
        return
    current = reader.current
    if current is not None and _line_ends_row(current, item):
        _close(reader, item)
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


def _line_ends_row(current: _Open, item: Item) -> bool:
    """A row that stands on one line with its label, or that has several cells on its line, ends with the line."""
    cells = current.row.cells
    if not cells or item.line == cells[-1].row:
        return False
    return current.first_line == current.line or (len(cells) > 1 and cells[-2].row == cells[-1].row)


def _open_unlabelled(reader: _Reader, item: Item) -> _Open:
    across = reader.table == "review_litigation" and bool(reader.header)
    row = PrintedRow(reader.table, ACROSS if across else "", [], Header.of(reader.header), placed=False, line=item.line)
    row.total = normalise(reader.last_text) in _TOTALS
    # Cells of one line belong together; so do cells that each have a line.
    reader.current = _Open(row, item.line if not across else -1)
    reader.in_header = False
    return reader.current


def _text(reader: _Reader, item: Item) -> None:
    """A text that is neither label nor figure: an unreadable cell among cells, a header in a header, else the end of a row."""
    current = reader.current
    reader.last_text = item.text
    short = bool(normalise(item.text)) and len(item.text) <= _LONGEST_CELL
    if current is not None and short and item.pipes and current.row.id != "":
        same_line = item.line in (current.first_line, current.line)
        if same_line or current.first_line != current.line:
            _value(reader, item)
            return
    _close(reader, item)
    if reader.in_header and short:
        reader.header.append(HeaderCell(item.text, None))


def _close(reader: _Reader, item: Item | None) -> None:
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


# -- what is not a table ------------------------------------------------------------------------------------------------------------------


def _refuse(reader: _Reader, lines: Sequence[str], flooded: bool, found: Rows) -> None:
    """Texts from which a table cannot be put back, whatever one tries."""
    tables = {opened.row.table for opened in reader.rows if opened.row.id}
    if _duplicates_dropped(reader, lines):
        for table in tables:
            found.refused[table] = (
                "the copy left out every line that had occurred before, so repeated figures are gone; nothing can be put back in place"
            )
    elif flooded:
        for table in set(TABLES) - tables:
            found.refused[table] = "the table was poured out on one line with the page around it; its rows cannot be told apart"


#: Fewer lines than this say nothing about whether duplicates were dropped.
_FEWEST_LINES = 12
_FEWEST_SHORT = 2


def _duplicates_dropped(reader: _Reader, lines: Sequence[str]) -> bool:
    """One cell a line, and no line twice although the form repeats its headers: a copier removed duplicates."""
    if not reader.lines:
        return False
    inside = [line.strip() for line in lines[min(reader.lines) : max(reader.lines) + 1] if line.strip()]
    if len(inside) < _FEWEST_LINES or len(set(inside)) != len(inside) or any("|" in line for line in inside):
        return False
    blocks = {row.id: block.id for table in forms().tables.values() for block in table.blocks for row in block.rows}
    repeated = len({blocks[o.row.id] for o in reader.rows if o.row.table == "proactive_disclosure" and o.row.id in blocks}) > 1
    corner = normalise(forms().tables["proactive_disclosure"].corner)
    outcomes = [normalise(label) for column in forms().tables["review_litigation"].blocks[0].columns for label in column.labels.values()]
    once = [label for label in outcomes[:-1] if reader.labels[label] == 1]
    short = sum(0 < len(o.row.cells) < _width(o.row) for o in reader.rows if o.row.id)
    torn = short >= _FEWEST_SHORT and _one_cell_a_line(inside)
    return (repeated and reader.labels[corner] == 1) or len(once) == len(outcomes) - 1 or torn


def _one_cell_a_line(lines: list[str]) -> bool:
    return sum(len(line.split()) > 1 for line in lines) * 5 < len(lines)


# -- labels and figures on different lines ------------------------------------------------------------------------------------------------


def _detach(rows: list[_Open]) -> list[_Open]:
    """Where rows stand on one line with their labels, a line of figures below a lone label need not be that label's: it loses the label.

    Text layers of PDF files print a label that wraps over lines before, within or after the row's figures.
    """
    whole = Counter(o.row.table for o in rows if o.row.id and len(o.row.cells) > 1 and o.first_line == o.line)
    found: list[_Open] = []
    for opened in rows:
        row = opened.row
        if row.table != "applications" or not row.id or opened.first_line in (None, opened.line) or whole[row.table] < _FEWEST_WHOLE:
            found.append(opened)
            continue
        found.append(_Open(replace(row, cells=[]), opened.line))
        for line in dict.fromkeys(cell.row for cell in row.cells):
            cells = [i for i, cell in enumerate(row.cells) if cell.row == line]
            loose = PrintedRow(row.table, "", [row.cells[i] for i in cells], row.header, placed=False, line=line)
            pipes, breaks = [opened.pipes[i] for i in cells], [opened.breaks[i] for i in cells]
            found.append(_Open(loose, line, line, -1, pipes, breaks, after=opened.after))
    return found


#: So many rows with label and figures on one line make a table one of rows.
_FEWEST_WHOLE = 2


# -- empty cells --------------------------------------------------------------------------------------------------------------------------


def _measure_blanks(rows: list[_Open], lines: Sequence[str]) -> None:
    """Put empty cells back between figures, and say of each short row where the missing ones must be, if the text tells."""
    usual = Counter(breaks for opened in rows for breaks, pipes in zip(opened.breaks, opened.pipes, strict=True) if breaks and not pipes)
    piped = [opened for opened in rows if opened.row.cells and any(opened.pipes[1:])]
    unit = min((pipes for opened in piped for pipes in opened.pipes[1:] if pipes), default=1)
    kept = {opened.row.table for opened in piped if _keeps_blanks(opened, unit)}
    phantom = any(pipes > unit for opened in _full(piped) for pipes in opened.pipes[1:])
    for table in TABLES:
        mine = [opened for opened in rows if opened.row.table == table and opened.row.cells]
        if any(opened in piped for opened in mine):
            # What another table of the page shows of its flattener makes a reading likely, not sure.
            doubt = () if table in kept else ("read.ambiguous",)
            if table == "review_litigation" and kept and not phantom and unit == 1 and len(mine) == 1:
                opens = any(lines[one.line].lstrip().startswith("|") for one in rows if one.row.id not in ("", ACROSS))
                _across_by_line(mine[0], lines[mine[0].row.cells[0].row], opens)
            elif not _blanks_by_index(mine):
                _blanks_by_pipes(mine, unit, bool(kept), doubt)
        elif usual:
            _blanks_by_lines(mine, min(breaks for breaks, count in usual.items() if count * 4 >= max(usual.values())))


def _keeps_blanks(opened: _Open, unit: int) -> bool:
    """An empty cell between two figures shows that the text prints empty cells where they stand; beside all figures it is a phantom."""
    cells = opened.row.cells
    readable = all(cell.reading.status in ("reported", "dash") for cell in cells)
    return readable and any(pipes > unit for pipes in opened.pipes[1:]) and len(cells) < _width(opened.row)


def _full(rows: list[_Open]) -> list[_Open]:
    return [opened for opened in rows if opened.row.id and len(opened.row.cells) == _width(opened.row)]


def _blanks_by_index(rows: list[_Open]) -> bool:
    """Rows of which the label block is padded too stand in columns, as in a grid: figures under each other are of one column.

    Seen where full rows have their figures at the same places although their labels stand at different ones. False where they do not.
    """
    lined = [opened for opened in rows if opened.row.id and opened.line == opened.first_line]
    place = sorted({cell.column for opened in lined for cell in opened.row.cells})
    widths = {_width(opened.row) for opened in lined}
    if widths != {len(place)} or not _padded_in_place(lined, place[0]):
        return False
    for opened in lined:
        by_place = {cell.column: cell for cell in opened.row.cells}
        if len(by_place) == len(opened.row.cells):
            opened.row.cells = [by_place.get(column) or PrintedCell("", opened.line, column, column + 1) for column in place]
    return True


def _padded_in_place(rows: list[_Open], first: int) -> bool:
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


def _blanks_by_pipes(rows: list[_Open], unit: int, kept: bool, doubt: tuple[str, ...]) -> None:
    """Empty cells by what stands beside a row's figures beyond the padding that full rows with the same place of label have."""
    full = _full(rows)
    if any(pipes > unit for opened in full for pipes in opened.pipes[1:]):
        return
    for opened in rows:
        like = [one for one in full if one.label_index == opened.label_index]
        gaps = [pipes // unit - 1 if pipes else 0 for pipes in opened.pipes[1:]]
        missing = _width(opened.row) - len(opened.row.cells) - sum(gaps)
        if not like or missing < 0 or not (missing or sum(gaps)):
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


def _across_by_line(opened: _Open, line: str, opens: bool) -> None:
    """The fifteen cells of table four on one line, empty ones too; doubted unless its totals add up. ``opens``: lines begin with a pipe."""
    inner = line.strip()
    cells = (inner.removeprefix("|") if opens else inner).removesuffix("|").split("|")
    if len(opened.row.cells) < len(cells) == _ACROSS_CELLS and len({cell.row for cell in opened.row.cells}) == 1:
        texts = [text.strip() for text in cells]
        opened.row.cells = [PrintedCell.read(text, opened.row.cells[0].row, i) for i, text in enumerate(texts)]
        # A phantom column and an empty cell look alike: only totals that add up tell them apart.
        opened.row.flags += () if _totals_hold(opened.row, texts) else ("read.ambiguous",)


def _totals_hold(row: PrintedRow, texts: list[str]) -> bool:
    size = len(texts) // 3
    groups = [texts[i : i + size] for i in range(0, len(texts), size)]
    return all(any(group) for group in groups) and holds_relation(row, [text or "0" for text in texts])


def _blanks_by_lines(rows: list[_Open], unit: int) -> None:
    """One cell a line: an empty cell is a line more than the ``unit`` lines between two cells."""
    for opened in rows:
        missing = _width(opened.row) - len(opened.row.cells)
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


def _width(row: PrintedRow) -> int:
    """How many figures the form prints in a row (0 where that is open)."""
    if row.id == "":
        return {"applications": _APPLICANTS, "review_litigation": _ACROSS_CELLS}.get(row.table, 0)
    layout = row_layout(row, None)
    return len(layout.slots) if layout else 0


# -- rows that run together, rows without a label -----------------------------------------------------------------------------------------


def _split(opened: _Open) -> list[PrintedRow]:
    """A run of figures longer than one row is several rows, of which only the first has the label."""
    row, width = opened.row, _width(opened.row)
    if opened.glued or (row.id == ACROSS and len(row.cells) == 1 and row.cells[0].text.isdigit()):
        _unglue(row, width)
    if not width or len(row.cells) <= width or len(row.cells) % width or width < _APPLICANTS:
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
        cut = (
            cut_with_totals(digits, _APPLICANTS) if width == _APPLICANTS else cut_with_totals(digits, _OUTCOMES, _ACROSS_CELLS // _OUTCOMES)
        )
        flags = ("read.glued", "read.by_relation")
    if cut is None:
        row.cells = [PrintedCell(digits, row.line, -1, -1, read_number("?-?")), PrintedCell("", row.line, -1, -1)]
        row.flags += ("read.glued",)
    else:
        row.cells = [PrintedCell.read(text, row.line) for text in cut]
        row.flags += flags


def _fill_gaps(table: str, rows: list[PrintedRow]) -> list[PrintedRow]:
    """Give rows of figures without a label the form's rows that are missing between two labels, where exactly as many are missing."""
    if table == "proactive_disclosure":
        return _procurement_rows(rows)
    if table == "review_litigation":
        return _across_rows(rows)
    rows = _without_group_label(rows)
    loose = [row for row in rows if not row.id and not row.label and len(row.cells) == _APPLICANTS]
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
    whole = [row for row in rows if row.id in (ACROSS, "") and len(row.cells) == _ACROSS_CELLS]
    if len(whole) == 1:
        whole[0].id = ACROSS
        return [whole[0], *(row for row in rows if row is not whole[0] and not row.id)]
    return rows
