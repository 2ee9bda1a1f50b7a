"""From the readings of all documents to the rows of the datasets, one year and province after the other.

First the few columns that tell versions apart are gone through, for all documents. Then the readings are gone through once, their rows put
aside by dataset, year and province; last each of those is sorted and written. So memory holds one stretch of readings, or one file of the
datasets, at a time. Years and provinces that the last snapshot was made from the same of are not gone through at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.archive import Damage, Entry
from pipeline.batch.corrections import Correction
from pipeline.batch.versions import VERSION_COLUMNS, Reading, group_reports, make_reading, mark_withdrawn, merge_same_bytes
from pipeline.batch.work import Shelf, code_digest
from pipeline.forms.load import TABLES
from pipeline.normalizer import identity
from pipeline.normalizer.dictionary import dictionary_table
from pipeline.normalizer.schemas import DATASETS, arrow_schema
from pipeline.normalizer.store import SNAPSHOTS, UNRESOLVED, Kept, Part
from pipeline.normalizer.tidy import PARTS, YUAN, as_count, as_money

EVERYWHERE = "all"
NOWHERE = f"{identity.UNKNOWN_YEAR}-{UNRESOLVED}"
_ASSEMBLY_CODE = ("batch", "forms", "normalizer")
_SPILL = ".spill"
_MANY_ROWS = 10_000
Printed = dict[str, tuple[Any, str, str | None]]


@dataclass(slots=True)
class World:
    """All that is known before rows are made: readings in the order of the archive, reports, corrections that hold, findings."""

    readings: list[Reading]
    reports: list[list[Reading]]
    entries: tuple[Entry, ...]
    reader: str
    corrections: dict[str, dict[str, Correction]]
    unmatched: list[str]
    issues: dict[str, list[dict[str, Any]]]

    def by_stretch(self, partitions: set[str]) -> Iterator[tuple[int, list[Reading]]]:
        """The readings of some years and provinces, stretch by stretch."""
        stretches: dict[int, list[Reading]] = {}
        for one in self.readings:
            if one.partition in partitions:
                stretches.setdefault(one.stretch, []).append(one)
        return iter(stretches.items())


def survey(
    shelf: Shelf, entries: tuple[Entry, ...], damages: Iterable[Damage], reader: str, corrections: Iterable[Correction] = ()
) -> World:
    """Which documents there are, which reports they make, and which corrections hold."""
    rows = (
        make_reading(number, row, facts) for number, table in shelf.scalars(VERSION_COLUMNS) for row, facts in enumerate(table.to_pylist())
    )
    readings = merge_same_bytes(rows)
    reports = group_reports(readings)
    mark_withdrawn(reports, entries)
    world = World(readings, reports, entries, reader, {}, [], {})
    for damage in damages:
        _tell(world, _issue(None, "archive.damaged", "error", f"{damage}; {damage.length} bytes hold no readable record"))
    _match_corrections(world, shelf, corrections)
    return world


def _tell(world: World, issue: dict[str, Any]) -> None:
    world.issues.setdefault(issue["partition"], []).append(issue)


def _match_corrections(world: World, shelf: Shelf, corrections: Iterable[Correction]) -> None:
    """Sort corrections into those that hold and those that match nothing any more."""
    primaries = {group[0].report_id: group[0] for group in world.reports}
    shown = _Shown(shelf)
    for one in sorted(corrections, key=lambda one: primaries[one.report].place if one.report in primaries else (-1, 0)):
        primary = primaries.get(one.report)
        printed = None if primary is None else shown.figures(primary).get(one.figure)
        if primary is not None and printed is not None and one.fits(*printed[:2]):
            world.corrections.setdefault(one.report, {})[one.figure] = one
            continue
        reason = "no such report" if primary is None else "not printed" if printed is None else f"now {_value_text(printed)}"
        message = f"{one.place}: the correction of {one.figure} in {one.report} does not match any more ({reason}, expected {one.expect})"
        world.unmatched.append(message)
        _tell(world, _issue(primary, "correction.unmatched", "error", message, one.note) | {"figure": one.figure})


def input_digests(world: World) -> dict[str, str]:
    """Year and province → a digest of all that its files are made from. Same digest, same files."""
    digests = {NOWHERE: hashlib.sha256()}
    code = f"{code_digest(_ASSEMBLY_CODE)} {world.reader}".encode()
    versions = {group[0].report_id: [one.document_id for one in group] for group in world.reports}
    for one in world.readings:
        digest = digests.setdefault(one.partition, hashlib.sha256())
        known = [one.facts[name] for name in VERSION_COLUMNS] + [one.role, one.unit_id, one.report_id, one.withdrawn, *one.urls]
        fixes = [repr(fix) for fix in world.corrections.get(one.report_id or "", {}).values()]
        digest.update(json.dumps([known, versions.get(one.report_id), fixes], default=str).encode())
    for partition, issues in world.issues.items():
        digests.setdefault(partition, hashlib.sha256()).update(json.dumps(issues, sort_keys=True, default=str).encode())
    return {partition: hashlib.sha256(code + digest.digest()).hexdigest()[:16] for partition, digest in sorted(digests.items())}


def assemble(world: World, shelf: Shelf, unchanged: set[str], processed: Path) -> Iterator[Part | Kept]:
    """The parts of all datasets; those of ``unchanged`` years and provinces as the last snapshot has them."""
    touched = ({one.partition for one in world.readings} | world.issues.keys()) - unchanged
    spill = _Spill(processed / SNAPSHOTS / _SPILL)
    try:
        for number, ones in world.by_stretch(touched):
            _spill_rows(spill, world, shelf, number, ones)
        _spill_issues(spill, world, shelf, touched)
        for partition in sorted(unchanged):
            yield Kept(partition)
        for dataset in DATASETS:
            for partition in sorted(touched):
                rows = spill.take(dataset, partition)
                if rows is not None:
                    yield _sorted_part(dataset, partition, rows)
    finally:
        spill.remove()
    yield _sorted_part("captures", f"{identity.UNKNOWN_YEAR}-{EVERYWHERE}", _captures(world))
    yield Part("dictionary", identity.UNKNOWN_YEAR, EVERYWHERE, dictionary_table())


class _Spill:
    """Rows put aside by dataset and partition, in files outside of the dataset folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def add(self, dataset: str, partition: str, rows: pa.Table) -> None:
        if rows.num_rows:
            with (
                (self._folder / f"{dataset}-{partition}").open("ab") as out,
                pa.ipc.new_stream(out, rows.schema, options=_PACKED) as writer,
            ):
                writer.write_table(rows)

    def take(self, dataset: str, partition: str) -> pa.Table | None:
        """All rows of a dataset and partition in the order in which they were added; they are then gone from here."""
        path = self._folder / f"{dataset}-{partition}"
        if not path.exists():
            return None
        tables, size = [], path.stat().st_size
        with path.open("rb") as file:
            while file.tell() < size:
                with pa.ipc.open_stream(file) as reader:
                    tables.append(reader.read_all())
        path.unlink()
        return pa.concat_tables(tables)

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


_PACKED = pa.ipc.IpcWriteOptions(compression="zstd")


def _spill_rows(spill: _Spill, world: World, shelf: Shelf, number: int, ones: Sequence[Reading]) -> None:
    """The rows of some readings of one stretch."""
    rows = pa.array([one.row for one in ones], pa.int64())
    facts = shelf.columns(number).take(rows).to_pylist()
    for dataset, made in (
        ("documents", [_document_row(one, its, world.reader) for one, its in zip(ones, facts, strict=True)]),
        ("reports", [_report_row(one, its) for one, its in zip(ones, facts, strict=True) if one.role == "primary"]),
    ):
        _spill_dicts(spill, dataset, made)
    speaking = [one for one in ones if one.role == "primary"]
    heard = [one for one in ones if one.role in {"primary", "failed", "not_a_report"}]
    for part, dataset in PARTS.items():
        chosen = heard if part == "issues" else speaking
        if not chosen:
            continue
        flat = _flattened(shelf.columns(number, [part]), part, chosen)
        for name in TABLES if part == "figures" else (dataset,):
            mine = flat.filter(pc.starts_with(flat["figure"], f"{name}.")) if part == "figures" else flat
            for partition in dict.fromkeys(one.partition for one in chosen):
                its = mine.filter(pc.equal(mine["partition"], partition)).drop_columns(["partition"])
                spill.add(name, partition, _corrected(name, its, world.corrections))


def _spill_dicts(spill: _Spill, dataset: str, rows: Iterable[dict[str, Any]]) -> None:
    schema = _nullable(arrow_schema(dataset))
    filed: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        filed.setdefault(row["partition"], []).append(row)
    for partition, its in filed.items():
        spill.add(dataset, partition, pa.Table.from_pylist(its, schema=schema))


def _spill_issues(spill: _Spill, world: World, shelf: Shelf, touched: set[str]) -> None:
    """What only all documents together can tell."""
    shown = _Shown(shelf)
    found = [issue for partition, issues in world.issues.items() if partition in touched for issue in issues]
    for group in world.reports:
        if group[0].partition in touched:
            found += [*_identity_issues(group[0]), *_version_issues(group, shown)]
        if len(found) > _MANY_ROWS:
            _spill_dicts(spill, "issues", found)
            found = []
    _spill_dicts(spill, "issues", found)


class _Shown:
    """What single documents print, looked up in the readings; of the last stretches only, so that memory stays small."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._tables: dict[int, pa.Table] = {}

    def figures(self, one: Reading) -> Printed:
        """Figure → value, status and unit, as the document prints them."""
        if one.stretch not in self._tables:
            if len(self._tables) >= 3:
                del self._tables[next(iter(self._tables))]
            self._tables[one.stretch] = self._shelf.columns(one.stretch, ["figures", "fees"])
        table = self._tables[one.stretch].slice(one.row, 1)
        figures: Printed = {row["figure"]: (row["value"], row["status"], row["unit"]) for row in table["figures"][0].as_py()}
        fees = (row for row in table["fees"][0].as_py() if row["source"] == "table")
        return figures | {row["figure"]: (row["amount"], row["status"], row["unit"]) for row in fees}


def _keys(one: Reading) -> dict[str, Any]:
    return {
        "report_id": one.report_id,
        "unit_id": one.unit_id,
        "report_year": one.year,
        "document_id": one.document_id,
        "synthetic": one.facts["synthetic"],
        "partition": one.partition,
    }


def _document_row(one: Reading, facts: dict[str, Any], reader: str) -> dict[str, Any]:
    own = {
        "role": one.role,
        "addresses": len(one.urls),
        "unit_name_printed": facts["unit_name"],
        "trust": one.trust,
        "fetched_at": _moment(facts["fetched_at"]),
        "reader": reader,
    }
    return facts | own | _keys(one)


def _report_row(one: Reading, facts: dict[str, Any]) -> dict[str, Any]:
    own = {
        "scope": identity.OWN_SCOPE,
        "unit_name_printed": facts["unit_name"],
        "unit_name": None,
        "published_on": _day(facts["published_on"]),
        "source_url": facts["url"],
        "trust": one.trust,
        "versions": one.versions,
        "withdrawn": one.withdrawn is not None,
        "withdrawn_seen": _moment(one.withdrawn),
    }
    return facts | own | _keys(one)


def _captures(world: World) -> pa.Table:
    """One row for each record of the archive."""
    rows = [
        {
            "url": entry.url,
            "name": entry.name or None,
            "fetched_at": _moment(entry.fetched_at),
            "http_status": entry.status,
            "sha256": entry.sha256,
            "document_id": identity.document_id(entry.sha256) if entry.is_document else None,
            "record_type": entry.record_type,
            "archive_file": entry.file,
            "archive_offset": entry.offset,
        }
        for entry in world.entries
    ]
    return pa.Table.from_pylist(rows, schema=_nullable(arrow_schema("captures")))


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _issue(one: Reading | None, code: str, level: str, message: str, evidence: str | None = None) -> dict[str, Any]:
    nobody = {"report_id": None, "unit_id": None, "report_year": None, "document_id": None, "synthetic": False, "partition": NOWHERE}
    keys = nobody if one is None else _keys(one)
    return keys | {"level": level, "code": code, "message": message, "evidence": evidence}


def _identity_issues(one: Reading) -> Iterator[dict[str, Any]]:
    name, year = one.facts["unit_name"], one.facts["report_year"]
    if not name or not identity.normalise_name(name):
        yield _issue(one, "report.unit_unknown", "error", "The publishing unit was not found; the id stands for this document alone")
    if one.year is None:
        found = "was not found" if year is None else f"cannot be {year}"
        yield _issue(one, "report.year_unknown", "error", f"The year of the report {found}", one.facts["title"])
    if one.withdrawn is not None:
        message = f"The report was found gone on {one.withdrawn[:10]}: every address of it answers 404 or 410 since; its figures are kept"
        yield _issue(one, "report.withdrawn", "warning", message, one.facts["url"])


def _version_issues(group: Sequence[Reading], shown: _Shown) -> Iterator[dict[str, Any]]:
    """One for each figure that another document of a report prints otherwise, with both values."""
    primary = group[0]
    for other in group[1:]:
        if other.facts["fingerprint"] == primary.facts["fingerprint"]:
            continue
        ours, theirs = shown.figures(primary), shown.figures(other)
        for figure in dict.fromkeys((*ours, *theirs)):
            values = [_value_text(printed.get(figure)) for printed in (ours, theirs)]
            if values[0] != values[1]:
                message = f"{values[0]} in the primary document, {values[1]} in {other.document_id} ({other.role})"
                row = _issue(primary, "report.versions_differ", "warning", message, other.facts["url"] or other.facts["name"])
                yield row | {"figure": figure, "table_id": figure.partition(".")[0]}


def _value_text(printed: tuple[Any, str, str | None] | None) -> str:
    """A printed figure as words."""
    if printed is None:
        return "not printed"
    value, status, unit = printed
    number = status if value is None else str(value) if isinstance(value, int) else f"{value.normalize():f}"
    return f"{number} {unit}" if unit and value is not None else number


def _flattened(table: pa.Table, part: str, ones: Sequence[Reading]) -> pa.Table:
    """The nested rows of some readings of one stretch, with the keys of their report, and their partition, beside each."""
    lists = table[part].take(pa.array([one.row for one in ones], pa.int64())).combine_chunks()
    parents, flat = pc.list_parent_indices(lists), pc.list_flatten(lists)
    schema = _nullable(arrow_schema(PARTS[part])).append(pa.field("partition", pa.string()))
    keys, nested = [_keys(one) for one in ones], {field.name for field in flat.type}
    columns = []
    for field in schema:
        if field.name in nested:
            columns.append(pc.struct_field(flat, [field.name]))
        elif field.name in keys[0]:
            columns.append(pa.array([key[field.name] for key in keys], field.type).take(parents))
        else:
            columns.append(pa.nulls(len(flat), field.type))
    return pa.table(columns, schema=schema)


def _corrected(dataset: str, rows: pa.Table, corrections: Mapping[str, Mapping[str, Correction]]) -> pa.Table:
    """Rows of figures with the corrected values beside the printed ones."""
    if "correction" not in rows.schema.names or not corrections:
        return rows
    concerned = pc.is_in(rows["report_id"], pa.array(corrections, pa.string()))
    if not pc.any(concerned).as_py():
        return rows
    found: list[Correction | None] = [
        corrections[report].get(figure) if report in corrections else None
        for report, figure in zip(rows["report_id"].to_pylist(), rows["figure"].to_pylist(), strict=True)
    ]
    made: dict[str, list[Any]] = {"correction": [one.note if one else None for one in found]}
    if dataset == "fees":
        units = rows["unit"].to_pylist()
        made["amount_corrected"] = [as_money(one.value) if one else None for one in found]
        made["amount_yuan_corrected"] = [
            as_money(one.value * YUAN[unit]) if one and unit in YUAN else None for one, unit in zip(found, units, strict=True)
        ]
    else:
        made["value_corrected"] = [as_count(one.value) if one else None for one in found]
    for name, values in made.items():
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, rows.schema.field(name), pa.array(values, rows.schema.field(name).type))
    return rows


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(True).remove_metadata() for field in schema])


def _sorted_part(dataset: str, partition: str, rows: pa.Table) -> Part:
    order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in DATASETS[dataset].order])
    year, _, place = partition.partition("-")
    return Part(dataset, year, place, rows.take(order))
