"""Whether each body's report of each year is there, and how that is known.

A false "did not publish" is the worst that could be told of a body. ``not_found`` therefore says no more than this, and only where all of
it holds: a list of the source that has named reports of the body before was read completely, in a run that ended after the report was due;
the list goes on into that year or a later one; it names no report that could be this body's; and nothing else in the archive could be it,
neither under another name or year nor unread. What falls short of that is ``not_collected``, with what stands in the way as evidence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from pipeline.normalizer.derived.coverage_facts import FailedDocument, Listing, ReportFact
from pipeline.normalizer.derived.coverage_names import Names, core, years_of
from pipeline.normalizer.derived.coverage_published import published_row
from pipeline.normalizer.derived.coverage_traces import Traces
from pipeline.normalizer.derived.deadlines import GOVERNMENT_WIDE, due_on
from pipeline.normalizer.identity import OWN_SCOPE, address
from pipeline.normalizer.schemas import arrow_schema

FIRST_YEAR = 2019
_SEPARATOR = " | "
_PLACES = tuple(f"{level}{suffix}" for level in ("province", "city", "county", "township") for suffix in ("", "_code"))
#: Columns of a unit that its rows of coverage repeat.
_OF_UNIT = ("unit_id", "name", "level", "kind", *_PLACES, "synthetic")
_NOT_GOVERNMENT_WIDE = frozenset({"department", "street_office", "other"})
Unit = Mapping[str, Any]


def coverage_rows(
    reports: Sequence[ReportFact],
    units: pa.Table | None,
    listings: Sequence[Listing],
    failures: Sequence[FailedDocument],
    years: range,
    *,
    expected: pa.Table | None = None,
) -> pa.Table:
    """One row for each body and year: the dataset ``coverage``, sorted.

    All arguments must be of the whole archive, not of one province: a report of one body may lie under another's name. ``units`` has the
    columns of the dataset ``units``, and may have ``exists_from`` and ``exists_until`` (years); ``expected`` has the same for the bodies
    of a list of divisions: of those that never had a report, the ones in counties where something was collected get rows. Rows are for
    ``years`` from 2019 on, the first of the forms, to the newest year of which there is a report.
    """
    known = _units(reports, units)
    unseen = _unseen(expected, known)
    traces = Traces(reports, failures, listings, Names({name: _names(unit) for name, unit in [*known.items(), *unseen.items()]}))
    lists = _Lists(listings, traces)
    by_unit: dict[str, dict[int, list[ReportFact]]] = defaultdict(lambda: defaultdict(list))
    for report in reports:
        if report.report_year is not None:
            by_unit[report.unit_id][report.report_year].append(report)
    newest = max((year for found in by_unit.values() for year in found if year in years), default=None)
    rows: list[dict[str, Any]] = []
    for name, unit in sorted([*known.items(), *unseen.items()]):
        own = {column: unit.get(column) for column in _OF_UNIT}
        for year in years:
            if found := by_unit.get(name, {}).get(year):
                rows.append(own | {"report_year": year} | published_row(found))
            elif newest is not None and FIRST_YEAR <= year <= newest and _existed(unit, year):
                rows.append(own | {"report_year": year} | _absent(unit, year, traces, lists, seen=name in known))
    return _table(rows)


def _table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    schema = arrow_schema("coverage")
    return pa.table([pa.array([row.get(field.name) for row in rows], field.type) for field in schema], schema=schema)


def _units(reports: Iterable[ReportFact], units: pa.Table | None) -> dict[str, Unit]:
    """The bodies that have reports, by id."""
    found: dict[str, Unit] = {row["unit_id"]: row for row in (units.to_pylist() if units is not None else ())}
    printed: dict[str, dict[str, None]] = defaultdict(dict)
    synthetic: dict[str, bool] = defaultdict(lambda: True)
    for report in reports:
        printed[report.unit_id].update({report.unit_name: None} if report.unit_name else {})
        synthetic[report.unit_id] &= report.synthetic
    seen = {report.unit_id: report for report in reports}
    for name in seen.keys() - found.keys():
        texts = tuple(printed[name])
        found[name] = {
            "unit_id": name,
            "name": texts[-1] if texts else name,
            "names_printed": _SEPARATOR.join(texts) or None,
            "synthetic": synthetic[name],
        }
    return {name: found[name] for name in seen}


def _unseen(expected: pa.Table | None, known: Mapping[str, Unit]) -> dict[str, Unit]:
    """The expected bodies that never had a report, in divisions of which something was collected."""
    if expected is None:
        return {}
    divisions = {unit.get(f"{level}_code") for unit in known.values() for level in ("province", "city", "county")} - {None}
    rows = (row | {"synthetic": row.get("synthetic") or False} for row in expected.to_pylist() if row["unit_id"] not in known)
    return {row["unit_id"]: row for row in rows if _division(row) in divisions}


def _division(unit: Unit) -> str | None:
    return next((unit[f"{level}_code"] for level in ("county", "city", "province") if unit.get(f"{level}_code")), None)


def _names(unit: Unit) -> Iterator[str]:
    """All names of a body: as printed, as resolved, as they were."""
    yield unit["name"]
    for column in ("names_printed", "former_names"):
        yield from (unit.get(column) or "").split(_SEPARATOR)


def _existed(unit: Unit, year: int) -> bool:
    return (unit.get("exists_from") or year) <= year <= (unit.get("exists_until") or year)


def _due(unit: Unit, year: int) -> date:
    """The latest day on which the report can have been due: a government may report for all its bodies, until March."""
    own = unit.get("level") == "township" or unit.get("kind") in _NOT_GOVERNMENT_WIDE
    return due_on(year, OWN_SCOPE if own else GOVERNMENT_WIDE)


def _absent(unit: Unit, year: int, traces: Traces, lists: _Lists, *, seen: bool) -> dict[str, Any]:
    """The row of a body and year without a report."""
    name, due = unit["unit_id"], _due(unit, year)
    own = [trace for trace in traces.own[name] if trace.may_be_of(year)] if name in traces.own else []
    if unread := next((trace for trace in own if trace.failed and trace.years == {year}), None):
        evidence = f"By what it says of itself this is the report, and it could not be read ({unread.failed}): {unread.where}"
        return {"state": "unreadable", "due_on": due, "seen_on": unread.seen_on, "evidence": evidence}
    read = lists.covering(unit, year, due)
    if read is not None:
        obstacle = _obstacle(unit, year, read.hosts, traces)
        if obstacle is None:
            when = f"was read completely on {read.ended_at.astimezone(UTC).date()}, after the report was due on {due}"
            evidence = f"The list {read.listing.url} {when}: it names no report of this body for {year}, and nothing collected can be it"
            return {"state": "not_found", "due_on": due, "seen_on": read.ended_at, "evidence": evidence}
        evidence = f"The list {read.listing.url} was read completely and names no report of this body for {year}, but {obstacle}"
    elif own:
        evidence = f"Not known: {own[0].why}"
    elif seen:
        evidence = f"No report for {year} was collected, and no list that names reports of this body was read completely after {due}"
    else:
        evidence = "In the list of divisions; no report of this body was ever collected"
    return {"state": "not_collected", "due_on": due, "evidence": evidence}


def _obstacle(unit: Unit, year: int, listed: frozenset[str], traces: Traces) -> str | None:
    """What else may be the report of a body for a year; ``None`` if nothing may. ``listed`` are the hosts of the list."""
    name: str = unit["unit_id"]
    if not any(core(one) for one in _names(unit) if one):
        return "its name does not tell it from others"
    if unit.get("merged_into") and year > max(traces.years.get(name, {year})):
        return f"it was merged into {unit['merged_into']}, at a time that is not known"
    hosts = sorted(listed | traces.hosts.get(name, set()))
    maybe = next(traces.that_may_be(name, hosts, year), None)
    if maybe is not None:
        return maybe.why
    stranger = next((other for host in hosts for other in traces.strangers(name, host, year)), None)
    return stranger and f"a body that never had a report in the same year as this one may be the same under another name: {stranger}"


@dataclass(frozen=True, slots=True)
class _Read:
    """A list that was read completely: how many reports it names of each year, and on which hosts."""

    listing: Listing
    ended_at: datetime
    named: Counter[int]
    hosts: frozenset[str]


class _Lists:
    """The lists that were read completely, by the bodies of which their source has ever named a report."""

    def __init__(self, listings: Iterable[Listing], traces: Traces) -> None:
        bodies: dict[str, set[str]] = defaultdict(set)
        read: dict[str, list[_Read]] = defaultdict(list)
        for listing in listings:
            bodies[listing.source].update(listing.unit_ids)
            for entry in listing.entries:
                bodies[listing.source].update(traces.bodies_at.get(address(entry.url), ()))
            if listing.complete and listing.ended_at is not None:
                read[listing.source].append(_Read(listing, listing.ended_at, _named(listing, traces), listing.hosts()))
        self._of: dict[str, list[_Read]] = defaultdict(list)
        for source, units in bodies.items():
            for unit in units:
                self._of[unit] += read[source]

    def covering(self, unit: Unit, year: int, due: date) -> _Read | None:
        """The last list that would name the report of a body for a year if it had been published in time."""
        fitting = [one for one in self._of.get(unit["unit_id"], ()) if _covers(one, unit, year, due)]
        return max(fitting, key=lambda one: (one.ended_at, one.listing.url), default=None)


def _named(listing: Listing, traces: Traces) -> Counter[int]:
    """How many reports a list names of each year, by what was read of them or else by their titles."""
    named: Counter[int] = Counter()
    for entry in listing.entries:
        if entry.parent:
            continue
        told = traces.years_at.get(address(entry.url))
        named.update(told or ({entry.year} if entry.year is not None else years_of(entry.title or "")))
    return named


def _covers(read: _Read, unit: Unit, year: int, due: date) -> bool:
    """Whether a list speaks for a body and year. One that names no report of this year or later may not be kept up any more."""
    listing = read.listing
    return (
        year in listing.years
        and read.ended_at.astimezone(UTC).date() > due
        and (not listing.unit_ids or unit["unit_id"] in listing.unit_ids)
        and _lies_in(unit, listing.division_code)
        and max(read.named, default=0) >= year
        and read.named[year] >= listing.fewest
    )


def _lies_in(unit: Unit, division_code: str) -> bool:
    """Whether a body lies in a division; one of which no code is known may."""
    codes = [code for code in (unit.get("division_code"), *(unit.get(f"{level}_code") for level in ("township", "county", "city"))) if code]
    cut = next((cut for cut in (2, 4, 6, 9) if not division_code[cut:].strip("0")), 12)
    return not codes or any(code.startswith(division_code[:cut]) for code in codes)
