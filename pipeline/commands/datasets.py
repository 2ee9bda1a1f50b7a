"""The commands around the datasets: import, build, status and explain."""

from __future__ import annotations

import functools
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from pipeline.archive import Place, open_writer, place_of, read_index
from pipeline.archive.importing import Tally, find_files, import_file
from pipeline.archive.lock import lock_holder
from pipeline.batch.build import ARCHIVE, Outcome, build
from pipeline.batch.cluster import Cluster
from pipeline.batch.corrections import FILE_NAME, Correction, read_corrections
from pipeline.batch.explain import explain
from pipeline.batch.summary import printable, summary_lines
from pipeline.commands import storage
from pipeline.commands.documents import explain_file
from pipeline.commands.shared import WRONG_USE, folders, one_clear_line, places, stop
from pipeline.normalizer.store import current_snapshot

MAX_FAILED = 0.05
_LOG_SECONDS = 5.0
# So many files that were not imported are named one by one.
_TOLD = 100


max_failed_option = click.option(
    "--max-failed",
    type=click.FloatRange(0, 1),
    default=MAX_FAILED,
    show_default=True,
    help="Share of documents that may give nothing before the exit code is 1.",
)


@contextmanager
def _progress(what: str) -> Iterator[tuple[Callable[[int], None], Callable[[int], None]]]:
    """Two functions: one is told the number of documents, one of each finished. A bar on a terminal, plain lines elsewhere."""
    console = Console(stderr=True)
    if console.is_terminal:
        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), _Throughput(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = TaskID(bar.add_task(what, total=None))
            yield lambda total: bar.update(task, total=total), lambda count: bar.update(task, advance=count)
    else:
        lines = _PlainProgress(what)
        yield lines.begin, lines.done


class _Throughput(ProgressColumn):
    """Documents a second, as of late."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s")


class _PlainProgress:
    """A log line every few seconds: how many, how many a second since the begin, and the time that the rest takes at that rate."""

    def __init__(self, what: str) -> None:
        self._what, self._total, self._count = what, 0, 0
        self._told = self._began = time.monotonic()

    def begin(self, total: int) -> None:
        self._total = total
        self._told = self._began = time.monotonic()
        click.echo(f"{self._what}: {total} documents", err=True)

    def done(self, count: int) -> None:
        self._count += count
        now = time.monotonic()
        if now - self._told >= _LOG_SECONDS:
            self._told, rate = now, self._count / max(1e-3, now - self._began)
            left = f" of {self._total}, {_clock((self._total - self._count) / rate)} left" if self._total else ""
            click.echo(f"{self._what}: {self._count}{left}, {rate:,.0f}/s", err=True)


def _clock(seconds: float) -> str:
    """A duration for people.

    >>> _clock(9.6), _clock(3725)
    ('0:00:10', '1:02:05')
    """
    return str(timedelta(seconds=round(seconds)))


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--url", help="Address that the file was saved from; for a single file.")
@click.option("--all", "everything", is_flag=True, help="Keep also the pages of WARC files and JSON lines that cannot be reports.")
@folders
def import_command(paths: tuple[Path, ...], url: str | None, *, everything: bool, raw: Path, processed: Path) -> None:
    """Bring saved pages, PDF and Office files, texts, zip, JSON lines or WARC files into the archive; folders with all that is in them.

    Saved pages come in whole. Of WARC files (Common Crawl's too) and JSON lines only pages that may be reports do.

    \b
    Example: gongkai import saved-pages/ report.pdf pages.zip crawl.warc.gz pages.jsonl
    A line of a .jsonl file: {"url": "http://…", "text": "…"} or {"url": "http://…", "body": "<html>…"}
    """
    if url is not None and (len(paths) != 1 or paths[0].is_dir()):
        raise click.UsageError("--url is for a single file")
    tally = Tally()
    logging.basicConfig(format="gongkai: %(message)s", level=logging.WARNING)
    with one_clear_line(), open_writer(raw / ARCHIVE) as writer, _progress("importing") as (_, done):
        for one in find_files(paths):
            import_file(one, writer, tally, url=url, everything=everything, seen=lambda: done(1))
    _tell_import(tally, raw)


def _tell_import(tally: Tally, raw: Path) -> None:
    for refused in tally.refused[:_TOLD]:
        click.echo(f"gongkai: not imported: {printable(refused.name)}: {printable(refused.reason)}", err=True)
    if len(tally.refused) > _TOLD:
        click.echo(f"gongkai: not imported: {len(tally.refused) - _TOLD} more", err=True)
    other = ", ".join(f"{count} {printable(suffix)}" for suffix, count in sorted(tally.other.items()))
    if not tally.written and not tally.known and not tally.refused and not tally.sifted:
        stop(f"nothing to import: no file that may hold a report{f' (passed over: {other})' if other else ''}", WRONG_USE)
    click.echo(f"{tally.written} documents written to {raw / ARCHIVE}, {tally.known} were there already, {len(tally.refused)} not imported")
    if tally.sifted:
        click.echo(f"{tally.sifted} pages passed over: they cannot be reports (--all keeps them)")
    if other:
        click.echo(f"passed over in folders: {other}")
    if tally.refused:
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class Work:
    """How a build is done, as the options of the command line say."""

    workers: int | None
    corrections: Path | None
    cluster: Cluster | None
    readings: Place | None


def work_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of reading and building; the command is given them as ``work``."""

    @functools.wraps(command)
    def gathered(*, workers: int | None, corrections: Path | None, cluster: str | None, readings: str | None, **others: Any) -> Any:
        tls = {name: others.pop(f"tls_{name}") for name in ("ca_file", "cert", "key")}
        if cluster is None and any(tls.values()):
            raise click.UsageError("certificates are for a --cluster")
        found = Cluster(cluster, **tls) if cluster else None
        return command(work=Work(workers, corrections, found, place_of(readings) if readings else None), **others)

    return _cluster_options(_work_options(gathered))


def _cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    cluster = click.option(
        "--cluster", metavar="ADDRESS", help="Read on a Dask cluster: its scheduler, such as tcp://host:8786 or tls://host:8786."
    )
    readings = click.option("--readings", metavar="URL", help="Folder that keeps what was read, for a cluster that shares no disk.")
    file = click.Path(exists=True, dir_okay=False)
    ca_file = click.option("--tls-ca-file", type=file, help="Certificate of the authority that a tls:// cluster trusts.")
    cert = click.option("--tls-cert", type=file, help="Certificate to show to a tls:// cluster.")
    key = click.option("--tls-key", type=file, help="Key of that certificate.")
    return cluster(readings(ca_file(cert(key(command)))))


def _work_options(command: Callable[..., Any]) -> Callable[..., Any]:
    workers = click.option(
        "--workers", type=click.IntRange(1), help="Processes that read documents; as many as there are processors if not told."
    )
    corrections = click.option(
        "--corrections",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help=f"Corrections by hand; {FILE_NAME} beside the folder of the archive if there is one.",
    )
    return workers(corrections(command))


@click.command("build")
@click.option("--fresh", is_flag=True, help="Read every document again, also those that this version has read before.")
@work_options
@max_failed_option
@places
def build_command(*, fresh: bool, work: Work, max_failed: float, raw: Place, processed: Path) -> None:
    """Build the datasets from the archive: Parquet files that pandas, Polars and DuckDB read as they are.

    \b
    Example: gongkai build
             python -c "import pandas; print(pandas.read_parquet('data/processed/applications'))"
    """
    outcome = build_datasets(raw, processed, work, fresh=fresh)
    tell_build(outcome, processed)
    exit_by(outcome, max_failed)


def build_datasets(raw: Place, processed: Path, work: Work, *, fresh: bool) -> Outcome:
    """Build with progress shown; ends the program with one line where that is not possible."""
    logging.basicConfig(format="gongkai: %(message)s", level=logging.WARNING)
    with one_clear_line(), _progress("reading") as (begin, done):
        found = _corrections(raw, work.corrections)
        how: dict[str, Any] = {"fresh": fresh, "workers": work.workers, "cluster": work.cluster, "readings": work.readings}
        return build(raw, processed, corrections=found, begin=begin, done=done, **how)
    raise AssertionError("unreachable: one_clear_line exits")


def _corrections(raw: Place, path: Path | None) -> tuple[Correction, ...]:
    path = path or (raw.parent / FILE_NAME if isinstance(raw, Path) else None)
    return read_corrections(path) if path is not None and path.exists() else ()


def tell_build(outcome: Outcome, processed: Path) -> None:
    """What the build did, for people."""
    for damage in outcome.damages:
        click.echo(f"gongkai: damaged in the archive: {printable(str(damage))}", err=True)
    for message in outcome.unmatched:
        click.echo(f"gongkai: {printable(message)}", err=True)
    what = f"snapshot {outcome.snapshot.number}" if outcome.changed else f"nothing changed since snapshot {outcome.snapshot.number}"
    click.echo(f"{outcome.documents} documents, {outcome.failed} of them not readable; {what}")
    click.echo(f"datasets as Parquet: {processed.resolve()}/")


def exit_by(outcome: Outcome, max_failed: float) -> None:
    """End the program with 1 where too much failed."""
    if outcome.failed_share > max_failed:
        message = f"{outcome.failed_share:.1%} of the documents gave nothing, more than {max_failed:.1%}; see the dataset issues"
        stop(message, 1)
    if outcome.unmatched:
        stop(f"{len(outcome.unmatched)} corrections do not match any more and were not applied", 1)


@click.command("status")
@folders
def status_command(raw: Path, processed: Path) -> None:
    """What the archive and the datasets hold, and who is working on them.

    \b
    Example: gongkai status
    """
    with one_clear_line():
        for folder in (raw / ARCHIVE, processed):
            holder = lock_holder(folder)
            if holder:
                click.echo(f"{folder}: in use by {holder}")
        _tell_archive(raw / ARCHIVE)
        snapshot = current_snapshot(processed)
        if snapshot is None:
            click.echo(f"datasets: none in {processed} yet (gongkai build)")
            return
        click.echo(f"datasets: snapshot {snapshot.number} in {processed.resolve()}, read by {snapshot.facts.get('reader')}")
        for line in summary_lines(processed):
            click.echo(line)


def _tell_archive(archive: Path) -> None:
    if not archive.is_dir():
        click.echo(f"archive: none in {archive} yet (gongkai import PATH)")
        return
    index = read_index(archive)
    size = sum(index.files.values()) / 1e6
    click.echo(f"archive: {len(index.entries)} documents in {len(index.files)} files, {size:.1f} MB, {len(index.damages)} damaged records")


@click.command("explain")
@click.argument("report")
@click.argument("figure", required=False)
@folders
def explain_command(report: str, figure: str | None, raw: Path, processed: Path) -> None:
    """The way back from a report, or one of its figures, to the bytes: document, archive file and offset, table, cell, printed text.

    REPORT is a report_id, a document_id, or a file: then how the file is read, without an archive.

    \b
    Example: gongkai explain x0123456789ab-2023-own applications.new_received.total
    """
    if Path(report).is_file():
        for line in explain_file(Path(report), figure):
            click.echo(line)
        return
    with one_clear_line():
        try:
            lines = list(explain(raw / ARCHIVE, processed, report, figure))
        except LookupError as error:
            raise click.UsageError(printable(str(error.args[0]))) from error
    for line in lines:
        click.echo(line)


COMMANDS: list[click.Command] = [import_command, build_command, status_command, explain_command, *storage.COMMANDS]
