"""Where a report stands, by what its page says: places named in title, breadcrumb, site and text, its host, its source."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.normalizer.identity import Trust
from pipeline.normalizer.units.codes import depth
from pipeline.normalizer.units.divisions import Division, Divisions
from pipeline.normalizer.units.words import words

# Where a page speaks of itself; what else it says may be about a neighbour.
STRONG = ("title", "title_tag", "breadcrumb", "site", "issuer")
# A mirror's frame is its own; only the report's headline came with it.
STRONG_IN_MIRRORS = ("title",)
#: How much it says that a place is part of a named one: of a county, a city, a province.
COUNTY, CITY, PROVINCE, NONE = 3, 2, 1, 0
_WEIGHTS = {6: COUNTY, 4: CITY, 2: PROVINCE}


@dataclass(frozen=True, slots=True)
class Clue:
    """Places that one part of the evidence names. ``strong``: it says where the report stands; otherwise it only mentions them."""

    source: str
    strong: bool
    divisions: tuple[Division, ...]

    def weight(self, one: Division, divisions: Divisions) -> int:
        """How closely the clue says where a division lies: in a county, a city, a province that it names; 0 if it does not."""
        weights = (_weight(upper) for upper in self.divisions if divisions.is_under(one, upper))
        return max(weights, default=NONE)

    def allows(self, one: Division, divisions: Divisions) -> bool:
        """Whether a division can lie where the clue says: at every level that it names, one place is it, above it, or part of it."""
        for digits in _WEIGHTS:
            named = [other for other in self.divisions if depth(other.code) == digits]
            if named and not any(_related(one, other, divisions) for other in named):
                return False
        return True


def _weight(upper: Division) -> int:
    # 重庆市 says of a town as much as another city does.
    return CITY if upper.name in words().lists["place.municipalities"] else _WEIGHTS.get(depth(upper.code), COUNTY)


def _related(one: Division, other: Division, divisions: Divisions) -> bool:
    return one.root == other.root or divisions.is_under(one, other) or divisions.is_under(other, one)


class Clues:
    """Turns what was gathered at reading time into clues, by a list of divisions."""

    def __init__(self, divisions: Divisions) -> None:
        self._divisions = divisions
        self._uppers = divisions.upper_names()
        self._known: dict[str, tuple[Division, ...]] = {}

    def of_page(self, places: str | None, trust: Trust) -> Iterator[Clue]:
        """The clues in the places that a page names: JSON, a list of [text that ends in a mark of a place, where, how often]."""
        strong = STRONG_IN_MIRRORS if trust == "mirror" else STRONG
        found: dict[str, list[Division]] = {}
        for text, where, _ in json.loads(places or "[]"):
            found.setdefault(where if where in strong else "prose", []).extend(self.named(text))
        return (Clue(where, where != "prose", tuple(named)) for where, named in found.items() if named)

    def of_code(self, source: str, code: str | None) -> Iterator[Clue]:
        """The clue that a division's code gives."""
        division = self._divisions.at(code) if code else None
        return iter(() if division is None else (Clue(source, True, (division,)),))

    def named(self, text: str) -> tuple[Division, ...]:
        """The province, city or county whose name a text ends with, by the longest such name; a plain word (主城区) says nothing."""
        if text not in self._known:
            names = (text[start:] for start in range(len(text) - 1))
            name = next((one for one in names if one in self._uppers), "")
            self._known[text] = self._uppers.get(name, ()) if name not in words().lists["place.generic"] else ()
        return self._known[text]


def narrowed(
    divisions: Divisions, candidates: Iterable[Division], clues: Iterable[Clue]
) -> tuple[list[Division], dict[str, int], str | None]:
    """The candidates that all clues allow, how closely each clue says where they lie, and the clue that allows none of them.

    Weights are by root: the best over all clues; what is only mentioned says one less for a province, which any text may mention.
    """
    left = list(candidates)
    weights: dict[str, int] = {one.root: NONE for one in left}
    for clue in clues:
        allowed = [one for one in left if not clue.strong or clue.allows(one, divisions)]
        said = {one.root: clue.weight(one, divisions) for one in left}
        best = max(said.values(), default=NONE)
        if best > NONE:
            allowed = [one for one in allowed if said[one.root] == best]
        if not allowed:
            return left, weights, clue.source
        left = allowed
        for one in left:
            counts = said[one.root] if clue.strong or said[one.root] > PROVINCE else NONE
            weights[one.root] = max(weights[one.root], counts)
    return left, weights, None
