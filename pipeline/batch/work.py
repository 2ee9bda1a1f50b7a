"""Plan and work: the archive in stretches, each read into a table of readings that is kept for the next builds.

A kept stretch is used again only by the code that wrote it (its folder is named after a digest of that code) and only while the
archive still holds the same records there. A document that could not be read is kept as such: it is tried again when the code changes.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.archive import Entry
from pipeline.archive.files import replace_file
from pipeline.batch.nursery import function_named
from pipeline.batch.pool import Piece, Task, read_all
from pipeline.batch.worker import Read
from pipeline.normalizer.readings import PARTS, READING_SCHEMA
from pipeline.normalizer.store import digest_of
from pipeline.normalizer.tidy import ARCHIVE_DAMAGED

STRETCH = 200
#: Documents of one task: what a worker is given at a time.
TASK = 25
READINGS = "readings"
# What decides how bytes become figures. Their sources, and the libraries, make the digest.
READING_CODE = (
    "model.py",
    "reading.py",
    "limits.py",
    "extras.py",
    "forms",
    "documents",
    "tables",
    "normalizer",
    "archive/heads.py",
    "archive/members.py",
    "archive/records.py",
    "batch/worker.py",
)
#: What is in those folders and works on readings only when they are there.
AFTER_READING = (
    *("normalizer/store.py", "normalizer/load.py", "normalizer/dictionary.py", "normalizer/codes.toml"),
    *("normalizer/derived/", "normalizer/units/"),
)
SCALARS = tuple(name for name in READING_SCHEMA.names if name not in PARTS)
_LIBRARIES = (
    *("selectolax", "lxml", "beautifulsoup4", "opencc", "pypinyin", "pyarrow"),
    *("pypdfium2", "python-calamine", "olefile", "pillow", "opencv-python-headless", "onnxruntime", "rapidocr"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """The function that reads a document, as ``module:function``, and a digest that changes whenever it may give another answer."""

    name: str
    digest: str

    @property
    def read(self) -> Read:
        """The function itself."""
        return function_named(self.name)


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
    return Reader("pipeline:read_report", code_digest(READING_CODE, AFTER_READING))


def code_digest(names: Iterable[str], without: tuple[str, ...] = ()) -> str:
    """A digest over files and folders of this package and the versions of the libraries that it reads with."""
    package, digest = Path(__file__).parents[1], hashlib.sha256()
    for name in names:
        root = package / name
        paths = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.suffix not in {".pyc", ""})
        for path in paths:
            place = path.relative_to(package).as_posix()
            if not place.startswith(without):
                digest.update(place.encode() + b"\0" + path.read_bytes() + b"\0")
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


class Shelf:
    """The readings of one archive by one version of the reading code: a file for each stretch, named after it and its own digest."""

    def __init__(self, processed: Path, reader: Reader, stretches: Sequence[Stretch]) -> None:
        self.folder = processed / READINGS / reader.digest
        self.stretches, self._reader = stretches, reader
        self._files = {path.name.partition(".")[0]: path for path in sorted(self.folder.glob("[!.]*.parquet"))}

    def path(self, stretch: Stretch) -> Path | None:
        """Where the readings of a stretch are kept; ``None`` if it was not read yet."""
        return self._files.get(stretch.key)

    def lacks(self, stretch: Stretch, *, whole: bool = False) -> str | None:
        """Why the kept readings of a stretch cannot be used; ``None`` if they can. ``whole``: every byte is looked at."""
        path = self.path(stretch)
        if path is None:
            return "not read yet"
        try:
            if whole and path.name.split(".")[1] != digest_of(path)[:16]:
                return "is not as it was written"
            if not pq.read_schema(path).equals(READING_SCHEMA):
                return "kept with other columns"
            table = pq.read_table(path, columns=["archive_offset", "sha256", "failure_code"])
        except (OSError, pa.ArrowException) as error:
            return f"not readable: {error}"
        places = zip(table["archive_offset"].to_pylist(), table["sha256"].to_pylist(), strict=True)
        if list(places) != [(entry.offset, entry.sha256) for entry in stretch.entries]:
            return "kept of other records"
        return "the archive was damaged" if pc.any(pc.equal(table["failure_code"], ARCHIVE_DAMAGED)).as_py() else None

    def fill(self, archive: Path, workers: int, *, fresh: bool = False, done: Callable[[int], None] = lambda count: None) -> int:
        """Read every stretch that is not kept (with ``fresh``, every one); the number of documents that were read."""
        self.folder.mkdir(parents=True, exist_ok=True)
        wanted = [number for number, stretch in enumerate(self.stretches) if fresh or self.lacks(stretch)]
        count = sum(len(self.stretches[number].entries) for number in wanted)
        done(sum(len(stretch.entries) for stretch in self.stretches) - count)
        tasks = [task for number in wanted for task in _tasks(number, self.stretches[number])]
        if tasks:
            gathered: dict[int, list[Piece]] = {}
            for piece in read_all(tasks, archive, self._reader.name, min(workers, len(tasks))):
                done(piece.table.num_rows)
                gathered.setdefault(piece.stretch, []).append(piece)
                self._keep_if_whole(piece.stretch, gathered)
        return count

    def _keep_if_whole(self, number: int, gathered: dict[int, list[Piece]]) -> None:
        pieces, stretch = gathered[number], self.stretches[number]
        if sum(piece.table.num_rows for piece in pieces) < len(stretch.entries):
            return
        del gathered[number]
        table = pa.concat_tables(piece.table for piece in sorted(pieces, key=lambda one: one.start)).combine_chunks()
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
        body = sink.getvalue().to_pybytes()
        before, now = self.path(stretch), self.folder / f"{stretch.key}.{hashlib.sha256(body).hexdigest()[:16]}.parquet"
        replace_file(now, body)
        self._files[stretch.key] = now
        if before is not None and before != now:
            before.unlink(missing_ok=True)

    def scalars(self, names: Sequence[str]) -> Iterator[tuple[int, pa.Table]]:
        """Some scalar columns of each stretch with its number, in the order of the archive."""
        for number in range(len(self.stretches)):
            yield number, self.columns(number, names)

    def columns(self, number: int, names: Sequence[str] = SCALARS) -> pa.Table:
        """Columns of one stretch, a row a document; without names, those that are not nested."""
        path = self.path(self.stretches[number])
        return pq.read_table(path, columns=list(names), use_threads=False, page_checksum_verification=True)


def _tasks(number: int, stretch: Stretch) -> Iterator[Task]:
    for start in range(0, len(stretch.entries), TASK):
        yield Task(number, start, stretch.entries[start : start + TASK])
