"""Which bodies a list of divisions makes one expect, and in which years they were there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pyarrow as pa

from pipeline.normalizer.schemas import arrow_schema
from pipeline.normalizer.units.codes import depth
from pipeline.normalizer.units.divisions import Division, Divisions
from pipeline.normalizer.units.resolve import Claim, Resolver, full_name
from pipeline.normalizer.units.rows import unit_rows

_COUNTY, _TOWNSHIP = 6, 9
_STARTS, _ENDS = frozenset({"merge", "split"}), frozenset({"merge"})


def expected_rows(divisions: Divisions, counties: Collection[str]) -> pa.Table:
    """The governments of some counties (codes of 12 digits) and of their townships and streets, with the columns of ``units``.

    They are named and numbered as the resolver does it with a report of theirs; ``reports`` is 0.
    """
    resolver = Resolver(divisions)
    found = []
    for division in _divisions(divisions, counties):
        claim = Claim(full_name(divisions.chain(division), ""), None, division.code, "unknown")
        resolution = resolver.resolve(claim)
        if resolution.resolved and resolution.root_code == division.root_code:
            found.append((claim, resolution))
    rows = unit_rows(found)
    schema = arrow_schema("units")
    none = {"reports": pa.array([0] * rows.num_rows, pa.int32()), "names_printed": pa.nulls(rows.num_rows, pa.string())}
    return pa.table([none.get(name, rows[name]) for name in schema.names], schema=schema)


def _divisions(divisions: Divisions, counties: Collection[str]) -> Iterator[Division]:
    for code in sorted(counties):
        county = divisions.at(code)
        if county is not None and depth(county.code) == _COUNTY:
            yield county
            yield from (one for one in divisions.below(county) if depth(one.code) == _TOWNSHIP and one.listed)


def with_existence(units: pa.Table, divisions: Divisions | None) -> pa.Table:
    """The table with the years for which a body had to report: ``exists_from``, ``exists_until``; null where no change says so.

    A body that came into being by a merger or a split reports for that year; one that was merged reported last for the year before.
    """
    first, last = existence(divisions)
    codes = units["root_code"].to_pylist()
    for name, years in (("exists_from", first), ("exists_until", last)):
        units = units.append_column(name, pa.array([years.get(code) for code in codes], pa.int16()))
    return units


def existence(divisions: Divisions | None) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Root code → the first and the last year for which the bodies of a division had to report; only where a change says so."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    if divisions is None:
        return first, last
    for change in divisions.changes:
        if not change.day[:4].isdigit():
            continue
        year = int(change.day[:4])
        for state, kinds, years, at in ((change.new, _STARTS, first, year), (change.old, _ENDS, last, year - 1)):
            division = next((one for one in divisions.find(state[1]) if state in one.states), None)
            if change.kind in kinds and division is not None and change.old != change.new:
                years[division.root_code] = at
    for change in divisions.changes:
        # A line from a division to itself says that it was there before others were merged into it.
        if change.kind == "merge" and change.old == change.new:
            first.pop(change.new_code, None)
    return first, last
