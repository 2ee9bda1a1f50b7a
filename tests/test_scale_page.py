"""The reckoning in docs/scale.md is that of the constants, and each of those says where it comes from."""

import tomllib

from tests.benchmarks import scale_page


def test_the_page_is_not_stale():
    page = scale_page.PAGE.read_text("utf8")
    assert scale_page.with_reckoning(page) == page, "python -m tests.benchmarks.scale_page"


def test_every_constant_says_how_it_was_measured_or_that_it_is_assumed():
    told = tomllib.loads((scale_page.PAGE.parents[1] / "tests/benchmarks/constants.toml").read_text("utf8"))
    assert all(("measured" in one) != ("assumed" in one) for one in told.values())


def test_twice_the_machines_halve_the_spread_work_alone(monkeypatch):
    monkeypatch.setattr(scale_page, "MACHINES", (1, 2))
    monkeypatch.setattr(scale_page, "constants", lambda: {"machine_cores": 10, "machine_mb_per_second": 100, "core_hour_cost": 1})
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in scale_page._machines(20, 1, 360_000)][2:]
    assert rows == [["1", "2.00", "computing", "3.00", "30.00"], ["2", "1.00", "computing", "2.00", "30.00"]]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in scale_page._machines(20, 1, 3_600_000)][2:]
    assert [row[1:3] for row in rows] == [["10.00", "the network"], ["5.00", "the network"]]
