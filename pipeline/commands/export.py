"""The command export."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.batch.summary import printable
from pipeline.commands.selecting import chosen_units, county_option, expected_troubles, processed_option, years_option
from pipeline.commands.shared import one_clear_line
from pipeline.export.formats import FORMATS, export
from pipeline.export.selection import open_extract, select
from pipeline.find_units import read_units
from pipeline.normalizer.schemas import DATASETS


@click.command("export")
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), required=True, help="What to write.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File or folder to write; what exists is kept.")
@click.option(
    "--dataset", "datasets", multiple=True, type=click.Choice(list(DATASETS)), help="A dataset; all if not told. May be repeated."
)
@click.option("--unit", "units", multiple=True, help="A unit by id, report id, name or part of its name. May be repeated.")
@click.option("--force", is_flag=True, help="Replace what an export wrote there before.")
@county_option
@years_option
@processed_option
def export_command(
    *,
    kind: str,
    out: Path,
    datasets: tuple[str, ...],
    units: tuple[str, ...],
    force: bool,
    county: str | None,
    years: frozenset[int] | None,
    snapshot: int | None,
    processed: Path,
) -> None:
    """Write the datasets for other programs; every row carries its citation: unit, year, cell, address, capture, digest.

    csv, panel and datapackage write a folder; xlsx, dta, sqlite and duckdb a file. panel and dta are wide: one row a report.

    \b
    Example: gongkai export --format xlsx --out county.xlsx --county 云河县 --years 2021-2024
             gongkai export --format panel --out panel/
             gongkai export --format csv --out csv/ --dataset applications --dataset reports
    """
    if datasets and not FORMATS[kind].by_dataset:
        raise click.UsageError(f"--dataset does not go with --format {kind}, which holds all figures")
    with one_clear_line(), expected_troubles():
        ids = chosen_units(read_units(processed, snapshot), units, county) if units or county else None
        extract = open_extract(processed, select(datasets, years, ids), snapshot)
        notes = export(extract, kind, out, force=force)
        click.echo(f"snapshot {extract.snapshot.number}, {extract.reports.num_rows} reports: {printable(str(out))}")
    for note in notes:
        click.echo(f"gongkai: {printable(note)}", err=True)


COMMANDS: list[click.Command] = [export_command]
