"""Collecting: sources into the archive, politely, and what came of it.

Needs the extra ``scrape``. A run may die at any moment: the next one goes on where it was, from what the archive holds.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.archive import Place
from pipeline.scrapers.crawl.guard import Guard
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.families import FAMILIES
from pipeline.scrapers.model import Family, Source
from pipeline.scrapers.summary import CollectSummary, Item, SourceSummary


class MissingExtraError(RuntimeError):
    """The packages that collecting needs are not installed; the message says how to get them."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Functions that are told how a collection goes: of each source as it begins and ends, and of each page."""

    begun: Callable[[SourceSummary], None] = lambda summary: None
    page: Callable[[Source, Item], None] = lambda source, item: None
    ended: Callable[[SourceSummary], None] = lambda summary: None


def new_run() -> str:
    """A name for a run: when it began, and something to tell it from another one."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def collect(
    sources: Iterable[Source],
    raw: Place,
    years: range,
    *,
    manners: Manners | None = None,
    guard: Guard | None = None,
    watcher: Watcher | None = None,
    families: Mapping[str, Family] = FAMILIES,
    run: str | None = None,
) -> CollectSummary:
    """Collect the reports about ``years`` that ``sources`` list, with their attachments, into the archive in ``raw``.

    What is known is asked for with conditions, and only what changed is loaded. ``guard`` lets requests through to other addresses than
    public ones if it was made so in code; ``run`` names the run in its report. Raises ``LockHeldError``, ``OSError`` (a full disk) and
    ``MissingExtraError``; what portals do is told in the summary.
    """
    try:
        from pipeline.scrapers.crawl.collection import run_collection
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("pipeline"):
            raise
        message = f"collecting needs the extra scrape ({error.name} is not installed): pip install 'gongkai[scrape]'"
        raise MissingExtraError(message) from error
    return run_collection(
        tuple(sources),
        raw,
        years,
        manners=manners or Manners(),
        guard=guard or Guard(),
        watcher=watcher or Watcher(),
        families=families,
        run=run or new_run(),
    )
