"""The command compare."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.batch.summary import printable
from pipeline.commands.selecting import chosen_units, county_option, expected_troubles, processed_option, years_option
from pipeline.commands.shared import one_clear_line
from pipeline.compare import words
from pipeline.compare.picture import SUFFIXES, draw
from pipeline.compare.points import Point, gather
from pipeline.compare.rows import SCHEMA, point_rows
from pipeline.compare.subject import Subject, find_subject
from pipeline.compare.text import chart_lines, lines_of, table_lines
from pipeline.compare.words import Lang
from pipeline.export.output import staged_file
from pipeline.export.printed import write_csv
from pipeline.export.readme import captured
from pipeline.export.selection import Extract, open_extract, select
from pipeline.find_units import read_units

#: Units whose bars still fit on a screen.
_BARS_FOR = 8
_INDICATOR = "disclosure"


@click.command("compare")
@click.argument("units", nargs=-1, metavar="UNIT…")
@click.option("--indicator", help=f"An indicator of DICTIONARY.md; {_INDICATOR} if neither this nor --figure is told.")
@click.option("--figure", help="A figure of DICTIONARY.md, by id or short name.")
@click.option("--out", type=click.Path(path_type=Path), help="Also write a picture (.svg, .png) or the rows with their citations (.csv).")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of table and picture.")
@click.option(
    "--font", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A font file with Chinese characters, for a .png."
)
@click.option("--force", is_flag=True, help="Replace the file of --out.")
@county_option
@years_option
@processed_option
def compare_command(
    *,
    units: tuple[str, ...],
    indicator: str | None,
    figure: str | None,
    out: Path | None,
    lang: Lang,
    font: Path | None,
    force: bool,
    county: str | None,
    years: frozenset[int] | None,
    snapshot: int | None,
    processed: Path,
) -> None:
    """Set units beside each other over years: one indicator or figure, with what forbids to read it as it stands.

    UNIT is a unit id, a report id, a name or a part of a name. A cell without a value says why there is none.

    \b
    Example: gongkai compare 云河县财政局 云河县教育局 --years 2019-2022 --indicator disclosure
             gongkai compare --county 云河县 --figure applications.new_received.total --out requests.svg
    """
    if indicator and figure:
        raise click.UsageError("--indicator and --figure exclude each other")
    if not units and not county:
        raise click.UsageError("name a UNIT, or a county with --county")
    if out is not None and out.suffix not in {*SUFFIXES, ".csv"}:
        raise click.UsageError(f"--out {out}: the suffix must be .svg, .png or .csv")
    with one_clear_line(), expected_troubles():
        book = read_units(processed, snapshot)
        ids = chosen_units(book, units, county) or []
        extract = open_extract(processed, select([], years, ids), snapshot)
        subject = find_subject(extract.dictionary, "figure" if figure else "indicator", figure or indicator or _INDICATOR)
        points = gather(extract, subject, ids, {one: book.units[one].name for one in ids}, years)
        _show(points, subject, lang)
        if out is not None:
            with staged_file(out, force=force) as path:
                _write(points, subject, extract, path, lang=lang, font=font)
            click.echo(printable(str(out)))


def _show(points: list[Point], subject: Subject, lang: Lang) -> None:
    for line in table_lines(points, subject, lang):
        click.echo(line)
    if len(lines_of(points)) <= _BARS_FOR and any(point.value is not None for point in points):
        click.echo()
        for line in chart_lines(points, lang):
            click.echo(line)
    source = next((point.source for point in points if point.source), None)
    if source is not None:
        click.echo()
        shown = source.report_id if subject.kind == "indicator" else f"{source.report_id} {subject.id}"
        click.echo(words.text("way_back", lang, report=shown))


def _write(points: list[Point], subject: Subject, extract: Extract, path: Path, *, lang: Lang, font: Path | None) -> None:
    if path.suffix == ".csv":
        write_csv(path, SCHEMA.names, [point_rows(points, subject)])
        return
    last = f"{captured(extract)[1]:%Y-%m-%d}"
    draw(points, subject, path, lang=lang, source=words.text("source", lang, snapshot=extract.snapshot.number, captured=last), font=font)


COMMANDS: list[click.Command] = [compare_command]
