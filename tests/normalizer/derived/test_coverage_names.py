"""Names in titles: who is said, who is mentioned, which year is meant."""

import tomllib
from pathlib import Path

import pytest

import pipeline.normalizer
from pipeline.normalizer.derived.coverage_names import Names, core, last_part, left_over, variants, years_of

COUNTY = {
    "qingshi": ["示例省明川市云河县青石镇人民政府", "青石镇人民政府"],
    "education": ["云河县教育局"],
    "county": ["示例省明川市云河县人民政府"],
    "other": ["示例省明川市临清县青石镇人民政府"],
}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("示例省明川市云河县青石镇人民政府", "青石"),
        ("青石街道办事处", "青石"),
        ("云河县市场监督管理局", "市场监督管理"),
        ("云河县城市管理局", "城市管理"),
        ("县教育局", "教育"),
        ("云河县人民政府办公室", "云河"),
        ("云河县经济开发区管理委员会", "经济开发"),
        ("高镇", "高镇"),
        ("人民政府", ""),
        ("x0123456789ab", ""),
    ],
)
def test_the_core_tells_a_body_from_its_neighbours(name, found):
    assert core(name) == found


def test_a_name_is_printed_with_or_without_the_places_before_it():
    assert variants("明川市云河县青石镇人民政府") == {
        *("明川市云河县青石镇人民政府", "云河县青石镇人民政府", "青石镇人民政府"),
        *("明川市云河县青石镇", "云河县青石镇", "青石镇"),
    }


@pytest.mark.parametrize(
    ("text", "among", "said"),
    [
        ("云河县教育局2023年政府信息公开工作年度报告", None, "education"),
        ("云河县青石镇2023年", None, "qingshi"),
        ("青石镇2023年", None, None),
        ("青石镇2023年", ["qingshi", "county"], "qingshi"),
        ("云河县2023年", None, "county"),
        ("2023年政府信息公开工作年度报告", None, None),
    ],
)
def test_a_title_says_a_body_only_if_it_can_be_no_other(text, among, said):
    assert Names(COUNTY).says(text, among) == said


def test_a_title_mentions_every_body_that_it_may_be_about():
    assert Names(COUNTY).mentions("关于青石街道和教育系统的报告") == {"qingshi", "other", "education"}
    assert Names(COUNTY).alike("县青石镇") == {"qingshi", "other"}
    assert Names(COUNTY).alike("人民政府") == frozenset()


def test_what_is_left_of_a_title_may_be_a_name():
    assert left_over("云河县青石镇2023年政府信息公开工作年度报告", ["云河县青石镇", "青石镇"]) == ""
    assert left_over("大桥街道2023年政府信息公开工作年度报告", ["青石镇"]) == "大桥街道"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("青石镇2023年政府信息公开工作年度报告（2024年1月20日）", {2023}),
        ("二〇二三年年报", {2023}),
        ("青石镇2023.pdf", {2023}),
        ("2024-01-20", set()),
        ("t20240116_123.html", set()),
        ("2022年、2023年年报", {2022, 2023}),
    ],
)
def test_days_are_no_years_of_reports(text, years):
    assert years_of(text) == years


def test_an_address_speaks_only_in_chinese():
    assert last_part("http://a.gov.cn/2023/t20240116_12.html") == ""
    assert last_part("http://a.gov.cn/%E9%9D%92%E7%9F%B3%E9%95%872023%E5%B9%B4.pdf") == "青石镇2023年.pdf"
    assert last_part("http://[broken") == last_part(None) == ""


def test_every_state_has_its_meaning():
    codes = tomllib.loads(Path(pipeline.normalizer.__file__).with_name("codes.toml").read_text("utf8"))
    assert set(codes["coverage_state"]) == {"published", "after_deadline", "withdrawn", "unreadable", "not_found", "not_collected"}
