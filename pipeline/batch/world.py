"""Which documents there are, which reports they make, which corrections hold: all that is known before rows are made."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.archive import Entry, Index
from pipeline.batch.corrections import Correction
from pipeline.batch.evidence import comprised_units
from pipeline.batch.findings import Shown, listed_issues, value_text
from pipeline.batch.rows import NOWHERE, issue_row
from pipeline.batch.versions import (
    VERSION_COLUMNS,
    Reading,
    address_of,
    adopt_attachments,
    group_reports,
    make_claim,
    make_reading,
    mark_withdrawn,
    merge_same_bytes,
)
from pipeline.batch.work import Shelf, code_digest
from pipeline.normalizer.derived.coverage_facts import Listing
from pipeline.normalizer.load import follow
from pipeline.normalizer.store import WHENEVER
from pipeline.normalizer.units.divisions import Divisions
from pipeline.normalizer.units.hosts import learn_hosts
from pipeline.normalizer.units.resolve import Resolver
from pipeline.normalizer.units.rows import redirect_rows

_CLAIM_COLUMNS = ("sha256", "url", "unit_name", "report_year", "scope", "synthetic")
_ASSEMBLY_CODE = ("batch", "forms", "normalizer")


@dataclass
class World:
    """All that is known before rows are made: readings in the order of the archive, reports, corrections that hold, findings."""

    readings: list[Reading]
    reports: list[list[Reading]]
    entries: tuple[Entry, ...]
    reader: str
    corrections: dict[str, dict[str, Correction]]
    unmatched: list[str]
    issues: dict[str, list[dict[str, Any]]]
    divisions: Divisions | None
    redirects: pa.Table
    listings: tuple[Listing, ...]

    def lenders(self, primary: Reading) -> list[Reading]:
        """The attachments that lend tables to a report."""
        return self._lenders.get(str(primary.report_id), [])

    @property
    def lent_reports(self) -> set[str]:
        """The reports some of whose tables stand in attachments."""
        return set(self._lenders)

    @functools.cached_property
    def _lenders(self) -> dict[str, list[Reading]]:
        found = {str(group[0].report_id): [one for one in group[1:] if one.tables] for group in self.reports}
        return {report: ones for report, ones in found.items() if ones}

    def by_stretch(self, partitions: set[str]) -> Iterator[tuple[int, list[Reading]]]:
        """The readings of some years and provinces, stretch by stretch."""
        stretches: dict[int, list[Reading]] = {}
        for one in self.readings:
            if one.partition in partitions:
                stretches.setdefault(one.stretch, []).append(one)
        return iter(stretches.items())


def survey(
    shelf: Shelf,
    index: Index,
    *,
    reader: str,
    corrections: Iterable[Correction] = (),
    divisions: Divisions | None = None,
    listings: Iterable[Listing] = (),
) -> World:
    """Which documents there are, whose reports they make, and which corrections hold."""
    resolver = Resolver(divisions, learn_hosts(divisions, map(make_claim, _rows(shelf, _CLAIM_COLUMNS))))
    listings = tuple(listings)
    codes = {address_of(entry.url): listing.division_code for listing in listings for entry in listing.entries if listing.division_code}
    rows = (make_reading(number, row, facts, resolver, codes) for number, row, facts in _numbered_rows(shelf, (*VERSION_COLUMNS, "places")))
    readings = merge_same_bytes(rows)
    adopt_attachments(readings, {address_of(e.url): address_of(e.parent) for listing in listings for e in listing.entries if e.parent})
    reports = group_reports(readings)
    mark_withdrawn(reports, index.entries)
    moved = redirect_rows(((one.claim, one.found) for one in readings if one.unit_id), divisions)
    world = World(readings, reports, index.entries, reader, {}, [], {}, divisions, moved, listings)
    for damage in index.damages:
        _tell(world, issue_row(None, "archive.damaged", "error", f"{damage}; {damage.length} bytes hold no readable record"))
    for issue in listed_issues(reports, listings):
        _tell(world, issue)
    _match_corrections(world, shelf, corrections)
    return world


def _rows(shelf: Shelf, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    return (facts for _, _, facts in _numbered_rows(shelf, columns))


def _numbered_rows(shelf: Shelf, columns: Sequence[str]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    for number, table in shelf.scalars(columns):
        for row, facts in enumerate(table.to_pylist()):
            yield number, row, facts


def _tell(world: World, issue: dict[str, Any]) -> None:
    world.issues.setdefault(issue["partition"], []).append(issue)


def _match_corrections(world: World, shelf: Shelf, corrections: Iterable[Correction]) -> None:
    """Sort corrections into those that hold and those that match nothing any more."""
    primaries = {str(group[0].report_id): group[0] for group in world.reports}
    moved = dict(zip(world.redirects["old_id"].to_pylist(), world.redirects["new_id"].to_pylist(), strict=True))
    shown = Shown(shelf)
    found = ((one, follow(moved, one.report, primaries)) for one in corrections)
    for one, report in sorted(found, key=lambda pair: primaries[pair[1]].place if pair[1] in primaries else (-1, 0)):
        primary = primaries.get(report)
        printed = None if primary is None else shown.figures(primary).get(one.figure)
        if primary is not None and printed is not None and one.fits(*printed[:2]):
            world.corrections.setdefault(report, {})[one.figure] = one
            continue
        reason = "no such report" if primary is None else "not printed" if printed is None else f"now {value_text(printed)}"
        message = f"{one.place}: the correction of {one.figure} in {one.report} does not match any more ({reason}, expected {one.expect})"
        world.unmatched.append(message)
        _tell(world, issue_row(primary, "correction.unmatched", "error", message, one.note) | {"figure": one.figure})


def input_digests(world: World) -> dict[str, str]:
    """Year and province → a digest of all that its files are made from, the year before and the bodies of its counties included.

    Same digest, same files.

    ``all-<province>`` stands for units and coverage, which any document and list anywhere may change.
    """
    own = _own_digests(world)
    code = f"{code_digest(_ASSEMBLY_CODE)} {world.reader} {world.divisions.digest if world.divisions else ''}"
    digests: dict[str, str] = {}
    comprised: dict[int, Mapping[str, Collection[str]]] = {}
    for partition, digest in sorted(own.items()):
        year, _, place = partition.partition("-")
        if int(year) not in comprised:
            comprised[int(year)] = comprised_units(world, int(year))
        units = sorted((county, *sorted(its)) for county, its in comprised[int(year)].items() if county.startswith(place))
        digests[partition] = _short_digest(code, digest, digests.get(f"{int(year) - 1:04d}-{place}", ""), repr(units))
    everything = _short_digest(code, repr(world.listings), *(f"{name} {digest}" for name, digest in sorted(own.items())))
    for place in {partition.partition("-")[2] for partition in own}:
        digests[f"{WHENEVER}-{place}"] = everything
    return digests


def _short_digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _own_digests(world: World) -> dict[str, str]:
    """Year and province → a digest of its documents as read, of what they are to each other, and of what is told of them."""
    digests = {NOWHERE: hashlib.sha256()}
    versions = {group[0].report_id: [one.document_id for one in group] for group in world.reports}
    for one in world.readings:
        digest = digests.setdefault(one.partition, hashlib.sha256())
        known = [one.facts[name] for name in VERSION_COLUMNS]
        known += [one.role, sorted(one.tables), one.report_id, str(one.found), one.withdrawn, *one.urls]
        fixes = [repr(fix) for fix in world.corrections.get(one.report_id or "", {}).values()]
        digest.update(json.dumps([known, versions.get(one.report_id), fixes], default=str).encode())
    for partition, issues in world.issues.items():
        digests.setdefault(partition, hashlib.sha256()).update(json.dumps(issues, sort_keys=True, default=str).encode())
    return {partition: digest.hexdigest() for partition, digest in digests.items()}
