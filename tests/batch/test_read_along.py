"""Plain readers of three libraries while snapshots are committed: old or new or a file that is gone, and never rows of both."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.normalizer.schemas import arrow_schema
from pipeline.normalizer.store import Part, write_snapshot

ROOT = Path(__file__).parents[2]
COMMITS = int(os.environ.get("GONGKAI_COMMITS", "12"))
YEARS = range(2018, 2024)


def parts(number: int) -> list[Part]:
    """Some files of a commit: each row says its number. How many years there are changes too."""
    made = []
    for year in YEARS[: 3 + number % 4]:
        row = {"report_id": f"x-{year}-own", "unit_id": "x", "report_year": year, "section": 1, "document_id": "d", "synthetic": True}
        made.append(
            Part("sections", str(year), "unresolved", pa.Table.from_pylist([row | {"text": str(number)}], arrow_schema("sections")))
        )
    return made


@pytest.mark.fault("S01")
def test_readers_during_commits_never_see_a_mixture(tmp_path):
    processed, stop = tmp_path / "processed", tmp_path / "stop"
    write_snapshot(processed, parts(0), {}, keep=5)
    command = (sys.executable, "-m", "tests.batch.read_along")
    readers = {
        library: subprocess.Popen((*command, library, processed / "sections", stop), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for library in ("pandas", "polars", "duckdb")
    }
    try:
        time.sleep(2)
        for number in range(1, COMMITS + 1):
            write_snapshot(processed, parts(number), {}, keep=5)
    finally:
        stop.touch()
    for library, reader in readers.items():
        told = dict(line.split("=") for line in reader.communicate(timeout=60)[0].split("\n") if line)
        print(library, told)
        assert int(told["whole"]) > 0
        assert told.keys() <= {"whole", "gone", "commits"}, (library, told)
