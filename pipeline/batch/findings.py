"""What only all documents of a report together can tell: who it is by, for which year, and where its versions differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from pipeline.batch.rows import issue_row
from pipeline.batch.versions import Reading, address_of
from pipeline.batch.work import Shelf
from pipeline.normalizer import identity
from pipeline.normalizer.derived.coverage_facts import Listing
from pipeline.normalizer.derived.coverage_names import years_of

Printed = dict[str, tuple[Any, str, str | None]]


class Shown:
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


def identity_issues(one: Reading) -> Iterator[dict[str, Any]]:
    """Where unit or year of a report are open, and that it was withdrawn."""
    name, year = one.facts["unit_name"], one.facts["report_year"]
    if not name or not identity.normalise_name(name):
        yield issue_row(one, "report.unit_unknown", "error", "The publishing unit was not found; the id stands for this document alone")
    elif told := one.found.issue():
        yield issue_row(one, told[0], "warning", *told[1:])
    if one.year is None:
        found = "was not found" if year is None else f"cannot be {year}"
        yield issue_row(one, "report.year_unknown", "error", f"The year of the report {found}", one.facts["title"])
    if one.withdrawn is not None:
        message = f"The report was found gone on {one.withdrawn[:10]}: every address of it answers 404 or 410 since; its figures are kept"
        yield issue_row(one, "report.withdrawn", "warning", message, one.facts["url"])


def listed_issues(reports: Iterable[Sequence[Reading]], listings: Iterable[Listing]) -> Iterator[dict[str, Any]]:
    """One for each report that a list calls one of another year: the wrong page lies behind the entry, or its title is wrong."""
    entries = {address_of(entry.url): entry for listing in listings for entry in listing.entries if not entry.parent}
    for group in reports:
        year = group[0].year
        for where in dict.fromkeys(where for one in group if not one.parent for where in one.urls):
            entry = entries.get(where)
            listed = years_of(entry.title or "") | ({entry.year} - {None}) if entry else frozenset()
            if year is not None and listed and year not in listed:
                named = ", ".join(map(str, sorted(filter(None, listed))))
                message = f"The list names the report of {named} here, the page is that of {year}: look whether the portal mixed them up"
                yield issue_row(group[0], "report.listed_otherwise", "warning", message, f"{entry.title} ({where})" if entry else where)


def lending_issues(primary: Reading, lenders: Sequence[Reading]) -> Iterator[dict[str, Any]]:
    """A note for each table whose figures stand in an attachment."""
    for other in lenders:
        for table in sorted(other.tables):
            message = f"The figures of the table stand in the attachment {other.document_id}; the page itself has none of them"
            row = issue_row(primary, "table.from_attachment", "note", message, other.facts["url"] or other.facts["name"])
            yield row | {"table_id": table}


def version_issues(group: Sequence[Reading], shown: Shown) -> Iterator[dict[str, Any]]:
    """One for each figure that another document of a report prints otherwise, with both values."""
    primary = group[0]
    for other in group[1:]:
        if other.facts["fingerprint"] == primary.facts["fingerprint"]:
            continue
        ours, theirs = shown.figures(primary), shown.figures(other)
        for figure in dict.fromkeys((*ours, *theirs)):
            if other.parent and (figure not in ours or figure not in theirs):
                # An attachment may hold a part of the report; what it lends stands in the datasets.
                continue
            values = [value_text(printed.get(figure)) for printed in (ours, theirs)]
            if values[0] != values[1]:
                message = f"{values[0]} in the primary document, {values[1]} in {other.document_id} ({other.role})"
                row = issue_row(primary, "report.versions_differ", "warning", message, other.facts["url"] or other.facts["name"])
                yield row | {"figure": figure, "table_id": figure.partition(".")[0]}


def value_text(printed: tuple[Any, str, str | None] | None) -> str:
    """A printed figure as words."""
    if printed is None:
        return "not printed"
    value, status, unit = printed
    number = status if value is None else str(value) if isinstance(value, int) else f"{value.normalize():f}"
    return f"{number} {unit}" if unit and value is not None else number
