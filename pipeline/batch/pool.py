"""Worker processes for the reading of documents: hands out tasks, gathers tables, and pins the death of a worker on its document."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

import pyarrow as pa

from pipeline.archive import Entry
from pipeline.batch.nursery import FORK, WAIT
from pipeline.batch.worker import BEGUN, failed, unpacked
from pipeline.limits import BOUNDS

#: A worker whose own clock did not end it (it was stopped, say) is ended so long after its time.
GRACE_SECONDS = 30.0
#: Bytes of one message of a worker: the readings of half a second.
MESSAGE_BYTES = 1_000_000_000
_MANY_DEATHS = 5
_NURSERY = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from pipeline.batch.nursery import main; main(int(sys.argv[2]), sys.argv[3])"
)


class WorkersError(OSError):
    """Workers cannot be started, or end before they begin: the machine, not a document, is to blame."""


@dataclass(frozen=True, slots=True)
class Task:
    """Documents to read: those of stretch ``stretch`` from its ``start``-th on. ``second``: read alone, its first worker was killed."""

    stretch: int
    start: int
    entries: tuple[Entry, ...]
    second: bool = False

    def part(self, first: int, last: int | None = None, *, second: bool = False) -> Task:
        """Some of its documents."""
        return Task(self.stretch, self.start + first, self.entries[first:last], second)


@dataclass(frozen=True, slots=True)
class Piece:
    """Readings of consecutive documents of a stretch, in their order."""

    stretch: int
    start: int
    table: pa.Table


@dataclass(slots=True)
class _Worker:
    """A worker process. Of its ``task``, ``done`` documents were handed back, and it is at number ``at``, of ``medium``."""

    pid: int
    connection: Connection
    task: Task | None = None
    done: int = 0
    at: int | None = None
    medium: str = ""
    deadline: float = float("inf")
    overdue: bool = False


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Nursery:
    """The process that forks workers, seen from the build."""

    def __init__(self, reader: str) -> None:
        self._control, theirs = socket.socketpair()
        command = (sys.executable, "-P", "-c", _NURSERY, json.dumps(sys.path), str(theirs.fileno()), reader)
        environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"}
        with theirs:
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True, env=environment
            )

    def fork(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            with suppress(ConnectionError):
                socket.send_fds(self._control, [FORK], [theirs.fileno()])
            pid = self._answer()
            return _Worker(pid, Connection(ours.detach()))

    def end(self, worker: _Worker) -> int:
        """End a worker if it still runs, and tell how it ended: its exit code, or minus the signal."""
        worker.connection.close()
        with suppress(ConnectionError):
            self._control.sendall(WAIT + str(worker.pid).encode())
        return self._answer()

    def _answer(self) -> int:
        answer = b""
        with suppress(ConnectionError):
            answer = self._control.recv(64)
        if not answer:
            raise WorkersError(0, "the process that starts workers has ended; its message stands above")
        return int(answer)

    def close(self) -> None:
        self._control.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def read_all(tasks: Iterable[Task], archive: Path, reader: str, workers: int) -> Iterator[Piece]:
    """Read the documents of all tasks with up to ``workers`` processes. Pieces come as they are finished, in any order."""
    nursery = _Nursery(reader)
    run = _Run(nursery, deque(tasks), archive)
    try:
        yield from run.pieces(workers)
    finally:
        with suppress(WorkersError):
            for worker in run.workers:
                nursery.end(worker)
        nursery.close()


class _Run:
    """The tasks still to do, and the workers at work."""

    def __init__(self, nursery: _Nursery, tasks: deque[Task], archive: Path) -> None:
        self.workers: list[_Worker] = []
        self._nursery, self._tasks, self._archive = nursery, tasks, archive
        self._deaths = 0

    def pieces(self, limit: int) -> Iterator[Piece]:
        while self._hand_out(limit):
            busy = {worker.connection: worker for worker in self.workers if worker.task is not None}
            soonest = min(worker.deadline for worker in busy.values())
            ready = wait(list(busy), timeout=None if soonest == float("inf") else max(0.0, soonest - time.monotonic()))
            for connection in ready:
                yield from self._hear(busy[connection])  # type: ignore[index]
            for worker in list(self.workers):
                if worker.deadline < time.monotonic():
                    worker.overdue = True
                    yield from self._bury(worker)

    def _hand_out(self, limit: int) -> bool:
        """Give tasks to those who have none, starting workers where there are too few; False when all is done."""
        idle = [worker for worker in self.workers if worker.task is None]
        while self._tasks and (idle or len(self.workers) < limit):
            if not idle:
                idle.append(self._nursery.fork())
                self.workers.append(idle[0])
            worker = idle.pop()
            worker.task, worker.done = self._tasks.popleft(), 0
            message = {"archive": str(self._archive), "entries": [asdict(entry) for entry in worker.task.entries]}
            with suppress(ConnectionError):
                # One that is dead is found when nothing can be read from it.
                worker.connection.send_bytes(json.dumps(message).encode())
        return any(worker.task is not None for worker in self.workers)

    def _hear(self, worker: _Worker) -> Iterator[Piece]:
        """One message: a document was begun, or readings are handed back. A worker that is gone says nothing more."""
        try:
            message = worker.connection.recv_bytes(MESSAGE_BYTES)
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        task = worker.task
        assert task is not None
        if message[:1] == BEGUN:
            number, worker.medium = message[1:].decode().split()
            worker.at = int(number)
            worker.deadline = time.monotonic() + BOUNDS[worker.medium].wall_seconds + GRACE_SECONDS
            return
        table = unpacked(message[1:])
        yield Piece(task.stretch, task.start + worker.done, table)
        worker.done += table.num_rows
        worker.at, worker.deadline, self._deaths = None, float("inf"), 0
        if worker.done == len(task.entries):
            worker.task = None

    def _bury(self, worker: _Worker) -> Iterator[Piece]:
        """A worker died: its document is set aside with the reason, what else it had in hand goes back to the tasks."""
        status = self._nursery.end(worker)
        self.workers.remove(worker)
        task, at = worker.task, worker.at
        if task is None:
            return
        if at is None:
            self._blame_machine(status)
            self._tasks.appendleft(task.part(worker.done))
            return
        parts = [task.part(worker.done, at), task.part(at + 1)]
        code, reason = _cause(status, worker)
        if code == "document.killed" and not task.second:
            parts.append(task.part(at, at + 1, second=True))
        else:
            self._deaths = 0
            yield Piece(task.stretch, task.start + at, failed(task.entries[at], reason, code))
        self._tasks.extendleft(part for part in parts if part.entries)

    def _blame_machine(self, status: int) -> None:
        self._deaths += status != 0
        if self._deaths >= _MANY_DEATHS:
            raise WorkersError(0, f"{_MANY_DEATHS} workers ended before they had begun ({_ended_by(status)})")


def _cause(status: int, worker: _Worker) -> tuple[str, str]:
    """Code and reason for a document whose worker ended while it was read."""
    bounds = BOUNDS[worker.medium]
    if status == -signal.SIGPROF:
        return "document.timeout", f"Reading it takes more than {bounds.cpu_seconds:g} s of computing time"
    if worker.overdue or status == -signal.SIGALRM:
        return "document.timeout", f"Reading it did not end within {bounds.wall_seconds:g} s"
    return "document.killed", f"The process that read it was ended by {_ended_by(status)}, twice"


def _ended_by(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit code {status}"
