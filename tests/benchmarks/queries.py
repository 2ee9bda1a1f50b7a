"""How long pandas, Polars and DuckDB take for one year's indicator, and one figure, of 200,000 reports in files of this project.

The reports are those of a small build, each many times under other ids; their rows are written by the project's own writer, a file for
each year and province as in a national build.
"""

from __future__ import annotations

import functools
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.batch.build import build
from pipeline.normalizer.schemas import DATASETS, arrow_schema
from pipeline.normalizer.store import Part, write_snapshot
from tests.benchmarks.scale import STUB, YEARS, put, write_divisions

PROVINCES = 31
#: Reports that are built; the others are copies of them.
SEED = 2_000
YEAR, INDICATOR, FIGURE = 2022, "backlog_rate", "applications.new_received.total"
QUERIED = {"indicators": "indicator", "applications": "figure"}


def query_lines(reports: int, times: int) -> list[str]:
    """The table, as lines of Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        processed = Path(folder, "many")
        rows = write_reports(Path(folder), processed, reports)
        indicator = chosen_indicator(processed)
        told = ", ".join(f"{count:,} rows of `{name}`" for name, count in rows.items())
        lines = [
            f"Queries over {reports:,} reports of {YEARS} years and {PROVINCES} provinces ({told}),",
            f"{reports // YEARS:,} of them of the year asked for; all processors, files in the system's cache. Milliseconds on the clock:",
            f"median and least of {times}; load of the machine: {os.getloadavg()[0]:.1f}.",
            "",
            "| | one year × one indicator | least | one year × one figure | least |",
            "|---|---|---|---|---|",
        ]
        for name, query in QUERIES.items():
            cells = []
            for dataset, column in QUERIED.items():
                value = indicator if dataset == "indicators" else FIGURE
                work = functools.partial(query, processed / dataset, column, value)
                taken = [_timed(work, reports // YEARS) for _ in range(times)]
                cells += [f"{statistics.median(taken):.0f}", f"{min(taken):.0f}"]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _timed(work: Callable[[], int], expected: int) -> float:
    began = time.perf_counter()
    found = work()
    taken = (time.perf_counter() - began) * 1000
    assert found == expected, (found, expected)
    return taken


def _with_duckdb(folder: Path, column: str, value: str) -> int:
    rows = duckdb.sql(
        f"select unit_id, value from read_parquet('{folder}/*.parquet') where report_year = {YEAR} and {column} = '{value}'"
    ).fetch_arrow_table()
    return int(rows.num_rows)


def _with_polars(folder: Path, column: str, value: str) -> int:
    wanted = (pl.col("report_year") == YEAR) & (pl.col(column) == value)
    return pl.scan_parquet(folder / "*.parquet").filter(wanted).select("unit_id", "value").collect().height


def _with_pandas(folder: Path, column: str, value: str) -> int:
    return len(pd.read_parquet(folder, columns=["unit_id", "value"], filters=[("report_year", "=", YEAR), (column, "=", value)]))


QUERIES: dict[str, Callable[[Path, str, str], int]] = {"DuckDB": _with_duckdb, "Polars": _with_polars, "pandas": _with_pandas}


def chosen_indicator(processed: Path) -> str:
    """An indicator that every report has."""
    found = pl.scan_parquet(processed / "indicators" / "*.parquet").filter(pl.col("report_year") == YEAR)
    counts = found.group_by("indicator").len().sort("len", "indicator", descending=[True, False]).collect()
    return str(counts["indicator"][0])


def write_reports(folder: Path, processed: Path, reports: int) -> dict[str, int]:
    """Write so many reports; the rows of each dataset that is queried."""
    raw, small = folder / "raw", folder / "small"
    write_divisions(raw, SEED // YEARS + 1)
    put(raw, 0, SEED)
    build(raw, small, reader=STUB)
    processed.mkdir()
    snapshot, _ = write_snapshot(processed, _copied(small, reports // SEED), {})
    return {name: sum(file.rows for file in snapshot.files if file.dataset == name) for name in QUERIED}


def _copied(small: Path, times: int) -> Iterator[Part]:
    for dataset in QUERIED:
        for path in sorted((small / dataset).iterdir()):
            table, year = pq.read_table(path), path.name.partition("-")[0]
            for province in range(PROVINCES):
                copies = [_renamed(table, number) for number in range(province, times, PROVINCES)]
                if copies:
                    rows = pa.concat_tables(copies).sort_by([(name, "ascending") for name in DATASETS[dataset].order])
                    yield Part(dataset, year, f"{11 + province}", rows.cast(arrow_schema(dataset)))


def _renamed(table: pa.Table, number: int) -> pa.Table:
    """The same rows as those of other bodies."""
    for name in ("unit_id", "report_id"):
        renamed = pc.utf8_replace_slice(table[name], 1, 4, f"{number:03x}")
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), renamed)
    return table
