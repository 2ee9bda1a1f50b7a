"""Plan and work: the archive in stretches, each read into a table of readings that is kept for the next builds.

A kept stretch is used again only by the code that wrote it (its folder is named after a digest of that code) and only while the
archive still holds the same records there. A document that could not be read is kept as such: it is tried again when the code changes.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.archive import Entry, Place
from pipeline.archive.files import replace_file
from pipeline.archive.places import below, folder_at
from pipeline.batch.cluster import Cluster, read_on_cluster
from pipeline.batch.keeping import SUFFIX, keep_readings, key_of
from pipeline.batch.nursery import function_named
from pipeline.batch.pool import Piece, Pool, Task, WorkersError, put_together
from pipeline.batch.worker import Read
from pipeline.normalizer.readings import PARTS, READING_SCHEMA
from pipeline.normalizer.store import digest_of
from pipeline.normalizer.tidy import ARCHIVE_DAMAGED

STRETCH = 200
# So many stretches for each worker are given out in parts at the end of a build.
_SPREAD = 2
_SLOW = re.compile(r"pdf|msword|officedocument|ms-excel|image/|octet|rtf|\.(?:docx?|xlsx?|wps|et|png|jpe?g|gif|tiff?|zip)\b", re.IGNORECASE)
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
    """The readings of one archive by one version of the reading code: a file for each stretch, named after it and its own digest.

    ``store`` is a folder at a URL in which they are kept as well, for machines that share no disk; what it has is not read again.
    """

    def __init__(self, processed: Path, reader: Reader, stretches: Sequence[Stretch], store: Place | None = None) -> None:
        self.folder = processed / READINGS / reader.digest
        self.stretches, self._reader = stretches, reader
        self._store = None if store is None else below(store, reader.digest)
        self._files = {key_of(path.name): path for path in sorted(self.folder.glob(f"[!.]*{SUFFIX}"))}

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
            with pq.ParquetFile(path) as file:
                if not file.schema_arrow.equals(READING_SCHEMA):
                    return "kept with other columns"
                table = file.read(columns=["archive_offset", "sha256", "failure_code"], use_threads=False)
        except (OSError, pa.ArrowException) as error:
            return f"not readable: {error}"
        places = zip(table["archive_offset"].to_pylist(), table["sha256"].to_pylist(), strict=True)
        if list(places) != [(entry.offset, entry.sha256) for entry in stretch.entries]:
            return "kept of other records"
        return "the archive was damaged" if pc.any(pc.equal(table["failure_code"], ARCHIVE_DAMAGED)).as_py() else None

    def fill(
        self,
        archive: Place,
        workers: int,
        *,
        fresh: bool = False,
        cluster: Cluster | None = None,
        begin: Callable[[int], None] = lambda count: None,
        done: Callable[[int], None] = lambda count: None,
    ) -> int:
        """Read every stretch that is not kept (with ``fresh``, every one); the number of documents that were read.

        ``begin`` is told that number before, ``done`` of each part of them that is finished.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(".*.new"):
            left.unlink(missing_ok=True)
        if self._store is not None and not fresh:
            self._bring_known()
        wanted = [number for number, stretch in enumerate(self.stretches) if fresh or self.lacks(stretch)]
        count = sum(len(self.stretches[number].entries) for number in wanted)
        begin(count)
        gathered: dict[int, list[Piece]] = {}
        for piece in self._read(wanted, archive, workers, cluster) if wanted else ():
            done(piece.rows)
            if piece.table is None:
                self._take(self.stretches[piece.stretch], piece.name)
            else:
                gathered.setdefault(piece.stretch, []).append(piece)
                self._keep_if_whole(piece.stretch, gathered)
        return count

    def _read(self, wanted: Sequence[int], archive: Place, workers: int, cluster: Cluster | None) -> Iterator[Piece]:
        archive = archive.absolute() if isinstance(archive, Path) else archive
        store = str(self._place())
        whole = [Task(number, 0, self.stretches[number].entries, (store, self.stretches[number].key)) for number in wanted]
        if cluster is not None:
            yield from read_on_cluster(cluster, whole, archive, reader=self._reader.name, digest=self._reader.digest, workers=workers)
            return
        # The last ones in small parts, so that all workers end together; slow documents too, of which one alone may take minutes.
        last = max(0, len(whole) - _SPREAD * workers)
        tasks = [one for at, task in enumerate(whole) for one in ([task] if at < last and not _is_slow(task.entries) else [*task.parts(0)])]
        with Pool(self._reader.name, archive) as pool:
            yield from pool.read(tasks, min(workers, len(tasks)))

    def _keep_if_whole(self, number: int, gathered: dict[int, list[Piece]]) -> None:
        pieces, stretch = gathered[number], self.stretches[number]
        if sum(piece.rows for piece in pieces) < len(stretch.entries):
            return
        del gathered[number]
        self._take(stretch, keep_readings(self._place(), stretch.key, put_together(pieces)))

    def _place(self) -> Place:
        return self.folder.absolute() if self._store is None else self._store

    def _take(self, stretch: Stretch, name: str) -> None:
        """From now on this file holds the readings of a stretch."""
        before, now = self.path(stretch), self.folder / name
        if self._store is not None and before != now:
            self._bring(name)
        if not now.exists():
            raise WorkersError(0, f"{now} was written elsewhere and is not here: do all machines share this folder? See --readings")
        self._files[stretch.key] = now
        if before is not None and before != now:
            before.unlink(missing_ok=True)

    def _bring_known(self) -> None:
        """Copy from the store what it has of this archive and this folder has not."""
        wanted = {stretch.key for stretch in self.stretches} - self._files.keys()
        for name in folder_at(self._store or "").sizes(SUFFIX):
            if key_of(name) in wanted:
                self._bring(name)
                self._files[key_of(name)] = self.folder / name

    def _bring(self, name: str) -> None:
        replace_file(self.folder / name, folder_at(self._store or "").read(name))

    def scalars(self, names: Sequence[str]) -> Iterator[tuple[int, pa.Table]]:
        """Some scalar columns of each stretch with its number, in the order of the archive."""
        for number in range(len(self.stretches)):
            yield number, self.columns(number, names)

    def columns(self, number: int, names: Sequence[str] = SCALARS) -> pa.Table:
        """Columns of one stretch, a row a document; without names, those that are not nested."""
        path = self.path(self.stretches[number])
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            return file.read(columns=list(names), use_threads=False)


def _is_slow(entries: Iterable[Entry]) -> bool:
    """Whether any of them is, by what is told of it, of a medium that takes seconds."""
    return any(_SLOW.search(f"{entry.media_type} {entry.name} {entry.url}") for entry in entries)
