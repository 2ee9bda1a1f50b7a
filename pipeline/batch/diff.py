"""What changed between two snapshots: which figures, from what to what, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.normalizer.load import read_files
from pipeline.normalizer.store import File, Snapshot

Why = Literal["new report", "report gone", "correction", "new version", "new reader", "unexplained"]
#: Datasets of figures → the columns of the printed and of the corrected value.
VALUES = {
    "proactive_disclosure": ("value", "value_corrected"),
    "applications": ("value", "value_corrected"),
    "review_litigation": ("value", "value_corrected"),
    "fees": ("amount", "amount_corrected"),
}
_KEYS = ["report_id", "figure", "nth"]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is not as it was, or (``figure`` is None) a whole report that came or went, with all its ``figures``."""

    report: str
    figure: str | None
    before: str | None
    after: str | None
    why: Why
    figures: int = 1


def changes(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    """The changes from one snapshot to another: reports that came or went first, then figures in the order of the datasets."""
    old, new = _reports(before), _reports(after)
    whole: Counter[tuple[str, Why]] = Counter()
    single: list[Change] = []
    for dataset in VALUES:
        for report, figure, was, now in _differing(before, after, dataset):
            why = _why(report, was, now, old, new)
            if why in {"new report", "report gone"}:
                whole[report, why] += 1
            else:
                single.append(Change(report, figure, was, now, why))
    for report in sorted(old.keys() ^ new.keys()):
        came: Why = "new report" if report in new else "report gone"
        yield Change(report, None, None, None, came, whole[report, came])
    yield from single


def _reports(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Report → the document that speaks for it, and the version of the code that read that."""
    documents = _read(snapshot, "documents")
    readers = dict(zip(documents["document_id"].to_pylist(), documents["reader"].to_pylist(), strict=True))
    reports = _read(snapshot, "reports")
    pairs = zip(reports["report_id"].to_pylist(), reports["document_id"].to_pylist(), strict=True)
    return {report: (document, readers.get(document, "")) for report, document in pairs}


def _read(snapshot: Snapshot, dataset: str) -> pa.Table:
    return read_files(dataset, snapshot.paths(dataset))


def _why(report: str, was: str | None, now: str | None, old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]]) -> Why:
    if report not in old:
        return "new report"
    if report not in new:
        return "report gone"
    if old[report][0] != new[report][0]:
        return "new version"
    if was is not None and now is not None and was.partition(" → ")[0] == now.partition(" → ")[0]:
        return "correction"
    return "new reader" if old[report][1] != new[report][1] else "unexplained"


def _differing(before: Snapshot, after: Snapshot, dataset: str) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Report, figure and both texts of what differs. Files that both have are passed over; the others are compared year by year."""
    files = [{file.name: file for file in one.files if file.dataset == dataset} for one in (before, after)]
    only = [[file for name, file in mine.items() if name not in other] for mine, other in (files, files[::-1])]
    for year in sorted({_year(file) for side in only for file in side}):
        sides = [
            _shown(read_files(dataset, [one.path / dataset / file.name for file in side if _year(file) == year]), dataset)
            for one, side in zip((before, after), only, strict=True)
        ]
        joined = (
            sides[0].join(sides[1], _KEYS, join_type="full outer", right_suffix="_after").sort_by([(key, "ascending") for key in _KEYS])
        )
        same = pc.fill_null(pc.equal(joined["shown"], joined["shown_after"]), False)
        rows = joined.filter(pc.invert(same)).select(["report_id", "figure", "shown", "shown_after"])
        yield from zip(*(column.to_pylist() for column in rows.columns), strict=True)


def _year(file: File) -> str:
    return file.name.partition("-")[0]


def _shown(table: pa.Table, dataset: str) -> pa.Table:
    """Per figure what it shows, as text: the number or why there is none, and behind an arrow what it was corrected to.

    A figure that a report prints several times is told apart by the order of its cells.
    """
    value, corrected = (pc.cast(table[name], pa.string()) for name in VALUES[dataset])
    printed = pc.coalesce(value, table["status"])
    shown = pc.if_else(pc.is_valid(corrected), pc.binary_join_element_wise(printed, corrected, " → ", null_handling="replace"), printed)
    seen: Counter[tuple[str, str]] = Counter()
    numbers = []
    for key in zip(table["report_id"].to_pylist(), table["figure"].to_pylist(), strict=True):
        numbers.append(seen[key])
        seen[key] += 1
    return pa.table({"report_id": table["report_id"], "figure": table["figure"], "nth": pa.array(numbers, pa.int64()), "shown": shown})


def neighbours(all_snapshots: list[Path], current: int) -> tuple[int, int] | None:
    """The current snapshot and the one before it, by number; ``None`` if there is only one."""
    earlier = [int(path.name) for path in all_snapshots if int(path.name) < current]
    return (max(earlier), current) if earlier else None
