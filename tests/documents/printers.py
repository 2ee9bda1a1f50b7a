"""Programs that turn one medium into another as publishers do: a browser that prints pages, LibreOffice that saves as something else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser import chromium
from tests.debian import need_debian

#: Seconds for one call of LibreOffice, which converts many files.
_CONVERSION = 600
#: Targets of LibreOffice, as its option --convert-to takes them; by file extension, and for pages, which it opens in another way.
_FILTERS = {"docx": "docx:MS Word 2007 XML", "doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "xls": "xls:MS Excel 97"}
_APPLICATIONS = {"xlsx": "libreoffice-calc-nogui", "xls": "libreoffice-calc-nogui"}


def convert(sources: Sequence[Path], target: str, folder: Path) -> list[Path]:
    """Let LibreOffice save files of one kind as ``target``; the new files in the sources' order. Skips the test where it is missing."""
    kind = sources[0].suffix.lstrip(".")
    need_debian(_APPLICATIONS.get(kind, "libreoffice-writer-nogui"), "fonts-noto-cjk")
    folder.mkdir(parents=True, exist_ok=True)
    # A page must be opened as text that can be saved as a Word file or a PDF.
    opened = ["--infilter=HTML (StarWriter)"] if kind == "html" else []
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={(folder / f'profile-{os.getpid()}').as_uri()}", *opened]
    command += ["--convert-to", _FILTERS.get(target, target), "--outdir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=_CONVERSION)
    return [folder / f"{source.stem}.{target}" for source in sources]


@contextmanager
def browser() -> Iterator[Any]:
    """A page of a browser without network, to print from. Skips the test where there is no browser."""
    with chromium() as running:
        yield running.new_context(offline=True).new_page()


def print_pages(bodies: Iterable[tuple[bytes, dict[str, Any]]]) -> Iterator[bytes]:
    """Each page as the PDF that a browser prints of it, with the options of printing given beside it."""
    with browser() as page:
        for body, options in bodies:
            page.set_content(body.decode())
            yield page.pdf(**options)
