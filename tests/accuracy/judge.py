"""Judges one reading against the truth of its document, figure by figure.

- ``right``: the value of the truth. Where the truth has none (blank, a dash), none.
- ``missed``: the truth has a number, the reading none.
- ``wrong``: another number than the truth, or one where none is printed.
- ``silent``: wrong without a flag of doubt (``read.*``); also a number without doubt for a figure that the document leaves open, and any
  number for a table of which it holds nothing. The promise is that there is none.
- ``doubted``: right, but flagged with doubt.

A figure that the truth does not name is not judged, unless it names none at all: then nothing can be known of the document, and every
number is invented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.model import Figure, Report

_SCALES = {"元": 1, "万元": 10_000}
_COUNTED = ("right", "missed", "wrong", "silent", "doubted", "refused")


@dataclass
class Tally:
    """Figures by how they were read, and the tables that were refused, over some documents.

    ``notes`` say what was silent, ``left_open`` counts by reason the figures that documents leave open: all, and those given with doubt.
    """

    documents: int = 0
    right: int = 0
    missed: int = 0
    wrong: int = 0
    silent: int = 0
    doubted: int = 0
    refused: int = 0
    notes: list[str] = field(default_factory=list)
    left_open: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def figures(self) -> int:
        """The figures that the truth names."""
        return self.right + self.missed + self.wrong

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.documents += other.documents
        for name in _COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.notes += other.notes
        self.left_open += other.left_open


def judge(truth: Mapping[str, Any], report: Report) -> Tally:
    """The tally of one document."""
    got = {one.figure: one for one in report.figures}
    tally = Tally(documents=1, refused=sum(reading.state == "refused" for reading in report.tables.values()))
    for name, expected in truth["figures"].items():
        _judge_figure(tally, name, expected, got.get(name))
    for name, reason in truth.get("undecidable", {}).items():
        _judge_open(tally, name, reason, got.get(name))
    tally.notes += [f"{one.figure} = {one.value}, though the document holds nothing of this table" for one in _of_absent(truth, got)]
    if not truth["figures"] and not truth.get("undecidable"):
        tally.notes += [
            f"{one.figure} = {one.value} without doubt, though nothing can be known of the document"
            for one in got.values()
            if one.value is not None and not doubts(one) and one.figure.split(".")[0] not in truth.get("absent", [])
        ]
    tally.silent = len(tally.notes)
    return tally


def doubts(figure: Figure) -> bool:
    """Whether the reading says that it is not sure of this figure."""
    return any(flag.startswith("read.") for flag in figure.flags)


def _judge_figure(tally: Tally, name: str, expected: object, got: Figure | None) -> None:
    value = got.value if got else None
    if got is None or value is None:
        tally.missed += expected is not None
        tally.right += expected is None
    elif expected is not None and same(name, expected, got):
        tally.right += 1
        tally.doubted += doubts(got)
    else:
        tally.wrong += 1
        if not doubts(got):
            tally.notes.append(f"{name} = {value} without doubt, printed {expected}")


def _judge_open(tally: Tally, name: str, reason: str, got: Figure | None) -> None:
    tally.left_open[reason, "all"] += 1
    if got is None or got.value is None:
        return
    if doubts(got):
        tally.left_open[reason, "doubted"] += 1
    else:
        tally.notes.append(f"{name} = {got.value} without doubt, though the document leaves it open: {reason}")


def _of_absent(truth: Mapping[str, Any], got: Mapping[str, Figure]) -> Iterator[Figure]:
    absent = truth.get("absent", [])
    return (one for one in got.values() if one.value is not None and one.figure.split(".")[0] in absent)


def same(name: str, expected: object, got: Figure) -> bool:
    """Numbers are the same as decimals. Procurement has no unit in the form: where the cell has one, amounts are compared in yuan."""
    number, scale = _number(expected)
    value = Decimal(str(got.value))
    if scale and name.endswith("central_procurement.amount"):
        value *= _SCALES.get(got.unit or "", scale)
        number *= scale
    return abs(value - number) <= Decimal("1e-9") * max(Decimal(1), abs(number))


def _number(expected: object) -> tuple[Decimal, int | None]:
    """A number of a truth, which may be a text with its unit: ``"251000元"``."""
    text = str(expected)
    for unit in ("万元", "元"):
        if text.endswith(unit):
            return Decimal(text.removesuffix(unit)), _SCALES[unit]
    return Decimal(text), None
