"""``gongkai run``: the scheduled job. Collect, build, summary, and a report of it all."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from pipeline.archive.places import Place, below
from pipeline.batch.build import ARCHIVE, Outcome
from pipeline.batch.summary import printable, summary_lines
from pipeline.commands.collect import collect_watched
from pipeline.commands.datasets import Work, build_datasets, exit_by, max_failed_option, tell_build, work_options
from pipeline.commands.shared import WRONG_USE, one_clear_line, places, stop
from pipeline.commands.sources import known_sources, year_range
from pipeline.commands.watching import LogFormat, log_format_option
from pipeline.scrapers.collect import new_run
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.model import Source
from pipeline.scrapers.run_report import report_lines, run_report, runs_folder, write_report
from pipeline.scrapers.sources import read_folder
from pipeline.scrapers.summary import CollectSummary

_NOTHING = ("nothing was collected: no source is named, and there are none of your own in <raw>/sources",)


@click.command("run")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Collect from every known source, also those that came with the program.")
@click.option("--years", help="The years that reports are about: 2023 or 2019-2023. Default: the last three.")
@click.option("--contact", default="", help="An address for questions about the requests; stands in their User-Agent.")
@click.option("--fresh", is_flag=True, help="Read every document again.")
@log_format_option
@work_options
@max_failed_option
@places
def run_command(
    names: tuple[str, ...],
    *,
    everything: bool,
    years: str | None,
    contact: str,
    fresh: bool,
    log_format: LogFormat,
    work: Work,
    max_failed: float,
    raw: Place,
    processed: Path,
) -> None:
    """The scheduled job: collect, build the datasets, print a summary.

    Collects from SOURCEs, by default from your own in <raw>/sources; where there are none, nothing is collected and the archive is built
    as it is. A report of the run lies in <raw>/runs.

    \b
    Example: gongkai run
             gongkai run guangdong-whly --years 2021-2023
    """
    run, begun = new_run(), datetime.datetime.now(tz=datetime.UTC)
    chosen, asked = _chosen(raw, names, everything=everything), year_range(years, begun.date())
    summary = collect_watched(chosen, str(raw), asked, Manners(contact=contact), run, log_format=log_format) if chosen else None
    for line in report_lines(summary) if summary else _NOTHING:
        click.echo(printable(line))
    outcome = None
    try:
        outcome = build_datasets(raw, processed, work, fresh=fresh)
        for line in summary_lines(processed):
            click.echo(line)
        tell_build(outcome, processed)
        exit_by(outcome, max_failed)
    finally:
        alert = _leave_report(raw, run, years=asked, begun=begun, summary=summary, outcome=outcome)
    if alert:
        sys.exit(1)


def _leave_report(
    raw: Place, run: str, *, years: range, begun: datetime.datetime, summary: CollectSummary | None, outcome: Outcome | None
) -> str | None:
    """Write the report of the run, also of one that failed; the line to alert on, if there is one."""
    started = begun.strftime("%Y-%m-%dT%H:%M:%SZ")
    built = outcome.facts() if outcome else None
    report = run_report(run, archive=str(below(raw, ARCHIVE)), years=years, started=started, summary=summary, built=built)
    with one_clear_line():
        click.echo(f"report of the run: {write_report(runs_folder(raw), report)}")
    alert: str | None = report["alert"]
    if alert:
        click.echo(printable(alert), err=True)
    return alert


def _chosen(place: Place, names: tuple[str, ...], *, everything: bool) -> tuple[Source, ...]:
    # Sources of one's own lie on this machine, wherever the archive is.
    raw = place if isinstance(place, Path) else Path("data/raw")
    known = known_sources(raw, None)
    for name in names:
        if name not in known:
            stop(f"no source {name!r}; gongkai sources list names all {len(known)}", WRONG_USE)
    own = read_folder(raw / "sources") if (raw / "sources").is_dir() else {}
    return tuple(known[name] for name in dict.fromkeys(names or (known if everything else own)))


COMMANDS: list[click.Command] = [run_command]
