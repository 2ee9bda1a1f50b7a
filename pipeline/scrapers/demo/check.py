"""Whether a collection brought home what was planted, once each, and named every trap for what it is."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from pipeline.archive import Place, read_index
from pipeline.scrapers.demo.province import Province
from pipeline.scrapers.summary import CollectSummary


def wrong_in_archive(archive: Place, province: Province, versions: int) -> Iterator[str]:
    """What the archive lacks of what was planted, has twice, or has beyond it; ``versions`` of each report were to be seen."""
    had = Counter((entry.url, entry.sha256) for entry in read_index(archive).documents)
    for one in province.planted:
        for body in one.versions[:versions]:
            count = had.pop((one.url, hashlib.sha256(body).hexdigest()), 0)
            if count != 1:
                yield f"{one.unit} {one.year}: {count} times in the archive ({one.url})"
    for url, _ in had:
        yield f"in the archive, but never planted: {url}"


def wrong_in_summary(summary: CollectSummary, province: Province) -> Iterator[str]:
    """Traps and closed portals that the summary does not name, or names otherwise; pages that failed without a trap."""
    outcomes = {item.url: item.outcome for source in summary.sources for item in source.items if item.state in {"failed", "gone"}}
    for trap in province.traps:
        found = outcomes.pop(trap.url, "not named")
        if found != trap.outcome:
            yield f"{trap.unit}: {found} instead of {trap.outcome} ({trap.url})"
    yield from (f"{outcome} without a trap: {url}" for url, outcome in outcomes.items() if not _is_withdrawn(url, province))
    for source in summary.sources:
        expected = province.closed.get(source.source.id)
        reason = " ".join(source.incomplete_because)
        if expected is None and not source.ok:
            yield f"{source.source.id}: {reason or 'not as it is known'}"
        elif expected is not None and f": {expected} (" not in reason:
            yield f"{source.source.id}: {reason or 'read'} instead of {expected}"


def _is_withdrawn(url: str, province: Province) -> bool:
    return any(one.url == url and one.withdrawn for one in province.planted)
