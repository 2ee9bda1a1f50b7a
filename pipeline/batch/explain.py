"""The way back: from a report or a figure in the datasets to the bytes in the archive and the text as printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.archive import BadRecordError, Entry, read_index, read_page
from pipeline.batch.summary import printable
from pipeline.batch.work import default_reader
from pipeline.normalizer.load import load_table

_FIGURES = ("proactive_disclosure", "applications", "fees", "review_litigation", "prose_figures")


def explain(archive: Path, processed: Path, name: str, figure: str | None) -> Iterator[str]:
    """What is known of a report (by report_id) or document (by document_id), line by line; with ``figure``, of that figure.

    Raises ``LookupError`` for a report, document or figure that the current snapshot has not.
    """
    document = _document(processed, name)
    yield from _document_lines(document)
    if document["report_id"]:
        yield from _other_versions(processed, document)
    if figure is None:
        yield from _issue_lines(processed, document["document_id"])
    else:
        yield from _figure_lines(archive, processed, document, figure)


def _rows(processed: Path, dataset: str, column: str, value: str) -> list[dict[str, Any]]:
    table: pa.Table = load_table(dataset, processed=processed)
    rows: list[dict[str, Any]] = table.filter(pc.equal(table[column], value)).to_pylist()
    return rows


def _document(processed: Path, name: str) -> dict[str, Any]:
    found = _rows(processed, "documents", "document_id", name) or [
        row for row in _rows(processed, "documents", "report_id", name) if row["role"] == "primary"
    ]
    if not found:
        raise LookupError(f"no report or document {name} in the current snapshot")
    return found[0]


def _document_lines(row: dict[str, Any]) -> Iterator[str]:
    unit, year = printable(row["unit_name_printed"] or "unit not found"), row["report_year"] or "year not found"
    came_from = printable(row["url"] or row["name"] or "a file without a name")
    yield f"report    {row['report_id'] or 'none'}: {unit}, {year}"
    yield f"document  {row['document_id']} ({row['role']}): {printable(row['title'] or 'without a title')}"
    yield f"from      {came_from}, {row['media_type']}, in the archive since {row['fetched_at']}"
    yield f"archive   {row['archive_file']}, offset {row['archive_offset']}, sha256 {row['sha256']}"
    if row["failure"]:
        yield f"failed    {printable(row['failure'])}"


def _other_versions(processed: Path, document: dict[str, Any]) -> Iterator[str]:
    for row in _rows(processed, "documents", "report_id", document["report_id"]):
        if row["document_id"] != document["document_id"]:
            yield f"also      {row['document_id']} ({row['role']}): {printable(row['url'] or row['name'])}"


def _issue_lines(processed: Path, document_id: str) -> Iterator[str]:
    for row in _rows(processed, "issues", "document_id", document_id):
        yield f"{row['level']:9} {row['code']} {row['figure'] or row['table_id'] or ''}: {printable(row['message'])}"


def _figure_lines(archive: Path, processed: Path, document: dict[str, Any], figure: str) -> Iterator[str]:
    found = [
        (dataset, row)
        for dataset in _FIGURES
        for row in _rows(processed, dataset, "figure", figure)
        if row["document_id"] == document["document_id"] or (row["report_id"] == document["report_id"] and document["role"] == "primary")
    ]
    if not found:
        raise LookupError(f"{figure} was not read in this document; see its issues: gongkai explain {document['document_id']}")
    for dataset, row in found:
        value = row.get("value", row.get("amount"))
        shown = f"{'no value' if value is None else value} {row.get('unit') or ''}".rstrip()
        yield f"figure    {figure} = {shown} ({row.get('status', 'prose')}), in {dataset}"
        if row.get("correction"):
            yield f"corrected {row.get('value_corrected', row.get('amount_corrected'))} ({printable(row['correction'])})"
        if row.get("flags"):
            yield f"flags     {row['flags']}"
        if row.get("table") is None:
            yield f"sentence  section {row['section']}: {printable(row.get('sentence') or row.get('raw') or '')}"
        else:
            yield f"cell      table {row['table']}, row {row['cell_row']}, column {row['cell_column']} (counted from 0)"
            yield f"printed   {printable(row['raw'] or '')!r}"
            holder = document if row["document_id"] == document["document_id"] else _document(processed, row["document_id"])
            if holder is not document:
                yield f"document  {holder['document_id']} ({holder['role']}): {printable(holder['url'] or holder['name'])}"
            yield f"again     {_again(archive, holder, row)}"


def _again(archive: Path, document: dict[str, Any], row: dict[str, Any]) -> str:
    """The same cell read once more from the bytes in the archive, as a proof of the way."""
    place = (document["archive_file"], document["archive_offset"])
    entries = [one for one in read_index(archive).entries if (one.file, one.offset) == place]
    if not entries:
        return f"the archive has no record at {place[0]}, offset {place[1]} any more"
    try:
        text = _cell(archive, entries[0], row)
    except BadRecordError as error:
        return f"the archive is damaged: {error}"
    if text is None:
        return "the cell is not found any more: the program has changed since the build"
    return f"{printable(text)!r} in the archived bytes{'' if text.strip() == (row['raw'] or '').strip() else ' (not the same text)'}"


def _cell(archive: Path, entry: Entry, row: dict[str, Any]) -> str | None:
    page = read_page(archive, entry)
    report = default_reader().read(page.body, name=entry.name, url=entry.url, content_type=entry.media_type)
    if row["table"] >= len(report.grids):
        return None
    rows = report.grids[row["table"]].expanded()
    inside = row["cell_row"] < len(rows) and row["cell_column"] < len(rows[row["cell_row"]])
    return rows[row["cell_row"]][row["cell_column"]] if inside else None
