"""How a long collection shows itself: a bar or plain lines, and a log file."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.batch.summary import printable
from pipeline.scrapers.collect import Watcher
from pipeline.scrapers.model import Source
from pipeline.scrapers.summary import Item, SourceSummary

_TOLD_SECONDS = 5.0


def _on_one_line(record: logging.LogRecord) -> bool:
    """What a portal says cannot break a line of the log or steer a terminal."""
    record.msg, record.args = printable(record.getMessage()), None
    return True


@contextmanager
def log_file(path: Path) -> Iterator[None]:
    """Write what is logged to a file; what the archive warns of is told at once, too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file, screen = logging.FileHandler(path, encoding="utf-8"), logging.StreamHandler()
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    screen.setFormatter(logging.Formatter("gongkai: %(message)s"))
    screen.setLevel(logging.WARNING)
    root, archive = logging.getLogger(), logging.getLogger("pipeline.archive")
    before = root.level
    root.setLevel(logging.INFO)
    for logger, handler in ((root, file), (archive, screen)):
        handler.addFilter(_on_one_line)
        logger.addHandler(handler)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(file)
        archive.removeHandler(screen)
        file.close()


@contextmanager
def watching(total: int) -> Iterator[Watcher]:
    """Progress over so many sources: a bar on a terminal, plain lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        lines = _PlainProgress(total)
        yield Watcher(page=lines.page, ended=lines.ended)
        return
    counts = (MofNCompleteColumn(), TextColumn("sources, {task.fields[pages]} pages"), TimeElapsedColumn())
    with Progress(TextColumn("collecting"), BarColumn(), *counts, console=console, transient=True) as bar:
        task, pages = bar.add_task("collecting", total=total, pages=0), [0]

        def page(source: Source, item: Item) -> None:
            pages[0] += 1
            bar.update(task, pages=pages[0])

        yield Watcher(page=page, ended=lambda summary: bar.update(task, advance=1))


class _PlainProgress:
    """A line for each source that is done, and one every few seconds."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._pages, self._told = total, 0, 0, time.monotonic()

    def page(self, source: Source, item: Item) -> None:
        self._pages += 1
        if time.monotonic() - self._told >= _TOLD_SECONDS:
            self._told = time.monotonic()
            click.echo(f"collecting: {self._pages} pages, {self._done} of {self._total} sources done", err=True)

    def ended(self, summary: SourceSummary) -> None:
        self._done += 1
        click.echo(f"collected {summary.source.id} ({self._done} of {self._total})", err=True)
