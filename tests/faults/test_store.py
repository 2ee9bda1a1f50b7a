"""Clocks that are wrong, and what lies in folders that nobody put there."""

import ast
import os
import random
import subprocess
import sys
from datetime import datetime

import pandas as pd
import pytest

from pipeline.generator import HtmlFlavour, random_spec, render_html
from pipeline.normalizer.load import load
from pipeline.normalizer.schemas import DATASETS
from pipeline.scrapers.crawl.keeping import _age
from tests.debian import need_debian
from tests.faults.page import ROOT

#: When bytes came in, and the archive's files, which are called after the day and the source.
OF_THE_CLOCK = {"fetched_at", "seen_on", "archive_file", "archive_offset", "withdrawn_seen"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for seed in range(4):
        rng = random.Random(seed)
        spec = random_spec(rng, forms="2021", figures="consistent", report_year=2022 + seed % 3)
        (folder / f"{seed}.html").write_bytes(render_html(spec, HtmlFlavour(), rng=rng))
    return folder


def built(pages, folder, *before: str) -> dict[str, pd.DataFrame]:
    raw, processed = folder / "raw", folder / "processed"
    command = (*before, sys.executable, "-m", "tests.faults.clocked", str(pages), str(raw), str(processed))
    environment = os.environ | {"TZ": "America/New_York"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = {name: load(name, processed=processed) for name in DATASETS}
    return {name: table.drop(columns=OF_THE_CLOCK & set(table)) for name, table in found.items()}


@pytest.mark.fault("S07")
@pytest.mark.parametrize("off", ["-1y", "+10y"])
def test_a_clock_that_is_years_off_changes_no_record(pages, tmp_path, off):
    need_debian("faketime")
    right = built(pages, tmp_path / "right")
    wrong = built(pages, tmp_path / "wrong", "faketime", "-f", off)
    clocks = [datetime.fromisoformat((tmp_path / one / "processed" / "clock").read_text()) for one in ("right", "wrong")]
    assert abs(clocks[0].year - clocks[1].year) >= 1
    for name in DATASETS:
        pd.testing.assert_frame_equal(right[name], wrong[name], obj=name)
    assert len(right["applications"]) > 100


@pytest.mark.fault("S07")
def test_waits_never_go_by_the_wall_clock():
    """``time.time`` is not asked anywhere; where the day counts, it is as data."""
    for path in (ROOT / "pipeline").rglob("*.py"):
        called = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text("utf8"))) if isinstance(node, ast.Call)}
        assert not called & {"time.time", "datetime.utcnow", "date.today", "datetime.date.today"}, path


@pytest.mark.fault("S07")
def test_a_run_of_the_future_is_not_gone_on_with():
    """The clock was years ahead when a run died: what it began is not of today."""
    assert _age({"started": "2999-01-01T00:00:00+00:00"}) == float("inf")
    assert _age({"started": "1999-01-01T00:00:00+00:00"}) > 86_400


@pytest.mark.fault("S03")
def test_a_file_that_nobody_wrote_does_not_reach_a_reader(pages, tmp_path):
    built(pages, tmp_path)
    processed = tmp_path / "processed"
    before = len(load("reports", processed=processed))
    for name in ("2022-zz-0000.parquet", "_SUCCESS", ".part.tmp", "x.crc"):
        (processed / "reports" / name).write_bytes(b"PAR1 no footer")
    assert len(load("reports", processed=processed)) == before
    command = (
        sys.executable,
        "-c",
        "from pipeline.cli import main; main()",
        "verify",
        "--raw",
        str(tmp_path / "raw"),
        "--processed",
        str(processed),
    )
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "2022-zz-0000.parquet: does not belong to the snapshot" in told.stderr
