"""What the archive says of who published: documents of reports, documents that gave none, lists that were read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.batch.rows import day, moment
from pipeline.batch.versions import Reading, address_of
from pipeline.normalizer.derived.coverage_facts import DocumentFact, FailedDocument, ReportFact
from pipeline.normalizer.identity import OWN_SCOPE
from pipeline.normalizer.units.expected import existence

if TYPE_CHECKING:
    from pipeline.batch.world import World


def report_fact(group: Sequence[Reading]) -> ReportFact:
    """A report with all its documents, the primary one first."""
    primary = group[0]
    return ReportFact(
        report_id=str(primary.report_id),
        unit_id=str(primary.unit_id),
        report_year=primary.year,
        scope=primary.found.scope,
        unit_name=primary.facts["unit_name"],
        documents=tuple(map(_document, group)),
        withdrawn=moment(primary.withdrawn),
        synthetic=bool(primary.facts["synthetic"]),
    )


def _document(one: Reading) -> DocumentFact:
    facts = one.facts
    others = tuple(where for where in one.urls if where != one.address and not where.startswith("file:"))
    return DocumentFact(facts["url"], facts["name"], facts["title"], day(facts["published_on"]), one.trust, _seen(one), others)


def _seen(one: Reading) -> datetime | None:
    return moment(one.facts["fetched_at"])


def failed_documents(world: World) -> list[FailedDocument]:
    """The documents of which no report came, and why."""
    return [
        FailedDocument(
            facts["url"], facts["name"], facts["title"], facts["failure"] or "no report was found in it", _seen(one), one.role != "failed"
        )
        for one in world.readings
        if one.role in {"failed", "not_a_report"} and (facts := one.facts)
    ]


def collected_counties(world: World) -> set[str]:
    """Codes of the counties of which there is a report, or a list was read."""
    found = {one.code for group in world.reports for one in group[0].found.chain if _is_county(one.code)}
    return found | {listing.division_code for listing in world.listings if _is_county(listing.division_code)}


def _is_county(code: str) -> bool:
    return len(code) == 12 and code[6:] == "000000" and code[4:6] != "00"


def comprised_units(world: World, year: int) -> Mapping[str, Collection[str]]:
    """County → the bodies whose sum its government-wide report for a year should be: all that it has, with a report or without.

    Known only for counties whose own list was read completely, every entry for the year being a report here. To those that it names come
    the others that were there in the year, by a copy elsewhere or by their reports of other years: without them a sum would fall short.
    """
    listed = _listed_units(world, year)
    first, last = existence(world.divisions)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for group in world.reports if listed else ():
        one = group[0].found
        county = next((division.code for division in one.chain if _is_county(division.code)), None)
        root = one.root_code or ""
        if county in listed and one.scope == OWN_SCOPE and first.get(root, year) <= year <= last.get(root, year):
            found[county].add(str(group[0].unit_id))
    return {county: units | found[county] for county, units in listed.items()}


def _listed_units(world: World, year: int) -> dict[str, set[str]]:
    """County → the units that its own list names, for counties whose list was read completely and led to a report with each entry."""
    by_address = {address: group[0] for group in world.reports for one in group for address in one.urls if group[0].year == year}
    found: defaultdict[str, set[str]] = defaultdict(set)
    unsure: set[str] = set()
    for listing in world.listings:
        county = listing.division_code
        if not _is_county(county) or year not in listing.years:
            continue
        if not listing.complete:
            unsure.add(county)
        for entry in listing.entries:
            if entry.parent or entry.year not in {year, None}:
                continue
            report = by_address.get(address_of(entry.url))
            if report is not None:
                found[county] |= {str(report.unit_id)} if report.found.scope == OWN_SCOPE else set()
            elif entry.year == year:
                unsure.add(county)
    return {county: units for county, units in found.items() if county not in unsure}
