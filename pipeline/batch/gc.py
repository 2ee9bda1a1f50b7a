"""What may go: snapshots beyond a number, readings by code that is gone, leftovers of runs that died."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.archive import read_index
from pipeline.batch.work import READINGS, Reader, Shelf, plan
from pipeline.normalizer.store import current_snapshot, leftovers, remove_old


def collect_garbage(archive: Path, processed: Path, reader: Reader, keep: int) -> list[Path]:
    """Remove all but the last ``keep`` snapshots and what no build will use again; what was removed. The caller holds the lock."""
    useless = [*_useless_readings(archive, processed, reader), *leftovers(processed)]
    for path in useless:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    removed = [] if current_snapshot(processed) is None else remove_old(processed, keep)
    return [*useless, *removed]


def _useless_readings(archive: Path, processed: Path, reader: Reader) -> list[Path]:
    """Readings by older versions of the code, or of records that the archive has not."""
    folder = processed / READINGS
    if not folder.is_dir():
        return []
    shelf = Shelf(processed, reader, plan(read_index(archive).documents) if archive.is_dir() else [])
    used = {shelf.path(stretch) for stretch in shelf.stretches}
    old = [path for path in sorted(folder.iterdir()) if path != shelf.folder]
    return [*old, *(path for path in sorted(shelf.folder.glob("*")) if path not in used)]
