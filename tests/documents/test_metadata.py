"""Whose report it is and for which year: one test per trap met in real pages."""

from __future__ import annotations

import csv
import doctest
import re
from collections.abc import Mapping, Sequence

import opencc
import pytest

from pipeline.documents import metadata
from pipeline.documents.metadata import Metadata, dates, names, read_metadata, titles, units, vocabulary

BODY = [
    "一、总体情况",
    "2023年，我们做了许多工作。",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
]


def read(
    lines: Sequence[str],
    *,
    title_tag: str | None = None,
    meta: Mapping[str, str] | None = None,
    breadcrumb: Sequence[str] = (),
    url: str | None = None,
    name: str = "page.html",
) -> Metadata:
    return read_metadata(lines=lines, title_tag=title_tag, meta=meta or {}, breadcrumb=breadcrumb, url=url, name=name)


def simplified(text: str) -> str:
    return opencc.OpenCC("t2s").convert(text)


def codes(found: Metadata) -> set[str]:
    return {issue.code for issue in found.issues}


@pytest.mark.parametrize("module", [dates, names, titles, units, vocabulary, metadata], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("line", "unit", "year"),
    [
        ("彩云镇2023年政府信息公开工作年度报告", "彩云镇", 2023),
        ("2023年彩云镇政府信息公开工作年度报告", "彩云镇", 2023),
        ("2022年度和平街道政府信息公开工作年度报告", "和平街道", 2022),
        ("新下陆街道办事处2022年度 政府信息公开工作年度报告", "新下陆街道办事处", 2022),
        ("2023年常州市人民政府政府信息公开工作年度报告", "常州市人民政府", 2023),
        ("2023年常州市人民政府信息公开工作年度报告", "常州市人民政府", 2023),
        ("2022年上海市政府信息公开工作年度报告", "上海市", 2022),
        ("螅镇政府2022年政府信息公开工作年度报告", "螅镇政府", 2022),
        ("大连长兴岛经济技术开发区长兴岛街道2022年政府信息公开工作年度报告", "大连长兴岛经济技术开发区长兴岛街道", 2022),
        ("广州市白云区人民政府棠景街道办事处２０２１年政府信息公开年报", "广州市白云区人民政府棠景街道办事处", 2021),
        ("临潼区开发区管委会二〇二一年政府信息公开工作年度报告", "临潼区开发区管委会", 2021),
        ("关于公布下各镇2023年政府信息公开工作年度报告", "下各镇", 2023),
        ("本溪市民政局2020年度政务公开工作报告（2021年1月）", "本溪市民政局", 2020),
        ("将乐县财政局 2020 年政府信息公开工作情况报告", "将乐县财政局", 2020),
        ("uedbet体育_官网@:西柳镇人民政府2023年政府信息公开工作年度报告", "西柳镇人民政府", 2023),
        ("《示例县教育局（本级）2024年政府信息公开工作年度报告》", "示例县教育局（本级）", 2024),
        ("| 2023年常州市人民政府政府信息公开工作年度报告 | |||", "常州市人民政府", 2023),
    ],
)
def test_titles_name_the_unit_and_the_year_in_either_order(line, unit, year):
    found = read([line, *BODY[2:]])
    assert (found.unit_name, found.report_year, found.sources["unit_name"].source) == (unit, year, "title")


@pytest.mark.parametrize(
    ("lines", "unit"),
    [
        (["2024 年上海市科委政府信息公开工作", "年度报告"], "上海市科委"),
        (["利辛县望疃镇2024", "政府信息公开工作年度报告"], "利辛县望疃镇"),
        (["示例县住房和城乡建设局", "2024年政府信息公开", "工作年度报告"], "示例县住房和城乡建设局"),
        (["- 1 -", "淮安市洪泽区人民政府", "2024 年政府信息公开工作年度报告"], "淮安市洪泽区人民政府"),
    ],
)
def test_a_title_broken_over_lines_is_joined(lines, unit):
    found = read([*lines, *BODY[2:]])
    assert (found.unit_name, found.report_year) == (unit, 2024)


def test_a_name_above_a_title_may_be_the_heading_of_the_site():
    found = read(["示例县人民政府", "2023年政府信息公开工作年度报告", "一、总体情况", "2023年，我镇高度重视。我镇收到申请0件。", *BODY[2:]])
    assert found.unit_name is None
    assert "unit.open" in codes(found)
    assert "unit.doubtful" in codes(read(["示例县人民政府", "2023年政府信息公开工作年度报告", *BODY]))


@pytest.mark.parametrize("word", ["我镇", "本机关", "我局", "本单位", "我街道"])
def test_a_report_that_says_only_we_keeps_its_unit_open(word):
    found = read([f"{word}2023年政府信息公开工作年度报告", "一、总体情况", f"2023年，{word}认真贯彻落实县委、县政府的部署。", *BODY[2:]])
    assert (found.unit_name, found.report_year) == (None, 2023)
    assert "unit.open" in codes(found)


@pytest.mark.parametrize(
    "lines",
    [
        ["一、总体情况", "2023年,彩云镇紧紧围绕建设服务型政府的总要求,严格按照《曲靖市师宗县人民政府办公室关于编制公布年度报告的通知》。"],
        ["现公布彩云镇2023年政府信息公开工作年度报告。", *BODY],
        ["现编制形成了《体育_官网@:彩云镇2023年政府信息公开工作年度报告》。", *BODY],
        ["特向社会公布2023年度彩云镇政府信息公开年度报告。", *BODY],
        ["本报告由彩云镇编制。", *BODY],
        ["根据师宗县人民政府办公室要求，彩云镇编制了2023年度报告。", *BODY],
        ["彩云镇（以下简称“我镇”）根据《条例》（以下简称《条例》）编制本报告。", *BODY],
        ["如有疑问，请与彩云镇人民政府办公室联系（地址：师宗县）。", *BODY],
    ],
)
def test_the_first_sentences_name_the_unit_where_the_title_does_not(lines):
    found = read([*lines, *BODY[2:]])
    assert names.core(found.unit_name or "") == "彩云镇"


def test_an_office_that_compiled_the_report_is_not_its_body():
    found = read(["本报告由秦淮区人民政府办公室综合区政府所属各行政机关的报告编制而成。", "请与秦淮区人民政府办公室联系。", *BODY])
    assert found.unit_name is None


@pytest.mark.parametrize(
    "neighbour",
    [
        {"breadcrumb": ["首页", "师宗县人民政府", "政府信息公开年报"]},
        {"meta": {"ContentSource": "师宗县人民政府办公室"}},
        {"meta": {"ContentSource": "师宗县民政局"}},
        {"title_tag": "2023年政府信息公开工作年度报告-师宗县人民政府"},
        {"title_tag": "师宗县人民政府 2023年政府信息公开工作年度报告"},
        {"breadcrumb": ["首页", "师宗县民政局"]},
    ],
)
def test_a_neighbour_is_not_taken_for_the_body(neighbour):
    lines = ["一、总体情况", "2023年，我镇认真贯彻落实条例。我镇通过师宗县人民政府门户网站公开信息，县民政局给予指导。", *BODY[2:]]
    assert read(lines, **neighbour).unit_name is None


def test_the_page_may_name_the_body_if_it_is_one_that_can_say_we():
    lines = ["发布机构: 下各镇 成文日期: 2024-01-16", "一、总体情况", "2023年，我镇认真贯彻落实条例。", *BODY[2:]]
    found = read(lines)
    assert (found.unit_name, found.sources["unit_name"].source) == ("下各镇", "metadata")
    assert "unit.by_page" in codes(found)
    found = read(lines[1:], breadcrumb=["首页", "师宗县", "下各镇", "年报"])
    assert (found.unit_name, found.sources["unit_name"].source) == ("下各镇", "breadcrumb")


def test_links_to_other_reports_are_not_the_title():
    found = read(
        ["彩云镇2023年政府信息公开工作年度报告", *BODY, "上一篇：示例县民政局2022年政府信息公开工作年度报告", "下一篇：丹凤街道2023年年报"]
    )
    assert (found.unit_name, found.report_year, codes(found)) == ("彩云镇", 2023, set())


def test_a_path_that_ends_in_the_name_of_a_column_is_no_title():
    found = read(["当前位置：首页 > 政务公开 > 师宗县人民政府 > 政府信息公开年报", *BODY])
    assert found.unit_name is None


def test_a_name_without_a_place_is_completed_or_named_incomplete():
    lines = ["审计局2020年政府信息公开工作年度报告", "一、总体情况", "2020年，我局认真履职。", *BODY[2:]]
    assert read(lines).unit_name == "审计局"
    assert "unit.incomplete" in codes(read(lines))
    found = read(lines, breadcrumb=["首页", "文登区审计局"])
    assert (found.unit_name, "unit.incomplete" in codes(found)) == ("文登区审计局", False)


@pytest.mark.fault("V04")
def test_a_title_that_the_text_contradicts_wins_with_an_issue():
    lines = ["丹凤街道2023年政府信息公开工作年度报告", "一、总体情况", "2022年，彩云镇认真贯彻。2022年，彩云镇收到申请0件。", *BODY[2:]]
    found = read(lines)
    assert (found.unit_name, found.report_year) == ("丹凤街道", 2023)
    assert {"unit.conflict", "year.conflict"} <= codes(found)


@pytest.mark.parametrize(
    ("lines", "year"),
    [
        (["本年度报告中所列数据统计期限从2019年1月1日到12月31日止。", *BODY[2:]], 2019),
        (["报告中所列数据统计期限自 2024 年 1 月 1 日起至 2024 年 12 月 31 日止。", *BODY[2:]], 2024),
        (["一、总体情况", "2023年，我镇认真。根据2019年修订的条例，2023年共公开5条，2024年将继续。", *BODY[2:]], 2023),
        (["一、总体情况", "截至2023年底共公开5条；2023年收到0件，较2022年减少3件。", *BODY[2:]], 2023),
        (["政府信息公开工作年度报告", *BODY], 2023),
        (["一、总体情况", "本报告根据条例要求，从六个方面汇报我镇2023年政府信息公开工作。", *BODY[2:]], 2023),
    ],
)
def test_the_year_is_the_year_described(lines, year):
    found = read(lines, url="http://www.example.gov.cn/art/2024/1/19/art_1_2.html")
    assert (found.report_year, "year.conflict" in codes(found)) == (year, False)


def test_the_year_is_open_where_only_the_publication_is_dated():
    found = read(["发布日期：2024-01-19", "政府信息公开工作年度报告", *BODY[2:]], url="http://www.example.gov.cn/t20240119_1.html")
    assert (found.report_year, found.published_on) == (None, "2024-01-19")
    assert "year.open" in codes(found)


def test_a_title_with_the_year_of_publication_yields_to_the_dates_of_the_text():
    lines = ["彩云镇2024年政府信息公开工作年度报告", "发布日期：2024-01-19", "统计期限为2023年1月1日至2023年12月31日。", *BODY]
    found = read(lines)
    assert found.report_year == 2023
    assert "year.conflict" in codes(found)


def test_a_report_published_before_its_year_was_over_is_doubted():
    found = read(["发布时间：2022-03-01", "彩云镇2022年政府信息公开工作年度报告", *BODY[2:]])
    assert "year.conflict" in codes(found)


@pytest.mark.fault("V04")
@pytest.mark.parametrize("year", ["1998", "2007", "2101", "20235"])
def test_years_before_the_first_reports_or_far_ahead_are_no_years(year):
    assert read([f"彩云镇{year}年政府信息公开工作年度报告", *BODY[2:]]).report_year is None


@pytest.mark.parametrize(
    ("lines", "meta", "expected"),
    [
        (["发布日期：2020-01-31"], {}, "2020-01-31"),
        (["发布时间:2024-01-19 11:04 来源:利辛县望疃镇人民政府 字体:[ ]"], {}, "2024-01-19"),
        (["成文日期 2024-01-16 发布机构 下各镇"], {}, "2024-01-16"),
        (["索 引 号: 000014349 发 布 日 期: 2023年1月17日"], {}, "2023-01-17"),
        (["日期:2023-01-12 16:45 来源:武汉市"], {}, "2023-01-12"),
        (["会议时间和日期：2023-01-12"], {}, None),
        ([], {"PubDate": "2024-01-19 08:00"}, "2024-01-19"),
        (["发布日期：2021-02-30"], {}, None),
        (["发布日期：1970-01-01"], {}, None),
    ],
)
def test_the_day_of_publication_is_printed_on_the_page(lines, meta, expected):
    assert read([*lines, *BODY], meta=meta).published_on == expected


def test_a_day_in_the_address_is_a_hint_and_never_the_day_of_publication():
    found = read(BODY, url="http://www.example.gov.cn/202401/t20240116_123.html")
    assert (found.published_on, found.sources["url_date"].value) == (None, "2024-01-16")
    assert "published.url_only" in codes(found)
    assert "url_date" not in read(BODY, url="http://www.example.gov.cn/t19700101_1.html").sources


@pytest.mark.parametrize(
    ("lines", "title_tag"),
    [
        (["关于做好2023年政府信息公开工作年度报告编制发布工作的通知", "各乡镇人民政府："], None),
        (["《彩云镇2023年政府信息公开工作年度报告》解读", "一、背景"], None),
        (["一、总则"], "彩云镇政府信息公开指南 - 师宗县人民政府"),
        (["【工作推进】示例县召开2023年度政府信息公开工作年报编制部署会"], None),
        ([f"示例县{name}局2023年政府信息公开工作年度报告" for name in ("民政", "财政", "教育", "水务", "司法")], None),
        (["页面不存在"], "404"),
    ],
)
def test_pages_that_are_no_report_are_named(lines, title_tag):
    found = read(lines, title_tag=title_tag)
    assert found.kind == "not_report"
    assert "document.not_report" in codes(found)


@pytest.mark.parametrize(
    "lines",
    [
        ["彩云镇2023年政府信息公开工作年度报告"],
        ["关于公布彩云镇2023年政府信息公开工作年度报告的通知", "规章 | 0 | 0 | 0 |", "现行有效件数", "结果维持 | 结果纠正 | 尚未审结"],
        ["二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "扫一扫在手机打开当前页"],
        ["点击查看解读", "2023年下各镇政府信息公开工作年度报告", *BODY],
        ["政府信息公开指南", "政府信息公开制度", "政府信息公开年报", *BODY],
    ],
)
def test_a_page_with_the_forms_labels_or_headings_is_a_report(lines):
    assert read(lines).kind == "report"


def test_only_the_name_of_the_file_is_better_than_nothing():
    found = read(BODY[2:], name="彩云镇2023年政府信息公开工作年度报告.docx")
    assert (found.unit_name, found.report_year) == ("彩云镇", 2023)
    assert {evidence.source for evidence in found.sources.values()} == {"file name"}


def test_the_township_report_without_a_title(shared):
    text = (shared / "corpus" / "seed" / "caiyun-2023.txt").read_text("utf8")
    found = read(simplified(re.sub(r"(?<=[\u4e00-\u9fff])\([a-zü-ǜāáǎàēéěèīíǐìōóǒòūúǔù]+\)", "", text)).split("\n"))
    assert (found.unit_name, found.report_year, found.kind, found.issues) == ("彩云镇", 2023, "report", ())


def test_texts_without_prose_name_nobody(shared):
    for path in sorted((shared / "corpus" / "text").glob("*.txt")):
        found = read(simplified(path.read_text("utf8")).split("\n"), name=path.name)
        assert (found.unit_name, found.report_year, found.kind) == (None, None, "report"), path.name


def test_every_town_and_street_of_the_country_has_the_form_of_a_name(shared):
    with (shared / "units" / "townships.csv").open(encoding="utf8") as file:
        towns = [row["name"] for row in csv.DictReader(file) if row["name"].endswith(("镇", "乡", "街道"))]
    strange = [town for town in towns if not (names.is_name(town) and names.names_place(town))]
    assert len(strange) < len(towns) / 1000, strange[:50]
