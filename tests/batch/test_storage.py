"""Snapshots over time: what changed and why, older ones, damage of every kind found and mended where that is safe."""

import json
import shutil
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

import pipeline
from pipeline.batch import verify
from pipeline.batch.build import build
from pipeline.batch.corrections import read_corrections
from pipeline.batch.diff import changes
from pipeline.batch.gc import collect_garbage
from pipeline.batch.work import Reader
from pipeline.commands import storage
from pipeline.normalizer.load import load, open_snapshot
from pipeline.normalizer.schemas import DATASETS
from pipeline.normalizer.store import SnapshotError, snapshots
from tests.batch.fake_reader import READER
from tests.batch.test_corrections import UPHELD, record, written
from tests.batch.world import county, digests, frame, put

OLDER = Path(__file__).with_name("older_snapshot")
gongkai = click.Group(commands={command.name: command for command in storage.COMMANDS if command.name})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Four snapshots: two reports; a third one; a correction; the same by another version of the reading code, with a new version."""
    folder = tmp_path_factory.mktemp("made")
    raw, processed = folder / "raw", folder / "processed"
    page = county(2) | {"url": "http://a.gov.cn/2.html"}
    put(raw, county(1), page)
    build(raw, processed, reader=READER)
    put(raw, county(3, 2022))
    build(raw, processed, reader=READER)
    report = frame(processed, "reports").query("unit_name_printed == '示例省第1县'")["report_id"].item()
    corrections = read_corrections(written(folder, record(report)))
    build(raw, processed, reader=READER, corrections=corrections)
    put(raw, page | {"values": page["values"] | {UPHELD: 50}})
    build(raw, processed, reader=Reader("tests.batch.other_reader:read", "other"), corrections=corrections)
    return raw, processed


@pytest.fixture
def folders(made, tmp_path):
    for source, name in zip(made, ("raw", "processed"), strict=True):
        shutil.copytree(source, tmp_path / name, symlinks=True)
    return tmp_path / "raw", tmp_path / "processed"


def told(processed, before, after):
    return [
        (change.figure, change.before, change.after, change.why, change.figures)
        for change in changes(open_snapshot(processed, before), open_snapshot(processed, after))
    ]


def test_a_new_report_is_told_once_with_its_figures(made):
    assert told(made[1], 1, 2) == [(None, None, None, "new report", 7)]
    assert told(made[1], 2, 1) == [(None, None, None, "report gone", 7)]
    assert told(made[1], 2, 2) == []


@pytest.mark.fault("V02")
def test_a_correction_a_new_reader_and_a_new_version_are_told_apart(made):
    assert told(made[1], 2, 3) == [(UPHELD, "1", "1 → 9", "correction", 1)]
    changed = told(made[1], 3, 4)
    assert (UPHELD, "2", "50", "new version", 1) in changed
    # The other reader takes every licence for one more.
    licences = [change for change in changed if change[0] == "proactive_disclosure.licences.decisions"]
    assert sorted(change[3] for change in licences) == ["new reader", "new reader", "new version"]


def test_the_diff_as_lines_and_as_json(made):
    options = ["--raw", str(made[0]), "--processed", str(made[1])]
    output = CliRunner().invoke(gongkai, ["diff", "2", "3", *options]).output.splitlines()
    assert output[0] == "from snapshot 2 to 3"
    assert output[1].endswith(f"{UPHELD}: 1 | 1 → 9 (correction)")
    assert output[2] == "figures that changed: 1 (correction: 1)"
    (line,) = CliRunner().invoke(gongkai, ["diff", "2", "3", "--jsonl", *options]).output.splitlines()
    assert json.loads(line)["why"] == "correction"
    assert "from snapshot 3 to 4" in CliRunner().invoke(gongkai, ["diff", *options]).output


def test_an_older_snapshot_gives_what_it_gave_then(made):
    assert [len(pipeline.load("reports", snapshot=number, processed=made[1])) for number in (1, 2, 3, 4)] == [2, 3, 3, 3]
    assert pipeline.load("review_litigation", snapshot=2, processed=made[1])["value_corrected"].isna().all()


@pytest.mark.fault("S08")
def test_a_snapshot_of_an_older_version_of_the_program_stays_readable(folders):
    """Written before reports could be withdrawn or corrected: what it has not is null, what it has is as it was, of today's types."""
    processed = folders[1]
    shutil.copytree(OLDER, processed / ".snapshots" / "000099")
    for name in DATASETS:
        old, new = (load(name, snapshot=number, processed=processed) for number in (99, 4))
        assert list(old.dtypes.items()) == list(new.dtypes.items())
    assert sorted(load("review_litigation", snapshot=99, processed=processed)["value"].dropna()) == sorted([1, 1, 0, 2] * 2 + [2, 1, 0, 3])
    assert load("reports", snapshot=99, processed=processed)["withdrawn"].isna().all()
    assert {change.why for change in changes(open_snapshot(processed, 99), open_snapshot(processed, 4))} <= {
        "new version",
        "new reader",
        "correction",
        "new report",
        "report gone",
    }


def test_gc_keeps_what_is_asked_for_and_what_the_next_build_uses(folders):
    raw, processed = folders
    reader = Reader("tests.batch.other_reader:read", "other")
    (processed / "readings" / "other" / ".torn.new").write_bytes(b"x")
    removed = {path.relative_to(processed).as_posix() for path in collect_garbage(raw / "archive", processed, reader, keep=2)}
    assert removed == {".snapshots/000001", ".snapshots/000002", "readings/fake", "readings/other/.torn.new"}
    assert [path.name for path in snapshots(processed)] == ["000003", "000004"]
    assert build(raw, processed, reader=reader).read == 0


def problems(folders):
    raw, processed = folders
    return [str(one) for one in verify.problems(raw / "archive", processed, READER)]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


def test_nothing_is_wrong_with_what_builds_wrote(folders):
    assert problems(folders) == []


@pytest.mark.fault("S03")
@pytest.mark.parametrize("where", ["readings/fake/000001-import-*.parquet", "reports", "current", "stale link", "leftover", "index"])
def test_what_can_be_made_again_is_mended(folders, where):
    raw, processed = folders
    expected = digests(processed)
    if where == "leftover":
        (processed / ".snapshots" / ".building").mkdir()
    elif where == "stale link":
        (processed / "reports").unlink()
        (processed / "reports").symlink_to(".snapshots/000001/reports")
    elif where == "index":
        (raw / "archive" / "index.parquet").write_bytes(b"PAR1")
    elif where.startswith("readings"):
        flip(next(processed.glob(where)))
    else:
        target = (processed / where).resolve()
        (processed / where).unlink()
        shutil.copytree(target, processed / where)
    assert len(problems(folders)) >= 1
    verify.repair(raw / "archive", processed, READER)
    assert problems(folders) == []
    assert digests(processed) == expected


@pytest.mark.parametrize("damage", ["flipped", "missing", "stray"])
def test_a_damaged_snapshot_is_told_and_a_fresh_build_is_whole(folders, damage):
    raw, processed = folders
    expected = digests(processed)
    path = next((processed / "applications" / "..").resolve().glob("review_litigation/2023-*"))
    {"flipped": flip, "missing": Path.unlink, "stray": lambda path: shutil.copy(path, path.with_name("copy.parquet"))}[damage](path)
    (problem,) = problems(folders)
    assert str(path.parent) in problem
    reader = Reader("tests.batch.other_reader:read", "other")
    corrections = (
        read_corrections(processed.parents[0] / "corrections.toml") if (processed.parents[0] / "corrections.toml").exists() else ()
    )
    if damage != "stray":
        outcome = build(raw, processed, reader=reader, fresh=True, corrections=corrections)
        assert outcome.changed
        assert digests(processed).keys() == {name for name in expected if "review" not in name} | {
            f"{file.parent.name}/{file.name}" for file in (processed / "review_litigation").iterdir()
        }


@pytest.mark.fault("S06")
def test_a_lost_file_of_the_archive_is_told_and_stops_the_build(folders):
    raw, processed = folders
    before = digests(processed)
    file = next((raw / "archive").glob("000001-*.warc.gz"))
    file.unlink()
    assert any(f"{file.name}: this file of the archive is gone" in problem for problem in problems(folders))
    with pytest.raises(SnapshotError, match="not in the archive any more"):
        build(raw, processed, reader=READER)
    assert digests(processed) == before


@pytest.mark.fault("S06")
def test_verify_as_a_command(folders, monkeypatch):
    raw, processed = folders
    monkeypatch.setattr(storage, "default_reader", lambda: READER)
    options = ["--raw", str(raw), "--processed", str(processed)]
    assert "all is as it was written" in CliRunner().invoke(gongkai, ["verify", *options]).output
    (processed / "reports").unlink()
    found = CliRunner().invoke(gongkai, ["verify", *options])
    assert (found.exit_code, "with --repair the link is made" in found.output) == (1, True)
    mended = CliRunner().invoke(gongkai, ["verify", "--repair", *options])
    assert (mended.exit_code, len(pd.read_parquet(processed / "reports"))) == (0, 3)
    file = next((raw / "archive").glob("000002*.warc.gz"))
    flip(file)
    found = CliRunner().invoke(gongkai, ["verify", "--repair", *options])
    assert found.exit_code == 1
    assert f"{file.name}, offset" in found.output
    assert CliRunner().invoke(gongkai, ["gc", "--keep", "1", *options]).output.endswith("1 snapshots are kept\n")


@pytest.mark.parametrize("command", storage.COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_with_an_example(command):
    assert f"Example: gongkai {command.name}" in CliRunner().invoke(command, ["--help"]).output
