"""Golden pairs: small documents that we wrote, one per trap met in the wild, each beside what has to be read of it.

``name.txt`` or ``name.html`` stands beside ``name.json``::

    {"trap": "what is odd about it, and where that was seen",
     "tables": {"proactive_disclosure": ["read", "2021"]},
     "rows": {"proactive_disclosure.rules": [0, "dash", "38.441094"]},
     "flags": {"proactive_disclosure.rules.repealed": ["read.unreadable"]},
     "issues": ["table.missing"]}

``rows`` names every row that is printed and nothing else: for each figure, in the order of the form, the number, or its status where it has
none; amounts with decimals are texts, as their digits count. ``flags`` holds all doubts about the reading (of a figure, or of a whole row),
``units`` those of amounts, ``issues`` the codes that must appear; ``open`` is the reason why it is not read that way yet. A new example
fails until somebody has written down what it says.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline import read_report
from pipeline.forms import forms
from pipeline.model import Figure, Report

FOLDER = Path(__file__).parent / "examples"
DOCUMENTS = sorted(path for path in FOLDER.iterdir() if path.suffix in {".txt", ".html"})
KEYS = {"trap", "tables", "rows", "flags", "units", "issues", "open"}


def marked(paths: list[Path]) -> list[Any]:
    """The documents as parameters, those with an ``open`` reason expected to fail somewhere."""
    found = []
    for path in paths:
        told = path.with_suffix(".json")
        reason = json.loads(told.read_text("utf8")).get("open") if told.exists() else None
        found.append(pytest.param(path, id=path.name, marks=pytest.mark.xfail(strict=True, reason=reason) if reason else ()))
    return found


def expectation(document: Path) -> dict[str, Any]:
    path = document.with_suffix(".json")
    if not path.exists():
        pytest.fail(f"{document.name} has no {path.name}: read the document and write down what it says")
    expected: dict[str, Any] = json.loads(path.read_text("utf8"))
    return expected


def read(document: Path) -> Report:
    return read_report(document.read_bytes(), name=document.name)


def told(figure: Figure) -> int | str:
    if figure.value is None:
        return figure.status
    return str(figure.value) if isinstance(figure.value, Decimal) else figure.value


def by_row(report: Report) -> dict[str, list[int | str]]:
    rows: dict[str, list[int | str]] = {}
    for figure in report.figures:
        rows.setdefault(figure.figure.rpartition(".")[0], []).append(told(figure))
    return rows


def check_figures(report: Report, expected: dict[str, Any]) -> None:
    assert by_row(report) == expected["rows"]


def check_doubts(report: Report, expected: dict[str, Any]) -> None:
    wanted = expected.get("flags", {})
    for figure in report.figures:
        doubts = wanted.get(figure.figure, wanted.get(figure.figure.rpartition(".")[0], []))
        found = [flag for flag in figure.flags if flag.startswith("read.")]
        assert (figure.figure, sorted(found)) == (figure.figure, sorted(doubts))


def check_tables_and_issues(report: Report, expected: dict[str, Any]) -> None:
    states = {table: [reading.state, reading.form] for table, reading in report.tables.items() if reading.state != "missing"}
    assert states == expected["tables"]
    units = {figure.figure: figure.unit for figure in report.figures}
    assert {name: units[name] for name in expected.get("units", {})} == expected.get("units", {})
    assert set(expected.get("issues", [])) <= {issue.code for issue in report.issues}


@pytest.mark.parametrize("document", marked(DOCUMENTS))
def test_example_is_read_as_written_down(document):
    expected, report = expectation(document), read(document)
    check_figures(report, expected)
    check_doubts(report, expected)
    check_tables_and_issues(report, expected)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_expectations_are_well_formed(path):
    expected = json.loads(path.read_text("utf8"))
    assert {"trap", "tables", "rows"} <= set(expected) <= KEYS
    assert any(path.with_suffix(suffix) in DOCUMENTS for suffix in (".txt", ".html"))
    known = forms().figures
    rows = {name.rpartition(".")[0] for name in known}
    assert set(expected["rows"]) <= rows
    assert set(expected.get("flags", {})) <= rows | set(known)


def test_each_expectation_belongs_to_one_document():
    assert len({path.stem for path in DOCUMENTS}) == len(DOCUMENTS) == len(list(FOLDER.glob("*.json")))


def test_there_are_examples_of_both_kinds():
    assert len([path for path in DOCUMENTS if path.suffix == ".txt"]) >= 15
    assert len([path for path in DOCUMENTS if path.suffix == ".html"]) >= 15


def test_a_document_without_expectation_fails(tmp_path):
    with pytest.raises(pytest.fail.Exception, match="write down what it says"):
        expectation(tmp_path / "new.txt")
