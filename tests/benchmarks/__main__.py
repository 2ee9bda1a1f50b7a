"""``make bench``: one table of speed, memory and right figures beside other libraries, and of queries; writes docs/benchmarks.md.

    python -m tests.benchmarks [--pages 40] [--rounds 5] [--reports 200000] [--out docs/benchmarks.md]

All contenders go over the same pages by turns, on one core, by the clock of the processor; what is told is the median of the rounds.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import click

from pipeline.archive import make_record, open_writer
from pipeline.batch.build import build
from tests.benchmarks.contenders import CONTENDERS, printed
from tests.benchmarks.pages import MadePage, made_pages
from tests.benchmarks.queries import query_lines
from tests.benchmarks.scale import Costs, peak_megabytes

#: Documents of the two archives that are built: what more of them cost is the cost of a document, without the start of the program.
SMALL, LARGE = 200, 800
_BUILD = "gongkai, archive → datasets"
_COMMAND = "make bench"


@click.command()
@click.option("--pages", "count", default=40, show_default=True, help="Pages of a round.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--reports", default=200_000, show_default=True, help="Reports that are queried.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("docs/benchmarks.md"), show_default=True)
@click.option("--peak", hidden=True, help="Go over the pages with one contender, and print the memory that it took.")
def main(count: int, rounds: int, reports: int, out: Path, peak: str | None) -> None:
    """Measure, print, and keep the result."""
    if peak is not None:
        _print_peak(peak, count)
        return
    # Everything runs on one core, the building of the archive too.
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(all_cores)})
    pages = list(made_pages(count))
    seconds = _rounds(pages, rounds)
    lines = [*_head(pages, rounds), *_rows(pages, seconds), ""]
    os.sched_setaffinity(0, all_cores)
    lines += query_lines(reports, rounds + 2)
    text = "\n".join(lines) + "\n"
    click.echo(text)
    out.write_text(text, "utf8")


def _rounds(pages: list[MadePage], rounds: int) -> dict[str, list[float]]:
    """Contender → seconds a page, of each round."""
    found: dict[str, list[float]] = {one.name: [] for one in CONTENDERS} | {_BUILD: []}
    with tempfile.TemporaryDirectory() as folder:
        archives = {size: _archive(Path(folder, str(size)), size) for size in (SMALL, LARGE)}
        for one in CONTENDERS:
            one.work(pages[0])
        for number in range(rounds):
            for one in CONTENDERS:
                gc.collect()
                began = time.process_time()
                for page in pages:
                    one.work(page)
                found[one.name].append((time.process_time() - began) / len(pages))
            costs = {size: _build_cost(raw, Path(folder, f"{number}-{size}")) for size, raw in archives.items()}
            found[_BUILD].append((costs[LARGE] - costs[SMALL]) / (LARGE - SMALL))
    return found


def _archive(raw: Path, size: int) -> Path:
    with open_writer(raw / "archive") as writer:
        for number, page in enumerate(made_pages(size, 5)):
            url = f"http://h{number % 97}.gov.cn/{number}.html"
            writer.add(make_record(page.body, url=url, status=200, media_type="text/html", fetched_at="2025-02-01T00:00:00Z"))
    return raw


def _build_cost(raw: Path, processed: Path) -> float:
    costs = Costs()
    build(raw, processed, workers=1)
    return sum(costs.told())


def _head(pages: list[MadePage], rounds: int) -> list[str]:
    names = dict.fromkeys((*(one.library for one in CONTENDERS), "duckdb", "polars", "pyarrow"))
    libraries = ", ".join(f"{name} {version(name)}" for name in names)
    mean = sum(len(page.body) for page in pages) / len(pages) / 1000
    return [
        "# Benchmarks",
        "",
        f"Written by `{_COMMAND}` on {date.today():%Y-%m-%d}; do not edit.",
        "",
        f"{_processor()}, {os.cpu_count()} processors, Python {platform.python_version()}; {libraries}.",
        f"Load of the machine at the begin: {os.getloadavg()[0]:.1f}.",
        "",
        f"{len(pages)} made-up reports of {mean:.0f} kB on average (`tests/benchmarks/pages.py`): both forms, Word-HTML and clean pages",
        "amid a portal's furniture, UTF-8 and GB18030, in equal parts. One core, time of the processor, medians of",
        f"{rounds} rounds in which all take turns. `right` is the share of the printed figures that are given at the right place:",
        "by name, or in the grid that a reader of tables gives. `peak MB` is that of a process with all libraries loaded.",
        f"From archive to datasets with all relations: what each document more costs, from {SMALL} to {LARGE}.",
        "",
    ]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _rows(pages: list[MadePage], seconds: dict[str, list[float]]) -> list[str]:
    lxml = statistics.median(seconds[CONTENDERS[0].name])
    lines = ["| | ms a page | pages a second | × lxml | peak MB | right |", "|---|---|---|---|---|---|"]
    for name, found in seconds.items():
        median = statistics.median(found)
        one = next((one for one in CONTENDERS if one.name == name), None)
        right = "–"
        if one is not None and one.found is not None:
            share = sum(one.found(page, one.work(page)) for page in pages) / sum(len(printed(page)) for page in pages)
            right = f"{share:.1%}"
        peak = f"{_peak(name, len(pages)):.0f}" if one is not None else "–"
        lines.append(f"| {name} | {median * 1000:.2f} | {1 / median:,.0f} | {lxml / median:.2f} | {peak} | {right} |")
    return lines


def _peak(name: str, count: int) -> float:
    """Peak memory of a process of its own that goes over the pages with one contender."""
    command = (sys.executable, "-m", "tests.benchmarks", "--pages", str(count), "--peak", name)
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _print_peak(name: str, count: int) -> None:
    contender = next(one for one in CONTENDERS if one.name == name)
    for page in made_pages(count):
        contender.work(page)
    print(peak_megabytes())


if __name__ == "__main__":
    main()
