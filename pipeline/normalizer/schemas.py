"""The datasets, declared once: each column with type, unit, English description and Chinese label.

The same declaration writes and validates the Parquet files, carries the pandas types (Int64 stays Int64) and fills ``dictionary``.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import pyarrow as pa

ColumnType = Literal["text", "year", "number", "count", "money", "yes_no", "day", "moment"]

MONEY = pa.decimal128(24, 6)
MONEY_LIMIT = Decimal(10) ** 18
COUNT_LIMIT = 2**63
_ARROW: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "year": pa.int16(),
    "number": pa.int32(),
    "count": pa.int64(),
    "money": MONEY,
    "yes_no": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}
# What pandas is to make of a column that may hold nulls: without it whole numbers come back as floats.
_PANDAS: dict[ColumnType, tuple[str, str]] = {
    "text": ("unicode", "object"),
    "year": ("int16", "Int16"),
    "number": ("int32", "Int32"),
    "count": ("int64", "Int64"),
    "money": ("decimal", "object"),
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
    """One dataset. Its rows are sorted by ``order``; files are cut by report year and province if ``by_year``."""

    name: str
    description: str
    label_zh: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    by_year: bool = True


def _required(column: Column) -> Column:
    return replace(column, required=True)


_REPORT_ID = Column("report_id", "text", "Report: unit_id, report year and scope", "报告编号")
_UNIT_ID = Column("unit_id", "text", "Publishing unit; x… while it is not resolved to an administrative body", "单位编号")
_YEAR = Column("report_year", "year", "Calendar year that the report describes; null if it is not known", "报告年度")
_DOCUMENT_ID = Column("document_id", "text", "Set of bytes that the row was read from", "文件编号")
_SYNTHETIC = Column("synthetic", "yes_no", "True for made-up example reports, which describe no real body", "是否为虚构示例", required=True)
_FLAGS = Column(
    "flags", "text", "Codes separated by spaces: read.* we doubt our reading, check.* the publisher's figures contradict each other", "标记"
)
_FIGURE = Column("figure", "text", "Figure of the form: table.row.column (see dictionary)", "数据项", required=True)
_ITEM = Column("item", "text", "Row of the form, second part of the figure", "行项目", required=True)
_MEASURE = Column("measure", "text", "Column of the form, third part of the figure", "列项目", required=True)
_STATUS = Column("status", "text", "reported, blank, dash or unreadable; a value stands only where reported", "状态", required=True)
_RAW = Column("raw", "text", "Text of the cell as printed", "原文")
_PLACE = (
    Column("table", "number", "Table of the document that the figure stands in, counted from 0", "所在表序号"),
    Column("cell_row", "number", "Row of the cell in the table's grid, counted from 0", "所在行"),
    Column("cell_column", "number", "Column of the cell in the table's grid, counted from 0", "所在列"),
)
_SECTION = Column("section", "number", "Section of the report, 1 to 6", "章节")
_KEYS = (_required(_REPORT_ID), _required(_UNIT_ID), _YEAR)
_TRUST = Column("trust", "text", "official (a gov.cn host), mirror (another host), unknown (a local file)", "来源可信度", required=True)
_FORM = Column("form", "text", "Form told by the labels: 2019, 2021, mixed or unknown", "表样")
_TITLE = Column("title", "text", "Title of the document", "标题")
_PRINTED_UNIT = Column("unit_name_printed", "text", "Publishing unit as printed", "单位名称（原文）")


_CORRECTION = Column("correction", "text", "Why and when the value was corrected by hand; null where it was not", "更正说明")


def _table_columns(table: str, label_zh: str) -> tuple[Column, Column]:
    return (
        Column(f"{table}_state", "text", f"State of the table {table}: read, partial, blank, picture, refused, missing", f"{label_zh}状态"),
        Column(f"{table}_form", "text", f"Form that the labels of the table {table} are of", f"{label_zh}表样"),
    )


def _counted(name: str, description: str, label_zh: str) -> Column:
    return Column(name, "number", description, label_zh, required=True)


_PLACES = tuple(
    column
    for level, label in (("province", "省级"), ("city", "市级"), ("county", "县级"), ("township", "乡级"))
    for column in (
        Column(level, "text", f"Name of the {level}; null while the unit is not resolved", f"{label}名称"),
        Column(f"{level}_code", "text", f"Division code of the {level}, 12 digits", f"{label}区划代码"),
    )
)

_REPORTS = Dataset(
    "reports",
    "One unit's report for one year",
    "报告",
    (
        *_KEYS,
        Column("scope", "text", "own (the body's own figures) or government_wide", "口径", required=True),
        _PRINTED_UNIT,
        Column("unit_name", "text", "Publishing unit as resolved; null while it is not", "单位名称"),
        Column("level", "text", "Administrative level of the unit", "行政层级"),
        Column("kind", "text", "government, department, street_office or other", "单位类别"),
        *_PLACES,
        _FORM,
        _TITLE,
        Column("published_on", "day", "Day of publication as the page states it", "发布日期"),
        Column("source_url", "text", "Address of the primary document", "来源网址"),
        _TRUST,
        Column(
            "withdrawn",
            "yes_no",
            "True if every address of the report answers 404 or 410 since; its figures are kept",
            "是否已撤下",
            required=True,
        ),
        Column("withdrawn_seen", "moment", "When the report was first found gone", "撤下发现时间"),
        _SYNTHETIC,
        _required(_DOCUMENT_ID),
        *_table_columns("proactive_disclosure", "主动公开表"),
        *_table_columns("applications", "申请办理表"),
        *_table_columns("review_litigation", "复议诉讼表"),
        _counted("figures_printed", "Cells of figures found in the tables", "数据项单元格数"),
        _counted("figures_read", "Figures with a value", "已读取数据项数"),
        _counted("figures_blank", "Figures printed as blank or as a dash", "空白数据项数"),
        _counted("figures_unreadable", "Figures whose cell could not be read as a number", "无法读取数据项数"),
        _counted("figures_doubted", "Figures that carry a read.* flag", "存疑数据项数"),
        _counted("contradictions", "Relations of severity error that failed", "自相矛盾处数"),
        _counted("versions", "Documents of this report, the primary one included", "版本数"),
    ),
    ("unit_id", "report_id"),
)

_DOCUMENTS = Dataset(
    "documents",
    "One set of bytes in the archive",
    "文件",
    (
        _required(_DOCUMENT_ID),
        Column("sha256", "text", "SHA-256 of the bytes", "SHA-256", required=True),
        _REPORT_ID,
        _UNIT_ID,
        _YEAR,
        Column("role", "text", "primary, duplicate, superseded, mirror, not_a_report or failed", "角色", required=True),
        Column("url", "text", "Address the bytes came from; null for a local file", "网址"),
        Column("addresses", "number", "Addresses or files in the archive with these bytes", "来源数"),
        Column("name", "text", "File name under which the bytes were imported", "原文件名"),
        Column("media_type", "text", "Media type as it was stated", "媒体类型"),
        Column("medium", "text", "What the bytes were read as: html, text, pdf, …", "读取方式"),
        Column("charset", "text", "Character set that the bytes were decoded with", "字符集"),
        Column("fetched_at", "moment", "When the bytes came into the archive (information only)", "入库时间"),
        Column("archive_file", "text", "WARC file in the archive", "归档文件", required=True),
        Column("archive_offset", "count", "Offset of the record in the WARC file", "归档偏移量", unit="byte", required=True),
        Column("record_type", "text", "resource, response, or conversion (only the text came to us)", "记录类型"),
        _TITLE,
        _PRINTED_UNIT,
        _FORM,
        _TRUST,
        _SYNTHETIC,
        Column("repairs", "text", "Damage that was undone, as JSON: fixer, count, before, after, doubted", "修复记录"),
        Column("failure", "text", "Why the document could not be read", "失败原因"),
        Column("reader", "text", "Version of the reading code (digest)", "读取程序版本", required=True),
    ),
    ("archive_file", "archive_offset"),
)

_CAPTURES = Dataset(
    "captures",
    "One answer of an address, or one document brought in, with what it gave at that time",
    "抓取记录",
    (
        Column("url", "text", "Address; null for a local file", "网址"),
        Column("name", "text", "File name under which the bytes were imported", "原文件名"),
        Column("fetched_at", "moment", "When the answer came (information only; the order is that of the archive)", "抓取时间"),
        Column("http_status", "number", "HTTP status; null for what came in otherwise", "HTTP状态"),
        Column("sha256", "text", "SHA-256 of the bytes", "SHA-256", required=True),
        Column("document_id", "text", "Set of bytes; null for an answer that is no document, such as 404", "文件编号"),
        Column("record_type", "text", "resource, response, or conversion (only the text came to us)", "记录类型"),
        Column("archive_file", "text", "WARC file in the archive", "归档文件", required=True),
        Column("archive_offset", "count", "Offset of the record in the WARC file", "归档偏移量", unit="byte", required=True),
    ),
    ("archive_file", "archive_offset"),
    by_year=False,
)

_FIGURE_KEYS = (*_KEYS, _FIGURE, _ITEM, _MEASURE)


def _figures(name: str, description: str, label_zh: str) -> Dataset:
    value = Column("value", "count", "The count as printed, in `unit`; null unless status is reported", "数值")
    corrected = Column(
        "value_corrected", "count", "The count after a correction by hand, in `unit`; null where there is none", "更正后数值"
    )
    unit = Column("unit", "text", "Unit of the value", "单位")
    columns = (
        *(*_FIGURE_KEYS, value, _STATUS, unit, _RAW, _required(_DOCUMENT_ID), *_PLACE, _FLAGS),
        *(corrected, _CORRECTION, _SYNTHETIC),
    )
    return Dataset(name, description, label_zh, columns, ("figure", "unit_id", "report_id"))


_FEES = Dataset(
    "fees",
    "One money figure: administrative fees, information-processing fees, central procurement",
    "收费与采购金额",
    (
        *_FIGURE_KEYS,
        Column("amount", "money", "The amount as printed, in `unit`", "金额（原文）"),
        Column("unit", "text", "Unit of the amount as printed or as the form prints it; null if none is", "金额单位"),
        Column("amount_yuan", "money", "The amount in yuan; null if the unit is not known", "金额（元）", unit="元"),
        _STATUS,
        Column("source", "text", "table, or prose (read from running text)", "出处", required=True),
        Column("caveat", "text", "unit_not_printed, unit_unknown, approximate, out_of_range; codes separated by spaces", "注意事项"),
        _RAW,
        _required(_DOCUMENT_ID),
        *_PLACE,
        _SECTION,
        _FLAGS,
        Column("amount_corrected", "money", "The amount after a correction by hand, in `unit`; null where there is none", "更正后金额"),
        Column(
            "amount_yuan_corrected", "money", "The corrected amount in yuan; null if the unit is not known", "更正后金额（元）", unit="元"
        ),
        _CORRECTION,
        _SYNTHETIC,
    ),
    ("figure", "unit_id", "report_id", "section", "raw"),
)

_PROSE = Dataset(
    "prose_figures",
    "One figure read from the running text of a section; never a table figure",
    "文字数据",
    (
        *_KEYS,
        _FIGURE,
        Column("value", "money", "The number as the sentence states it", "数值"),
        Column("approximate", "yes_no", "True if the sentence says about, more than, …", "是否约数"),
        _SECTION,
        Column("sentence", "text", "The sentence", "原句"),
        _required(_DOCUMENT_ID),
        _SYNTHETIC,
    ),
    ("figure", "unit_id", "report_id", "section", "sentence"),
)

_SECTIONS = Dataset(
    "sections",
    "The text of one section",
    "章节文字",
    (
        *_KEYS,
        _required(_SECTION),
        Column("text", "text", "Text of the section, damage undone", "文字"),
        _required(_DOCUMENT_ID),
        _SYNTHETIC,
    ),
    ("section", "unit_id", "report_id"),
)

_CHECKS = Dataset(
    "checks",
    "One relation between figures, evaluated",
    "勾稽关系核对",
    (
        *_KEYS,
        Column("check_id", "text", "Relation (see dictionary)", "关系", required=True),
        Column("severity", "text", "error, warning or note", "严重程度", required=True),
        Column("scope_key", "text", "Column, row or group that the relation was evaluated in; null for the whole table", "核对范围"),
        Column("outcome", "text", "passed, failed or not_applicable", "结果", required=True),
        Column("reason", "text", "Why not applicable, or what a failed relation lacks", "原因"),
        Column("doubted", "yes_no", "True if a figure in the relation carries a read.* flag", "是否存疑", required=True),
        Column("left_value", "money", "Left side", "左边"),
        Column("right_value", "money", "Right side", "右边"),
        Column("figures", "text", "Figures with a value in the relation, separated by spaces", "涉及数据项"),
        _required(_DOCUMENT_ID),
        _SYNTHETIC,
    ),
    ("check_id", "unit_id", "report_id", "scope_key"),
)

_ISSUES = Dataset(
    "issues",
    "One finding about a document, a table or a figure",
    "问题",
    (
        _REPORT_ID,
        _UNIT_ID,
        _YEAR,
        _DOCUMENT_ID,
        Column("level", "text", "error, warning or note", "级别", required=True),
        Column("code", "text", "Stable code such as table.missing", "代码", required=True),
        Column("table_id", "text", "Table of the form", "表"),
        Column("figure", "text", "Figure of the form", "数据项"),
        Column("message", "text", "One sentence", "说明", required=True),
        Column("evidence", "text", "The text it rests on", "依据"),
        _SYNTHETIC,
    ),
    ("code", "unit_id", "report_id", "document_id", "table_id", "figure", "message", "evidence"),
)

_DICTIONARY = Dataset(
    "dictionary",
    "One figure, column, code or relation with its meaning",
    "数据字典",
    (
        Column("entry", "text", "figure, column, check or code", "条目类别", required=True),
        Column("id", "text", "Figure, dataset.column, relation or code", "编号", required=True),
        Column("dataset", "text", "Dataset that it stands in", "数据集"),
        Column("label_zh", "text", "Chinese label; for a figure the labels of the form from the outermost in", "中文标签"),
        Column("label_en", "text", "English label", "英文标签"),
        Column("definition", "text", "What it means", "定义"),
        Column("unit", "text", "Unit", "单位"),
        Column("type", "text", "Type of the values", "类型"),
        Column("forms", "text", "Forms that print it, separated by spaces", "适用表样"),
        Column("comparable", "yes_no", "True for a figure that means the same in both forms", "两版可比"),
    ),
    ("entry", "id"),
    by_year=False,
)

DATASETS = MappingProxyType(
    {
        one.name: one
        for one in (
            _REPORTS,
            _DOCUMENTS,
            _CAPTURES,
            _figures("proactive_disclosure", "One printed count of table two; money stands in fees", "主动公开情况"),
            _figures("applications", "One printed count of table three", "申请办理情况"),
            _FEES,
            _figures("review_litigation", "One printed count of table four", "行政复议与行政诉讼情况"),
            _PROSE,
            _SECTIONS,
            _CHECKS,
            _ISSUES,
            _DICTIONARY,
        )
    }
)


@functools.cache
def arrow_schema(name: str) -> pa.Schema:
    """The Parquet schema of a dataset, with labels and descriptions at the fields and the types for pandas."""
    dataset = DATASETS[name]
    fields = [pa.field(c.name, _ARROW[c.type], nullable=not c.required, metadata=_field_metadata(c)) for c in dataset.columns]
    metadata = {"pandas": json.dumps(_pandas(dataset)), "dataset": name, "description": dataset.description, "label_zh": dataset.label_zh}
    return pa.schema(fields, metadata=metadata)


def _field_metadata(column: Column) -> dict[str, str]:
    metadata = {"description": column.description, "label_zh": column.label_zh}
    return metadata | ({"unit": column.unit} if column.unit else {})


def _pandas(dataset: Dataset) -> dict[str, object]:
    columns = [
        {"name": c.name, "field_name": c.name, "pandas_type": _PANDAS[c.type][0], "numpy_type": _PANDAS[c.type][1], "metadata": None}
        for c in dataset.columns
    ]
    return {"index_columns": [], "column_indexes": [], "columns": columns, "pandas_version": "2.2.0"}


@functools.cache
def schemas_digest() -> str:
    """A short digest of all declarations: it changes when a column does."""
    text = "\n".join(f"{dataset!r}" for dataset in DATASETS.values())
    return hashlib.sha256(text.encode()).hexdigest()[:12]
