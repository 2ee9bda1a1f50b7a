"""The command export, as a person uses it."""

import sys

import pandas as pd
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.export.formats import FORMATS
from tests.small_snapshot import FINANCE, OLD_FINANCE


@pytest.fixture
def run(processed):
    def runner(*arguments):
        return CliRunner().invoke(main, ["export", *map(str, arguments), "--processed", str(processed)])

    return runner


# The command writes dta in test_stata and duckdb in test_relational: they take longest.
@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind not in {"dta", "duckdb"}])
def test_every_format_is_written_and_kept_until_forced(run, tmp_path, kind):
    out = tmp_path / f"out.{kind}"
    arguments = ("--format", kind, "--out", out, "--unit", "财政局", "--years", "2021")
    first = run(*arguments)
    assert first.exit_code == 0, first.output
    assert "1 reports" in first.stdout
    again = run(*arguments)
    assert (again.exit_code, again.stderr) == (2, f"gongkai: {out} exists; --force replaces it\n")


def test_force_replaces_it(run, tmp_path):
    for force in ([], ["--force"]):
        assert run("--format", "csv", "--out", tmp_path / "csv", "--dataset", "reports", *force).exit_code == 0


def test_what_a_format_does_not_hold_is_told(run, tmp_path):
    result = run("--format", "xlsx", "--out", tmp_path / "x.xlsx", "--dataset", "sections")
    assert result.exit_code == 0
    assert "gongkai: sections: 1 texts of more than 32767 characters are cut" in result.stderr


def test_ids_that_were_given_up_are_followed(run, tmp_path):
    assert run("--format", "panel", "--out", tmp_path / "p", "--unit", OLD_FINANCE).exit_code == 0
    assert set(pd.read_parquet(tmp_path / "p" / "panel.parquet")["unit_id"]) == {FINANCE}


def test_a_county_and_years_choose_rows(run, tmp_path):
    assert run("--format", "datapackage", "--out", tmp_path / "x", "--county", "云河县", "--years", "2020,2022").exit_code == 0
    assert set(pd.read_parquet(tmp_path / "x" / "reports.parquet")["report_year"]) == {2020, 2022}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "csv", "--unit", "县"], "fits 3 units"),
        (["--format", "csv", "--unit", "教育局"], "no unit"),
        (["--format", "csv", "--county", "洪泽区"], "county"),
        (["--format", "csv", "--years", "1999"], "nothing to export"),
        (["--format", "csv", "--years", "2022-2020"], "no year or range"),
        (["--format", "dta", "--dataset", "fees"], "does not go with"),
        (["--format", "doc"], "doc"),
    ],
)
def test_wrong_use_is_one_clear_line_and_leaves_nothing(run, tmp_path, arguments, told):
    result = run(*arguments, "--out", tmp_path / "new" / "out")
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "new" / "out").exists()
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)


def test_where_nothing_was_built_it_says_what_to_do(tmp_path):
    result = CliRunner().invoke(main, ["export", "--format", "csv", "--out", str(tmp_path / "o"), "--processed", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "gongkai build" in result.stderr


@pytest.mark.parametrize(("kind", "module"), [("xlsx", "xlsxwriter"), ("duckdb", "duckdb")])
def test_a_library_that_is_not_installed_is_named_with_its_extra(run, tmp_path, monkeypatch, kind, module):
    monkeypatch.setitem(sys.modules, module, None)
    result = run("--format", kind, "--out", tmp_path / "x")
    assert result.exit_code == 1
    assert "pip install 'gongkai[export]'" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_older_snapshot_that_is_not_kept_is_said(run, tmp_path):
    result = run("--format", "csv", "--out", tmp_path / "o", "--snapshot", "99")
    assert result.exit_code == 1
    assert "000099" in result.stderr
