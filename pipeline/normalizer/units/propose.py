"""Changes that two lists of divisions suggest: what became of codes and names that the later one does not have. For a person to check.

A proposal has no date, and a list of changes without dates is not imported: nobody's guess becomes a unit's history by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from pipeline.normalizer.units.codes import depth, upper_codes
from pipeline.normalizer.units.lineage import Change, Kind
from pipeline.normalizer.units.words import words

#: Two names of one place at different times are alike by at least this much, of 100.
ALIKE = 60.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that may have happened. ``likeness`` is of the names, 0 to 100; ``reason`` what suggests it."""

    change: Change
    likeness: float
    reason: str


def propose(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[list[Proposal], list[tuple[str, str]]]:
    """Proposals for divisions of the old list that the new one does not have, and those for which nothing is alike (merged, perhaps)."""
    appeared = _by_upper({code: name for code, name in new.items() if old.get(code) != name}, new)
    proposals: list[Proposal] = []
    open_ones: list[tuple[str, str]] = []
    for code, name in old.items():
        if new.get(code) == name:
            continue
        best = max(_proposals(code, name, old, new, appeared), key=lambda one: one.likeness, default=None)
        if best is None:
            open_ones.append((code, name))
        else:
            proposals.append(best)
    return proposals, open_ones


def _by_upper(codes: Mapping[str, str], names: Mapping[str, str]) -> dict[tuple[int, str], dict[str, str]]:
    """Divisions by their depth and the name of what is right above them: a county's code may have changed, and all below it."""
    found: defaultdict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    for code, name in codes.items():
        found[depth(code), _stem(_upper_name(code, names))][code] = name
    return found


def _upper_name(code: str, names: Mapping[str, str]) -> str:
    return next((names[upper] for upper in reversed(upper_codes(code)) if upper in names), "")


def _proposals(
    code: str, name: str, old: Mapping[str, str], new: Mapping[str, str], appeared: Mapping[tuple[int, str], Mapping[str, str]]
) -> Iterator[Proposal]:
    near = appeared.get((depth(code), _stem(_upper_name(code, old))), {})
    for other, likely in near.items():
        if likely == name:
            yield Proposal(Change(code, other, "", "recode", name, likely), 100.0, "the same name under the same place")
        elif _stem(likely) == _stem(name):
            yield Proposal(Change(code, other, "", "upgrade", name, likely), 99.0, "the same name with another mark")
    alike = process.extractOne(_stem(name), {other: _stem(likely) for other, likely in near.items()}, scorer=fuzz.ratio, score_cutoff=ALIKE)
    if alike is not None:
        _, likeness, other = alike
        yield Proposal(Change(code, other, "", _kind(name, near[other]), name, near[other]), min(likeness, 98.0), "a name that is alike")
    if code in new and new[code] != name:
        likeness = min(fuzz.ratio(_stem(name), _stem(new[code])), 98.0)
        if likeness >= ALIKE:
            yield Proposal(Change(code, code, "", _kind(name, new[code]), name, new[code]), likeness, "the same code")


def _kind(old: str, new: str) -> Kind:
    return "rename" if old[-1] == new[-1] else "upgrade"


def _stem(name: str) -> str:
    """A name without its mark: 彩云 of 彩云镇 and 彩云街道."""
    marks = sorted(words().lists["place.administrative"], key=len, reverse=True)
    mark = next((mark for mark in marks if name.endswith(mark) and len(name) > len(mark)), "")
    return name.removesuffix(mark)
