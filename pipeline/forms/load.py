"""Reads the TOML of the forms and refuses a file that is wrong, with its name and the key.

``Table`` → ``Block`` (rows that share a header) → ``Row`` and ``Column``; a ``Figure`` is a row crossed with a column of its block.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMS = ("2019", "2021")
TABLES = ("proactive_disclosure", "applications", "review_litigation")
_KINDS = frozenset({"count", "signed count", "money"})
#: Keys whose text may be empty: a money column without a unit, the block of a table that runs across.
_MAY_BE_EMPTY = frozenset({"unit", "label_zh"})
_SCOPES_OF_NO_TABLE = frozenset({"each_count", "section 一", "sections 一 and 四", "section 六"})
_SEVERITIES = frozenset({"error", "warning", "note"})


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
    """One row of a block (a group of columns in a table that runs across). ``path`` holds the labels of the cells left of (above) it."""

    id: str
    forms: tuple[str, ...]
    labels: Mapping[str, str]
    label_en: str
    definition: str
    path: tuple[str, ...] = ()
    aliases: tuple[Alias, ...] = ()
    comparable: bool = False


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
    """One relation within a report.

    ``left`` = ``right`` as sums; ``at_most`` pairs; ``blank`` names what is blank while ``right`` is not.
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

    @property
    def of_prose(self) -> bool:
        """Whether the relation needs the prose of the sections."""
        return self.scope.startswith("section")


@dataclass(frozen=True, slots=True)
class Forms:
    """Everything that the declarations say."""

    tables: Mapping[str, Table]
    figures: Mapping[str, Figure]
    checks: tuple[Check, ...]


@functools.cache
def forms() -> Forms:
    """The forms that the package carries."""
    return read_forms(Path(__file__).parent)


def read_forms(folder: Path) -> Forms:
    """Read the declarations in ``folder``. Raises ``FormError`` at the first thing that is wrong."""
    tables = {name: _table(folder / f"{name}.toml") for name in TABLES}
    figures = {figure.id: figure for table in tables.values() for figure in _figures(table)}
    checks = tuple(_checks(folder / "checks.toml", tables))
    for check in checks:
        unknown = [one for c in (*check.compare, *check.both_zero) for terms in c.sums for one in terms if one not in figures]
        if unknown:
            raise FormError(f"checks.toml: {check.id}: sums: no such figure: {', '.join(unknown)}")
    return Forms(tables, figures, checks)


class _Entry:
    """One TOML table that is read key by key; what is missing, of another type or left over is an error with its place."""

    def __init__(self, values: object, place: str) -> None:
        if not isinstance(values, dict):
            raise FormError(f"{place}: expected a table")
        self.values: dict[str, Any] = dict(values)
        self.place = place

    def take(self, key: str, kind: type, default: object = None, *, required: bool = True) -> Any:
        if key not in self.values:
            if required and default is None:
                raise FormError(f"{self.place}: {key} is missing")
            return default
        value = self.values.pop(key)
        if not isinstance(value, kind):
            raise FormError(f"{self.place}: {key} must be {kind.__name__}, not {type(value).__name__}")
        if value == "" and key not in _MAY_BE_EMPTY:
            raise FormError(f"{self.place}: {key} is empty")
        return value

    def forms(self) -> tuple[str, ...]:
        named = tuple(self.take("forms", list, list(FORMS)))
        if not named or any(form not in FORMS for form in named) or len(set(named)) != len(named):
            raise FormError(f"{self.place}: forms must be among {', '.join(FORMS)}")
        return named

    def labels(self, named: tuple[str, ...]) -> Mapping[str, str]:
        value = self.take("label_zh", object)
        labels = dict.fromkeys(named, value) if isinstance(value, str) else value
        if not isinstance(labels, dict) or set(labels) != set(named) or not all(isinstance(v, str) and v for v in labels.values()):
            raise FormError(f"{self.place}: label_zh must be a text, or one text for each of {', '.join(named)}")
        return labels

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list, [])
        if not all(isinstance(value, str) and value for value in values):
            raise FormError(f"{self.place}: {key} must hold texts")
        return tuple(values)

    def aliases(self) -> tuple[Alias, ...]:
        return tuple(_alias(_Entry(value, f"{self.place}: aliases[{i}]")) for i, value in enumerate(self.take("aliases", list, [])))

    def finish(self) -> None:
        if self.values:
            raise FormError(f"{self.place}: unknown key {', '.join(sorted(self.values))}")


def _alias(entry: _Entry) -> Alias:
    alias = Alias(entry.take("text", str), entry.take("seen", str), entry.take("doubt", bool, False, required=False))
    entry.finish()
    return alias


def _load(path: Path) -> _Entry:
    try:
        return _Entry(tomllib.loads(path.read_text("utf8")), path.name)
    except OSError as error:
        raise FormError(f"{path.name}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormError(f"{path.name}: {error}") from error


def _table(path: Path) -> Table:
    entry = _load(path)
    name = entry.take("id", str)
    if name != path.stem:
        raise FormError(f"{path.name}: id is {name}")
    corner = _corner(entry)
    blocks: list[Block] = []
    for i, values in enumerate(entry.take("block", list)):
        blocks.append(_block(_Entry(values, f"{path.name}: block[{i}]"), blocks))
    foreign = tuple(_foreign(_Entry(v, f"{path.name}: foreign_row[{i}]")) for i, v in enumerate(entry.take("foreign_row", list, [])))
    table = Table(
        id=name,
        number=entry.take("number", str),
        heading_zh=entry.take("heading_zh", str),
        heading_aliases=entry.texts("heading_aliases"),
        label_en=entry.take("label_en", str),
        corner=corner,
        blocks=tuple(blocks),
        foreign_rows=foreign,
        across=entry.take("across", bool, False, required=False),
    )
    entry.finish()
    _unique([block.id for block in blocks], f"{path.name}: block")
    _unique([row.id for block in blocks for row in block.rows], f"{path.name}: row")
    return table


def _corner(entry: _Entry) -> str:
    if "corner" not in entry.values:
        return ""
    corner = _Entry(entry.take("corner", dict), f"{entry.place}: corner")
    label: str = corner.take("label_zh", str)
    corner.finish()
    _filled(label, corner)
    return label


def _foreign(entry: _Entry) -> str:
    label: str = entry.take("label_zh", str, "", required=False)
    seen: str = entry.take("seen", str, "", required=False)
    entry.finish()
    if not seen:
        raise FormError(f"{entry.place}: seen is missing")
    _filled(label, entry)
    return label


def _filled(label: str, entry: _Entry) -> None:
    if not label:
        raise FormError(f"{entry.place}: label_zh is empty")


def _block(entry: _Entry, before: list[Block]) -> Block:
    name = entry.take("id", str)
    named = entry.forms()
    borrowed = entry.take("columns_of", str, "", required=False)
    if borrowed:
        match = [block.columns for block in before if block.id == borrowed]
        if not match:
            raise FormError(f"{entry.place}: columns_of names no block before it: {borrowed}")
        columns = match[0]
    else:
        columns = tuple(_column(_Entry(v, f"{entry.place}: columns[{i}]")) for i, v in enumerate(entry.take("columns", list)))
    rows = tuple(_row(_Entry(v, f"{entry.place}: rows[{i}]")) for i, v in enumerate(entry.take("rows", list)))
    label, definition = entry.take("label_zh", str), entry.take("definition", str)
    entry.finish()
    _unique([column.id for column in columns], f"{entry.place}: column")
    return Block(name, label, definition, rows, columns, named)


def _column(entry: _Entry) -> Column:
    named = entry.forms()
    kind = entry.take("kind", str)
    if kind not in _KINDS:
        raise FormError(f"{entry.place}: kind must be one of {', '.join(sorted(_KINDS))}")
    column = Column(
        id=entry.take("id", str),
        forms=named,
        labels=entry.labels(named),
        label_en=entry.take("label_en", str),
        unit=entry.take("unit", str) or None,
        kind=kind,
        path=entry.texts("path"),
        aliases=entry.aliases(),
        comparable=entry.take("comparable", bool, False, required=False),
    )
    entry.finish()
    return column


def _row(entry: _Entry) -> Row:
    named = entry.forms()
    row = Row(
        id=entry.take("id", str),
        forms=named,
        labels=entry.labels(named),
        label_en=entry.take("label_en", str),
        definition=entry.take("definition", str),
        path=entry.texts("path"),
        aliases=entry.aliases(),
        comparable=entry.take("comparable", bool, False, required=False),
    )
    entry.finish()
    return row


def _figures(table: Table) -> Iterator[Figure]:
    for block in table.blocks:
        for row in block.rows:
            for column in block.columns:
                both = tuple(form for form in FORMS if form in block.forms and form in row.forms and form in column.forms)
                if both:
                    yield Figure(f"{table.id}.{row.id}.{column.id}", table.id, block.id, row, column, both)


def _checks(path: Path, tables: Mapping[str, Table]) -> Iterator[Check]:
    entry = _load(path)
    entries = entry.take("check", list)
    entry.finish()
    _unique([str(values.get("id")) for values in entries], f"{path.name}: check")
    for values in entries:
        yield _check(_Entry(values, f"{path.name}: {values.get('id', '?')}"), tables)


def _check(entry: _Entry, tables: Mapping[str, Table]) -> Check:
    check = Check(
        id=entry.take("id", str),
        scope=entry.take("scope", str),
        severity=entry.take("severity", str),
        origin=entry.take("origin", str),
        label_zh=entry.take("label_zh", str),
        label_en=entry.take("label_en", str),
        table=entry.take("table", str, "", required=False) or None,
        left=entry.texts("left"),
        right=entry.texts("right"),
        at_most=tuple(_pair(entry, value) for value in entry.take("at_most", list, [])),
        blank=entry.take("blank", str, "", required=False) or None,
        compare=_comparisons(entry, "compare"),
        both_zero=_comparisons(entry, "both_zero"),
    )
    entry.finish()
    if check.severity not in _SEVERITIES:
        raise FormError(f"{entry.place}: severity must be one of {', '.join(sorted(_SEVERITIES))}")
    if bool(check.left) != bool(check.right) and check.blank is None:
        raise FormError(f"{entry.place}: left and right: a sum needs both sides")
    if (check.compare or check.both_zero) and not check.of_prose:
        raise FormError(f"{entry.place}: scope {check.scope} does not compare with prose")
    if check.table is None and (check.scope not in _SCOPES_OF_NO_TABLE or check.left or check.at_most or check.blank):
        raise FormError(f"{entry.place}: scope {check.scope} or a relation without a table")
    if check.table is not None and check.table not in tables:
        raise FormError(f"{entry.place}: table {check.table} is not declared")
    if check.table is not None:
        _resolvable(check, tables[check.table], entry.place)
    return check


def _comparisons(entry: _Entry, key: str) -> tuple[Comparison, ...]:
    found = []
    for i, values in enumerate(entry.take(key, list, [])):
        one = _Entry(values, f"{entry.place}: {key}[{i}]")
        prose, sums = one.take("prose", str), one.take("sums", list)
        one.finish()
        if not sums or not all(isinstance(terms, list) and terms and all(isinstance(term, str) for term in terms) for terms in sums):
            raise FormError(f"{one.place}: sums must be lists of figure ids")
        found.append(Comparison(prose, tuple(map(tuple, sums))))
    return tuple(found)


def _pair(entry: _Entry, value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(term, str) for term in value):
        raise FormError(f"{entry.place}: at_most must hold pairs of terms")
    return value[0], value[1]


def _resolvable(check: Check, table: Table, place: str) -> None:
    if (check.scope == "each_group") != table.across:
        raise FormError(f"{place}: scope {check.scope} does not fit table {table.id}")
    rows = {row.id for block in table.blocks for row in block.rows}
    columns = {column.id for block in table.blocks for column in block.columns}
    known = {"each_column": rows, "each_row": columns, "each_group": columns}.get(check.scope)
    if known is None:
        raise FormError(f"{place}: scope {check.scope} is unknown")
    terms = [*check.left, *check.right, *(term for pair in check.at_most for term in pair), *([check.blank] if check.blank else [])]
    missing = [term for term in terms if term not in known]
    if missing or not terms:
        raise FormError(f"{place}: no such term: {', '.join(missing) or '(none given)'}")


def _unique(names: list[str], place: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FormError(f"{place} declared twice: {', '.join(twice)}")
