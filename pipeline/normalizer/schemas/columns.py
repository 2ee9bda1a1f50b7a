"""What a column and a dataset are, and the columns that several datasets have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

import pyarrow as pa

ColumnType = Literal["text", "year", "number", "count", "money", "ratio", "yes_no", "day", "moment"]

MONEY = pa.decimal128(24, 6)
MONEY_LIMIT = Decimal(10) ** 18
COUNT_LIMIT = 2**63
ARROW: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "year": pa.int16(),
    "number": pa.int32(),
    "count": pa.int64(),
    "money": MONEY,
    "ratio": pa.float64(),
    "yes_no": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}
#: What pandas is to make of a column that may hold nulls: without it whole numbers come back as floats.
PANDAS: dict[ColumnType, tuple[str, str]] = {
    "text": ("unicode", "object"),
    "year": ("int16", "Int16"),
    "number": ("int32", "Int32"),
    "count": ("int64", "Int64"),
    "money": ("decimal", "object"),
    "ratio": ("float64", "float64"),
    "yes_no": ("bool", "boolean"),
    "day": ("date", "object"),
    "moment": ("datetimetz", "datetime64[us, UTC]"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``required``: a row without it is refused at the commit. ``unit`` is None if there is none or each row names it."""

    name: str
    type: ColumnType
    description: str
    label_zh: str
    unit: str | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset. Its rows are sorted by ``order``; its files are cut by report year and province, by province alone, or not at all."""

    name: str
    description: str
    label_zh: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    cut: Literal["year", "province", "nothing"] = "year"


def required(column: Column) -> Column:
    """The same column, in a dataset whose rows must have it."""
    return replace(column, required=True)


REPORT_ID = Column("report_id", "text", "Report: unit_id, report year and scope", "报告编号")
UNIT_ID = Column("unit_id", "text", "Publishing unit; x… while it is not resolved to an administrative body", "单位编号")
YEAR = Column("report_year", "year", "Calendar year that the report describes; null if it is not known", "报告年度")
DOCUMENT_ID = Column("document_id", "text", "Set of bytes that the row was read from", "文件编号")
SYNTHETIC = Column("synthetic", "yes_no", "True for made-up example reports, which describe no real body", "是否为虚构示例", required=True)
FLAGS = Column(
    "flags", "text", "Codes separated by spaces: read.* we doubt our reading, check.* the publisher's figures contradict each other", "标记"
)
FIGURE = Column("figure", "text", "Figure of the form: table.row.column (see dictionary)", "数据项", required=True)
ITEM = Column("item", "text", "Row of the form, second part of the figure", "行项目", required=True)
MEASURE = Column("measure", "text", "Column of the form, third part of the figure", "列项目", required=True)
STATUS = Column("status", "text", "reported, blank, dash or unreadable; a value stands only where reported", "状态", required=True)
RAW = Column("raw", "text", "Text of the cell as printed", "原文")
PLACE = (
    Column("table", "number", "Table of the document that the figure stands in, counted from 0", "所在表序号"),
    Column("cell_row", "number", "Row of the cell in the table's grid, counted from 0", "所在行"),
    Column("cell_column", "number", "Column of the cell in the table's grid, counted from 0", "所在列"),
)
SECTION = Column("section", "number", "Section of the report, 1 to 6", "章节")
KEYS = (required(REPORT_ID), required(UNIT_ID), YEAR)
TRUST = Column("trust", "text", "official (a gov.cn host), mirror (another host), unknown (a local file)", "来源可信度", required=True)
FORM = Column("form", "text", "Form told by the labels: 2019, 2021, mixed or unknown", "表样")
TITLE = Column("title", "text", "Title of the document", "标题")
PRINTED_UNIT = Column("unit_name_printed", "text", "Publishing unit as printed", "单位名称（原文）")
CORRECTION = Column("correction", "text", "Why and when the value was corrected by hand; null where it was not", "更正说明")


def table_columns(table: str, label_zh: str) -> tuple[Column, Column]:
    """State and form of one of the three tables."""
    return (
        Column(f"{table}_state", "text", f"State of the table {table}: read, partial, blank, picture, refused, missing", f"{label_zh}状态"),
        Column(f"{table}_form", "text", f"Form that the labels of the table {table} are of", f"{label_zh}表样"),
    )


def counted(name: str, description: str, label_zh: str) -> Column:
    """A number of things that every row states."""
    return Column(name, "number", description, label_zh, required=True)


PLACES = tuple(
    column
    for level, label in (("province", "省级"), ("city", "市级"), ("county", "县级"), ("township", "乡级"))
    for column in (
        Column(level, "text", f"Name of the {level}; null while the unit is not resolved", f"{label}名称"),
        Column(f"{level}_code", "text", f"Division code of the {level}, 12 digits", f"{label}区划代码"),
    )
)
