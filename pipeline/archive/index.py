"""The index beside the WARC files: one row per record. It can always be rebuilt from them, and is whenever it does not fit them."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive.files import replace_file
from pipeline.archive.records import BadRecordError, decode, scan

INDEX_NAME = "index.parquet"
CLOSED_SUFFIX = ".warc.gz"
_FILES_KEY = b"gongkai.files"
_SCHEMA = pa.schema(
    [
        ("sha256", pa.string()),
        ("url", pa.string()),
        ("name", pa.string()),
        ("media_type", pa.string()),
        ("fetched_at", pa.string()),
        ("file", pa.string()),
        ("offset", pa.int64()),
        ("length", pa.int64()),
        ("record_type", pa.string()),
        ("status", pa.int32()),
        ("error", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one answer or document lies in the archive, and what is known of it without reading it.

    ``status`` is that of the HTTP answer; ``None`` for what came in otherwise (a saved file, a text).
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

    @property
    def is_document(self) -> bool:
        """Whether its bytes are a document to read. An answer such as 404 only tells that there was none at that time."""
        return self.status in {None, 200}


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


def closed_files(folder: Path) -> dict[str, int]:
    """The finished files of the archive in their order, with their sizes. Files being written are not among them."""
    return {path.name: path.stat().st_size for path in sorted(folder.glob(f"*{CLOSED_SUFFIX}")) if path.is_file()}


def read_index(folder: Path) -> Index:
    """The index of the archive. Files that the stored index does not know, or knows with another size, are read anew."""
    files = closed_files(folder)
    stored = _load(folder / INDEX_NAME)
    rows: list[Entry | Damage] = []
    for name, size in files.items():
        if stored is not None and stored[0].get(name) == size:
            rows += stored[1].get(name, [])
        else:
            rows += scan_file(folder / name)
    if files and (stored is None or stored[0] != files):
        _save(folder / INDEX_NAME, files, rows)
    return _index(rows, files)


def stored_index(folder: Path) -> Index | None:
    """The index as it is stored, whether it fits the archive or not; ``None`` if there is none or it cannot be read."""
    stored = _load(folder / INDEX_NAME)
    return None if stored is None else _index([row for name in sorted(stored[0]) for row in stored[1].get(name, [])], stored[0])


def verify(folder: Path) -> Index:
    """The index as read anew from every byte of the archive: what ``damages`` names is not as it was written."""
    files = closed_files(folder)
    return _index([row for name in files for row in scan_file(folder / name)], files)


def scan_file(path: Path) -> Iterator[Entry | Damage]:
    """The records of one archive file, each unpacked and its digest verified."""
    if path.stat().st_size == 0:
        return
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for member in scan(data):
            try:
                if member.error:
                    raise BadRecordError(member.error)
                one = decode(member.content)
            except BadRecordError as error:
                yield Damage(path.name, member.offset, member.length, str(error))
                continue
            if one is not None:
                place = (path.name, member.offset, member.length)
                yield Entry(one.sha256, one.url, one.name, one.media_type, one.fetched_at, *place, one.kind, one.status)


def _index(rows: list[Entry | Damage], files: dict[str, int]) -> Index:
    entries = tuple(row for row in rows if isinstance(row, Entry))
    return Index(entries, tuple(row for row in rows if isinstance(row, Damage)), files)


def _load(path: Path) -> tuple[dict[str, int], dict[str, list[Entry | Damage]]] | None:
    """The stored index by file; ``None`` if there is none or it cannot be read (it is then rebuilt)."""
    try:
        table = pq.read_table(path)
        files = {str(name): int(size) for name, size in json.loads(table.schema.metadata[_FILES_KEY]).items()}
        rows: dict[str, list[Entry | Damage]] = {}
        for row in table.select(_SCHEMA.names).to_pylist():
            error = row.pop("error")
            place = Entry(**row) if error is None else Damage(row["file"], row["offset"], row["length"], error)
            rows.setdefault(row["file"], []).append(place)
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        return None
    return files, rows


def _save(path: Path, files: dict[str, int], rows: list[Entry | Damage]) -> None:
    plain = [asdict(row) if isinstance(row, Entry) else _damage_row(row) for row in rows]
    table = pa.Table.from_pylist(plain, schema=_SCHEMA.with_metadata({_FILES_KEY: json.dumps(files).encode()}))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    replace_file(path, sink.getvalue().to_pybytes())


def _damage_row(damage: Damage) -> dict[str, str | int]:
    return {"file": damage.file, "offset": damage.offset, "length": damage.length, "error": damage.reason}
