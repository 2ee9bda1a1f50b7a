"""Judges the reading of a picture, figure by figure.

A figure is right when its value is; where none is printed, when its cell is blank or a dash as printed. Every figure of a picture carries
``read.ocr``: a wrong one is ``silent`` unless it has another flag of doubt beside it, or is not given at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipeline import read_report
from pipeline.generator import ReportSpec, truth
from pipeline.model import Figure
from tests.accuracy.judge import same


@dataclass
class Score:
    """Figures of some pictures by how they were read."""

    pictures: int = 0
    tables: int = 0
    seconds: float = 0.0
    right: int = 0
    wrong: int = 0
    silent: int = 0
    doubted: int = 0
    notes: list[str] = field(default_factory=list)
    flags: Counter[str] = field(default_factory=Counter)

    @property
    def figures(self) -> int:
        """All figures that the truth names."""
        return self.right + self.wrong

    def add(self, other: Score) -> None:
        """Count another score in."""
        for name in ("pictures", "tables", "seconds", "right", "wrong", "silent", "doubted", "notes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.flags += other.flags


def score(body: bytes, spec: ReportSpec, name: str) -> Score:
    """Read one picture and judge it."""
    report = read_report(body, name=name)
    found = {figure.figure: figure for figure in report.figures}
    told = Score(pictures=1, tables=sum(form is not None for form in spec.forms.values()))
    for figure, expected in truth(spec)["figures"].items():
        got = found.get(figure)
        flags = [] if got is None else [flag for flag in got.flags if flag.startswith("read.") and flag != "read.ocr"]
        told.flags.update(flags)
        if _right(figure, expected, spec.printed.get(figure, ""), got):
            told.right += 1
            told.doubted += bool(flags)
            continue
        told.wrong += 1
        told.silent += got is not None and not flags
        shown = "nothing" if got is None else f"{got.raw!r} ({got.value}, {got.status})"
        told.notes.append(f"{'SILENT ' if got is not None and not flags else ''}{figure}: {expected} read as {shown} {' '.join(flags)}")
    strangers = [one for one in found.values() if one.figure not in spec.values and one.value is not None]
    told.silent += sum(len(one.flags) < 2 for one in strangers)
    told.notes += [f"{one.figure} = {one.value} is not in the report {' '.join(one.flags)}" for one in strangers]
    told.notes += [f"{one.figure} lacks read.ocr" for one in found.values() if "read.ocr" not in one.flags]
    return told


def _right(name: str, expected: object, printed: str, got: Figure | None) -> bool:
    if expected is None:
        return got is None or got.status == ("dash" if printed.strip() else "blank")
    return got is not None and got.value is not None and same(name, expected, got)
