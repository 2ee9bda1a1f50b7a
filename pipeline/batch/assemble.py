"""From the readings of all documents to the rows of the datasets: which documents are one report, which of them speaks for it.

Documents of the same unit, year and scope are one report. Its *primary* document is the first by: official before local file before
mirror, then the order of the archive. Others with the same figures are duplicates; those with other figures are named in an issue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.archive import Damage
from pipeline.forms.load import TABLES
from pipeline.normalizer import identity
from pipeline.normalizer.dictionary import dictionary_table
from pipeline.normalizer.schemas import DATASETS, arrow_schema
from pipeline.normalizer.store import UNRESOLVED, Part
from pipeline.normalizer.tidy import PARTS

EVERYWHERE = "all"


@dataclass(slots=True)
class Reading:
    """One reading's scalar columns, with what all documents together tell of it."""

    facts: dict[str, Any]
    place: tuple[int, int]
    document_id: str
    year: int | None = None
    unit_id: str | None = None
    report_id: str | None = None
    role: str = "failed"
    addresses: int = 1
    versions: int = 1

    @property
    def trust(self) -> identity.Trust:
        """How far its address vouches for it."""
        return identity.trust_of(self.facts["url"])

    @property
    def partition(self) -> str:
        """The year that its rows are filed under."""
        return identity.UNKNOWN_YEAR if self.year is None else f"{self.year:04d}"


def assemble(tables: Sequence[pa.Table], damages: Iterable[Damage], reader: str) -> Iterator[Part]:
    """The parts of all datasets, from readings in the order of the archive."""
    readings = _documents(tables)
    reports = _reports(readings)
    issues = [*_damage_issues(damages), *_identity_issues(readings), *_version_issues(reports, tables)]
    yield from _parts("documents", [_document_row(one, reader) for one in readings])
    yield from _parts("reports", [_report_row(group[0]) for group in reports])
    for part, dataset in PARTS.items():
        yield from _nested(part, TABLES if part == "figures" else (dataset,), readings, tables, issues if part == "issues" else [])
    yield Part("dictionary", identity.UNKNOWN_YEAR, EVERYWHERE, dictionary_table())


def _documents(tables: Sequence[pa.Table]) -> list[Reading]:
    """One reading for each set of bytes: the one from the best address, else the first."""
    best: dict[str, Reading] = {}
    for index, table in enumerate(tables):
        scalars = table.drop_columns(list(PARTS))
        for row, facts in enumerate(scalars.to_pylist()):
            one = Reading(facts, (index, row), identity.document_id(facts["sha256"]))
            known = best.get(facts["sha256"])
            if known is None:
                best[facts["sha256"]] = one
            elif _rank(one) < _rank(known):
                one.addresses = known.addresses + 1
                best[facts["sha256"]] = one
            else:
                known.addresses += 1
    return sorted(best.values(), key=lambda one: one.place)


def _rank(one: Reading) -> tuple[bool, int, tuple[int, int]]:
    """Smaller is better: read before failed, then by trust, then by the order of the archive."""
    return (one.facts["failure"] is not None, identity.TRUST_ORDER.index(one.trust), one.place)


def _reports(readings: Iterable[Reading]) -> list[list[Reading]]:
    """The documents of each report, primary first; every reading is told its role."""
    groups: dict[str, list[Reading]] = {}
    for one in readings:
        facts = one.facts
        one.year = identity.known_year(facts["report_year"])
        if facts["failure"] is not None:
            continue
        if not facts["is_report"]:
            one.role = "not_a_report"
            continue
        one.unit_id = identity.unit_id(facts["unit_name"], facts["url"], facts["sha256"])
        one.report_id = identity.report_id(one.unit_id, one.year, facts["sha256"])
        groups.setdefault(one.report_id, []).append(one)
    for group in groups.values():
        group.sort(key=_rank)
        for one in group:
            one.role, one.versions = _role(one, group[0]), len(group)
    return list(groups.values())


def _role(one: Reading, primary: Reading) -> str:
    if one is primary:
        return "primary"
    if one.facts["fingerprint"] == primary.facts["fingerprint"]:
        return "duplicate"
    return "mirror" if one.trust == "mirror" else "superseded"


def _keys(one: Reading) -> dict[str, Any]:
    return {
        "report_id": one.report_id,
        "unit_id": one.unit_id,
        "report_year": one.year,
        "document_id": one.document_id,
        "synthetic": one.facts["synthetic"],
        "partition": one.partition,
    }


def _document_row(one: Reading, reader: str) -> dict[str, Any]:
    facts = one.facts
    row = {name: facts[name] for name in facts if name in arrow_schema("documents").names}
    own = {
        "role": one.role,
        "addresses": one.addresses,
        "unit_name_printed": facts["unit_name"],
        "trust": one.trust,
        "fetched_at": _moment(facts["fetched_at"]),
        "reader": reader,
    }
    return row | own | _keys(one)


def _report_row(one: Reading) -> dict[str, Any]:
    facts = one.facts
    row = {name: facts[name] for name in facts if name in arrow_schema("reports").names}
    own = {
        "scope": identity.OWN_SCOPE,
        "unit_name_printed": facts["unit_name"],
        "published_on": _day(facts["published_on"]),
        "source_url": facts["url"],
        "trust": one.trust,
        "versions": one.versions,
    }
    return row | own | _keys(one)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _issue(one: Reading | None, code: str, level: str, message: str, evidence: str | None = None) -> dict[str, Any]:
    nobody = {"report_id": None, "unit_id": None, "report_year": None, "document_id": None, "synthetic": False}
    keys = nobody | {"partition": identity.UNKNOWN_YEAR} if one is None else _keys(one)
    return keys | {"level": level, "code": code, "message": message, "evidence": evidence}


def _damage_issues(damages: Iterable[Damage]) -> Iterator[dict[str, Any]]:
    for damage in damages:
        yield _issue(None, "archive.damaged", "error", f"{damage}; {damage.length} bytes hold no readable record")


def _identity_issues(readings: Iterable[Reading]) -> Iterator[dict[str, Any]]:
    for one in readings:
        if one.role != "primary":
            continue
        name, year = one.facts["unit_name"], one.facts["report_year"]
        if not name or not identity.normalise_name(name):
            yield _issue(one, "report.unit_unknown", "error", "The publishing unit was not found; the id stands for this document alone")
        if one.year is None:
            found = "was not found" if year is None else f"cannot be {year}"
            yield _issue(one, "report.year_unknown", "error", f"The year of the report {found}", one.facts["title"])


def _version_issues(reports: Iterable[list[Reading]], tables: Sequence[pa.Table]) -> Iterator[dict[str, Any]]:
    for group in reports:
        for other in (one for one in group[1:] if one.role != "duplicate"):
            names = _differing(_figures(group[0], tables), _figures(other, tables))
            message = f"{other.document_id} is another version of this report: {len(names)} figures differ"
            yield _issue(group[0], "report.versions_differ", "warning", message, " ".join(names))


def _figures(one: Reading, tables: Sequence[pa.Table]) -> dict[str, tuple[Any, ...]]:
    index, row = one.place
    table = tables[index].slice(row, 1)
    figures = {rec["figure"]: (rec["value"], rec["status"], rec["unit"]) for rec in table["figures"][0].as_py()}
    fees = {rec["figure"]: (rec["amount"], rec["status"], rec["unit"]) for rec in table["fees"][0].as_py() if rec["source"] == "table"}
    return figures | fees


def _differing(left: dict[str, tuple[Any, ...]], right: dict[str, tuple[Any, ...]]) -> list[str]:
    return [figure for figure in dict.fromkeys((*left, *right)) if left.get(figure) != right.get(figure)]


def _parts(dataset: str, rows: list[dict[str, Any]]) -> Iterator[Part]:
    """Rows given as dicts, filed by year."""
    schema = arrow_schema(dataset).remove_metadata()
    years = [row.pop("partition") for row in rows]
    for year in sorted(set(years)):
        chosen = [row for row, its in zip(rows, years, strict=True) if its == year]
        yield _sorted_part(dataset, year, pa.Table.from_pylist(chosen, schema=_nullable(schema)))


def _nested(
    part: str, datasets: Iterable[str], readings: Sequence[Reading], tables: Sequence[pa.Table], more: list[dict[str, Any]]
) -> Iterator[Part]:
    """The nested rows of the documents that speak for a report (and what was found about those that are none), filed by year."""
    chosen: dict[int, list[Reading]] = {}
    for one in readings:
        if one.role == "primary" or (part == "issues" and one.role in {"failed", "not_a_report"}):
            chosen.setdefault(one.place[0], []).append(one)
    flat = [_flattened(tables[index], part, ones) for index, ones in chosen.items()]
    if more:
        flat.append(pa.Table.from_pylist(more, schema=_key_schema(part)))
    if not flat:
        return
    rows = pa.concat_tables(flat)
    for dataset in datasets:
        mine = rows.filter(pc.starts_with(rows["figure"], f"{dataset}.")) if part == "figures" else rows
        for year in sorted(pc.unique(mine["partition"]).to_pylist()):
            yield _sorted_part(dataset, year, mine.filter(pc.equal(mine["partition"], year)))


def _key_schema(part: str) -> pa.Schema:
    """The columns of the nested rows of a kind, and the year that they are filed under."""
    schema = _nullable(arrow_schema(PARTS[part]).remove_metadata())
    for name, kind in (("report_id", pa.string()), ("unit_id", pa.string()), ("report_year", pa.int16()), ("partition", pa.string())):
        schema = schema if name in schema.names else schema.append(pa.field(name, kind))
    return schema


def _flattened(table: pa.Table, part: str, ones: Sequence[Reading]) -> pa.Table:
    """The nested rows of some readings of one table, with the keys of their report beside each."""
    lists = table[part].take(pa.array([one.place[1] for one in ones], pa.int64())).combine_chunks()
    parents = pc.list_parent_indices(lists)
    flat = pc.list_flatten(lists)
    schema = _key_schema(part)
    keys = [_keys(one) for one in ones]
    columns = []
    for field in schema:
        if field.name in keys[0]:
            columns.append(pa.array([key[field.name] for key in keys], field.type).take(parents))
        else:
            columns.append(pc.struct_field(flat, [field.name]))
    return pa.table(columns, schema=schema)


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(True).remove_metadata() for field in schema])


def _sorted_part(dataset: str, year: str, rows: pa.Table) -> Part:
    rows = rows.select(arrow_schema(dataset).names)
    order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in DATASETS[dataset].order])
    return Part(dataset, year, UNRESOLVED, rows.take(order))
