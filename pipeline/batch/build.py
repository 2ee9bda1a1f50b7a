"""One build: the archive as it is now, read where it was not read yet, assembled and committed as one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.archive import BadRecordError, Damage, Index, Place, locked, read_index, read_metadata
from pipeline.archive.places import below, folder_at
from pipeline.archive.store import settle
from pipeline.batch.assemble import assemble
from pipeline.batch.cluster import Cluster
from pipeline.batch.corrections import Correction
from pipeline.batch.pool import cores
from pipeline.batch.work import Reader, Shelf, default_reader, plan
from pipeline.batch.world import input_digests, survey
from pipeline.normalizer.derived.coverage_facts import Listing, make_listing
from pipeline.normalizer.store import (
    KEEP,
    MIN_FREE_BYTES,
    Snapshot,
    SnapshotError,
    check_space,
    current_snapshot,
    prepare,
    unchanged_partitions,
    write_snapshot,
)
from pipeline.normalizer.units.divisions import Divisions
from pipeline.normalizer.units.kept import CHANGES, DIVISIONS, FOLDER, ORIGIN, load_divisions

ARCHIVE = "archive"
_ARCHIVE_FILES = "archive_files"


class NothingToBuildError(RuntimeError):
    """The archive holds no document: a snapshot of nothing is never written over one of something."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did. ``read`` counts documents that were read anew, ``failed`` records of which no document could be made.

    ``unmatched`` names corrections that match nothing any more, each with its line.
    """

    snapshot: Snapshot
    changed: bool
    documents: int
    read: int
    failed: int
    damages: tuple[Damage, ...]
    unmatched: tuple[str, ...] = ()

    def facts(self) -> dict[str, int | bool]:
        """What happened, as plain values for the report of a run."""
        return {
            "snapshot": self.snapshot.number,
            "changed": self.changed,
            "documents": self.documents,
            "read": self.read,
            "failed": self.failed,
            "damaged": len(self.damages),
            "unmatched_corrections": len(self.unmatched),
        }

    @property
    def failed_share(self) -> float:
        """The share of the archive's records that gave no document."""
        return self.failed / max(1, self.documents + len(self.damages))


def build(
    raw: Place,
    processed: Path,
    *,
    fresh: bool = False,
    workers: int | None = None,
    cluster: Cluster | None = None,
    readings: Place | None = None,
    corrections: Iterable[Correction] = (),
    reader: Reader | None = None,
    keep: int = KEEP,
    min_free: int = MIN_FREE_BYTES,
    begin: Callable[[int], None] = lambda count: None,
    done: Callable[[int], None] = lambda count: None,
) -> Outcome:
    """Build all datasets in ``processed`` from the archive in ``raw``; with ``fresh`` nothing is used that an earlier build made.

    Documents are read by ``workers`` processes, as many as there are processors if not told, or on a ``cluster``; the result is the same
    for any number. ``readings`` is a folder at a URL that keeps what was read as well, where the cluster shares no disk with this machine.
    The list of divisions beside the archive says whose the reports are; without one, units stay unresolved. ``corrections`` are put beside
    the printed values; those that match nothing are named in the outcome.
    ``begin`` is told the number of documents to read, ``done`` of those finished. Raises ``NothingToBuildError``,
    ``DivisionsError``, ``LockHeldError``, ``SnapshotError`` and ``OSError`` (a full disk); the last snapshot is then as it was.
    """
    reader = reader or default_reader()
    archive, divisions = below(raw, ARCHIVE), _divisions_at(raw)
    if isinstance(archive, Path) and not archive.is_dir():
        raise NothingToBuildError(f"{archive} does not exist; bring in reports first: gongkai import PATH")
    with locked(processed):
        settle(archive)
        index = read_index(archive)
        if not index.documents:
            raise NothingToBuildError(f"{archive} holds no document; bring in reports first: gongkai import PATH")
        _refuse_lost_archive(processed, archive, index.files)
        check_space(processed, min_free)
        documents = index.documents
        shelf = Shelf(processed, reader, plan(documents), readings)
        read = shelf.fill(archive, workers or cores(), fresh=fresh, cluster=cluster, begin=begin, done=done)
        listings = read_listings(archive, index)
        world = survey(shelf, index, reader=reader.digest, corrections=corrections, divisions=divisions, listings=listings)
        inputs = input_digests(world)
        last = prepare(processed)
        unchanged = set() if fresh else unchanged_partitions(last, inputs)
        parts = assemble(world, shelf, unchanged, processed, last)
        facts = {"reader": reader.digest, _ARCHIVE_FILES: " ".join(index.files)}
        snapshot, changed = write_snapshot(processed, parts, facts, inputs, keep=keep)
    failed = sum(one.facts["failure"] is not None for one in world.readings) + len(index.damages)
    return Outcome(snapshot, changed, len(documents), read, failed, index.damages, tuple(world.unmatched))


def _divisions_at(raw: Place) -> Divisions | None:
    """The list of divisions beside the archive, wherever that lies."""
    if isinstance(raw, Path):
        return load_divisions(raw)
    folder = folder_at(below(raw, FOLDER))
    with TemporaryDirectory(prefix="gongkai-") as copy:
        for name in (DIVISIONS, CHANGES, ORIGIN):
            with suppress(FileNotFoundError):
                content = folder.read(name)
                Path(copy, FOLDER).mkdir(exist_ok=True)
                Path(copy, FOLDER, name).write_bytes(content)
        return load_divisions(Path(copy))


def read_listings(archive: Place, index: Index) -> Iterator[Listing]:
    """What collectors kept of the lists that they read. A record that cannot be read says nothing."""
    for entry in index.metadata:
        with suppress(BadRecordError, KeyError, TypeError, ValueError):
            told = read_metadata(archive, entry)
            if told.get("kind") == "listing":
                yield make_listing(told)


def _refuse_lost_archive(processed: Path, archive: Place, files: Iterable[str]) -> None:
    """Raise ``SnapshotError`` where the archive lost a file: its reports would leave the datasets without a word."""
    last = current_snapshot(processed)
    lost = sorted(set(last.facts.get(_ARCHIVE_FILES, "").split()) - set(files)) if last else []
    if lost:
        named = f"{below(archive, lost[0])}{f' and {len(lost) - 1} files more' if len(lost) > 1 else ''}"
        raise SnapshotError(
            f"{named}, from which the current snapshot was made, is not in the archive any more; nothing was changed. "
            "Bring it back, or build into another folder (--processed)"
        )
