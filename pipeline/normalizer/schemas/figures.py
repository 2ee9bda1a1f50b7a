"""What reports print: figures, money, prose, sections."""

from __future__ import annotations

from pipeline.normalizer.schemas.columns import (
    CORRECTION,
    DOCUMENT_ID,
    FIGURE,
    FLAGS,
    ITEM,
    KEYS,
    MEASURE,
    PLACE,
    RAW,
    SECTION,
    STATUS,
    SYNTHETIC,
    Column,
    Dataset,
    required,
)

FIGURE_KEYS = (*KEYS, FIGURE, ITEM, MEASURE)


def figures(name: str, description: str, label_zh: str) -> Dataset:
    """The dataset of the counts of one table."""
    value = Column("value", "count", "The count as printed, in `unit`; null unless status is reported", "数值")
    corrected = Column(
        "value_corrected", "count", "The count after a correction by hand, in `unit`; null where there is none", "更正后数值"
    )
    unit = Column("unit", "text", "Unit of the value", "单位")
    columns = (
        *(*FIGURE_KEYS, value, STATUS, unit, RAW, required(DOCUMENT_ID), *PLACE, FLAGS),
        *(corrected, CORRECTION, SYNTHETIC),
    )
    return Dataset(name, description, label_zh, columns, ("figure", "unit_id", "report_id"))


FEES = Dataset(
    "fees",
    "One money figure: administrative fees, information-processing fees, central procurement",
    "收费与采购金额",
    (
        *FIGURE_KEYS,
        Column("amount", "money", "The amount as printed, in `unit`", "金额（原文）"),
        Column("unit", "text", "Unit of the amount as printed or as the form prints it; null if none is", "金额单位"),
        Column("amount_yuan", "money", "The amount in yuan; null if the unit is not known", "金额（元）", unit="元"),
        STATUS,
        Column("source", "text", "table, or prose (read from running text)", "出处", required=True),
        Column("caveat", "text", "unit_not_printed, unit_unknown, approximate, out_of_range; codes separated by spaces", "注意事项"),
        RAW,
        required(DOCUMENT_ID),
        *PLACE,
        SECTION,
        FLAGS,
        Column("amount_corrected", "money", "The amount after a correction by hand, in `unit`; null where there is none", "更正后金额"),
        Column(
            "amount_yuan_corrected", "money", "The corrected amount in yuan; null if the unit is not known", "更正后金额（元）", unit="元"
        ),
        CORRECTION,
        SYNTHETIC,
    ),
    ("figure", "unit_id", "report_id", "section", "raw"),
)

PROSE = Dataset(
    "prose_figures",
    "One figure read from the running text of a section; never a table figure",
    "文字数据",
    (
        *KEYS,
        FIGURE,
        Column("value", "money", "The number as the sentence states it", "数值"),
        Column("approximate", "yes_no", "True if the sentence says about, more than, …", "是否约数"),
        SECTION,
        Column("sentence", "text", "The sentence", "原句"),
        required(DOCUMENT_ID),
        SYNTHETIC,
    ),
    ("figure", "unit_id", "report_id", "section", "sentence"),
)

SECTIONS = Dataset(
    "sections",
    "The text of one section",
    "章节文字",
    (
        *KEYS,
        required(SECTION),
        Column("text", "text", "Text of the section, damage undone", "文字"),
        required(DOCUMENT_ID),
        SYNTHETIC,
    ),
    ("section", "unit_id", "report_id"),
)
