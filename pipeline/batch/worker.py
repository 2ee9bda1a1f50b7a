"""A worker: reads documents one after the other, each within the limits of its medium, and hands back tables of readings.

The limits are the kernel's, so that they also hold where a parser computes for minutes without coming back to Python: at the end of its
computing time or its time on the clock the process is ended by a signal, beyond its memory an allocation fails. Either costs one document.
"""

from __future__ import annotations

import gc
import json
import logging
import mmap
import resource
import signal
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.archive import BadRecordError, Entry, Place, read_page
from pipeline.archive.places import Readable, place_of, reading_folder
from pipeline.batch.keeping import keep_readings
from pipeline.limits import BOUNDS, OUTPUT_CHARACTERS, OUTPUT_ROWS, Bounds
from pipeline.model import Report
from pipeline.normalizer.readings import Readings
from pipeline.normalizer.tidy import ARCHIVE_DAMAGED, add_failure, add_report

Read = Callable[..., Report]

READ, KEPT, TROUBLE = b"R", b"K", b"E"
#: Readings are handed back at least this often: what a killed worker had not handed back is read again.
HAND_BACK_SECONDS = 0.5
#: A stretch that takes longer, or gives more characters, is not kept by its worker but handed back in pieces.
WHOLE_SECONDS = 10.0
WHOLE_CHARACTERS = 30_000_000
# How documents of a medium begin; whatever begins otherwise is markup or text.
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "office"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
)
_log = logging.getLogger(__name__)


class OutputTooLargeError(ValueError):
    """The reading of a document is larger than any report's can be."""


class Progress:
    """What a worker is at, in memory that it shares with the build: told without a message for each document.

    One number of 64 bits, which is written in one step: the place of the document in its task, and its medium.
    """

    BYTES = 8
    _MEDIA = tuple(BOUNDS)

    def __init__(self, handle: int) -> None:
        self._memory = mmap.mmap(handle, self.BYTES)

    def begin(self, number: int, medium: str) -> None:
        """The document ``number`` of the task is begun."""
        struct.pack_into("@q", self._memory, 0, 1 + number * len(self._MEDIA) + self._MEDIA.index(medium))

    def clear(self) -> None:
        """A task was handed out and none of its documents is begun."""
        struct.pack_into("@q", self._memory, 0, 0)

    def read(self) -> tuple[int, str] | None:
        """Number and medium of the document that was begun last."""
        (told,) = struct.unpack_from("@q", self._memory, 0)
        number, medium = divmod(told - 1, len(self._MEDIA))
        return (number, self._MEDIA[medium]) if told else None

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()


def serve(connection: Connection, progress: Progress, read: Read) -> None:
    """Work off tasks until the other end is closed. A worker that ran out of memory ends itself: another begins with a clean one."""
    # Reading a report leaves no cycles behind (what an exception leaves goes with the task); looking for them all the time costs.
    gc.disable()
    while True:
        gc.collect()
        try:
            task = json.loads(connection.recv_bytes())
        except EOFError:
            return
        if not _read_all(connection, progress, task, read):
            return


def _read_all(connection: Connection, progress: Progress, task: dict[str, Any], read: Read) -> bool:
    """Read the documents of a task in order, telling of each before it is begun; False after one that took all memory."""
    entries = [Entry(*values) for values in task["entries"]]
    archive = reading_folder(place_of(task["archive"]), [(one.file, one.offset, one.length) for one in entries])
    keep = task["keep"]
    first, began, readings = 0, time.monotonic(), Readings()
    for number, entry in enumerate(entries):
        enough_memory = read_entry(readings, entry, archive, read, lambda medium, number=number: progress.begin(number, medium))  # type: ignore[misc]
        last = number + 1 == len(entries)
        patience = WHOLE_SECONDS if keep and first == 0 else HAND_BACK_SECONDS
        if last or not enough_memory or time.monotonic() - began > patience or readings.characters > WHOLE_CHARACTERS:
            table = _table(readings, entries[first : number + 1], archive, read)
            connection.send_bytes(_kept(keep, table) if keep and first == 0 and last else READ + packed(table))
            first, began, readings = number + 1, time.monotonic(), Readings()
        if not enough_memory:
            return False
    return True


def _kept(keep: tuple[str, str], table: pa.Table) -> bytes:
    """Keep the readings of a whole stretch, and tell under which name; or why that is not possible."""
    try:
        return KEPT + keep_readings(place_of(keep[0]), keep[1], table).encode()
    except OSError as error:
        return TROUBLE + json.dumps([error.errno or 0, error.strerror or str(error), str(error.filename or keep[0])]).encode()


def read_entry(
    readings: Readings, entry: Entry, archive: Place | Readable, read: Read, begun: Callable[[str], None] = lambda medium: None
) -> bool:
    """Add the reading of one document; whatever it raises is the reading. False if there was not memory enough.

    ``begun`` is told its medium before the reader is called.
    """
    try:
        body = read_page(archive, entry).body
    except BadRecordError as error:
        add_failure(readings, entry, str(error), ARCHIVE_DAMAGED)
        return True
    medium = medium_of(body)
    bounds = BOUNDS[medium]
    begun(medium)
    try:
        with within(bounds):
            report = read(body, name=entry.name, url=entry.url, content_type=entry.media_type)
            readings.characters += _check_size(report)
            add_report(readings, entry, body, report)
    except MemoryError:
        add_failure(readings, entry, f"Reading it takes more than {bounds.memory_bytes / 1e9:g} GB of memory", "document.memory")
        return False
    except OutputTooLargeError as error:
        add_failure(readings, entry, str(error), "document.output")
    except Exception as error:
        _log.debug("%s, offset %d", entry.file, entry.offset, exc_info=True)
        add_failure(readings, entry, _reason(error))
    return True


def medium_of(body: bytes) -> str:
    """Whose limits hold for a document: markup (and text), office, pdf or picture, by its first bytes.

    >>> medium_of(b"%PDF-1.7 ..."), medium_of(b"<html>")
    ('pdf', 'markup')
    """
    return next((medium for magic, medium in _MAGIC if body.startswith(magic)), "markup")


@contextmanager
def within(bounds: Bounds) -> Iterator[None]:
    """Within it the process may compute, wait and allocate so much. Whatever is begun in it counts as well, but for other processes."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    held = _address_space()
    if held is not None:
        ceiling = held + bounds.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (ceiling if hard == resource.RLIM_INFINITY else min(ceiling, hard), hard))
    signal.setitimer(signal.ITIMER_PROF, bounds.cpu_seconds)
    signal.setitimer(signal.ITIMER_REAL, bounds.wall_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _address_space() -> int | None:
    """Bytes of address space that this process holds; ``None`` where the system does not tell (then memory has no limit)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize()


def _check_size(report: Report) -> int:
    """The characters that a report puts into the datasets; raises ``OutputTooLargeError``."""
    rows = len(report.figures) + len(report.prose) + len(report.issues)
    texts = (report.figures.raw, report.document.sections.values(), (one.evidence or "" for one in report.issues))
    characters = sum(sum(map(len, group)) for group in texts)
    if rows > OUTPUT_ROWS or characters > OUTPUT_CHARACTERS:
        raise OutputTooLargeError(f"{rows} rows and {characters} characters are more than a report can have")
    return characters


def _table(readings: Readings, entries: list[Entry], archive: Place | Readable, read: Read) -> pa.Table:
    try:
        return readings.to_table()
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        # Some value fits no column: each document alone, to find whose it is.
        return pa.concat_tables(_read_alone(entry, archive, read) for entry in entries)


def _read_alone(entry: Entry, archive: Place | Readable, read: Read) -> pa.Table:
    readings = Readings()
    read_entry(readings, entry, archive, read)
    try:
        return readings.to_table()
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        return failed(entry, _reason(error), "document.failed")


def failed(entry: Entry, reason: str, code: str) -> pa.Table:
    """The reading of a document that could not be read."""
    readings = Readings()
    add_failure(readings, entry, reason, code)
    return readings.to_table()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def packed(table: pa.Table) -> bytes:
    """A table as bytes for another process."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def unpacked(content: bytes) -> pa.Table:
    """The table in bytes that ``packed`` made; raises ``pyarrow.ArrowException`` for others."""
    with pa.ipc.open_stream(pa.BufferReader(content)) as reader:
        return reader.read_all()
