"""Which publishing body a report is of: its printed name read by the list of divisions, decided by where its page says that it stands.

A name is resolved only if exactly one body is left that nothing contradicts, and something says where it is: the printed name itself, or a
county or city that the page, its host or its source names. Names of provinces, cities and counties that the list has once need no more.
Everything else stays unresolved, with the candidates and the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.normalizer import identity
from pipeline.normalizer.units.body import Body, Kind, own_body
from pipeline.normalizer.units.codes import Level, depth
from pipeline.normalizer.units.divisions import Division, Divisions, level_at
from pipeline.normalizer.units.evidence import CITY, PROVINCE, Clue, Clues, narrowed
from pipeline.normalizer.units.lineage import State
from pipeline.normalizer.units.names import Candidate, NameReader, ReadName
from pipeline.normalizer.units.printed import split_name
from pipeline.normalizer.units.words import words

Scope = Literal["own", "government_wide"]
Reason = Literal["printed", "context", "unique", "no_list", "no_name", "no_place", "not_in_list", "several", "unconfirmed", "contradiction"]
_PLACE_LEVELS = {2: "province", 4: "city", 6: "county", 9: "township"}
_GOVERNMENTS_OF_MANY = frozenset({"province", "city", "county"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document says of whose report it is. ``places`` is JSON as ``documents.metadata.places`` writes it; ``scope`` is own,
    government_wide or ``None``, as the text says it.
    """

    unit_name: str | None
    url: str | None
    sha256: str
    trust: identity.Trust
    places: str | None = None
    scope: str | None = None
    source_code: str | None = None
    year: int | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Name and code of a division, as columns of the datasets have them."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The publishing body of a report. ``reason`` says what it was resolved by, or why it was not; ``candidates`` what it may be.

    ``name`` is the full name from the province down, while unresolved the printed one. ``evidence`` names what contradicts, or is missing;
    ``made_of`` is the body that the id is made of.
    """

    unit_id: str
    name: str
    body: str | None
    level: Level | None
    kind: Kind
    scope: Scope
    resolved: bool
    reason: Reason
    division: Division | None = None
    chain: tuple[Division, ...] = ()
    made_of: Body | None = None
    candidates: tuple[str, ...] = ()
    evidence: str | None = None

    @property
    def division_code(self) -> str | None:
        """The code of the unit's division now."""
        return self.division.code if self.division else None

    @property
    def root_code(self) -> str | None:
        """The first code of the unit's division."""
        return self.division.root_code if self.division else None

    def places(self) -> dict[str, str | None]:
        """The columns province, province_code, … township_code."""
        columns: dict[str, str | None] = {f"{level}{what}": None for level in _PLACE_LEVELS.values() for what in ("", "_code")}
        for one in self.chain:
            level = _PLACE_LEVELS[depth(one.code)]
            columns |= {level: one.name, f"{level}_code": one.code}
        return columns

    def issue(self) -> tuple[str, str, str | None] | None:
        """Code, message and evidence of what keeps the unit from being resolved; ``None`` if nothing is to be said."""
        listed = "; ".join(self.candidates)
        if self.reason == "several":
            return "unit.ambiguous", "The name may mean several bodies, and nothing on the page decides between them", listed
        if self.reason == "unconfirmed":
            return "unit.ambiguous", "The list has one place of this name, and nothing on the page says that it is meant", listed
        if self.reason == "contradiction":
            return "unit.ambiguous", f"What the page says of its place ({self.evidence}) contradicts every candidate", listed
        if self.reason == "not_in_list":
            return "unit.not_in_list", "The list of divisions does not have the place that is named", self.evidence
        return None


class Resolver:
    """Resolves claims by a list of divisions and by what hosts were learned to stand for (host → division code). Pure."""

    def __init__(self, divisions: Divisions | None, hosts: Mapping[str, str] | None = None) -> None:
        self._divisions = divisions
        self._hosts = hosts or {}
        self._names = None if divisions is None else NameReader(divisions)
        self._clues = None if divisions is None else Clues(divisions)

    def resolve(self, claim: Claim) -> Resolution:
        """The body that a document's report is of."""
        if not claim.unit_name or not identity.normalise_name(claim.unit_name):
            return unresolved(claim, "no_name")
        if self._divisions is None or self._names is None:
            return unresolved(claim, "no_list")
        read = self._names.read(claim.unit_name)
        if not read.candidates:
            return unresolved(claim, "not_in_list" if read.missing else "no_place", evidence=read.missing)
        by_root = {one.division.root: one for one in read.candidates}
        left, weights, against = narrowed(self._divisions, (one.division for one in read.candidates), self._evidence(claim))
        said = tuple(str(self._full(one)) for one in read.candidates)
        if against is not None:
            return unresolved(claim, "contradiction", said, evidence=against)
        if len(left) > 1:
            return unresolved(claim, "several", tuple(self._full(by_root[one.root]) for one in left))
        reason = self._reason(read, left[0], weights[left[0].root])
        if reason == "unconfirmed":
            return unresolved(claim, reason, said)
        return self._resolution(claim, by_root[left[0].root], reason)

    def _evidence(self, claim: Claim) -> list[Clue]:
        assert self._clues is not None
        clues = [*self._clues.of_code("source", claim.source_code), *self._clues.of_page(claim.places, claim.trust)]
        if claim.trust == "official":
            host = identity.host_of(claim.url)
            clues += self._clues.of_code(f"host {host}", self._hosts.get(host))
        return sorted(clues, key=lambda clue: not clue.strong)

    def _reason(self, read: ReadName, one: Division, weight: int) -> Reason:
        assert self._divisions is not None
        above = [upper for upper in self._divisions.chain(one) if upper.code != one.code and self._is_named(upper, read.places)]
        if any(depth(upper.code) > 2 or upper.name in words().lists["place.municipalities"] for upper in above):
            return "printed"
        if weight >= CITY:
            return "context"
        if depth(one.code) <= 6 and (len(read.candidates) == 1 or weight >= PROVINCE):
            return "unique"
        return "unconfirmed"

    def _is_named(self, upper: Division, places: tuple[str, ...]) -> bool:
        assert self._divisions is not None
        return any(upper in self._divisions.find(place) for place in places[:-1])

    def _full(self, one: Candidate) -> str:
        assert self._divisions is not None
        return f"{full_name(self._divisions.chain(one.division), one.body.name)} ({one.division.code})"

    def _resolution(self, claim: Claim, one: Candidate, reason: Reason) -> Resolution:
        assert self._divisions is not None
        chain = self._divisions.chain(one.division)
        level: Level = "development_zone" if _is_committee(one) else one.division.level
        return Resolution(
            unit_id=resolved_id(one.division.root, root_body(one.division.states[0], one.body)),
            name=full_name(chain, one.body.name),
            body=one.body.name or None,
            level=level,
            kind=one.body.kind,
            scope=scope_of(claim.scope, level, one.body.kind, one.body.own),
            resolved=True,
            reason=reason,
            division=one.division,
            chain=chain,
            made_of=one.body,
        )


def _is_committee(one: Candidate) -> bool:
    return not one.body.own and one.body.name.endswith(words().lists["body.committees"])


def root_body(first: State, body: Body) -> str:
    """The canonical body that an id is made of: for a government what it was when the division had its first code,

    so that the id stays when a town becomes a street (人民政府 → 办事处).
    """
    return own_body(first[1], level_at(*first)).key if body.own else body.key


def resolved_id(root: str, body: str) -> str:
    """The id of a resolved unit.

    >>> resolved_id("530323104000", "人民政府")
    'u2c56bf4b22f3'
    """
    return f"u{hashlib.sha256(f'{root}|{body}'.encode()).hexdigest()[:12]}"


def full_name(chain: tuple[Division, ...], body: str) -> str:
    """The name of a body from the province down."""
    place = "".join(one.name for one in chain)
    return place if place.endswith(("办事处", "管委会", "管理委员会")) and body.endswith(("办事处", "管理委员会")) else f"{place}{body}"


def scope_of(said: str | None, level: Level | None, kind: Kind, own: bool) -> Scope:
    """Whose figures a report holds: what its text says, for governments; else those of county level and above speak for all below them."""
    if kind in {"department", "other"}:
        return "own"
    if said in {"own", "government_wide"}:
        return "own" if said == "own" else "government_wide"
    return "government_wide" if kind == "government" and own and level in _GOVERNMENTS_OF_MANY else "own"


def unresolved(claim: Claim, reason: Reason, candidates: tuple[str, ...] = (), evidence: str | None = None) -> Resolution:
    """A unit known by host and printed name only; level and kind are what the form of its name says."""
    printed = split_name(claim.unit_name or "")
    return Resolution(
        unit_id=identity.unit_id(claim.unit_name, claim.url, claim.sha256),
        name=claim.unit_name or "",
        body=printed.body.name or None,
        level=printed.level,
        kind=printed.body.kind,
        scope=scope_of(claim.scope, printed.level, printed.body.kind, printed.body.own),
        resolved=False,
        reason=reason,
        candidates=candidates,
        evidence=evidence,
    )
