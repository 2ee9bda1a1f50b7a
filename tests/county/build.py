"""A made-up county brought in as a user would bring it: pages, then the list of divisions; built before and after the list came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.archive import open_writer
from pipeline.generator.county import CHANGES, DIVISIONS, PAGES, MadeCounty, make_county, write_county
from pipeline.normalizer.load import load_table
from tests.built_sample import gongkai

YEARS = range(2019, 2026)


@dataclass(frozen=True)
class Built:
    """A county and its datasets. ``old_ids``: the unit ids of each report's address before the list of divisions came."""

    made: MadeCounty
    processed: Path
    old_ids: dict[str, str]

    def rows(self, dataset: str) -> list[dict]:
        return table(self.processed, dataset).to_pylist()


def table(processed: Path, dataset: str) -> pa.Table:
    return load_table(dataset, processed=processed)


def build_county(folder: Path, units: int, seed: int, each: int) -> Built:
    made = make_county(units, YEARS, seed, each)
    write_county(made, folder / "county")
    raw, processed = folder / "raw", folder / "processed"
    where = ["--raw", raw, "--processed", processed]
    gongkai("import", folder / "county" / PAGES, *where)
    with open_writer(raw / "archive") as writer:
        writer.add(made.listing())
    gongkai("build", *where)
    before = table(processed, "reports").select(["source_url", "unit_id"]).to_pydict()
    gongkai("units", "import", folder / "county" / DIVISIONS, folder / "county" / CHANGES, "--raw", raw)
    gongkai("build", *where)
    return Built(made, processed, dict(zip(before["source_url"], before["unit_id"], strict=True)))
