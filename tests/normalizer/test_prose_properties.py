"""Generated sentences with distractors: a figure is right or absent, never another number."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.normalizer.numerals import chinese_number, read_number
from pipeline.normalizer.prose import read_prose

UNIT, YEAR = "示例县云溪镇", 2023
SIGNS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """1 to 9,999 as written in reports: 一百零五."""
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + SIGNS[digit] + name
        gap = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text


def written(number: int) -> st.SearchStrategy[str]:
    forms = [str(number), f"{number:,}", f" {number} ", "".join(chr(ord(sign) + 0xFEE0) for sign in str(number))]
    return st.sampled_from([*forms, in_chinese(number)] if number else forms)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, str]:
    number = draw(st.integers(0, 9999))
    return number, draw(written(number)) + "件"


# {x} is a number with another meaning than the figures asked for.
DISTRACTORS = [
    "通过微信公众号发布信息{x}，阅读量大幅增长。",
    "办理12345热线工单{x}，满意率100%。",
    "受理信访事项{x}，均已办结。",
    "2022年收到政府信息公开申请{x}，答复{x}。",
    "去年收到政府信息公开申请{x}。",
    "2021年至2023年累计收到政府信息公开申请{x}。",
    "县政府办代表县政府收到政府信息公开申请{x}。",
    "全县收到政府信息公开申请{x}。",
    "示例县民政局收到政府信息公开申请{x}。",
    "丹凤街道收到依申请公开{x}。",
    "通过网站收到政府信息公开申请{x}。",
    "收到人大代表建议{x}，政协提案{x}，均已答复。",
    "办理行政复议案件{x}，行政应诉{x}。",
    "按照《关于收到政府信息公开申请{x}的通报》，认真整改。",
    "收费标准为每件{x}，信息处理费按量计收。",
    "县财政局收取信息处理费500元。",
    "下一步，预计收到政府信息公开申请{x}。",
]
TEMPLATES = {
    "applications.received": [
        "2023年，我镇收到政府信息公开申请{n}。",
        "全年共收到政府信息公开申请{n}，较上年增加{x}。",
        "云溪镇共接收依申请公开{n}，同比下降12%。",
        "全镇新收政府信息公开申请数量{n}，其中网上申请{x}。",
        "本年度收到信息公开申请{n}，均按期答复。",
    ],
    "applications.answered": ["2023年收到政府信息公开申请若干，答复{n}。", "我镇收到的政府信息公开申请中，办结{n}。"],
    "review.total": ["2023年，因政府信息公开被申请行政复议{n}。", "我镇政府信息公开行政复议{n}，较去年减少{x}。"],
    "litigation.total": ["2023年，因政府信息公开被提起行政诉讼{n}。"],
}


@st.composite
def texts(draw: st.DrawFn) -> tuple[dict[str, int], str]:
    """A section one: some figures, told once each, among sentences that tell other numbers."""
    told: dict[str, int] = {}
    sentences = [one.replace("{x}", draw(counts())[1]) for one in draw(st.lists(st.sampled_from(DISTRACTORS), max_size=5))]
    for figure in draw(st.lists(st.sampled_from(sorted(TEMPLATES)), unique=True)):
        number, text = draw(counts())
        told[figure] = number
        sentences.append(draw(st.sampled_from(TEMPLATES[figure])).replace("{n}", text).replace("{x}", draw(counts())[1]))
    order = draw(st.permutations(sentences))
    return told, draw(st.sampled_from(["", "\n"])).join(["2023年，云溪镇认真贯彻条例。", *order])


@settings(max_examples=800, deadline=None)
@given(texts())
def test_a_figure_is_right_or_absent(case):
    told, text = case
    figures, _ = read_prose({1: text}, unit_name=UNIT, report_year=YEAR)
    for one in figures:
        if one.figure == "applications.received" and one.figure not in told:
            raise AssertionError(one)
        assert one.value == told.get(one.figure), one
        assert not one.approximate


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(TEMPLATES)), st.data())
def test_a_figure_alone_is_found(figure, data):
    number, text = data.draw(counts())
    template = data.draw(st.sampled_from(TEMPLATES[figure]))
    figures, issues = read_prose({1: template.replace("{n}", text).replace("{x}", "3件")}, unit_name=UNIT, report_year=YEAR)
    assert [one.value for one in figures if one.figure == figure] == [number]
    assert issues == ()


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 99999),
    st.sampled_from(["收取信息处理费{m}。", "实际收取信息处理费共计{m}。", "全年信息处理费收取总金额为{m}。"]),
    st.booleans(),
)
def test_a_fee_is_read_in_yuan(tens, template, in_ten_thousands):
    amount = tens * 10
    text = template.replace("{m}", f"{amount / 10_000:g}万元" if in_ten_thousands else f"{amount}元")
    figures, _ = read_prose({6: text}, unit_name=UNIT, report_year=YEAR)
    assert {one.figure: one.value for one in figures} == {"processing_fee.collected_yuan": amount}


@given(st.integers(1, 9999))
def test_chinese_numerals_come_back(number):
    assert chinese_number(in_chinese(number)) == number


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="零一二十百千万余近约0123456789,.", max_size=12))
def test_any_numeral_is_read_or_refused(text):
    found = read_number(text)
    assert found is None or found[0] >= 0


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.integers(0, 7), st.text(max_size=200), max_size=4))
def test_any_text_at_all_is_read_without_an_error(sections):
    figures, issues = read_prose(sections)
    assert all(one.section in {1, 4, 6} for one in figures)
    assert isinstance(issues, tuple)
