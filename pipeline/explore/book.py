"""Looking things up: what is browsed in the SQLite file, figures and indicators in the Parquet files, bytes in the archive.

A ``Book`` is one snapshot, opened for reading; many threads may look things up in it at once.
"""

from __future__ import annotations

import functools
import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.archive import BadRecordError, Entry, read_index, read_page
from pipeline.batch.work import default_reader
from pipeline.compare.subject import Subject, find_subject
from pipeline.explore.base import prepare
from pipeline.extras import need
from pipeline.model import Report
from pipeline.normalizer.identity import normalise_name
from pipeline.normalizer.load import follow, read_files, read_redirects
from pipeline.normalizer.store import Snapshot

Row = dict[str, Any]
#: Datasets of printed figures, by what they hold of a report.
PRINTED = ("proactive_disclosure", "applications", "fees", "review_litigation")
_REPORTS = """
SELECT r.*, d.name AS source_file, d.fetched_at AS captured_at, d.sha256 AS document_sha256, p.place_code, p.place, f.partition,
       coalesce(r.unit_name, r.unit_name_printed, p.name, r.unit_id) AS name
FROM reports r JOIN report_files f USING (report_id) LEFT JOIN documents d USING (document_id)
LEFT JOIN unit_places p ON p.unit_id = r.unit_id
"""


class GoneError(LookupError):
    """There is nothing of this name in the snapshot."""


class NoSnapshotError(LookupError):
    """The archived bytes of a document are not there, or not as they were; the message says so."""


@dataclass(eq=False)
class Book:
    """One snapshot and its SQLite file. ``archive`` is None where the bytes are not at hand."""

    snapshot: Snapshot
    base: Path
    archive: Path | None = None
    _local: threading.local = field(default_factory=threading.local)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Rows of the SQLite file."""
        if not hasattr(self._local, "base"):
            self._local.base = sqlite3.connect(f"{self.base.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            self._local.base.row_factory = sqlite3.Row
        return [dict(row) for row in self._local.base.execute(sql, values)]

    def one(self, sql: str, *values: object) -> Row:
        """The first row. Raises ``GoneError`` where there is none."""
        found = self.rows(sql, *values)
        if not found:
            raise GoneError(" ".join(map(str, values)))
        return found[0]

    @functools.cached_property
    def facts(self) -> Mapping[str, str]:
        """What is said of the whole snapshot: its number, the captures, how to cite it."""
        return {row["name"]: row["value"] for row in self.rows("SELECT name, value FROM facts")}

    @functools.cached_property
    def counts(self) -> Mapping[str, int]:
        """Table → how many rows it has."""
        found: dict[str, int] = json.loads(self.facts["counts"])
        return found

    @functools.cached_property
    def redirects(self) -> Mapping[str, str]:
        """Ids that were given up → those that stand for them."""
        return read_redirects(self.snapshot)

    @functools.cached_property
    def dictionary(self) -> pa.Table:
        """The dictionary of the snapshot."""
        return read_files("dictionary", self.snapshot.paths("dictionary"))

    @functools.lru_cache(maxsize=512)  # noqa: B019 - a book lives as long as the program
    def subject(self, kind: str, name: str) -> Subject:
        """What is compared. Raises ``UnknownSubjectError``."""
        return find_subject(self.dictionary, "figure" if kind == "figure" else "indicator", name)

    def unit(self, name: str) -> Row:
        """A unit by its id, also one that was given up. Raises ``GoneError``."""
        return self.one("SELECT * FROM unit_places WHERE unit_id = ?", follow(self.redirects, name))

    def report(self, name: str) -> Row:
        """A report by its id, also one that was given up, with its document. Raises ``GoneError``."""
        found = self.rows(f"{_REPORTS} WHERE r.report_id = ?", name)
        if found:
            return found[0]
        now = follow(self.redirects, name)
        known = {row["report_id"] for row in self.rows("SELECT report_id FROM reports WHERE unit_id = ?", now.partition("-")[0])}
        return self.one(f"{_REPORTS} WHERE r.report_id = ?", follow(self.redirects, name, known))

    def reports_of(self, units: Collection[str]) -> list[Row]:
        """The reports of some units, by year."""
        marks = ", ".join("?" * len(units))
        return self.rows(f"{_REPORTS} WHERE r.unit_id IN ({marks}) ORDER BY r.report_year, r.scope DESC, r.report_id", *units)

    def search(self, text: str, limit: int = 100) -> list[Row]:
        """The units of which a name is, or holds, what a person typed; whole names first."""
        wanted = normalise_name(text)
        if not wanted:
            return []
        sql = """SELECT p.*, max(n.name = ?) AS whole FROM unit_names n JOIN unit_places p USING (unit_id)
                 WHERE instr(n.name, ?) OR p.unit_id = ? GROUP BY p.unit_id ORDER BY whole DESC, length(p.name), p.name LIMIT ?"""
        return self.rows(sql, wanted, wanted, text.strip().partition("-")[0], limit)

    def parquet(self, dataset: str, reports: Iterable[Row], **wanted: Collection[str]) -> list[Row]:
        """Rows of a dataset that belong to some reports, of which columns have one of the ``wanted`` values; exact as they were written.

        Only the files of the reports' years and provinces are opened, and in them only the stretches that may hold a value.
        """
        reports = list(reports)
        partitions = {row["partition"] for row in reports}
        paths = [str(path) for path in self.snapshot.paths(dataset) if path.name.rpartition("-")[0] in partitions]
        if not paths or not all(wanted.values()):
            return []
        return self._read(paths, wanted | {"report_id": {row["report_id"] for row in reports}})

    def _read(self, paths: list[str], wanted: Mapping[str, Collection[str]]) -> list[Row]:
        duckdb = need("duckdb", "explore", "The explorer")
        if not hasattr(self._local, "duckdb"):
            self._local.duckdb = duckdb.connect(":memory:")
        found = self._local.duckdb.read_parquet(paths, union_by_name=True)
        for column, values in wanted.items():
            constants = [duckdb.ConstantExpression(value) for value in sorted(values)]
            found = found.filter(duckdb.ColumnExpression(column).isin(*constants))
        rows: list[Row] = found.to_arrow_table().to_pylist()
        return rows

    @functools.cached_property
    def _entries(self) -> Mapping[tuple[str, int], Entry]:
        return {(one.file, one.offset): one for one in read_index(self.archive).entries} if self.archive is not None else {}

    def read_again(self, document: Mapping[str, Any]) -> Report:
        """A document read once more from its bytes in the archive. Raises ``NoSnapshotError``."""
        if self.archive is None or not self.archive.is_dir():
            raise NoSnapshotError("there is no archive here")
        entry = self._entries.get((document["archive_file"], document["archive_offset"]))
        if entry is None:
            raise NoSnapshotError(f"the archive has no record at {document['archive_file']}, offset {document['archive_offset']}")
        try:
            page = read_page(self.archive, entry)
        except (BadRecordError, OSError) as error:
            raise NoSnapshotError(f"the archive is damaged: {error}") from error
        found: Report = default_reader().read(page.body, name=entry.name, url=entry.url, content_type=entry.media_type)
        return found


def open_book(processed: Path, archive: Path | None = None, number: int | None = None) -> Book:
    """The current snapshot, or one by its number, made ready for looking things up."""
    snapshot, base = prepare(processed, number)
    return Book(snapshot, base, archive)
