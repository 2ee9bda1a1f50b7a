"""A long life in one process: ``python -m tests.benchmarks.soak [DOCUMENTS] [A_RUN]``.

Run after run reads the whole archive anew and builds, in one process, with one more document in each; old snapshots go as a schedule
would have it. Memory, files, open files and the computing time for a document must not grow with the number of runs.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pipeline.archive import make_record, open_writer
from pipeline.batch.build import build
from pipeline.normalizer.load import load
from tests.benchmarks.hostile import report

_KEEP = 3


@dataclass(frozen=True, slots=True)
class Run:
    """What one run cost: computed seconds a document, resident bytes behind it, open files, files of datasets and readings."""

    computed: float
    resident: int
    opened: int
    files: int


def soak(documents: int, a_run: int, folder: Path) -> list[Run]:
    """Runs until so many documents went through: ``a_run`` of them in each, of which the last one is new."""
    raw, processed = folder / "raw", folder / "processed"
    _bring(raw, range(a_run))
    runs, read = list[Run](), 0
    while read < documents:
        before = _computed()
        outcome = build(raw, processed, fresh=True, keep=_KEEP)
        assert outcome.read == outcome.documents == len(load("reports", processed=processed)) == a_run + len(runs)
        read += outcome.read
        files = sum(1 for _ in processed.rglob("*.parquet"))
        runs.append(Run((_computed() - before) / outcome.read, _resident(), sum(1 for _ in Path("/proc/self/fd").iterdir()), files))
        _bring(raw, range(a_run + len(runs) - 1, a_run + len(runs)))
    return runs


def _bring(raw: Path, numbers: range) -> None:
    with open_writer(raw / "archive") as writer:
        for number in numbers:
            medium, _, body = report(number)
            writer.add(make_record(body, name=f"{number}.{medium}"))


def _computed() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def growth(runs: Sequence[Run]) -> dict[str, float]:
    """The last quarter over the first one behind the warm-up, as medians: 1.0 is no growth."""
    quarter = max(1, len(runs) // 4)
    first, last = runs[1 : 1 + quarter], runs[-quarter:]
    return {
        name: median(getattr(one, name) for one in last) / max(1e-9, median(getattr(one, name) for one in first))
        for name in ("computed", "resident", "opened", "files")
    }


def main() -> None:
    """Soak and tell."""
    documents, a_run = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 200
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        runs = soak(documents, a_run, Path(folder))
    print(f"{documents} documents in {len(runs)} runs, {_computed():.0f} s of computing time, {time.monotonic() - began:.0f} s")
    print(f"at the end {runs[-1].resident / 1e6:.0f} MB, {runs[-1].opened} open files, {runs[-1].files} files of datasets")
    print(f"last quarter over first: {', '.join(f'{name} {value:.2f}' for name, value in growth(runs).items())}")


if __name__ == "__main__":
    main()
