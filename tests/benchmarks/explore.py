"""Times the explorer on many made-up reports: python -m tests.benchmarks.explore [REPORTS] [FOLDER].

Every figure of the form of 2021 for seven years of bodies in counties of sixty, written by the project's own writer. Printed: how long the
SQLite file takes to make and how large it is, and for each page the median of some answers, in milliseconds of this process and of its
threads, and on the clock. With FOLDER the datasets are kept there, and used again.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import numpy as np
import pyarrow as pa

from pipeline.explore.base import prepare
from pipeline.explore.book import Book
from pipeline.explore.serve import application
from pipeline.forms import forms
from pipeline.forms.layout import figure_ids
from pipeline.normalizer.derived.indicators_declared import declared
from pipeline.normalizer.dictionary import dictionary_table
from pipeline.normalizer.schemas import DATASETS, MONEY, arrow_schema
from pipeline.normalizer.store import Part, current_snapshot, write_snapshot

REPORTS = 200_000
YEARS = range(2019, 2026)
PROVINCES = 31
COUNTY = 60
TIMES = 15
CAPTURED = datetime(2026, 6, 1, tzinfo=UTC)
TABLES = ("proactive_disclosure", "applications", "review_litigation")


def datasets(reports: int) -> Iterator[Part]:
    """All parts, a province and year at a time."""
    bodies = -(-reports // (len(YEARS) * PROVINCES))
    yield Part("dictionary", "all", "all", dictionary_table())
    for province in range(PROVINCES):
        place = f"{11 + province}"
        units = [f"u{province:03d}{body:09d}" for body in range(bodies)]
        names = [f"第{province}省第{body // COUNTY}县第{body % COUNTY}镇人民政府" for body in range(bodies)]
        codes = [f"{place}{body // COUNTY:04d}000000" for body in range(bodies)]
        counties = [f"第{body // COUNTY}县" for body in range(bodies)]
        about = {"county": counties, "county_code": codes, "province": f"第{province}省", "province_code": f"{place}0000000000"}
        about |= {"level": "township", "kind": "government"}
        known = {"unit_id": units, "name": names, "names_printed": names, "resolved": True, "synthetic": True, "reports": len(YEARS)}
        yield Part("units", "all", place, made("units", bodies, about | known))
        yield Part("coverage", "all", place, coverage(units, names, about))
        for year in YEARS:
            yield from year_of(np.random.default_rng((province, year)), units, names, about, year, place)


def year_of(  # noqa: PLR0917
    chance: np.random.Generator, units: list[str], names: list[str], about: dict[str, object], year: int, place: str
) -> Iterator[Part]:
    """The reports of a province and year with their figures, indicators, findings."""
    ids, documents = [f"{unit}-{year}-own" for unit in units], [f"d{unit[1:]}{year}" for unit in units]
    keys = {"report_id": ids, "unit_id": units, "report_year": year, "document_id": documents, "synthetic": True}
    own = {"unit_name": names, "unit_name_printed": names, "scope": "own", "trust": "official", "form": "2021", "withdrawn": False}
    own |= {f"{table}_{what}": value for table in TABLES for what, value in (("state", "read"), ("form", "2021"))}
    numbers = {"figures_printed": 200, "figures_read": 200, "versions": 1, "published_on": date(year + 1, 1, 20)}
    numbers |= dict.fromkeys(("figures_blank", "figures_unreadable", "figures_doubted"), 0)
    numbers["contradictions"] = (chance.random(len(units)) < 0.05).astype(int)
    yield Part("reports", str(year), place, made("reports", len(units), keys | about | own | numbers))
    documents_of = {"sha256": [one.rjust(64, "0") for one in documents], "role": "primary", "url": [f"http://{one}.gov.cn/" for one in ids]}
    more = {"fetched_at": CAPTURED, "archive_file": "x.warc.gz", "archive_offset": 0, "addresses": 1, "trust": "official", "reader": "none"}
    yield Part("documents", str(year), place, made("documents", len(units), keys | documents_of | more))
    for table in TABLES:
        yield Part(table, str(year), place, counts(chance, table, keys))
    yield Part("indicators", str(year), place, indicators(chance, keys))
    failed = numbers["contradictions"].astype(bool)
    some = {
        name: [one for one, bad in zip(value, failed, strict=True) if bad] if isinstance(value, list) else value
        for name, value in keys.items()
    }
    relation = {"check_id": "applications_balance", "severity": "error", "outcome": "failed", "scope_key": "total", "doubted": False}
    sides = {"left_value": Decimal(3), "right_value": Decimal(2), "figures": "applications.new_received.total"}
    yield Part("checks", str(year), place, made("checks", int(failed.sum()), some | relation | sides))
    finding = {"level": "error", "code": "table.refused", "table_id": "applications", "message": "table three is left out"}
    yield Part("issues", str(year), place, made("issues", int(failed.sum()), some | finding))


def counts(chance: np.random.Generator, table: str, keys: dict[str, object]) -> pa.Table:
    """Every count of a table, sorted by figure as the build sorts them."""
    figures = sorted(name for name in figure_ids(table, "2021") if forms().figures[name].column.kind != "money")
    units, rows = len(keys["unit_id"]), len(keys["unit_id"]) * len(figures)  # type: ignore[arg-type]
    values = chance.integers(0, 50, rows)
    columns = {name: np.tile(np.array(value), len(figures)) if isinstance(value, list) else value for name, value in keys.items()}
    parts = {"figure": figures, "item": [one.split(".")[1] for one in figures], "measure": [one.split(".")[2] for one in figures]}
    columns |= {name: np.repeat(np.array(value), units) for name, value in parts.items()}
    place = {"table": 1, "cell_row": 3, "cell_column": 9, "unit": "件", "status": "reported"}
    return made(table, rows, columns | {"value": values, "raw": values.astype(str)} | place)


def indicators(chance: np.random.Generator, keys: dict[str, object]) -> pa.Table:
    """Every indicator of every report."""
    names = sorted(one.id for one in declared().indicators)
    units, rows = len(keys["unit_id"]), len(keys["unit_id"]) * len(names)  # type: ignore[arg-type]
    columns = {name: np.tile(np.array(value), len(names)) if isinstance(value, list) else value for name, value in keys.items()}
    shares = {one.id for one in declared().indicators if one.kind == "ratio"}
    share = np.repeat(np.array([name in shares for name in names]), units)
    part, whole = chance.integers(0, 20, rows, np.int32), chance.integers(20, 60, rows, np.int32)
    sides = {"numerator": pa.array(part).cast(MONEY), "denominator": pa.array(whole, mask=~share).cast(MONEY)}
    value = np.where(share, part / whole, part)
    return made("indicators", rows, columns | {"indicator": np.repeat(np.array(names), units), "value": value} | sides)


def coverage(units: list[str], names: list[str], about: dict[str, object]) -> pa.Table:
    """Every body and year, one in fifty late."""
    rows = len(units) * len(YEARS)
    columns = {name: np.repeat(np.array(value), len(YEARS)) if isinstance(value, list) else value for name, value in about.items()}
    columns |= {"unit_id": np.repeat(np.array(units), len(YEARS)), "name": np.repeat(np.array(names), len(YEARS))}
    columns |= {"report_year": np.tile(np.array(list(YEARS)), len(units)), "evidence": "a page states the day", "synthetic": True}
    columns["state"] = np.where(np.arange(rows) % 50 == 0, "after_deadline", "published")
    columns["report_id"] = [f"{unit}-{year}-own" for unit in units for year in YEARS]
    return made("coverage", rows, columns | {"days_late": 3, "due_on": date(2026, 1, 31), "published_on": date(2026, 2, 3)})


def made(dataset: str, rows: int, columns: dict[str, object]) -> pa.Table:
    """A table in its declared schema: a list or an array as it is, any other value in every row, null where there is none."""
    arrays = []
    for field in arrow_schema(dataset):
        value = columns.get(field.name)
        if value is None:
            arrays.append(pa.nulls(rows, field.type))
        elif isinstance(value, (list, np.ndarray, pa.Array)):
            arrays.append((value if isinstance(value, pa.Array) else pa.array(value)).cast(field.type))
        else:
            arrays.append(pa.repeat(pa.scalar(value, field.type), rows))
    table = pa.table(arrays, schema=pa.schema([field.with_nullable(True) for field in arrow_schema(dataset)]))
    return table.sort_by([(name, "ascending") for name in DATASETS[dataset].order]).cast(arrow_schema(dataset))


def pages(county: str, unit: str) -> dict[str, str]:
    """The addresses that are timed."""
    return {
        "first page": "/zh/",
        "compare, one county, an indicator": f"/zh/compare?place={county}&indicator=disclosure",
        "compare, six units, a figure": "/zh/compare?figure=applications.new_received.total&"
        + "&".join(f"unit={unit[:4]}{at:09d}" for at in range(6)),
        "county": f"/zh/place/{county}",
        "unit": f"/zh/unit/{unit}",
        "report": f"/zh/report/{unit}-2023-own",
        "question: missing": "/zh/ask/missing",
        "question: requests of a county": f"/zh/ask/requests?place={county}&year=2024",
        "findings": "/zh/findings",
        "search": "/zh/search?q=第7镇",
        "Datasette: reports": "/gongkai/reports",
        "Datasette: indicators": "/gongkai/indicators",
    }


async def time_pages(book: Book, wanted: dict[str, str]) -> None:
    """Print the median of some answers for each page, the first one of all left out."""
    transport = httpx.ASGITransport(app=application(book))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120) as client:
        print(f"{'page':<36} {'status':>6} {'CPU ms':>8} {'clock ms':>9} {'worst':>7} {'kB':>6}")
        for name, path in wanted.items():
            answer, cpu, clock = await client.get(path), [], []
            for _ in range(TIMES):
                began, on_clock = time.process_time(), time.perf_counter()
                answer = await client.get(path)
                cpu.append((time.process_time() - began) * 1000)
                clock.append((time.perf_counter() - on_clock) * 1000)
            sizes = f"{statistics.median(cpu):>8.0f} {statistics.median(clock):>9.0f} {max(clock):>7.0f} {len(answer.content) / 1000:>6.0f}"
            print(f"{name:<36} {answer.status_code:>6} {sizes}")


def main(reports: int = REPORTS, folder: str | None = None) -> None:
    """Write, prepare, time."""
    with tempfile.TemporaryDirectory() as scratch:
        processed = Path(folder or scratch)
        if current_snapshot(processed) is None:
            began = time.process_time()
            write_snapshot(processed, datasets(reports), {"reader": "benchmark"})
            print(f"written in {time.process_time() - began:.0f} s of CPU")
        began = time.process_time()
        snapshot, base = prepare(processed)
        rows = sum(file.rows for file in snapshot.files if file.dataset in TABLES)
        size = sum(file.bytes for file in snapshot.files)
        print(f"SQLite file: {base.stat().st_size / 1e6:.0f} MB, made in {time.process_time() - began:.0f} s of CPU")
        book = Book(snapshot, base)
        print(f"{book.counts['reports']} reports, {rows} counts, {book.counts['indicators']} indicators; Parquet {size / 1e6:.0f} MB")
        unit = book.rows("SELECT unit_id, place_code FROM unit_places ORDER BY unit_id LIMIT 1 OFFSET 200")[0]
        asyncio.run(time_pages(book, pages(unit["place_code"], unit["unit_id"])))


if __name__ == "__main__":
    main(*(int(one) if one.isdigit() else one for one in sys.argv[1:]))  # type: ignore[arg-type]
