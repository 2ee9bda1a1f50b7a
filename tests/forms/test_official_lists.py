"""The declarations against the official lists of figures and relations that lie beside the checkout."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from pipeline.forms import Column, Figure, Row, forms

Record = dict[str, str]


def read(path: Path) -> list[Record]:
    with path.open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


def one_label(labels: Mapping[str, str]) -> str:
    if len(set(labels.values())) == 1:
        return next(iter(labels.values()))
    return " | ".join(f"{form}: {label}" for form, label in sorted(labels.items()))


def label_of(part: Row | Column, figure: Figure) -> str:
    return "/".join([*part.path, one_label({form: part.labels[form] for form in figure.forms})])


def as_record(figure: Figure) -> Record:
    """A declared figure in the columns of the official list: the block is a row label in table two and a header in table three."""
    block = next(block for block in forms().tables[figure.table].blocks if block.id == figure.block)
    above_rows = f"{block.label_zh}/" if figure.table == "proactive_disclosure" else ""
    above_columns = f"{block.label_zh}/" if figure.table == "applications" else ""
    return {
        "figure": figure.id,
        "forms": "+".join(figure.forms),
        "table": figure.table,
        "row": figure.row.id,
        "column": figure.column.id,
        "row_label": above_rows + label_of(figure.row, figure),
        "column_label": above_columns + label_of(figure.column, figure),
        "unit": figure.unit or "(none printed)",
        "kind": figure.column.kind,
    }


def test_every_official_figure_is_declared_with_its_form_labels_unit_and_kind(shared: Path) -> None:
    official = {record["figure"]: record for record in read(shared / "form" / "figures.csv")}
    declared = {figure.id: as_record(figure) for figure in forms().figures.values()}
    assert declared == official


def test_the_form_of_2019_has_198_figures_and_the_form_of_2021_has_200() -> None:
    figures = forms().figures.values()
    assert {form: sum(form in figure.forms for figure in figures) for form in ("2019", "2021")} == {"2019": 198, "2021": 200}


def test_every_official_relation_is_declared_with_its_severity(shared: Path) -> None:
    """A severity may be explained in brackets: error (coverage)."""
    official = {record["check"]: record["severity"].partition(" (")[0] for record in read(shared / "form" / "checks.csv")}
    assert {check.id: check.severity for check in forms().checks} == official


def test_relations_over_many_reports_have_the_scope_of_the_official_list(shared: Path) -> None:
    official = {record["check"]: record["scope"] for record in read(shared / "form" / "checks.csv")}
    derived = [check for check in forms().checks if check.derived]
    assert len(derived) == 17
    assert {check.id: check.scope for check in derived} == {check.id: official[check.id] for check in derived}
