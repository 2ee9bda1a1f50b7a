"""What the relations say of reports built by hand, in a form that a test can compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from pipeline.model import Report
from pipeline.normalizer.derived.relations import Expected, relation_rows
from pipeline.normalizer.derived.relations.competence import rules_rows
from pipeline.normalizer.derived.relations.fees import fee_rows
from pipeline.normalizer.derived.relations.formulas import formula_rows
from pipeline.normalizer.derived.relations.hierarchy import hierarchy_rows
from pipeline.normalizer.derived.relations.one_year import form_rows, table_rows, zero_rows
from pipeline.normalizer.derived.relations.published import published_rows
from pipeline.normalizer.derived.relations.repeated import jump_rows, same_figures_rows
from pipeline.normalizer.derived.relations.rows import Rows
from pipeline.normalizer.derived.relations.texts import text_rows
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.derived.year import YearTables
from tests.normalizer.derived.years import year_tables, zeros
from tests.normalizer.reports import report

COUNTY = {"county_code": "530123000000", "city_code": "530100000000", "province_code": "530000000000"}
TOWNSHIP = {"level": "township", "kind": "government", **COUNTY}
DEPARTMENT = {"level": "county", "kind": "department", **COUNTY}
WIDE_COUNTY = {"level": "county", "kind": "government", "scope": "government_wide", **COUNTY}
ROWS = ("new_received", "carried_over", "total_processed", "carried_forward")
EVALUATE: dict[str, Callable[[Rows, Years], None]] = {
    **{"same_figures": same_figures_rows, "jump": jump_rows, "same_text": text_rows, "rules_competence": rules_rows, "fee_unit": fee_rows},
    **{"table_missing": table_rows, "table_blank": table_rows, "form_due": form_rows, "all_zero": zero_rows},
    "published_in_time": published_rows,
}
Facts = Mapping[str, Mapping[str, object]]


def plain(form: str) -> dict[str, object]:
    """Zeros in tables two and four, and in four rows of table three."""
    return {name: 0 for name in zeros(form) if not name.startswith("applications.") or name.split(".")[1] in ROWS}


def a_report(
    values: Mapping[str, object] | None = None,
    *figures: Any,
    year: Any = 2023,
    form: str = "2021",
    without: tuple[str, ...] = (),
    **options: Any,
) -> Report:
    """A report of a year in which nothing happened but for some figures, and licences that are not the same from year to year.

    Of table three it prints the rows that relations between years are about. ``figures`` are made by hand (doubted, dashes) and stand in
    place of the values.
    """
    alive = {"proactive_disclosure.licences.decisions": (year or 2023) - 2000}
    printed = {**plain(form), **alive, **(values or {})}
    by_hand = {one.figure for one in figures}
    kept = {name: value for name, value in printed.items() if name not in by_hand and name.partition(".")[0] not in without}
    return report(kept, *figures, year=year, form=form, **options)


def tables(*reports: Report, facts: Facts | None = None) -> YearTables:
    """The reports of a year: of the units u0, u1, …, published in time unless ``facts`` say otherwise."""
    units = {f"u{number}": one for number, one in enumerate(reports)}
    in_time = {unit: {"published_on": date((one.document.report_year or 2023) + 1, 1, 20)} for unit, one in units.items()}
    return year_tables(units, {unit: in_time[unit] | dict((facts or {}).get(unit, {})) for unit in units})


def rows(now: YearTables, before: YearTables | None = None, *, expected: Expected | None = None) -> list[dict[str, Any]]:
    """All rows, each side as a float."""
    return _told(relation_rows(now, before, expected=expected))


def said(check: str, now: YearTables, before: YearTables | None = None, *, expected: Expected | None = None) -> list[dict[str, Any]]:
    """The rows of one relation, evaluated without the others."""
    years = Years(now, before)
    found = Rows(years.now.reports)
    if check == "hierarchy":
        hierarchy_rows(found, years, expected)
    else:
        EVALUATE.get(check, formula_rows)(found, years)
    return [row for row in _told(found.to_table()) if row["check_id"] == check]


def _told(table: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    for row in found:
        row |= {side: None if row[side] is None else float(row[side]) for side in ("left_value", "right_value")}
    return found


def only(check: str, now: YearTables, before: YearTables | None = None, **options: Any) -> dict[str, Any]:
    """The one row of a relation of the unit u0."""
    found = [row for row in said(check, now, before, **options) if row["unit_id"] == "u0"]
    assert len(found) == 1, found
    return found[0]


def outcome(check: str, now: YearTables, before: YearTables | None = None, **options: Any) -> tuple[str, str | None]:
    """Outcome and reason of the one row of a relation of the unit u0."""
    row = only(check, now, before, **options)
    return row["outcome"], row["reason"]


def failures(now: YearTables, before: YearTables | None = None, **options: Any) -> set[tuple[str, str | None]]:
    """Relation and place of everything that failed."""
    return {(row["check_id"], row["scope_key"]) for row in rows(now, before, **options) if row["outcome"] == "failed"}
