"""What the declarations say: ``Table`` → ``Block`` (rows that share a header) → ``Row`` and ``Column``, and the relations between figures.

A ``Figure`` is a row crossed with a column of its block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.forms.formulas import Formula

FORMS = ("2019", "2021")
TABLES = ("proactive_disclosure", "applications", "review_litigation")
#: Relations of these scopes need the level of the unit, the year before or other reports: they are evaluated over the datasets, all
#: reports at once (``pipeline.normalizer.derived.relations``). The others are evaluated as soon as one report is read.
DERIVED_SCOPES = frozenset(
    {
        *("year to year", "year to year (2021 form)", "2019 to 2020 (2019 form)", "with last year", "year to year and between neighbours"),
        *("report", "each table", "each section 二 三 四", "2021 form", "township or county department", "county"),
    }
)


class FormError(ValueError):
    """A declaration is wrong; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another spelling of a label, with where it was seen. ``doubt``: what stands under it may mean something else."""

    text: str
    seen: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a block. ``labels`` gives the printed label per form, ``path`` the headers above it."""

    id: str
    forms: tuple[str, ...]
    labels: Mapping[str, str]
    label_en: str
    unit: str | None
    kind: str
    path: tuple[str, ...] = ()
    aliases: tuple[Alias, ...] = ()
    comparable: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a block (a group of columns in a table that runs across). ``path`` holds the labels of the cells left of (above) it.

    ``comparable``: both forms count the same; ``comparable_with``: the rows of the other form whose sum counts the same.
    """

    id: str
    forms: tuple[str, ...]
    labels: Mapping[str, str]
    label_en: str
    definition: str
    path: tuple[str, ...] = ()
    aliases: tuple[Alias, ...] = ()
    comparable: bool = False
    comparable_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that share one header."""

    id: str
    label_zh: str
    definition: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    forms: tuple[str, ...]

    def columns_in(self, form: str, row: Row) -> tuple[Column, ...]:
        """The columns that a form prints for a row of this block, in their order."""
        if form not in row.forms:
            return ()
        return tuple(column for column in self.columns if form in column.forms)


@dataclass(frozen=True, slots=True)
class Table:
    """One of the three tables of the form."""

    id: str
    number: str
    heading_zh: str
    heading_aliases: tuple[str, ...]
    label_en: str
    corner: str
    blocks: tuple[Block, ...]
    foreign_rows: tuple[str, ...]
    across: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the form: a row crossed with a column. ``id`` is ``table.row.column``."""

    id: str
    table: str
    block: str
    row: Row
    column: Column
    forms: tuple[str, ...]

    @property
    def unit(self) -> str | None:
        """The unit the form prints or means; ``None`` where it prints none."""
        return self.column.unit

    @property
    def comparable(self) -> bool:
        """Whether the figure means the same in both forms."""
        return len(self.forms) > 1 and (self.row.comparable or self.column.comparable)

    @property
    def comparable_with(self) -> tuple[str, ...]:
        """The figures of the other form whose sum means the same; the figure itself where both forms print it, none if there is none."""
        if self.comparable:
            return (self.id,)
        return tuple(f"{self.table}.{row}.{self.column.id}" for row in self.row.comparable_with)

    def label_zh(self, form: str) -> tuple[str, ...]:
        """Label path as the form prints it, from the outermost row label to the column."""
        return (*self.row.path, self.row.labels[form], *self.column.path, self.column.labels[form])


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of the prose against sums of table figures, each a list of ids; one that fits is enough."""

    prose: str
    sums: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One relation.

    Within a report: ``left`` = ``right`` as sums; ``at_most`` pairs; ``blank`` names what is blank while ``right`` is not; figures of the
    prose are compared. Over all reports (``derived``): a ``formula`` over two years, or a rule in code with its ``limits``.
    ``part_severity`` is the severity in a row or column that is not the total; ``stocks`` are the columns that tell what there is, not
    what happened in the year; ``first_years`` the first year that each form is due for.
    """

    id: str
    scope: str
    severity: str
    origin: str
    label_zh: str
    label_en: str
    table: str | None = None
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    at_most: tuple[tuple[str, str], ...] = ()
    blank: str | None = None
    compare: tuple[Comparison, ...] = ()
    both_zero: tuple[Comparison, ...] = ()
    formula: Formula | None = None
    part_severity: str | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    stocks: tuple[str, ...] = ()
    first_years: Mapping[str, int] = field(default_factory=dict)

    @property
    def of_prose(self) -> bool:
        """Whether the relation needs the prose of the sections."""
        return self.scope.startswith("section")

    @property
    def derived(self) -> bool:
        """Whether the relation is evaluated over all reports at once, not when one report is read."""
        return self.scope in DERIVED_SCOPES


@dataclass(frozen=True, slots=True)
class Forms:
    """Everything that the declarations say."""

    tables: Mapping[str, Table]
    figures: Mapping[str, Figure]
    checks: tuple[Check, ...]

    def check(self, name: str) -> Check:
        """The relation of this id. Raises ``KeyError`` if there is none."""
        found = next((one for one in self.checks if one.id == name), None)
        if found is None:
            raise KeyError(name)
        return found
