"""From the readings of all documents to the rows of the datasets, one year and province after the other.

First the few columns that tell versions apart are gone through, for all documents (``world``). Then the readings are gone through once,
their rows put aside by dataset, year and province; last each of those is taken up again with the year before it, for what only all reports
together can tell, sorted and written. So memory holds one stretch of readings, or two years of a province, at a time. Years and provinces
that the last snapshot was made from the same of are not gone through at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.batch.derive import Years, province_parts
from pipeline.batch.findings import Shown, identity_issues, lending_issues, version_issues
from pipeline.batch.rows import captures, corrected, document_row, flattened, nullable, report_row, stands_here
from pipeline.batch.spill import Spill
from pipeline.batch.versions import Reading
from pipeline.batch.work import SCALARS, Shelf
from pipeline.batch.world import World
from pipeline.forms.load import TABLES
from pipeline.normalizer.dictionary import dictionary_table
from pipeline.normalizer.readings import PARTS
from pipeline.normalizer.schemas import DATASETS, arrow_schema
from pipeline.normalizer.store import EVERYWHERE, SNAPSHOTS, WHENEVER, Kept, Part, Snapshot

_SPILL = ".spill"
_MANY_ROWS = 10_000
# Kinds of rows that say something of one table, and so stand in the document that has it.
_OF_TABLES = frozenset({"figures", "fees", "checks"})


def assemble(world: World, shelf: Shelf, unchanged: set[str], processed: Path, last: Snapshot | None) -> Iterator[Part | Kept]:
    """The parts of all datasets; those of ``unchanged`` years and provinces as the ``last`` snapshot has them."""
    touched = ({one.partition for one in world.readings} | world.issues.keys()) - unchanged
    spill = Spill(processed / SNAPSHOTS / _SPILL)
    try:
        for number, ones in world.by_stretch(touched):
            _spill_rows(spill, world, shelf, number, ones)
        _spill_issues(spill, world, shelf, touched)
        for partition in sorted(unchanged):
            yield Kept(partition)
        years = Years(last, unchanged, world)
        # A province's years in their order: each is held against the one before it.
        for partition in sorted(touched, key=lambda name: name.partition("-")[::-1]):
            rows = {name: spill.take(name, partition) for name, dataset in DATASETS.items() if dataset.cut == "year"}
            year, _, place = partition.partition("-")
            for name, table in years.completed(partition, {name: table for name, table in rows.items() if table is not None}).items():
                yield _sorted_part(name, year, place, table)
    finally:
        spill.remove()
    for name, place, table in province_parts(world, unchanged):
        yield _sorted_part(name, WHENEVER, place, table)
    yield _sorted_part("captures", WHENEVER, EVERYWHERE, captures(world.entries))
    yield Part("dictionary", WHENEVER, EVERYWHERE, dictionary_table())


def _spill_rows(spill: Spill, world: World, shelf: Shelf, number: int, ones: Sequence[Reading]) -> None:
    """The rows of some readings of one stretch."""
    rows = pa.array([one.row for one in ones], pa.int64())
    table = shelf.columns(number, (*SCALARS, *PARTS))
    facts = table.select(SCALARS).take(rows).to_pylist()
    for dataset, made in (
        ("documents", [document_row(one, its, world.reader) for one, its in zip(ones, facts, strict=True)]),
        ("reports", [report_row(one, its, world.lenders(one)) for one, its in zip(ones, facts, strict=True) if one.role == "primary"]),
    ):
        _spill_dicts(spill, dataset, made)
    primary = [one for one in ones if one.role == "primary"]
    speaking = [one for one in ones if one.tables]
    heard = [one for one in ones if one.role in {"primary", "failed", "not_a_report"}]
    for part, dataset in PARTS.items():
        chosen = heard if part == "issues" else speaking if part in _OF_TABLES else primary
        for partition, its in _by_partition(chosen).items():
            flat = flattened(table, part, its)
            for name in TABLES if part == "figures" else (dataset,):
                mine = flat.filter(pc.starts_with(flat["figure"], f"{name}.")) if part == "figures" else flat
                if part in _OF_TABLES:
                    mine = mine.filter(stands_here(part, name, mine, its))
                spill.add(name, partition, corrected(name, mine, world.corrections))


def _by_partition(ones: Iterable[Reading]) -> dict[str, list[Reading]]:
    filed: dict[str, list[Reading]] = {}
    for one in ones:
        filed.setdefault(one.partition, []).append(one)
    return filed


def _spill_dicts(spill: Spill, dataset: str, rows: Iterable[dict[str, Any]]) -> None:
    schema = nullable(arrow_schema(dataset))
    filed: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        filed.setdefault(row["partition"], []).append(row)
    for partition, its in filed.items():
        spill.add(dataset, partition, pa.Table.from_pylist(its, schema=schema))


def _spill_issues(spill: Spill, world: World, shelf: Shelf, touched: set[str]) -> None:
    """What only all documents together can tell."""
    shown = Shown(shelf)
    found = [issue for partition, issues in world.issues.items() if partition in touched for issue in issues]
    for group in world.reports:
        if group[0].partition in touched:
            found += [*identity_issues(group[0]), *lending_issues(group[0], world.lenders(group[0])), *version_issues(group, shown)]
        if len(found) > _MANY_ROWS:
            _spill_dicts(spill, "issues", found)
            found = []
    _spill_dicts(spill, "issues", found)


def _sorted_part(dataset: str, year: str, place: str, rows: pa.Table) -> Part:
    order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in DATASETS[dataset].order])
    return Part(dataset, year, place, rows.take(order))
