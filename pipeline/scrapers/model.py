"""The types of collecting: what a source is, what is asked of a portal, what a list says. Frozen, without I/O.

A *family* turns a source into first requests, and an answered list into items and further requests. It never fetches anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pipeline.model import Page

AskKind = Literal["list", "report", "attachment"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was seen of a source, with the day (ISO) on which it was seen."""

    on: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher: where its lists are and how to read them.

    ``division_code`` is 12 digits or empty; ``site`` gives what the family needs besides the lists (ids, paths). ``titles`` and
    ``not_titles`` are regular expressions for titles of reports, and of pages that are none. ``fewest`` is the least number of reports a
    year that the source is known to publish: fewer found is told. ``http_only`` and ``legacy_tls`` allow what is refused otherwise.
    """

    id: str
    name: str
    division_code: str
    family: str
    lists: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    site: Mapping[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    not_titles: tuple[str, ...] = ()
    fewest: int = 0
    http_only: bool = False
    legacy_tls: bool = False
    tried_live: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. ``title``, ``listed_on``, ``parent``: what the list said that led to it; ``unit``: a hint where a list names it."""

    url: str
    kind: AskKind
    method: Literal["GET", "POST"] = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    listed_on: str | None = None
    unit: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """What one page of a list says: requests for its reports, the next pages of it, and how many items the list says it has.

    ``items`` are reports by their titles (``titles.judge_title``), ``others`` the entries whose titles are none: told, not asked for.
    """

    items: tuple[Ask, ...]
    more: tuple[Ask, ...] = ()
    total: int | None = None
    others: tuple[Ask, ...] = ()


class ListError(ValueError):
    """An answer is not the list that the family knows; the message says what was found instead."""


class Family(Protocol):
    """How one kind of site lists its reports."""

    def start(self, source: Source, years: range) -> tuple[Ask, ...]:
        """The first requests for reports about ``years`` (calendar years that the reports describe)."""
        ...

    def read(self, source: Source, ask: Ask, page: Page) -> ListPage:
        """What the answer to a list request says. Raises ``ListError``."""
        ...
