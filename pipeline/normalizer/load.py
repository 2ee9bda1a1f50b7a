"""Reading a dataset as a pandas frame from one snapshot, whatever is built meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.normalizer.schemas import DATASETS
from pipeline.normalizer.store import SNAPSHOTS, Snapshot, SnapshotError, current_snapshot, read_snapshot

PROCESSED = Path("data/processed")


def load(
    dataset: str,
    *,
    years: Iterable[int] | None = None,
    units: Iterable[str] | None = None,
    snapshot: int | None = None,
    processed: Path | str = PROCESSED,
) -> pd.DataFrame:
    """One dataset as a frame: counts as Int64, money as Decimal.

    ``years`` are report years, ``units`` unit ids, ``snapshot`` the number of an older snapshot that is still kept. Raises ``KeyError``
    for a dataset that does not exist and ``SnapshotError`` where nothing was built.

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
    if dataset not in DATASETS:
        raise KeyError(f"no dataset {dataset!r}; there are {', '.join(DATASETS)}")
    if years is not None or units is not None:
        _must_have_keys(dataset)
    pinned = open_snapshot(Path(processed), snapshot)
    wanted = None if years is None else {int(year) for year in years}
    paths = [path for path in pinned.paths(dataset) if wanted is None or int(path.name.partition("-")[0]) in wanted]
    kept = paths or pinned.paths(dataset)[:1]
    table = pa.concat_tables(pq.read_table(path) for path in kept)
    table = table if paths else table.slice(0, 0)
    return table if units is None else table.filter(pc.is_in(table["unit_id"], pa.array(list(units), pa.string())))


def open_snapshot(processed: Path, number: int | None = None) -> Snapshot:
    """The current snapshot, or the one with a number."""
    found = current_snapshot(processed) if number is None else read_snapshot(processed / SNAPSHOTS / f"{number:06d}")
    if found is None:
        raise SnapshotError(f"{processed} holds no datasets yet; build them with: gongkai build")
    return found


def _must_have_keys(dataset: str) -> None:
    if not DATASETS[dataset].by_year:
        raise ValueError(f"{dataset} has neither years nor units")
