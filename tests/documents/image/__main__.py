"""Pictures of reports of known truth: ``python -m tests.documents.image --pictures 60``.

Prints how many figures are right by wear, size and the like; with ``--page`` it writes the table of docs/pictures.md. Exit code 1 when one
is wrong without a doubt beyond ``read.ocr``, or too many are wrong.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from tests.accuracy.__main__ import commit_date
from tests.accuracy.sources import ROOT
from tests.documents.image.judge import Score, score
from tests.documents.image.pictures import HARD, WEARS, Shot, made, shots
from tests.documents.measured import share, versions, write_measured

PAGE = ROOT / "docs" / "pictures.md"

#: Shares of figures that have to be right: of clean pictures, and of all that are worn as promised.
CLEAN_RIGHT, ALL_RIGHT = 0.99, 0.97

#: The groups of the table that a picture counts in by its wear.
GROUPS = {**{wear: ("worn as promised", wear) for wear in WEARS}, **{wear: ("worn worse", wear) for wear in HARD}}
#: Notes that are told of one picture.
_NOTES = 4
PNG = b"\x89PNG"


def _judged(shot: Shot, body: bytes) -> tuple[Shot, Score]:
    began = time.process_time()
    found = score(body, shot.spec, shot.name)
    found.seconds = time.process_time() - began
    return shot, found


def _line(name: str, one: Score) -> str:
    right, doubted = (share(count, one.figures) for count in (one.right, one.doubted))
    counts = f"{name:<18} {one.pictures:>8} {one.tables:>7} {one.figures:>8} {right:>9} {one.wrong:>6} {one.silent:>7}"
    return f"{counts} {doubted:>9} {one.seconds / max(one.tables, 1):>8.1f}"


def _grouped(scores: Iterable[tuple[Shot, Score]]) -> dict[str, Score]:
    """Scores by wear, size, font, borders, kind of figures, and of all; what was not right is told."""
    groups: dict[str, Score] = {}
    for shot, one in scores:
        for name in (
            *GROUPS[shot.wear],
            f"size: {shot.size}",
            f"font: {shot.font}",
            f"lines: {shot.border}",
            f"figures: {shot.kind}",
            "all",
        ):
            groups.setdefault(name, Score()).add(one)
        for note in one.notes[:_NOTES]:
            click.echo(f"  {shot.name}: {note}", err=True)
        if len(one.notes) > _NOTES:
            click.echo(f"  {shot.name}: and {len(one.notes) - _NOTES} more", err=True)
    return dict(sorted(groups.items(), key=lambda group: (group[0] == "all", group[0])))


def _tell(groups: Mapping[str, Score]) -> None:
    heads = ("", "pictures", "tables", "figures", "right", "wrong", "silent", "doubted", "s/table")
    click.echo("{:<18} {:>8} {:>7} {:>8} {:>9} {:>6} {:>7} {:>9} {:>8}".format(*heads))
    for name, one in groups.items():
        click.echo(_line(name, one))
    flags = groups["all"].flags.most_common() if groups else ()
    click.echo("doubts: " + ", ".join(f"{flag} {count}" for flag, count in flags))


def _lines(groups: Mapping[str, Score], command: str, day: str) -> Iterator[str]:
    yield f"Measured on {day} by `{command}`, a part of `make accuracy`."
    yield f"{versions('rapidocr', 'onnxruntime', 'opencv-python-headless', 'pypdfium2')}.\n"
    yield "| | Pictures | Tables | Figures | Right | Wrong | Silent | Doubted though right |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for name, one in groups.items():
        counts = f"{one.pictures} | {one.tables} | {one.figures:,} | {share(one.right, one.figures)} | {one.wrong} | {one.silent}"
        yield f"| {name} | {counts} | {share(one.doubted, one.figures)} |"


@click.command()
@click.option("--pictures", default=60, show_default=True)
@click.option("--first", default=0, show_default=True, help="Number of the first picture.")
@click.option("--seed", default=1, show_default=True)
@click.option("--hard", is_flag=True, help="Worse wear and other borders than promised; only silent errors count.")
@click.option("--wear", "wears", multiple=True, type=click.Choice([*WEARS, *HARD]), help="Only this wear; may be given again.")
@click.option("--processes", default=2, show_default=True)
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep the pictures here.")
@click.option("--page", is_flag=True, help="Read as many of the worse ones too, and write the table of docs/pictures.md.")
@click.option("--date", "day", default=None, help="The date on the page. Default: that of the last commit.")
def main(  # noqa: PLR0917
    pictures: int, first: int, seed: int, hard: bool, wears: tuple[str, ...], processes: int, keep: Path | None, page: bool, day: str | None
) -> None:
    """Read pictures of known truth and judge every figure."""
    # Processes that load the model must not share its threads, and a test's skip is said, not raised.
    os.environ["CI"] = "true"
    numbers = range(first, first + pictures)
    wanted = shots(numbers, seed, wears or (HARD if hard else WEARS), plain=not hard)
    if page:
        wanted += shots(numbers, seed, HARD, plain=False)
    with ProcessPoolExecutor(processes) as pool:
        groups = _grouped(pool.map(_judged, *zip(*_kept(wanted, keep), strict=True)))
    _tell(groups)
    if page:
        write_measured(
            PAGE, _lines(groups, f"python -m tests.documents.image --pictures {pictures} --seed {seed} --page", day or commit_date())
        )
    sys.exit(0 if _as_promised(groups) else 1)


def _kept(wanted: Iterable[Shot], folder: Path | None) -> Iterator[tuple[Shot, bytes]]:
    """The pictures, each saved in a folder if there is one."""
    for shot, body in made(wanted):
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{shot.name}.{'png' if body.startswith(PNG) else 'jpg'}").write_bytes(body)
        yield shot, body


def _as_promised(groups: Mapping[str, Score]) -> bool:
    """Whether nothing is silently wrong, and enough is right of clean pictures and of all that are worn as promised."""
    least = {"clean": CLEAN_RIGHT, "worn as promised": ALL_RIGHT}
    short = [name for name, part in least.items() if name in groups and groups[name].right < part * groups[name].figures]
    for name in short:
        click.echo(f"fewer than {least[name]:.0%} are right: {name}", err=True)
    return not short and not groups["all"].silent


if __name__ == "__main__":
    main()
