"""Documents that hang, take all memory or end their process: each costs itself, and any number of workers gives the same bytes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.archive import make_record, open_writer
from pipeline.batch import pool
from pipeline.batch.build import build
from pipeline.batch.pool import WorkersError
from pipeline.batch.work import AFTER_READING, READING_CODE, STRETCH, Reader
from pipeline.generator import HtmlFlavour, random_spec, render_html
from tests.batch.fake_reader import HOSTILE, READER
from tests.batch.world import county, digests, frame, put

ROOT = Path(__file__).parents[2]
LITTLE = Reader("tests.batch.little_time:read", "little time")


@pytest.mark.fault("D04", "P08")
def test_hostile_documents_cost_only_themselves_and_are_not_read_again(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    documents = [county(number) for number in range(40)]
    for place, kind in zip((0, 7, 8, 25, 39), HOSTILE, strict=True):
        documents.insert(place, {"do": kind})
    put(raw, *documents, {"unit": "长县", "long": 20_000_001})
    began = time.monotonic()
    outcome = build(raw, processed, reader=LITTLE, workers=2)
    seconds = time.monotonic() - began
    assert (outcome.documents, outcome.failed, len(frame(processed, "reports"))) == (46, 6, 40)
    issues = frame(processed, "issues").set_index("document_id")
    codes = issues[issues["code"].str.startswith("document.")]["code"].value_counts()
    assert dict(codes) == {"document.timeout": 2, "document.killed": 2, "document.memory": 1, "document.output": 1}
    failures = frame(processed, "documents")["failure"].dropna()
    assert any("SIGSEGV" in failure for failure in failures)
    assert any("SIGKILL" in failure for failure in failures)
    assert build(raw, processed, reader=LITTLE).read == 0
    assert seconds < 60


def test_a_document_whose_worker_was_killed_by_chance_is_read_the_second_time(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    put(raw, county(1), county(2) | {"once": str(tmp_path / "killed")}, county(3))
    assert build(raw, processed, reader=READER, workers=1).failed == 0
    assert (tmp_path / "killed").exists()
    assert len(frame(processed, "reports")) == 3


def test_any_number_of_workers_gives_the_same_bytes(tmp_path):
    raw = tmp_path / "raw"
    chance = random.Random(6)
    put(raw, *(county(number, chance.choice([2021, 2022]), slow=chance.random() < 0.3) for number in range(120)), {"do": "die"})
    seen = []
    for workers in (1, 2, 4):
        build(raw, tmp_path / str(workers), reader=READER, workers=workers)
        seen.append((digests(tmp_path / str(workers)), (tmp_path / str(workers) / "current" / "manifest.json").read_bytes()))
    assert seen[0] == seen[1] == seen[2]


def test_stretches_kept_by_workers_are_the_bytes_of_those_put_together_here(tmp_path):
    """One worker is given two stretches whole, four workers are given all of them in parts."""
    raw = tmp_path / "raw"
    put(raw, *(county(number) for number in range(STRETCH * 4 - 10)))
    kept = []
    for workers in (1, 4):
        build(raw, tmp_path / str(workers), reader=READER, workers=workers)
        kept.append({path.name: path.read_bytes() for path in (tmp_path / str(workers) / "readings" / "fake").iterdir()})
    assert len(kept[0]) == 4
    assert kept[0] == kept[1]


def test_workers_that_cannot_begin_are_told_and_nothing_is_committed(tmp_path):
    put(tmp_path / "raw", county(1))
    with pytest.raises(WorkersError):
        build(tmp_path / "raw", tmp_path / "processed", reader=Reader("tests.batch.no_such_module:read", "none"))
    assert not (tmp_path / "processed" / "current").exists()


@pytest.mark.fault("S04")
def test_no_worker_outlives_a_killed_build(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    put(raw, {"do": "hang"})
    code = "import sys; from pathlib import Path; from pipeline.batch.build import build; from pipeline.batch.work import Reader\n"
    code += "build(Path(sys.argv[1]), Path(sys.argv[2]), reader=Reader('tests.batch.little_time:read', 'x'))"
    run = subprocess.Popen((sys.executable, "-c", code, raw, processed), cwd=ROOT)
    deadline = time.monotonic() + 30
    while not (children := _descendants(run.pid)) or len(children) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.wait()
    while any(Path(f"/proc/{pid}/status").exists() and _alive(pid) for pid in children):
        assert time.monotonic() < deadline + 30
        time.sleep(0.1)


def _descendants(pid: int) -> list[int]:
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if Path(f"/proc/{pid}").exists() else []:
        found += [int(child), *_descendants(int(child))]
    return found


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def hostile_pages(chance: random.Random) -> list[bytes]:
    """Pages that are known to bring parsers down: bombs of spans and attributes, endless nesting, quadratic markup."""
    cell = f"<table><tr><td rowspan=65534 colspan={chance.choice([1000, 10**9])}>1</td></tr></table>"
    attributes = "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">x"
    nested = "<div>" * chance.choice([3_000, 50_000]) + "<table><tr><td>1</td></tr></table>"
    tables = "<table><tr><td>" * 20_000
    return [page.encode() for page in (cell, attributes, nested, tables)]


@pytest.mark.fault("P01", "P05", "P08")
def test_real_reader_hostile_pages_among_reports(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    chance = random.Random(8)
    pages = [render_html(random_spec(chance, forms="2021"), HtmlFlavour(), rng=chance) for _ in range(12)]
    bodies = [page if isinstance(page, bytes) else page.encode() for page in pages] + hostile_pages(chance)
    chance.shuffle(bodies)
    with open_writer(raw / "archive") as writer:
        for number, body in enumerate(bodies):
            writer.add(make_record(body, name=f"{number}.html", media_type="text/html"))
    outcome = build(raw, processed)
    documents = frame(processed, "documents")
    assert (outcome.documents, len(documents)) == (16, 16)
    assert len(documents.query("role == 'primary' or role == 'superseded' or role == 'duplicate'")) == 12
    assert not frame(processed, "documents")["failure"].dropna().str.contains("Error").any()


@pytest.mark.fault("P09")
def test_whatever_reads_a_document_is_in_the_digest_of_the_reading_code():
    """A module that a worker loads and the digest leaves out would let old readings pass for new ones."""
    code = """
import sys
from pathlib import Path
from pipeline.batch import nursery
from pipeline import read_report
read_report("<title>彩云镇2023年政府信息公开工作年度报告</title><p>一、总体情况</p><table><tr><td>规章</td></tr></table>".encode())
import pipeline
root = Path(pipeline.__file__).parent
files = [module.__file__ for name, module in sys.modules.items() if name.split(".")[0] == "pipeline" and module.__file__]
print(*sorted(Path(file).relative_to(root).as_posix() for file in files))
"""
    loaded = subprocess.run((sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    only_carried = {
        "archive/files.py",
        "archive/index.py",
        "archive/known.py",
        "archive/lock.py",
        "archive/places.py",
        "archive/store.py",
        "archive/writer.py",
        "batch/keeping.py",
        "batch/nursery.py",
        "normalizer/load.py",
        "normalizer/store.py",
    }
    for name in loaded:
        covered = not name.startswith(AFTER_READING) and any(name == one or name.startswith(f"{one}/") for one in READING_CODE)
        assert covered or name in only_carried or name.endswith("__init__.py"), name


def test_workers_are_as_many_as_processors():
    assert pool.cores() == len(os.sched_getaffinity(0))
