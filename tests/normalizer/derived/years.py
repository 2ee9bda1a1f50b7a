"""The rows of a year as a build makes them: reports built by hand, brought to rows by the same code."""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from pipeline.archive import Entry
from pipeline.forms import forms
from pipeline.forms.layout import figure_ids
from pipeline.model import Report
from pipeline.normalizer.derived.year import YearTables
from pipeline.normalizer.readings import PARTS, Readings
from pipeline.normalizer.schemas import DATASETS, arrow_schema
from pipeline.normalizer.tidy import add_report
from tests.normalizer.reports import report

TABLES = ("proactive_disclosure", "applications", "review_litigation")


def zeros(form="2021", **forms_of_tables: str | None) -> dict[str, object]:
    """Every figure of a form with 0; ``forms_of_tables`` gives single tables another form, or none."""
    chosen = dict.fromkeys(TABLES, form) | forms_of_tables
    return {name: 0 for table, one in chosen.items() if one for name in figure_ids(table, one)}


def totals(**rows: int | None) -> dict[str, object]:
    """Figures of the column 总计 of table three, by row."""
    return {f"applications.{row}.total": value for row, value in rows.items()}


def year_tables(reports: Mapping[str, Report], facts: Mapping[str, Mapping[str, object]] | None = None) -> YearTables:
    """The datasets of some reports by unit id. ``facts`` puts columns of ``reports`` beside what the report itself says."""
    readings = Readings()
    for unit in reports:
        add_report(
            readings, Entry(unit, None, unit, "text/html", "2024-01-31T00:00:00Z", "a.warc.gz", 0, 10, "resource"), b"", reports[unit]
        )
    made: dict[str, list[dict[str, object]]] = {name: [] for name in DATASETS}
    for (unit, one), row in zip(reports.items(), readings.to_table().to_pylist(), strict=True):
        year, keys = one.document.report_year, {"unit_id": unit, "synthetic": True, "document_id": unit, "scope": "own"}
        own = {"published_on": date.fromisoformat(one.document.published_on or "2024-01-20"), "trust": "official", "versions": 1}
        keys |= {"report_year": year, **(facts or {}).get(unit, {})}
        keys["report_id"] = f"{unit}-{year}-{keys['scope']}"
        made["reports"].append(row | own | {"withdrawn": False} | keys)
        for part, dataset in PARTS.items():
            for line in row[part]:
                name = forms().figures[line["figure"]].table if part == "figures" else dataset
                made[name].append(line | keys)
    return YearTables({name: _table(name, rows) for name, rows in made.items()})


def _table(name: str, rows: list[dict[str, object]]) -> pa.Table:
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(name)])
    return pa.Table.from_pylist([{key: value for key, value in row.items() if key in schema.names} for row in rows], schema=schema)


def one_report(values: Mapping[str, object], **options: object) -> YearTables:
    """The datasets of one report of the unit ``u``."""
    return year_tables({"u": report(values, **options)})
