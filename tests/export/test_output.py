"""Outputs appear whole or not at all, and replace nothing unasked."""

import pytest

from pipeline.export.output import MARK, README, ExportError, staged_file, staged_folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def write_half(path):
    path.write_text("half")
    raise OSError("the disk is full")


def write_two(path):
    path.write_text("data")
    path.with_name(f"{path.stem}.README.md").write_text("readme")


def test_a_file_and_what_stands_beside_it_appear_together(tmp_path):
    out = tmp_path / "new" / "data.dta"
    with staged_file(out, force=False) as path:
        write_two(path)
        assert not out.exists()
    assert names(out.parent) == ["data.README.md", "data.dta"]


def test_nothing_is_left_of_a_file_that_failed(tmp_path):
    with pytest.raises(OSError, match="full"), staged_file(tmp_path / "data.xlsx", force=False) as path:
        write_half(path)
    assert names(tmp_path) == []


def test_nothing_is_left_of_a_folder_that_failed_and_the_old_one_stays(tmp_path):
    out = tmp_path / "csv"
    write_folder(out, "old")
    with pytest.raises(OSError, match="full"), staged_folder(out, force=True) as folder:
        write_half(folder / "data.csv")
    assert (out / "data.csv").read_text() == "old"
    assert names(tmp_path) == ["csv"]


def write_folder(out, text, *, force=False):
    with staged_folder(out, force=force) as folder:
        (folder / README).write_text(MARK + "test")
        (folder / "data.csv").write_text(text)


def test_what_exists_is_kept_unless_forced(tmp_path):
    write_folder(tmp_path / "csv", "old")
    with pytest.raises(ExportError, match="--force"):
        write_folder(tmp_path / "csv", "new")
    write_folder(tmp_path / "csv", "new", force=True)
    assert (tmp_path / "csv" / "data.csv").read_text() == "new"
    assert names(tmp_path) == ["csv"]


def test_a_file_that_exists_is_kept_unless_forced(tmp_path):
    out = tmp_path / "x.sqlite"
    out.write_text("old")
    with pytest.raises(ExportError, match="--force"), staged_file(out, force=False):
        pass
    with staged_file(out, force=True) as path:
        path.write_text("new")
    assert out.read_text() == "new"


def test_a_readme_that_exists_beside_the_file_is_kept(tmp_path):
    (tmp_path / "x.README.md").write_text("mine")
    with pytest.raises(ExportError, match="README"), staged_file(tmp_path / "x.dta", force=False) as path:
        write_two(path)
    assert (tmp_path / "x.README.md").read_text() == "mine"
    assert names(tmp_path) == ["x.README.md"]


def test_a_folder_that_no_export_made_is_never_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="not made by an export"), staged_folder(tmp_path, force=True):
        pass
    assert names(tmp_path) == ["thesis.txt"]


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "csv").mkdir()
    write_folder(tmp_path / "csv", "new")
    assert (tmp_path / "csv" / "data.csv").read_text() == "new"


def test_files_and_folders_are_not_taken_for_each_other(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="is a file"), staged_folder(tmp_path / "file", force=True):
        pass
    with pytest.raises(ExportError, match="is a folder"), staged_file(tmp_path, force=True):
        pass
