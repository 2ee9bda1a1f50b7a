"""The report of a run: one JSON object for machines, one line to alert on, and lines for people. ``docs/run-report.md`` tells every key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.archive.files import replace_file
from pipeline.archive.places import Place, below, is_url, place_of
from pipeline.archive.store import writing_folder
from pipeline.scrapers.summary import CollectSummary, HostSummary, Item, RobotsSummary, SourceSummary

VERSION = 1
RUNS = "runs"
_NAMED = 3
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_SHOWN = 40


def runs_folder(raw: Place) -> Path:
    """Where reports and logs of runs lie: beside the archive, on this machine also where the archive is not."""
    place = place_of(str(raw))
    return writing_folder(below(place, "archive")).parent / RUNS if is_url(place) else Path(place) / RUNS


def collect_report(summary: CollectSummary) -> dict[str, Any]:
    """The report of a collection as plain values."""
    return {
        "version": VERSION,
        "command": "collect",
        "gongkai": __version__,
        "run": summary.run,
        "status": "interrupted" if summary.interrupted else "ok" if summary.ok else "attention",
        "alert": alert_line(summary),
        "started": summary.started,
        "ended": summary.ended,
        "seconds": _seconds(summary),
        "years": list(summary.years),
        "archive": summary.archive,
        "requests": summary.requests,
        "wire_bytes": summary.wire_bytes,
        "stored": summary.written,
        "revisited": summary.revisited,
        "pages": dict(summary.states()),
        "sources": [_source(one) for one in summary.sources],
        "hosts": [_host(one) for one in summary.hosts],
        "robots": [_robots(one) for one in summary.robots],
    }


def run_report(
    run: str, *, archive: str, years: range, started: str, summary: CollectSummary | None, built: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The report of a whole run: of its collection, if there was one, and of what was built; ``None`` for a build that was not finished."""
    collected = summary or CollectSummary(run, started, started, years, archive, ())
    ended = datetime.now(UTC).strftime(_TIME)
    report = collect_report(collected) | {"command": "run", "started": started, "ended": ended, "build": built}
    report["seconds"] = int((datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds())
    if built is None:
        what = "the datasets were not built, the last snapshot is as it was; see the log"
        report |= {"status": "failed", "alert": f"{report['alert']}; {what}" if report["alert"] else f"gongkai run {run}: {what}"}
    return report


def write_report(folder: Path, report: dict[str, Any]) -> Path:
    """The report as ``<folder>/<run>.json``, in one step. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report['run']}.json"
    replace_file(path, json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n")
    return path


def alert_line(summary: CollectSummary) -> str | None:
    """One line that says what needs a person, or ``None``. It may hold text of portals: escape it for a terminal."""
    if summary.ok:
        return None
    failed = list(summary.failed_sources())
    named = "; ".join(f"{source.source.id}: {reason}" for source, reason in failed[:_NAMED])
    more = f"; and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
    ended = "ended early by a signal, the next run goes on; " if summary.interrupted else ""
    return f"gongkai collect {summary.run}: {ended}{len(failed)} of {len(summary.sources)} sources need attention: {named}{more}"


def report_lines(summary: CollectSummary) -> Iterator[str]:
    """The collection for people: a line a source, then what could not be had and why, and hosts that were left alone."""
    for source in summary.sources:
        yield _source_line(source)
    notable = [(source, item) for source in summary.sources for item in source.items if item.state in {"failed", "gone", "changed"}]
    for source, item in notable[:_SHOWN]:
        said = "published again with other bytes" if item.state == "changed" else item.outcome
        reason = f" ({item.reason})" if item.reason else ""
        yield f"  {source.source.id}: {said}{reason}: {item.title or item.url} {item.url if item.title else ''}".rstrip()
    if len(notable) > _SHOWN:
        yield f"  … and {len(notable) - _SHOWN} pages more: see the report of the run"
    for host in summary.hosts:
        if host.closed:
            yield f"{host.host} was left alone: {host.closed}"
    yield _total_line(summary)


def _source_line(source: SourceSummary) -> str:
    told = ", ".join(f"{count} {state}" for state, count in source.states().items()) or "nothing"
    lists = "lists read" if source.complete else f"lists not read whole: {_first(source.incomplete_because) or 'not finished'}"
    known = f"at least {source.source.fewest} are known to appear"
    short = "".join(f"; {year}: {count} reports, {known}" for year, count in source.short_of().items())
    return f"{source.source.id}: {len(source.reports)} reports listed; {told}; {lists}{short}"


def _total_line(summary: CollectSummary) -> str:
    told = ", ".join(f"{count} {state}" for state, count in summary.states().items()) or "no pages"
    hosts = f"{len(summary.hosts)} host{'' if len(summary.hosts) == 1 else 's'}"
    rate = max((host.per_second for host in summary.hosts), default=0.0)
    size = f"{summary.wire_bytes / 1e6:.1f} MB in {_seconds(summary)} seconds"
    return f"{told}; {summary.requests} requests to {hosts}, {size}, at most {rate:.2f} a second and host"


def _first(reasons: list[str]) -> str:
    return f"{reasons[0]}{f' (and {len(reasons) - 1} more)' if len(reasons) > 1 else ''}" if reasons else ""


def _seconds(summary: CollectSummary) -> int:
    return int((datetime.fromisoformat(summary.ended) - datetime.fromisoformat(summary.started)).total_seconds())


def _source(one: SourceSummary) -> dict[str, Any]:
    return {
        "id": one.source.id,
        "name": one.source.name,
        "division_code": one.source.division_code,
        "family": one.source.family,
        "ok": one.ok,
        "complete": one.complete,
        "incomplete_because": one.incomplete_because,
        "started": one.started,
        "ended": one.ended,
        "resumed": one.resumed,
        "list_pages": one.list_pages,
        "reports": len(one.reports),
        "others": one.others,
        "elsewhen": one.elsewhen,
        "pages": one.states(),
        "outcomes": dict(sorted(Counter(item.outcome for item in one.items).items())),
        "short_of": [{"year": year, "found": found, "fewest": one.source.fewest} for year, found in one.short_of().items()],
        "failed": [_item(item) for item in one.items if item.state == "failed"],
        "gone": [_item(item) for item in one.items if item.state == "gone"],
        "changed": [_item(item) for item in one.items if item.state == "changed"],
    }


def _item(item: Item) -> dict[str, Any]:
    return {"url": item.url, "kind": item.kind, "outcome": item.outcome, "reason": item.reason, "title": item.title, "listed": item.listed}


def _host(one: HostSummary) -> dict[str, Any]:
    return {
        "host": one.host,
        "requests": one.requests,
        "wire_bytes": one.wire_bytes,
        "seconds": round(one.seconds, 3),
        "per_second": round(one.per_second, 3),
        "shortest_gap": None if one.shortest_gap is None else round(one.shortest_gap, 3),
        "delay": one.delay,
        "crawl_delay": one.crawl_delay,
        "closed": one.closed,
    }


def _robots(one: RobotsSummary) -> dict[str, Any]:
    return {"url": one.url, "state": one.state, "reason": one.reason, "forbids_all": one.forbids_all}
