"""What is done to a job or to what lies on disk. Each takes a world, the folder of a run and dice, and says what it did.

After every one of them a job that is left in peace must end with the archive and the datasets that there would have been without it.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.batch.verify import repair
from pipeline.batch.work import default_reader
from tests.chaos.world import World, damage

Disturbance = Callable[[World, Path, random.Random], str]
_MOUNT = ("unshare", "-rm")
#: Size in kB, disk, folder, command …: the folder on a small file system, the command, and what came of it back.
_ON_A_SMALL_DISK = """
mount -t tmpfs -o size="$0"k disk "$1" && cp -a "$2/." "$1/" && shift 2; "$@"; code=$?
rm -rf "$OUT"; cp -a "$DISK/." "$OUT"; exit $code
"""


def kill(world: World, folder: Path, rng: random.Random) -> str:
    """End a job with SIGKILL, after some requests or at some moment behind the last one."""
    before, job = len(world.server.log), world.start(folder)
    if rng.random() < 0.6:
        wanted = rng.randrange(1, 130)
        while job.poll() is None and len(world.server.log) - before < wanted:
            time.sleep(0.002)
        time.sleep(rng.random() * 0.03)
        told = f"killed after {len(world.server.log) - before} requests"
    else:
        # Behind collecting comes building.
        job.stdout.readline()  # type: ignore[union-attr]
        seconds = rng.random() * 4
        _wait(job, seconds)
        told = f"killed {seconds:.2f} s into building"
    _end(job)
    return told


def _wait(job: subprocess.Popen[str], seconds: float) -> None:
    try:
        job.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _end(job: subprocess.Popen[str]) -> None:
    """The job and its workers, as a machine that loses its power ends them."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(job.pid, signal.SIGKILL)
    job.communicate()


def terminate(world: World, folder: Path, rng: random.Random) -> str:
    """End a job with SIGTERM, as systemd does."""
    before, job, wanted = len(world.server.log), world.start(folder), rng.randrange(1, 130)
    while job.poll() is None and len(world.server.log) - before < wanted:
        time.sleep(0.002)
    job.send_signal(signal.SIGTERM)
    job.communicate()
    return f"terminated after {wanted} requests"


def full_disk(world: World, folder: Path, rng: random.Random) -> str:
    """Run a job on a small file system; where none may be mounted, let no file grow beyond a size."""
    if subprocess.run((*_MOUNT, "true"), check=False, capture_output=True).returncode:
        return _short_files(world, folder, rng)
    held = sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) + 4096 * sum(1 for _ in folder.rglob("*"))
    size = held // 1024 + rng.randrange(8, 700)
    disk = folder.with_name("disk")
    disk.mkdir(exist_ok=True)
    places = os.environ | {"OUT": str(folder), "DISK": str(disk)}
    job = world.start(disk, *_MOUNT, "sh", "-c", _ON_A_SMALL_DISK, str(size), str(disk), str(folder), env=places)
    said, _ = job.communicate()
    assert job.returncode in {0, 28}, said
    return f"a disk of {size} kB: {'full' if job.returncode else 'enough'}"


def _short_files(world: World, folder: Path, rng: random.Random) -> str:
    limit = rng.randrange(2_000, 60_000)

    def short() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    job = world.start(folder, preexec_fn=short)
    said, _ = job.communicate()
    assert job.returncode in {0, 27}, said
    return f"no file above {limit} bytes: {'not enough' if job.returncode else 'enough'}"


def two_at_once(world: World, folder: Path, rng: random.Random) -> str:
    """Two jobs at once; the second is told so, or finds all done."""
    jobs = [world.start(folder)]
    time.sleep(rng.random() * 2)
    jobs.append(world.start(folder))
    said = [job.communicate()[0] for job in jobs]
    codes = [job.returncode for job in jobs]
    assert 0 in codes, said
    assert set(codes) <= {0, 3}, said
    return f"two jobs: {codes}"


def dropped_connections(world: World, folder: Path, rng: random.Random) -> str:
    """A portal that ends some of its answers in the midst."""
    world.dropped = rng.choice((5, 20, 50, 100))
    job = world.start(folder)
    said, _ = job.communicate()
    # With nothing in the archive there is nothing to build.
    assert job.returncode == 0 or "holds no document" in said, said
    told, world.dropped = f"{world.dropped} of 100 connections dropped", 0
    return told


def wrong_clock(world: World, folder: Path, rng: random.Random) -> str:
    """A job by a clock that is off; in peace where there is no program to turn it."""
    if shutil.which("faketime") is None:
        return "no wrong clock: faketime is not installed"
    off = rng.choice(("-1h", "+1h", "+40d", "+3y", "+10y"))
    job = world.start(folder, "faketime", "-f", off)
    said, _ = job.communicate()
    assert job.returncode == 0, said
    return f"a clock that is off by {off}"


def damaged_files(world: World, folder: Path, rng: random.Random) -> str:
    """Cut, change or remove a file that can be made again (index, readings, snapshots): ``verify`` sees it, and a fresh build is whole."""
    world.finish(folder)
    made = [
        *folder.glob("raw/archive/index.parquet"),
        *folder.glob("processed/readings/*/*"),
        *folder.glob("processed/.snapshots/*/*/*.parquet"),
    ]
    path = rng.choice(sorted(made))
    body = path.read_bytes()
    how = rng.choice(("cut", "changed", "removed", "emptied"))
    # The same file may be part of several snapshots; a disk damages what is there, in place.
    if how == "removed":
        path.unlink()
    else:
        at = rng.randrange(len(body))
        path.write_bytes({"cut": body[:at], "changed": body[:at] + bytes([body[at] ^ 0x55]) + body[at + 1 :], "emptied": b""}[how])
    harmless = how == "removed" and ("readings" in path.parts or path.name == "index.parquet")
    assert damage(folder) or harmless, f"{path} {how}, and verify sees nothing"
    repair(folder / "raw" / "archive", folder / "processed", default_reader())
    job = world.start(folder, env=os.environ | {"GONGKAI_CHAOS_FRESH": "1"})
    said, _ = job.communicate()
    assert job.returncode == 0, said
    for snapshot in sorted((folder / "processed" / ".snapshots").glob("[0-9]*"))[:-1]:
        shutil.rmtree(snapshot)
    return f"{path.relative_to(folder)} {how}"


def damaged_archive(world: World, folder: Path, rng: random.Random) -> str:
    """Cut or change a file of the archive, after the first job: what is lost is told, and asked for again while the portal has it."""
    world.finish(folder)
    files = sorted((folder / "raw" / "archive").glob("*.warc.gz"))
    path = rng.choice(files)
    body = path.read_bytes()
    at = rng.randrange(len(body))
    cut = rng.random() < 0.5
    path.write_bytes(body[:at] if cut else body[:at] + bytes([body[at] ^ 0x55]) + body[at + 1 :])
    (folder / "raw" / "archive" / "index.parquet").unlink()
    if path.read_bytes() and not any(path.name in one for one in damage(folder)):
        # A cut between two records leaves a file that is whole, and shorter: what was in it is asked for again.
        assert cut, f"{path.name} changed at {at}, and verify sees nothing"
    return f"{path.name} {'cut' if cut else 'changed'} at {at} of {len(body)}"


DISTURBANCES: Mapping[str, Disturbance] = {
    "kill": kill,
    "terminate": terminate,
    "full_disk": full_disk,
    "two_at_once": two_at_once,
    "dropped_connections": dropped_connections,
    "wrong_clock": wrong_clock,
    "damaged_files": damaged_files,
    "damaged_archive": damaged_archive,
}
