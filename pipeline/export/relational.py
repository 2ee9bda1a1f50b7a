"""SQLite and DuckDB: a table a dataset, keys, indexes, and views with the citation at every row."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.export.keys import PRIMARY, foreign_keys, indexed
from pipeline.export.printed import as_text
from pipeline.export.readme import readme
from pipeline.export.selection import LABELLED, SOURCES, UNIT_NAME, Extract, cited_columns
from pipeline.extras import need
from pipeline.normalizer.schemas import DATASETS
from pipeline.normalizer.schemas.columns import ColumnType

#: The datasets that a citation is joined from: without one of them a file has no views.
_CITING = ("reports", "documents", "units", "dictionary")
_SQLITE: dict[ColumnType, str] = {
    "text": "TEXT",
    "year": "INTEGER",
    "number": "INTEGER",
    "count": "INTEGER",
    "money": "REAL",
    "ratio": "REAL",
    "yes_no": "INTEGER",
    "day": "TEXT",
    "moment": "TEXT",
}
_DUCKDB: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "year": "SMALLINT",
    "number": "INTEGER",
    "count": "BIGINT",
    "money": "DECIMAL(24, 6)",
    "ratio": "DOUBLE",
    "yes_no": "BOOLEAN",
    "day": "DATE",
    "moment": "TIMESTAMPTZ",
}
_ROWS_AT_ONCE = 16_384


def write_sqlite(extract: Extract, path: Path) -> list[str]:
    """Write an SQLite database; a note tells how many amounts a floating-point number rounds."""
    rows: dict[str, int] = {}
    rounded: dict[str, int] = {}
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        # The file takes its name only when it is whole: a journal would guard nothing.
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("BEGIN")
        for dataset in extract.selection.datasets:
            base.execute(create_statement(dataset, extract.selection.datasets))
            rows[dataset] = 0
            for part in extract.parts(dataset):
                rows[dataset] += insert_rows(base, dataset, part)
                rounded[dataset] = rounded.get(dataset, 0) + sum(map(_count_rounded, part.columns))
        for statement in _after(extract):
            base.execute(statement)
        notes = [f"{name}: {count} amounts of more than 15 digits are rounded" for name, count in rounded.items() if count]
        base.execute("CREATE TABLE about (line INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        base.executemany("INSERT INTO about VALUES (?, ?)", enumerate(readme(extract, "sqlite", rows, notes).splitlines(), start=1))
        base.execute("COMMIT")
    return notes


def write_duckdb(extract: Extract, path: Path) -> list[str]:
    """Write a DuckDB database; it holds everything, so there are no notes."""
    duckdb = need("duckdb", "export", "A DuckDB file")
    rows: dict[str, int] = {}
    with contextlib.closing(duckdb.connect(str(path), config={"threads": 1})) as base:
        for dataset in extract.selection.datasets:
            base.execute(create_statement(dataset, extract.selection.datasets, _DUCKDB))
            rows[dataset] = 0
            for part in extract.parts(dataset):
                base.register("part", part)
                base.execute(f"INSERT INTO {dataset} SELECT * FROM part")
                base.unregister("part")
                rows[dataset] += part.num_rows
            for statement in _comments(dataset):
                base.execute(statement)
        for statement in _after(extract):
            base.execute(statement)
        base.execute("CREATE TABLE about (line INTEGER PRIMARY KEY, text VARCHAR NOT NULL)")
        base.executemany("INSERT INTO about VALUES (?, ?)", list(enumerate(readme(extract, "duckdb", rows).splitlines(), start=1)))
        base.execute("CHECKPOINT")
    return []


def create_statement(dataset: str, others: Collection[str], types: dict[ColumnType, str] = _SQLITE) -> str:
    """The statement that makes a dataset's table. Keys to ``others`` are declared for SQLite, which does not enforce them unasked."""
    lines = [f'"{one.name}" {types[one.type]}{" NOT NULL" if one.required else ""}' for one in DATASETS[dataset].columns]
    if dataset in PRIMARY:
        lines.append(f"PRIMARY KEY ({', '.join(PRIMARY[dataset])})")
    if types is _SQLITE:
        for key in foreign_keys(dataset, others):
            lines.append(f"FOREIGN KEY ({key.column}) REFERENCES {key.dataset} ({key.column})")
    return f"CREATE TABLE {dataset} (\n  " + ",\n  ".join(lines) + "\n)"


def _after(extract: Extract) -> Iterator[str]:
    """Indexes and views, once the rows are there."""
    datasets = extract.selection.datasets
    for dataset in datasets:
        for column in indexed(dataset):
            yield f"CREATE INDEX {dataset}_{column} ON {dataset} ({column})"
    for dataset in datasets:
        if all(one in datasets for one in _CITING) and cited_columns(dataset) != DATASETS[dataset].columns:
            yield _view(dataset)


def _view(dataset: str) -> str:
    """A view of a dataset with who, what, and the document that each row was read from."""
    own = {one.name for one in DATASETS[dataset].columns}
    made = {UNIT_NAME.name: "coalesce(r.unit_name, r.unit_name_printed, u.name)", "label_zh": "e.label_zh"}
    made |= {one.name: source for one, source in zip(SOURCES, ("d.url", "d.name", "d.trust", "d.fetched_at", "d.sha256"), strict=True)}
    columns = [f'x."{one.name}"' if one.name in own else f"{made[one.name]} AS {one.name}" for one in cited_columns(dataset)]
    document = "x.document_id" if "document_id" in own else "r.document_id"
    joins = [
        "LEFT JOIN reports r ON r.report_id = x.report_id",
        f"LEFT JOIN documents d ON d.document_id = {document}",
        "LEFT JOIN units u ON u.unit_id = x.unit_id",
        *(f"LEFT JOIN dictionary e ON e.entry = '{kind}' AND e.id = x.{column}" for column, kind in LABELLED.items() if column in own),
    ]
    return f"CREATE VIEW {dataset}_cited AS SELECT {', '.join(columns)} FROM {dataset} x " + " ".join(joins)


def _comments(dataset: str) -> Iterator[str]:
    described = DATASETS[dataset]
    yield f"COMMENT ON TABLE {dataset} IS {_quoted(f'{described.label_zh}: {described.description}')}"
    for one in described.columns:
        yield f'COMMENT ON COLUMN {dataset}."{one.name}" IS {_quoted(f"{one.label_zh}: {one.description}")}'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def insert_rows(base: sqlite3.Connection, table: str, part: pa.Table) -> int:
    """Put rows into an SQLite table with the same columns in the same order; how many there were."""
    places = ", ".join("?" * part.num_columns)
    base.executemany(f"INSERT INTO {table} VALUES ({places})", _sqlite_rows(part))
    return int(part.num_rows)


def _sqlite_rows(part: pa.Table) -> Iterator[tuple[Any, ...]]:
    shown = [_sqlite_values(column) for column in part.columns]
    for start in range(0, part.num_rows, _ROWS_AT_ONCE):
        yield from zip(*(values.slice(start, _ROWS_AT_ONCE).to_pylist() for values in shown), strict=True)


def _sqlite_values(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_decimal(values.type):
        return pc.cast(values, pa.float64(), safe=False)
    return as_text(values) if pa.types.is_temporal(values.type) else values


def _count_rounded(values: pa.ChunkedArray) -> int:
    if not pa.types.is_decimal(values.type):
        return 0
    back = pc.cast(pc.cast(values, pa.float64(), safe=False), values.type, safe=False)
    return pc.sum(pc.not_equal(back, values)).as_py() or 0
