"""The commands that fetch: collect, and the demo on a portal of its own."""

from __future__ import annotations

import datetime
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline.archive.places import place_of
from pipeline.batch.build import ARCHIVE, build
from pipeline.batch.summary import printable, summary_lines
from pipeline.commands.shared import WRONG_USE, one_clear_line, stop
from pipeline.commands.sources import known_sources, year_range
from pipeline.commands.watching import LogFormat, log_file, log_format_option, watching
from pipeline.generator.sample import sample_divisions
from pipeline.normalizer.units.kept import import_lists
from pipeline.scrapers.collect import MissingExtraError, collect, new_run
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.demo.check import media_line, wrong_in_archive, wrong_in_datasets, wrong_in_summary
from pipeline.scrapers.demo.province import Province
from pipeline.scrapers.demo.server import LocalServer
from pipeline.scrapers.model import Source
from pipeline.scrapers.run_report import collect_report, report_lines, runs_folder, write_report
from pipeline.scrapers.summary import CollectSummary

_DEMO_MARK = ".gongkai-demo"
#: A portal on this machine needs no pauses of a second.
_DEMO_MANNERS = Manners(delay=0.01, backoff=0.1, answer_seconds=10)


@click.command("collect")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--years", help="The years that reports are about: 2023 or 2019-2023. Default: the last three.")
@click.option("--sources", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Folder of your own sources.")
@click.option("--raw", default="data/raw", show_default=True, help="Folder of the archive, or a URL such as s3://bucket/raw.")
@click.option(
    "--delay", type=click.FloatRange(1.0), default=1.0, show_default=True, help="Seconds between requests to one host; not below 1."
)
@click.option("--contact", default="", help="An address for questions about the requests; stands in their User-Agent.")
@log_format_option
def collect_command(
    names: tuple[str, ...], *, years: str | None, folder: Path | None, raw: str, delay: float, contact: str, log_format: LogFormat
) -> None:
    """Collect reports and their attachments from SOURCEs (default: all) into the archive, politely.

    What the archive has is asked for again only to see whether it changed. A collection that was ended goes on where it was. The report
    of the run and its log lie in <raw>/runs. The exit code is 1 if sources did not give what they are known to give.

    \b
    Example: gongkai collect
             gongkai collect guangdong-whly --years 2021-2023
    """
    place = place_of(raw)
    chosen = _chosen(names, known_sources(place if isinstance(place, Path) else Path("data/raw"), folder))
    asked = year_range(years, datetime.datetime.now(tz=datetime.UTC).date())
    summary = collect_and_report(chosen, raw, asked, Manners(delay=delay, contact=contact), log_format)
    if not summary.ok:
        sys.exit(1)


def _chosen(names: tuple[str, ...], known: Mapping[str, Source]) -> tuple[Source, ...]:
    for name in names:
        if name not in known:
            stop(f"no source {name!r}; gongkai sources list names all {len(known)}", WRONG_USE)
    if not known:
        stop("there are no sources; docs/sources.md tells how to write one", WRONG_USE)
    return tuple(known[name] for name in dict.fromkeys(names or known))


def collect_and_report(
    sources: tuple[Source, ...], raw: str, years: range, manners: Manners, log_format: LogFormat = "text"
) -> CollectSummary:
    """Collect, print what came of it, and leave the report and the log of the run in ``<raw>/runs``."""
    summary = collect_watched(sources, raw, years, manners, new_run(), log_format=log_format)
    with one_clear_line():
        report = collect_report(summary)
        path = write_report(runs_folder(raw), report)
    for line in report_lines(summary):
        click.echo(printable(line))
    click.echo(f"report of the run: {path}")
    if report["alert"]:
        click.echo(printable(report["alert"]), err=True)
    return summary


def collect_watched(
    sources: tuple[Source, ...], raw: str, years: range, manners: Manners, run: str, *, log_format: LogFormat = "text"
) -> CollectSummary:
    """Collect with progress shown and a log in ``<raw>/runs``; ends the program with one line where that is not possible."""
    with one_clear_line(), _missing_extra(), log_file(runs_folder(raw) / f"{run}.log", log_format), watching(len(sources)) as watcher:
        return collect(sources, raw, years, manners=manners, watcher=watcher, run=run)
    raise AssertionError("unreachable: one_clear_line exits")


@contextmanager
def _missing_extra() -> Iterator[None]:
    try:
        yield
    except MissingExtraError as error:
        stop(str(error), WRONG_USE)


@click.command("demo")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=Path("data/demo"), show_default=True, help="Folder for its data."
)
def demo_command(into: Path) -> None:
    """Try everything on a small province that does not exist: a portal on this machine, collected twice, and its datasets.

    The portal has the troubles of real ones. Between the collections a report is corrected and one is taken back. Each demo begins anew.

    \b
    Example: gongkai demo
             gongkai demo --into /tmp/demo
    """
    _begin_anew(into)
    province, wrong = Province(), list[str]()
    raw, processed = into / "raw", into / "processed"
    (into / "divisions").mkdir()
    sample_divisions().write(into / "divisions")
    import_lists(raw, sorted((into / "divisions").iterdir()))
    with LocalServer(province.site).running() as server, one_clear_line(), _missing_extra():
        reports, traps = sum(one.kind == "report" for one in province.planted), len(province.traps) + len(province.closed)
        click.echo(f"a portal on this machine: {len(province.sources)} sources, {reports} reports, {traps} traps")
        for reason in province.unmade:
            click.echo(f"no picture: {reason}")
        for act, title in enumerate(("first collection", "second collection: a report was corrected, one was taken back"), 1):
            click.echo(f"\n{title}")
            summary = collect(province.sources, raw, province.years, manners=_DEMO_MANNERS, guard=province.guard(server))
            for line in report_lines(summary):
                click.echo(printable(line))
            click.echo(f"report of the run: {write_report(runs_folder(raw), collect_report(summary))}")
            wrong += [*wrong_in_archive(raw / ARCHIVE, province, act), *wrong_in_summary(summary, province)]
            province.later()
        click.echo("\ndatasets")
        outcome = build(raw, processed)
    for line in summary_lines(processed):
        click.echo(line)
    click.echo(f"read from: {media_line(processed)}")
    wrong += wrong_in_datasets(processed, province)
    click.echo(f"{outcome.documents} documents; datasets as Parquet: {processed.resolve()}/")
    if wrong:
        stop(f"not as planted: {'; '.join(wrong)}", 1)
    click.echo("every planted report is in the archive once, every trap was named")


def _begin_anew(into: Path) -> None:
    """An empty folder. One that holds anything but an earlier demo is left as it is."""
    if into.is_dir() and any(into.iterdir()):
        if not (into / _DEMO_MARK).is_file():
            stop(f"{into} is not empty, and what is in it is not of an earlier demo", WRONG_USE)
        shutil.rmtree(into)
    into.mkdir(parents=True, exist_ok=True)
    (into / _DEMO_MARK).write_text("made by gongkai demo; removed by the next one\n", "utf8")


COMMANDS: list[click.Command] = [collect_command, demo_command]
