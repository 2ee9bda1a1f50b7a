"""Writes what the gate measured: a table for the terminal, and ``docs/accuracy.md``.

The page carries its own numbers in a comment, so that the next run can say what has changed.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from pipeline import __version__

from .gate import Result
from .judge import Tally

Numbers = Mapping[str, Mapping[str, int]]
_COLUMNS = ("documents", "figures", "right", "missed", "wrong", "silent", "doubted", "refused")
_NUMBERS = re.compile(r"<!-- numbers: (.*) -->")
_LIBRARIES = ("selectolax", "lxml", "opencc", "pypinyin")
_SOURCES = {
    "generated": "Generated reports: each form, kind of figures, dialect of flattened text and flavour of HTML",
    "damaged": "Generated reports as flattened text, copied by a mirror: readings, traditional characters, shifted bytes",
    "extractors": "Texts that real extractors made of generated pages",
    "examples": "Examples in the repository",
    "shared": "Real documents, read by eye",
}
_HEADINGS = {
    "generated": "Generated reports",
    "damaged": "Damaged copies",
    "extractors": "Real extractors",
    "examples": "Examples",
    "shared": "Real documents",
}
_AMBIGUOUS = """\
Some texts do not tell which figure a number belongs to. Such a figure is to be left out or flagged with doubt; a number without doubt
counts as silent even where it happens to be the right one. What the documents above leave open:
"""
_WHY = """\
- **Blank cells that leave no trace.** Where an extractor drops blank cells, `7 | 3` under three columns may be 7, 3, blank or blank, 7, 3.
  A text shows that it keeps blank cells when one stands before the last figure of a row; without such a row, short rows stay open.
- **Numbers that run together.** `2311271810` under three columns can be cut in many places. Only a row with one digit a cell is clear.
- **Numbers that are cut.** Word may keep a number in two runs; an extractor that breaks between runs prints 188 as 1 and 88.
- **Words of two meanings.** 本年数量 in place of 本年增/减 may be the number of the year or the change; several rows of procurement have no
  printed total; one value in a row of two columns belongs to either.
- **Text that is not there.** Where repeated lines were dropped, nothing can be known: such texts are refused, never read as zeros.
"""


def numbers(result: Result) -> dict[str, dict[str, int]]:
    """The counts of a result by source, and by source, medium and shape."""
    named = {**result.sources, **{"/".join(shape): tally for shape, tally in result.shapes.items()}}
    named |= {"/".join((source, "figures", kind)): tally for (source, kind), tally in result.kinds.items() if source == "generated"}
    return {name: {column: getattr(tally, column) for column in _COLUMNS} for name, tally in named.items()}


def read_numbers(page: Path) -> Numbers:
    """The numbers that a page carries; none where there is no page yet."""
    found = _NUMBERS.search(page.read_text("utf8")) if page.exists() else None
    return json.loads(found[1]) if found else {}


def table(result: Result, before: Numbers) -> str:
    """All counts for the terminal, with the change of what is right."""
    lines = [f"{'':<54}" + "".join(f"{column:>10}" for column in _COLUMNS) + "  right, before"]
    for name, counts in numbers(result).items():
        lines.append(
            f"{name:<54}" + "".join(f"{counts[column]:>10}" for column in _COLUMNS) + f"  {_right(counts)}{_change(name, counts, before)}"
        )
    return "\n".join(lines)


def write_page(page: Path, result: Result, *, documents: int, seed: int, day: str, before: Numbers) -> None:
    """Write the page of a result."""
    page.parent.mkdir(exist_ok=True)
    page.write_text("\n".join(_lines(result, documents, seed, day, before)) + "\n", "utf8")


def _lines(result: Result, documents: int, seed: int, day: str, before: Numbers) -> Iterator[str]:
    now = numbers(result)
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield "# Accuracy\n"
    yield f"Measured by `make accuracy` on {day}: {documents:,} generated documents with seed {seed}, and every document of known truth."
    yield f"gongkai {__version__}, Python {platform.python_version()}, {libraries}. This page is generated; do not edit it.\n"
    yield "*Right*: the printed value, or none where none is printed. *Missed*: left out. *Wrong*: another value. *Silent*: another value"
    yield "without doubt, or a value without doubt where the document leaves it open or has none; the promise is 0. *Doubted*: right, but"
    yield "flagged. *Refused*: tables. Where the run before differs, its number stands in brackets.\n"
    yield from _table("Source", {text: source for source, text in _SOURCES.items() if source in now}, now, before)
    for source, heading in _HEADINGS.items():
        if source not in now:
            continue
        yield f"\n## {heading}\n"
        shapes = {f"{medium}: {shape}": "/".join((of, medium, shape)) for of, medium, shape in result.shapes if of == source}
        yield from _table("Shape", shapes, now, before)
        if source == "generated":
            kinds = {kind: f"generated/figures/{kind}" for of, kind in sorted(result.kinds) if of == source}
            yield "\nBy the figures that they print:\n"
            yield from _table("Figures", kinds, now, before)
    yield "\n## Silent errors\n"
    yield from [_silent(one.name, seed, one.tally) for one in result.silent] or ["None."]
    yield f"\n## What stays ambiguous, and why\n\n{_AMBIGUOUS}"
    yield "| Reason | Figures open | Given with doubt | Left out |\n|---|--:|--:|--:|"
    for reason, (count, doubted) in sorted(result.left_open.items(), key=lambda item: -item[1][0]):
        yield f"| {reason} | {count:,} | {doubted:,} | {count - doubted:,} |"
    yield f"\n{_WHY}"
    yield "What a generated or extracted text leaves open is decided without any reader, in `pipeline/generator/flatten.py` and"
    yield "`tests/extractors/what_texts_hold.py`."
    yield f"\n<!-- numbers: {json.dumps(now, ensure_ascii=False)} -->"


def _table(heading: str, rows: Mapping[str, str], now: Numbers, before: Numbers) -> Iterator[str]:
    yield f"| {heading} | Documents | Figures | Right | Missed | Wrong | Silent | Doubted | Refused |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for text, name in rows.items():
        counts = now[name]
        shares = [f"{_right(counts)}{_change(name, counts, before)}", *(_share(counts, column) for column in ("missed", "wrong"))]
        cells = [
            f"{counts['documents']:,}",
            f"{counts['figures']:,}",
            *shares,
            _silent_count(name, counts, before),
            _share(counts, "doubted"),
        ]
        yield f"| {text} | {' | '.join(cells)} | {counts['refused']:,} |"


def _silent(name: str, seed: int, tally: Tally) -> str:
    return f"- `python -m tests.accuracy --seed {seed} --document {name}`: {len(tally.notes)}, e.g. {tally.notes[0]}"


def _silent_count(name: str, counts: Mapping[str, int], before: Numbers) -> str:
    earlier = before.get(name, counts)["silent"]
    return f"{counts['silent']}" if earlier == counts["silent"] else f"{counts['silent']} ({earlier})"


def _right(counts: Mapping[str, int]) -> str:
    return _share(counts, "right")


def _share(counts: Mapping[str, int], column: str) -> str:
    """Per cent of the figures, never rounded up to all of them or down to none."""
    if not counts["figures"]:
        return "–"
    share = 100 * counts[column] / counts["figures"]
    if 0 < counts[column] < counts["figures"]:
        share = min(max(share, 0.01), 99.99)
    return f"{share:.2f} %"


def _change(name: str, counts: Mapping[str, int], before: Numbers) -> str:
    earlier = before.get(name)
    if earlier is None or _right(earlier) == _right(counts):
        return ""
    return f" ({_right(earlier)})"
