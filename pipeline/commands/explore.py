"""The command explore: the journalists' page on this machine, or as files."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.batch.build import ARCHIVE
from pipeline.batch.summary import printable
from pipeline.commands.selecting import expected_troubles
from pipeline.commands.shared import WRONG_USE, folders, one_clear_line, stop
from pipeline.extras import need
from pipeline.find_units import UnitError

if TYPE_CHECKING:
    from pipeline.compare.words import Lang
    from pipeline.explore.book import Book


@click.command("explore")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; another than this lets others in.")
@click.option("--open", "open_page", is_flag=True, help="Open the page in a browser.")
@click.option("--static", "static", type=click.Path(path_type=Path), help="Write the pages as files into this folder, and end.")
@click.option("--county", "counties", multiple=True, help="With --static: the place to write, by name or 12-digit code. May be repeated.")
@click.option("--lang", "langs", type=click.Choice(["zh", "en"]), multiple=True, help="With --static: the languages; both if not told.")
@click.option("--url", help="With --static: the address that the folder will have, for citations.")
@click.option("--force", is_flag=True, help="With --static: replace a folder that was written before.")
@click.option("--snapshot", type=click.IntRange(1), help="Number of an older snapshot; the current one if not told.")
@folders
def explore_command(
    *,
    port: int,
    host: str,
    open_page: bool,
    static: Path | None,
    counties: tuple[str, ...],
    langs: tuple[Lang, ...],
    url: str | None,
    force: bool,
    snapshot: int | None,
    raw: Path,
    processed: Path,
) -> None:
    """Pages to click through: who is missing, what contradicts itself, how units compare, and the printed cell behind every number.

    \b
    Example: gongkai explore --open
             gongkai explore --static site/ --county 云河县
    """
    if static is None and (counties or langs or url or force):
        raise click.UsageError("--county, --lang, --url and --force go with --static")
    if static is not None and not counties:
        raise click.UsageError("--static needs at least one --county")
    with one_clear_line(), expected_troubles():
        need("datasette", "explore", "The explorer")
        need("duckdb", "explore", "The explorer")
        from pipeline.explore.base import prepare
        from pipeline.explore.book import Book

        found, base = prepare(processed, snapshot, lambda line: click.echo(line, err=True))
        book = Book(found, base, raw / ARCHIVE)
        if static is not None:
            _publish(book, static, counties, langs, url, force=force)
        else:
            _serve(book, host, port, open_page=open_page)


def _serve(book: Book, host: str, port: int, *, open_page: bool) -> None:
    from pipeline.explore.serve import free, serve

    if not free(host, port):
        stop(f"{host}:{port} is in use or cannot be listened at; choose another with --port", WRONG_USE)
    address = f"http://{host}:{port}/"
    click.echo(f"{book.counts['reports']} reports of {book.counts['units']} units (snapshot {book.snapshot.number}): {address}")
    click.echo("stop with Ctrl-C")
    if open_page:
        webbrowser.open(address)
    serve(book, host, port)


def _publish(book: Book, folder: Path, counties: tuple[str, ...], langs: tuple[Lang, ...], url: str | None, *, force: bool) -> None:
    from pipeline.explore.page import LANGS
    from pipeline.explore.publish import publish
    from pipeline.export.output import staged_folder

    places = _places(book, counties)
    with staged_folder(folder, force=force) as made:
        count = publish(book, made, [code for code, _ in places], langs=langs or LANGS, url=url, done=_told)
    names = ", ".join(name for _, name in places)
    click.echo(f"{count} pages and files of {printable(names)}: {printable(str(folder / 'index.html'))}")


def _told(written: int, waiting: int) -> None:
    if written % 500 == 0:
        click.echo(f"{written} written, {waiting} waiting", err=True)


def _places(book: Book, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Code and name of the places named, by code or by name; what fits several is refused."""
    found = []
    for name in names:
        rows = book.rows("SELECT place_code, place_name FROM places WHERE ? IN (place_code, place, place_name)", name)
        rows = rows or book.rows("SELECT place_code, place_name FROM places WHERE instr(place_name, ?)", name)
        if len(rows) != 1:
            lines = [f"{row['place_code']}  {row['place_name']}" for row in rows]
            raise UnitError(f"{name!r} names {len(rows) or 'no'} place{'s' if len(rows) > 1 else ''} of this snapshot", lines)
        found.append((rows[0]["place_code"], rows[0]["place_name"]))
    return found


COMMANDS: list[click.Command] = [explore_command]
