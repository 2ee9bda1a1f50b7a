"""Every limit in one place, with its reason. They are settings: a caller that knows better may pass another value."""

from __future__ import annotations

#: Bytes of one document. Real reports are under 2 MB; pages above this are traps or mistakes (faults P06, P07).
BODY_BYTES = 20_000_000
#: Positions of one table. The largest official table has 28 × 10; a span bomb asks for billions (P01).
TABLE_SLOTS = 50_000
#: Columns of a table that may still be a report's (P01).
REPORT_COLUMNS = 200
#: Open elements around each other. Browsers flatten at 512; the parser's time grows with the square of the depth (P05).
NESTING = 10_000
#: Attributes of one element; the parser compares each with all before it (P08).
ATTRIBUTES = 5_000
#: Characters of a cell that are looked at as a number or a label (P16).
CELL_CHARACTERS = 256
