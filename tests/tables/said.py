"""Shorthand for tests of tables: a few lines of a report in, what was read of them out."""

from __future__ import annotations

from pipeline import read_report
from pipeline.model import Number, Report

_HEADINGS = {
    "proactive_disclosure": "二、主动公开政府信息情况",
    "applications": "三、收到和处理政府信息公开申请情况",
    "review_litigation": "四、政府信息公开行政复议、行政诉讼情况",
}
RULES_2021 = "第二十条第(一)项\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n"
RULES_2019 = "第二十条第(一)项\n信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量 |\n"
LICENCES_2019 = "第二十条第(五)项\n信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |\n"
APPLICANTS = "自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |\n"


def text_of(table: str, lines: str) -> Report:
    """The report of a text that has one table under its heading."""
    return read_report(f"{_HEADINGS[table]}\n{lines.rstrip()}\n五、存在的主要问题及改进情况\n无\n".encode(), name="report.txt")


def html_of(table: str, markup: str) -> Report:
    """The report of a page that has one table under its heading."""
    return read_report(f"<html><body><p>{_HEADINGS[table]}</p>{markup}<p>五、存在的主要问题及改进情况</p></body></html>".encode())


def row(report: Report, row_id: str) -> list[Number | str | None]:
    """The figures of one row in the order of the form: the number, else the status; None where the row is absent."""
    return [
        figure.value if figure.value is not None else figure.status for figure in report.figures if figure.figure.split(".")[1] == row_id
    ]


def flags(report: Report, row_id: str) -> set[str]:
    """All doubts about the reading of one row's figures."""
    flagged = [figure.flags for figure in report.figures if figure.figure.split(".")[1] == row_id]
    return {flag for some in flagged for flag in some if flag.startswith("read.")}


def codes(report: Report) -> list[str]:
    """The codes of all issues about tables and figures."""
    return [issue.code for issue in report.issues if not issue.code.startswith(("unit.", "year.", "title.", "prose."))]
