"""HTML tables of the form: which cell is which figure, whatever the spans and the publisher did to the table."""

from __future__ import annotations

import pytest

from tests.tables.said import codes, flags, html_of, row

HEAD_2021 = "<tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数"
HEAD_2019 = "<tr><td>信息内容<td>上一年项目数量<td>本年增/减<td>处理决定数量"
DISCLOSURE, APPLICATIONS, REVIEW = "proactive_disclosure", "applications", "review_litigation"
PEOPLE = "<tr><td colspan=3>" + "<td>".join(["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"])
LEAVES = "<tr>" + "".join(f"<td>{label}" for label in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3)
GROUPS = "<tr><td colspan=5 rowspan=2>行政复议<td colspan=10>行政诉讼<tr><td colspan=5>未经复议直接起诉<td colspan=5>复议后起诉"


def test_cells_under_their_headers():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td>1<td>2<td>3</table>")
    assert row(report, "rules") == [1, 2, 3]
    assert not flags(report, "rules")


def test_columns_in_another_order_follow_their_headers():
    table = "<table><tr><td>信息内容<td>现行有效件数<td>本年制发件数<td>本年废止件数<tr><td>规章<td>3<td>1<td>2</table>"
    assert row(html_of(DISCLOSURE, table), "rules") == [1, 2, 3]


def test_groups_of_table_four_in_another_order_follow_their_headers():
    head = "<tr><td colspan=10>行政诉讼<td colspan=5 rowspan=2>行政复议<tr><td colspan=5>复议后起诉<td colspan=5>未经复议直接起诉"
    figures = "<tr>" + "".join(f"<td>{n}" for n in (1, 0, 0, 0, 1, 0, 2, 0, 0, 2, 0, 0, 3, 0, 3))
    report = html_of(REVIEW, f"<table>{head}{LEAVES}{figures}</table>")
    assert row(report, "litigation_after_review") == [1, 0, 0, 0, 1]
    assert row(report, "litigation_direct") == [0, 2, 0, 0, 2]
    assert row(report, "review") == [0, 0, 3, 0, 3]


def test_table_four_in_the_official_order():
    figures = "<tr>" + "".join(f"<td>{n}" for n in range(1, 16))
    report = html_of(REVIEW, f"<table>{GROUPS}{LEAVES}{figures}</table>")
    read = [*row(report, "review"), *row(report, "litigation_direct"), *row(report, "litigation_after_review")]
    assert read == list(range(1, 16))
    assert not flags(report, "review")


def test_label_before_the_fifteen_figures():
    figures = "<tr><td>数量" + "".join(f"<td>{n}" for n in range(1, 16))
    report = html_of(
        REVIEW, f"<table><tr><td><td colspan=5 rowspan=2>行政复议<td colspan=10>行政诉讼{GROUPS[-70:]}{LEAVES}{figures}</table>"
    )
    assert [value for value in row(report, "review") if value == "数量"] == []


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_phantom_column_without_a_header_or_a_figure(at):
    def line(*cells: str) -> str:
        return "<tr>" + "".join(f"<td>{text}" for text in (*cells[:at], "", *cells[at:]))

    table = (
        line("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
        + line("规章", "1", "2", "3")
        + line("行政规范性文件", "4", "5", "6")
    )
    report = html_of(DISCLOSURE, f"<table>{table}</table>")
    assert (row(report, "rules"), row(report, "normative_documents")) == ([1, 2, 3], [4, 5, 6])
    assert not flags(report, "rules")


@pytest.mark.parametrize("value", ["<td colspan=2>9<td>", "<td>9<td><td>", "<td colspan=3>9"])
def test_one_value_and_the_blank_cells_behind_it(value):
    report = html_of(
        DISCLOSURE,
        f"<table>{HEAD_2021}<tr><td>规章<td>1<td>2<td>3<tr><td>信息内容<td colspan=3>本年处理决定数量<tr><td>行政许可{value}</table>",
    )
    assert row(report, "licences") == [9]


def test_edges_of_header_and_figures_that_do_not_meet():
    table = (
        "<table><tr><td>信息内容<td>本年制发件数<td colspan=2>本年废止件数<td colspan=2>现行有效件数"
        "<tr><td>规章<td colspan=2>1<td>2<td colspan=2>3</table>"
    )
    assert row(html_of(DISCLOSURE, table), "rules") == [1, 2, 3]


@pytest.mark.fault("V05")
def test_last_row_with_fewer_cells_is_not_filled_with_zeros():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td>1<td>2<td>3<tr><td>行政规范性文件<td>4<td>5</table>")
    read = row(report, "normative_documents")
    assert 0 not in read
    assert flags(report, "normative_documents") or read == [4, 5]
    assert "table.incomplete" in codes(report)


def test_merged_cells_are_not_divided_among_the_columns():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td colspan=3>0<tr><td>行政规范性文件<td>4<td>5<td>6</table>")
    assert set(row(report, "rules")) == {"unreadable"}
    assert flags(report, "rules") == {"read.ambiguous"}
    assert row(report, "normative_documents") == [4, 5, 6]


def test_merged_blank_cell_is_blank_in_every_column():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td colspan=3><tr><td>行政规范性文件<td>4<td>5<td>6</table>")
    assert row(report, "rules") == ["blank", "blank", "blank"]


@pytest.mark.fault("V05")
def test_fewer_values_than_columns_with_spans_that_tell():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td>1<td colspan=2>2</table>")
    assert "reported" not in {figure.status for figure in report.figures if not figure.flags}


def test_more_figures_than_columns_are_never_read_as_sure():
    report = html_of(DISCLOSURE, "<table><tr><td>信息内容<td colspan=3>本年处理决定数量<tr><td>行政处罚<td>5<td>7<td>0</table>")
    assert row(report, "penalties") == ["unreadable"]
    assert flags(report, "penalties") == {"read.ambiguous"}


def table_three(*lines: str) -> str:
    return f"<table>{PEOPLE}{''.join(lines)}</table>"


def figures(*numbers: int) -> str:
    return "".join(f"<td>{n}" for n in numbers)


def test_group_labels_that_span_rows():
    table = table_three(
        f"<tr><td rowspan=3>三、本年度办理结果<td colspan=2>（一）予以公开{figures(1, 0, 0, 0, 0, 0, 1)}",
        f"<tr><td rowspan=2>（三）不予公开<td>1.属于国家秘密{figures(2, 0, 0, 0, 0, 0, 2)}",
        f"<tr><td>2.其他法律行政法规禁止公开{figures(3, 0, 0, 0, 0, 0, 3)}",
    )
    report = html_of(APPLICATIONS, table)
    assert [row(report, name)[0] for name in ("granted", "denied_state_secret", "denied_law_forbids")] == [1, 2, 3]


@pytest.mark.fault("P03")
def test_rowspan_that_overshoots_its_group_shifts_no_figure():
    table = table_three(
        f"<tr><td rowspan=3>三、本年度办理结果<td colspan=2>（一）予以公开{figures(1, 0, 0, 0, 0, 0, 1)}",
        f"<tr><td colspan=2>（七）总计{figures(2, 0, 0, 0, 0, 0, 2)}",
        f"<tr><td colspan=3>四、结转下年度继续办理{figures(3, 0, 0, 0, 0, 0, 3)}",
    )
    report = html_of(APPLICATIONS, table)
    assert row(report, "total_processed") == [2, 0, 0, 0, 0, 0, 2]
    assert row(report, "carried_forward") == [3, 0, 0, 0, 0, 0, 3]


@pytest.mark.fault("P04")
def test_overlapping_cells_are_doubted():
    table = table_three(
        "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td rowspan=2>1" + figures(0, 0, 0, 0, 0, 1),
        "<tr><td colspan=4>二、上年结转政府信息公开申请数量" + figures(5, 0, 0, 0, 0, 0, 5),
    )
    report = html_of(APPLICATIONS, table)
    assert all(figure.flags for figure in report.figures if ".carried_over." in figure.figure and figure.value is not None)
    assert not flags(report, "new_received")


def test_header_words_spread_over_rows():
    head = "<tr><td rowspan=2>信息内容<td>本年制发<td>本年废止<td>现行有效<tr><td>件数<td>件数<td>件数<tr><td>规章<td>1<td>2<td>3"
    report = html_of(DISCLOSURE, f"<table>{head}</table>")
    assert row(report, "rules") == [1, 2, 3]


def test_title_repeated_as_the_first_row_opens_no_row():
    table = f"<table><tr><td colspan=4>二、主动公开政府信息情况{HEAD_2021}<tr><td>规章<td>1<td>2<td>3</table>"
    assert row(html_of(DISCLOSURE, table), "rules") == [1, 2, 3]


def test_explanation_in_a_label_cell_does_not_make_it_another_row():
    table = f"<table>{HEAD_2019}<tr><td>其他对外管理服务事项（含行政处罚3项、行政强制、规章）<td>1<td>2<td>3</table>"
    report = html_of(DISCLOSURE, table)
    assert row(report, "other_external_services") == [1, 2, 3]
    assert row(report, "penalties") == row(report, "rules") == []


def test_foreign_row_is_left_out_and_named():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td>1<td>2<td>3<tr><td>其他主动公开文件<td>61<td>58<td>77</table>")
    assert row(report, "rules") == [1, 2, 3]
    assert "row.foreign" in codes(report)
    assert {61, 58, 77}.isdisjoint(value for value in report.figures.value if value is not None)


def test_unknown_row_is_left_out_and_named():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td>1<td>2<td>3<tr><td>规草文件<td>61<td>58<td>77</table>")
    assert "label.unknown" in codes(report)
    assert 61 not in report.figures.value


def test_page_break_without_a_second_header():
    table = f"<table>{HEAD_2021}<tr><td>规章<td>1<td>2<td>3</table><table><tr><td>行政规范性文件<td>4<td>5<td>6</table>"
    report = html_of(DISCLOSURE, table)
    assert (row(report, "rules"), row(report, "normative_documents")) == ([1, 2, 3], [4, 5, 6])


def test_page_break_with_its_header_again():
    table = (
        f"<table>{HEAD_2021}<tr><td>规章<td>1<td>2<td>3</table><p>- 2 -</p><table>{HEAD_2021}<tr><td>行政规范性文件<td>4<td>5<td>6</table>"
    )
    assert row(html_of(DISCLOSURE, table), "normative_documents") == [4, 5, 6]


@pytest.mark.fault("P12")
def test_hidden_cell_shifts_nothing():
    table = f"<table>{HEAD_2021}<tr><td>规章<td style='display:none'>9<td>1<td>2<td>3</table>"
    report = html_of(DISCLOSURE, table)
    assert row(report, "rules") == [1, 2, 3]
    assert "table.hidden_digits" in codes(report)


@pytest.mark.fault("P10")
def test_two_numbers_in_a_cell_are_no_figure():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td>1<br>2<td>3<td>4</table>")
    assert row(report, "rules") == ["unreadable", 3, 4]
    assert flags(report, "rules") == {"read.unreadable"}


@pytest.mark.parametrize(("unit", "told"), [("（单位：元）", "元"), ("（万元）", "万元"), ("", None)])
def test_unit_of_procurement_is_the_headers_or_unknown(unit, told):
    table = f"<table><tr><td>信息内容<td>采购项目数量<td>采购总金额{unit}<tr><td>政府集中采购<td>2<td>8040</table>"
    (amount,) = [figure for figure in html_of(DISCLOSURE, table).figures if figure.figure.endswith("amount")]
    assert (amount.value, amount.unit) == (8040, told)


def test_unit_in_the_cell_comes_before_the_headers():
    table = "<table><tr><td>信息内容<td>本年收费金额（单位：万元）<tr><td>行政事业性收费<td>152790元</table>"
    (amount,) = html_of(DISCLOSURE, table).figures
    assert (amount.value, amount.unit) == (152790, "元")


def test_blank_dash_and_zero_stay_apart():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td>0<td>/<td>&nbsp;</table>")
    assert row(report, "rules") == [0, "dash", "blank"]


@pytest.mark.fault("V04")
def test_table_of_blanks_is_blank_and_not_zero():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2021}<tr><td>规章<td><td><td><tr><td>行政规范性文件<td><td><td></table>")
    assert report.tables[DISCLOSURE].state == "blank"
    assert set(report.figures.value) == {None}


def test_table_four_whose_one_row_is_blank_is_blank_and_not_missing():
    report = html_of(REVIEW, f"<table>{GROUPS}{LEAVES}<tr>{'<td>&nbsp;' * 15}</table>")
    assert report.tables[REVIEW].state == "blank"
    assert set(report.figures.status) == {"blank"}
    assert len(report.figures) == 15


def test_picture_in_place_of_a_table_is_said():
    report = html_of(APPLICATIONS, "<p><img src=table.png></p>")
    assert report.tables[APPLICATIONS].state == "picture"
    assert "table.picture" in codes(report)


def test_doubtful_header_doubts_its_column_only():
    report = html_of(DISCLOSURE, f"<table>{HEAD_2019.replace('本年增/减', '本年数量')}<tr><td>行政许可<td>1<td>2<td>3</table>")
    assert {figure.figure.rpartition(".")[2]: bool(figure.flags) for figure in report.figures} == {
        "items_last_year": False,
        "items_change": True,
        "decisions": False,
    }


def test_several_procurement_rows_have_no_value_without_a_total():
    head = "<tr><td>信息内容<td>采购项目数量<td>采购总金额"
    lines = "<tr><td rowspan=2>政府集中采购<td>办公设备2019年第2批<td>61200<tr><td>信息系统运维<td>352000元"
    report = html_of(DISCLOSURE, f"<table>{head}{lines}</table>")
    assert not [value for value in row(report, "central_procurement") if isinstance(value, int)]
    assert "read.several" in flags(report, "central_procurement")


def test_several_procurement_rows_with_a_printed_total():
    head = "<tr><td>信息内容<td>采购项目数量<td>采购总金额"
    lines = "<tr><td rowspan=3>政府集中采购<td>1<td>61200<tr><td>2<td>352000<tr><td>合计<td>413200"
    report = html_of(DISCLOSURE, f"<table>{head}{lines}</table>")
    values = [value for value in row(report, "central_procurement") if isinstance(value, int)]
    assert values in ([], [413200])
