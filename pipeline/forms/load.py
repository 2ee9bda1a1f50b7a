"""Reads the TOML of the forms and refuses a file that is wrong, with its name and the key."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from pipeline.forms.checks import read_checks
from pipeline.forms.entries import Entry, load_entry, refuse_repeated
from pipeline.forms.model import FORMS, TABLES, Block, Column, Figure, FormError, Forms, Row, Table

__all__ = ["FORMS", "TABLES", "forms", "read_forms"]
_KINDS = frozenset({"count", "signed count", "money"})


@functools.cache
def forms() -> Forms:
    """The forms that the package carries."""
    return read_forms(Path(__file__).parent)


def read_forms(folder: Path) -> Forms:
    """Read the declarations in ``folder``. Raises ``FormError`` at the first thing that is wrong."""
    tables = {name: _table(folder / f"{name}.toml") for name in TABLES}
    figures = {figure.id: figure for table in tables.values() for figure in _figures(table)}
    _comparable(figures)
    checks = tuple(read_checks(folder / "checks.toml", tables, figures))
    return Forms(tables, figures, checks)


def _table(path: Path) -> Table:
    entry = load_entry(path)
    name = entry.take("id", str)
    if name != path.stem:
        raise FormError(f"{path.name}: id is {name}")
    corner = _corner(entry)
    blocks: list[Block] = []
    for i, values in enumerate(entry.take("block", list)):
        blocks.append(_block(Entry(values, f"{path.name}: block[{i}]"), blocks))
    foreign = tuple(_foreign(Entry(v, f"{path.name}: foreign_row[{i}]")) for i, v in enumerate(entry.take("foreign_row", list, [])))
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
    refuse_repeated([block.id for block in blocks], f"{path.name}: block")
    refuse_repeated([row.id for block in blocks for row in block.rows], f"{path.name}: row")
    return table


def _corner(entry: Entry) -> str:
    if "corner" not in entry.values:
        return ""
    corner = Entry(entry.take("corner", dict), f"{entry.place}: corner")
    label: str = corner.take("label_zh", str)
    corner.finish()
    _filled(label, corner)
    return label


def _foreign(entry: Entry) -> str:
    label: str = entry.take("label_zh", str, "", required=False)
    seen: str = entry.take("seen", str, "", required=False)
    entry.finish()
    if not seen:
        raise FormError(f"{entry.place}: seen is missing")
    _filled(label, entry)
    return label


def _filled(label: str, entry: Entry) -> None:
    if not label:
        raise FormError(f"{entry.place}: label_zh is empty")


def _block(entry: Entry, before: list[Block]) -> Block:
    name = entry.take("id", str)
    named = entry.forms()
    borrowed = entry.take("columns_of", str, "", required=False)
    if borrowed:
        match = [block.columns for block in before if block.id == borrowed]
        if not match:
            raise FormError(f"{entry.place}: columns_of names no block before it: {borrowed}")
        columns = match[0]
    else:
        columns = tuple(_column(Entry(v, f"{entry.place}: columns[{i}]")) for i, v in enumerate(entry.take("columns", list)))
    rows = tuple(_row(Entry(v, f"{entry.place}: rows[{i}]")) for i, v in enumerate(entry.take("rows", list)))
    label, definition = entry.take("label_zh", str), entry.take("definition", str)
    entry.finish()
    refuse_repeated([column.id for column in columns], f"{entry.place}: column")
    return Block(name, label, definition, rows, columns, named)


def _column(entry: Entry) -> Column:
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


def _row(entry: Entry) -> Row:
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
        comparable_with=entry.texts("comparable_with"),
    )
    entry.finish()
    if row.comparable and row.comparable_with:
        raise FormError(f"{entry.place}: comparable and comparable_with exclude each other")
    return row


def _figures(table: Table) -> Iterator[Figure]:
    for block in table.blocks:
        for row in block.rows:
            for column in block.columns:
                both = tuple(form for form in FORMS if form in block.forms and form in row.forms and form in column.forms)
                if both:
                    yield Figure(f"{table.id}.{row.id}.{column.id}", table.id, block.id, row, column, both)


def _comparable(figures: dict[str, Figure]) -> None:
    """Refuse a comparison over the change of form with a figure that the other form does not print."""
    for figure in figures.values():
        for other in figure.comparable_with:
            if other != figure.id and (other not in figures or set(figures[other].forms) & set(figure.forms)):
                raise FormError(f"{figure.table}.toml: row {figure.row.id}: comparable_with: {other} is no figure of the other form alone")
