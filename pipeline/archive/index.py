"""The index beside the WARC files: one row per record. It can always be rebuilt from them, and is whenever it does not fit them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive.members import scan
from pipeline.archive.places import Data, Folder, Place, folder_at
from pipeline.archive.records import NOT_MODIFIED, BadRecordError, Record, decode

INDEX_NAME = "index.parquet"
CLOSED_SUFFIX = ".warc.gz"
_FILES_KEY = b"gongkai.files"
_NUMBERS = {"offset": pa.int64(), "length": pa.int64(), "status": pa.int32()}
_NO_DOCUMENT = frozenset({"revisit", "metadata"})


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one answer or document lies in the archive, and what is known of it without reading it.

    ``status`` is that of the HTTP answer; ``None`` for what came in otherwise (a saved file, a text). ``etag``, ``last_modified`` and
    ``location`` are the answer's headers. ``source`` and ``judgement`` are those of the record; ``refers_to`` is for revisits when the
    bytes that ``sha256`` names came in.
    """

    sha256: str
    url: str | None
    name: str
    media_type: str | None
    fetched_at: str
    file: str
    offset: int
    length: int
    record_type: str
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None
    source: str | None = None
    judgement: str | None = None
    refers_to: str | None = None

    @property
    def is_document(self) -> bool:
        """Whether its bytes are a document to read. An answer such as 404 only tells that there was none at that time."""
        return self.status in {None, 200} and self.judgement is None and self.record_type not in _NO_DOCUMENT

    @property
    def shows_document(self) -> bool:
        """Whether its address gave a document at that time: these bytes, or by a revisit those that came in before."""
        revisited = self.record_type == "revisit" and self.status in {200, NOT_MODIFIED} and self.judgement is None
        return self.is_document or revisited


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of an archive file that is no readable record."""

    file: str
    offset: int
    length: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, offset {self.offset}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Index:
    """What the closed files of an archive hold, in archive order (by file name, then offset)."""

    entries: tuple[Entry, ...]
    damages: tuple[Damage, ...]
    files: dict[str, int]

    @property
    def documents(self) -> tuple[Entry, ...]:
        """The entries that are documents to read."""
        return tuple(entry for entry in self.entries if entry.is_document)

    @property
    def metadata(self) -> tuple[Entry, ...]:
        """The entries that tell of a run, such as what a list said; ``store.read_metadata`` gives their content."""
        return tuple(entry for entry in self.entries if entry.record_type == "metadata")


def closed_files(place: Place) -> dict[str, int]:
    """The finished files of the archive in their order, with their sizes. Files being written are not among them."""
    return folder_at(place).sizes(CLOSED_SUFFIX)


def read_index(place: Place) -> Index:
    """The index of the archive. Files that the stored index does not know, or knows with another size, are read anew."""
    folder = folder_at(place)
    files = folder.sizes(CLOSED_SUFFIX)
    stored = _load(folder)
    rows: list[Entry | Damage] = []
    for name, size in files.items():
        if stored is not None and stored[0].get(name) == size:
            rows += stored[1].get(name, [])
        else:
            rows += _scan(folder, name)
    if files and (stored is None or stored[0] != files):
        _save(folder, files, rows)
    return _index(rows, files)


def stored_index(place: Place) -> Index | None:
    """The index as it is stored, whether it fits the archive or not; ``None`` if there is none or it cannot be read."""
    stored = _load(folder_at(place))
    return None if stored is None else _index([row for name in sorted(stored[0]) for row in stored[1].get(name, [])], stored[0])


def verify(place: Place) -> Index:
    """The index as read anew from every byte of the archive: what ``damages`` names is not as it was written."""
    folder = folder_at(place)
    files = folder.sizes(CLOSED_SUFFIX)
    return _index([row for name in files for row in _scan(folder, name)], files)


def _scan(folder: Folder, name: str) -> Iterator[Entry | Damage]:
    with folder.mapped(name) as data:
        yield from scan_file(name, data)


def scan_file(name: str, data: Data) -> Iterator[Entry | Damage]:
    """The records of one archive file, each unpacked and its digests verified."""
    for member in scan(data):
        try:
            if member.error:
                raise BadRecordError(member.error)
            record = decode(member.content)
        except BadRecordError as error:
            yield Damage(name, member.offset, member.length, str(error))
            continue
        if record is not None:
            yield entry_of(record, name, member.offset, member.length)


def entry_of(record: Record, file: str, offset: int, length: int) -> Entry:
    """What the index tells of a record that lies there."""
    return Entry(
        sha256=record.sha256,
        url=record.url,
        name=record.name,
        media_type=record.media_type,
        fetched_at=record.fetched_at,
        file=file,
        offset=offset,
        length=length,
        record_type=record.kind,
        status=record.status,
        etag=record.header("ETag"),
        last_modified=record.header("Last-Modified"),
        location=record.header("Location"),
        source=record.source,
        judgement=record.judgement,
        refers_to=record.refers_to,
    )


_COLUMNS = tuple(Entry.__dataclass_fields__)
_SCHEMA = pa.schema([(name, _NUMBERS.get(name, pa.string())) for name in (*_COLUMNS, "error")])


def _index(rows: list[Entry | Damage], files: dict[str, int]) -> Index:
    entries = tuple(row for row in rows if isinstance(row, Entry))
    return Index(entries, tuple(row for row in rows if isinstance(row, Damage)), files)


def _load(folder: Folder) -> tuple[dict[str, int], dict[str, list[Entry | Damage]]] | None:
    """The stored index by file; ``None`` if there is none or it cannot be read (it is then rebuilt)."""
    try:
        table = pq.read_table(pa.BufferReader(folder.read(INDEX_NAME)))
        files = {str(name): int(size) for name, size in json.loads(table.schema.metadata[_FILES_KEY]).items()}
        rows: dict[str, list[Entry | Damage]] = {}
        # Column by column: an archive has hundreds of thousands of rows.
        for *values, error in zip(*(table[name].to_pylist() for name in _SCHEMA.names), strict=True):
            entry = Entry(*values)
            row = entry if error is None else Damage(entry.file, entry.offset, entry.length, error)
            rows.setdefault(entry.file, []).append(row)
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        return None
    return files, rows


def _save(folder: Folder, files: dict[str, int], rows: list[Entry | Damage]) -> None:
    errors = [row.reason if isinstance(row, Damage) else None for row in rows]
    columns = [[getattr(row, name, None) for row in rows] for name in _COLUMNS]
    arrays = [pa.array(values, field.type) for values, field in zip((*columns, errors), _SCHEMA, strict=True)]
    table = pa.table(arrays, schema=_SCHEMA.with_metadata({_FILES_KEY: json.dumps(files).encode()}))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    folder.replace(INDEX_NAME, sink.getvalue().to_pybytes())
