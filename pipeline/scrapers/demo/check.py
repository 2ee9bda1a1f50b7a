"""Whether a collection brought home what was planted, once each, and named every trap for what it is; and whether it was read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.archive import Place, read_index
from pipeline.forms.load import TABLES
from pipeline.generator.spec import ReportSpec
from pipeline.normalizer.load import load_table
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


_PICTURE_DOUBT = "read.ocr"
_NO_EXTRA = "needs the extra"


def wrong_in_datasets(processed: Path, province: Province) -> Iterator[str]:
    """Reports published as files that the datasets have not once, and figures of them that are not as printed.

    A figure of a picture may be wrong if more is doubted of it than that it is of a picture. Tables in a file that a missing extra kept
    from being made or read are named by the output, and are not told again.
    """
    reports: dict[tuple[str, int], list[str]] = {}
    for row in _rows(processed, "reports", "report_id", "unit_name_printed", "report_year"):
        reports.setdefault((row["unit_name_printed"], row["report_year"]), []).append(row["report_id"])
    found, unread = _figures(processed), _unread(processed)
    for one in province.planted:
        ids = reports.get((one.unit, one.year), [])
        excused = _unmade(province, one.unit, one.year) or bool(unread & _addresses(province, one.unit, one.year))
        if one.spec is None or (excused and not ids):
            continue
        if len(ids) != 1:
            yield f"{one.unit} {one.year}: {len(ids)} times in the datasets"
        elif wrong := _differing(one.spec, found.get(ids[0], {}), excused):
            yield f"{one.unit} {one.year}: {len(wrong)} figures are not as printed, such as {wrong[0]}"


def media_line(processed: Path) -> str:
    """How many reports were read from which medium; the documents count in which figures of a report stand, else the primary one."""
    media = {row["document_id"]: row["medium"] for row in _rows(processed, "documents", "document_id", "medium")}
    sources = {row["report_id"]: {media[row["document_id"]]} for row in _rows(processed, "reports", "report_id", "document_id")}
    stand: dict[str, set[str]] = {}
    for table in TABLES:
        for row in _rows(processed, table, "report_id", "document_id"):
            stand.setdefault(row["report_id"], set()).add(media[row["document_id"]])
    counted = Counter(" and ".join(sorted(names)) for names in (sources | stand).values())
    return f"{len(sources)} reports: {', '.join(f'{count} from {name}' for name, count in counted.most_common())}"


def _rows(processed: Path, dataset: str, *columns: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = load_table(dataset, processed=processed).select(list(columns)).to_pylist()
    return rows


def _figures(processed: Path) -> dict[str, dict[str, tuple[Any, bool]]]:
    """Report → figure → its number, and whether it is doubted for more than that it was read from a picture."""
    found: dict[str, dict[str, tuple[Any, bool]]] = {}
    rows = [row | {"amount": row["value"]} for table in TABLES for row in _rows(processed, table, "report_id", "figure", "value", "flags")]
    rows += [row for row in _rows(processed, "fees", "report_id", "figure", "amount", "flags", "source") if row["source"] == "table"]
    for row in rows:
        doubted = any(flag.startswith("read.") and flag != _PICTURE_DOUBT for flag in row["flags"] or ())
        found.setdefault(row["report_id"], {})[row["figure"]] = (row["amount"], doubted)
    return found


def _differing(spec: ReportSpec, found: Mapping[str, tuple[Any, bool]], excused: bool) -> list[str]:
    """Printed figures that were not found, or found with another number and no doubt; ``excused``: but for tables of which none was."""
    tables = {name.partition(".")[0] for name in found}
    expected = {name: value for name, value in spec.values.items() if not excused or name.partition(".")[0] in tables}
    nothing = (None, False)
    return [name for name, value in expected.items() if found.get(name, nothing)[0] != value and not found.get(name, nothing)[1]]


def _unread(processed: Path) -> set[str]:
    """Addresses of documents that a missing extra kept from being read."""
    rows = _rows(processed, "documents", "url", "failure", "document_id")
    failed = {row["document_id"] for row in _rows(processed, "issues", "document_id", "message") if _NO_EXTRA in (row["message"] or "")}
    return {row["url"] for row in rows if row["document_id"] in failed or _NO_EXTRA in (row["failure"] or "")}


def _addresses(province: Province, unit: str, year: int) -> set[str]:
    return {one.url for one in province.planted if (one.unit, one.year) == (unit, year)}


def _unmade(province: Province, unit: str, year: int) -> bool:
    return any(reason.startswith(f"{unit} {year}: ") for reason in province.unmade)
