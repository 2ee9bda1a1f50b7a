"""Figures told in running text: each phrasing met, and what must not be taken for one."""

from __future__ import annotations

import doctest
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.model import ProseFigure
from pipeline.normalizer.numerals import chinese_number, read_number
from pipeline.normalizer.phrases import ProseError, phrases, read_phrases
from pipeline.normalizer.prose import read_prose


def told(text: str, section: int = 1, **subject: object) -> dict[str, object]:
    figures, _ = read_prose({section: text}, **subject)  # type: ignore[arg-type]
    return {one.figure: one.value for one in figures}


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(sys.modules["pipeline.normalizer.numerals"]).failed == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("全年共收到政府信息公开申请16件，均在法定时限内完成答复。", 16),
        ("2023年，收到政府信息公开申请一件。", 1),
        ("收到政府信息公开申请两件。", 2),
        ("收到依申请公开十二件。", 12),
        ("收到政府信息公开申请三千一百一十九件。", 3119),
        ("收到政府信息公开申请3,119件。", 3119),
        ("收到政府信息公开申请３件。", 3),
        ("收到政府信息依申请公开91件，且均在法定期限内答复。", 91),
        ("收到12件政府信息公开申请。", 12),
        ("全年新收政府信息公开申请数量0件。", 0),
        ("收到和处理政府信息公开申请办理事项为0件。", 0),
        ("共接收政府信息公开申请0件，全年没有发生投诉。", 0),
        ("2023年未收到依申请公开政府信息申请。", 0),
        ("2023年，我镇未收到依申请公开政府信息。", 0),
        ("全年未接到信息公开申请；各栏目共刊发文稿44篇。", 0),
        ("本年度没有收到公民、法人和其他组织的政府信息公开申请。", 0),
        ("2023年无依申请公开事项。", 0),
        ("今年以来，我街道收到依申请公开7件。", 7),
        ("2023年受理依申请公开0件。", 0),
        ("2023 年共收到政府信息公开申\n请 12 件，较上年增加 5 件。", None),
        ("2023 年，我们在工作中共收到各类政府信息公开申\n请 12 件，较上年增加 5 件。", 12),
    ],
)
def test_applications_received(text, value):
    assert told(text).get("applications.received") == value


@pytest.mark.parametrize(
    "text",
    [
        "收到政府信息公开申请3，119件。",
        "收到政府信息公开申请3 119件。",
        "2022年收到政府信息公开申请12件。2023年收到政府信息公开申请若干件。2023年不断改进。",
        "去年收到政府信息公开申请12件。",
        "2021年至2023年收到政府信息公开申请12件。",
        "近三年共收到政府信息公开申请12件。",
        "上半年收到政府信息公开申请12件。",
        "网上收到政府信息公开申请12件。",
        "通过门户网站收到依申请公开12件。",
        "其中收到依申请公开12件。",
        "收到12345热线转办12件。",
        "收到信访件12件，政府信息公开申请均已答复。",
        "收到行政复议申请12件。",
        "收到政府信息公开申请和咨询12件。",
        "收到政府信息公开申请同比增加12%。",
        "未收到行政许可申请。",
        "未收到政府信息公开申请的投诉举报。",
        "未收到书面政府信息公开申请。",
        "如收到政府信息公开申请1件，应当在二十日内答复。",
        "微信公众号收到依申请公开12件。",
        "区政府办代表区政府收到政府信息公开申请17件。",
        "区政府办认真履职，收到政府信息公开申请17件。",
        "全县收到政府信息公开申请17件。",
        "根据《关于收到政府信息公开申请12件的通报》，改进工作。",
        "收到政府信息公开申请十百件。",
    ],
)
def test_numbers_with_another_meaning_are_left_out(text):
    assert "applications.received" not in told(text)


def test_received_with_those_carried_over_in_brackets_is_not_certainly_new():
    found = told("全年共收到公开申请1466件（上年度结转16件，结转下年度9件）。")
    assert found == {"applications.accepted": 1466, "applications.carried_in": 16, "applications.carried_on": 9}


def test_accepted_is_received_only_where_the_arithmetic_closes():
    text = "共受理政府信息公开申请3119件，答复3050件（含上年度结转申请34件，另有103件顺延到下年度答复）。"
    assert told(text)["applications.received"] == 3119
    assert told(text) | {"applications.answered": 3050, "applications.carried_in": 34, "applications.carried_on": 103} == told(text)
    assert "applications.received" not in told(text.replace("3050", "3016"))
    assert "applications.received" not in told("受理政府信息公开申请12件。")


def test_a_sub_body_counts_only_where_it_is_the_one_that_reports():
    text = "市政府办公厅代表市政府共受理政府信息公开申请859件，申请数量较去年回落12.3%；答复政府信息公开申请805件。"
    assert told(text, unit_name="上海市人民政府") == {}
    assert told(text, unit_name="上海市人民政府办公厅")["applications.accepted"] == 859
    assert told("2024年，区政府办代表区政府受理政府信息公开申请17件。", unit_name="淮安市洪泽区人民政府") == {}


@pytest.mark.parametrize(
    ("unit", "text", "counts"),
    [
        ("示例县人民政府", "全县收到政府信息公开申请17件。", True),
        ("示例县民政局", "全县收到政府信息公开申请17件。", False),
        ("示例县民政局", "示例县民政局收到政府信息公开申请17件。", True),
        ("示例县民政局", "县民政局收到政府信息公开申请17件。", True),
        ("示例县民政局", "县财政局收到政府信息公开申请17件。", False),
        ("示例县彩云镇", "彩云镇人民政府收到政府信息公开申请17件。", True),
        ("示例县彩云镇", "丹凤街道收到政府信息公开申请17件。", False),
        ("示例县人民政府", "县政府收到政府信息公开申请17件。", False),
        ("示例县人民政府", "我办收到政府信息公开申请17件。", False),
        ("示例县人民政府办公室", "我办收到政府信息公开申请17件。", True),
    ],
)
def test_a_count_is_of_the_body_named_last_before_it(unit, text, counts):
    assert ("applications.received" in told(text, unit_name=unit)) is counts


def test_a_count_of_another_year_is_left_out():
    text = "2022年收到政府信息公开申请12件。"
    assert told(text, report_year=2023) == {}
    assert told(text, report_year=2022) == {"applications.received": 12}


def test_an_approximate_count_is_marked():
    for text in ("全年收到政府信息公开申请100余件。", "收到政府信息公开申请近100件。", "收到政府信息公开申请100件以上。"):
        figures, _ = read_prose({1: text})
        assert [(one.value, one.approximate) for one in figures] == [(100, True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("未发生因政府信息公开工作引发举报、投诉、申请行政复议或提起行政诉讼的情况。", {"review.total": 0, "litigation.total": 0}),
        ("全年没有发生因政府信息公开申请行政复议和提起行政诉讼的情况。", {"review.total": 0, "litigation.total": 0}),
        ("没有因政府信息公开引起的行政复议和行政诉讼案件。", {"review.total": 0, "litigation.total": 0}),
        ("因政府信息公开被申请行政复议2件，提起行政诉讼1件。", {"review.total": 2, "litigation.total": 1}),
        ("信息公开类行政复议7件，诉讼9件，均获维持。", {"review.total": 7, "litigation.total": 9}),
        (
            "政府信息公开行政复议351件，其中结果维持72件，结果纠正3件，尚未审结2件。",
            {"review.total": 351, "review.upheld": 72, "review.corrected": 3, "review.pending": 2},
        ),
        ("有1件涉及政府信息公开工作的行政复议，涉及的行政诉讼数为0件。", {"review.total": 1, "litigation.total": 0}),
        ("政府信息公开行政复议和行政诉讼均为0件。", {"review.total": 0, "litigation.total": 0}),
        ("因政府信息公开问题，引起的行政复议1件。", {"review.total": 1}),
    ],
)
def test_reviews_and_lawsuits(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "办理政府信息公开行政复议案件12件。",
        "全年办理行政复议案件12件，行政应诉案件3件。",
        "未发生因政府信息公开行政复议被纠错的情况。",
        "未发生因信息公开不及时引发的行政复议。",
        "未发生政府信息公开行政诉讼败诉案件。",
        "政府信息公开行政复议和行政诉讼共5件，结果维持3件。",
        "有效降低政府信息公开行政复议、行政诉讼发生率。",
        "2022年政府信息公开行政复议3件。2023年有所改进，2023年继续。",
        "维持秩序12件。",
        "全县共收到行政复议申请3件。",
    ],
)
def test_cases_of_somebody_else_are_left_out(text):
    assert told(text) == {}


def test_in_section_four_the_topic_need_not_be_named():
    assert told("本年度未发生行政复议、行政诉讼。", section=4) == {"review.total": 0, "litigation.total": 0}
    assert told("本年度未发生行政复议、行政诉讼。", section=1) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "按照《国务院办公厅关于印发〈政府信息公开信息处理费管理办法〉的通知》(国办函〔2020〕109号)规定,本年度没有产生信息公开处理费。",
            {"collected_yuan": 0},
        ),
        ("2024 年，区政府严格落实《政府信息公开信息处理费管理办法》，全年收取政府信息公开信息处理费 0 元。", {"collected_yuan": 0}),
        ("实际收取信息处理费共计400元。", {"collected_yuan": 400}),
        ("2023年，有1件政府信息公开申请收取信息处理费380元。", {"collected_yuan": 380}),
        ("全年收取信息处理费3,940元。", {"collected_yuan": 3940}),
        ("全年收取信息处理费1.2万元。", {"collected_yuan": 12000}),
        ("2023年度未收取信息处理费。", {"collected_yuan": 0}),
        ("2024 年，市科委未发生政府信息公开收费事项。", {"collected_yuan": 0}),
        ("(无收费通知,无信息处理费)", {"collected_yuan": 0, "notices": 0}),
        ("发出收费通知2件，总金额1,200元，实际收取800元。", {"notices": 2, "billed_yuan": 1200, "collected_yuan": 800}),
        (
            "依据《政府信息公开信息处理费管理办法》，本机关发出收费通知的件数和总金额以及实际收取的总金额均为0。",
            {"notices": 0, "billed_yuan": 0, "collected_yuan": 0},
        ),
    ],
)
def test_the_information_processing_fee(text, expected):
    assert told(text, section=6) == {f"processing_fee.{name}": value for name, value in expected.items()}


@pytest.mark.parametrize(
    "text",
    [
        "信息处理费收费标准为10元/页，每件100元/件。",
        "减免信息处理费380元。",
        "应收取信息处理费380元。",
        "2022年收取信息处理费380元。2023年继续规范，2023年加强管理。",
        "行政事业性收费3940元。",
        "没有违规收取信息处理费。",
        "未发生信息处理费退费情况。",
        "县财政局收取信息处理费380元。",
    ],
)
def test_other_money_is_not_the_fee(text):
    assert told(text, section=6, unit_name="示例县彩云镇", report_year=2023) == {}


def test_a_sentence_that_holds_the_remains_of_a_table_is_not_read():
    text = "本年度没有产生信息公开处理费。行政事业性收费 | 0 |\n行政复议 | 行政诉讼 | 收到政府信息公开申请 3件 |"
    assert told(text, section=6) == {"processing_fee.collected_yuan": 0}


def test_a_very_long_sentence_is_cut_behind_a_clause():
    filler = "工作有序，" * 198
    figures, issues = read_prose({1: f"收到政府信息公开申请3件，{filler}未收到政府信息公开申请的投诉。"})
    assert [(one.figure, one.value) for one in figures] == [("applications.received", 3)]
    assert [issue.code for issue in issues] == ["prose.long_sentence"]


def test_a_figure_told_with_two_values_is_left_out_and_named():
    figures, issues = read_prose({1: "收到政府信息公开申请3件。共收到政府信息公开申请5件。"})
    assert figures == ()
    assert [(issue.code, issue.figure) for issue in issues] == [("prose.conflict", "applications.received")]


def test_an_outcome_above_its_total_is_left_out_and_named():
    figures, issues = read_prose({1: "政府信息公开行政复议3件，其中维持7件。"})
    assert [one.figure for one in figures] == ["review.total"]
    assert [issue.figure for issue in issues] == ["review.upheld"]


def test_each_figure_comes_with_its_sentence_and_section():
    figures, _ = read_prose({1: "我镇工作有序。2023年收到政府信息公开申请3件，均已答复。", 6: "无。"})
    assert figures == (ProseFigure("applications.received", 3, False, 1, "2023年收到政府信息公开申请3件，均已答复。"),)


def test_sections_two_three_and_five_are_not_prose():
    assert read_prose(dict.fromkeys((2, 3, 5), "收到政府信息公开申请3件。")) == ((), ())


def test_the_township_report_collected_no_fee(shared):
    opencc = pytest.importorskip("opencc")
    text = opencc.OpenCC("t2s").convert((shared / "corpus" / "seed" / "caiyun-2023.txt").read_text("utf8"))
    for damaged, repaired in (("(fèi)", ""), ("(chǎn)", ""), ("(méi)", ""), ("(chǔ)", ""), ("(guān)", ""), ("(kāi)", "")):
        text = text.replace(damaged, repaired)
    sixth = text.split("六、其他需要")[1]
    assert told(sixth, section=6) == {"processing_fee.collected_yuan": 0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("十", 10),
        ("二十", 20),
        ("一百零五", 105),
        ("一千零一十", 1010),
        ("十百", None),
        ("一二", None),
        ("三千五", None),
        ("百", None),
        ("零五", None),
    ],
)
def test_chinese_numerals_are_read_strictly(text, value):
    assert chinese_number(text) == value


def test_numbers_keep_their_decimals():
    assert read_number("12.5") == (Decimal("12.5"), False)
    assert read_number("12.5万") == (125000, False)


@pytest.mark.parametrize(
    "piece", ["收到政府信息公开申请", "未发生因政府信息公开", "1,", "未收到任何", "上年度结转", "一百", "行政复议", "全区", "《"]
)
def test_repetition_takes_linear_time(piece):
    text = piece * (100_000 // len(piece))
    start = time.perf_counter()
    read_prose({1: text, 6: text})
    assert time.perf_counter() - start < 5


def test_every_figure_is_declared_with_labels_and_unit():
    for figure in phrases().figures.values():
        assert figure.label_zh
        assert figure.label_en
        assert figure.unit in {"件", "元"}
        assert (figure.unit == "元") == figure.id.endswith("_yuan")


def test_a_phrase_with_an_unknown_word_list_is_refused(tmp_path: Path):
    source = Path(sys.modules["pipeline.normalizer.prose"].__file__ or "").with_name("prose.toml").read_text("utf8")
    broken = tmp_path / "prose.toml"
    broken.write_text(source + '\n[[phrase]]\nfigures = ["applications.received"]\npattern = "{nothing}"\n', "utf8")
    with pytest.raises(ProseError, match="nothing"):
        read_phrases(broken)
