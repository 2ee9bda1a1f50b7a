"""Which label of the form a text is: whole, never a keyword somewhere in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms import forms
from pipeline.tables.labels import normalise, read_label


def ids(text: str, *kinds: str) -> set[str]:
    match = read_label(text)
    return {meaning.id for meaning in match.meanings if not kinds or meaning.kind in kinds} if match else set()


def quality(text: str) -> str | None:
    match = read_label(text)
    return match.quality if match else None


def test_every_printed_label_is_found_as_its_own():
    for figure in forms().figures.values():
        for form in figure.forms:
            kind = "group" if forms().tables[figure.table].across else "row"
            assert figure.row.id in ids(figure.row.labels[form], kind)
            assert figure.column.id in ids(figure.column.labels[form], "column")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("规章", "rules"),
        (" 规 章 ", "rules"),
        ("规\n章", "rules"),
        ("行政规范性文件", "normative_documents"),
        ("规范性文件", "normative_documents"),
        ("（一）予以公开", "granted"),
        ("(一)予以公开", "granted"),
        ("予以公开", "granted"),
        ("(二)部分公开", "partly_granted"),
        ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "partly_granted"),
        ("1．属于国家秘密", "denied_state_secret"),
        ("１、属于国家秘密", "denied_state_secret"),
        ('3.危及"三安全一稳定"', "denied_safety_stability"),
        ("3.危及「三安全一稳定」", "denied_safety_stability"),
        ("(三)不予公开1.属于国家秘密", "denied_state_secret"),
        ("三、本年度办理结果（一）予以公开", "granted"),
        ("（七）合计", "total_processed"),
        ("四、结转下年度继续办理", "carried_forward"),
    ],
)
def test_whole_labels_in_any_spelling(text, row):
    assert row in ids(text, "row")
    assert quality(text) == "whole"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("规章（设区的市、自治州人民政府应提供相关数据）", "rules"),
        ("规章：地方行政规章指省、设区的市人民政府制定的规章", "rules"),
        ("规范性文件（行政机关制定发布的决定、公告、通告、意见、通知，以及标题采用“规定”“办法”等字样的公文）", "normative_documents"),
        ("行政处罚（含行政许可3件）", "penalties"),
        (
            "其他对外管理服务事项（指行政许可以外的政务服务事项，含行政确认、行政奖励、行政处罚、行政强制、行政检查和其他类）",
            "other_external_services",
        ),
    ],
)
def test_explanations_with_other_labels_and_numbers_in_them(text, row):
    assert ids(text, "row") == {row}
    assert quality(text) == "explained"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("上一年项目数量（指2018年事项数）", "items_last_year"),
        ("上一年项目数量 2019年", "items_last_year"),
        ("本年(2023)制发件数", "issued"),
        ("本年收费金额（单位：万元）", "amount"),
        ("本年收费金额\n（单位：万元）", "amount"),
        ("本年收费金额", "amount"),
        ("尚未结案", "pending"),
        ("合计", "total"),
    ],
)
def test_headers_with_notes_years_and_synonyms(text, column):
    assert column in ids(text, "column")


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("本年新", {"newly_made", "newly_disclosed"}),
        ("本年增/", {"items_change"}),
        ("本年增", {"items_change"}),
        ("对外公开", {"total_disclosed"}),
        ("本年处理", {"decisions"}),
    ],
)
def test_cut_headers_keep_all_that_they_may_be(text, columns):
    assert ids(text, "column") == columns


def test_headers_that_may_mean_something_else_are_doubted():
    match = read_label("本年数量")
    assert match is not None
    assert {meaning.doubt for meaning in match.of("column")} == {True}


@pytest.mark.parametrize(
    ("text", "row"), [("4.保护第三方合法权盖", "denied_third_party"), ("1.本机关不掌握相关政府信总", "unable_not_held")]
)
def test_a_misprint_in_a_long_label_is_near(text, row):
    assert ids(text, "row") == {row}
    assert quality(text) == "near"


@pytest.mark.parametrize("text", ["本年处理绝对数量", "本年废止件效"])
def test_a_misprinted_header_is_still_that_header(text):
    assert ids(text, "column")


@pytest.mark.parametrize("text", ["行政处可", "行政复仪", "规章制度", "规草", "自然入", "行政处分", "行政检查", "总计划", "其他事项"])
def test_short_labels_are_exact_or_nothing(text):
    assert not ids(text, "row", "group", "column")


@pytest.mark.parametrize(
    "text",
    [
        "本年度共办理行政许可12件",
        "全年制发行政规范性文件3件",
        "关于行政处罚的说明",
        "其中：规章",
        "政府集中采购目录",
        "我镇无行政事业性收费项目",
        "对自然人的申请予以公开",
        "属于国家秘密的不予公开",
        "二是行政强制力度不够",
        "注：行政许可",
    ],
)
def test_a_label_somewhere_in_a_sentence_is_none(text):
    assert read_label(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "第二十条第（一）项",
        "第二十条第(一)项",
        "第二十条第一项",
        "第二十条 第（一）项",
        "第二十条（一）",
        "第20条第（1）项",
        "第二十条第 （一）款",
    ],
)
def test_spellings_of_the_articles(text):
    assert ids(text, "article") == {"article_20_1"}


@pytest.mark.parametrize(("number", "block"), [("一", 1), ("五", 5), ("六", 6), ("八", 8), ("九", 9)])
def test_articles_are_told_apart(number, block):
    assert ids(f"第二十条第（{number}）项", "article") == {f"article_20_{block}"}


@pytest.mark.parametrize("text", ["第二十条", "第三十三条第（一）项", "第二十条第（二）项", "第二十条第（一）项、第（五）项"])
def test_other_articles_are_no_labels(text):
    assert not ids(text, "article") - {""}


def test_rows_that_some_publishers_add_are_known_as_foreign():
    assert ids("其他主动公开文件", "foreign") == {"其他主动公开文件"}


@pytest.mark.parametrize("text", ["", " ", "一", "3", "12", "１２", "、", "（一）", "件"])
def test_too_little_text_is_no_label(text):
    assert read_label(text) is None


@pytest.mark.fault("P16")
@pytest.mark.parametrize("part", ["（一", "规章", "(", "1,", "（）", "本年", "第二十条"])
def test_a_megabyte_is_no_label(part):
    assert read_label(part * (1_000_000 // len(part))) is None


@given(st.text(max_size=120))
def test_no_text_makes_it_raise(text):
    match = read_label(text)
    assert match is None or match.meanings


@given(st.sampled_from(sorted(forms().figures)), st.sampled_from(["", " ", "\n", "\u3000"]), st.data())
def test_white_space_anywhere_in_a_label_changes_nothing(figure, space, data):
    declared = forms().figures[figure]
    label = declared.row.labels[declared.forms[0]]
    at = data.draw(st.integers(0, len(label)))
    assert ids(label[:at] + space + label[at:]) == ids(label)


def test_normalising_keeps_letters_and_digits_only():
    assert normalise("（一）予以 公开_|１") == "一予以公开1"
