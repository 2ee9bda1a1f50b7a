"""How text extractors print a table whose spans are lost: one function per dialect, from rows of cells to text.

A dialect sees only what an extractor sees: the texts of each row, and how many columns the table has. Shapes that extractors of known
versions print: ``doubled`` trafilatura 1.2–1.6, ``A`` 1.10–1.12, ``piped`` 2.0, ``spanned`` 2.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Dialect = Literal[
    "A", "A0", "A1", "B", "B0", "B2", "C", "C2", "D", "E", "E1", "E2", "F", "F1", "FD", "G", "H", "markdown", "doubled", "piped", "spanned"
]


@dataclass(frozen=True, slots=True)
class TextRow:
    """The cells printed in one row, and the number of empty columns that the extractor adds at its end."""

    cells: tuple[str, ...]
    padding: int = 0


Rows = Sequence[TextRow]


def _same_line(row: TextRow) -> str:
    return " " + "|" * row.padding if row.padding else ""


def _own_line(row: TextRow) -> list[str]:
    return ["|" * row.padding] if row.padding else []


def _row_per_line(rows: Rows) -> str:
    return "\n".join(f"{' | '.join(row.cells)} |{_same_line(row)}" for row in rows)


def _row_unpadded(rows: Rows) -> str:
    return "\n".join(f"{' | '.join(row.cells)} |" for row in rows)


def _row_in_pipes(rows: Rows) -> str:
    """The row ends in a blank after its last pipe, or in the padding."""
    return "\n".join(f"| {' | '.join(row.cells)} | {'|' * row.padding}" for row in rows)


def _row_in_pipes_short(rows: Rows) -> str:
    return "\n".join(f"| {' | '.join(row.cells)} |{_same_line(row)}" for row in rows)


def _spanned(rows: Rows) -> str:
    return "\n".join(f"| {' | '.join(row.cells)} | " for row in rows)


def _doubled(rows: Rows) -> str:
    return "\n".join("".join(f"|{cell}|" for cell in row.cells) for row in rows)


def _cells_piped(row: TextRow) -> list[str]:
    return [f"{cell} |".lstrip() for cell in row.cells]


def _cell_per_line(rows: Rows) -> str:
    return "\n".join("\n".join(_cells_piped(row)) + _same_line(row) for row in rows)


def _cell_per_line_unpadded(rows: Rows) -> str:
    return "\n".join("\n".join(_cells_piped(row)) for row in rows)


def _cell_per_line_own(rows: Rows) -> str:
    return "\n".join("\n".join([*_cells_piped(row), *_own_line(row)]) for row in rows)


def _opened(rows: Rows) -> str:
    return "\n".join("|\n" + _cell_per_line([row]) for row in rows)


def _opened_own(rows: Rows) -> str:
    return "\n".join("|\n" + _cell_per_line_own([row]) for row in rows)


def _newline_in_cell(rows: Rows) -> str:
    return "\n".join("|" + "".join(f" \n {cell}  |" for cell in row.cells) + " " + "|" * row.padding for row in rows)


def _pipe_lines(rows: Rows) -> str:
    return "\n".join("\n".join(_alternating(row)) for row in rows)


def _pipe_lines_own(rows: Rows) -> str:
    return "\n".join("\n".join([*_alternating(row), *_own_line(row)]) for row in rows)


def _pipe_lines_same(rows: Rows) -> str:
    return "\n".join("\n".join(_alternating(row)) + _same_line(row) for row in rows)


def _alternating(row: TextRow) -> list[str]:
    return [line for cell in row.cells for line in ([cell, "|"] if cell else ["|"])]


def _blank_lines(rows: Rows) -> str:
    """A cell a line, a blank line behind it; an empty cell leaves only its line end."""
    return "".join(f"{cell}\n\n" if cell else "\n" for row in rows for cell in row.cells).rstrip("\n")


def _lines(rows: Rows) -> str:
    return "\n".join(cell for row in rows for cell in row.cells)


def _glued(rows: Rows) -> str:
    return "\n".join("    " + "".join(row.cells) for row in rows)


def _markdown(rows: Rows) -> str:
    """A Markdown table; its rows are padded with empty cells, the first is taken for the header."""
    width = max(len(row.cells) + row.padding for row in rows)
    lines = ["| " + " | ".join([*row.cells, *[""] * (width - len(row.cells))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])


RENDERERS: dict[Dialect, Callable[[Rows], str]] = {
    "A": _row_per_line,
    "A0": _row_unpadded,
    "A1": _row_in_pipes,
    "B": _cell_per_line,
    "B0": _cell_per_line_unpadded,
    "B2": _cell_per_line_own,
    "C": _opened,
    "C2": _opened_own,
    "D": _newline_in_cell,
    "E": _pipe_lines,
    "E1": _pipe_lines_own,
    "E2": _pipe_lines_same,
    "F": _blank_lines,
    "F1": _lines,
    "FD": _blank_lines,
    "G": _glued,
    "markdown": _markdown,
    "doubled": _doubled,
    "piped": _row_in_pipes_short,
    "spanned": _spanned,
}
# In these a blank cell at the end of a full row looks like one column of padding.
PADDING_LOOKS_BLANK = frozenset({"A", "A1", "B2", "C2", "D", "E1", "piped"})
DIALECTS: tuple[Dialect, ...] = (*RENDERERS, "H")
# The others drop text that stood there.
RECOVERABLE: tuple[Dialect, ...] = tuple(dialect for dialect in DIALECTS if dialect != "FD")
