"""Flattened text → printed rows: the form's labels anchor the rows, the cells between two labels are a row's, order gives columns.

One way for every dialect. What the text does not settle is settled by nobody: rows whose number of cells is not the form's are held against
every placement that fits (``rows.place``), rows without a label are placed only where exactly as many are missing between two labels.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.forms.load import TABLES
from pipeline.tables.anchors import Reader, close, read_item
from pipeline.tables.atoms import lines_to_items
from pipeline.tables.blanks import measure_blanks
from pipeline.tables.loose import detach, doubt_torn_numbers, fill_gaps, split
from pipeline.tables.refusal import refuse
from pipeline.tables.rows import Rows


def lines_to_rows(lines: Sequence[str], *, skip: Collection[str] = ()) -> Rows:
    """Read the tables of the form in a text; ``skip`` names tables that were found elsewhere."""
    text = lines_to_items(lines)
    reader = Reader()
    for item in text.items:
        read_item(reader, item)
    close(reader, None)
    found = Rows()
    refuse(reader, lines, text.flooded, found)
    reader.rows = detach(reader.rows)
    doubt_torn_numbers(reader.rows)
    measure_blanks(reader.rows, lines, reader.header_pipes)
    for table in TABLES:
        if table not in skip:
            mine = [row for opened in reader.rows if opened.row.table == table for row in split(opened)]
            found.rows.extend(fill_gaps(table, mine))
    return found
