"""Which line is the heading of which section."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.sections import heading_section, split_sections


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("一、总体情况", 1),
        ("一、概述", 1),
        ("一、基本情况", 1),
        ("二、主动公开政府信息情况", 2),
        ("二、行政机关主动公开政府信息情况", 2),
        ("二，主动公开政府信息情况", 2),
        ("二.主动公开政府信息情况", 2),
        ("二：主动公开政府信息情况", 2),
        ("二 主动公开政府信息情况", 2),
        ("二主动公开政府信息情况", 2),
        ("2、主动公开政府信息情况", 2),
        ("第二部分主动公开政府信息情况", 2),
        ("  二、 主动公开 政府信息情况  ", 2),
        ("主动公开政府信息情况", 2),
        ("三、收到和处理政府信息公开申请情况", 3),
        ("三、行政机关收到和处理政府信息公开申请情况", 3),
        ("四、政府信息公开行政复议、行政诉讼情况", 4),
        ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", 4),
        ("五、存在的主要问题及改进情况", 5),
        ("五、政府信息公开工作存在的主要问题及改进情况", 5),
        ("六、其他需要报告的事项", 6),
        ("六、其他需要报告事项", 6),
    ],
)
def test_spellings_of_headings(line, section):
    assert heading_section(line) == section


@pytest.mark.parametrize(
    ("line", "section"), [("一、主动公开政府信息情况", 2), ("四、收到和处理政府信息公开申请情况", 3), ("七、其他需要报告的事项", 6)]
)
def test_the_wording_decides_where_the_number_is_wrong(line, section):
    assert heading_section(line) == section


@pytest.mark.parametrize(
    "line",
    [
        "",
        "二",
        "二、",
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "三、本年度办理结果",
        "四、结转下年度继续办理",
        "（一）主动公开政府信息情况",
        "（二）依申请公开情况",
        "二是主动公开政府信息的情况有待改进",
        "二、主动公开政府信息情况。2023年，我镇认真做好主动公开工作，通过网站、公示栏发布信息一百余条，及时回应社会关切",
        "1.属于国家秘密",
        "3.其他",
        "0",
        "行政复议",
        "行政诉讼",
    ],
)
def test_lines_that_only_look_like_headings(line):
    assert heading_section(line) is None


def test_text_before_the_first_heading_belongs_to_no_section():
    assert split_sections(["彩云镇年报", "一、总体情况", "甲", "乙"]) == {1: "甲\n乙"}


def test_second_numbering_continues_its_section():
    lines = ["一、总体情况", "甲", "二、主动公开政府信息情况", "表", "一、总体情况", "乙"]
    assert split_sections(lines) == {1: "甲\n乙", 2: "表"}


def test_heading_without_text_is_a_section_of_nothing():
    assert split_sections(["四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况"]) == {4: "", 5: ""}


def test_rows_of_table_three_do_not_open_sections():
    lines = ["三、收到和处理政府信息公开申请情况", "一、本年新收政府信息公开申请数量", "0", "四、结转下年度继续办理", "0"]
    assert list(split_sections(lines)) == [3]


@given(st.text(max_size=60))
def test_no_line_makes_it_raise(line):
    assert heading_section(line) in {None, 1, 2, 3, 4, 5, 6}


def test_the_last_section_ends_where_the_page_goes_on():
    lines = [
        "六、其他需要报告的事项",
        "主办部门按期报送。",
        "没有收取信息处理费。",
        "上一篇：2020年年报",
        "主办：示例县人民政府 网站标识码：0000000000",
        "打印本页",
    ]
    assert split_sections(lines) == {6: "主办部门按期报送。\n没有收取信息处理费。"}


def test_what_looks_like_the_page_before_the_tables_ends_nothing():
    lines = ["一、总体情况", "扫一扫", "收到申请3件。", "五、存在的主要问题及改进情况", "下一条：无", "六、其他需要报告的事项", "无。"]
    assert split_sections(lines) == {1: "扫一扫\n收到申请3件。", 5: "", 6: "无。"}
