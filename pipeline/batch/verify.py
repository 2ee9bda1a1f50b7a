"""Is everything on disk as it was written? Archive, index, readings, snapshots and links, against their digests; and mending what is safe.

Safe to mend is what can be made again from what is whole: links, the index, readings, leftovers of runs that died. Damaged bytes of the
archive, and damaged files of a snapshot, can only be told: they come back from a copy, those of the current snapshot by ``build --fresh``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive import read_index
from pipeline.archive.index import INDEX_NAME, stored_index, verify
from pipeline.archive.lock import lock_holder
from pipeline.archive.store import OPEN_SUFFIX, settle
from pipeline.batch.work import Reader, Shelf, plan
from pipeline.normalizer.load import read_files
from pipeline.normalizer.schemas import DATASETS
from pipeline.normalizer.store import (
    CURRENT,
    Snapshot,
    SnapshotError,
    current_snapshot,
    digest_of,
    leftovers,
    link_all,
    mend,
    read_snapshot,
    snapshots,
    sweep,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be. ``remedy`` says what ``--repair`` does about it; ``None``: a person has to."""

    where: str
    what: str
    remedy: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def problems(archive: Path, processed: Path, reader: Reader) -> Iterator[Problem]:
    """Everything that is not as it should be, every byte read. The caller holds the lock of ``processed``."""
    if archive.is_dir():
        yield from _archive_problems(archive)
        yield from _reading_problems(archive, processed, reader)
    if processed.is_dir():
        yield from _link_problems(processed)
        for path in snapshots(processed):
            yield from _snapshot_problems(path)
        yield from _lost_origins(archive, processed)


def repair(archive: Path, processed: Path, reader: Reader) -> None:
    """Mend what is safe: what ``problems`` names with a remedy. The caller holds the lock of ``processed``."""
    if archive.is_dir():
        settle(archive)
        (archive / INDEX_NAME).unlink(missing_ok=True)
        shelf = Shelf(processed, reader, plan(read_index(archive).documents))
        for stretch in shelf.stretches:
            path = shelf.path(stretch)
            if path is not None and shelf.lacks(stretch, whole=True):
                path.unlink()
    if processed.is_dir():
        with suppress(SnapshotError):
            mend(processed)
        last = current_snapshot(processed)
        sweep(processed, last)
        if last is not None:
            link_all(processed)


def _archive_problems(archive: Path) -> Iterator[Problem]:
    being_written = lock_holder(archive) is not None
    for path in sorted(archive.glob(f"*{OPEN_SUFFIX}")) if not being_written else ():
        yield Problem(str(path), "left open by a run that died", "it is closed, its torn end cut off")
    found = verify(archive)
    for damage in found.damages:
        yield Problem(str(archive), f"{damage} ({damage.length} bytes)")
    stored = stored_index(archive)
    if stored is None:
        if found.files:
            yield Problem(str(archive / INDEX_NAME), "missing or not readable", "it is made again from the archive")
        return
    for name in sorted(stored.files.keys() - found.files.keys()):
        yield Problem(str(archive / name), "this file of the archive is gone")
    if stored.files == found.files and (stored.entries, stored.damages) != (found.entries, found.damages):
        yield Problem(str(archive / INDEX_NAME), "does not tell what the archive holds", "it is made again from the archive")


def _reading_problems(archive: Path, processed: Path, reader: Reader) -> Iterator[Problem]:
    shelf = Shelf(processed, reader, plan(read_index(archive).documents))
    for stretch in shelf.stretches:
        path = shelf.path(stretch)
        reason = None if path is None else shelf.lacks(stretch, whole=True)
        if reason is not None:
            yield Problem(str(path), reason, "it is removed, and its documents are read again by the next build")


def _link_problems(processed: Path) -> Iterator[Problem]:
    current = processed / CURRENT
    if current.is_dir() and not current.is_symlink():
        yield Problem(
            str(current), "is a folder, not a link (a copy that followed links?)", "it becomes a snapshot, and a link to it is made"
        )
    elif current.is_symlink() and not current.exists():
        yield Problem(str(current), f"points at {current.readlink()}, which is not there; make it point at a snapshot that is")
    elif not current.is_symlink() and snapshots(processed):
        yield Problem(str(current), "is not there, though there are snapshots; make it point at one of them")
    if not current.exists():
        return
    for name in DATASETS:
        link = processed / name
        if link.is_dir() and not link.is_symlink():
            yield Problem(str(link), "is a folder, not a link (a copy that followed links?)", "it is put aside, and a link made")
        elif not link.is_symlink() or link.readlink() != Path(CURRENT, name):
            yield Problem(str(link), "is no link into the current snapshot", "the link is made")
    for path in leftovers(processed):
        yield Problem(str(path), "left by a run that died", "it is removed")


def _snapshot_problems(path: Path) -> Iterator[Problem]:
    """A snapshot against its manifest: every file, every digest, every schema, and nothing besides."""
    try:
        snapshot = read_snapshot(path)
    except SnapshotError as error:
        yield Problem(str(path), str(error))
        return
    expected = {path / file.dataset / file.name: file for file in snapshot.files}
    for place, file in expected.items():
        if not place.is_file():
            yield Problem(str(place), "is missing", None)
        elif digest_of(place) != file.sha256:
            yield Problem(str(place), "is not as it was written; gongkai build --fresh makes a whole snapshot beside it")
        elif file.dataset in DATASETS and not _readable(file.dataset, place):
            yield Problem(str(place), "has columns of other types than this version declares")
    for place in sorted(set(path.glob("*/*")) - expected.keys()):
        yield Problem(str(place), "does not belong to the snapshot; plain readers would read it: remove it")


def _readable(dataset: str, path: Path) -> bool:
    try:
        read_files(dataset, [path])
    except (OSError, ValueError, TypeError):
        return False
    return True


def _lost_origins(archive: Path, processed: Path) -> Iterator[Problem]:
    """Files of the archive from which the current snapshot was made, and that are not there any more."""
    with suppress(SnapshotError):
        snapshot: Snapshot | None = current_snapshot(processed)
        if snapshot is None:
            return
        # A damaged file is named with the snapshot's; what it told of its origins is in none of the others.
        whole = [path for path in snapshot.paths("documents") if path.is_file() and _readable("documents", path)]
        names = set(read_files("documents", whole)["archive_file"].to_pylist())
        for name in sorted(one for one in names if not (archive / one).is_file()):
            yield Problem(str(archive / name), "this file of the archive is gone; the current snapshot was made from it")
