"""Debian packages that some media cannot be tried without: a browser, LibreOffice, fonts with Chinese characters.

A test asks with ``need_debian("chromium", "fonts-noto-cjk")``. What is missing is installed where that can be done (as root, with apt-get),
once for all workers of a run; where it cannot, the test is skipped with the command to run, and under ``CI=true`` it fails. Without the
fonts a browser prints boxes in place of characters, and tests of what it prints would show nothing.
"""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

#: Seconds; LibreOffice with what it depends on takes about 80.
_INSTALL = 900
_LOCK = Path(tempfile.gettempdir()) / "gongkai-debian.lock"
_APT = ("apt-get", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "DPkg::Lock::Timeout=300")


def need_debian(*packages: str) -> None:
    """Go on only where these packages (or what they hold, however it was installed) are there."""
    lacking = _lacking(packages)
    reason = _provide(lacking) if lacking else ""
    lacking = _lacking(lacking)
    if not lacking:
        return
    message = f"needs {', '.join(lacking)} ({reason}): apt-get install --no-install-recommends {' '.join(lacking)}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{message}; CI=true forbids to skip what needs it")
    pytest.skip(message)


def _lacking(packages: Sequence[str]) -> tuple[str, ...]:
    return tuple(package for package in packages if not PROBES[package]())


@functools.cache
def _provide(packages: tuple[str, ...]) -> str:
    """Install packages, one worker at a time; the reason where it does not work, else empty."""
    if shutil.which("apt-get") is None:
        return "there is no apt-get here to install it with"
    if os.geteuid() != 0:
        return "only root can install it"
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _lacking(packages):
            return ""
        return _apt("update", "-qq") or _apt("install", "-y", "-qq", "--no-install-recommends", *packages)


def _apt(*arguments: str) -> str:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            [*_APT, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_INSTALL, check=False
        )
    except subprocess.TimeoutExpired:
        return f"apt-get {arguments[0]} did not end within {_INSTALL} s"
    last = (done.stderr.strip() or "no message").split("\n")[-1]
    return f"apt-get {arguments[0]}: {last}" if done.returncode else ""


def _program(name: str) -> bool:
    return shutil.which(name) is not None


def _office(library: str) -> bool:
    """Whether LibreOffice is there with the library of one of its applications."""
    program = shutil.which("soffice")
    return program is not None and (Path(program).resolve().parent / library).exists()


def _font(family: str) -> bool:
    """Whether a font is installed. The answer is not kept: an installation changes it."""
    if not _program("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", family], capture_output=True, text=True, check=False).stdout.strip())


PROBES: dict[str, Callable[[], bool]] = {
    "chromium": lambda: _program("chromium"),
    "faketime": lambda: _program("faketime"),
    "libreoffice-writer-nogui": lambda: _office("libswlo.so"),
    "libreoffice-calc-nogui": lambda: _office("libsclo.so"),
    "fonts-noto-cjk": lambda: _font("Noto Sans CJK SC"),
    "fonts-wqy-zenhei": lambda: _font("WenQuanYi Zen Hei"),
}
