"""Reading a dataset from one snapshot, whatever is built meanwhile.

Arrow and pandas are imported when something is loaded: who only reads a page need not wait for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from pipeline.normalizer.store import Snapshot

PROCESSED = Path("data/processed")
SCOPES = ("own", "government_wide")


def load(
    dataset: str,
    *,
    years: Iterable[int] | None = None,
    units: Iterable[str] | None = None,
    snapshot: int | None = None,
    processed: Path | str = PROCESSED,
) -> pd.DataFrame:
    """One dataset as a frame: counts as Int64, money as Decimal.

    ``years`` are report years, ``units`` unit ids (also such that were given up since), ``snapshot`` the number of an older snapshot that
    is still kept, to repeat what was done with it. Raises ``KeyError`` for a dataset that does not exist and ``SnapshotError`` where
    nothing was built.

    >>> load("review_litigation", years=[2023]).pivot_table(index="unit_id", columns="figure", values="value")  # doctest: +SKIP
    """
    frame: pd.DataFrame = load_table(dataset, years=years, units=units, snapshot=snapshot, processed=processed).to_pandas()
    return frame


def load_table(
    dataset: str,
    *,
    years: Iterable[int] | None = None,
    units: Iterable[str] | None = None,
    snapshot: int | None = None,
    processed: Path | str = PROCESSED,
) -> pa.Table:
    """As ``load``, as an Arrow table."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from pipeline.normalizer.schemas import DATASETS

    if dataset not in DATASETS:
        raise KeyError(f"no dataset {dataset!r}; there are {', '.join(DATASETS)}")
    columns = {column.name: column for column in DATASETS[dataset].columns}
    for asked, column in ((years, "report_year"), (units, "unit_id")):
        if asked is not None and column not in columns:
            raise ValueError(f"{dataset} has no column {column}")
    pinned = open_snapshot(Path(processed), snapshot)
    paths, wanted = pinned.paths(dataset), None if years is None else {int(year) for year in years}
    if wanted is not None and DATASETS[dataset].cut == "year":
        paths = [path for path in paths if int(path.name.partition("-")[0]) in wanted]
    table = read_files(dataset, paths)
    if wanted is not None:
        table = table.filter(pc.is_in(table["report_year"], pa.array(wanted, table.schema.field("report_year").type)))
    if units is not None:
        moved = read_redirects(pinned)
        table = table.filter(pc.is_in(table["unit_id"], pa.array([follow(moved, one) for one in units], pa.string())))
    return table


def read_redirects(pinned: Snapshot) -> dict[str, str]:
    """Ids that were given up → the ids that stand for them now."""
    table = read_files("redirects", pinned.paths("redirects"))
    return dict(zip(table["old_id"].to_pylist(), table["new_id"].to_pylist(), strict=True))


def follow(moved: Mapping[str, str], name: str, known: Collection[str] = ()) -> str:
    """The id that stands for a unit's or a report's id now.

    A unit that was resolved may have turned out to report for all of a government: of ``known`` reports, that one is then meant.

    >>> follow({"x1": "u1"}, "x1-2023-own"), follow({}, "u1"), follow({"x1": "u1"}, "x1-2023-own", {"u1-2023-government_wide"})
    ('u1-2023-own', 'u1', 'u1-2023-government_wide')
    """
    unit, dash, rest = name.partition("-")
    now = f"{moved.get(unit, unit)}{dash}{rest}"
    if now in known or not dash:
        return now
    others = [other for scope in SCOPES if (other := f"{now.rpartition('-')[0]}-{scope}") in known]
    return others[0] if len(others) == 1 else now


def read_files(dataset: str, paths: Iterable[Path]) -> pa.Table:
    """Files of a dataset as one table of its declared columns. Those that an older snapshot has not are null, those it had besides go."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.normalizer.schemas import arrow_schema

    declared = arrow_schema(dataset)
    schema = pa.schema([field.with_nullable(True) for field in declared], metadata=declared.metadata)
    tables = []
    for path in paths:
        table = pq.read_table(path)
        columns = [table[field.name] if field.name in table.schema.names else pa.nulls(table.num_rows, field.type) for field in schema]
        tables.append(pa.table(columns, schema=schema))
    return pa.concat_tables([schema.empty_table(), *tables])


def open_snapshot(processed: Path, number: int | None = None) -> Snapshot:
    """The current snapshot, or the one with a number."""
    from pipeline.normalizer.store import SNAPSHOTS, SnapshotError, current_snapshot, read_snapshot

    found = current_snapshot(processed) if number is None else read_snapshot(processed / SNAPSHOTS / f"{number:06d}")
    if found is None:
        raise SnapshotError(f"{processed} holds no datasets yet; build them with: gongkai build")
    return found
