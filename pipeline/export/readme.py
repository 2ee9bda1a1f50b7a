"""What stands beside every export: what it is, how to cite it, what its marks mean."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

import pipeline
from pipeline.export.selection import Extract
from pipeline.normalizer.schemas import DATASETS

_FOLDER = Path(__file__).parent
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@functools.cache
def formats() -> Mapping[str, Mapping[str, str]]:
    """Format → its title and what its readers have to know."""
    return tomllib.loads((_FOLDER / "formats.toml").read_text("utf8"))


def captured(extract: Extract) -> tuple[datetime, datetime]:
    """The first and the last capture of the documents in an extract; the last one dates everything that is made from it.

    >>> captured(open_extract(processed, Selection()))  # doctest: +SKIP
    """
    moments = pc.min_max(extract.documents["fetched_at"]).as_py()
    return moments["min"] or _EPOCH, moments["max"] or _EPOCH


def citation(extract: Extract) -> str:
    """How the data of this snapshot is cited, on one line."""
    _, last = captured(extract)
    return (
        "gongkai, data from the annual disclosure reports of China's local governments (政府信息公开工作年度报告), "
        f"snapshot {extract.snapshot.number}, captured until {last:%Y-%m-%d}, version {pipeline.__version__}, CC BY 4.0"
    )


def readme(extract: Extract, kind: str, rows: Mapping[str, int], notes: Iterable[str] = ()) -> str:
    """The text for an export of a format; ``rows`` counts the rows of each file, sheet or table."""
    told = formats()[kind]
    first, last = captured(extract)
    reports = extract.reports
    values = {
        "title": told["title"],
        "snapshot": extract.snapshot.number,
        "first_capture": f"{first:%Y-%m-%d %H:%M}",
        "last_capture": f"{last:%Y-%m-%d %H:%M}",
        "selection": _selection(extract),
        "reports": reports.num_rows,
        "synthetic": pc.sum(reports["synthetic"]).as_py() or 0,
        "version": pipeline.__version__,
        "reader": extract.snapshot.facts.get("reader", "not known"),
        "files": _files(rows),
        "citation": citation(extract),
        "status": _status(extract),
        "format_notes": told["notes"].strip(),
        "notes": "".join(f"- **{note}**\n" for note in notes).rstrip(),
    }
    return (_FOLDER / "readme.template.md").read_text("utf8").format(**values).rstrip() + "\n"


def _selection(extract: Extract) -> str:
    chosen = extract.selection
    years = "all years" if chosen.years is None else f"years {', '.join(map(str, sorted(chosen.years)))}"
    units = "all units" if chosen.units is None else f"{len(chosen.units)} units"
    return f"{years}, {units}"


def _files(rows: Mapping[str, int]) -> str:
    lines = ["| | rows · 行数 | one row is · 每行 |", "|---|---|---|"]
    for name, count in rows.items():
        dataset = DATASETS.get(name.partition(".")[0])
        lines.append(f"| {name} | {count} | {f'{dataset.description} · {dataset.label_zh}' if dataset else ''} |")
    return "\n".join(lines)


def _status(extract: Extract) -> str:
    entries: list[dict[str, Any]] = extract.dictionary.filter(pc.starts_with(extract.dictionary["id"], "status.")).to_pylist()
    return "; ".join(f"`{one['id'].partition('.')[2]}` {one['definition']} · {one['label_zh']}" for one in entries)
