"""Tables that were flattened to text: every dialect, every trap, and texts from which nothing can be put back."""

from __future__ import annotations

import pytest

from tests.tables.said import APPLICANTS, LICENCES_2019, RULES_2021, codes, flags, row, text_of

DISCLOSURE, APPLICATIONS, REVIEW = "proactive_disclosure", "applications", "review_litigation"
PRINTED = [
    (["第二十条第(一)项"], 3),
    (["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], 0),
    (["规章", "1", "2", "3"], 0),
    (["行政规范性文件", "4", "5", "6"], 0),
    (["第二十条第(五)项"], 3),
    (["信息内容", "本年处理决定数量"], 2),
    (["行政许可", "7"], 2),
]


def rows_as_lines(first: str, between: str, last: str, padding: str) -> str:
    return "\n".join(first + between.join(cells) + last + padding * extra for cells, extra in PRINTED)


def cells_as_lines(behind: str, padding: str, opening: str = "") -> str:
    return "\n".join(opening + f"{behind}\n".join(cells) + behind + (padding * bool(extra)) for cells, extra in PRINTED)


DIALECTS = {
    "A": rows_as_lines("", " | ", " | ", "|"),
    "A without its end pipe": rows_as_lines("", " | ", "", " |"),
    "A0": rows_as_lines("", " | ", " |", ""),
    "A1": rows_as_lines("| ", " | ", " | ", "|"),
    "A, tight": rows_as_lines("", "|", "|", "|"),
    "A, full-width pipes": rows_as_lines("", " ｜ ", " ｜", "｜"),
    "A, spaces": rows_as_lines("  ", "  |  ", "  |", "|"),
    "B": cells_as_lines(" |", " ||"),
    "B0": cells_as_lines(" |", ""),
    "B2": cells_as_lines(" |", "\n||"),
    "C": cells_as_lines(" |", " ||", "|\n"),
    "D": cells_as_lines("  | ", "||", "| \n "),
    "E": cells_as_lines("\n|", ""),
    "E1": cells_as_lines("\n|", "\n||"),
    "E2": cells_as_lines("\n|", " ||"),
    "F": cells_as_lines("\n", ""),
    "F1": cells_as_lines("", ""),
    "G": "\n".join("    " + "".join("0" if cell in "123456" else cell for cell in cells) for cells, _ in PRINTED),
    "H": "\n".join(" ".join(cells) for cells, _ in PRINTED),
    "markdown": "| 第二十条第(一)项 |  |  |  |\n| --- | --- | --- | --- |\n" + rows_as_lines("| ", " | ", " |", "  |"),
    "markdown, bare rule": "---|---|---|---\n" + rows_as_lines("", " | ", "", " |"),
    "doubled": "\n".join("|" + "||".join(cells) + "|" for cells, _ in PRINTED),
    "tabs": "\n".join("\t".join(cells) for cells, _ in PRINTED),
}


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "G"])
def test_every_dialect_gives_the_same_figures(dialect):
    report = text_of(DISCLOSURE, DIALECTS[dialect])
    assert (row(report, "rules"), row(report, "normative_documents"), row(report, "licences")) == ([1, 2, 3], [4, 5, 6], [7])
    assert not [figure for figure in report.figures if figure.flags]


def test_glued_zeros_have_one_reading():
    report = text_of(DISCLOSURE, DIALECTS["G"])
    assert (row(report, "rules"), row(report, "licences")) == ([0, 0, 0], [7])


def test_glued_digits_are_doubted():
    report = text_of(DISCLOSURE, DIALECTS["G"].replace("规章000", "规章123"))
    assert row(report, "rules") in ([1, 2, 3], ["unreadable"] * 3)
    assert "read.glued" in flags(report, "rules")


def test_glued_digits_with_several_cuts_have_no_value():
    report = text_of(DISCLOSURE, DIALECTS["G"].replace("规章000", "规章12345"))
    assert set(row(report, "rules")) <= {"unreadable"}


def test_two_dialects_on_one_page():
    lines = DIALECTS["F1"].replace("\n信息内容\n本年处理决定数量\n行政许可\n7", "\n信息内容 | 本年处理决定数量 |\n行政许可 | 7 |")
    report = text_of(DISCLOSURE, lines)
    assert (row(report, "rules"), row(report, "licences")) == ([1, 2, 3], [7])


def test_padding_at_the_end_is_no_blank_cell():
    report = text_of(APPLICATIONS, APPLICANTS + "一、本年新收政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1 | ||\n")
    assert row(report, "new_received") == [1, 0, 0, 0, 0, 0, 1]


def test_unpadded_last_row():
    report = text_of(DISCLOSURE, "第二十条第(八)项 | |||\n信息内容 | 本年收费金额(单位:万元) | ||\n行政事业性收费 | 0.5")
    assert [str(value) for value in row(report, "admin_fees")] == ["0.5"]


# -- blank cells


FULL = "二、上年结转政府信息公开申请数量 | 1 | 2 | 3 | 4 | 5 | 6 | 21 |\n"


def test_blank_cells_that_are_kept_stay_in_place():
    lines = APPLICANTS + FULL + "一、本年新收政府信息公开申请数量 | 1 | | 2 | 0 | | 0 | 3 |\n"
    report = text_of(APPLICATIONS, lines)
    assert row(report, "new_received") == [1, "blank", 2, 0, "blank", 0, 3]


def test_short_row_without_a_sign_of_its_blanks_has_no_value():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | 1 | 2 |\n行政规范性文件 | 4 | 5 | 6 |\n")
    assert set(row(report, "rules")) == {"unreadable"}
    assert flags(report, "rules") == {"read.ambiguous"}
    assert row(report, "normative_documents") == [4, 5, 6]


def test_blanks_that_collapsed_to_the_rows_end_are_not_read_in_order():
    lines = APPLICANTS + FULL + "一、本年新收政府信息公开申请数量 | 1 | 1 | |||||\n"
    report = text_of(APPLICATIONS, lines)
    sure = [figure for figure in report.figures if ".new_received." in figure.figure and figure.value is not None and not figure.flags]
    assert sure == []


def test_row_of_no_cells_is_blank():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | | | |\n行政规范性文件 | 4 | 5 | 6 |\n")
    assert row(report, "rules") == ["blank", "blank", "blank"]


def test_table_of_blanks_is_a_fact_of_its_own():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | | | |\n行政规范性文件 | | | |\n")
    assert report.tables[DISCLOSURE].state == "blank"


def test_short_row_that_only_one_placement_adds_up():
    lines = (
        APPLICANTS
        + "一、本年新收政府信息公开申请数量 | 5 | 0 | 0 | 0 | 2 | 0 | 7 |\n"
        + "二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |\n三、本年度办理结果 |\n"
        + "(一)予以公开 | 5 | 2 | 7 |\n"
        + "(七)总计 | 5 | 0 | 0 | 0 | 2 | 0 | 7 |\n四、结转下年度继续办理 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |\n"
    )
    report = text_of(APPLICATIONS, lines)
    read = row(report, "granted")
    assert read in (["unreadable"] * 7, [5, "blank", "blank", "blank", 2, "blank", 7])
    assert flags(report, "granted") <= {"read.by_relation", "read.ambiguous"}
    assert flags(report, "granted")


# -- labels


def test_rowspan_label_printed_once_repeated_or_on_a_row_of_its_own():
    once = "三、本年度办理结果 | (一)予以公开 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n(七)总计 | 2 | 0 | 0 | 0 | 0 | 0 | 2 |\n"
    repeated = once.replace("(七)", "三、本年度办理结果 | (七)")
    own = once.replace("结果 | (一)", "结果 |\n(一)")
    for lines in (once, repeated, own):
        report = text_of(APPLICATIONS, APPLICANTS + lines)
        assert (row(report, "granted")[0], row(report, "total_processed")[0]) == (1, 2)


@pytest.mark.parametrize(
    "torn",
    [
        "1\n.属于国家秘密",
        "1.\n属于国家秘密",
        "1.属于国\n家秘密",
        "1.属于 国家 秘密",
        "1.\n属于\n国家\n秘密",
        "(三)不予公开 | 1.属于国家秘密",
        "(三)不予公开1.属于国家秘密",
        "（三）不予公开 |\n1.属于国家秘密",
    ],
)
def test_torn_labels_keep_their_row(torn):
    report = text_of(
        APPLICATIONS, APPLICANTS + f"{torn} | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n2.其他法律行政法规禁止公开 | 2 | 0 | 0 | 0 | 0 | 0 | 2 |\n"
    )
    assert row(report, "denied_state_secret") == [1, 0, 0, 0, 0, 0, 1]
    assert row(report, "denied_law_forbids") == [2, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(
    "header",
    [
        "信息内容 | 本年制\n发件数 | 本年废\n止件数 | 现行有\n效件数 |",
        "信息内容 | 本年制发 件数 | 本年废止 件数 | 现行有效 件数 |",
        "信息\n内容 |\n本年\n制发\n件数 |\n本年废止件数 |\n现行有效件数 |",
    ],
)
def test_header_words_over_lines(header):
    report = text_of(DISCLOSURE, f"{header}\n规章 | 1 | 2 | 3 |\n")
    assert row(report, "rules") == [1, 2, 3]


def test_header_words_over_rows():
    head = "自然人 | 法人或其他组织 | 总计 |\n商业 | 科研 | 社会公益 | 法律服务 | 其他 |\n企业 | 机构 | 组织 | 机构 | |\n"
    report = text_of(APPLICATIONS, head + "一、本年新收政府信息公开申请数量 | 1 | 2 | 0 | 0 | 0 | 0 | 3 |\n")
    assert row(report, "new_received") == [1, 2, 0, 0, 0, 0, 3]


def test_cut_headers_are_told_apart_by_their_order():
    lines = "第二十条第(一)项\n信息内容 | 本年新 | 本年新 | 对外公开总数量 |\n规章 | 1 | 2 | 3 |\n"
    report = text_of(DISCLOSURE, lines)
    assert list(report.figures.figure) == [f"{DISCLOSURE}.rules.{name}" for name in ("newly_made", "newly_disclosed", "total_disclosed")]
    assert row(report, "rules") == [1, 2, 3]


def test_label_with_an_explanation_that_holds_other_labels_and_numbers():
    lines = LICENCES_2019 + "其他对外管理服务事项(指行政许可以外的事项,含行政处罚、行政强制 3 项) | 1 | 2 | 3 |\n"
    report = text_of(DISCLOSURE, lines)
    assert row(report, "other_external_services") == [1, 2, 3]
    assert row(report, "penalties") == row(report, "coercion") == []


def test_label_in_running_text_opens_no_row():
    report = text_of(DISCLOSURE, "本年度制发规章\n3 件。全镇行政许可 12 件,\n行政处罚工作 5 次\n" + RULES_2021 + "规章 | 1 | 2 | 3 |\n")
    assert row(report, "rules") == [1, 2, 3]
    assert row(report, "penalties") == row(report, "licences") == []


def test_extra_row_is_left_out():
    report = text_of(DISCLOSURE, RULES_2021 + "规章 | 1 | 2 | 3 |\n其他主动公开文件 | 61 | 58 | 77 |\n行政规范性文件 | 4 | 5 | 6 |\n")
    assert (row(report, "rules"), row(report, "normative_documents")) == ([1, 2, 3], [4, 5, 6])
    assert "row.foreign" in codes(report)


def test_section_title_as_a_row_of_the_table():
    report = text_of(DISCLOSURE, "二、主动公开政府信息情况 | |||\n" + RULES_2021 + "规章 | 1 | 2 | 3 |\n")
    assert row(report, "rules") == [1, 2, 3]


# -- what stands between


@pytest.mark.parametrize("number", ["- 2 -", "— 2 —", "第2页", "第 2 页 共 5 页", "2/5", "－２－"])
def test_page_number_between_rows_is_no_figure(number):
    lines = "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n1\n2\n3\n" + f"{number}\n行政规范性文件\n4\n5\n6\n"
    report = text_of(DISCLOSURE, lines)
    assert (row(report, "rules"), row(report, "normative_documents")) == ([1, 2, 3], [4, 5, 6])


def test_bare_page_number_between_rows_is_never_a_sure_figure():
    lines = "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n1\n2\n3\n2\n行政规范性文件\n4\n5\n6\n"
    report = text_of(DISCLOSURE, lines)
    assert row(report, "normative_documents") == [4, 5, 6]
    assert row(report, "rules") == [1, 2, 3] or flags(report, "rules")


def test_heading_and_header_again_behind_a_page_break():
    lines = RULES_2021 + "规章 | 1 | 2 | 3 |\n- 2 -\n二、主动公开政府信息情况\n" + RULES_2021 + "行政规范性文件 | 4 | 5 | 6 |\n"
    report = text_of(DISCLOSURE, lines)
    assert (row(report, "rules"), row(report, "normative_documents")) == ([1, 2, 3], [4, 5, 6])


def test_page_number_inside_a_row():
    lines = "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n1\n- 2 -\n2\n3\n"
    assert row(text_of(DISCLOSURE, lines), "rules") == [1, 2, 3]


def test_row_whose_label_wraps_around_its_figures():
    lines = (
        "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计\n"
        "一、本年新收政府信息公开申请数量 9 0 0 0 0 0 9\n二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0\n"
        "(一)予以公开 1 0 0 0 0 0 1\n(二)部分公开(区分处理的,只计这一情形,\n2 0 0 0 0 0 2\n不计其他情形)\n"
        "1.属于国家秘密 3 0 0 0 0 0 3\n2.其他法律行政法规禁止公开 4 0 0 0 0 0 4\n"
    )
    report = text_of(APPLICATIONS, lines)
    assert row(report, "denied_state_secret") == [3, 0, 0, 0, 0, 0, 3]
    assert row(report, "partly_granted") in ([2, 0, 0, 0, 0, 0, 2], [])


# -- table four


def test_fifteen_figures_on_one_line():
    head = "行政复议 | 行政诉讼 |\n未经复议直接起诉 | 复议后起诉 |\n" + "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | " * 3
    report = text_of(REVIEW, f"{head}\n{' | '.join(map(str, range(1, 16)))} |\n")
    read = [*row(report, "review"), *row(report, "litigation_direct"), *row(report, "litigation_after_review")]
    assert read == list(range(1, 16))


def test_fifteen_figures_below_shredded_headers():
    leaves = f"{' '.join('结结其尚总' * 3)}\n{' '.join('果果他未计' * 3)}\n"
    head = f"行政复议 行政诉讼\n未经复议直接起诉 复议后起诉\n{leaves}"
    report = text_of(REVIEW, head + " ".join(map(str, range(1, 16))) + "\n")
    read = [*row(report, "review"), *row(report, "litigation_direct"), *row(report, "litigation_after_review")]
    assert read == list(range(1, 16))


def test_fourteen_figures_are_not_fifteen():
    head = "行政复议 | 行政诉讼 |\n未经复议直接起诉 | 复议后起诉 |\n" + "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | " * 3
    report = text_of(REVIEW, f"{head}\n{' | '.join(map(str, range(1, 15)))} |\n")
    assert not [figure for figure in report.figures if figure.value is not None and not figure.flags]


# -- several procurement rows


def test_procurement_project_by_project_has_no_total():
    lines = (
        "第二十条第(九)项\n信息内容 | 采购项目数量 | 采购总金额 |\n"
        "政府集中采购 | 办公设备2019年第2批 | 61200 |\n信息系统运维 | 352000元 |\n会议费3次 | 4.5万元 |\n"
    )
    report = text_of(DISCLOSURE, lines)
    assert not [value for value in row(report, "central_procurement") if isinstance(value, int)]
    assert flags(report, "central_procurement")


# -- what cannot be put back


def test_text_that_lost_its_repeated_lines_is_refused():
    lines = DIALECTS["F1"].split("\n") + "第二十条第(六)项\n信息内容\n本年处理决定数量\n行政处罚\n8\n行政强制\n7".split("\n")
    report = text_of(DISCLOSURE, "\n".join(dict.fromkeys(lines)))
    assert report.tables[DISCLOSURE].state == "refused"
    assert len(report.figures) == 0
    assert "table.refused" in codes(report)


def test_text_that_lost_its_repeated_zeros_is_never_read_as_zeros():
    lines = (
        "第二十条第(一)项\n信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n0\n行政规范性文件\n"
        "第二十条第(五)项\n本年处理决定数量\n行政许可\n12\n第二十条第(六)项\n行政处罚\n行政强制\n"
    )
    report = text_of(DISCLOSURE, lines)
    assert not [figure for figure in report.figures if figure.value is not None and not figure.flags]


def test_flood_of_pipes_is_refused():
    flood = "|" * 160 + "".join(f"{'|'.join(cells)}|||" for cells, _ in PRINTED) + "|" * 160
    report = text_of(DISCLOSURE, flood)
    assert report.tables[DISCLOSURE].state == "refused"
    assert len(report.figures) == 0


def test_heading_without_a_table_is_missing():
    report = text_of(DISCLOSURE, "详见附件。")
    assert report.tables[DISCLOSURE].state == "missing"
    assert any("heading is there" in issue.message for issue in report.issues)


def test_menus_poured_out_are_no_refused_table():
    report = text_of(DISCLOSURE, "|" * 160 + "网站首页|政务公开|办事服务" + "|" * 160)
    assert report.tables[DISCLOSURE].state == "missing"


@pytest.mark.parametrize("size", [6_000])
@pytest.mark.parametrize(
    "part", ["1,", "（一", "规章 ", "| ", "0\n", "规章\n", "第二十条第(一)项\n", "行政许可 | 0 |\n", "一、\n", "规章0"]
)
def test_long_text_of_one_thing_ends(part, size):
    text_of(DISCLOSURE, part * (size // len(part)))
