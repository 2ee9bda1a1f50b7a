"""What is found out from the reports: relations, indicators, coverage, units, issues, and the dictionary of it all."""

from __future__ import annotations

from pipeline.normalizer.schemas.columns import DOCUMENT_ID, KEYS, PLACES, REPORT_ID, SYNTHETIC, UNIT_ID, YEAR, Column, Dataset, required

CHECKS = Dataset(
    "checks",
    "One relation between figures, evaluated",
    "勾稽关系核对",
    (
        *KEYS,
        Column("check_id", "text", "Relation (see dictionary)", "关系", required=True),
        Column("severity", "text", "error, warning or note", "严重程度", required=True),
        Column(
            "scope_key",
            "text",
            "Column, row, group, table, figure or other side that the relation was evaluated in; null for the whole or all together",
            "核对范围",
        ),
        Column("outcome", "text", "passed, failed or not_applicable", "结果", required=True),
        Column("reason", "text", "Why not applicable, or what a failed relation lacks", "原因"),
        Column("doubted", "yes_no", "True if a figure in the relation carries a read.* flag", "是否存疑", required=True),
        Column("left_value", "money", "Left side", "左边"),
        Column("right_value", "money", "Right side", "右边"),
        Column("figures", "text", "Figures with a value in the relation, separated by spaces", "涉及数据项"),
        Column(
            "other_report_id",
            "text",
            "Report that the relation holds this one against: last year's, a neighbour's, the county's",
            "对照报告",
        ),
        required(DOCUMENT_ID),
        SYNTHETIC,
    ),
    ("check_id", "unit_id", "report_id", "scope_key", "other_report_id"),
)

UNITS = Dataset(
    "units",
    "One publishing unit",
    "单位",
    (
        required(UNIT_ID),
        Column(
            "resolved",
            "yes_no",
            "True if the unit was found in the list of divisions; its id then begins with u",
            "是否已识别",
            required=True,
        ),
        Column(
            "name", "text", "Full name, from the province down; the printed one while the unit is not resolved", "单位全称", required=True
        ),
        Column("body", "text", "What the unit is within its division: 人民政府, 民政局, …", "机构"),
        Column("level", "text", "Administrative level: province, city, county, township, development_zone", "行政层级"),
        Column("kind", "text", "government, department, street_office or other", "单位类别"),
        *PLACES,
        Column("division_code", "text", "Code of the unit's division, 12 digits", "区划代码"),
        Column(
            "root_code",
            "text",
            "First code that the division had: it stays through renamings and is what the id is made of",
            "原始区划代码",
        ),
        Column("names_printed", "text", "Names as printed, separated by ' | '", "原文名称"),
        Column("former_names", "text", "Former names of the division, separated by ' | ', the latest first", "曾用名"),
        Column("merged_from", "text", "Divisions that were merged into this one, separated by ' | '", "合并自"),
        Column("merged_into", "text", "Division that this one was merged into", "并入"),
        Column("first_year", "year", "First year of which there is a report", "最早年度"),
        Column("last_year", "year", "Last year of which there is a report", "最近年度"),
        Column("reports", "number", "Reports of the unit", "报告数", required=True),
        SYNTHETIC,
    ),
    ("unit_id",),
    cut="province",
)

REDIRECTS = Dataset(
    "redirects",
    "An id that was given up for another",
    "编号变更",
    (
        Column("old_id", "text", "Unit id that was used before", "原编号", required=True),
        Column("new_id", "text", "Unit id that stands for it now", "现编号", required=True),
        Column(
            "reason", "text", "resolved (found in the list of divisions) or renamed (a change list joined two codes)", "原因", required=True
        ),
    ),
    ("old_id", "new_id"),
    cut="nothing",
)

INDICATORS = Dataset(
    "indicators",
    "One derived indicator of one report",
    "指标",
    (
        *KEYS,
        Column("indicator", "text", "Indicator (see dictionary)", "指标", required=True),
        Column("value", "ratio", "Numerator / denominator, or the number itself; null where it cannot be said", "数值"),
        Column("numerator", "money", "Numerator", "分子"),
        Column("denominator", "money", "Denominator; null for an indicator that is a number", "分母"),
        Column(
            "reason",
            "text",
            "Why there is no value: a code such as denominator_zero or figure_blank, and behind a colon what it concerns",
            "无值原因",
        ),
        Column("caveats", "text", "Codes separated by spaces: small_number, doubted, contradiction, break_2021, …", "注意事项"),
        SYNTHETIC,
    ),
    ("indicator", "unit_id", "report_id"),
)

COVERAGE = Dataset(
    "coverage",
    "One unit and year: whether its report was published, and how that is known",
    "公开情况",
    (
        required(UNIT_ID),
        required(YEAR),
        Column("state", "text", "published, after_deadline, withdrawn, unreadable, not_found or not_collected", "状态", required=True),
        Column("report_id", "text", "The report; null if there is none", "报告编号"),
        Column("name", "text", "Full name of the unit", "单位全称", required=True),
        Column("level", "text", "Administrative level", "行政层级"),
        Column("kind", "text", "government, department, street_office or other", "单位类别"),
        *PLACES,
        Column("published_on", "day", "Day of publication as the page states it", "发布日期"),
        Column("due_on", "day", "Day by which it was due: 31 January, or 31 March for a government-wide report", "应公开日期"),
        Column("days_late", "number", "Days from the due day to the day of publication; negative if before", "逾期天数"),
        Column("seen_on", "moment", "When the state was found: the capture, or the end of the complete reading of the list", "查证时间"),
        Column(
            "evidence",
            "text",
            "What the state rests on: an address, a list that was read completely, nothing collected",
            "依据",
            required=True,
        ),
        SYNTHETIC,
    ),
    ("unit_id", "report_year"),
    cut="province",
)

ISSUES = Dataset(
    "issues",
    "One finding about a document, a table or a figure",
    "问题",
    (
        REPORT_ID,
        UNIT_ID,
        YEAR,
        DOCUMENT_ID,
        Column("level", "text", "error, warning or note", "级别", required=True),
        Column("code", "text", "Stable code such as table.missing", "代码", required=True),
        Column("table_id", "text", "Table of the form", "表"),
        Column("figure", "text", "Figure of the form", "数据项"),
        Column("message", "text", "One sentence", "说明", required=True),
        Column("evidence", "text", "The text it rests on", "依据"),
        SYNTHETIC,
    ),
    ("code", "unit_id", "report_id", "document_id", "table_id", "figure", "message", "evidence"),
)

DICTIONARY = Dataset(
    "dictionary",
    "One figure, column, code or relation with its meaning",
    "数据字典",
    (
        Column("entry", "text", "figure, column, check, indicator or code", "条目类别", required=True),
        Column("id", "text", "Figure, dataset.column, relation, indicator or code", "编号", required=True),
        Column("dataset", "text", "Dataset that it stands in", "数据集"),
        Column("label_zh", "text", "Chinese label; for a figure the labels of the form from the outermost in", "中文标签"),
        Column("label_en", "text", "English label", "英文标签"),
        Column("definition", "text", "What it means", "定义"),
        Column("unit", "text", "Unit", "单位"),
        Column("type", "text", "Type of the values", "类型"),
        Column("forms", "text", "Forms that print it, separated by spaces", "适用表样"),
        Column(
            "comparable_with",
            "text",
            "Figures of the other form whose sum means the same, joined by ' + '; the same id where both forms print it; null if none",
            "另一表样可比项",
        ),
    ),
    ("entry", "id"),
    cut="nothing",
)
