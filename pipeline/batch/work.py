"""Plan and work: the archive in stretches, each read document by document into a table of readings that is kept for the next build.

A kept stretch is used again only by the code that wrote it (its folder is named after a digest of that code) and only while the
archive still holds the same records there.
"""

from __future__ import annotations

import functools
import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive import BadRecordError, Entry, read_page
from pipeline.archive.files import replace_file
from pipeline.model import Report
from pipeline.normalizer.tidy import READING_SCHEMA, Readings, add_failure, add_report

STRETCH = 200
READINGS = "readings"
# What decides how bytes become figures. Their sources, and these libraries, make the digest.
_READING_CODE = ("model.py", "reading.py", "limits.py", "forms", "documents", "tables", "normalizer", "batch/work.py")
_LIBRARIES = ("selectolax", "lxml", "beautifulsoup4", "opencc", "pypinyin", "pyarrow")
_log = logging.getLogger(__name__)

Read = Callable[..., Report]


@dataclass(frozen=True, slots=True)
class Reader:
    """The function that reads a document, and a digest that changes whenever it may give another answer."""

    read: Read
    digest: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records of one archive file that are read and kept together."""

    entries: tuple[Entry, ...]

    @property
    def key(self) -> str:
        """Its name: archive file and first offset."""
        first = self.entries[0]
        return f"{first.file.removesuffix('.warc.gz')}-{first.offset:010d}"


@functools.cache
def default_reader() -> Reader:
    """``read_report`` with the digest of this code and its libraries."""
    from pipeline import read_report

    return Reader(read_report, _code_digest(Path(__file__).parents[1]))


def _code_digest(package: Path) -> str:
    digest = hashlib.sha256()
    for name in _READING_CODE:
        root = package / name
        paths = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.suffix not in {".pyc", ""})
        for path in (one for one in paths if one.exists()):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for library in _LIBRARIES:
        digest.update(f"{library} {_version(library)}\n".encode())
    return digest.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "none"


def plan(entries: Iterable[Entry], size: int = STRETCH) -> list[Stretch]:
    """The archive in stretches of at most ``size`` records, none across two files. Files do not change, so stretches do not either."""
    stretches: list[Stretch] = []
    for _, group in groupby(entries, key=lambda entry: entry.file):
        whole = tuple(group)
        stretches += [Stretch(whole[start : start + size]) for start in range(0, len(whole), size)]
    return stretches


def read_stretches(
    stretches: Iterable[Stretch],
    archive: Path,
    processed: Path,
    reader: Reader,
    *,
    fresh: bool = False,
    done: Callable[[int], None] = lambda count: None,
) -> Iterator[pa.Table]:
    """The readings of each stretch in order; ``done`` is told of documents as they are finished."""
    folder = processed / READINGS / reader.digest
    folder.mkdir(parents=True, exist_ok=True)
    for stretch in stretches:
        path = folder / f"{stretch.key}.parquet"
        kept = None if fresh else _kept(path, stretch)
        if kept is not None:
            done(len(stretch.entries))
            yield kept
            continue
        table, keep = read_stretch(stretch, archive, reader.read, done)
        if keep:
            _keep(path, table)
        else:
            path.unlink(missing_ok=True)
        yield table


def read_stretch(stretch: Stretch, archive: Path, read: Read, done: Callable[[int], None]) -> tuple[pa.Table, bool]:
    """Read each document of a stretch; whatever one of them raises costs only itself. False: the archive failed, read again next time."""
    readings, keep = Readings(), True
    for entry in stretch.entries:
        keep &= _read_one(readings, entry, archive, read)
        done(1)
    try:
        return readings.to_table(), keep
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        # Some value fits no column: each document alone, to find whose it is.
        return pa.concat_tables(_read_alone(entry, archive, read) for entry in stretch.entries), keep


def _read_one(readings: Readings, entry: Entry, archive: Path, read: Read) -> bool:
    """Add the reading of one document; False if the archive did not give its bytes."""
    try:
        body = read_page(archive, entry).body
    except BadRecordError as error:
        add_failure(readings, entry, str(error), "archive.damaged")
        return False
    try:
        report = read(body, name=entry.name, url=entry.url, content_type=entry.media_type)
        add_report(readings, entry, body, report)
    except Exception as error:
        _log.debug("%s, offset %d", entry.file, entry.offset, exc_info=True)
        add_failure(readings, entry, _reason(error))
    return True


def _read_alone(entry: Entry, archive: Path, read: Read) -> pa.Table:
    readings = Readings()
    _read_one(readings, entry, archive, read)
    try:
        return readings.to_table()
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        readings = Readings()
        add_failure(readings, entry, _reason(error))
        return readings.to_table()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _kept(path: Path, stretch: Stretch) -> pa.Table | None:
    """The kept readings of a stretch, if they are of exactly its records."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):
        return None
    if not table.schema.equals(READING_SCHEMA):
        return None
    places = zip(table["archive_offset"].to_pylist(), table["sha256"].to_pylist(), strict=True)
    return table if list(places) == [(entry.offset, entry.sha256) for entry in stretch.entries] else None


def _keep(path: Path, table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    replace_file(path, sink.getvalue().to_pybytes())
