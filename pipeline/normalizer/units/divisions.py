"""The administrative divisions by the user's list: found by name or code, with what is above them and what they were before."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.normalizer.units.aliases import aliases_of, simplified
from pipeline.normalizer.units.codes import Level, depth, is_under, is_zone_code, level_of, upper_codes
from pipeline.normalizer.units.lineage import Change, Lineage, State, contested_codes, join_changes
from pipeline.normalizer.units.words import words

#: Digits of a county's code: divisions with no more are what texts name to say where something is.
UPPER = 6


@dataclass(frozen=True, slots=True)
class Division:
    """One division. ``states`` are the codes and names that it had, the first one first; ``root`` is what ids are made of: its first code,
    which stays through renamings. ``listed`` is false for one that the list does not have any more.
    """

    code: str
    name: str
    level: Level
    root: str
    root_code: str
    states: tuple[State, ...]
    former_names: tuple[str, ...] = ()
    merged_from: tuple[str, ...] = ()
    merged_into: tuple[str, ...] = ()
    listed: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes that it had, the first one first."""
        return tuple(dict.fromkeys(code for code, _ in self.states))

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Divisions:
    """A list of divisions with its changes. ``names`` maps codes of twelve digits to names.

    Raises ``BadChangesError`` where the changes contradict each other.
    """

    def __init__(self, names: Mapping[str, str], changes: Sequence[Change] = ()) -> None:
        self._names = {code: name for code, name in names.items() if not _is_placeholder(name)}
        self._lineages = join_changes(changes)
        self.changes = tuple(changes)
        self.contested = contested_codes(self._names, self._lineages.values())
        self._by_name: dict[str, list[State]] = {}
        for code, name in self._names.items():
            self._by_name.setdefault(name, []).append((code, name))
        for state in self._lineages:
            if self._names.get(state[0]) != state[1]:
                self._by_name.setdefault(state[1], []).append(state)
        self._holders = {code: state for state, one in self._lineages.items() for code in (state[0],) if code not in self._names and one}

    def __len__(self) -> int:
        return len(self._names)

    @property
    def names(self) -> Mapping[str, str]:
        """Codes → names, as the list has them now."""
        return MappingProxyType(self._names)

    def __iter__(self) -> Iterator[Division]:
        return (self._division((code, name)) for code, name in self._names.items())

    @functools.cached_property
    def digest(self) -> str:
        """The same for two lists exactly if they hold the same divisions and changes."""
        lines = [f"{code} {name}" for code, name in sorted(self._names.items())]
        lines += [f"{one.kind} {one.old_code} {one.old_name} {one.new_code} {one.new_name} {one.day}" for one in self.changes]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def find(self, name: str) -> tuple[Division, ...]:
        """The divisions that are called so now or were before; where none is, those that are called so for short.

        A county that only repeats its city's name (嘉峪关市 620201 in 620200) is left out.
        """
        # Most texts that are tried are no names: looking first is cheap.
        return self._found(name) if name in self._by_name or name in self._aliases else ()

    def at(self, code: str) -> Division | None:
        """The division that has a code now, or had it last."""
        if code in self._names:
            return self._division((code, self._names[code]))
        state = self._holders.get(code)
        return None if state is None else self._division(state)

    def chain(self, one: Division) -> tuple[Division, ...]:
        """The division with those above it, from the province down; a county that only repeats its city's name is left out."""
        above = [upper for code in upper_codes(one.code) if (upper := self.at(code)) is not None and upper.code != one.code]
        return (*(upper for number, upper in enumerate(above) if not number or upper.name != above[number - 1].name), one)

    def parent(self, one: Division) -> Division | None:
        """The division right above one."""
        chain = self.chain(one)
        return chain[-2] if len(chain) > 1 else None

    def is_under(self, one: Division, upper: Division) -> bool:
        """Whether a division is, or was, part of another."""
        return any(is_under(low, high) for low in one.codes for high in upper.codes)

    def below(self, upper: Division) -> tuple[Division, ...]:
        """The divisions right below one, by the list as it is now."""
        inside = self._codes_below.get(upper.code, ())
        return tuple(self._division((code, self._names[code])) for code in inside)

    def upper_names(self) -> dict[str, tuple[Division, ...]]:
        """Every name, former name and short name of a province, city or county → the divisions it may mean."""
        found: dict[str, list[State]] = {}
        for name, states in self._by_name.items():
            if upper := [state for state in states if depth(state[0]) <= UPPER]:
                for text in (name, *aliases_of(name)):
                    found.setdefault(text, []).extend(upper)
        divisions = {name: {one.root: one for one in map(self._division, states)} for name, states in found.items()}
        return {name: tuple(one for one in ones.values() if not self._repeats_its_city(one)) for name, ones in divisions.items()}

    @functools.cached_property
    def _codes_below(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code in self._names:
            above = next((upper for upper in reversed(upper_codes(code)) if upper in self._names and upper != code), None)
            if above is not None:
                found.setdefault(above, []).append(code)
        return found

    @functools.lru_cache(maxsize=65_536)  # noqa: B019 - a list lives as long as the run
    def _found(self, name: str) -> tuple[Division, ...]:
        states = self._by_name.get(name) or self._aliases.get(name) or []
        found = {one.root: one for one in map(self._division, states)}
        return tuple(one for one in found.values() if not self._repeats_its_city(one))

    def _repeats_its_city(self, one: Division) -> bool:
        parent = self.parent(one) if depth(one.code) == 6 else None
        return parent is not None and parent.name == one.name

    @functools.cached_property
    def _aliases(self) -> dict[str, list[State]]:
        names = list(self._by_name)
        pairs = [(alias, name) for name in names for alias in aliases_of(name)]
        # Official names that a conversion to simplified characters alters (於潜镇, 乾县) are found by what it makes of them too.
        pairs += [(text, name) for name, text in zip(names, simplified("\n".join(names)).split("\n"), strict=True) if text != name]
        return _index((alias, state) for alias, name in pairs for state in self._by_name[name])

    @functools.lru_cache(maxsize=65_536)  # noqa: B019 - a list lives as long as the run
    def _division(self, state: State) -> Division:
        lineage = self._lineages.get(state) or Lineage([state])
        code, name = lineage.states[-1]
        root_code = next((one for one in lineage.codes if one not in self.contested), None)
        return Division(
            code=code,
            name=name,
            level=level_at(code, name),
            # A code that two divisions had cannot tell them apart; its name can.
            root=root_code or f"{code} {name}",
            root_code=root_code or code,
            states=tuple(lineage.states),
            former_names=lineage.former_names,
            merged_from=tuple(dict.fromkeys(lineage.merged_from)),
            merged_into=tuple(dict.fromkeys(lineage.merged_into)),
            listed=self._names.get(code) == name,
        )


def _index(pairs: Iterable[tuple[str, State]]) -> dict[str, list[State]]:
    found: dict[str, list[State]] = {}
    for name, state in pairs:
        found.setdefault(name, []).append(state)
    return found


def _is_placeholder(name: str) -> bool:
    lists = words().lists
    return name in lists["place.placeholders"] or name.endswith(lists["place.placeholder_endings"])


def level_at(code: str, name: str) -> Level:
    """The level of a division, by its code, and by its name where a zone is numbered among townships."""
    zone = is_zone_code(code) or (depth(code) == 9 and code[6] in "45" and name.endswith(words().lists["place.zones"]))
    return "development_zone" if zone else level_of(code)
