"""Rows of the datasets from readings, with the keys that only all documents together can tell."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.archive import Entry
from pipeline.batch.corrections import Correction
from pipeline.batch.versions import Reading
from pipeline.forms import forms
from pipeline.forms.layout import DISCLOSURE
from pipeline.forms.load import TABLES
from pipeline.normalizer import identity
from pipeline.normalizer.readings import PARTS, as_count, as_money
from pipeline.normalizer.schemas import arrow_schema
from pipeline.normalizer.store import UNRESOLVED
from pipeline.normalizer.tidy import YUAN

#: Year and province of what belongs to no report.
NOWHERE = f"{identity.UNKNOWN_YEAR}-{UNRESOLVED}"


def keys_of(one: Reading) -> dict[str, Any]:
    """The keys of every row of a document, and the partition that it is filed under."""
    return {
        "report_id": one.report_id,
        "unit_id": one.unit_id,
        "report_year": one.year,
        "document_id": one.document_id,
        "synthetic": one.facts["synthetic"],
        "partition": one.partition,
    }


def document_row(one: Reading, facts: dict[str, Any], reader: str) -> dict[str, Any]:
    """A row of ``documents`` from a reading and its scalar columns."""
    own = {
        "role": one.role,
        "addresses": len(one.urls),
        "unit_name_printed": facts["unit_name"],
        "trust": one.trust,
        "fetched_at": moment(facts["fetched_at"]),
        "reader": reader,
    }
    return facts | own | keys_of(one)


def report_row(one: Reading, facts: dict[str, Any], lenders: Sequence[Reading] = ()) -> dict[str, Any]:
    """A row of ``reports`` from its primary document and those that lend it tables."""
    found = one.found
    own = {
        "scope": found.scope,
        "unit_name_printed": facts["unit_name"],
        "unit_name": found.name if found.resolved else None,
        "level": found.level,
        "kind": found.kind,
        **found.places(),
        "published_on": day(facts["published_on"]),
        "source_url": facts["url"],
        "trust": one.trust,
        "versions": one.versions,
        "withdrawn": one.withdrawn is not None,
        "withdrawn_seen": moment(one.withdrawn),
    }
    lent = {f"{table}_{what}": other.facts[f"{table}_{what}"] for other in lenders for table in other.tables for what in ("state", "form")}
    if lent:
        own["form"] = _form_of({**facts, **lent})
    return facts | own | lent | keys_of(one)


def _form_of(facts: Mapping[str, Any]) -> str:
    found = {facts[f"{table}_form"] for table in TABLES} - {None}
    return found.pop() if len(found) == 1 else "mixed" if found else "unknown"


def captures(entries: Iterable[Entry]) -> pa.Table:
    """One row for each answer and document of the archive, also for answers whose body was there before."""
    rows = [
        {
            "url": entry.url,
            "name": entry.name or None,
            "fetched_at": moment(entry.fetched_at),
            "http_status": entry.status,
            "sha256": entry.sha256,
            "document_id": identity.document_id(entry.sha256) if entry.shows_document else None,
            "record_type": entry.record_type,
            "judgement": entry.judgement,
            "redirect_to": entry.location,
            "archive_file": entry.file,
            "archive_offset": entry.offset,
        }
        for entry in entries
        if entry.record_type != "metadata"
    ]
    return pa.Table.from_pylist(rows, schema=nullable(arrow_schema("captures")))


def moment(text: str | None) -> datetime | None:
    """A time as text, in UTC where it names no zone."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str | None) -> date | None:
    """The day that a text begins with."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def issue_row(one: Reading | None, code: str, level: str, message: str, evidence: str | None = None) -> dict[str, Any]:
    """A row of ``issues`` about a document, or about none."""
    nobody = {"report_id": None, "unit_id": None, "report_year": None, "document_id": None, "synthetic": False, "partition": NOWHERE}
    keys = nobody if one is None else keys_of(one)
    return keys | {"level": level, "code": code, "message": message, "evidence": evidence}


def flattened(table: pa.Table, part: str, ones: Sequence[Reading]) -> pa.Table:
    """The nested rows of some readings of one stretch, with the keys of their report beside each."""
    lists = table[part].take(pa.array([one.row for one in ones], pa.int64())).combine_chunks()
    parents, flat = pc.list_parent_indices(lists), pc.list_flatten(lists)
    schema = nullable(arrow_schema(PARTS[part]))
    keys, nested = [keys_of(one) for one in ones], {field.name for field in flat.type}
    columns = []
    for field in schema:
        if field.name in nested:
            columns.append(pc.struct_field(flat, [field.name]))
        elif field.name in keys[0]:
            columns.append(pa.array([key[field.name] for key in keys], field.type).take(parents))
        else:
            columns.append(pa.nulls(len(flat), field.type))
    return pa.table(columns, schema=schema)


def corrected(dataset: str, rows: pa.Table, corrections: Mapping[str, Mapping[str, Correction]]) -> pa.Table:
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


def stands_here(part: str, dataset: str, rows: pa.Table, documents: Sequence[Reading]) -> pa.Array:
    """Which rows are of a table whose figures stand in their document. What is of no table stands in the primary document."""
    tables = {one.document_id: one.tables for one in documents}
    if all(len(one) == len(TABLES) for one in tables.values()):
        return pa.array([True] * rows.num_rows, pa.bool_())
    primary = {one.document_id for one in documents if one.role == "primary"}
    if part == "checks":
        named: list[str | None] = [
            _table_of(*pair) for pair in zip(rows["check_id"].to_pylist(), rows["scope_key"].to_pylist(), strict=True)
        ]
    elif part == "fees":
        named = [DISCLOSURE if source == "table" else None for source in rows["source"].to_pylist()]
    else:
        named = [dataset] * rows.num_rows
    pairs = zip(named, rows["document_id"].to_pylist(), strict=True)
    return pa.array([document in primary if table is None else table in tables[document] for table, document in pairs], pa.bool_())


def recounted(rows: Mapping[str, pa.Table], reports: Collection[str]) -> pa.Table:
    """The rows of ``reports``, the numbers of figures and contradictions of some of them counted anew from what stands in the datasets."""
    table = rows["reports"]
    for at, report in enumerate(table["report_id"].to_pylist()):
        if report in reports:
            counts = _counts({name: _of_report(its, report) for name, its in rows.items() if name in {*TABLES, "fees", "checks"}})
            for name, count in counts.items():
                place = table.schema.get_field_index(name)
                values = table[name].to_pylist()
                values[at] = count
                table = table.set_column(place, table.schema.field(name), pa.array(values, table.schema.field(name).type))
    return table


def _of_report(rows: pa.Table, report: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.filter(pc.equal(rows["report_id"], report)).to_pylist()
    return found


def _counts(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    money = [row for row in rows.get("fees", ()) if row["source"] == "table"]
    figures = [*money, *(row for table in TABLES for row in rows.get(table, ()))]
    statuses = [row["status"] for row in figures]
    return {
        "figures_printed": len(figures),
        "figures_read": statuses.count("reported"),
        "figures_blank": statuses.count("blank") + statuses.count("dash"),
        "figures_unreadable": statuses.count("unreadable"),
        "figures_doubted": sum("read." in (row["flags"] or "") for row in figures),
        "contradictions": sum(row["outcome"] == "failed" and row["severity"] == "error" for row in rows.get("checks", ())),
    }


def _table_of(check: str, scope_key: str | None) -> str | None:
    """The table that a relation is of; one that is evaluated in every table names it, or a figure of it, as its scope."""
    return _check_tables().get(check) or next((table for table in TABLES if (scope_key or "").startswith(table)), None)


@functools.cache
def _check_tables() -> dict[str, str]:
    return {check.id: check.table for check in forms().checks if check.table}


def nullable(schema: pa.Schema) -> pa.Schema:
    """A schema for rows that are not whole yet."""
    return pa.schema([field.with_nullable(True).remove_metadata() for field in schema])
