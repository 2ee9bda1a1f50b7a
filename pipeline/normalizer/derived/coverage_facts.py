"""What coverage is judged by: reports with all their documents, documents that gave no report, and lists that were read.

All of it comes from the archive; the clock of the machine is never asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pipeline.normalizer.identity import Trust, address


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """One document of a report, in whatever role. ``published_on`` is the day that it states itself, ``seen_on`` its first capture.

    ``also_at``: the other addresses that gave the same bytes, as ``address`` writes them.
    """

    url: str | None
    name: str | None = None
    title: str | None = None
    published_on: date | None = None
    trust: Trust = "official"
    seen_on: datetime | None = None
    also_at: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that gave its bytes, as ``address`` writes them; none of a local file."""
        return (address(self.url), *self.also_at) if self.url else self.also_at

    @property
    def where(self) -> str:
        """Address, or the name of a local file, for people."""
        return self.url or f"the local file {self.name or 'without a name'}"


@dataclass(frozen=True, slots=True)
class ReportFact:
    """One report with all its documents (primary, duplicates, other versions, mirrors), the primary one first.

    ``withdrawn``: when every address of it was found gone.
    """

    report_id: str
    unit_id: str
    report_year: int | None
    scope: str
    unit_name: str | None
    documents: tuple[DocumentFact, ...]
    withdrawn: datetime | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class FailedDocument:
    """A document of which no report came: it could not be read, or (``read``) it was, and no report was found in it.

    ``unit_id`` and ``report_year`` where they are known from elsewhere; else what title, name and address say counts.
    """

    url: str | None
    name: str | None
    title: str | None
    reason: str
    seen_on: datetime | None = None
    read: bool = False
    unit_id: str | None = None
    report_year: int | None = None

    @property
    def where(self) -> str:
        """Address, or the name of a local file, for people."""
        return self.url or f"the local file {self.name or 'without a name'}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list that may be a report. ``unit`` and ``year`` where the list itself tells; ``parent``: the page it hangs on."""

    url: str
    title: str | None = None
    year: int | None = None
    unit: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of reports as one run read it.

    ``complete``: every page of it was read without an error. ``years`` are those that were asked for; ``unit_ids`` the bodies that it is
    known to list, where that is known (else: those of which it has listed a report). ``fewest``: reports a year that it is known to name.
    """

    source: str
    url: str
    years: frozenset[int]
    complete: bool
    ended_at: datetime | None
    entries: tuple[Listed, ...]
    name: str = ""
    unit_ids: frozenset[str] = frozenset()
    division_code: str = ""
    fewest: int = 0

    def hosts(self) -> frozenset[str]:
        """The hosts of the list and of what it names."""
        return frozenset(filter(None, (host_at(self.url), *(host_at(one.url) for one in self.entries))))


def host_at(url: str | None) -> str:
    """The host of an address, as it stands at the beginning of ``address``."""
    return re.split("[/?]", address(url), maxsplit=1)[0] if url else ""


def make_listing(told: Mapping[str, Any]) -> Listing:
    """A listing as the crawler keeps it in the archive (``SourceSummary.listing``)."""
    ended = datetime.fromisoformat(told["ended"]) if told.get("ended") else None
    keys = ("title", "year", "unit", "parent")
    return Listing(
        source=told["source"],
        url=next(iter(told["lists"]), ""),
        years=frozenset(told["years"]),
        complete=bool(told["complete"]),
        ended_at=ended if ended is None or ended.tzinfo else ended.replace(tzinfo=UTC),
        entries=tuple(Listed(item["url"], **{key: item.get(key) for key in keys}) for item in told["items"]),
        name=told.get("name", ""),
        division_code=told.get("division_code", ""),
        fewest=told.get("fewest", 0),
    )
