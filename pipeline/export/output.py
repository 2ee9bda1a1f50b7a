"""Outputs appear whole or not at all, and replace nothing unasked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.archive.files import sync_file, sync_folder

README = "README.md"
#: How the README of every export begins: a folder that does not hold one was not made by an export, and is never replaced.
MARK = "# gongkai 公开: "


class ExportError(RuntimeError):
    """An export cannot be made as asked; the message says why. What was there before is unchanged."""


@contextmanager
def staged_file(out: Path, *, force: bool) -> Iterator[Path]:
    """A path to write a file at, which then moves to ``out``. Other files written beside it move with it, before it.

    Raises ``ExportError`` if one of them exists and ``force`` is not given.
    """
    if out.is_dir():
        raise ExportError(f"{out} is a folder; this format is one file")
    _refuse(out, force=force)
    with _beside(out) as folder:
        yield folder / out.name
        made = sorted(folder.iterdir(), key=lambda path: (path.name == out.name, path.name))
        for path in made:
            _refuse(out.with_name(path.name), force=force)
            sync_file(path)
        for path in made:
            path.replace(out.with_name(path.name))
        sync_folder(out.parent)


@contextmanager
def staged_folder(out: Path, *, force: bool) -> Iterator[Path]:
    """A folder to fill, which then becomes ``out``.

    Raises ``ExportError`` if ``out`` holds something and ``force`` is not given, or was not made by an export.
    """
    _refuse_folder(out, force=force)
    with _beside(out) as folder:
        made = folder / out.name
        made.mkdir()
        yield made
        for path in made.iterdir():
            sync_file(path)
        sync_folder(made)
        _refuse_folder(out, force=force)
        if _holds_something(out):
            # A folder cannot be replaced in one step: for an instant there is none, never half of one.
            out.rename(folder / ".before")
        made.replace(out)
        sync_folder(out.parent)


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise ExportError(f"{path} exists; --force replaces it")


def _refuse_folder(out: Path, *, force: bool) -> None:
    if out.exists() and not out.is_dir():
        raise ExportError(f"{out} is a file; this format is a folder")
    if _holds_something(out):
        _refuse(out, force=force)
        readme = out / README
        if not readme.is_file() or not readme.read_text("utf8", errors="replace").startswith(MARK):
            raise ExportError(f"{out} was not made by an export and is not replaced; name another folder")


def _holds_something(out: Path) -> bool:
    return out.is_dir() and any(out.iterdir())
