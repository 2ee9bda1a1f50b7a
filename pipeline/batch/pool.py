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
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from operator import attrgetter
from tempfile import TemporaryFile
from typing import Self

import pyarrow as pa

from pipeline.archive import Entry, Place
from pipeline.batch.nursery import FORK, WAIT
from pipeline.batch.worker import KEPT, TROUBLE, Progress, failed, unpacked
from pipeline.limits import BOUNDS

#: A worker whose own clock did not end it (it was stopped, say) is ended so long after its time.
GRACE_SECONDS = 30.0
#: How often workers are looked at to see whether one is overdue.
LOOK_SECONDS = 2.0
#: Bytes of one message of a worker: the readings of some seconds.
MESSAGE_BYTES = 1_000_000_000
#: Documents that a worker is given at a time where it is not given a whole stretch.
SIZE = 25
_MANY_DEATHS = 5
#: What is told of a record to the process that reads it, in the order in which ``Entry`` takes it.
entry_values = attrgetter(*Entry.__dataclass_fields__)
_SERVE = "from pipeline.batch.nursery import main; main(int(sys.argv[2]), *sys.argv[3:])"
_NURSERY = f"import sys, json; sys.path[:] = json.loads(sys.argv[1]); {_SERVE}"


class WorkersError(OSError):
    """Workers cannot be started, or end before they begin: the machine, not a document, is to blame."""


@dataclass(frozen=True, slots=True)
class Task:
    """Documents to read: those of stretch ``stretch`` from its ``start``-th on.

    ``keep``: they are a whole stretch, which the worker keeps itself; folder and key. ``second``: read alone, its first worker was killed.
    """

    stretch: int
    start: int
    entries: tuple[Entry, ...]
    keep: tuple[str, str] | None = None
    second: bool = False

    def kept_as(self, name: str) -> Piece:
        """The whole of it, kept in a file."""
        return Piece(self.stretch, self.start, len(self.entries), name=name)

    def parts(self, first: int, last: int | None = None) -> Iterator[Task]:
        """Some of its documents, in tasks of a size that a worker's death does not cost much."""
        entries = self.entries[first:last]
        for at in range(0, len(entries), SIZE):
            yield Task(self.stretch, self.start + first + at, entries[at : at + SIZE])


@dataclass(frozen=True, slots=True)
class Piece:
    """Readings of consecutive documents of a stretch, in their order: their table, or the name of the file of a whole stretch."""

    stretch: int
    start: int
    rows: int
    table: pa.Table | None = None
    name: str = ""


def put_together(pieces: Iterable[Piece]) -> pa.Table:
    """The readings of a whole stretch from its pieces, which came in any order."""
    return pa.concat_tables(piece.table for piece in sorted(pieces, key=lambda one: one.start))


@dataclass(slots=True)
class _Worker:
    """A worker process. Of its ``task``, ``done`` documents were handed back; ``seen`` is what it was at when it was last looked at."""

    pid: int
    connection: Connection
    progress: Progress
    task: Task | None = None
    done: int = 0
    seen: tuple[int, str] | None = None
    deadline: float = float("inf")
    overdue: bool = False

    def at(self) -> tuple[int, str] | None:
        """Number and medium of the document in hand; ``None`` if those that it began were handed back."""
        told = self.progress.read()
        return None if told is None or told[0] < self.done else told


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Nursery:
    """The process that forks workers, seen from the build."""

    def __init__(self, reader: str, archive: Place) -> None:
        self._control, theirs = socket.socketpair()
        command = (sys.executable, "-P", "-c", _NURSERY, json.dumps(sys.path), str(theirs.fileno()), reader, str(archive))
        environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"}
        with theirs:
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True, env=environment
            )

    def fork(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with ours, theirs, TemporaryFile() as memory:
            memory.truncate(Progress.BYTES)
            with suppress(ConnectionError):
                socket.send_fds(self._control, [FORK], [theirs.fileno(), memory.fileno()])
            pid = self._answer()
            return _Worker(pid, Connection(ours.detach()), Progress(memory.fileno()))

    def end(self, worker: _Worker) -> int:
        """End a worker if it still runs, and tell how it ended: its exit code, or minus the signal."""
        worker.connection.close()
        worker.progress.close()
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


class Pool:
    """Worker processes for one reader and archive. They live until it is closed, also from one call of ``read`` to the next."""

    def __init__(self, reader: str, archive: Place) -> None:
        self._nursery, self._archive = _Nursery(reader, archive), str(archive)
        self._workers: list[_Worker] = []
        self._tasks: deque[Task] = deque()
        self._deaths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers."""
        with suppress(WorkersError):
            for worker in self._workers:
                self._nursery.end(worker)
        self._nursery.close()

    def read(self, tasks: Iterable[Task], limit: int) -> Iterator[Piece]:
        """Read the documents of all tasks with up to ``limit`` processes. Pieces come as they are finished, in any order.

        Raises ``WorkersError``, and ``OSError`` where a worker cannot keep what it read.
        """
        self._tasks = deque(tasks)
        while self._hand_out(limit):
            busy = {worker.connection: worker for worker in self._workers if worker.task is not None}
            for connection in wait(list(busy), timeout=LOOK_SECONDS):
                yield from self._hear(busy[connection])  # type: ignore[index]
            for worker in list(self._workers):
                if self._is_overdue(worker):
                    worker.overdue = True
                    yield from self._bury(worker)

    def _hand_out(self, limit: int) -> bool:
        """Give tasks to those who have none, starting workers where there are too few; False when all is done."""
        idle = [worker for worker in self._workers if worker.task is None]
        while self._tasks and (idle or len(self._workers) < limit):
            if not idle:
                idle.append(self._nursery.fork())
                self._workers.append(idle[0])
            worker = idle.pop()
            worker.task, worker.done, worker.seen, worker.deadline = self._tasks.popleft(), 0, None, float("inf")
            worker.progress.clear()
            message = {
                "archive": self._archive,
                "entries": [entry_values(entry) for entry in worker.task.entries],
                "keep": worker.task.keep,
            }
            with suppress(ConnectionError):
                # One that is dead is found when nothing can be read from it.
                worker.connection.send_bytes(json.dumps(message).encode())
        return any(worker.task is not None for worker in self._workers)

    def _is_overdue(self, worker: _Worker) -> bool:
        """Whether a worker is at the same document for longer than its own clock lets it."""
        at, now = worker.at(), time.monotonic()
        if worker.task is None or at is None:
            worker.seen = None
        elif at != worker.seen:
            worker.seen, worker.deadline = at, now + BOUNDS[at[1]].wall_seconds + GRACE_SECONDS
        return worker.seen is not None and now > worker.deadline

    def _hear(self, worker: _Worker) -> Iterator[Piece]:
        """One message: readings are handed back, or kept. A worker that is gone says nothing more."""
        try:
            message = worker.connection.recv_bytes(MESSAGE_BYTES)
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        task = worker.task
        assert task is not None
        if message[:1] == TROUBLE:
            raise OSError(*json.loads(message[1:]))
        if message[:1] == KEPT:
            piece = task.kept_as(message[1:].decode())
        else:
            table = unpacked(message[1:])
            piece = Piece(task.stretch, task.start + worker.done, table.num_rows, table)
        yield piece
        worker.done += piece.rows
        self._deaths = 0
        if worker.done == len(task.entries):
            worker.task = None

    def _bury(self, worker: _Worker) -> Iterator[Piece]:
        """A worker died: its document is set aside with the reason, what else it had in hand goes back to the tasks."""
        at = worker.at()
        status = self._nursery.end(worker)
        self._workers.remove(worker)
        task = worker.task
        if task is None:
            return
        if at is None:
            self._blame_machine(status)
            self._tasks.extendleft(reversed([*task.parts(worker.done)]))
            return
        number, medium = at
        parts = [*task.parts(worker.done, number), *task.parts(number + 1)]
        code, reason = _cause(status, medium, overdue=worker.overdue)
        if code == "document.killed" and not task.second:
            parts.append(Task(task.stretch, task.start + number, task.entries[number : number + 1], second=True))
        else:
            self._deaths = 0
            yield Piece(task.stretch, task.start + number, 1, failed(task.entries[number], reason, code))
        self._tasks.extendleft(parts)

    def _blame_machine(self, status: int) -> None:
        self._deaths += status != 0
        if self._deaths >= _MANY_DEATHS:
            raise WorkersError(0, f"{_MANY_DEATHS} workers ended before they had begun ({_ended_by(status)})")


def _cause(status: int, medium: str, *, overdue: bool) -> tuple[str, str]:
    """Code and reason for a document whose worker ended while it was read."""
    bounds = BOUNDS[medium]
    if status == -signal.SIGPROF:
        return "document.timeout", f"Reading it takes more than {bounds.cpu_seconds:g} s of computing time"
    if overdue or status == -signal.SIGALRM:
        return "document.timeout", f"Reading it did not end within {bounds.wall_seconds:g} s"
    return "document.killed", f"The process that read it was ended by {_ended_by(status)}, twice"


def _ended_by(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit code {status}"
