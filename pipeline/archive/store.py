"""Reading from the archive, and closing what runs that died left open.

A file is called ``….warc.gz.open`` while it is written. Once closed it is never opened for writing again: what would be written behind a
torn record could not be read. Files for an archive at a URL are written in a local folder and brought there when they are closed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Any

from pipeline.archive.files import sync_folder
from pipeline.archive.index import CLOSED_SUFFIX, Entry
from pipeline.archive.lock import LockHeldError, locked
from pipeline.archive.members import scan, unpack
from pipeline.archive.places import Place, Readable, RemoteFolder, folder_at, is_url, map_file, place_of, spool_of
from pipeline.archive.records import BadRecordError, Record, decode
from pipeline.model import Page

OPEN_SUFFIX = f"{CLOSED_SUFFIX}.open"
_log = logging.getLogger(__name__)


def read_page(place: Place | Readable, entry: Entry) -> Page:
    """The bytes of one record. Raises ``BadRecordError``, naming file and offset, if they are not the ones that were written."""
    record = read_record(place, entry)
    if record.kind == "revisit":
        raise BadRecordError(f"{entry.file}, offset {entry.offset}: a revisit has no bytes; they came in {record.refers_to}")
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


def read_metadata(place: Place, entry: Entry) -> Any:
    """The JSON content of a metadata record. Raises ``BadRecordError`` as ``read_page`` does."""
    try:
        return json.loads(read_record(place, entry).body)
    except ValueError as error:
        raise BadRecordError(f"{entry.file}, offset {entry.offset}: {error}") from error


def read_record(place: Place | Readable, entry: Entry) -> Record:
    """One record with all that is kept of its answer. Raises ``BadRecordError`` as ``read_page`` does."""
    where = f"{entry.file}, offset {entry.offset}"
    try:
        folder = folder_at(place) if isinstance(place, str | Path) else place
        member = unpack(folder.read_part(entry.file, entry.offset, entry.length), 0)
        record = decode(member.content) if member.error is None else None
    except (OSError, BadRecordError) as error:
        raise BadRecordError(f"{where}: {error}") from error
    if record is None or record.sha256 != entry.sha256:
        raise BadRecordError(f"{where}: {member.error or 'not the record that the index names'}")
    return record


def writing_folder(place: Place) -> Path:
    """The local folder in which files of the archive at ``place`` are written."""
    return spool_of(place) if isinstance(place, str) and is_url(place) else Path(place_of(str(place)))


def settle(place: Place) -> None:
    """Close what a run that died left open. Does nothing while another run is writing."""
    folder = writing_folder(place)
    if not any(folder.glob(f"*{OPEN_SUFFIX}")) and not _waiting(place):
        return
    try:
        with locked(folder):
            settle_locked(place)
    except LockHeldError as error:
        _log.warning("%s; its unfinished file is left out", error)


def settle_locked(place: Place) -> None:
    """The same for a caller that holds the lock of the folder in which files are written."""
    for path in sorted(writing_folder(place).glob(f"*{OPEN_SUFFIX}")):
        size, whole = path.stat().st_size, _whole_bytes(path)
        if whole == 0:
            _log.warning("%s holds no whole record (%d bytes): a run was ended while it began the file; it is removed", path.name, size)
            path.unlink()
            continue
        if whole < size:
            _log.warning("%s ends in a torn record: the last %d bytes are cut off, a run was ended while it wrote", path.name, size - whole)
            os.truncate(path, whole)
        finish(path, place)
    for path in _waiting(place):
        _bring(path, str(place))


def _waiting(place: Place) -> list[Path]:
    """Finished files that were not brought to the URL they are for."""
    return sorted(writing_folder(place).glob(f"*{CLOSED_SUFFIX}")) if is_url(place) else []


def _whole_bytes(path: Path) -> int:
    """How many bytes of a file end with its last readable record."""
    with map_file(path) as data:
        return max((member.offset + member.length for member in scan(data) if not member.error), default=0)


def finish(path: Path, place: Place) -> None:
    """Give a file that is whole its final name, and bring it to where it belongs."""
    final = path.with_name(path.name.removesuffix(".open"))
    path.rename(final)
    sync_folder(path.parent)
    if is_url(place):
        _bring(final, str(place))


def _bring(path: Path, url: str) -> None:
    """Bring a finished file to a URL. Where another machine took its name meanwhile, it gets the next number."""
    folder, name = RemoteFolder(url), path.name
    while True:
        try:
            folder.publish(path, name)
            break
        except FileExistsError:
            if _same(folder, name, path):
                break
            number, _, rest = name.partition("-")
            name = f"{int(number) + 1:06d}-{rest}"
    path.unlink()
    sync_folder(path.parent)


def _same(folder: RemoteFolder, name: str, path: Path) -> bool:
    """Whether the file there is this one: a run may have died between bringing it and removing it here."""
    with folder.mapped(name) as there, map_file(path) as here:
        return hashlib.sha256(there).digest() == hashlib.sha256(here).digest()


def next_number(place: Place) -> int:
    """The number of the next file: their order is the order of writing, whatever the clock says."""
    names = {path.name for path in writing_folder(place).glob(f"*{CLOSED_SUFFIX}*")} | folder_at(place).sizes(CLOSED_SUFFIX).keys()
    stems = (name.partition("-")[0] for name in names)
    return 1 + max((int(stem) for stem in stems if stem.isascii() and stem.isdigit()), default=0)
