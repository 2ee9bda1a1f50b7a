"""One collection: all its sources side by side, one crawl, one archive."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.archive import ArchiveWriter, Place, open_writer, read_index
from pipeline.archive.places import below, place_of
from pipeline.scrapers.crawl.asking import Asker
from pipeline.scrapers.crawl.engine import Downloads, Errand
from pipeline.scrapers.crawl.engine import run as run_errand
from pipeline.scrapers.crawl.fetch import Wire
from pipeline.scrapers.crawl.guard import Guard
from pipeline.scrapers.crawl.harvest import Harvest, Shared, now
from pipeline.scrapers.crawl.keeping import Keeper
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.crawl.pace import Account, Pace
from pipeline.scrapers.crawl.robots import Rules
from pipeline.scrapers.model import Family, Source
from pipeline.scrapers.summary import CollectSummary, HostSummary, RobotsSummary, SourceSummary

if TYPE_CHECKING:
    from pipeline.scrapers.collect import Watcher

ARCHIVE = "archive"
_log = logging.getLogger(__name__)


def run_collection(
    sources: tuple[Source, ...],
    raw: Place,
    years: range,
    *,
    manners: Manners,
    guard: Guard,
    watcher: Watcher,
    families: Mapping[str, Family],
    run: str,
) -> CollectSummary:
    """See ``pipeline.scrapers.collect.collect``."""
    archive = below(place_of(str(raw)), ARCHIVE)
    if isinstance(archive, Path):
        archive.mkdir(parents=True, exist_ok=True)
    pace = Pace(manners)
    with open_writer(archive, label="collect") as writer:
        keeper = Keeper(archive, writer, read_index(archive).entries)
        one = _Collection(run, sources, years, families, keeper, pace, watcher)
        _log.info("run %s: %d sources, years %d to %d", one.run, len(sources), years.start, years.stop - 1)
        finished = run_errand(Errand(one.work, Wire(guard, manners), pace))
        return one.summary(str(archive), writer, interrupted=not finished)


@dataclass(slots=True)
class _Collection:
    run: str
    sources: tuple[Source, ...]
    years: range
    families: Mapping[str, Family]
    keeper: Keeper
    pace: Pace
    watcher: Watcher
    started: str = field(default_factory=now)
    told: dict[str, SourceSummary] = field(default_factory=dict)
    shared: Shared = field(default_factory=Shared)
    asker: Asker | None = None

    async def work(self, downloads: Downloads) -> None:
        """All sources, so many at once."""
        self.asker = Asker(downloads, self.pace, self.pace.manners, self.keeper.old_robots, self.keeper.keep_robots)
        places = asyncio.Semaphore(self.pace.manners.sources_at_once)
        try:
            async with asyncio.TaskGroup() as group:
                for source in self.sources:
                    group.create_task(self._source(source, self.asker, places))
        except* OSError as group_error:
            # One disk is full for all of them: the first error says it.
            raise group_error.exceptions[0] from None

    async def _source(self, source: Source, asker: Asker, places: asyncio.Semaphore) -> None:
        async with places:
            summary = SourceSummary(source, self.years, self.run, now())
            self.told[source.id] = summary
            self.watcher.begun(summary)
            family = self.families[source.family]
            await Harvest(summary, family, asker, self.keeper, self.shared, lambda item: self.watcher.page(source, item)).run()
            _log.info("%s: %s; lists %s", source.id, summary.states(), "read" if summary.complete else "not read whole")
            self.watcher.ended(summary)

    def summary(self, archive: str, writer: ArchiveWriter, *, interrupted: bool) -> CollectSummary:
        """What came of it; sources that were not begun are told as such."""
        told = [self.told.get(source.id) or SourceSummary(source, self.years, self.run, self.started) for source in self.sources]
        robots = self.asker.robots.told() if self.asker else {}
        return CollectSummary(
            run=self.run,
            started=self.started,
            ended=now(),
            years=self.years,
            archive=archive,
            sources=tuple(told),
            hosts=tuple(_host(name, one) for name, one in sorted(self.pace.accounts.items()) if one.requests),
            robots=tuple(_robots(place, rules) for place, rules in sorted(robots.items())),
            interrupted=interrupted,
            written=writer.written,
            revisited=writer.revisited,
        )


def _host(name: str, one: Account) -> HostSummary:
    seconds = (one.last or 0.0) - (one.first or 0.0)
    return HostSummary(name, one.requests, one.wire_bytes, seconds, one.shortest, one.delay, one.crawl_delay, one.closed)


def _robots(place: str, rules: Rules) -> RobotsSummary:
    return RobotsSummary(place, rules.state, rules.reason, rules.forbids_all(place))
