"""Reads every document of known truth and counts what was right, missed, wrong, silent, doubted and refused."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import read_report

from .judge import Tally, judge
from .sources import DAMAGED_SHAPES, SHAPES, Judged, damaged, generated, kept

#: One in so many made documents is a damaged one.
_DAMAGED_SHARE = 5
_CHUNK = 50
#: Sources whose reasons are words of a program.
MADE = frozenset({"generated", "damaged", "extractors"})
_BY_EYE = "left open by a person who read the document"


@dataclass(frozen=True)
class Scored:
    """One document and its tally, without its bytes."""

    name: str
    source: str
    medium: str
    shape: str
    kind: str
    tally: Tally


@dataclass
class Result:
    """The tallies by source, then by (source, medium, shape) and by (source, kind); and the documents with silent errors."""

    sources: dict[str, Tally] = field(default_factory=dict)
    shapes: dict[tuple[str, str, str], Tally] = field(default_factory=dict)
    kinds: dict[tuple[str, str], Tally] = field(default_factory=dict)
    silent: list[Scored] = field(default_factory=list)

    def add(self, one: Scored) -> None:
        """Count one document."""
        self.sources.setdefault(one.source, Tally()).add(one.tally)
        self.shapes.setdefault((one.source, one.medium, one.shape), Tally()).add(one.tally)
        self.kinds.setdefault((one.source, one.kind), Tally()).add(one.tally)
        if one.tally.notes:
            self.silent.append(one)

    @property
    def left_open(self) -> dict[str, tuple[int, int]]:
        """By reason: how many figures the documents leave open, and how many of them were given with doubt.

        Each real document has reasons of its own; they are counted as one.
        """
        counted: Counter[tuple[str, str]] = Counter()
        for source, tally in self.sources.items():
            for (reason, which), count in tally.left_open.items():
                counted[reason if source in MADE else _BY_EYE, which] += count
        return {reason: (counted[reason, "all"], counted[reason, "doubted"]) for reason, which in sorted(counted) if which == "all"}


def score(one: Judged) -> Scored:
    """Read a document and judge the reading."""
    tally = judge(one.truth, read_report(one.body, name=Path(one.file_name).name))
    return Scored(one.name, one.source, one.medium, one.shape, one.kind, tally)


def slices(documents: int) -> dict[str, int]:
    """How many made documents there are of each source."""
    share = documents // _DAMAGED_SHARE
    return {"generated": documents - share, "damaged": share}


def run(documents: int, seed: int, *, processes: int = 2, files: bool = True) -> Result:
    """Score ``documents`` made documents, and every one that lies in a file."""
    result = Result()
    for scored in _scored(documents, seed, processes):
        result.add(scored)
    if files:
        for one in kept():
            result.add(score(one))
    return result


def _scored(documents: int, seed: int, processes: int) -> Iterator[Scored]:
    names = [(source, number) for source, count in slices(documents).items() for number in range(count)]
    work = functools.partial(_score_made, seed)
    if processes == 1:
        yield from map(work, names)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(work, names, chunksize=_CHUNK)


def _score_made(seed: int, name: tuple[str, int]) -> Scored:
    source, number = name
    return score((generated if source == "generated" else damaged)(seed, number))


def covers_every_shape(documents: int) -> bool:
    """Whether so many made documents meet every dialect and flavour."""
    made = slices(documents)
    return made["generated"] >= len(SHAPES) and made["damaged"] >= len(DAMAGED_SHAPES)
