"""Printed rows: what a grid and a flattened text have in common before their cells are placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.tables.labels import Match
from pipeline.tables.numbers import BLANK, Reading, read_number

#: The row of a table whose groups stand side by side has no label of its own.
ACROSS = "*"


@dataclass(slots=True)
class PrintedCell:
    """One cell of a row as printed; ``column`` to ``end`` (exclusive) are the grid's columns that it covers."""

    text: str
    row: int
    column: int
    end: int
    reading: Reading = BLANK

    @classmethod
    def read(cls, text: str, row: int = -1, column: int = -1, width: int = 1) -> PrintedCell:
        """A cell with its number read."""
        return cls(text, row, column, column + width, read_number(text))


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One header cell: its text, what it means, and the columns it covers (-1 where only the order is known)."""

    text: str
    match: Match | None
    column: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """The header cells above a row. Two headers that print the same texts in the same places are equal: layouts are made once for each."""

    cells: tuple[HeaderCell, ...] = ()
    signature: tuple[tuple[str, int, int], ...] = ()

    @classmethod
    def of(cls, cells: Sequence[HeaderCell]) -> Header:
        """A header of these cells, in the order in which they are printed."""
        return cls(tuple(cells), tuple((cell.text, cell.column, cell.end) for cell in cells))

    def __hash__(self) -> int:
        return hash(self.signature)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Header) and self.signature == other.signature


NO_HEADER = Header()


@dataclass(slots=True)
class PrintedRow:
    """One row of figures. ``id`` is the form's row, ``ACROSS``, or "" without a label; ``placed``: its columns have places."""

    table: str
    id: str
    cells: list[PrintedCell]
    header: Header = NO_HEADER
    label: str = ""
    placed: bool = True
    total: bool = False
    flags: tuple[str, ...] = ()
    grid: int = 0
    line: int = 0
    #: Grid only: columns that hold nothing in any row; cells of such a column may belong to no figure.
    phantoms: frozenset[int] = frozenset()
    #: Grid only: columns by which a rowspan from above that is too long pushes the row to the right.
    shift: int = 0
    #: Flattened text only: empty cells before the first figure and after the last, beyond those that every row has.
    leading: int = 0
    trailing: int = 0
    keeps_blanks: bool = False


@dataclass(slots=True)
class Rows:
    """What was found of the tables in one source: rows, texts that are no label and no figure, tables that were refused with the reason.

    ``headers`` are those with which a table ends: the rows below them stand in the next one, behind a page break.
    """

    rows: list[PrintedRow] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    headers: list[Header] = field(default_factory=list)
