"""One build: the archive as it is now, read where it was not read yet, assembled and committed as one snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive import Damage, locked, read_index
from pipeline.archive.store import settle
from pipeline.batch.assemble import assemble
from pipeline.batch.work import Reader, default_reader, plan, read_stretches
from pipeline.normalizer.store import KEEP, MIN_FREE_BYTES, Snapshot, check_space, write_snapshot

ARCHIVE = "archive"


class NothingToBuildError(RuntimeError):
    """The archive holds no document: a snapshot of nothing is never written over one of something."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did. ``failed`` counts records of which no document could be made, damaged ones included."""

    snapshot: Snapshot
    changed: bool
    documents: int
    failed: int
    damages: tuple[Damage, ...]

    @property
    def failed_share(self) -> float:
        """The share of the archive's records that gave no document."""
        return self.failed / max(1, self.documents + len(self.damages))


def build(
    raw: Path,
    processed: Path,
    *,
    fresh: bool = False,
    reader: Reader | None = None,
    keep: int = KEEP,
    min_free: int = MIN_FREE_BYTES,
    begin: Callable[[int], None] = lambda count: None,
    done: Callable[[int], None] = lambda count: None,
) -> Outcome:
    """Build all datasets in ``processed`` from the archive in ``raw``; with ``fresh`` no kept reading is used.

    ``begin`` is told the number of documents, ``done`` of each one finished. Raises ``NothingToBuildError``, ``LockHeldError``,
    ``SnapshotError`` and ``OSError`` (a full disk); the last snapshot is then as it was.
    """
    reader = reader or default_reader()
    archive = raw / ARCHIVE
    if not archive.is_dir():
        raise NothingToBuildError(f"{archive} does not exist; bring in reports first: gongkai import PATH")
    with locked(processed):
        settle(archive)
        index = read_index(archive)
        if not index.entries:
            raise NothingToBuildError(f"{archive} holds no document; bring in reports first: gongkai import PATH")
        check_space(processed, min_free)
        begin(len(index.entries))
        tables = list(read_stretches(plan(index.entries), archive, processed, reader, fresh=fresh, done=done))
        failed = sum(table.num_rows - table["failure"].null_count for table in tables)
        snapshot, changed = write_snapshot(processed, assemble(tables, index.damages, reader.digest), {"reader": reader.digest}, keep=keep)
    return Outcome(snapshot, changed, len(index.entries), failed + len(index.damages), index.damages)
