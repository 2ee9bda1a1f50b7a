"""The datasets on disk: whole snapshots, and one link that says which of them is current.

    processed/reports            → current/reports
    processed/current            → .snapshots/000002
    processed/.snapshots/000002/manifest.json
    processed/.snapshots/000002/reports/2023-unresolved-<digest of the content>.parquet

Replacing the link ``current`` is the commit of everything: a run that ends before it, by whatever cause, leaves the last snapshot as it
was. A file's name holds the digest of its content, so a reader never meets two contents under one name, and files that did not change
are linked from snapshot to snapshot. Dataset folders hold nothing but those files: every tool can read them as they are.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive.files import sync_file, sync_folder
from pipeline.normalizer.schemas import DATASETS, arrow_schema, schemas_digest

CURRENT = "current"
SNAPSHOTS = ".snapshots"
MANIFEST = "manifest.json"
KEEP = 5
MIN_FREE_BYTES = 32_000_000
ROW_GROUP_ROWS = 65_536
UNRESOLVED = "unresolved"
_BUILDING = ".building"
_log = logging.getLogger(__name__)


class SnapshotError(RuntimeError):
    """A snapshot cannot be written or read as it should be; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one dataset for one year and province: one file. ``year`` is 0000 where it is not known."""

    dataset: str
    year: str
    place: str
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class File:
    """One file of a snapshot."""

    dataset: str
    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of all datasets. ``facts`` tells what it was made from."""

    path: Path
    files: tuple[File, ...]
    facts: dict[str, str]

    @property
    def number(self) -> int:
        """Snapshots are numbered in the order of their making."""
        return int(self.path.name)

    def paths(self, dataset: str) -> list[Path]:
        """The files of a dataset, as the manifest names them."""
        return [self.path / dataset / file.name for file in self.files if file.dataset == dataset]


def current_snapshot(processed: Path) -> Snapshot | None:
    """The snapshot that ``current`` names; ``None`` before the first build."""
    link = processed / CURRENT
    return read_snapshot(link.resolve()) if link.exists() else None


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in a folder, by its manifest."""
    try:
        content = json.loads((path / MANIFEST).read_text("utf8"))
        return Snapshot(path, tuple(File(**file) for file in content["files"]), content["facts"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotError(f"{path} is no snapshot: {error}") from error


def snapshots(processed: Path) -> list[Path]:
    """The finished snapshots, oldest first."""
    return sorted(path.parent for path in (processed / SNAPSHOTS).glob(f"[0-9]*/{MANIFEST}"))


def check_space(processed: Path, min_free: int = MIN_FREE_BYTES) -> None:
    """Refuse to begin where the disk could not hold another snapshot as large as the current one."""
    last = current_snapshot(processed)
    need = min_free + (sum(file.bytes for file in last.files) if last else 0)
    free = shutil.disk_usage(processed).free
    if free < need:
        raise SnapshotError(f"{processed}: {free / 1e6:.1f} MB are free, a build may need {need / 1e6:.1f} MB; nothing was changed")


def write_snapshot(processed: Path, parts: Iterable[Part], facts: dict[str, str], *, keep: int = KEEP) -> tuple[Snapshot, bool]:
    """Write all datasets as one snapshot and make it current; False if it equals the current one, which then stays.

    The caller holds the lock of ``processed``. On any error the current snapshot is untouched and what was begun is removed.
    """
    processed.mkdir(parents=True, exist_ok=True)
    _mend(processed)
    last = current_snapshot(processed)
    _sweep(processed, last)
    building = processed / SNAPSHOTS / _BUILDING
    try:
        files = _write_files(building, parts, last)
        manifest = _manifest(files, facts)
        if last is not None and (last.path / MANIFEST).read_bytes() == manifest:
            _link_all(processed)
            return last, False
        return _commit(processed, building, manifest, keep), True
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write_files(building: Path, parts: Iterable[Part], last: Snapshot | None) -> list[File]:
    for name in DATASETS:
        (building / name).mkdir(parents=True)
    files = [_write_file(building, part, last) for part in parts]
    for name in sorted(DATASETS.keys() - {file.dataset for file in files}):
        # A folder without any file cannot be read by the usual tools; one file without rows can.
        files.append(_write_file(building, Part(name, "0000", UNRESOLVED, arrow_schema(name).empty_table()), last))
    for name in DATASETS:
        sync_folder(building / name)
    return sorted(files, key=lambda file: (file.dataset, file.name))


def _write_file(building: Path, part: Part, last: Snapshot | None) -> File:
    """Write, read again and compare one file; where the last snapshot has the same content, link to that."""
    table = _fitted(part)
    written = building / ".part"
    pq.write_table(table, written, compression="zstd", row_group_size=ROW_GROUP_ROWS)
    content = written.read_bytes()
    if not pq.read_table(pa.BufferReader(content)).equals(table, check_metadata=True):
        raise SnapshotError(f"{part.dataset} {part.year}: the file does not give back what was written")
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"{part.year}-{part.place}-{sha256[:16]}.parquet"
    target = building / part.dataset / name
    if target.exists():
        raise SnapshotError(f"{part.dataset}: {name} was written twice")
    before = last.path / part.dataset / name if last else None
    if before is not None and _same_bytes(before, content):
        _link_or_copy(before, target)
    else:
        sync_file(written)
        written.rename(target)
    return File(part.dataset, name, table.num_rows, len(content), sha256)


def _fitted(part: Part) -> pa.Table:
    """The rows in the declared schema; a row without a required value is refused."""
    schema = arrow_schema(part.dataset)
    rows = part.rows.select(schema.names)
    for field in schema:
        if not field.nullable and rows.column(field.name).null_count:
            raise SnapshotError(f"{part.dataset} {part.year}: a row without {field.name}")
    columns = [rows.column(field.name).combine_chunks().cast(field.type) for field in schema]
    return pa.table(columns, schema=schema)


def _same_bytes(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def _link_or_copy(before: Path, target: Path) -> None:
    try:
        os.link(before, target)
    except OSError:
        # Some file systems know no hard links.
        shutil.copyfile(before, target)
        sync_file(target)


def _manifest(files: list[File], facts: dict[str, str]) -> bytes:
    content = {"facts": facts | {"schemas": schemas_digest()}, "files": [asdict(file) for file in files]}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _commit(processed: Path, building: Path, manifest: bytes, keep: int) -> Snapshot:
    """Give the finished folder its number and point ``current`` at it."""
    (building / ".part").unlink(missing_ok=True)
    (building / MANIFEST).write_bytes(manifest)
    sync_file(building / MANIFEST)
    sync_folder(building)
    number = 1 + max((int(path.name) for path in snapshots(processed)), default=0)
    final = processed / SNAPSHOTS / f"{number:06d}"
    building.rename(final)
    sync_folder(processed / SNAPSHOTS)
    _link_all(processed)
    _point(processed / CURRENT, Path(SNAPSHOTS, final.name))
    sync_folder(processed)
    for old in snapshots(processed)[:-keep]:
        shutil.rmtree(old, ignore_errors=True)
    return read_snapshot(final)


def _link_all(processed: Path) -> None:
    for name in DATASETS:
        _point(processed / name, Path(CURRENT, name))


def _point(link: Path, target: Path) -> None:
    """Make ``link`` point at ``target`` in one step."""
    if link.is_symlink() and link.readlink() == target:
        return
    beside = link.with_name(f".{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(link)


def _sweep(processed: Path, last: Snapshot | None) -> None:
    """Remove what a run left that died: an unfinished folder, or a finished one that never became current.

    Where the link ``current`` itself was lost, finished snapshots are kept.
    """
    for path in (processed / SNAPSHOTS).glob("*"):
        finished = path.name.isdigit() and (path / MANIFEST).exists()
        if not finished or (last is not None and int(path.name) > last.number):
            shutil.rmtree(path, ignore_errors=True)


def _mend(processed: Path) -> None:
    """Undo what a copy did that followed the links: a folder ``current`` becomes a snapshot again, dataset folders give way to links."""
    current = processed / CURRENT
    if current.is_dir() and not current.is_symlink():
        read_snapshot(current)
        (processed / SNAPSHOTS).mkdir(exist_ok=True)
        number = 1 + max((int(path.name) for path in snapshots(processed)), default=0)
        final = processed / SNAPSHOTS / f"{number:06d}"
        current.rename(final)
        _point(current, Path(SNAPSHOTS, final.name))
        _log.warning("%s was a folder, not a link (a copy that followed links?): it is snapshot %d now", current, number)
    for name in DATASETS:
        folder = processed / name
        if folder.is_dir() and not folder.is_symlink():
            aside = _free_name(processed / f".{name}.aside")
            folder.rename(aside)
            _log.warning("%s was a folder, not a link: it is kept as %s", folder, aside.name)


def _free_name(path: Path) -> Path:
    return next(one for one in (path.with_name(f"{path.name}-{k}") for k in range(1, 10_000)) if not one.exists())
