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
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive.files import sync_file, sync_folder
from pipeline.normalizer.schemas import DATASETS, arrow_schema, schemas_digest

CURRENT = "current"
SNAPSHOTS = ".snapshots"
MANIFEST = "manifest.json"
#: Snapshots that are kept. Files that did not change are shared, so one costs what its build changed.
KEEP = 30
MIN_FREE_BYTES = 32_000_000
ROW_GROUP_ROWS = 65_536
#: Province of what is not resolved, or of all; year of what is of all years.
UNRESOLVED = "unresolved"
EVERYWHERE = WHENEVER = "all"
_BUILDING = ".building"
_log = logging.getLogger(__name__)


class SnapshotError(RuntimeError):
    """A snapshot cannot be written or read as it should be; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one dataset for one year and province: one file. ``year`` is 0000 where it is not known, ``all`` where it is of all."""

    dataset: str
    year: str
    place: str
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of one year and province (``2023-unresolved``), in all datasets that are cut so, as the last snapshot has them."""

    partition: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of a snapshot."""

    dataset: str
    name: str
    rows: int
    bytes: int
    sha256: str

    @property
    def partition(self) -> str:
        """Year and province of its rows, as in its name."""
        return self.name.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of all datasets. ``facts`` tells what it was made from, ``inputs`` the same of each year and province, as a digest."""

    path: Path
    files: tuple[File, ...]
    facts: dict[str, str]
    inputs: dict[str, str] = field(default_factory=dict)

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
        files = tuple(File(**file) for file in content["files"])
        return Snapshot(path, files, content["facts"], content.get("inputs", {}))
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


def prepare(processed: Path) -> Snapshot | None:
    """Put the folder in order for a build: mend links, remove what a run left that died; the current snapshot.

    The caller holds the lock of ``processed``.
    """
    processed.mkdir(parents=True, exist_ok=True)
    mend(processed)
    last = current_snapshot(processed)
    sweep(processed, last)
    return last


def unchanged_partitions(last: Snapshot | None, inputs: dict[str, str]) -> set[str]:
    """The years and provinces that the last snapshot was made from the same of, and of which it still has all files."""
    if last is None or last.facts.get("schemas") != schemas_digest():
        return set()
    same = {partition for partition, digest in inputs.items() if last.inputs.get(partition) == digest}
    return same - {file.partition for file in last.files if not _has_size(last.path / file.dataset / file.name, file.bytes)}


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def write_snapshot(
    processed: Path, parts: Iterable[Part | Kept], facts: dict[str, str], inputs: dict[str, str] | None = None, *, keep: int = KEEP
) -> tuple[Snapshot, bool]:
    """Write all datasets as one snapshot and make it current; False if it equals the current one, which then stays.

    The caller holds the lock of ``processed``. On any error the current snapshot is untouched and what was begun is removed.
    """
    last = prepare(processed)
    building = processed / SNAPSHOTS / _BUILDING
    try:
        files, all_linked = _write_files(building, parts, last)
        manifest = _manifest(files, facts, inputs or {})
        if last is not None and all_linked and (last.path / MANIFEST).read_bytes() == manifest:
            link_all(processed)
            return last, False
        return _commit(processed, building, manifest, keep), True
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write_files(building: Path, parts: Iterable[Part | Kept], last: Snapshot | None) -> tuple[list[File], bool]:
    """All files, and whether every one of them is the last snapshot's."""
    for name in DATASETS:
        (building / name).mkdir(parents=True)
    written: list[tuple[File, bool]] = []
    for part in parts:
        written += _keep_files(building, part, last) if isinstance(part, Kept) else [_write_file(building, part, last)]
    for name in sorted(DATASETS.keys() - {file.dataset for file, _ in written}):
        # A folder without any file cannot be read by the usual tools; one file without rows can.
        written.append(_write_file(building, Part(name, "0000", UNRESOLVED, arrow_schema(name).empty_table()), last))
    for name in DATASETS:
        sync_folder(building / name)
    return sorted((file for file, _ in written), key=lambda file: (file.dataset, file.name)), all(linked for _, linked in written)


def _keep_files(building: Path, kept: Kept, last: Snapshot | None) -> list[tuple[File, bool]]:
    """Link the files of one year and province from the last snapshot. Files without rows only stood in for none."""
    files = [file for file in last.files if file.partition == kept.partition and file.rows] if last else []
    for file in files:
        _link_or_copy(last.path / file.dataset / file.name, building / file.dataset / file.name)  # type: ignore[union-attr]
    return [(file, True) for file in files]


def _write_file(building: Path, part: Part, last: Snapshot | None) -> tuple[File, bool]:
    """Write, read again and compare one file; where the last snapshot has the same content, link to that (then True)."""
    table = _fitted(part)
    written = building / ".part"
    pq.write_table(table, written, compression="zstd", row_group_size=ROW_GROUP_ROWS)
    if not _gives_back(written, table):
        raise SnapshotError(f"{part.dataset} {part.year}: the file does not give back what was written")
    sha256 = digest_of(written)
    name = f"{part.year}-{part.place}-{sha256[:16]}.parquet"
    target = building / part.dataset / name
    if target.exists():
        raise SnapshotError(f"{part.dataset}: {name} was written twice")
    file = File(part.dataset, name, table.num_rows, written.stat().st_size, sha256)
    before = last.path / part.dataset / name if last else None
    linked = before is not None and _has_size(before, file.bytes) and digest_of(before) == sha256
    if before is not None and linked:
        _link_or_copy(before, target)
    else:
        sync_file(written)
        written.rename(target)
    return file, linked


def _gives_back(path: Path, table: pa.Table) -> bool:
    """Whether a file holds exactly this table; one row group at a time, so that a large one is not held twice."""
    with pq.ParquetFile(path) as file:
        if file.metadata.num_rows != table.num_rows or not file.schema_arrow.equals(table.schema, check_metadata=True):
            return False
        start = 0
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number)
            if not rows.equals(table.slice(start, rows.num_rows)):
                return False
            start += rows.num_rows
        return bool(start == table.num_rows)


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fitted(part: Part) -> pa.Table:
    """The rows in the declared schema; other columns, other types and a row without a required value are refused."""
    schema = arrow_schema(part.dataset)
    if part.rows.schema.names != schema.names:
        differing = sorted(set(part.rows.schema.names) ^ set(schema.names)) or "their order"
        raise SnapshotError(f"{part.dataset} {part.year}: the columns are not the declared ones: {differing}")
    for declared in schema:
        column = part.rows.column(declared.name)
        if column.type != declared.type:
            raise SnapshotError(f"{part.dataset} {part.year}: {declared.name} is {column.type}, declared is {declared.type}")
        if not declared.nullable and column.null_count:
            raise SnapshotError(f"{part.dataset} {part.year}: a row without {declared.name}")
    return pa.table([column.combine_chunks() for column in part.rows.columns], schema=schema)


def _link_or_copy(before: Path, target: Path) -> None:
    try:
        os.link(before, target)
    except OSError:
        # Some file systems know no hard links.
        shutil.copyfile(before, target)
        sync_file(target)


def _manifest(files: list[File], facts: dict[str, str], inputs: dict[str, str]) -> bytes:
    content = {"facts": facts | {"schemas": schemas_digest()}, "inputs": inputs, "files": [asdict(file) for file in files]}
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
    link_all(processed)
    _point(processed / CURRENT, Path(SNAPSHOTS, final.name))
    sync_folder(processed)
    remove_old(processed, keep)
    return read_snapshot(final)


def remove_old(processed: Path, keep: int) -> list[Path]:
    """Remove all but the last ``keep`` snapshots (and never the current one); those that were removed."""
    current = current_snapshot(processed)
    old = [path for path in snapshots(processed)[: -max(1, keep)] if current is None or path.name != current.path.name]
    for path in old:
        # Without its manifest it is no snapshot any more, also if the rest of the removal is interrupted.
        (path / MANIFEST).unlink(missing_ok=True)
        # Moved away whole first: a reader that lists a folder finds all of its files or none of it, never a folder half emptied.
        gone = path.with_name(f".removed-{path.name}")
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
    return old


def link_all(processed: Path) -> None:
    """Make every dataset's name a link into the current snapshot."""
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


def sweep(processed: Path, last: Snapshot | None) -> None:
    """Remove what a run left that died: an unfinished folder, or a finished one that never became current.

    Where the link ``current`` itself was lost, finished snapshots are kept.
    """
    for path in leftovers(processed):
        shutil.rmtree(path, ignore_errors=True)
    for path in snapshots(processed):
        if last is not None and int(path.name) > last.number:
            shutil.rmtree(path, ignore_errors=True)


def leftovers(processed: Path) -> list[Path]:
    """What lies among the snapshots and is none: left by runs that died."""
    finished = set(snapshots(processed))
    return sorted(path for path in (processed / SNAPSHOTS).glob("*") if path not in finished)


def mend(processed: Path) -> None:
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
