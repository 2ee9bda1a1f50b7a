"""Builds that are killed, starved of disk or raced: the last snapshot stays whole, and the next build ends as if nothing had happened."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.archive import locked
from pipeline.batch.build import build
from pipeline.normalizer.load import load
from pipeline.normalizer.schemas import DATASETS
from tests.batch.fake_reader import READER
from tests.batch.world import county, digests, put

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "tests.batch.build_once")
KILLS = int(os.environ.get("GONGKAI_KILLS", "10"))


def start(raw: Path, processed: Path, **options) -> subprocess.Popen:
    return subprocess.Popen((*COMMAND, raw, processed), cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Datasets of an older archive, the archive as it is now, and what a build without trouble makes of it."""
    folder = tmp_path_factory.mktemp("made")
    raw, processed = folder / "raw", folder / "processed"
    put(raw, *(county(number, 2022) for number in range(10)))
    build(raw, processed, reader=READER)
    put(raw, *(county(number, year, slow=True) for number in range(15) for year in (2022, 2023)))
    whole = folder / "whole"
    build(raw, whole, reader=READER)
    return folder, digests(whole)


@pytest.fixture
def old_and_new(made, tmp_path):
    folder, expected = made
    for name in ("raw", "processed"):
        shutil.copytree(folder / name, tmp_path / name, symlinks=True)
    return tmp_path / "raw", tmp_path / "processed", expected


@pytest.mark.fault("S01")
def test_a_build_killed_at_any_moment_leaves_the_old_snapshot_or_the_new_one(old_and_new):
    raw, processed, expected = old_and_new
    before = digests(processed)
    began = time.monotonic()
    shutil.copytree(processed, processed.with_name("timed"), symlinks=True)
    assert start(raw, processed.with_name("timed")).wait() == 0
    seconds = time.monotonic() - began
    chance = random.Random(20240131)
    for _ in range(KILLS):
        shutil.rmtree(processed / "readings", ignore_errors=True)
        run = start(raw, processed)
        time.sleep(chance.uniform(0.4, 1.05) * seconds)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert digests(processed) in (before, expected)
        for name in DATASETS:
            load(name, processed=processed)
    build(raw, processed, reader=READER)
    assert digests(processed) == expected
    assert not list((processed / ".snapshots").glob(".*"))


@pytest.mark.fault("S05")
@pytest.mark.parametrize("number", [1, 9])
@pytest.mark.parametrize("step", ["pyarrow.parquet.write_table", "os.fsync", "os.rename", "os.replace", "os.link"])
def test_a_build_that_dies_at_its_nth_step_leaves_the_old_snapshot_or_the_new_one(old_and_new, step, number):
    raw, processed, expected = old_and_new
    before = digests(processed)
    module, _, name = step.rpartition(".")
    code = f"""
import os, sys, importlib
from pathlib import Path
from pipeline.batch.build import build
from tests.batch.fake_reader import READER
module = importlib.import_module({module!r})
real, count = module.{name}, 0
def dying(*args, **options):
    global count
    count += 1
    if count == {number}:
        os.kill(os.getpid(), 9)
    return real(*args, **options)
module.{name} = dying
build(Path(sys.argv[1]), Path(sys.argv[2]), reader=READER, min_free=0)
"""
    subprocess.run((sys.executable, "-c", code, raw, processed), cwd=ROOT, check=False)
    assert digests(processed) in (before, expected)
    build(raw, processed, reader=READER)
    assert digests(processed) == expected


@pytest.mark.fault("S02")
def test_a_disk_that_fills_up_leaves_the_old_snapshot(old_and_new):
    """A tmpfs of two megabytes in a mount namespace of its own; filled up to a few kilobytes that run out in the midst of writing."""
    raw, processed, _ = old_and_new
    if subprocess.run(("unshare", "-rm", "true"), check=False, capture_output=True).returncode != 0:
        pytest.skip("needs a mount namespace (unshare -rm) for a small file system")
    script = f"""
set -e
mkdir -p "{processed}-disk"; mount -t tmpfs -o size=2m tmpfs "{processed}-disk"
cp -a "{processed}/." "{processed}-disk/"
for left in 8 60 120; do
  head -c $(( $(df --output=avail -k "{processed}-disk" | tail -1) * 1024 - left * 1024 )) /dev/zero > "{processed}-disk/.filler"
  "{sys.executable}" -m tests.batch.build_once "{raw}" "{processed}-disk" && echo built || echo "exit $?"
  "{sys.executable}" -c "
import sys; from pathlib import Path
from tests.batch.world import digests
from pipeline.normalizer.load import load
print(len(load('reports', processed=Path(sys.argv[1]))), len(digests(Path(sys.argv[1]))) > 10)" "{processed}-disk"
  rm "{processed}-disk/.filler"
done
"{sys.executable}" -m tests.batch.build_once "{raw}" "{processed}-disk" && echo built
"""
    done = subprocess.run(("unshare", "-rm", "sh", "-c", script), cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.split("\n")
    assert "errno 28" in lines, done.stderr
    assert "10 True" in lines
    assert lines[-2] == "built", done.stderr


@pytest.mark.fault("S02")
def test_a_file_that_may_not_grow_leaves_the_old_snapshot(old_and_new):
    raw, processed, expected = old_and_new
    before = digests(processed)
    limit = max(path.stat().st_size for path in (processed / "checks").iterdir()) * 2

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    run = start(raw, processed, preexec_fn=small_files)
    assert run.wait() == 4
    assert "errno 27" in run.stdout.read()
    assert digests(processed) == before
    build(raw, processed, reader=READER)
    assert digests(processed) == expected


@pytest.mark.fault("S04")
def test_the_second_of_two_builds_is_told_of_the_first(old_and_new):
    raw, processed, _ = old_and_new
    with locked(processed):
        run = start(raw, processed)
        assert run.wait() == 3
        assert f"process {os.getpid()}, since" in run.stdout.read()


@pytest.mark.fault("S04")
def test_two_builds_started_together_end_with_one_whole_snapshot(old_and_new):
    raw, processed, expected = old_and_new
    for _ in range(2):
        shutil.rmtree(processed / "readings", ignore_errors=True)
        runs = [start(raw, processed) for _ in range(2)]
        codes = sorted(run.wait() for run in runs)
        assert codes in ([0, 0], [0, 3])
        assert digests(processed) == expected


@pytest.mark.fault("S01")
def test_a_reader_that_reads_while_builds_go_on_sees_whole_snapshots(old_and_new):
    raw, processed, _ = old_and_new
    run = start(raw, processed)
    seen = set()
    while run.poll() is None:
        seen.add(len(load("reports", processed=processed)))
    seen.add(len(load("reports", processed=processed)))
    assert seen <= {10, 30}
    assert 30 in seen
