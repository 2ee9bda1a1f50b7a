"""One run at a time per folder: a lock that the kernel gives back when its holder dies, and that tells who holds it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

LOCK_NAME = ".lock"


class LockHeldError(RuntimeError):
    """Another run works on the folder; the message names its process and when it began."""


def lock_holder(folder: Path) -> str | None:
    """Who holds the lock of ``folder`` now, as words; ``None`` if nobody does."""
    path = folder / LOCK_NAME
    if not path.exists():
        return None
    with path.open("r+b") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _describe(handle.read())
        return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of ``folder``; raises ``LockHeldError`` at once if another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeldError(f"{folder} is in use by another run ({_describe(os.pread(handle, 1000, 0))})") from None
        holder = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(holder).encode(), 0)
        yield
    finally:
        os.close(handle)


def _describe(content: bytes) -> str:
    """Process and start as words. The holder may not have written them yet."""
    try:
        holder = json.loads(content)
        return f"process {int(holder['pid'])}, since {datetime.fromisoformat(holder['since']).isoformat()}"
    except (ValueError, KeyError, TypeError):
        return "process not known yet"
