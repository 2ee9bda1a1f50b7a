"""``python -m tests.county``: a made-up county judged. Exit code 1 where a planted fact is missed or another reported."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from tests.accuracy.__main__ import commit_date
from tests.built_sample import ROOT
from tests.county.build import build_county
from tests.county.judge import Judge
from tests.county.page import table, write_page

PAGE = ROOT / "docs" / "county.md"


@click.command()
@click.option("--units", default=200, show_default=True, help="How many bodies.")
@click.option("--seed", default=1, show_default=True)
@click.option("--each", default=2, show_default=True, help="How often each fact is planted.")
@click.option("--date", "day", default=None, help="The date on the page. Default: that of the last commit.")
@click.option("--no-page", is_flag=True, help="Do not write docs/county.md.")
@click.option("--keep", type=click.Path(path_type=Path), help="Build in this folder and leave everything there.")
def main(*, units: int, seed: int, each: int, day: str | None, no_page: bool, keep: Path | None) -> None:
    """Make up a county, build it, and hold the datasets against what was planted."""
    with tempfile.TemporaryDirectory() as made:
        lines = Judge(build_county(keep or Path(made), units, seed, each)).lines()
    click.echo(table(lines))
    if not no_page:
        write_page(PAGE, lines, units=units, seed=seed, each=each, day=day or commit_date())
    sys.exit(0 if all(line.right for line in lines) else 1)


if __name__ == "__main__":
    main()
