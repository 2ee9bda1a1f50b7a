"""Between the crawl and the archive: what a reply leaves there, what is known of an address, and where a run that died stopped."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from pipeline.archive import ArchiveWriter, BadRecordError, Entry, Known, Place, known_addresses, make_record, read_metadata, read_page
from pipeline.archive.records import clean_url
from pipeline.model import Page
from pipeline.scrapers.crawl.asking import Reply
from pipeline.scrapers.judge import Answer
from pipeline.scrapers.model import Ask, AskKind, Source
from pipeline.scrapers.summary import SourceSummary, State

#: Names of the metadata records.
BEGUN, LISTING = "begun", "listing"
#: The judgements of answers with status 200 that are what was asked for and yet no documents.
LIST, ROBOTS = "list", "robots"
#: By so much a clock may be set back while a run is dead.
_CLOCK_SECONDS = 3600.0
_RESUME_SECONDS = 86_400
_MOST_HOPS = 10
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier runs left of one source: the last finished listing, and the answers that a run which died had got."""

    listing: Mapping[str, Any] | None = None
    interrupted: str | None = None
    answers: Mapping[str, Entry] = field(default_factory=dict)

    def recall(self, url: str) -> Entry | None:
        """The answer that an address had led to when the run died; ``None`` if it has to be asked."""
        for _ in range(_MOST_HOPS):
            entry = self.answers.get(clean_url(url) or "")
            if entry is None or entry.location is None or not 300 < (entry.status or 0) < 400 or entry.status == 304:
                return entry
            url = urljoin(url, entry.location)
        return None


@dataclass(slots=True)
class Keeper:
    """Writes into the archive at ``place``; ``entries`` is its index as the run begins."""

    place: Place
    writer: ArchiveWriter
    entries: Iterable[Entry]
    _known: dict[str, Known] = field(init=False)
    _by_source: dict[str, list[Entry]] = field(init=False)
    _documents: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        entries = tuple(self.entries)
        self._known = known_addresses(entries)
        self._by_source = {}
        self._documents = {entry.url: entry.sha256 for entry in entries if entry.is_document and entry.url}
        for entry in entries:
            if entry.source is not None:
                self._by_source.setdefault(entry.source, []).append(entry)

    def old_robots(self, url: str) -> tuple[Mapping[str, str], bytes]:
        """Conditions for asking for a robots.txt again, and what it was; nothing where it was not had."""
        known = self._known_as(url, ROBOTS)
        page = self._read_page(known) if known is not None else None
        return ({}, b"") if known is None or page is None else (known.conditions, page.body)

    def knows(self, url: str) -> bool:
        """Whether the address gave a document before."""
        return clean_url(url) in self._documents

    def conditions(self, url: str, kind: AskKind) -> Mapping[str, str]:
        """Headers for a request that is answered in full only if the page changed; none where its bytes are not at hand any more."""
        known = self._known_page(url, kind)
        if known is None or not known.conditions or self.page(url, kind) is None:
            return {}
        return known.conditions

    def page(self, url: str, kind: AskKind) -> Page | None:
        """The page that the address gave last, from the archive."""
        known = self._known_page(url, kind)
        return self._read_page(known) if known is not None else None

    def _read_page(self, known: Known) -> Page | None:
        try:
            return read_page(self.place, known.stored)
        except BadRecordError as error:
            _log.warning("%s; %s is asked for anew", error, known.stored.url)
            return None

    def _known_page(self, url: str, kind: AskKind) -> Known | None:
        return self._known_as(url, LIST if kind == "list" else None)

    def _known_as(self, url: str, judgement: str | None) -> Known | None:
        known = self._known.get(clean_url(url) or "")
        fits = known is not None and known.stored.status == 200 and known.stored.judgement == judgement
        return known if fits else None

    def begin(self, summary: SourceSummary) -> None:
        """Note that a source is being collected; without a listing behind it the run died, and the next one goes on."""
        told = {"kind": BEGUN, "run": summary.run, "source": summary.source.id, "years": list(summary.years), "started": summary.started}
        self._metadata(BEGUN, summary.source, told)

    def finish(self, summary: SourceSummary) -> None:
        """Keep what the source's lists said and what became of it."""
        self._metadata(LISTING, summary.source, summary.listing())

    def _metadata(self, name: str, source: Source, told: Mapping[str, Any]) -> None:
        body = json.dumps(told, ensure_ascii=False).encode()
        self.writer.add(make_record(body, kind="metadata", name=name, media_type="application/json", source=source.id))

    def past(self, source: Source, years: range) -> Past:
        """What earlier runs left of a source."""
        entries = self._by_source.get(source.id, [])
        marks = [place for place, entry in enumerate(entries) if entry.record_type == "metadata" and entry.name in {BEGUN, LISTING}]
        listed = [place for place in marks if entries[place].name == LISTING]
        listing = self._read(entries[listed[-1]]) if listed else None
        begun = self._read(entries[marks[-1]]) if marks and entries[marks[-1]].name == BEGUN else None
        if begun is None or begun.get("years") != list(years) or _age(begun) > _RESUME_SECONDS:
            return Past(listing)
        # A run that died may itself have gone on with one that died: all since the last listing is one collection.
        first = next((place for place in marks if place > (listed[-1] if listed else -1)), marks[-1])
        return Past(listing, str(begun.get("run")), {entry.url: entry for entry in _telling(entries[first:]) if entry.url})

    def _read(self, entry: Entry) -> Mapping[str, Any] | None:
        try:
            told = read_metadata(self.place, entry)
        except BadRecordError as error:
            _log.warning("%s", error)
            return None
        return told if isinstance(told, dict) else None

    def keep(self, source: Source, ask: Ask, reply: Reply) -> State:
        """Write what came in for an ask, and tell what that makes of its page.

        The last answer is written before the redirects that led to it: where a run dies between them, the ask is made again. A redirect
        of an address to itself sets a cookie and tells nothing of the page; it is not kept.
        """
        state: State = "failed"
        if reply.answer is not None:
            sha256 = self._add(source, reply.answer, _judgement(ask.kind, reply))
            if reply.is_page:
                state = self._page_state(reply, sha256)
            elif reply.outcome == "gone":
                state = "gone"
        for hop in (hop for hop in reply.hops if hop.url != reply.url):
            self._add(source, hop, None)
        return state

    def _page_state(self, reply: Reply, sha256: str) -> State:
        address = clean_url(reply.url) or ""
        before = self._documents.get(address)
        if reply.outcome == "not_modified" or before == sha256:
            return "unchanged"
        self._documents[address] = sha256
        return "new" if before is None else "changed"

    def keep_robots(self, answer: Answer) -> None:
        """Write a robots.txt."""
        self._add(None, answer, ROBOTS)

    def _add(self, source: Source | None, answer: Answer, judgement: str | None) -> str:
        record = make_record(
            b"" if answer.status == 304 else answer.body,
            url=answer.url,
            status=answer.status,
            headers=answer.headers,
            source=source.id if source else None,
            judgement=judgement,
        )
        self.writer.add(record)
        return record.sha256


def _judgement(kind: AskKind, reply: Reply) -> str | None:
    """Why an answer is no document; ``None`` if it is one, or says that there is none any more."""
    if reply.is_page:
        return LIST if kind == "list" else None
    return None if reply.outcome == "gone" else reply.outcome


def _telling(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Answers that tell something: not of a busy or broken server, which may tell more another time."""
    return (entry for entry in entries if entry.status is not None and entry.status < 500 and entry.status != 429)


def _age(begun: Mapping[str, Any]) -> float:
    """Seconds since a run began; without end where that cannot be, as when the clock was ahead then."""
    try:
        age = (datetime.now(UTC) - datetime.fromisoformat(str(begun["started"]))).total_seconds()
    except (KeyError, ValueError, TypeError):
        return float("inf")
    return age if age > -_CLOCK_SECONDS else float("inf")
