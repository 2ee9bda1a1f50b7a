"""Options by which several commands choose units, years and a snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline.batch.summary import printable
from pipeline.commands.shared import WRONG_USE, Command, stop
from pipeline.compare.picture import PictureError
from pipeline.compare.subject import UnknownSubjectError
from pipeline.export.output import ExportError
from pipeline.extras import MissingExtraError
from pipeline.find_units import UnitBook, UnitError

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


def parse_years(ctx: click.Context, param: click.Parameter, value: str | None) -> frozenset[int] | None:
    """Years and ranges of years: 2023, 2021-2024, 2019,2021-2023."""
    years: set[int] = set()
    for part in [] if value is None else value.split(","):
        match = _YEARS.fullmatch(part.strip())
        if match is None or (match[2] and match[2] < match[1]):
            raise click.BadParameter(f"{value!r} is no year or range of years, such as 2023, 2021-2024 or 2019,2021-2023", ctx, param)
        years.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return None if value is None else frozenset(years)


def processed_option(command: Command) -> Command:
    """Where the datasets lie, and which snapshot of them."""
    snapshot = click.option("--snapshot", type=click.IntRange(1), help="Number of an older snapshot; the current one if not told.")
    processed = click.option(
        "--processed", type=click.Path(path_type=Path), default=Path("data/processed"), show_default=True, help="Folder of the datasets."
    )
    return snapshot(processed(command))


def years_option(command: Command) -> Command:
    """Which report years."""
    return click.option("--years", callback=parse_years, help="Report years, such as 2023 or 2021-2024; all if not told.")(command)


def county_option(command: Command) -> Command:
    """The units of one county."""
    return click.option("--county", help="All units of a county, by name or 12-digit code.")(command)


@contextmanager
def expected_troubles() -> Iterator[None]:
    """What a person can put right, as one line (candidates on lines of their own) and an exit code."""
    try:
        yield
    except UnitError as error:
        for line in error.candidates:
            click.echo(f"  {printable(line)}", err=True)
        stop(str(error.args[0]), WRONG_USE)
    except (ExportError, UnknownSubjectError) as error:
        stop(str(error.args[0]), WRONG_USE)
    except (MissingExtraError, PictureError) as error:
        stop(str(error), 1)


def chosen_units(book: UnitBook, units: Iterable[str], county: str | None) -> list[str] | None:
    """The ids of the units that were named, in their order, and those of the county; ``None`` if none were named."""
    ids = [book.find(text) for text in units]
    if county is not None:
        ids += book.county(county)
    return list(dict.fromkeys(ids)) or None
