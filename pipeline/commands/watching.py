"""How a long collection shows itself: a bar or plain lines, and a log file."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.batch.summary import printable
from pipeline.scrapers.collect import Watcher
from pipeline.scrapers.model import Source
from pipeline.scrapers.summary import Item, SourceSummary

_TOLD_SECONDS = 5.0


LogFormat = Literal["text", "json"]


class _Lines(logging.Formatter):
    """Lines for people. What a portal says cannot break a line or steer a terminal; lines of a traceback are set in."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as its line, and its traceback below it."""
        told = record.exc_info and self.formatException(record.exc_info)
        plain = logging.makeLogRecord(
            {**record.__dict__, "msg": printable(record.getMessage()), "args": None, "exc_info": None, "exc_text": None}
        )
        return "\n".join(
            (super().format(plain), *(f"    {printable(line)}" for line in told.splitlines())) if told else (super().format(plain),)
        )


class _Json(logging.Formatter):
    """A JSON object a line, for programs that gather logs: time (UTC), level, logger, message, and exception where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line of ASCII."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


_FORMATS: dict[LogFormat, Callable[[], logging.Formatter]] = {
    "text": lambda: _Lines("%(asctime)s %(levelname)s %(name)s: %(message)s"),
    "json": _Json,
}
log_format_option = click.option(
    "--log-format",
    type=click.Choice(list(_FORMATS)),
    default="text",
    show_default=True,
    help="The log of the run in <raw>/runs: lines or JSON.",
)


@contextmanager
def log_file(path: Path, log_format: LogFormat = "text") -> Iterator[None]:
    """Write what is logged to a file; what the archive warns of is told at once, too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file, screen = logging.FileHandler(path, encoding="utf-8"), logging.StreamHandler()
    file.setFormatter(_FORMATS[log_format]())
    screen.setFormatter(_Lines("gongkai: %(message)s"))
    screen.setLevel(logging.WARNING)
    root, archive = logging.getLogger(), logging.getLogger("pipeline.archive")
    before = root.level
    root.setLevel(logging.INFO)
    for logger, handler in ((root, file), (archive, screen)):
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
