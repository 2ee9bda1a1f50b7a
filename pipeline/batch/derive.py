"""What is found out from all reports together: relations and indicators year by year of a province, units and coverage over all years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.batch.evidence import collected_counties, comprised_units, failed_documents, report_fact
from pipeline.batch.rows import nullable, recounted
from pipeline.batch.world import World
from pipeline.normalizer import identity
from pipeline.normalizer.derived.coverage import coverage_rows
from pipeline.normalizer.derived.indicators import indicator_rows
from pipeline.normalizer.derived.relations import relation_rows
from pipeline.normalizer.derived.year import YearTables
from pipeline.normalizer.load import read_files
from pipeline.normalizer.schemas import arrow_schema
from pipeline.normalizer.store import EVERYWHERE, UNRESOLVED, WHENEVER, Snapshot
from pipeline.normalizer.units.expected import expected_rows, with_existence
from pipeline.normalizer.units.rows import unit_rows

# What of a year the next one is held against.
_LOOKED_BACK_AT = (
    *("reports", "proactive_disclosure", "applications", "review_litigation"),
    *("fees", "prose_figures", "sections", "indicators"),
)


class Years:
    """The years of a province one after the other, each completed with what only all its reports, and those of the year before, tell."""

    def __init__(self, last: Snapshot | None, unchanged: set[str], world: World) -> None:
        self._last, self._unchanged, self._world = last, unchanged, world
        self._before: tuple[str, YearTables] | None = None

    def completed(self, partition: str, rows: dict[str, pa.Table]) -> Mapping[str, pa.Table]:
        """The rows of all datasets of one year and province. Partitions of a province must come in the order of years."""
        rows = dict(rows)
        if "reports" in rows:
            before = self._year_before(partition)
            rows["reports"] = recounted(rows, self._world.lent_reports)
            now = YearTables({name: _declared(name, table) for name, table in rows.items()})
            found = relation_rows(now, before, expected=comprised_units(self._world, int(partition.partition("-")[0])))
            rows["checks"] = pa.concat_tables([now["checks"], _declared("checks", found)])
            rows["indicators"] = _declared("indicators", indicator_rows(YearTables({**now.tables, "checks": rows["checks"]}), before))
        self._before = (partition, YearTables({name: _declared(name, rows[name]) for name in _LOOKED_BACK_AT if name in rows}))
        return rows

    def _year_before(self, partition: str) -> YearTables | None:
        """The year before, from this build or, where it did not change, from the last snapshot; ``None`` if there is none."""
        year, _, place = partition.partition("-")
        if year == identity.UNKNOWN_YEAR:
            return None
        wanted = f"{int(year) - 1:04d}-{place}"
        if self._before is not None and self._before[0] == wanted:
            return self._before[1]
        if self._last is None or wanted not in self._unchanged:
            return None
        files = {name: [file for file in self._last.files if file.partition == wanted and file.dataset == name] for name in _LOOKED_BACK_AT}
        return YearTables({name: read_files(name, [self._last.path / name / one.name for one in its]) for name, its in files.items()})


def _declared(dataset: str, rows: pa.Table) -> pa.Table:
    return rows.select(arrow_schema(dataset).names).cast(nullable(arrow_schema(dataset)))


def province_parts(world: World, unchanged: set[str]) -> Iterator[tuple[str, str, pa.Table]]:
    """Dataset, province and rows of what is cut by province alone, and of what is not cut. Nothing where nothing changed anywhere."""
    if not _all_unchanged(world, unchanged):
        primaries = [group[0] for group in world.reports]
        units = unit_rows((one.claim, one.found) for one in primaries)
        divisions = world.divisions
        expected = with_existence(expected_rows(divisions, collected_counties(world)), divisions) if divisions else None
        years = [one.year for one in primaries if one.year is not None]
        facts = [report_fact(group) for group in world.reports]
        covered = range(min(years), max(years) + 1) if years else range(0)
        coverage = coverage_rows(
            facts, with_existence(units, divisions), world.listings, failed_documents(world), covered, expected=expected
        )
        for name, table in (("units", units), ("coverage", coverage)):
            yield from ((name, place, rows) for place, rows in _by_province(table))
    yield "redirects", EVERYWHERE, world.redirects


def _all_unchanged(world: World, unchanged: set[str]) -> bool:
    return {f"{WHENEVER}-{group[0].province}" for group in world.reports} <= unchanged


def _by_province(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """A table in parts by the first two digits of the province's code."""
    places = pc.fill_null(pc.utf8_slice_codeunits(table["province_code"], 0, 2), UNRESOLVED)
    for place in sorted(set(places.to_pylist())):
        yield place, table.filter(pc.equal(places, place))
