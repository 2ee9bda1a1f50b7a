"""The wide panel: one row a report, a few columns a figure.

Values are scattered into arrays of reports × figures, year by year and province by province, as the files of a snapshot are cut.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.export.selection import SOURCES, UNIT_NAME, Extract
from pipeline.export.short_names import short_names
from pipeline.forms import Figure, forms
from pipeline.normalizer.schemas import DATASETS, Column, ColumnType, pandas_metadata
from pipeline.normalizer.schemas.columns import ARROW, MONEY

Part = Literal["value", "status", "doubted", "contradicted", "printed", "unit"]
#: Datasets whose figures become columns.
COUNTED = ("proactive_disclosure", "applications", "review_litigation")
_ABOUT = (
    *("report_id", "unit_id", "unit_name", "unit_name_printed", "level", "kind", "province", "province_code", "city", "city_code"),
    *("county", "county_code", "township", "township_code", "report_year", "scope", "form", "title", "published_on", "withdrawn"),
    *("synthetic", "proactive_disclosure_state", "applications_state", "review_litigation_state", "figures_doubted", "contradictions"),
    *("document_id", "source_url", "source_file", "trust", "captured_at", "document_sha256"),
)
_STATUSES = pa.array(["reported", "blank", "dash", "unreadable"])
_FLAGS: Mapping[Part, str] = {"doubted": r"(^| )read\.", "contradicted": r"(^| )check\."}
_AMOUNT_COLUMNS: Mapping[Part, str] = {"value": "amount_yuan", "printed": "amount", "unit": "unit"}
CORRECTED = Column("corrected", "text", "Figures corrected by hand, as x=value; the columns hold what was published", "人工更正")
_SUFFIXES: Mapping[Part, str] = {"value": "", "status": "_s", "doubted": "_d", "contradicted": "_c"}
_TOLD: Mapping[Part, tuple[str, str]] = {
    "value": ("value as published", ""),
    "status": ("status", "状态"),
    "doubted": ("true where we doubt our reading", "读取存疑"),
    "contradicted": ("true where the publisher's figures contradict each other", "自相矛盾"),
    "printed": ("amount as printed", "原文金额"),
    "unit": ("unit of the amount as printed", "原文单位"),
}
_TYPES: Mapping[Part, ColumnType] = {
    "value": "count",
    "status": "text",
    "doubted": "yes_no",
    "contradicted": "yes_no",
    "printed": "money",
    "unit": "text",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """One column of the panel that comes from a figure."""

    name: str
    figure: Figure
    part: Part

    @property
    def type(self) -> ColumnType:
        """Amounts in yuan are money, other values counts."""
        return "money" if self.part == "value" and self.is_amount else _TYPES[self.part]

    @property
    def is_amount(self) -> bool:
        """Whether it belongs to a figure that is an amount of money."""
        return self.figure.column.kind == "money"

    @property
    def label_zh(self) -> str:
        """Row and column of the form in its latest wording, and what of the figure this is."""
        form = self.figure.forms[-1]
        told = _TOLD[self.part][1]
        column = "金额（元）" if self.part == "value" and self.is_amount else self.figure.column.labels[form]
        return f"{self.figure.row.labels[form]}·{column}{f'·{told}' if told else ''}"

    @property
    def label_en(self) -> str:
        """The same in English."""
        return f"{self.figure.row.label_en}, {self.figure.column.label_en}: {_TOLD[self.part][0]}"


@functools.cache
def variables() -> tuple[Variable, ...]:
    """The columns of all figures of both forms, whatever a snapshot holds: two panels always have the same columns."""
    return tuple(one for figure in forms().figures.values() for one in _variables(figure))


def _variables(figure: Figure) -> Iterator[Variable]:
    name = short_names()[figure.id]
    for part, suffix in _SUFFIXES.items():
        yield Variable(name + suffix, figure, part)
    if figure.column.kind == "money":
        yield Variable(name.removesuffix("_yuan") + "_printed", figure, "printed")
        yield Variable(name.removesuffix("_yuan") + "_unit", figure, "unit")


@functools.cache
def about_columns() -> tuple[Column, ...]:
    """What the panel says of a report before its figures."""
    known = {one.name: one for one in (UNIT_NAME, *DATASETS["reports"].columns, *SOURCES)}
    return (*(UNIT_NAME if name == "unit_name" else known[name] for name in _ABOUT), CORRECTED)


def panel(extract: Extract) -> pa.Table:
    """One row a report of the extract, in the order of the snapshot's files; counts int64, amounts decimal in yuan."""
    parts = [_part(extract, partition) for partition in extract.partitions("reports")]
    return pa.concat_tables([_schema().empty_table(), *parts])


@functools.cache
def _schema() -> pa.Schema:
    """With labels at the fields, and the pandas types: else whole numbers with nulls come back as floats."""
    columns = [(one.name, one.type, one.label_zh, one.description) for one in about_columns()]
    columns += [(one.name, one.type, one.label_zh, one.label_en) for one in variables()]
    fields = [pa.field(name, ARROW[kind], metadata={"label_zh": zh, "description": en}) for name, kind, zh, en in columns]
    return pa.schema(fields, metadata={"pandas": json.dumps(pandas_metadata((name, kind) for name, kind, *_ in columns))})


def _part(extract: Extract, partition: str) -> pa.Table:
    """The reports of one year and province; their figures lie in files of the same name."""
    reports = extract.table("reports", partition)
    cited = extract.cited("reports", reports)
    unit_names = pc.coalesce(reports["unit_name"], reports["unit_name_printed"])
    tables = [extract.table(dataset, partition) for dataset in COUNTED]
    fees = extract.table("fees", partition)
    fees = fees.filter(pc.equal(fees["source"], "table"))
    columns = {name: cited[name] for name in _ABOUT} | {"unit_name": unit_names, CORRECTED.name: _corrected(reports, [*tables, fees])}
    columns |= _counts(reports["report_id"], tables) | _amounts(reports["report_id"], fees)
    return pa.table([columns[field.name] for field in _schema()], schema=_schema())


class _Wide:
    """Arrays of figures × reports, filled by rows of the datasets."""

    def __init__(self, report_ids: pa.ChunkedArray, figures: Sequence[Figure]) -> None:
        self._reports, self._figures = report_ids.combine_chunks(), figures
        self._ids = pa.array([one.id for one in figures])
        self._shape = (len(figures), len(report_ids))
        self._status = np.full(self._shape, -1, np.int8)
        self._flags = {part: np.zeros(self._shape, np.bool_) for part in _FLAGS}

    def add(self, rows: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Take status and flags of the rows; figure and report number of each, -1 for a row of none."""
        figure = _numbers(pc.index_in(rows["figure"], value_set=self._ids))
        report = _numbers(pc.index_in(rows["report_id"], value_set=self._reports))
        there = (figure >= 0) & (report >= 0)
        codes = _numbers(pc.index_in(rows["status"], value_set=_STATUSES))
        self._status[figure[there], report[there]] = codes[there]
        for part, pattern in _FLAGS.items():
            flagged = np.asarray(pc.fill_null(pc.match_substring_regex(rows["flags"], pattern), False).combine_chunks())
            self._flags[part][figure[there], report[there]] = flagged[there]
        return figure, report

    def columns(self) -> Iterator[tuple[str, pa.Array]]:
        """Status and flags of each figure, by the name of the variable; null where the cell is not there."""
        for at, figure in enumerate(self._figures):
            name, absent = short_names()[figure.id], self._status[at] < 0
            yield name + _SUFFIXES["status"], _STATUSES.take(pa.array(self._status[at], mask=absent))
            for part in _FLAGS:
                yield name + _SUFFIXES[part], pa.array(self._flags[part][at], mask=absent)


def _counts(report_ids: pa.ChunkedArray, tables: Sequence[pa.Table]) -> dict[str, pa.Array]:
    figures = [one for one in forms().figures.values() if one.column.kind != "money"]
    wide = _Wide(report_ids, figures)
    values = np.zeros((len(figures), len(report_ids)), np.int64)
    known = np.zeros(values.shape, np.bool_)
    for rows in tables:
        figure, report = wide.add(rows)
        valid = np.asarray(pc.is_valid(rows["value"]).combine_chunks()) & (figure >= 0) & (report >= 0)
        values[figure[valid], report[valid]] = np.asarray(pc.fill_null(rows["value"], 0).combine_chunks())[valid]
        known[figure[valid], report[valid]] = True
    made = {short_names()[one.id]: pa.array(values[at], mask=~known[at]) for at, one in enumerate(figures)}
    return made | dict(wide.columns())


def _amounts(report_ids: pa.ChunkedArray, fees: pa.Table) -> dict[str, pa.Array]:
    figures = [one for one in forms().figures.values() if one.column.kind == "money"]
    wide = _Wide(report_ids, figures)
    wide.add(fees)
    rows = {(row["figure"], row["report_id"]): row for row in fees.to_pylist()}
    made: dict[str, pa.Array] = {}
    for variable in variables():
        column = _AMOUNT_COLUMNS.get(variable.part)
        if variable.is_amount and column:
            values = [rows.get((variable.figure.id, report), {}).get(column) for report in report_ids.to_pylist()]
            made[variable.name] = pa.array(values, MONEY if column != "unit" else pa.string())
    return made | dict(wide.columns())


def _corrected(reports: pa.Table, tables: Sequence[pa.Table]) -> pa.Array:
    """The corrections by hand of each report, as ``x=value``."""
    found: dict[str, list[str]] = {}
    for rows in tables:
        for row in rows.filter(pc.is_valid(rows["correction"])).to_pylist():
            value = row.get("value_corrected", row.get("amount_yuan_corrected"))
            told = "?" if value is None else f"{Decimal(value).normalize():f}"
            found.setdefault(row["report_id"], []).append(f"{short_names()[row['figure']]}={told}")
    return pa.array(["; ".join(sorted(found[one])) if one in found else None for one in reports["report_id"].to_pylist()], pa.string())


def _numbers(places: pa.ChunkedArray) -> NDArray[np.int64]:
    return np.asarray(pc.fill_null(places, -1).combine_chunks(), dtype=np.int64)
