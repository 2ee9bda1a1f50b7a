"""Is this installation fit to run alone? What ``verify`` looks at, and what lies around it: room, age, leftovers, packages.

Every finding says what it means and what to do. Nothing is changed; ``verify --repair`` and ``gc`` do that.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Literal

import pipeline
from pipeline.archive.index import closed_files
from pipeline.batch.verify import problems
from pipeline.batch.work import READINGS, Reader
from pipeline.normalizer.store import KEEP, MIN_FREE_BYTES, SNAPSHOTS, leftovers, snapshots

Level = Literal["ok", "note", "problem"]
#: Room for so many builds more; a build writes at most what the datasets hold now.
_BUILDS_AHEAD = 10
#: Days after which a job that runs nightly or weekly has not run.
_OLD_DAYS = 40
_EXTRAS = {"scrape": "scrapy", "docs": "pypdfium2", "ocr": "rapidocr", "export": "duckdb", "remote": "fsspec", "plot": "matplotlib"}
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and how it is."""

    level: Level
    what: str
    told: str

    def __str__(self) -> str:
        return f"{self.level:<8}{self.what}: {self.told}"


def examine(raw: Path, archive: Path, processed: Path, reader: Reader, *, every_byte: bool = True) -> Iterator[Finding]:
    """Everything, the cheap looks first. The caller holds the lock of ``processed`` where it is there."""
    yield from versions()
    yield package()
    yield from room(raw, processed)
    yield from retention(archive, processed, reader)
    yield from orphans(raw, processed)
    if every_byte:
        found = list(problems(archive, processed, reader))
        for one in found:
            told = f"{one}; gongkai verify --repair: {one.remedy}" if one.remedy else str(one)
            yield Finding("problem", "stored data", told)
        if not found:
            yield Finding("ok", "stored data", "every byte of archive, index, readings and snapshots is as it was written")


def versions() -> Iterator[Finding]:
    """This program, Python, and the extras that are there."""
    yield Finding("ok", "version", f"gongkai {pipeline.__version__}, Python {sys.version.split()[0]}")
    there = [name for name, module in _EXTRAS.items() if importlib.util.find_spec(module) is not None]
    lacking = [name for name in _EXTRAS if name not in there]
    missing = f"; not installed: {', '.join(lacking)}" if lacking else ""
    told = f"{', '.join(there) or 'none'}{missing}"
    yield Finding("note" if lacking else "ok", "extras", told)


def package() -> Finding:
    """Whether ``import pipeline`` is this program. A distribution called ``pipeline`` on the package index brings a module of that name."""
    owners = sorted(set(metadata.packages_distributions().get("pipeline", [])) | _installed("pipeline"))
    others = [name for name in owners if name.lower() != "gongkai"]
    if others:
        told = f"the package {', '.join(others)} is installed too and writes over the module pipeline; pip uninstall {' '.join(others)}"
        return Finding("problem", "package", f"{told}, then install gongkai again")
    if not hasattr(pipeline, "read_report"):
        return Finding("problem", "package", f"{Path(pipeline.__file__ or '').parent} is not this program; install gongkai again")
    return Finding("ok", "package", "the module pipeline is this program's")


def _installed(name: str) -> set[str]:
    try:
        return {metadata.distribution(name).metadata["Name"]}
    except metadata.PackageNotFoundError:
        return set()


def room(raw: Path, processed: Path) -> Iterator[Finding]:
    """Free space where data are written, against what builds need."""
    for folder in dict.fromkeys(one for one in (raw, processed) if one.is_dir()):
        free = shutil.disk_usage(folder).free
        need = max(MIN_FREE_BYTES, _BUILDS_AHEAD * _current_bytes(processed))
        level: Level = "problem" if free < MIN_FREE_BYTES else "note" if free < need else "ok"
        told = f"{free / 1e6:,.0f} MB free in {folder}"
        yield Finding(level, "disk", told if level == "ok" else f"{told}; {_BUILDS_AHEAD} builds may need {need / 1e6:,.0f} MB")


def _current_bytes(processed: Path) -> int:
    newest = snapshots(processed)[-1:]
    return sum(path.stat().st_size for folder in newest for path in folder.rglob("*.parquet"))


def retention(archive: Path, processed: Path, reader: Reader) -> Iterator[Finding]:
    """When something last came in, how many snapshots and versions of readings are kept."""
    files = list(closed_files(archive)) if archive.is_dir() else []
    if files:
        days = (datetime.now(UTC).timestamp() - max((archive / name).stat().st_mtime for name in files)) / _DAY_SECONDS
        level: Level = "note" if days > _OLD_DAYS else "ok"
        told = f"{len(files)} files, the last written {days:.0f} days ago"
        yield Finding(level, "archive", f"{told}; is the schedule running?" if level == "note" else told)
    else:
        yield Finding("note", "archive", f"there is nothing in {archive} yet")
    if processed.is_dir():
        count = len(snapshots(processed))
        many = "; gongkai gc removes older ones" if count > KEEP else ""
        yield Finding("note" if many else "ok", "snapshots", f"{count} of at most {KEEP}{many}")
        old = [path for path in (processed / READINGS).glob("*") if path.name != reader.digest]
        told = f"{len(old)} of older versions of the program{'; gongkai gc removes them' if old else ''}"
        yield Finding("note" if old else "ok", "readings", told)


def orphans(raw: Path, processed: Path) -> Iterator[Finding]:
    """What dead runs left, and what nobody here put there."""
    known = {"archive", "runs", "sources", "divisions", "sample", "divisions-sample", "README.md", ".gitkeep", ".gitignore"}
    strangers = sorted(path for path in raw.iterdir() if path.name not in known) if raw.is_dir() else []
    left = list(leftovers(processed)) if (processed / SNAPSHOTS).is_dir() else []
    for path in strangers:
        yield Finding("note", "orphan", f"{path} is not of this program")
    for path in left:
        yield Finding("note", "orphan", f"{path} was left by a run that died; gongkai verify --repair removes it")
    if not strangers and not left:
        yield Finding("ok", "orphans", "none")
