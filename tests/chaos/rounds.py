"""One round of chaos: an act of the demo's year, disturbed once or twice, then a job in peace, and the comparison."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.disturb import DISTURBANCES
from tests.chaos.world import World, archived, damage, datasets, differences, world

#: What is told of damage that cannot be undone: the record is lost, its bytes came in again.
_TOLD_OF_DAMAGE = ("issues: ",)


@dataclass(frozen=True, slots=True)
class Round:
    """What was done in a round, and what was not as without it."""

    number: int
    act: int
    done: tuple[str, ...]
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        told = "; ".join(self.wrong) if self.wrong else "as in peace"
        return f"round {self.number}, act {self.act}: {', '.join(self.done)}: {told}"


@dataclass
class Stage:
    """The world, and for each act how the folder is before it and what is there after it if nothing is disturbed."""

    world: World
    folder: Path
    peace: list[Any]

    def play(self, number: int, seed: int, kinds: Sequence[str] = tuple(DISTURBANCES)) -> Round:
        """One round. The same number and seed draw the same disturbances; the moments are the machine's."""
        rng = random.Random(f"{seed}/{number}")
        names = [kinds[number % len(kinds)], *rng.sample(list(kinds), rng.choice((0, 0, 1)))]
        act = 0 if "damaged_archive" in names else rng.randrange(2)
        folder = self.folder / f"round-{number}"
        if act:
            shutil.copytree(self.folder / "act-1", folder, symlinks=True)
        else:
            folder.mkdir()
        self._turn_to(act)
        done, wrong = list[str](), list[str]()
        try:
            for name in names:
                done.append(name)
                done[-1] += f" ({DISTURBANCES[name](self.world, folder, rng)})"
            self.world.finish(folder)
            wrong += differences(folder, self.peace[act])
            if "damaged_archive" in names:
                wrong = [one for one in wrong if not one.startswith(_TOLD_OF_DAMAGE)]
            else:
                wrong += damage(folder)
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        if not wrong:
            shutil.rmtree(folder)
        return Round(number, act + 1, tuple(done), tuple(wrong))

    def _turn_to(self, act: int) -> None:
        self.world.province._act = act


@contextmanager
def stage(folder: Path, seed: int) -> Iterator[Stage]:
    """The world with both acts played once in peace."""
    with world(folder, seed) as one:
        made = Stage(one, folder, [])
        for act in range(2):
            place = folder / f"act-{act + 1}"
            if act:
                shutil.copytree(folder / "act-1", place, symlinks=True)
            made._turn_to(act)
            one.finish(place)
            # What was there is asked for again, and leaves its traces; nothing else changes.
            made.peace.append((archived(place), datasets(place)))
            assert not damage(place)
        yield made


def play(folder: Path, rounds: int, seed: int, kinds: Sequence[str] = tuple(DISTURBANCES), *, first: int = 0) -> Iterator[Round]:
    """So many rounds, one kind of disturbance after the other."""
    with stage(folder, seed) as made:
        for number in range(first, first + rounds):
            yield made.play(number, seed, kinds)
