"""Times indicators and coverage over a province and year of made-up reports: python -m tests.benchmarks.indicators [REPORTS].

Printed beside each other, with the ratio: putting all counts into arrays (``Wide``), which every rule over many reports needs, the
indicators with the year before, and the coverage of the same bodies over seven years.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from pipeline.forms import forms
from pipeline.forms.layout import figure_ids
from pipeline.normalizer.derived.coverage import coverage_rows
from pipeline.normalizer.derived.coverage_facts import DocumentFact, FailedDocument, Listed, Listing, ReportFact
from pipeline.normalizer.derived.indicators import indicator_rows
from pipeline.normalizer.derived.year import COUNTED, Wide, YearTables
from pipeline.normalizer.schemas import arrow_schema

REPORTS = 6500
COVERED = range(2019, 2026)


def province(reports: int, year: int) -> YearTables:
    """Reports of a year, in the form of 2021, with small counts, some blanks and some flags."""
    chance = np.random.default_rng(year)
    units = [f"u{number:06d}" for number in range(reports)]
    ids = pa.array([f"{unit}-{year}-own" for unit in units])
    tables = {"reports": _reports(units, ids, year)}
    for table in COUNTED:
        figures = [name for name in figure_ids(table, "2021") if forms().figures[name].column.kind != "money"]
        tables[table] = _counts(chance, table, figures, ids)
    return YearTables(tables)


def _reports(units: list[str], ids: pa.Array, year: int) -> pa.Table:
    fixed = {"scope": "own", "trust": "official", "form": "2021", "published_on": date(year + 1, 1, 20), "versions": 1, "level": "township"}
    fixed |= {"report_year": year, "synthetic": True, **{f"{table}_{what}": value for table in COUNTED for what, value in _READ}}
    columns = {"report_id": ids, "unit_id": pa.array(units)}
    return _table("reports", len(units), columns | {name: pa.array([value] * len(units)) for name, value in fixed.items()})


_READ = (("state", "read"), ("form", "2021"))


def _counts(chance: np.random.Generator, table: str, figures: list[str], ids: pa.Array) -> pa.Table:
    rows = len(ids) * len(figures)
    blank = chance.random(rows) < 0.02
    flags = np.where(chance.random(rows) < 0.01, "read.ambiguous check.applications_balance", "")
    columns = {
        "report_id": ids.take(pa.array(np.repeat(np.arange(len(ids)), len(figures)))),
        "figure": pa.array(figures).take(pa.array(np.tile(np.arange(len(figures)), len(ids)))),
        "value": pa.array(chance.integers(0, 50, rows), mask=blank),
        "status": pa.array(np.where(blank, "blank", "reported")),
        "flags": pa.array(flags, mask=flags == ""),
    }
    return _table(table, rows, columns)


def _table(dataset: str, rows: int, columns: dict[str, pa.Array]) -> pa.Table:
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(dataset)])
    return pa.table(
        [columns[field.name].cast(field.type) if field.name in columns else pa.nulls(rows, field.type) for field in schema], schema=schema
    )


def archive(bodies: int) -> tuple[list[ReportFact], list[Listing], list[FailedDocument]]:
    """Seven years of some bodies in counties of sixty, one report in twenty missing, one in fifty unread, each county's list read whole."""
    chance = random.Random(7)
    letters = "东南西北中上下青白红金银石沙水山林田城关柳杨松竹梅兰龙凤马牛"
    places = [f"{one}{two}{three}" for one in letters for two in letters for three in letters[:8]]
    reports: list[ReportFact] = []
    failures: list[FailedDocument] = []
    entries: dict[int, list[Listed]] = {}
    for number in range(bodies):
        county, name = number // 60, f"{places[number % len(places)]}镇人民政府"
        for year in COVERED:
            drawn, url = chance.random(), f"http://county{county}.gov.cn/{number}/{year}.html"
            title = f"{name}{year}年政府信息公开工作年度报告"
            if drawn < 0.05:
                continue
            entries.setdefault(county, []).append(Listed(url, title, year))
            if drawn < 0.07:
                failures.append(FailedDocument(url, None, title, "a scan"))
                continue
            document = DocumentFact(url, None, title, date(year + 1, 1, 20))
            reports.append(ReportFact(f"u{number}-{year}-own", f"u{number}", year, "own", name, (document,), synthetic=True))
    ended, asked = datetime(2026, 6, 1, tzinfo=UTC), frozenset(COVERED)
    listings = [Listing(f"county{one}", f"http://county{one}.gov.cn/", asked, True, ended, tuple(its)) for one, its in entries.items()]
    return reports, listings, failures


def fastest(work: Callable[[], object], times: int = 3) -> float:
    """The least of some runs, in seconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def main(reports: int = REPORTS) -> None:
    """Print the table."""
    before, now = province(reports, 2022), province(reports, 2023)
    before = YearTables({**before.tables, "indicators": indicator_rows(before, None)})
    counts = sum(now[table].num_rows for table in COUNTED)
    alone = fastest(lambda: Wide(now))
    print(f"{reports} reports, {counts} counts")
    print(f"{'Wide alone':<28} {alone:6.2f} s   1.0")
    given = archive(reports)
    works: dict[str, Callable[[], object]] = {
        "indicators": lambda: indicator_rows(now, before),
        "coverage, seven years": lambda: coverage_rows(given[0], None, given[1], given[2], COVERED),
    }
    for name, work in works.items():
        seconds = fastest(work)
        print(f"{name:<28} {seconds:6.2f} s {seconds / alone:5.1f}")
    states = coverage_rows(given[0], None, given[1], given[2], COVERED)["state"].value_counts().to_pylist()
    print(", ".join(f"{row['values']} {row['counts']}" for row in states))


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
