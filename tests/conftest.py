"""What every test may ask for: the documents of known truth beside the checkout, and programs of the operating system."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The suite runs the same examples everywhere; new ones come with another profile: GONGKAI_HYPOTHESIS=searching make test.
settings.register_profile("seeded", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("searching", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("GONGKAI_HYPOTHESIS", "seeded"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents with their truth. It is not part of the repository: without it the test is skipped."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared beside the checkout (documents with their truth), and it is not there")
    return folder


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A local server that speaks S3."""
    server_module = pytest.importorskip("moto.server", reason="needs moto and flask (extra dev)")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def need_program(name: str) -> str:
    """The path of a program from a Debian package, such as ``pdftotext``.

    Where it is missing the test is skipped; under ``CI=true`` it fails, so that no kind of document goes untested unseen.
    """
    path = shutil.which(name)
    if path is not None:
        return path
    message = f"the program {name} is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{message}, and CI=true forbids to skip what needs it")
    pytest.skip(message)
