"""What is found out from all reports of a province: relations and indicators year by year, units and coverage over all years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from pipeline.batch.versions import Reading
from pipeline.batch.world import World
from pipeline.normalizer.derived.year import YearTables
from pipeline.normalizer.load import read_files
from pipeline.normalizer.store import EVERYWHERE, WHENEVER, Snapshot
from pipeline.normalizer.units.rows import unit_rows

# What of a year the next one is held against.
_LOOKED_BACK_AT = (
    *("reports", "proactive_disclosure", "applications", "review_litigation"),
    *("fees", "prose_figures", "sections", "indicators"),
)


class Years:
    """The years of a province one after the other, each completed with what only all its reports, and those of the year before, tell."""

    def __init__(self, last: Snapshot | None, unchanged: set[str]) -> None:
        self._last, self._unchanged = last, unchanged
        self._before: tuple[str, YearTables] | None = None

    def completed(self, partition: str, rows: dict[str, pa.Table]) -> Mapping[str, pa.Table]:
        """The rows of all datasets of one year and province. Partitions of a province must come in the order of years."""
        rows = dict(rows)
        self._before = (partition, YearTables({name: rows[name] for name in _LOOKED_BACK_AT if name in rows}))
        return rows

    def _year_before(self, partition: str) -> YearTables | None:
        """The year before, from this build or, where it did not change, from the last snapshot; ``None`` if there is none."""
        year, _, place = partition.partition("-")
        wanted = f"{int(year) - 1:04d}-{place}"
        if self._before is not None and self._before[0] == wanted:
            return self._before[1]
        if self._last is None or wanted not in self._unchanged:
            return None
        files = {name: [file for file in self._last.files if file.partition == wanted and file.dataset == name] for name in _LOOKED_BACK_AT}
        return YearTables({name: read_files(name, [self._last.path / name / one.name for one in its]) for name, its in files.items()})


def province_parts(world: World, unchanged: set[str]) -> Iterator[tuple[str, str, pa.Table]]:
    """Dataset, province and rows of what is cut by province alone."""
    primaries: dict[str, list[Reading]] = {}
    for group in world.reports:
        primaries.setdefault(group[0].province, []).append(group[0])
    for place, ones in sorted(primaries.items()):
        if f"{WHENEVER}-{place}" not in unchanged:
            yield "units", place, unit_rows((one.claim, one.found) for one in ones)
    yield "redirects", EVERYWHERE, world.redirects
