"""Inputs tried in a process of their own, so that a crash, a hang or a flood of memory is a finding and no end.

The process writes down what it is about to try. When the kernel ends it (too much computing time) or it crashes, what stands there is the
finding, and another process goes on behind it.
"""

from __future__ import annotations

import ctypes
import functools
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.made import KINDS_MADE, check, made
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS, targets

HERE = Path(__file__).parent
CORPUS, FINDINGS = HERE / "corpus", HERE / "findings"
#: Computing time of one input, and address space beyond what the process held at first. Readers of pages have 10 s and 1 GB in a build.
SECONDS, MEMORY = 10, 1_000_000_000
#: An answer that takes longer than this is told, though it ended.
SLOW_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What broke a promise: the target or kind, the input (bytes, or the seed of a made document), and how."""

    name: str
    data: bytes
    why: str

    def __str__(self) -> str:
        told = f"seed {self.data.decode()}" if self.name in KINDS_MADE else f"{len(self.data)} bytes {self.data[:60]!r}"
        return f"{self.name}: {told}: {self.why}"


def _crash() -> None:
    ctypes.string_at(0)


def _hang() -> None:
    sum(range(10**15))


def _error() -> None:
    raise ZeroDivisionError


def _flood() -> None:
    bytearray(2 * MEMORY)


#: Readers that break their promise, each in its way: the tests of this harness try them.
BROKEN: Mapping[str, Callable[[], None]] = {"crash": _crash, "hang": _hang, "error": _error, "memory": _flood}


def corpus(name: str) -> list[bytes]:
    """The inputs that a target begins with: those kept for it, and everything that was found once."""
    kept = [path for folder in (CORPUS, FINDINGS) for path in sorted((folder / name).glob("*"))]
    return [path.read_bytes() for path in kept]


def attempt(name: str, data: bytes, folder: Path) -> str | None:
    """Try one input in this process; how the promise is broken, if it is."""
    began = time.process_time()
    try:
        if name in BROKEN:
            BROKEN[name]()
        elif name in KINDS_MADE:
            check(made(name, int(data)))
        else:
            targets(folder)[name](data)
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-1:]).strip().split("\n")[0]
        return f"{type(error).__name__}: {str(error)[:300]} ({where})"
    taken = time.process_time() - began
    return f"took {taken:.1f} s" if taken > SLOW_SECONDS else None


def inputs(name: str, seed: int) -> Iterator[bytes]:
    """Without end: seeds of made documents, or the corpus and what mutation makes of it."""
    rng = random.Random(f"{name}/{seed}")
    if name in KINDS_MADE:
        while True:
            yield str(rng.randrange(1 << 48)).encode()
    begin = corpus(name) or [b""]
    yield from begin
    while True:
        yield mutated(rng.choice(begin), rng, begin)


def run(name: str, seed: int, seconds: float, most: int | None = None, *, each: int = SECONDS) -> tuple[int, list[Finding]]:
    """Try inputs for so much computing time, at most so many, ``each`` for so long; how many were tried, and what was found."""
    tried, spent, findings = 0, 0.0, list[Finding]()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder, "state")
        while spent < seconds and (most is None or tried < most):
            limits = (str(seconds - spent), str(most - tried if most is not None else 0), str(each))
            # Each process that follows a crash has dice of its own: it would only crash again.
            command = (sys.executable, "-m", "tests.fuzz.running", name, str(seed + tried), *limits, folder)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            count, told = _told(state)
            tried += count
            findings += [Finding(name, data, why) for data, why in told]
            if done.returncode:
                why = signal.Signals(-done.returncode).name if done.returncode < 0 else done.stderr.decode(errors="replace")[-500:]
                findings.append(Finding(name, Path(folder, "input").read_bytes(), f"the process ended: {why}"))
                tried += 1
    return tried, findings


def _told(state: Path) -> tuple[int, list[tuple[bytes, str]]]:
    count, told = 0, list[tuple[bytes, str]]()
    for line in state.read_text("utf8").splitlines() if state.exists() else ():
        head, _, rest = line.partition(" ")
        if head == "found":
            data, _, why = rest.partition(" ")
            told.append((bytes.fromhex(data), why))
        elif head == "tried":
            count = int(rest)
    state.unlink(missing_ok=True)
    return count, told


def _serve(name: str, seed: int, folder: Path, report: Callable[[str], None], *, seconds: float, most: int, each: int) -> None:
    """Work in the process of its own."""
    begin, tried = time.process_time(), 0
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY,) * 2)
    for data in inputs(name, seed):
        Path(folder, "input").write_bytes(data)
        used = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + each + 1, resource.RLIM_INFINITY))
        why = attempt(name, data, folder)
        tried += 1
        if why is not None:
            report(f"found {data.hex()} {' '.join(why.split())}")
        if time.process_time() - begin > seconds or (most and tried >= most):
            break
        if tried % 50 == 0:
            report(f"tried {tried}")
    report(f"tried {tried}")


def all_names(chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """The targets and kinds of made documents, or those chosen of them."""
    return tuple(chosen) or (*TARGETS, *KINDS_MADE)


if __name__ == "__main__":
    _name, _seed, _seconds, _most, _each, _folder = sys.argv[1:]
    with Path(_folder, "state").open("a", encoding="utf8", buffering=1) as _file:
        _report = functools.partial(print, file=_file)
        _serve(_name, int(_seed), Path(_folder), _report, seconds=float(_seconds), most=int(_most), each=int(_each))
