"""Pictures of reports of known truth: ``python -m tests.documents.image --pictures 60``.

Prints how many figures are right by wear and by size. Exit code 1 when one is wrong without a doubt beyond ``read.ocr``, or too many are
wrong.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from tests.documents.image.judge import Score, score
from tests.documents.image.pictures import HARD, WEARS, Shot, made, shots

#: Shares of figures that have to be right: of clean pictures, and of all that are worn as promised.
CLEAN_RIGHT, ALL_RIGHT = 0.99, 0.97

#: Notes that are told of one picture.
_NOTES = 4
PNG = b"\x89PNG"


def _judged(shot: Shot, body: bytes) -> tuple[Shot, Score]:
    began = time.process_time()
    found = score(body, shot.spec, shot.name)
    found.seconds = time.process_time() - began
    return shot, found


def _line(name: str, one: Score) -> str:
    right, doubted = (f"{100 * count / max(one.figures, 1):.2f} %" for count in (one.right, one.doubted))
    seconds = one.seconds / max(one.tables, 1)
    counts = f"{name:<18} {one.pictures:>8} {one.tables:>7} {one.figures:>8} {right:>9} {one.wrong:>6} {one.silent:>7}"
    return f"{counts} {doubted:>9} {seconds:>8.1f}"


def _tell(scores: Iterable[tuple[Shot, Score]]) -> Score:
    groups: dict[str, Score] = {}
    for shot, one in scores:
        for name in (shot.wear, shot.size, shot.font, shot.border, f"figures {shot.kind}", "all"):
            groups.setdefault(name, Score()).add(one)
        for note in one.notes[:_NOTES]:
            click.echo(f"  {shot.name}: {note}", err=True)
        if len(one.notes) > _NOTES:
            click.echo(f"  {shot.name}: and {len(one.notes) - _NOTES} more", err=True)
    heads = ("", "pictures", "tables", "figures", "right", "wrong", "silent", "doubted", "s/table")
    click.echo("{:<18} {:>8} {:>7} {:>8} {:>9} {:>6} {:>7} {:>9} {:>8}".format(*heads))
    for name, one in groups.items():
        click.echo(_line(name, one))
    whole = groups.get("all", Score())
    click.echo("doubts: " + ", ".join(f"{flag} {count}" for flag, count in whole.flags.most_common()))
    clean = groups.get("clean")
    if clean and clean.right < CLEAN_RIGHT * clean.figures:
        click.echo(f"fewer than {CLEAN_RIGHT:.0%} are right on clean pictures", err=True)
        whole.silent += 1
    return whole


@click.command()
@click.option("--pictures", default=60, show_default=True)
@click.option("--first", default=0, show_default=True, help="Number of the first picture.")
@click.option("--seed", default=1, show_default=True)
@click.option("--hard", is_flag=True, help="Worse wear and other borders than promised; only silent errors count.")
@click.option("--wear", "wears", multiple=True, type=click.Choice([*WEARS, *HARD]), help="Only this wear; may be given again.")
@click.option("--processes", default=2, show_default=True)
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep the pictures here.")
def main(*, pictures: int, first: int, seed: int, hard: bool, wears: tuple[str, ...], processes: int, keep: Path | None) -> None:
    """Read pictures of known truth and judge every figure."""
    # Processes that load the model must not share its threads, and a test's skip is said, not raised.
    os.environ["CI"] = "true"
    wanted = shots(range(first, first + pictures), seed, wears or (HARD if hard else WEARS), plain=not hard)
    bodies = []
    for shot, body in made(wanted):
        bodies.append((shot, body))
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{shot.name}.{'png' if body.startswith(PNG) else 'jpg'}").write_bytes(body)
    with ProcessPoolExecutor(processes) as pool:
        whole = _tell(pool.map(_judged, *zip(*bodies, strict=True)))
    enough = hard or wears or whole.right >= ALL_RIGHT * whole.figures
    sys.exit(1 if whole.silent or not enough else 0)


if __name__ == "__main__":
    main()
