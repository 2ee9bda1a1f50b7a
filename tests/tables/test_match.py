"""Printed rows → figures: forms that are mixed, figures that come twice, what is doubted."""

from __future__ import annotations

import pytest

from tests.tables.said import APPLICANTS, LICENCES_2019, RULES_2019, RULES_2021, codes, flags, html_of, row, text_of

DISCLOSURE, APPLICATIONS = "proactive_disclosure", "applications"


def test_rows_of_both_forms_in_one_report():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | 1 | 2 | 3 |\n" + LICENCES_2019 + "行政许可 | 4 | +5 | 6 |\n")
    assert report.tables[DISCLOSURE].form == "mixed"
    assert report.form == "mixed"
    names = [figure.figure.rpartition(".")[2] for figure in report.figures]
    assert names == ["issued", "repealed", "in_force", "items_last_year", "items_change", "decisions"]


def test_single_row_six_of_2019_in_a_report_of_2021():
    lines = APPLICANTS + "（六）其他处理 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n（七）总计 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n"
    report = text_of(APPLICATIONS, lines)
    assert report.tables[APPLICATIONS].form == "2019"
    assert row(report, "other_handling") == [1, 0, 0, 0, 0, 0, 1]


def test_year_of_the_report_does_not_choose_the_form():
    report = text_of(DISCLOSURE, "2024年政府信息公开工作年度报告\n" + RULES_2019 + "规章 | 1 | 2 | 3 |\n")
    assert report.tables[DISCLOSURE].form == "2019"
    assert row(report, "rules") == [1, 2, 3]


def test_figure_printed_twice_with_one_value():
    report = text_of(DISCLOSURE, (RULES_2021 + "规章 | 1 | 2 | 3 |\n") * 2)
    assert row(report, "rules") == [1, 2, 3]
    assert "figure.repeated" in codes(report)


def test_figure_printed_twice_with_two_values_has_none():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | 1 | 2 | 3 |\n" + RULES_2021 + "规章 | 1 | 2 | 4 |\n")
    assert [figure.value for figure in report.figures][-1] is None
    assert flags(report, "rules") == {"read.several"}


def test_each_figure_stands_once_in_the_order_of_the_form():
    lines = RULES_2021 + "行政规范性文件 | 4 | 5 | 6 |\n规章 | 1 | 2 | 3 |\n"
    names = list(text_of(DISCLOSURE, lines).figures.figure)
    assert [name.split(".")[1] for name in names] == ["rules"] * 3 + ["normative_documents"] * 3


def test_every_doubt_is_an_issue_with_the_figure_and_its_text():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | 1 | 约20 | 3 |\n")
    (issue,) = [issue for issue in report.issues if issue.code == "read.unreadable"]
    assert (issue.figure, issue.evidence, issue.level) == ("proactive_disclosure.rules.repealed", "约20", "error")
    assert row(report, "rules") == [1, "unreadable", 3]


@pytest.mark.parametrize("text", ["3万", "3万元", "3元"])
def test_money_in_a_column_of_counts_is_doubted(text):
    report = html_of(DISCLOSURE, f"<table><tr><td>信息内容<td colspan=3>本年处理决定数量<tr><td>行政许可<td>{text}</table>")
    assert row(report, "licences") == ["unreadable"] or flags(report, "licences")


def test_missing_table_is_an_error_and_no_figure():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | 1 | 2 | 3 |\n")
    assert [issue.table for issue in report.issues if issue.code == "table.missing"] == ["applications", "review_litigation"]
    assert {figure.figure.split(".")[0] for figure in report.figures} == {DISCLOSURE}


def test_figures_of_the_form_that_are_not_there_are_counted():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | 1 | 2 | 3 |\n")
    assert report.tables[DISCLOSURE].state == "partial"
    (issue,) = [issue for issue in report.issues if issue.code == "table.incomplete"]
    assert issue.message.startswith("7 figures")


def test_figures_of_a_text_point_into_the_rebuilt_table():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | 1 | 2 | 3 |\n")
    grid = report.grids[report.figures.table[0]].expanded()
    assert [grid[figure.row][figure.column] for figure in report.figures] == ["1", "2", "3"]


def test_figures_of_a_page_point_to_their_cells():
    report = html_of(
        DISCLOSURE, "<table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数<tr><td>规章<td>1<td>2<td>3</table>"
    )
    assert [(figure.table, figure.row, figure.column) for figure in report.figures] == [(0, 1, 1), (0, 1, 2), (0, 1, 3)]


def test_prose_is_never_a_figure_of_a_table():
    report = text_of(DISCLOSURE, "本年度制发规章 3 件，行政许可 12 件。\n行政处罚 5 起\n")
    assert not [figure for figure in report.figures if figure.value is not None and not figure.flags]
