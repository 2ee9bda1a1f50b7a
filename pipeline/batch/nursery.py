"""The process that workers are forked from: it has imported everything once and does nothing else, so that they begin in milliseconds.

The build itself has threads (Arrow's, the progress bar's) and must not fork. For each worker the build sends a byte, one end of a
connection and the handle of the memory in which the worker tells what it is at; the answer is the worker's process id. ``?<pid>`` waits
for a worker that ended and tells how. When the build is gone, by whatever cause, its connections close: the nursery and idle workers end by
themselves, working ones at the latest by their time limits.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from pipeline.archive.places import import_for
from pipeline.batch.worker import Progress, serve

FORK, WAIT = b"+", b"?"
_FIRST_PAGE = "<title>政府信息公开工作年度报告</title><p>一、总体情况</p><table><tr><td>规章</td><td>0</td></tr></table>".encode()


def function_named(name: str) -> Callable[..., Any]:
    """The function that ``module:function`` names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def main(handle: int, reader: str, archive: str) -> None:
    """Serve requests on the socket ``handle`` until its other end is closed."""
    read = function_named(reader)
    import_for(archive)
    with suppress(Exception):
        # Word lists and forms are loaded at the first page: once here, instead of once in every worker.
        read(_FIRST_PAGE)
    # What is there now stays: workers share its pages as long as no collection writes into them.
    gc.collect()
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with socket.socket(fileno=handle) as control:
        while True:
            request, handles, _, _ = socket.recv_fds(control, 64, 2)
            if not request:
                return
            if request[:1] == FORK:
                control.sendall(str(_fork(control, handles, read)).encode())
            else:
                control.sendall(str(_status(int(request[1:]))).encode())


def _fork(control: socket.socket, handles: list[int], read: Callable[..., Any]) -> int:
    pid = os.fork()
    if pid:
        for handle in handles:
            os.close(handle)
        return pid
    try:
        control.close()
        # A group of its own, so that what a reader started can be ended with it.
        os.setpgid(0, 0)
        for one in (signal.SIGALRM, signal.SIGPROF):
            signal.signal(one, signal.SIG_DFL)
        with Connection(handles[0]) as connection:
            serve(connection, Progress(handles[1]), read)
    except (BrokenPipeError, ConnectionResetError):
        pass
    except BaseException as error:
        sys.stderr.write(f"gongkai: a worker ended with {type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


def _status(pid: int) -> int:
    """How a worker ended, as ``os.waitstatus_to_exitcode`` tells it. What is left of its group is ended too."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
