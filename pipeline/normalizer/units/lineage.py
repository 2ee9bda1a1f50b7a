"""Divisions over time: a change list joined into lineages, each a division with all names and codes that it had.

Renamings, new codes and upgrades (乡 → 镇, 县 → 区) continue a division; what was merged or split off is another one, and named there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["rename", "recode", "upgrade", "merge", "split"]
KINDS: tuple[Kind, ...] = ("rename", "recode", "upgrade", "merge", "split")
CONTINUING = frozenset({"rename", "recode", "upgrade"})
#: A division at one time: code and name.
State = tuple[str, str]


class BadChangesError(ValueError):
    """A change list contradicts itself; the message names the line."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a division. ``day`` is when it came into force, an ISO date, a month or a year; ``line`` where its file says so."""

    old_code: str
    new_code: str
    day: str
    kind: Kind
    old_name: str
    new_name: str
    line: int = 0

    @property
    def old(self) -> State:
        """The division before."""
        return (self.old_code, self.old_name)

    @property
    def new(self) -> State:
        """The division after."""
        return (self.new_code, self.new_name)


@dataclass(slots=True)
class Lineage:
    """One division over time. ``states`` run from the first to the last; ``merged_from`` and ``merged_into`` are names."""

    states: list[State]
    merged_from: list[str] = field(default_factory=list)
    merged_into: list[str] = field(default_factory=list)

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, the first one first."""
        return tuple(dict.fromkeys(code for code, _ in self.states))

    @property
    def former_names(self) -> tuple[str, ...]:
        """Names that it does not bear any more, the latest first."""
        now = self.states[-1][1]
        return tuple(dict.fromkeys(name for _, name in reversed(self.states) if name != now))


def join_changes(changes: Sequence[Change]) -> dict[State, Lineage]:
    """Every state that a change list names → its lineage. Raises ``BadChangesError`` for changes that cannot all be true."""
    after, before = _links(changes)
    lineages: dict[State, Lineage] = {}
    for state in dict.fromkeys(state for change in changes for state in (change.old, change.new)):
        if state in before or state in lineages:
            continue
        states = [state]
        while (following := after.get(states[-1])) is not None:
            states.append(following.new)
        one = Lineage(states)
        lineages |= dict.fromkeys(states, one)
    for change in changes:
        if change.new not in lineages or change.old not in lineages:
            raise BadChangesError(f"line {change.line}: the changes of {change.old_name or change.old_code} run in a circle")
        if change.kind not in CONTINUING and change.old != change.new:
            lineages[change.old].merged_into.append(change.new_name)
            lineages[change.new].merged_from.append(change.old_name)
    return lineages


def _links(changes: Iterable[Change]) -> tuple[dict[State, Change], dict[State, Change]]:
    """The change that follows a state, and the one that led to it."""
    after: dict[State, Change] = {}
    before: dict[State, Change] = {}
    for change in changes:
        if change.kind not in CONTINUING:
            continue
        if change.old == change.new:
            raise BadChangesError(f"line {change.line}: nothing changes: {change.old_code} {change.old_name}")
        first = after.setdefault(change.old, change)
        if first is not change:
            raise BadChangesError(f"line {change.line}: {change.old_name} continues elsewhere by line {first.line} already: a split?")
        first = before.setdefault(change.new, change)
        if first is not change:
            raise BadChangesError(f"line {change.line}: {change.new_name} continues another by line {first.line} already: a merger?")
    return after, before


def contested_codes(names: Mapping[str, str], lineages: Iterable[Lineage]) -> frozenset[str]:
    """Codes that more than one division has had: lists give the code of a division that is gone to another one.

    Such a code is nobody's root: an id that could mean two divisions must mean none.
    """
    holders: Counter[str] = Counter()
    states: defaultdict[str, set[str]] = defaultdict(set)
    for one in {id(one): one for one in lineages}.values():
        holders.update(one.codes)
        for code, name in one.states:
            states[code].add(name)
    holders.update(code for code, known in states.items() if code in names and names[code] not in known)
    return frozenset(code for code, count in holders.items() if count > 1)
