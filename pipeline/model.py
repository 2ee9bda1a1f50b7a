"""The types that travel from stage to stage: frozen, without I/O and without pandas.

``Page`` → ``Document`` → ``Grid`` → ``Figures`` → ``Report``. What a stage is not sure of it returns beside its result as ``Issue``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from typing import Literal, NamedTuple

Level = Literal["error", "warning", "note"]
Status = Literal["reported", "blank", "dash", "unreadable"]
Origin = Literal["html", "flattened", "pdf", "docx", "sheet", "image"]
TableState = Literal["read", "partial", "blank", "picture", "refused", "missing"]
Outcome = Literal["passed", "failed", "not_applicable"]
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about a document, a table or a figure.

    ``code`` is stable and made for machines (``table.missing``), ``message`` is one sentence for people, ``evidence`` the text it rests on.
    """

    level: Level
    code: str
    message: str
    table: str | None = None
    figure: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of one address and how they were got. ``sha256`` is the name of the bytes everywhere else."""

    body: bytes
    name: str = ""
    url: str | None = None
    content_type: str | None = None
    fetched_at: str | None = None
    status: int | None = None
    sha256: str = ""
    archive_file: str | None = None
    archive_offset: int | None = None


class Cell(NamedTuple):
    """One cell of a table: it covers ``rowspan`` × ``colspan`` positions from (``row``, ``column``), both counted from 0."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    hidden: bool = False


# A tuple's own constructor: that of a named tuple is a function in Python, and costs as much as all else in a cell.
_new_cell = functools.partial(tuple.__new__, Cell)


@dataclass(frozen=True, eq=False)
class Shape:
    """Where the cells of a table lie, whatever they say: (row, column, rowspan, colspan) of each, in the order of the document.

    Tables that are laid out alike share one, so that a whole layout is compared by identity.
    """

    places: tuple[tuple[int, int, int, int], ...]
    rows: int
    columns: int
    overlaps: frozenset[int] = frozenset()

    def cells(self, texts: Iterable[str]) -> tuple[Cell, ...]:
        """The cells of a table of this shape that holds these texts and hides none of them."""
        return tuple(map(_new_cell, zip(texts, *self.sides, repeat(False, len(self.places)), strict=True)))

    @functools.cached_property
    def sides(self) -> tuple[tuple[int, ...], ...]:
        """The places as columns."""
        return tuple(zip(*self.places, strict=True)) or ((), (), (), ())


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as cells that cover each position at most once. It knows rows and columns, nothing of what they mean.

    ``depth`` counts the tables around it (0 = none). ``overlaps`` names rows in which a later cell wanted a position that was taken.
    ``doubts`` gives flags (``read.…``) for cells, by the row and column where they begin, that the reader of the medium is not sure of.
    ``shape`` is there where the reader of the medium knows that no cell is hidden.
    """

    cells: tuple[Cell, ...]
    rows: int
    columns: int
    origin: Origin
    depth: int = 0
    section: int | None = None
    caption: str | None = None
    overlaps: frozenset[int] = frozenset()
    doubts: Mapping[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    shape: Shape | None = field(default=None, compare=False, repr=False)

    def expanded(self) -> list[list[str | None]]:
        """Rows of texts, each repeated in every position its cell covers; ``None`` where no cell is."""
        rows: list[list[str | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    # Where two cells want a position, the first in the document owns it.
                    if rows[row][column] is None:
                        rows[row][column] = cell.text
        return rows

    def hidden(self) -> list[tuple[int, int]]:
        """The positions (row, column) of cells that a browser does not show."""
        return [(cell.row, cell.column) for cell in self.cells if cell.hidden]


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of damage that was undone in a document: which fixer, how often, and an example of before and after."""

    fixer: str
    count: int
    before: str
    after: str
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact about the report (its unit, its year) with the place it was read from."""

    value: str
    source: str


class PlaceMention(NamedTuple):
    """A text that ends in a mark of a place (通过师宗县), the part of the page it stands in, and how often."""

    text: str
    where: str
    times: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a page says, whatever its medium.

    ``lines`` is the text outside of the tables in ``grids``, a line a block, damage undone; ``grid_at`` tells before which line each grid
    stands; ``sections`` maps 1…6 to the text under 一…六.
    A flattened table is text and stands in ``lines``. ``pictures`` counts images per section (a picture may stand for a table).
    ``scope`` is own or government_wide where the text says whose figures it holds; ``places`` are those that the page names.
    """

    medium: str
    title: str | None
    lines: tuple[str, ...]
    grids: tuple[Grid, ...]
    sections: Mapping[int, str] = field(default_factory=dict)
    unit_name: str | None = None
    report_year: int | None = None
    published_on: str | None = None
    sources: Mapping[str, Evidence] = field(default_factory=dict)
    pictures: Mapping[int, int] = field(default_factory=dict)
    scope: str | None = None
    places: tuple[PlaceMention, ...] = ()
    charset: str | None = None
    repairs: tuple[Repair, ...] = ()
    issues: tuple[Issue, ...] = ()
    grid_at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure. ``value`` is the number as printed, in ``unit``; ``None`` unless ``status`` is ``reported``."""

    figure: str
    value: Number | None
    status: Status
    unit: str | None
    raw: str
    table: int
    row: int
    column: int
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Figures:
    """The printed figures of one report as columns of equal length, in the order of the form; each id at most once."""

    figure: list[str] = field(default_factory=list)
    value: list[Number | None] = field(default_factory=list)
    status: list[Status] = field(default_factory=list)
    unit: list[str | None] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    table: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    flags: list[tuple[str, ...]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.figure)

    def __iter__(self) -> Iterator[Figure]:
        columns = (self.figure, self.value, self.status, self.unit, self.raw, self.table, self.row, self.column, self.flags)
        return (Figure(*values) for values in zip(*columns, strict=True))

    def append(self, one: Figure) -> None:
        """Add one figure at the end."""
        self.figure.append(one.figure)
        self.value.append(one.value)
        self.status.append(one.status)
        self.unit.append(one.unit)
        self.raw.append(one.raw)
        self.table.append(one.table)
        self.row.append(one.row)
        self.column.append(one.column)
        self.flags.append(one.flags)

    def values(self) -> dict[str, Number | None]:
        """Figure id → value, for those that were printed."""
        return dict(zip(self.figure, self.value, strict=True))


@dataclass(frozen=True, slots=True)
class TableReading:
    """How one of the three tables was read: its state, the form its labels are of (None where they do not tell)."""

    state: TableState
    form: str | None


@dataclass(frozen=True, slots=True)
class ProseFigure:
    """One figure read from the running text of a section, with its sentence. Never a table figure."""

    figure: str
    value: Number
    approximate: bool
    section: int
    sentence: str


class Result(NamedTuple):
    """One relation of the form evaluated in one column, row or group. ``figures`` are those with a value on either side."""

    check: str
    severity: str
    scope_key: str | None
    outcome: Outcome
    reason: str | None = None
    left: Number | None = None
    right: Number | None = None
    figures: tuple[str, ...] = ()
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What one document says as a report. ``grids`` are the tables that figures refer to by number, ``results`` the form's relations."""

    name: str
    document: Document
    form: str
    tables: Mapping[str, TableReading]
    figures: Figures
    grids: tuple[Grid, ...]
    prose: tuple[ProseFigure, ...] = ()
    issues: tuple[Issue, ...] = ()
    results: tuple[Result, ...] = ()
