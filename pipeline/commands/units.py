"""The commands around units: which list of divisions is used, which units the datasets hold, what a name may mean."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from pipeline.batch.summary import printable
from pipeline.commands.shared import WRONG_USE, folders, one_clear_line, stop
from pipeline.normalizer.load import follow, load_table, open_snapshot, read_redirects
from pipeline.normalizer.units.codes import BadCodeError, full_code
from pipeline.normalizer.units.divisions import Division, Divisions
from pipeline.normalizer.units.kept import DivisionsError, import_lists, load_divisions
from pipeline.normalizer.units.lists import BadListError, read_divisions, read_rows
from pipeline.normalizer.units.names import NameReader
from pipeline.normalizer.units.propose import propose
from pipeline.normalizer.units.resolve import full_name, resolved_id, root_body

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_PROPOSED = ("old_code", "new_code", "date", "kind", "old_name", "new_name", "likeness", "reason")
_NO_LIST = "no list of divisions was imported into {raw} (gongkai units import FILE…)"


@contextmanager
def _lists() -> Iterator[None]:
    """Lists that cannot be used, as a clear message and exit code 2."""
    try:
        yield
    except (BadListError, DivisionsError) as error:
        for line in str(error).split("\n")[:-1]:
            click.echo(f"gongkai: {printable(line)}", err=True)
        stop(str(error).rsplit("\n", 1)[-1], WRONG_USE)


@click.group("units")
def units_command() -> None:
    """Publishing bodies: the list of divisions that they are found in, what a printed name may mean.

    \b
    Example: gongkai units import provinces.csv cities.csv areas.csv townships.csv changes.csv
             gongkai units show 彩云镇
    """


@units_command.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@folders
def import_command(files: tuple[Path, ...], raw: Path, processed: Path) -> None:
    """Bring a list of divisions, and a list of their changes, in place of those that were there.

    CSV with the headings code and name (代码, 名称). A list of changes has old code, new code, date and kind (原代码, 现代码, 日期, 类别),
    and the names before and after; kinds are rename, recode, upgrade, merge, split. All files are read before anything is replaced.

    \b
    Example: gongkai units import provinces.csv cities.csv areas.csv townships.csv
             gongkai units import changes.csv
    """
    with one_clear_line(), _lists():
        divisions = import_lists(raw, files)
    click.echo(f"{len(divisions)} divisions and {len(divisions.changes)} changes in {raw / 'divisions'}, digest {divisions.digest}")
    for code in sorted(divisions.contested):
        click.echo(f"gongkai: {code} is the code of more than one division; no id is made of it", err=True)
    for one in _unlisted(divisions):
        click.echo(f"gongkai: changed to {one}, which the list does not have", err=True)
    click.echo("the next build resolves units by it (gongkai build)")


def _unlisted(divisions: Divisions) -> list[Division]:
    """Where the changes lead to, if the list does not have it and no merger says why."""
    ends = {one.root: one for change in divisions.changes for one in divisions.find(change.new_name) if change.new_code in one.codes}
    return [one for one in ends.values() if not one.listed and not one.merged_into]


@units_command.command("list")
@click.option("--unresolved", is_flag=True, help="Only units that were not found in the list of divisions.")
@click.option("--level", type=click.Choice(["province", "city", "county", "township", "development_zone"]), help="Only units of a level.")
@click.option("--csv", "as_csv", is_flag=True, help="All columns as CSV.")
@folders
def list_command(*, unresolved: bool, level: str | None, as_csv: bool, raw: Path, processed: Path) -> None:
    """The units that the datasets hold: id, name, years, number of reports.

    \b
    Example: gongkai units list --unresolved
    """
    with one_clear_line():
        rows: list[dict[str, Any]] = load_table("units", processed=processed).to_pylist()
    wanted = [one for one in rows if not (unresolved and one["resolved"]) and level in {None, one["level"]}]
    if as_csv:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(wanted)
        return
    for one in wanted:
        years = "no year" if one["first_year"] is None else f"{one['first_year']}–{one['last_year']}"
        click.echo(printable(f"{one['unit_id']}  {one['name']}  {years}  {one['reports']}"))
    click.echo(f"{len(wanted)} of {len(rows)} units")


@units_command.command("show")
@click.argument("what")
@folders
def show_command(what: str, raw: Path, processed: Path) -> None:
    """What a name, a division code or a unit id means: every body that may be meant, with its id, code, former names.

    \b
    Example: gongkai units show 师宗县彩云镇
             gongkai units show 530323
    """
    with one_clear_line(), _lists():
        divisions = load_divisions(raw)
        shown = list(_shown(what, divisions, raw, processed))
    for line in shown:
        click.echo(printable(line))


def _shown(what: str, divisions: Divisions | None, raw: Path, processed: Path) -> Iterator[str]:
    if what[:1] in {"u", "x"} and what.isascii():
        yield from _unit(what, processed)
        return
    if divisions is None:
        stop(_NO_LIST.format(raw=raw), WRONG_USE)
        return
    if what.isdecimal():
        yield from _division_of(what, divisions)
        return
    read = NameReader(divisions).read(what)
    if not read.candidates:
        stop(f"the list has no {read.missing}" if read.missing else f"{what} begins with no place of the list", 1)
    for one in read.candidates:
        name = full_name(divisions.chain(one.division), one.body.name)
        yield f"{resolved_id(one.division.root, root_body(one.division.states[0], one.body))}  {name}"
        yield from _facts(one.division)


def _unit(unit: str, processed: Path) -> Iterator[str]:
    now = follow(read_redirects(open_snapshot(processed)), unit)
    if now != unit:
        yield f"{unit} is now {now}"
    rows: list[dict[str, Any]] = load_table("units", processed=processed, units=[now]).to_pylist()
    if not rows:
        stop(f"no unit {now} in {processed}", 1)
    for name, value in rows[0].items():
        if value is not None:
            yield f"{name}: {value}"


def _division_of(code: str, divisions: Divisions) -> Iterator[str]:
    try:
        one = divisions.at(full_code(code))
    except BadCodeError as error:
        raise click.UsageError(str(error)) from error
    if one is None:
        stop(f"the list has no division {code}", 1)
        return
    yield full_name(divisions.chain(one), "")
    yield from _facts(one)
    yield f"  parts: {len(divisions.below(one))}"


def _facts(one: Division) -> Iterator[str]:
    yield f"  division {one.code}, {one.level}{'' if one.listed else ', not in the list any more'}"
    told: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("first code", (one.root_code,) if one.root_code != one.code else ()),
        ("former names", one.former_names),
        ("merged from", one.merged_from),
        ("merged into", one.merged_into),
    )
    for label, values in told:
        if values:
            yield f"  {label}: {', '.join(values)}"


@units_command.command("propose")
@click.option(
    "--old", "old_files", multiple=True, required=True, type=_FILE, help="A file of the earlier list; may be given several times."
)
@click.option("--new", "new_files", multiple=True, type=_FILE, help="A file of the later list; the imported one if not told.")
@folders
def propose_command(old_files: tuple[Path, ...], new_files: tuple[Path, ...], raw: Path, processed: Path) -> None:
    """Propose changes between two lists, as a list of changes for a person to check: fill in the dates, delete what is wrong, import it.

    \b
    Example: gongkai units propose --old townships-2020.csv --new townships-2023.csv > changes.csv
    """
    with one_clear_line(), _lists():
        old = read_divisions(map(read_rows, old_files))
        new: Mapping[str, str] = read_divisions(map(read_rows, new_files)) if new_files else _names(load_divisions(raw), raw)
    proposals, open_ones = propose(old, new)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_PROPOSED)
    for one in proposals:
        change = one.change
        row = (change.old_code, change.new_code, "", change.kind, change.old_name, change.new_name)
        writer.writerow((*row, f"{one.likeness:.0f}", one.reason))
    for code, name in open_ones:
        click.echo(f"gongkai: nothing in the later list is like {name} ({code}); merged, perhaps", err=True)
    click.echo(f"{len(proposals)} proposed, {len(open_ones)} open; fill in the dates before you import them", err=True)


def _names(divisions: Divisions | None, raw: Path) -> Mapping[str, str]:
    if divisions is None:
        stop(_NO_LIST.format(raw=raw), WRONG_USE)
        return {}
    return divisions.names


COMMANDS: list[click.Command] = [units_command]
