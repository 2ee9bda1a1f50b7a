"""An explorer that answers on a free port of this machine, in a thread of the test."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from pipeline.explore.book import Book, open_book
from pipeline.explore.serve import application

_PATIENCE = 30


@contextlib.contextmanager
def running(book: Book) -> Iterator[str]:
    """The address of a server that shows a book."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application(book), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + _PATIENCE
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)
        listener.close()


def book_in(folder: Path) -> Book:
    """The datasets below a folder, with their archive."""
    return open_book(folder / "data" / "processed", folder / "data" / "raw" / "archive")
