"""SQLite and DuckDB: the same rows, typed, with keys and citations."""

import sqlite3
from decimal import Decimal

import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.export.relational import write_sqlite
from pipeline.export.selection import Selection, cited_columns, open_extract
from pipeline.normalizer.schemas import DATASETS
from tests.small_snapshot import FINANCE, TOWN


@pytest.fixture(scope="module")
def folder(processed, tmp_path_factory):
    made = tmp_path_factory.mktemp("bases")
    extract = open_extract(processed, Selection())
    where = ["--out", str(made / "x.duckdb"), "--processed", str(processed)]
    assert CliRunner().invoke(main, ["export", "--format", "duckdb", *where]).exit_code == 0
    notes = write_sqlite(extract, made / "x.sqlite")
    assert notes == ["fees: 2 amounts of more than 15 digits are rounded"]
    return made


@pytest.fixture
def lite(folder):
    with sqlite3.connect(folder / "x.sqlite") as base:
        yield base
    base.close()


@pytest.fixture
def duck(folder):
    with duckdb.connect(str(folder / "x.duckdb"), read_only=True) as base:
        yield base


def test_every_row_is_in_both(extract, lite, duck):
    for name in DATASETS:
        expected = extract.table(name)
        count = f"SELECT count(*) FROM {name}"
        assert lite.execute(count).fetchall() == duck.execute(count).fetchall() == [(expected.num_rows,)]
        assert duck.sql(f"SELECT * FROM {name}").to_arrow_table().to_pylist() == expected.to_pylist()


def test_sqlite_is_whole_and_its_keys_hold(lite):
    assert lite.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert lite.execute("PRAGMA foreign_key_check").fetchall() == []
    assert lite.execute("SELECT count(*) FROM pragma_foreign_key_list('applications')").fetchone() == (3,)


def test_types_are_kept(lite, duck):
    row = "SELECT value, status FROM applications WHERE figure = 'applications.carried_over.total'"
    assert lite.execute(row).fetchone() == duck.execute(row).fetchone() == (2**60 + 1, "reported")
    fee = f"SELECT amount_yuan FROM fees WHERE unit_id = '{TOWN}'"
    assert duck.execute(fee).fetchone() == (Decimal("123456789012345.678901"),)
    assert lite.execute(fee).fetchone() == (pytest.approx(123456789012345.678901),)
    assert lite.execute("SELECT typeof(county_code), county_code FROM reports LIMIT 1").fetchone() == ("text", "320899000000")
    assert lite.execute("SELECT published_on, synthetic FROM reports LIMIT 1").fetchone()[1] == 0


def test_views_carry_the_citation(extract, lite, duck):
    for name in DATASETS:
        if cited_columns(name) == DATASETS[name].columns:
            continue
        expected = [row for part in extract.cited_parts(name) for row in part.to_pylist()]
        key = [
            one
            for one in ("unit_name", "source_url", "document_sha256", "label_zh")
            if one in {column.name for column in cited_columns(name)}
        ]
        wanted = sorted([tuple(row[one] for one in key) for row in expected], key=repr)
        for base in (lite, duck):
            assert sorted(base.execute(f"SELECT {', '.join(key)} FROM {name}_cited").fetchall(), key=repr) == wanted


def test_the_file_says_what_it_is(lite, duck):
    text = "\n".join(line for (line,) in lite.execute("SELECT text FROM about ORDER BY line"))
    assert "How to cite" in text
    assert "fees: 2 amounts of more than 15 digits are rounded" in text
    assert duck.execute("SELECT count(*) FROM about").fetchone()[0] > 20
    assert duck.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'fees' AND column_name = 'amount_yuan'").fetchone()[0]


def test_lookups_have_indexes(lite):
    plan = lite.execute(f"EXPLAIN QUERY PLAN SELECT * FROM applications WHERE unit_id = '{FINANCE}'").fetchone()
    assert "applications_unit_id" in plan[-1]


def test_a_choice_of_datasets_without_sources_has_no_views(processed, tmp_path):
    write_sqlite(open_extract(processed, Selection(("applications",))), tmp_path / "one.sqlite")
    with sqlite3.connect(tmp_path / "one.sqlite") as base:
        assert base.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall() == []
        assert base.execute("PRAGMA foreign_key_list(applications)").fetchall() == []
    base.close()


def test_sqlite_is_the_same_bytes_again(folder, extract, tmp_path):
    write_sqlite(extract, tmp_path / "x.sqlite")
    assert (tmp_path / "x.sqlite").read_bytes() == (folder / "x.sqlite").read_bytes()
