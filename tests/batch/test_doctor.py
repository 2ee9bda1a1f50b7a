"""What the doctor sees: a sound installation, and each thing that needs a person."""

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.batch import doctor
from pipeline.batch.build import build
from pipeline.cli import main
from tests.batch.fake_reader import READER
from tests.batch.world import county, digests, put

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    put(folder / "raw", *(county(number) for number in range(5)))
    build(folder / "raw", folder / "processed", reader=READER)
    return folder


@pytest.fixture
def data(sound, tmp_path):
    shutil.copytree(sound, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


def seen(data, *options, code=0):
    ran = CliRunner().invoke(main, ["doctor", "--raw", str(data / "raw"), "--processed", str(data / "processed"), *options])
    assert ran.exit_code == code, ran.output
    return ran.output


def test_a_sound_installation_has_no_problem_and_is_not_changed(data):
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.name != ".lock"}
    told = seen(data)
    assert "problem" not in told
    assert "every byte of archive, index, readings and snapshots is as it was written" in told
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.name != ".lock"} == before
    assert "every byte" not in seen(data, "--quick")


def test_what_is_not_as_it_was_written_is_a_problem(data):
    path = next((data / "processed" / "reports").resolve().iterdir())
    path.write_bytes(path.read_bytes()[:-10])
    assert f"problem stored data: {path}: is not as it was written" in seen(data, code=1)
    seen(data, "--quick")


def test_leftovers_strangers_and_age_are_notes(data):
    (data / "processed" / ".snapshots" / ".building").mkdir()
    (data / "raw" / "old-copy").mkdir()
    (data / "processed" / "readings" / "000").mkdir(parents=True)
    for path in (data / "raw" / "archive").glob("*.warc.gz"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    told = seen(data, "--quick")
    for words in (".building was left by a run that died", "old-copy is not of this program", "is the schedule running?"):
        assert words in told


def test_too_little_room_is_a_problem(data, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10, 9, 1))
    assert "0 MB free" in seen(data, "--quick", code=1)


def test_nothing_there_yet(tmp_path):
    assert "there is nothing in" in seen(tmp_path)


def clashing(site: Path) -> None:
    """The distribution ``pipeline`` of the package index, as it is installed."""
    (site / "pipeline").mkdir()
    (site / "pipeline" / "__init__.py").write_text("")
    info = site / "pipeline-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pipeline\nVersion: 0.1.0\n")
    (info / "top_level.txt").write_text("pipeline\n")
    (info / "RECORD").write_text("pipeline/__init__.py,,\n")


def test_the_package_of_the_same_name_is_a_problem(tmp_path):
    clashing(tmp_path)
    code = "import sys; sys.path.append(sys.argv[1]); from pipeline.batch.doctor import package; print(package())"
    done = subprocess.run((sys.executable, "-c", code, tmp_path), cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("problem package: the package pipeline is installed too")
    assert "pip uninstall pipeline" in done.stdout
    assert doctor.package().level == "ok"
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.distribution("pipeline")


def test_a_backup_is_a_whole_installation_elsewhere(data, tmp_path):
    """As docs/running.md says: copied with its links, moved, verified, and built on as if nothing had happened."""
    there = tmp_path / "there"
    subprocess.run(("cp", "-a", data, there), check=True)
    shutil.rmtree(data)
    assert "problem" not in seen(there)
    put(there / "raw", county(77))
    assert build(there / "raw", there / "processed", reader=READER).read <= 6
    fresh = tmp_path / "fresh"
    build(there / "raw", fresh, reader=READER)
    assert digests(there / "processed") == digests(fresh)


def test_of_the_archive_alone_everything_is_made_again(data, tmp_path):
    """The least that must be kept: the archive. Datasets and index follow from it, byte for byte."""
    before = digests(data / "processed")
    shutil.copytree(data / "raw" / "archive", tmp_path / "kept" / "archive", ignore=shutil.ignore_patterns("index.parquet", ".lock"))
    build(tmp_path / "kept", tmp_path / "built", reader=READER)
    assert digests(tmp_path / "built") == before
