"""A reader of documents that are JSON: what the batch does must not depend on how pages are read. Some of them are hostile on demand."""

import ctypes
import json
import os
import signal
import time
from pathlib import Path

from pipeline.batch.work import Reader
from pipeline.model import Report
from tests.normalizer.reports import report

SLOW_SECONDS = 0.002
RAISED = {"memory": MemoryError, "recursion": RecursionError, "value": ValueError}


def hang() -> None:
    """Wait for ever, as on a lock that nobody gives back."""
    time.sleep(3600)


def compute() -> None:
    """Compute for ever without coming back to Python, as a parser does."""
    sum(range(10**15))


def allocate() -> None:
    """Take all memory there is."""
    blocks = []
    while True:
        blocks.append(bytearray(50_000_000))


def die() -> None:
    """End as the kernel ends a process when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def crash() -> None:
    """End as a parser does that reads where it may not."""
    ctypes.string_at(0)


HOSTILE = {"hang": hang, "compute": compute, "allocate": allocate, "die": die, "crash": crash}


def read(body, *, name="", url=None, content_type=None) -> Report:
    values = json.loads(body)
    if "raise" in values:
        raise RAISED[values["raise"]](values.get("message", ""))
    if "do" in values:
        HOSTILE[values["do"]]()
    if "once" in values and not Path(values["once"]).exists():
        Path(values["once"]).touch()
        die()
    if values.get("slow"):
        time.sleep(SLOW_SECONDS)
    size = {"sections": {1: "长" * values["long"]}} if "long" in values else {}
    return report(values.get("values", {}), unit=values.get("unit", "示例省彩云县"), year=values.get("year", 2023), form="2021", **size)


READER = Reader("tests.batch.fake_reader:read", "fake")
