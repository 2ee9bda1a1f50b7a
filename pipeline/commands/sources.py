"""``gongkai sources``: which publishers are known, what is known of one, and whether its lists still are what the file says."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import simplejson

from pipeline.batch.summary import printable
from pipeline.commands.shared import WRONG_USE, Command, stop
from pipeline.scrapers.checking import Fetch, check_lines, check_source
from pipeline.scrapers.model import Source
from pipeline.scrapers.sources import SourceError
from pipeline.scrapers.sources import sources as read_sources

_YEARS = re.compile(r"(20\d\d)(?:-(20\d\d))?")
_USUAL_YEARS = 3


def source_folders(command: Command) -> Command:
    """The options that say where the user's own sources lie."""
    folder = click.Path(path_type=Path, file_okay=False, exists=True)
    own = click.option("--sources", "folder", type=folder, help="Folder of your own sources.")
    raw = click.option(
        "--raw", type=click.Path(path_type=Path), default=Path("data/raw"), show_default=True, help="Its sources/ are read too."
    )
    return own(raw(command))


def known_sources(raw: Path, folder: Path | None) -> Mapping[str, Source]:
    """The shipped sources, those in ``<raw>/sources`` and those in ``folder``; ends the program where a file is wrong."""
    try:
        return read_sources(raw / "sources", *([folder] if folder else []))
    except SourceError as error:
        stop(str(error), WRONG_USE)
        raise


def year_range(text: str | None, today: datetime.date) -> range:
    """2023 or 2019-2023 as a range; without a text the last three years whose reports have appeared."""
    if text is None:
        return range(today.year - _USUAL_YEARS, today.year)
    found = _YEARS.fullmatch(text)
    if found is None or int(found[2] or found[1]) < int(found[1]):
        raise click.BadParameter(f"{text!r} is neither a year (2023) nor years (2019-2023)")
    return range(int(found[1]), int(found[2] or found[1]) + 1)


@click.group("sources")
def sources_group() -> None:
    """The publishers whose lists are known: list, show, check."""


@sources_group.command("list")
@click.option("--jsonl", is_flag=True, help="Every source as one JSON object a line.")
@source_folders
def list_command(folder: Path | None, raw: Path, *, jsonl: bool) -> None:
    """Every source in one line: id, family, division code, whether it was tried, name.

    \b
    Example: gongkai sources list
             gongkai sources list --sources my-sources/
    """
    found = known_sources(raw, folder)
    width = max(map(len, found))
    for source in found.values():
        if jsonl:
            click.echo(simplejson.dumps(_object(source), ensure_ascii=False))
        else:
            tried = "tried" if source.tried_live else "never tried"
            click.echo(printable(f"{source.id:{width}} {source.family:11} {source.division_code or '-':12} {tried:11} {source.name}"))
    if not jsonl:
        click.echo(f"{len(found)} sources, {sum(one.tried_live for one in found.values())} of them tried live")


@sources_group.command("show")
@click.argument("source")
@source_folders
def show_command(source: str, folder: Path | None, raw: Path) -> None:
    """All that is known of one source, with what was seen of it and when.

    \b
    Example: gongkai sources show whly-gd
    """
    for key, value in _object(_chosen(source, raw, folder)).items():
        if key == "notes":
            for note in value:
                click.echo(printable(f"seen {note['on']}: {note['text']}"))
        elif isinstance(value, list):
            for one in value:
                click.echo(printable(f"{key}: {one}"))
        elif isinstance(value, dict):
            for name, one in value.items():
                click.echo(printable(f"{key}.{name}: {one}"))
        else:
            click.echo(printable(f"{key}: {value if not isinstance(value, bool) else str(value).lower()}"))


@sources_group.command("check")
@click.argument("source")
@click.option("--years", help="The years that reports are about: 2023 or 2019-2023. Default: the last three.")
@click.option("--pages", type=click.IntRange(1, 50), default=3, show_default=True, help="Pages of each list to ask for.")
@click.option("--titles", type=click.IntRange(0), default=10, show_default=True, help="Titles to print at most.")
@source_folders
def check_command(source: str, *, years: str | None, pages: int, titles: int, folder: Path | None, raw: Path) -> None:
    """Try one source live, politely, and say what was found; the exit code is 1 if its lists are not what the file says.

    \b
    Example: gongkai sources check whly-gd --years 2021-2023
    """
    chosen = _chosen(source, raw, folder)
    asked = year_range(years, datetime.datetime.now(tz=datetime.UTC).date())
    with _live(chosen) as fetch:
        found = check_source(chosen, fetch, asked, pages=pages)
    for line in check_lines(found, titles):
        click.echo(printable(line))
    sys.exit(0 if found.passed else 1)


def _live(source: Source) -> AbstractContextManager[Fetch]:
    """The way to ask a portal; ends the program where the extra for it is missing."""
    try:
        from pipeline.scrapers.crawl.live import live
    except ModuleNotFoundError as error:
        stop(f"asking a portal needs the extra scrape ({error.name} is missing): pip install 'gongkai[scrape]'", WRONG_USE)
        raise
    return live(source)


def _chosen(name: str, raw: Path, folder: Path | None) -> Source:
    found = known_sources(raw, folder)
    if name not in found:
        stop(f"no source {name!r}; gongkai sources list names all {len(found)}", WRONG_USE)
    return found[name]


def _object(source: Source) -> dict[str, Any]:
    """A source as JSON has it."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(source).items()}


COMMANDS: list[click.Command] = [sources_group]
