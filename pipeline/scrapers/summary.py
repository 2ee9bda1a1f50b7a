"""What a collection did, source by source: the types that the run report, the archive's listings and the commands are made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.scrapers.model import AskKind, Source

LISTING_VERSION = 1
#: What the archive has now of a page: bytes of an address that gave none before, other bytes than before, the same; that it is gone;
#: or nothing, because there was no page.
State = Literal["new", "changed", "unchanged", "gone", "failed"]


@dataclass(frozen=True, slots=True)
class Item:
    """One page that was asked for, and what became of it. ``outcome`` is ``ok``, ``not_modified`` or a reason, ``reason`` says more.

    ``listed``: a list named it in this run; a page that only an earlier run saw listed is asked for again, as it may be withdrawn.
    """

    url: str
    kind: AskKind
    state: State
    outcome: str
    reason: str = ""
    title: str | None = None
    listed_on: str | None = None
    unit: str | None = None
    parent: str | None = None
    listed: bool = True
    year: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The item in a listing."""
        told = {name: getattr(self, name) for name in ("title", "listed_on", "unit", "year", "parent", "reason")}
        return {"url": self.url, "kind": self.kind, "state": self.state, "outcome": self.outcome, **{k: v for k, v in told.items() if v}}


@dataclass(slots=True)
class SourceSummary:
    """What was found at one source. ``incomplete_because`` is empty if every page of its lists was read without an error.

    ``others`` counts entries of lists that are no reports by their titles, ``elsewhen`` reports about other years than were asked for.
    """

    source: Source
    years: range
    run: str
    started: str
    ended: str | None = None
    resumed: str | None = None
    list_pages: int = 0
    others: int = 0
    elsewhen: int = 0
    incomplete_because: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether the lists were read to their ends without an error."""
        return self.ended is not None and not self.incomplete_because

    @property
    def reports(self) -> list[Item]:
        """The reports that the lists named."""
        return [item for item in self.items if item.kind == "report" and item.listed]

    def states(self) -> dict[str, int]:
        """How many pages came to which state, attachments included."""
        return dict(sorted(Counter(item.state for item in self.items).items()))

    @property
    def failed(self) -> list[Item]:
        """The pages that are not there, each with its outcome."""
        return [item for item in self.items if item.state == "failed"]

    def short_of(self) -> dict[int, int]:
        """Years with fewer reports than the source is known to publish, and how many were found."""
        if not self.source.fewest:
            return {}
        found = Counter(item.year for item in self.reports)
        return {year: found[year] for year in self.years if found[year] < self.source.fewest}

    @property
    def ok(self) -> bool:
        """Whether the source gave what it is known to give: whole lists, enough reports, and not every page a failure."""
        reports = self.reports
        return self.complete and not self.short_of() and (not reports or any(item.state != "failed" for item in reports))

    def listing(self) -> dict[str, Any]:
        """What the archive keeps of this: the evidence for what was published and what was not."""
        return {
            "kind": "listing",
            "version": LISTING_VERSION,
            "run": self.run,
            "resumed": self.resumed,
            "source": self.source.id,
            "name": self.source.name,
            "division_code": self.source.division_code,
            "family": self.source.family,
            "lists": list(self.source.lists),
            "years": list(self.years),
            "started": self.started,
            "ended": self.ended,
            "complete": self.complete,
            "incomplete_because": self.incomplete_because,
            "list_pages": self.list_pages,
            "others": self.others,
            "elsewhen": self.elsewhen,
            "fewest": self.source.fewest,
            "items": [item.as_json() for item in self.items if item.listed],
            "unlisted": [item.as_json() for item in self.items if not item.listed],
        }


@dataclass(frozen=True, slots=True)
class HostSummary:
    """What was asked of one host. ``shortest_gap`` is the least time between two requests, in seconds; ``closed`` why it was left alone."""

    host: str
    requests: int
    wire_bytes: int
    seconds: float
    shortest_gap: float | None
    delay: float
    crawl_delay: float | None
    closed: str | None

    @property
    def per_second(self) -> float:
        """Requests a second, from the first request to the last."""
        return (self.requests - 1) / self.seconds if self.requests > 1 and self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class RobotsSummary:
    """One robots.txt: ``read``, ``none`` or ``unreachable``; ``forbids_all`` for a Disallow: / that means us."""

    url: str
    state: str
    reason: str
    forbids_all: bool


@dataclass(frozen=True, slots=True)
class CollectSummary:
    """One collection. ``interrupted``: a signal ended it, and the next one goes on where it was."""

    run: str
    started: str
    ended: str
    years: range
    archive: str
    sources: tuple[SourceSummary, ...]
    hosts: tuple[HostSummary, ...] = ()
    robots: tuple[RobotsSummary, ...] = ()
    interrupted: bool = False
    written: int = 0
    revisited: int = 0

    @property
    def ok(self) -> bool:
        """Whether every source gave what it is known to give."""
        return not self.interrupted and all(source.ok for source in self.sources)

    @property
    def requests(self) -> int:
        """Requests that were made, robots.txt and redirects included."""
        return sum(host.requests for host in self.hosts)

    @property
    def wire_bytes(self) -> int:
        """Bytes that came in."""
        return sum(host.wire_bytes for host in self.hosts)

    def states(self) -> Mapping[str, int]:
        """How many pages came to which state, over all sources."""
        counted: Counter[str] = Counter()
        for source in self.sources:
            counted.update(source.states())
        return dict(sorted(counted.items()))

    def failed_sources(self) -> Iterator[tuple[SourceSummary, str]]:
        """Sources that did not give what they are known to give, each with the first reason."""
        for source in self.sources:
            if not source.ok:
                yield source, _first_reason(source)


def _first_reason(source: SourceSummary) -> str:
    if source.incomplete_because:
        return source.incomplete_because[0]
    if source.ended is None:
        return "not finished"
    if short := source.short_of():
        year, count = next(iter(short.items()))
        return f"{count} reports about {year}, at least {source.source.fewest} are known to appear"
    return f"none of {len(source.reports)} reports could be had, the first: {source.failed[0].outcome} ({source.failed[0].reason})"
