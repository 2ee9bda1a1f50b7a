"""Reading on many machines: a Dask cluster reads stretches of the archive, each into a file of readings. The build itself stays here.

A worker of the cluster reads a stretch with a worker process of its own, as a local build does: the same limits hold for every document,
and one that brings its process down is set aside alone. So what a task leaves is the same file wherever it runs and however often.
The machines of a cluster run whatever its scheduler is told: it belongs on a trusted network, or behind TLS.
"""

from __future__ import annotations

import json
import secrets
import threading
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.archive import Entry, Place, place_of
from pipeline.batch.keeping import keep_readings
from pipeline.batch.pool import Piece, Pool, Task, WorkersError, entry_values, put_together
from pipeline.extras import need

#: Tasks that the scheduler knows at a time, for each thread of its workers: enough that none waits, few enough for its memory.
AHEAD = 3
#: Times that a task is tried again after it raised (a store that does not answer); deaths of workers the scheduler counts itself.
RETRIES = 2
CONNECT_SECONDS = 30
_own = threading.local()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the scheduler is (``tcp://host:8786``, ``tls://host:8786``) and, for TLS, the files of certificates and key."""

    address: str
    ca_file: str | None = None
    cert: str | None = None
    key: str | None = None


class OtherCodeError(RuntimeError):
    """A machine of the cluster has another version of the program: what it reads would not be what is read here."""


def read_on_cluster(cluster: Cluster, tasks: Sequence[Task], archive: Place, *, reader: str, digest: str, workers: int) -> Iterator[Piece]:
    """Read whole stretches on the cluster. Each gives one ``Piece`` with the name of its file, in any order.

    What kills several workers one after the other is read here, document by document, by ``workers`` processes. Raises ``WorkersError``
    where the scheduler cannot be reached or is gone, or where a task cannot be done.
    """
    distributed = need("distributed", "cluster", "Reading on a cluster")
    left: list[Task] = []
    with _connected(distributed, cluster) as client:
        waiting = deque(tasks)
        running: dict[Any, Task] = {}
        finished = distributed.as_completed(loop=client.loop)
        run = secrets.token_hex(4)
        while waiting or running:
            room = AHEAD * max(1, sum(client.nthreads().values())) - len(running)
            for task in [waiting.popleft() for _ in range(min(room, len(waiting)))]:
                key = f"gongkai-{run}-{(task.keep or ('', ''))[1]}"
                future = client.submit(read_part, _packed(task, archive, reader, digest), key=key, retries=RETRIES, pure=False)
                running[future] = task
                finished.add(future)
            future = next(finished)
            task = running.pop(future)
            name = _name_of(distributed, future)
            if name is None:
                left.append(task)
            else:
                yield task.kept_as(name)
    if left:
        with Pool(reader, archive) as pool:
            yield from pool.read([part for task in left for part in task.parts(0)], workers)


def _connected(distributed: Any, cluster: Cluster) -> Any:
    security = None
    if cluster.address.startswith("tls://"):
        security = distributed.Security(
            tls_ca_file=cluster.ca_file, tls_client_cert=cluster.cert, tls_client_key=cluster.key, require_encryption=True
        )
    try:
        return distributed.Client(cluster.address, security=security, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise WorkersError(0, f"no scheduler answers at {cluster.address}: {error}") from error


def _name_of(distributed: Any, future: Any) -> str | None:
    """The file that a task left; ``None`` where it killed one worker after the other."""
    if future.status == "finished":
        name: str = future.result()
        return name
    if future.status != "error":
        raise WorkersError(0, "the scheduler of the cluster is gone, or the run was cancelled there; what was read is kept")
    error = future.exception()
    if isinstance(error, distributed.KilledWorker):
        return None
    raise WorkersError(0, f"a task of the cluster failed: {type(error).__name__}: {error}") from error


def _packed(task: Task, archive: Place, reader: str, digest: str) -> bytes:
    told = {
        "archive": str(archive),
        "keep": task.keep,
        "reader": reader,
        "digest": digest,
        "entries": [entry_values(entry) for entry in task.entries],
    }
    return zlib.compress(json.dumps(told).encode())


def read_part(packed: bytes) -> str:
    """What a worker of the cluster does: read one stretch, keep its readings, tell the name of their file."""
    told = json.loads(zlib.decompress(packed))
    _refuse_other_code(told["reader"], told["digest"])
    place, key = told["keep"]
    task = Task(0, 0, tuple(Entry(*values) for values in told["entries"]), (place, key))
    pool = _pool(told["reader"], told["archive"])
    try:
        pieces = [*pool.read([task], 1)]
    except BaseException:
        _own.pool = None
        pool.close()
        raise
    return pieces[0].name or keep_readings(place_of(place), key, put_together(pieces))


def _refuse_other_code(reader: str, digest: str) -> None:
    from pipeline.batch.work import default_reader

    ours = default_reader()
    if reader == ours.name and digest != ours.digest:
        raise OtherCodeError(
            f"the reading code here has the digest {ours.digest}, that of the build has {digest}; install the same version"
        )


def _pool(reader: str, archive: str) -> Pool:
    """The worker process of this thread; it lives as long as the thread's process."""
    if getattr(_own, "pool", None) is None or _own.what != (reader, archive):
        _own.pool, _own.what = Pool(reader, place_of(archive)), (reader, archive)
    pool: Pool = _own.pool
    return pool
