"""Adding to the archive: a file for each source and day, bodies that did not change as revisits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from pipeline.archive.files import sync_file
from pipeline.archive.index import CLOSED_SUFFIX, Entry, entry_of, read_index
from pipeline.archive.known import Known, known_addresses, see
from pipeline.archive.lock import locked
from pipeline.archive.places import Place
from pipeline.archive.records import NOT_MODIFIED, Record, clean_url, encode, encode_info, make_revisit
from pipeline.archive.store import finish, next_number, settle_locked, writing_folder

MAX_FILE_BYTES = 200_000_000
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class ArchiveWriter:
    """Writes records behind each other into new files, one open for each source. Made by ``open_writer``, which holds the lock.

    ``written`` counts bodies that were stored, ``revisited`` answers whose bodies the archive had.
    """

    def __init__(self, place: Place, label: str, entries: Iterable[Entry], max_file_bytes: int, clock: Clock = _now) -> None:
        self._place, self._folder, self._label, self._max, self._clock = place, writing_folder(place), label, max_file_bytes, clock
        self._stored: set[tuple[str, str | None]] = set()
        self._captures: set[tuple[str, str | None, int | None, str]] = set()
        entries = tuple(entries)
        self._known = known_addresses(entries)
        for entry in entries:
            self._remember(entry)
        self._open: dict[str, _OpenFile] = {}
        self.written = 0
        self.revisited = 0

    def add(self, record: Record) -> bool:
        """Write one record; False if the archive already has these bytes from this address.

        Answers make a history: of one that is as the last of its address a revisit is kept, and every other is stored, also where it was
        seen before that. An answer 304 is a revisit of what the address gave last.
        """
        if self._has(record):
            return False
        stored = self._unchanged(record)
        kept = record if stored is None else make_revisit(record, stored.sha256, stored.fetched_at, stored.judgement)
        file = self._write(kept)
        entry = entry_of(kept, file, 0, 0)
        self._remember(entry)
        see(self._known, entry)
        if stored is None:
            self.written += 1
        else:
            self.revisited += 1
        return stored is None

    def known(self, url: str | None) -> Known | None:
        """What the archive knows of an address, with what was added since it was opened."""
        return self._known.get(clean_url(url) or "")

    def _has(self, record: Record) -> bool:
        if record.status is None and record.kind != "metadata":
            return (record.sha256, record.url) in self._stored
        return (record.sha256, record.url, record.status, record.fetched_at) in self._captures

    def _unchanged(self, record: Record) -> Entry | None:
        """The entry that holds the body of an answer, if it is the last of its address."""
        known: Known | None = self._known.get(record.url) if record.url and record.status is not None else None
        if known is None:
            return None
        stored = known.stored
        if record.status == NOT_MODIFIED:
            return stored if stored.status in {None, 200} else None
        before = (stored.sha256, stored.status or 200, stored.judgement, stored.location)
        return stored if before == (record.sha256, record.status, record.judgement, record.header("Location")) else None

    def _remember(self, entry: Entry) -> None:
        if entry.record_type not in {"revisit", "metadata"}:
            self._stored.add((entry.sha256, entry.url))
        self._captures.add((entry.sha256, entry.url, entry.status, entry.fetched_at))

    def _write(self, record: Record) -> str:
        member, label, day = encode(record), record.source or self._label, f"{self._clock():%Y%m%d}"
        file = self._open.get(label)
        if file is not None and (file.whole + len(member) > self._max or file.day != day):
            self._finish(label)
            file = None
        file = file or self._begin(label, day)
        file.write(member)
        return file.name

    def _begin(self, label: str, day: str) -> _OpenFile:
        file = _OpenFile(self._folder, f"{next_number(self._place):06d}-{label}-{day}{CLOSED_SUFFIX}", day)
        self._open[label] = file
        file.write(encode_info(file.name, self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")))
        return file

    def _finish(self, label: str) -> None:
        file = self._open.pop(label)
        if file.close():
            finish(file.path, self._place)

    def close(self) -> None:
        """Finish all files: what was not written whole (the disk was full) is cut off, the rest keeps its final name."""
        for label in sorted(self._open):
            self._finish(label)


class _OpenFile:
    """A file that is being written. It is opened for each record: a run over many sources would hold more files than a process may."""

    def __init__(self, folder: Path, name: str, day: str) -> None:
        self.name, self.day, self.whole = name, day, 0
        self.path = folder / f"{name}.open"
        self.path.open("xb").close()

    def write(self, member: bytes) -> None:
        """Write all of a member. Nothing is buffered, and what a full disk cut off is written over."""
        with FileIO(self.path, "r+") as out:
            out.seek(self.whole)
            rest = memoryview(member)
            while rest:
                rest = rest[out.write(rest) :]
        self.whole += len(member)

    def close(self) -> bool:
        """Cut off what is not whole and make the rest durable; False, and no file, if nothing is."""
        if not self.whole:
            self.path.unlink()
            return False
        os.truncate(self.path, self.whole)
        sync_file(self.path)
        return True


@contextmanager
def open_writer(
    place: Place, *, label: str = "import", max_file_bytes: int = MAX_FILE_BYTES, clock: Clock = _now
) -> Iterator[ArchiveWriter]:
    """A writer for the archive at ``place``; raises ``LockHeldError`` while another run writes. Files are closed also after an error.

    Files are called ``<number>-<source>-<day>.warc.gz``, after the source of their records, or ``label`` for those without.
    """
    with locked(writing_folder(place)):
        settle_locked(place)
        writer = ArchiveWriter(place, label, read_index(place).entries, max_file_bytes, clock)
        try:
            yield writer
        finally:
            writer.close()
