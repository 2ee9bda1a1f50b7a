"""Writes a made-up county with planted facts and the truth of it: ``python -m pipeline.generator.county --help``.

Two hundred bodies over seven years in both forms: their pages as a WARC file, the lists of divisions and of what became of them, and
``truth.json`` with every fact that was planted and every relation that fails because of it. Nothing else is wrong in it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from pipeline.archive.records import Record, encode, make_record
from pipeline.generator.county_faults import IMPLIED, RELATIONS
from pipeline.generator.county_life import County, live
from pipeline.generator.county_pages import COLLECTED, Document, Publication, publish
from pipeline.generator.county_plants import MiscarriedError, Planted, plant_all
from pipeline.generator.county_relations import Broken, broken_relations
from pipeline.generator.county_units import Divisions, county_data, make_units
from pipeline.scrapers.model import Source
from pipeline.scrapers.summary import Item, SourceSummary

_TRIES = 20
PAGES = "pages.warc.gz"
DIVISIONS = "divisions.csv"
CHANGES = "changes.csv"
LISTING = "listing.json"
TRUTH = "truth.json"


@dataclass(frozen=True, slots=True)
class MadeCounty:
    """A county with everything that is known of it. ``broken`` holds the planted relations and the implied ones."""

    county: County
    divisions: Divisions
    planted: tuple[Planted, ...]
    broken: frozenset[Broken]
    publications: dict[tuple[str, int], Publication]

    def documents(self) -> Iterable[Document]:
        """All documents by unit and year, then what was found gone later."""
        found = [document for key in sorted(self.publications) for document in self.publications[key].documents]
        return sorted(found, key=lambda one: one.record.fetched_at)

    def listing(self) -> Record:
        """What a collector would keep of the county's list of reports: it was read to its end, for all years but the first.

        Every page of the county's site stands in it; a report that no page of the site shows does not.
        """
        data, years = county_data(), self.county.years
        source = Source(
            "yunhe", f"{data['place']['upgraded']}人民政府网站", data["place"]["upgraded_code"], "trs", (data["pages"]["list"],)
        )
        summary = SourceSummary(source, range(years[1], years[-1] + 1), "1", COLLECTED, ended=COLLECTED, list_pages=1)
        for one in self.documents():
            url = one.record.url or ""
            if one.role != "gone" and one.year in summary.years and data["hosts"]["official"] in url:
                summary.items.append(Item(url, "report", "new", "ok", year=one.year))
        body = json.dumps(summary.listing(), ensure_ascii=False).encode()
        return make_record(body, kind="metadata", name="listing", media_type="application/json", source=source.id, fetched_at=COLLECTED)

    def truth(self) -> dict[str, Any]:
        """Everything as JSON: units, reports, documents, planted facts, broken relations, coverage."""
        planted = {(one.fact, one.unit, one.year) for one in self.planted}
        return {
            "years": list(self.county.years),
            "complete_years": list(self.county.complete),
            "units": [_unit(self, unit.key) for unit in self.county.units],
            "reports": [_report(self, *key) for key in sorted(self.publications)],
            "documents": [
                {"url": one.record.url, "unit": one.unit, "year": one.year, "role": one.role, "sha256": one.record.sha256}
                for one in self.documents()
            ],
            "planted": [asdict(one) for one in self.planted],
            "broken": [asdict(one) | {"planted": (one.check, one.unit, one.year) in planted} for one in sorted(self.broken)],
            "coverage": [{"unit": key, "year": year, "state": _state(self, key, year)} for key, year in sorted(self.county.drafts)],
        }


def make_county(units: int, years: Sequence[int], seed: int, each: int = 2) -> MadeCounty:
    """A county of so many units, every fact planted ``each`` times. Raises ``ValueError`` where it is too small for that."""
    reason = ""
    for at in range(_TRIES):
        try:
            return _make(f"{seed}/{at}", units, years, each)
        except MiscarriedError as error:
            reason = str(error)
    raise ValueError(f"{_TRIES} counties of seed {seed} were tried, the last: {reason}")


def _make(seed: str, count: int, years: Sequence[int], each: int) -> MadeCounty:
    """One county. Raises ``MiscarriedError`` where chance contradicts something, or where a fact finds no place."""
    units, divisions = make_units(random.Random(f"{seed}/units"), count, years)
    county = live(units, years, seed)
    if found := broken_relations(county):
        raise MiscarriedError(f"by chance {min(found)}")
    planted = tuple(plant_all(county, random.Random(f"{seed}/plants"), each, max(1, count // 60)))
    broken = broken_relations(county)
    _check_nothing_else(planted, broken)
    publications = {key: publish(draft, seed) for key, draft in county.drafts.items() if key not in county.missing}
    return MadeCounty(county, divisions, planted, frozenset(broken), publications)


def _check_nothing_else(planted: Iterable[Planted], broken: set[Broken]) -> None:
    """Every planted relation fails, and beside it only what it is declared to imply; else ``MiscarriedError``."""
    facts = {(one.unit, one.year): one.fact for one in planted}
    for (unit, year), fact in facts.items():
        checks = {fact} if fact in RELATIONS else IMPLIED.get(fact, frozenset())
        if missing := [check for check in sorted(checks) if Broken(check, unit, year) not in broken]:
            raise MiscarriedError(f"{fact} was planted in {unit} {year}, and {missing[0]} does not fail")
    for one in sorted(broken):
        fact = facts.get((one.unit, one.year), "")
        if one.check != fact and one.check not in IMPLIED.get(fact, frozenset()):
            raise MiscarriedError(f"{one.check} fails in {one.unit} {one.year}, where {fact or 'nothing'} was planted")


def _unit(made: MadeCounty, key: str) -> dict[str, Any]:
    unit = next(one for one in made.county.units if one.key == key)
    return {
        "key": key,
        "level": unit.level,
        "kind": unit.kind,
        "body": unit.stages[-1].body,
        "names": [one.name for one in unit.stages],
        "code": unit.stages[-1].code,
        "root_code": unit.stages[0].code,
        "years": [year for year in unit.years if (key, year) in made.publications],
        "merged_from": list(unit.merged_from),
    }


def _report(made: MadeCounty, unit: str, year: int) -> dict[str, Any]:
    draft, published = made.county.drafts[unit, year], made.publications[unit, year]
    return {
        "unit": unit,
        "year": year,
        "scope": draft.scope,
        "form": draft.form,
        "unit_name": published.unit_name,
        "published_on": published.published_on and published.published_on.isoformat(),
        "documents": len({one.record.sha256 for one in published.documents if one.role != "gone"}),
    }


def _state(made: MadeCounty, unit: str, year: int) -> str:
    """What can be known of a report: one that is not there was not published if the list was read, which it was but for the first year."""
    if (unit, year) in made.county.missing:
        return "not_collected" if year == made.county.years[0] else "not_found"
    if made.county.drafts[unit, year].pages == "withdrawn":
        return "withdrawn"
    late = Broken("published_in_time", unit, year) in made.broken
    return "after_deadline" if late else "published"


def write_county(made: MadeCounty, folder: Path) -> None:
    """Pages, lists and truth into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PAGES).write_bytes(b"".join(encode(one.record) for one in made.documents()))
    (folder / LISTING).write_bytes(made.listing().body)
    made.divisions.write(folder)
    (folder / TRUTH).write_text(json.dumps(made.truth(), ensure_ascii=False, indent=1) + "\n", "utf8")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--units", default=200, show_default=True, help="How many bodies.")
@click.option("--years", default="2019..2025", show_default=True, help="First and last year reported on; at least seven.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--each", default=2, show_default=True, help="How often each fact is planted.")
def main(folder: Path, units: int, years: str, seed: int, each: int) -> None:
    """Write a made-up county with planted facts into FOLDER: pages.warc.gz, divisions.csv, changes.csv, listing.json, truth.json.

    listing.json is what a collector would keep of the county's list of reports.

    \b
    Example: python -m pipeline.generator.county county --units 200
             gongkai units import county/divisions.csv county/changes.csv
             gongkai import county/pages.warc.gz && gongkai build
    """
    first, found, last = years.partition("..")
    if not (found and first.isdigit() and last.isdigit()):
        raise click.BadParameter("expected two years such as 2019..2025", param_hint="--years")
    try:
        made = make_county(units, range(int(first), int(last) + 1), seed, each)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    write_county(made, folder)
    documents = sum(1 for _ in made.documents())
    click.echo(f"{len(made.publications)} reports of {units} units, {documents} records, {len(made.planted)} planted facts in {folder}")


if __name__ == "__main__":
    main()
