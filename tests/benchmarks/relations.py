"""Times the relations over a province and year of made-up reports: python -m tests.benchmarks.relations [REPORTS].

Seconds of processor time (other work on the machine does not count) and their ratio to putting all counts into arrays (``Wide``), which
every relation needs: the relations with the year before, each kind by itself and all. Prose is 2,500 characters a report, of sentences that
all reports draw from; every tenth report is another one of its county with small changes. The counts are drawn, so very much fails.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa

from pipeline.normalizer.derived.relations import fees, formulas, one_year, published, relation_rows, repeated, texts
from pipeline.normalizer.derived.relations.rows import Rows
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.derived.year import COUNTED, Wide, YearTables
from pipeline.normalizer.schemas import MONEY, arrow_schema
from tests.benchmarks.indicators import province

REPORTS = 6500
UNITS = 200
SENTENCES, SENTENCE, DRAWN = 600, 50, 50
KINDS: dict[str, Callable[[Rows, Years], None]] = {
    "formulas over two years": formulas.formula_rows,
    "same figures": repeated.same_figures_rows,
    "jumps": repeated.jump_rows,
    "same text": texts.text_rows,
    "fees": fees.fee_rows,
    "tables": one_year.table_rows,
    "published in time": published.published_rows,
    "all zero": one_year.zero_rows,
}


def county_province(reports: int, year: int) -> YearTables:
    """The reports of the benchmark of indicators, in counties of 200 units, with prose and fees."""
    tables = dict(province(reports, year).tables)
    ids = tables["reports"]["report_id"].combine_chunks()
    codes = pa.array([f"53{unit // UNITS:04d}000000" for unit in range(reports)])
    columns = {"county_code": codes, "published_on": tables["reports"]["published_on"]}
    tables["reports"] = _with(tables["reports"], columns)
    tables["sections"] = _rows("sections", {"report_id": ids, "section": pa.array([1] * reports), "text": pa.array(_prose(reports, year))})
    amounts = pa.array([Decimal(random.Random(f"{unit}").randint(1, 900)) for unit in range(reports)], MONEY)
    yuan = pa.array([one.as_py() * 10_000 for one in amounts], MONEY)
    figure, source, status = (pa.array([text] * reports) for text in (fees.FIGURE, "table", "reported"))
    tables["fees"] = _rows(
        "fees", {"report_id": ids, "figure": figure, "source": source, "status": status, "amount": amounts, "amount_yuan": yuan}
    )
    return YearTables(tables)


def _prose(reports: int, year: int) -> list[str]:
    """Texts of sentences that are common to all, over characters of which some are frequent."""
    chance = random.Random(year)
    characters = [chr(0x4E00 + 7 * number) for number in range(1200)]
    weights = [1 / (number + 5) for number in range(len(characters))]
    pool = ["".join(chance.choices(characters, weights, k=SENTENCE)) for _ in range(SENTENCES)]
    told: list[str] = []
    for unit in range(reports):
        if unit % 10 == 9 and unit % UNITS:
            copied = list(told[chance.randrange(unit - unit % UNITS, unit)])
            for _ in range(20):
                copied[chance.randrange(len(copied))] = chance.choice(characters)
            told.append("".join(copied))
        else:
            told.append("。".join(chance.choices(pool, k=DRAWN)))
    return told


def _with(table: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
    for name, values in columns.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), values)
    return table


def _rows(dataset: str, columns: dict[str, pa.Array]) -> pa.Table:
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(dataset)])
    length = len(columns["report_id"])
    return pa.table([columns[f.name].cast(f.type) if f.name in columns else pa.nulls(length, f.type) for f in schema], schema=schema)


def fastest(work: Callable[[], object], times: int = 3) -> float:
    """The least of some runs, in seconds of processor time."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def main(reports: int = REPORTS) -> None:
    """Print the table."""
    before, now = county_province(reports, 2022), county_province(reports, 2023)
    alone = fastest(lambda: Wide(now))
    print(f"{reports} reports, {sum(now[table].num_rows for table in COUNTED)} counts")
    print(f"{'Wide alone':<28} {alone:6.2f} s   1.0")
    for name, work in KINDS.items():
        years = Years(now, before)
        years.figures()
        seconds = fastest(lambda work=work, years=years: work(Rows(years.now.reports), years), 1)  # type: ignore[misc]
        print(f"{name:<28} {seconds:6.2f} s {seconds / alone:5.1f}")
    seconds = fastest(lambda: relation_rows(now, before), 2)
    print(f"{'all relations':<28} {seconds:6.2f} s {seconds / alone:5.1f}")
    found = relation_rows(now, before)
    print(f"{found.num_rows} rows")
    for one in found.group_by(["check_id", "outcome"]).aggregate([([], "count_all")]).sort_by("check_id").to_pylist():
        print(f"    {one['check_id']:<20} {one['outcome']:<16} {one['count_all']:>7}")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
