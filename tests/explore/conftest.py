"""The sample, built once for all tests of the explorer, also where several workers share them."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.explore.book import Book
from tests.browser import chromium
from tests.built_sample import build_sample
from tests.explore.running import book_in, running


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder with ``data/raw`` and ``data/processed`` of the sample."""
    worker = hasattr(request.config, "workerinput")
    shared = tmp_path_factory.getbasetemp().parent if worker else tmp_path_factory.getbasetemp()
    folder = shared / "explored-sample"
    with (shared / "explored-sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            build_sample(folder)
            book_in(folder)
            (folder / "built").touch()
    return folder


@pytest.fixture(scope="session")
def book(sample: Path) -> Book:
    return book_in(sample)


@pytest.fixture(scope="session")
def site(book: Book) -> Iterator[str]:
    """The address of a server that shows the sample."""
    with running(book) as address:
        yield address


# Not of the session: Playwright keeps a loop running in the thread of the tests, and others could not run one of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found
