"""Chaos over the demo's year, for as many rounds as one likes: ``python -m tests.chaos --rounds 200``; ``make chaos ROUNDS=200``."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from tests.chaos.disturb import DISTURBANCES
from tests.chaos.rounds import play


@click.command()
@click.option("--rounds", default=20, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--first", default=0, show_default=True, help="Number of the first round, to play one again.")
@click.option("--only", multiple=True, type=click.Choice(list(DISTURBANCES)), help="Only this; may be given again.")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="Keep the folders of rounds that went wrong here.")
def main(rounds: int, seed: int, first: int, only: tuple[str, ...], into: Path | None) -> None:
    """Disturb jobs that collect and build, and compare what is left with what there is in peace. Exit code 1 where something differs."""
    counted: Counter[str] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = into or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for one in play(folder, rounds, seed, only or tuple(DISTURBANCES), first=first):
            click.echo(str(one))
            counted.update(told.partition(" ")[0] for told in one.done)
            wrong += bool(one.wrong)
    click.echo(f"{rounds} rounds ({', '.join(f'{name} {count}' for name, count in sorted(counted.items()))}): {wrong} not as in peace")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
