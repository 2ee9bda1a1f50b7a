"""Adding to the archive and reading from it.

A file is called ``….warc.gz.open`` while it is written. It is closed at 200 MB or at the end of the run and never opened for writing again:
what would be written behind a torn record could not be read.
"""

from __future__ import annotations

import logging
import mmap
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from pipeline.archive.files import sync_folder
from pipeline.archive.index import CLOSED_SUFFIX, Entry, read_index
from pipeline.archive.lock import LockHeldError, locked
from pipeline.archive.records import BadRecordError, Record, decode, encode, encode_info, scan, unpack
from pipeline.model import Page

MAX_FILE_BYTES = 200_000_000
OPEN_SUFFIX = f"{CLOSED_SUFFIX}.open"
_log = logging.getLogger(__name__)


class ArchiveWriter:
    """Writes records behind each other into new files of ``folder``. Made by ``open_writer``, which holds the lock."""

    def __init__(self, folder: Path, label: str, entries: Iterable[Entry], max_file_bytes: int) -> None:
        self._folder, self._label, self._max = folder, label, max_file_bytes
        self._known: set[tuple[str, str | None]] = set()
        self._last: dict[str | None, tuple[str, int | None]] = {}
        for entry in entries:
            self._remember(entry)
        self._out: FileIO | None = None
        self._path = folder
        self._whole = 0
        self.written = 0

    def add(self, record: Record) -> bool:
        """Write one record; False if the archive already has these bytes from this address.

        Answers make a history: one is written whenever it is another than the last of its address, also where it was seen before that.
        """
        known = (record.sha256, record.url) in self._known
        if known and (record.status is None or self._last.get(record.url) == (record.sha256, record.status)):
            return False
        member = encode(record)
        if self._out is not None and self._whole + len(member) > self._max:
            self.close()
        self._write(self._out or self._begin(), member)
        self._remember(record)
        self.written += 1
        return True

    def _remember(self, one: Record | Entry) -> None:
        self._known.add((one.sha256, one.url))
        self._last[one.url] = (one.sha256, one.status)

    def _write(self, out: FileIO, member: bytes) -> None:
        """Write all of a member. Nothing is buffered: after a full disk no rest can follow behind what was cut off."""
        rest = memoryview(member)
        while rest:
            rest = rest[out.write(rest) :]
        self._whole += len(member)

    def _begin(self) -> FileIO:
        name = f"{_next_number(self._folder):06d}-{self._label}{CLOSED_SUFFIX}"
        self._path = self._folder / f"{name}.open"
        self._out = self._path.open("xb", buffering=0)
        self._whole = 0
        info = encode_info(name, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self._write(self._out, info)
        return self._out

    def close(self) -> None:
        """Finish the file: what was not written whole (the disk was full) is cut off, the rest keeps its final name."""
        if self._out is None:
            return
        out, self._out = self._out, None
        with out:
            os.ftruncate(out.fileno(), self._whole)
            os.fsync(out.fileno())
        if self._whole:
            _finish(self._path)
        else:
            self._path.unlink()


@contextmanager
def open_writer(folder: Path, *, label: str = "import", max_file_bytes: int = MAX_FILE_BYTES) -> Iterator[ArchiveWriter]:
    """A writer for the archive in ``folder``; raises ``LockHeldError`` while another run writes. The file is closed also after an error."""
    with locked(folder):
        _settle(folder)
        writer = ArchiveWriter(folder, label, read_index(folder).entries, max_file_bytes)
        try:
            yield writer
        finally:
            writer.close()


def settle(folder: Path) -> None:
    """Close what a run that died left open. Does nothing while another run is writing."""
    if not any(folder.glob(f"*{OPEN_SUFFIX}")):
        return
    try:
        with locked(folder):
            _settle(folder)
    except LockHeldError as error:
        _log.warning("%s; its unfinished file is left out", error)


def _settle(folder: Path) -> None:
    for path in sorted(folder.glob(f"*{OPEN_SUFFIX}")):
        size, whole = path.stat().st_size, _whole_bytes(path)
        if whole == 0:
            _log.warning("%s holds no whole record (%d bytes): a run was ended while it began the file; it is removed", path.name, size)
            path.unlink()
            continue
        if whole < size:
            _log.warning("%s ends in a torn record: the last %d bytes are cut off, a run was ended while it wrote", path.name, size - whole)
            os.truncate(path, whole)
        _finish(path)


def _whole_bytes(path: Path) -> int:
    """How many bytes of a file end with its last readable record."""
    if path.stat().st_size == 0:
        return 0
    whole = 0
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for member in scan(data):
            if not member.error:
                whole = member.offset + member.length
    return whole


def _finish(path: Path) -> None:
    final = path.with_name(path.name.removesuffix(".open"))
    path.rename(final)
    sync_folder(path.parent)


def _next_number(folder: Path) -> int:
    """Files are numbered: their order is the order of writing, whatever the clock says."""
    stems = (path.name.partition("-")[0] for path in folder.glob(f"*{CLOSED_SUFFIX}*"))
    return 1 + max((int(stem) for stem in stems if stem.isascii() and stem.isdigit()), default=0)


def read_page(folder: Path, entry: Entry) -> Page:
    """The bytes of one record. Raises ``BadRecordError``, naming file and offset, if they are not the ones that were written."""
    place = f"{entry.file}, offset {entry.offset}"
    try:
        with (folder / entry.file).open("rb") as handle:
            handle.seek(entry.offset)
            member = unpack(handle.read(entry.length), 0)
        record = decode(member.content) if member.error is None else None
    except (OSError, BadRecordError) as error:
        raise BadRecordError(f"{place}: {error}") from error
    if record is None or record.sha256 != entry.sha256:
        raise BadRecordError(f"{place}: {member.error or 'not the record that the index names'}")
    return Page(
        body=record.body,
        name=record.name,
        url=record.url,
        content_type=record.media_type,
        fetched_at=record.fetched_at,
        status=record.status,
        sha256=record.sha256,
        archive_file=entry.file,
        archive_offset=entry.offset,
    )
