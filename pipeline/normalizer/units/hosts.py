"""What the hosts of official pages stand for, learned from the pages whose names leave no doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pipeline.normalizer.identity import host_of
from pipeline.normalizer.units.codes import LENGTH, depth, upper_codes
from pipeline.normalizer.units.divisions import Divisions
from pipeline.normalizer.units.resolve import Claim, Resolution, Resolver

#: A host speaks for a place only if so many bodies of it published there: one page may be a guest's.
BODIES = 2
_COUNTY = 6


def learn_hosts(divisions: Divisions | None, claims: Iterable[Claim]) -> dict[str, str]:
    """Host → code of the county, city or province that all bodies on it are of.

    A portal of a city with several counties teaches the city. Mirrors, and hosts of which one body is known, teach nothing.
    """
    if divisions is None:
        return {}
    resolver = Resolver(divisions)
    bodies: defaultdict[str, set[str]] = defaultdict(set)
    places: defaultdict[str, set[str]] = defaultdict(set)
    seen: set[tuple[str, str | None, str | None]] = set()
    for claim in claims:
        host = host_of(claim.url)
        said = (host, claim.unit_name, claim.places)
        if claim.trust != "official" or not host or said in seen:
            continue
        seen.add(said)
        found = resolver.resolve(claim)
        if found.division is not None:
            bodies[host].add(found.unit_id)
            places[host].add(_county_or_above(found))
    return {host: code for host in sorted(bodies) if len(bodies[host]) >= BODIES and (code := _common(places[host]))}


def _county_or_above(found: Resolution) -> str:
    """The code of the lowest of county, city and province that a body is of, as that is now.

    The code of a township that was merged away may still begin with one that its county had then.
    """
    codes = [one.code for one in found.chain if depth(one.code) <= _COUNTY]
    return codes[-1] if codes else f"{found.division_code}"[:_COUNTY].ljust(LENGTH, "0")


def _common(codes: set[str]) -> str | None:
    """The lowest place that all codes are, or lie in."""
    paths = [(*upper_codes(code), code) for code in codes]
    shared = [same[0] for same in zip(*paths, strict=False) if len(set(same)) == 1]
    return shared[-1] if shared else None
