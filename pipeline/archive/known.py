"""What the archive knows of an address: its last answer, where the bytes of that answer lie, and how to ask whether they changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.archive.index import Entry
from pipeline.archive.records import NOT_MODIFIED

_TOO_MANY, _SERVER_ERROR = 429, 500


@dataclass(frozen=True, slots=True)
class Known:
    """The last answer of an address that tells something of its page, and the record that holds the bytes of that answer."""

    answer: Entry
    stored: Entry
    etag: str | None
    last_modified: str | None

    @property
    def conditions(self) -> dict[str, str]:
        """Headers for a request that is answered in full only if the page changed since; empty where that cannot be asked."""
        if self.answer.status not in {200, NOT_MODIFIED}:
            return {}
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


def known_addresses(entries: Iterable[Entry]) -> dict[str, Known]:
    """Address → what is known of it, from the entries of an index in their order."""
    known: dict[str, Known] = {}
    for entry in entries:
        see(known, entry)
    return known


def see(known: dict[str, Known], entry: Entry) -> None:
    """Add one more entry to what is known. A server that is busy or broken tells nothing of a page: such answers are passed over."""
    status = entry.status or 200
    if entry.url is None or entry.record_type == "metadata" or status == _TOO_MANY or status >= _SERVER_ERROR:
        return
    before = known.get(entry.url)
    if entry.record_type != "revisit":
        known[entry.url] = Known(entry, entry, entry.etag, entry.last_modified)
    elif before is not None:
        # A server need not repeat its headers when nothing changed.
        etag, modified = entry.etag or before.etag, entry.last_modified or before.last_modified
        known[entry.url] = Known(entry, before.stored, etag, modified)
