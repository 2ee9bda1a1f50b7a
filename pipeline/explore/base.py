"""What one browses, as an SQLite file beside the snapshot: reports, units, coverage, findings, and the answers to the five questions.

It is made once a snapshot, whole or not at all, and never changed: ``processed/.explore/<snapshot>-<digest>.sqlite``. Figures are not in
it; they are read from the Parquet files.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import questions
from pipeline.archive.files import sync_file
from pipeline.batch.work import code_digest
from pipeline.export.readme import captured, citation
from pipeline.export.relational import create_statement, insert_rows
from pipeline.export.selection import Extract, Selection
from pipeline.find_units import read_units
from pipeline.normalizer.load import open_snapshot, read_files
from pipeline.normalizer.store import MANIFEST, Snapshot, snapshots

if TYPE_CHECKING:
    import pandas as pd

FOLDER = ".explore"
#: Datasets that are browsed whole. Of ``checks`` only the relations that failed, as ``failed_checks``.
BROWSED = ("reports", "units", "documents", "indicators", "coverage", "issues", "redirects", "dictionary")
FAILED = "failed_checks"
#: Question → the table that holds its answer, worst first.
ANSWERS = {
    "missing": "answer_missing",
    "zeros": "answer_zeros",
    "contradictions": "answer_contradictions",
    "requests": "answer_requests",
    "lost": "answer_lost",
}
#: Relations that fail also where it is this program that did not find or read a table.
_MAYBE_OURS = frozenset({"table_missing"})
_CODE = ("explore/base.py", "explore/base.sql", "questions.py", "export/relational.py", "normalizer/schemas")
_TYPES = ((pa.types.is_integer, "INTEGER"), (pa.types.is_boolean, "INTEGER"), (pa.types.is_floating, "REAL"), (pa.types.is_decimal, "REAL"))


def prepare(processed: Path, number: int | None = None, tell: Callable[[str], None] = lambda line: None) -> tuple[Snapshot, Path]:
    """The snapshot and its SQLite file, made now where it is not there yet; files of snapshots that are gone are removed.

    Raises ``SnapshotError`` where nothing was built.
    """
    snapshot = open_snapshot(processed, number)
    path = processed / FOLDER / f"{snapshot.number:06d}-{_digest(snapshot)}.sqlite"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        tell(f"preparing {path} (once for snapshot {snapshot.number})")
        building = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            _write(processed, snapshot, building)
            sync_file(building)
            building.replace(path)
        finally:
            building.unlink(missing_ok=True)
    _remove_old(processed, path)
    return snapshot, path


def _digest(snapshot: Snapshot) -> str:
    """What the file is made from: the content of the snapshot, and the code that makes it."""
    return hashlib.sha256((snapshot.path / MANIFEST).read_bytes() + code_digest(_CODE).encode()).hexdigest()[:16]


def _remove_old(processed: Path, current: Path) -> None:
    """Remove files of snapshots that are gone, and those that older code made of this one."""
    kept = {path.name for path in snapshots(processed)} - {current.name[:6]}
    for path in current.parent.glob("[0-9]*.sqlite"):
        if path != current and path.name[:6] not in kept:
            path.unlink(missing_ok=True)


def _write(processed: Path, snapshot: Snapshot, path: Path) -> None:
    extract = Extract(snapshot, Selection(BROWSED))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        # The file takes its name only when it is whole: a journal would guard nothing.
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("BEGIN")
        for dataset in BROWSED:
            base.execute(create_statement(dataset, BROWSED))
            for part in extract.parts(dataset):
                insert_rows(base, dataset, part)
        _put(base, "report_files", _report_files(extract))
        failed = _failed(extract)
        answers = dict(_answers(extract, failed))
        _put(base, FAILED, _told_apart(failed, answers["contradictions"]))
        for question, answer in answers.items():
            _put(base, ANSWERS[question], pa.Table.from_pandas(answer, preserve_index=False))
        names = [
            {"unit_id": unit.unit_id, "name": name} for unit in read_units(processed, snapshot.number).units.values() for name in unit.names
        ]
        _put(base, "unit_names", pa.Table.from_pylist(names, schema=pa.schema([("unit_id", pa.string()), ("name", pa.string())])))
        _put(base, "facts", pa.Table.from_pylist(list(_facts(extract))))
        # A script commits what is open, and then runs on its own.
        base.executescript(Path(__file__).with_name("base.sql").read_text("utf8"))
        base.execute("INSERT INTO facts VALUES ('counts', NULL)")
        counts = {name: base.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in _tables(base)}
        base.execute("UPDATE facts SET value = ? WHERE name = 'counts'", (json.dumps(counts),))
        base.execute("ANALYZE")


def _tables(base: sqlite3.Connection) -> list[str]:
    return [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]


def _put(base: sqlite3.Connection, table: str, rows: pa.Table) -> None:
    """Rows as a new table; text for what is neither a number nor yes or no."""
    columns = [f'"{field.name}" {next((name for fits, name in _TYPES if fits(field.type)), "TEXT")}' for field in rows.schema]
    base.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    insert_rows(base, table, rows)


def _failed(extract: Extract) -> pa.Table:
    """The relations that failed."""
    parts = [part.filter(pc.equal(part["outcome"], "failed")) for part in extract.parts("checks")]
    return pa.concat_tables([read_files("checks", []), *parts]).combine_chunks()


def _answers(extract: Extract, failed: pa.Table) -> Iterator[tuple[str, pd.DataFrame]]:
    """The five answers. Each is given only the rows that it looks at: there may be millions of others."""
    reports, coverage = extract.reports.to_pandas(), extract.table("coverage").to_pandas()
    checks, indicators = failed.to_pandas(), _indicators(extract, "received", "zero_report").to_pandas()
    yield "missing", questions.missing_or_late(coverage)
    yield "zeros", questions.zero_reports(reports, checks, indicators)
    yield "contradictions", questions.contradictions(checks, reports, warnings=True)
    yield "requests", questions.requests_per_unit(indicators, reports, coverage)
    yield "lost", questions.lost_cases(_with_losses(extract).to_pandas(), reports)


def _told_apart(failed: pa.Table, contradictions: pd.DataFrame) -> pa.Table:
    """Each relation that failed with the ``part`` it belongs to: publisher (a contradiction), us (we are unsure), or notable.

    Contradictions are those of the question; a table that was not found, or not read, may be our doing.
    """
    key = ["report_id", "check_id", "scope_key", "other_report_id"]
    who = dict(zip(map(tuple, contradictions[key].fillna("").astype(str).to_numpy()), contradictions["who"], strict=True))
    parts = []
    for row in failed.select([*key, "doubted"]).to_pylist():
        unsure = row["doubted"] or row["check_id"] in _MAYBE_OURS
        parts.append(who.get(tuple(row[name] or "" for name in key), "us" if unsure else "notable"))
    return failed.append_column("part", pa.array(parts, pa.string()))


def _indicators(extract: Extract, *names: str) -> pa.Table:
    wanted = pa.array(names, pa.string())
    parts = [part.filter(pc.is_in(part["indicator"], value_set=wanted)) for part in extract.parts("indicators")]
    return pa.concat_tables([read_files("indicators", []), *parts])


def _with_losses(extract: Extract) -> pa.Table:
    """Table four of the reports that lost a case."""
    parts = []
    for part in extract.parts("review_litigation"):
        lost = part.filter(pc.and_(pc.equal(part["measure"], "corrected"), pc.greater(part["value"], 0)))
        parts.append(part.filter(pc.is_in(part["report_id"], value_set=lost["report_id"].combine_chunks())))
    return pa.concat_tables([read_files("review_litigation", []), *parts])


def _report_files(extract: Extract) -> pa.Table:
    """Report → the year and province that its rows are filed under in every dataset: only those files are opened for its figures."""
    rows = [
        {"report_id": report, "partition": partition}
        for partition in extract.partitions("reports")
        for part in extract.parts("reports", partition)
        for report in part["report_id"].to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([("report_id", pa.string()), ("partition", pa.string())]))


def _facts(extract: Extract) -> Iterator[dict[str, Any]]:
    first, last = captured(extract)
    yield {"name": "snapshot", "value": str(extract.snapshot.number)}
    yield {"name": "first_capture", "value": f"{first:%Y-%m-%d}"}
    yield {"name": "last_capture", "value": f"{last:%Y-%m-%d}"}
    yield {"name": "citation", "value": citation(extract)}
