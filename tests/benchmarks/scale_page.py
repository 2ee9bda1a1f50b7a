"""Writes the reckoning of docs/scale.md from constants.toml: python -m tests.benchmarks.scale_page [FILE]."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
BEGIN, END = "<!-- reckoned from tests/benchmarks/constants.toml -->", "<!-- end -->"
#: Machines that the tables are made for.
MACHINES = (1, 4, 16)


def constants() -> dict[str, float]:
    """The value of each constant."""
    return {name: float(one["value"]) for name, one in _told().items()}


def _told() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("constants.toml").read_text("utf8"))


def reckoned() -> str:
    """The part of the page that is reckoned."""
    return "\n".join([BEGIN, "", *_constants_table(), "", *_year(), "", *_crawl(), "", END])


def _constants_table() -> Iterator[str]:
    yield "| constant | value | what | measured, or assumed |"
    yield "|---|---|---|---|"
    for name, one in _told().items():
        source = one["measured"] if "measured" in one else f"assumed: {one['assumed']}"
        yield f"| `{name}` | {float(one['value']):,.10g} | {one['what']} | {source} |"


def _year() -> Iterator[str]:
    c = constants()
    reading = c["reports"] * (c["read_ms"] + c["around_ms"]) / 1000 / 3600
    assembling = c["reports"] * c["assemble_ms"] / 1000 / 3600
    gigabytes = c["reports"] * c["page_kb"] / 1e6
    yield "### A national year"
    yield ""
    yield f"{c['reports']:,.0f} reports are {gigabytes:,.0f} GB of pages, {gigabytes / c['pack']:,.1f} GB in the archive and"
    yield f"{c['reports'] * c['readings_bytes'] / 1e9:,.1f} GB of readings. Reading takes {reading:,.2f} core hours"
    yield f"(reports × (read + around)), assembling {assembling:,.2f} on the machine of the build (reports × assemble)."
    yield ""
    yield from _machines(reading, assembling, gigabytes / c["pack"] * 1000)


def _crawl() -> Iterator[str]:
    c = constants()
    sifting = c["crawl_pages"] / c["sift_per_second"] / 3600
    reading = c["crawl_reports"] * (c["read_ms"] + c["around_ms"]) / 1000 / 3600
    assembling = c["crawl_reports"] * c["assemble_ms"] / 1000 / 3600
    yield "### A month of Common Crawl"
    yield ""
    sifted = c["sift_per_second"] * c["machine_cores"] * c["crawl_tb"] * 1e6 / c["crawl_pages"]
    yield f"{c['crawl_pages']:,.0f} answers in {c['crawl_tb']:,.0f} TB. Sifting all of them takes {sifting:,.0f} core hours"
    yield f"(answers / sift), reading what is left, say {c['crawl_reports']:,.0f} pages, {reading:,.2f}. A machine of"
    yield f"{c['machine_cores']:,.0f} cores could sift {sifted:,.0f} MB a second, and is given {c['machine_mb_per_second']:,.0f}."
    yield "Looking up hosts under gov.cn in the crawl's own index first, and fetching those records alone, saves nearly all of it."
    yield ""
    yield from _machines(sifting + reading, assembling, c["crawl_tb"] * 1e6)


def _machines(spread: float, alone: float, megabytes: float) -> Iterator[str]:
    """Hours and cost for some numbers of machines: work that is spread, work of one core alone, and bytes that must come in."""
    c = constants()
    yield "| machines | hours of the spread work | of them bound by | hours in all | cost, USD |"
    yield "|---|---|---|---|---|"
    for machines in MACHINES:
        computing = spread / (machines * c["machine_cores"])
        fetching = megabytes / (machines * c["machine_mb_per_second"]) / 3600
        hours = max(computing, fetching)
        cost = (hours * machines + alone) * c["machine_cores"] * c["core_hour_cost"]
        bound = "computing" if computing >= fetching else "the network"
        yield f"| {machines} | {hours:,.2f} | {bound} | {hours + alone:,.2f} | {cost:,.2f} |"


def with_reckoning(page: str) -> str:
    """The page with its reckoning made anew."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{reckoned()}{rest.partition(END)[2]}"


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    path.write_text(with_reckoning(path.read_text("utf8")), "utf8")
