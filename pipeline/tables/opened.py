"""The row that is being read from flattened text, and how wide the form makes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.tables.layout import row_layout
from pipeline.tables.rows import PrintedRow

ACROSS_CELLS = 15
APPLICANTS = 7
OUTCOMES = 5


@dataclass(slots=True)
class OpenRow:
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


def full_width(row: PrintedRow) -> int:
    """How many figures the form prints in a row (0 where that is open)."""
    if row.id == "":
        return {"applications": APPLICANTS, "review_litigation": ACROSS_CELLS}.get(row.table, 0)
    layout = row_layout(row, None)
    return len(layout.slots) if layout else 0
