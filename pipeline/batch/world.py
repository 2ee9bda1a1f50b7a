"""Which documents there are, which reports they make, which corrections hold: all that is known before rows are made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.archive import Damage, Entry
from pipeline.batch.corrections import Correction
from pipeline.batch.findings import Shown, value_text
from pipeline.batch.rows import NOWHERE, issue_row
from pipeline.batch.versions import VERSION_COLUMNS, Reading, group_reports, make_reading, mark_withdrawn, merge_same_bytes
from pipeline.batch.work import Shelf, code_digest
from pipeline.normalizer.store import WHENEVER

_ASSEMBLY_CODE = ("batch", "forms", "normalizer")


@dataclass(slots=True)
class World:
    """All that is known before rows are made: readings in the order of the archive, reports, corrections that hold, findings."""

    readings: list[Reading]
    reports: list[list[Reading]]
    entries: tuple[Entry, ...]
    reader: str
    corrections: dict[str, dict[str, Correction]]
    unmatched: list[str]
    issues: dict[str, list[dict[str, Any]]]

    def by_stretch(self, partitions: set[str]) -> Iterator[tuple[int, list[Reading]]]:
        """The readings of some years and provinces, stretch by stretch."""
        stretches: dict[int, list[Reading]] = {}
        for one in self.readings:
            if one.partition in partitions:
                stretches.setdefault(one.stretch, []).append(one)
        return iter(stretches.items())


def survey(
    shelf: Shelf, entries: tuple[Entry, ...], damages: Iterable[Damage], reader: str, corrections: Iterable[Correction] = ()
) -> World:
    """Which documents there are, which reports they make, and which corrections hold."""
    rows = (
        make_reading(number, row, facts) for number, table in shelf.scalars(VERSION_COLUMNS) for row, facts in enumerate(table.to_pylist())
    )
    readings = merge_same_bytes(rows)
    reports = group_reports(readings)
    mark_withdrawn(reports, entries)
    world = World(readings, reports, entries, reader, {}, [], {})
    for damage in damages:
        _tell(world, issue_row(None, "archive.damaged", "error", f"{damage}; {damage.length} bytes hold no readable record"))
    _match_corrections(world, shelf, corrections)
    return world


def _tell(world: World, issue: dict[str, Any]) -> None:
    world.issues.setdefault(issue["partition"], []).append(issue)


def _match_corrections(world: World, shelf: Shelf, corrections: Iterable[Correction]) -> None:
    """Sort corrections into those that hold and those that match nothing any more."""
    primaries = {group[0].report_id: group[0] for group in world.reports}
    shown = Shown(shelf)
    for one in sorted(corrections, key=lambda one: primaries[one.report].place if one.report in primaries else (-1, 0)):
        primary = primaries.get(one.report)
        printed = None if primary is None else shown.figures(primary).get(one.figure)
        if primary is not None and printed is not None and one.fits(*printed[:2]):
            world.corrections.setdefault(one.report, {})[one.figure] = one
            continue
        reason = "no such report" if primary is None else "not printed" if printed is None else f"now {value_text(printed)}"
        message = f"{one.place}: the correction of {one.figure} in {one.report} does not match any more ({reason}, expected {one.expect})"
        world.unmatched.append(message)
        _tell(world, issue_row(primary, "correction.unmatched", "error", message, one.note) | {"figure": one.figure})


def input_digests(world: World) -> dict[str, str]:
    """Year and province → a digest of all that its files are made from, the year before included. Same digest, same files.

    ``all-<province>`` stands for what is made from all years of a province.
    """
    own = _own_digests(world)
    code = f"{code_digest(_ASSEMBLY_CODE)} {world.reader}"
    digests: dict[str, str] = {}
    for partition, digest in sorted(own.items()):
        year, _, place = partition.partition("-")
        digests[partition] = _short_digest(code, digest, digests.get(f"{int(year) - 1:04d}-{place}", ""))
    for place in {partition.partition("-")[2] for partition in own}:
        digests[f"{WHENEVER}-{place}"] = _short_digest(
            code, *(digest for name, digest in sorted(own.items()) if name.endswith(f"-{place}"))
        )
    return digests


def _short_digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _own_digests(world: World) -> dict[str, str]:
    """Year and province → a digest of its documents as read, of what they are to each other, and of what is told of them."""
    digests = {NOWHERE: hashlib.sha256()}
    versions = {group[0].report_id: [one.document_id for one in group] for group in world.reports}
    for one in world.readings:
        digest = digests.setdefault(one.partition, hashlib.sha256())
        known = [one.facts[name] for name in VERSION_COLUMNS] + [one.role, one.unit_id, one.report_id, one.withdrawn, *one.urls]
        fixes = [repr(fix) for fix in world.corrections.get(one.report_id or "", {}).values()]
        digest.update(json.dumps([known, versions.get(one.report_id), fixes], default=str).encode())
    for partition, issues in world.issues.items():
        digests.setdefault(partition, hashlib.sha256()).update(json.dumps(issues, sort_keys=True, default=str).encode())
    return {partition: digest.hexdigest() for partition, digest in digests.items()}
