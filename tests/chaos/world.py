"""The demo's province as a world to disturb: its portal, jobs that collect and build, and what archive and datasets hold after them.

A job is a process of its own (``python -m tests.chaos.world FOLDER JOBS``) that does what ``gongkai run`` does; the portal stays in
the process that drives. Between the two acts of the demo's year one report is corrected and one taken back.
"""

from __future__ import annotations

import errno
import os
import pickle
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from pipeline.archive import read_index
from pipeline.batch.build import build
from pipeline.batch.verify import problems
from pipeline.batch.work import default_reader
from pipeline.extras import MissingExtraError
from pipeline.normalizer.load import load
from pipeline.normalizer.schemas import DATASETS
from pipeline.normalizer.store import SnapshotError
from pipeline.scrapers.collect import collect
from pipeline.scrapers.crawl.guard import Guard
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.demo import media
from pipeline.scrapers.demo.province import Province
from pipeline.scrapers.demo.server import LOOPBACK, Asked, LocalServer, Served

ROOT = Path(__file__).resolve().parents[2]
BRISK = Manners(delay=0.005, backoff=0.02, answer_seconds=10)
#: What depends on when and in which order something came in: times, and places in the archive, whose files are called after days.
_OF_THE_WAY = {"fetched_at", "seen_on", "withdrawn_seen", "archive_file", "archive_offset"}
#: In words, when something was seen.
_DAY = r"20[2-9]\d-\d\d-\d\d"
#: Every answer leaves a row in ``captures``; one that was seen once more leaves one more.
_OF_THE_WAY_WHOLE = {"captures"}


def _no_picture(sheet: object) -> bytes:
    raise MissingExtraError("pictures take longer than all the rest, and are left out")


@dataclass
class World:
    """The portal and what it does wrong at the moment: ``dropped`` of a hundred connections end in the midst of an answer."""

    province: Province
    server: LocalServer
    rng: random.Random
    dropped: int = 0
    jobs: Path = field(default_factory=Path)

    def start(self, folder: Path, *before: str, **options: object) -> subprocess.Popen[str]:
        """Begin a job; ``before`` are words of a command that runs it in another way."""
        command = [*before, sys.executable, "-m", "tests.chaos.world", str(folder), str(self.jobs)]
        given: dict[str, object] = {
            "cwd": ROOT,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
            "start_new_session": True,
        }
        return subprocess.Popen(command, **{**given, **options})  # type: ignore[call-overload,no-any-return]

    def finish(self, folder: Path) -> str:
        """A job that nothing disturbs; what it said."""
        self.dropped = 0
        job = self.start(folder)
        said, _ = job.communicate()
        assert job.returncode == 0, said
        return said


@contextmanager
def world(folder: Path, seed: int) -> Iterator[World]:
    """The province with its portal running."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(media, "render_picture", _no_picture)
        province = Province()
    made: list[World] = []

    def site(asked: Asked) -> Served:
        one = made[0]
        if one.rng.randrange(100) < one.dropped:
            return Served(b"<html>", headers={"Content-Type": "text/html"}, length=5_000)
        return province.site(asked)

    server = LocalServer(site)
    made.append(World(province, server, random.Random(seed), jobs=folder / "jobs"))
    hosts = list(province.guard(server)._local)
    (folder / "jobs").write_bytes(pickle.dumps((province.sources, province.years, hosts, server.port)))
    with server.running():
        yield made[0]


def archived(folder: Path) -> Counter[tuple[object, ...]]:
    """How often the archive holds each answer with a body of its own. Errors of servers are kept each time, and count as one."""
    entries = (one for one in read_index(folder / "raw" / "archive").entries if one.record_type not in {"metadata", "revisit"})
    found = Counter((one.url, one.sha256, one.status, one.judgement) for one in entries)
    return Counter({key: 1 if (key[2] or 0) >= 500 else count for key, count in found.items()})


def datasets(folder: Path) -> dict[str, pd.DataFrame]:
    """Every dataset but for what depends on the way to it, in one order."""
    found = {}
    for name in sorted(set(DATASETS) - _OF_THE_WAY_WHOLE):
        table = load(name, processed=folder / "processed").drop(columns=_OF_THE_WAY, errors="ignore")
        for column in ("evidence", "message") if name in {"coverage", "issues"} else ():
            if column in table:
                table[column] = table[column].str.replace(_DAY, "a day", regex=True)
        order = sorted(table, key=lambda column: (column not in {"report_id", "document_id"}, column))
        found[name] = table.sort_values(order, key=lambda column: column.astype(str)).reset_index(drop=True)
    return found


def differences(folder: Path, peace: tuple[Counter[tuple[object, ...]], dict[str, pd.DataFrame]]) -> list[str]:
    """What is not as it is where nothing was disturbed."""
    had, wanted = archived(folder), peace[0]
    told = [f"archive: {what} {dict(rest)}" for what, rest in (("lacks", wanted - had), ("has beyond", had - wanted)) if rest]
    for name, table in datasets(folder).items():
        try:
            pd.testing.assert_frame_equal(table, peace[1][name])
        except AssertionError as error:
            told.append(f"{name}: {' '.join(str(error).split())[:300]}")
    return told


def damage(folder: Path) -> list[str]:
    """What ``gongkai verify`` finds."""
    return [str(one) for one in problems(folder / "raw" / "archive", folder / "processed", default_reader())]


def main(arguments: Sequence[str]) -> None:
    """Do one job; the exit code is that of what ended it: 28 for a full disk, 3 where another holds the lock."""
    from pipeline.archive import LockHeldError

    folder = Path(arguments[0])
    sources, years, hosts, port = pickle.loads(Path(arguments[1]).read_bytes())
    try:
        summary = collect(sources, folder / "raw", years, manners=BRISK, guard=Guard(local=dict.fromkeys(hosts, (LOOPBACK, port))))
        print("collected", summary.run, flush=True)
        build(folder / "raw", folder / "processed", min_free=0, workers=1, fresh=bool(os.environ.get("GONGKAI_CHAOS_FRESH")))
    except LockHeldError as error:
        print(error)
        sys.exit(3)
    except SnapshotError as error:
        # Too little room is told before anything is done.
        print(error)
        sys.exit(errno.ENOSPC if "MB are free" in str(error) else 1)
    except OSError as error:
        print(f"errno {error.errno}")
        sys.exit(error.errno or 1)


if __name__ == "__main__":
    main(sys.argv[1:])
