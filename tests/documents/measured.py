"""What a run measured, written into a page that a person writes: between two marks, so that its table is never typed by hand."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from pipeline import __version__

_BLOCK = re.compile(r"(<!-- measured -->\n).*?(<!-- /measured -->)", re.S)


def write_measured(page: Path, lines: Iterable[str]) -> None:
    """Put lines in place of those that the page has between its marks. Raises ``ValueError`` for a page without them."""
    text = page.read_text("utf8")
    block = "\n".join(["", *lines, ""])
    written, count = _BLOCK.subn(lambda found: f"{found[1]}{block}\n{found[2]}", text)
    if count != 1:
        raise ValueError(f"{page.name} has no marks <!-- measured --> and <!-- /measured -->")
    page.write_text(written, "utf8")


def versions(*libraries: str) -> str:
    """This program, Python and some libraries with their versions."""
    told = ", ".join(f"{name} {version(name)}" for name in libraries)
    return f"gongkai {__version__}, Python {platform.python_version()}, {told}"


def share(count: int, of: int) -> str:
    """Per cent, never rounded up to all or down to none."""
    if not of:
        return "–"
    part = 100 * count / of
    return f"{min(max(part, 0.01), 99.99) if 0 < count < of else part:.2f} %"
