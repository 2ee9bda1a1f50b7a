"""The declarations against the official lists of figures and relations that lie beside the checkout."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from pipeline.forms import Column, Figure, Row, forms

Record = dict[str, str]

# Relations that one report decides alone. The others need another year, the level of the unit or the other reports.
WITHIN_ONE_REPORT = {
    "each applicant column",
    "each row",
    "each of 3 groups",
    "every count but items_change",
    "2019 form",
    "section 一",
    "sections 一 and 四",
    "section 六",
}


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


def test_relations_within_one_report_are_declared_with_their_severity(shared: Path) -> None:
    records = read(shared / "form" / "checks.csv")
    official = {record["check"]: record["severity"] for record in records if record["scope"] in WITHIN_ONE_REPORT}
    assert {check.id: check.severity for check in forms().checks} == official
