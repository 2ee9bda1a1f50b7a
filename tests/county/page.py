"""Writes what the judged county gave: a table for the terminal, and ``docs/county.md``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline import __version__
from tests.county.build import YEARS
from tests.county.judge import Line

_HEADINGS = {
    "relations": "Relations",
    "coverage": "Coverage",
    "documents": "Documents of a report",
    "units": "Units",
    "redirects": "Redirects",
    "findings": "Findings besides relations",
    "figures": "Figures",
}
_COLUMNS = ("planted", "implied", "found", "missed", "false")


def counts(line: Line) -> tuple[int, int, int, int, int]:
    """Planted, implied, found, missed, false."""
    return line.planted, line.implied, line.found, len(line.missed), len(line.false)


def table(lines: Iterable[Line]) -> str:
    """All counts for the terminal, and the first facts of each line that is not right."""
    told = [f"{'':<12}{'fact':<28}" + "".join(f"{column:>9}" for column in _COLUMNS)]
    for line in lines:
        told.append(f"{line.group:<12}{line.fact:<28}" + "".join(f"{count:>9,}" for count in counts(line)))
        told += [f"    {what}: {'; '.join(some[:3])}" for what, some in (("missed", line.missed), ("false", line.false)) if some]
    return "\n".join(told)


def write_page(page: Path, lines: Sequence[Line], *, units: int, seed: int, each: int, day: str) -> None:
    """Write the page of a judgement."""
    page.write_text("\n".join(_text(lines, units, seed, each, day)) + "\n", "utf8")


def _text(lines: Sequence[Line], units: int, seed: int, each: int, day: str) -> Iterator[str]:
    yield "# A county with planted facts\n"
    yield f"Measured by `python -m tests.county --units {units}` on {day} with gongkai {__version__}, seed {seed}."
    yield "This page is generated; do not edit it.\n"
    yield f"A county that does not exist: {units} bodies, {YEARS[0]} to {YEARS[-1]}, both forms. Divisions are renamed (乡 to 镇, 镇 to"
    yield "街道) and merged, and the county becomes a district with new codes; reports are copied, corrected, mirrored, late, withdrawn"
    yield f"and missing. Every fact is planted {each} times, in reports of their own (`pipeline/generator/county_faults.py`); what it makes"
    yield "fail besides is *implied*. *Missed*: planted or implied, and not reported. *False*: reported, and not there. Reports are known"
    yield "by their address. Which relations fail is found from the generator's drafts, by a program that shares nothing with the one"
    yield "judged (`pipeline/generator/county_relations.py`).\n"
    wrong = [line for line in lines if not line.right]
    yield f"**{'Every planted fact was found, and nothing else was reported.' if not wrong else f'{len(wrong)} lines are not right.'}**"
    for group, heading in _HEADINGS.items():
        its = [line for line in lines if line.group == group]
        if not its:
            continue
        yield f"\n## {heading}\n"
        yield f"| fact | {' | '.join(_COLUMNS)} |"
        yield f"|---|{'--:|' * len(_COLUMNS)}"
        for line in its:
            yield f"| `{line.fact}` | {' | '.join(f'{count:,}' for count in counts(line))} |"
