"""Printed names read by a list of divisions: which division each may mean, and which body of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.normalizer.units.aliases import simplified
from pipeline.normalizer.units.body import BRANCH, GOVERNMENT, Body, body_in, own_body, plain_body, tidy_name
from pipeline.normalizer.units.divisions import Division, Divisions, level_at
from pipeline.normalizer.units.printed import split_name
from pipeline.normalizer.units.words import words

_LONGEST = 26


@dataclass(frozen=True, slots=True)
class Candidate:
    """One body that a printed name may mean."""

    division: Division
    body: Body


@dataclass(frozen=True, slots=True)
class ReadName:
    """What a printed name may mean. ``places`` are the places it names; ``missing`` is one that the list does not have."""

    candidates: tuple[Candidate, ...] = ()
    places: tuple[str, ...] = ()
    missing: str | None = None


class NameReader:
    """Reads printed names by a list; each distinct name once."""

    def __init__(self, divisions: Divisions) -> None:
        self._divisions = divisions
        self._known: dict[str, ReadName] = {}

    def read(self, printed: str) -> ReadName:
        """What a name may mean. A name that begins with no place of the list has no candidates."""
        name = tidy_name(printed)
        if name not in self._known:
            read = self._read(name)
            # As it is printed first: 於潜镇 and 乾县 are official, and no conversion may decide what they are.
            simple = simplified(name)
            self._known[name] = read if read.candidates or simple == name else self._read(simple)
        return self._known[name]

    def _read(self, name: str) -> ReadName:
        best: tuple[tuple[int, int], ReadName] | None = None
        consumed = 0
        for places, divisions, rest in self._cuts(name, 0, (), None):
            consumed = max(consumed, len(name) - len(rest))
            candidates = tuple(one for division in divisions if (one := self._candidate(division, rest)) is not None)
            if not candidates:
                continue
            rank = (max(map(_rank, candidates)), len(name) - len(rest))
            if best is None or rank > best[0]:
                best = (rank, ReadName(tuple(one for one in candidates if _rank(one) == rank[0]), places))
        return best[1] if best is not None else ReadName(missing=_first_place(name, consumed))

    def _cuts(
        self, name: str, start: int, places: tuple[str, ...], above: tuple[Division, ...] | None
    ) -> Iterator[tuple[tuple[str, ...], tuple[Division, ...], str]]:
        """Every way to read the beginning of a name as places, each a part of the one before; with what is left."""
        for end in range(min(len(name), start + _LONGEST), start + 1, -1):
            text = name[start:end]
            found = self._divisions.find(text)
            if above is not None:
                found = tuple(one for one in found if any(self._divisions.is_under(one, upper) for upper in above))
            if not found:
                continue
            yield (*places, text), found, name[end:]
            yield from self._cuts(name, end, (*places, text), found)
            if name.startswith(GOVERNMENT, end):
                # 广州市白云区人民政府棠景街道办事处: the street is named behind the district that sent it.
                yield from self._cuts(name, end + len(GOVERNMENT), (*places, text), found)

    def _candidate(self, division: Division, rest: str) -> Candidate | None:
        body = _body(division, rest)
        if body is None or (not body.own and not _has_bodies(division)):
            return None
        if body.kind == "department" and not body.own and division.level == "township":
            return None if rest.endswith("局") else Candidate(division, body)
        return self._branch(division, body) or Candidate(division, body)

    def _branch(self, city: Division, body: Body) -> Candidate | None:
        """The district division of a city's bureau stands in the district: 西安市公安局阎良分局."""
        found = BRANCH.fullmatch(body.name)
        bureau = next((name for name in words().lists["body.branches"] if body.name.endswith(name) and body.name != name), None)
        stem = found[2] if found else body.name.removesuffix(bureau) if bureau else None
        if stem is None or city.level not in {"city", "province"}:
            return None
        counties = [one for one in self._divisions.below(city) if one.level == "county" and one.name in _names_of(stem)]
        if len(counties) != 1:
            return None
        return Candidate(counties[0], plain_body(f"{found[1]}{found[2]}分局") if found else body)


def _body(division: Division, rest: str) -> Body | None:
    """The body of a division; behind a former name it may be printed as what it was then (人民政府 of a town that is a street now)."""
    for code, name in reversed(division.states):
        body = body_in(name, level_at(code, name), rest)
        if body is not None:
            return own_body(division.name, division.level) if body.own else body
    return None


def _names_of(stem: str) -> tuple[str, ...]:
    return (stem, *(f"{stem}{mark}" for mark in "区县市旗"))


def _has_bodies(division: Division) -> bool:
    """Whether a division can have departments: farms, works and prisons of statistical lists have none."""
    return division.name.endswith((*words().lists["place.administrative"], *words().lists["place.zones"]))


def _rank(one: Candidate) -> int:
    """How surely a name is read whole: the government of a place, its department, a listed place without a government, any other body.

    曹妃甸区一农场 is a farm that the list has; 安图县林业局 is the county's bureau, though statistical lists count some bureaus as places.
    """
    if one.body.own:
        return 3 if one.body.name else 1
    return 2 if one.body.kind != "other" else 0


def _first_place(name: str, consumed: int) -> str | None:
    """The first place of a name, by its form, that lies behind what the list knows."""
    end = 0
    for place in split_name(name).places:
        end = name.index(place, end) + len(place)
        if end > consumed:
            return place
    return name[consumed:] if consumed else None
