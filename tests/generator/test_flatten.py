"""Flattened text: each dialect looks as in stored pages, and says what it leaves open."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.generator import DIALECTS, FlattenOptions, TableVariant, Written, flatten, make_spec, random_options, random_spec, truth
from pipeline.generator.dialects import RECOVERABLE, RENDERERS, TextRow
from pipeline.generator.variants import report_sheets, vary

ROWS = [TextRow(("第二十条第(一)项",), 3), TextRow(("规章", "0", "0", "0")), TextRow(("行政许可", "0"), 2)]
LOOKS = {
    "A": "第二十条第(一)项 | |||\n规章 | 0 | 0 | 0 |\n行政许可 | 0 | ||",
    "A0": "第二十条第(一)项 |\n规章 | 0 | 0 | 0 |\n行政许可 | 0 |",
    "A1": "| 第二十条第(一)项 | |||\n| 规章 | 0 | 0 | 0 | \n| 行政许可 | 0 | ||",
    "B": "第二十条第(一)项 | |||\n规章 |\n0 |\n0 |\n0 |\n行政许可 |\n0 | ||",
    "B0": "第二十条第(一)项 |\n规章 |\n0 |\n0 |\n0 |\n行政许可 |\n0 |",
    "B2": "第二十条第(一)项 |\n|||\n规章 |\n0 |\n0 |\n0 |\n行政许可 |\n0 |\n||",
    "C": "|\n第二十条第(一)项 | |||\n|\n规章 |\n0 |\n0 |\n0 |\n|\n行政许可 |\n0 | ||",
    "C2": "|\n第二十条第(一)项 |\n|||\n|\n规章 |\n0 |\n0 |\n0 |\n|\n行政许可 |\n0 |\n||",
    "D": "| \n 第二十条第(一)项  | |||\n| \n 规章  | \n 0  | \n 0  | \n 0  | \n| \n 行政许可  | \n 0  | ||",
    "E": "第二十条第(一)项\n|\n规章\n|\n0\n|\n0\n|\n0\n|\n行政许可\n|\n0\n|",
    "E1": "第二十条第(一)项\n|\n|||\n规章\n|\n0\n|\n0\n|\n0\n|\n行政许可\n|\n0\n|\n||",
    "E2": "第二十条第(一)项\n| |||\n规章\n|\n0\n|\n0\n|\n0\n|\n行政许可\n|\n0\n| ||",
    "F": "第二十条第(一)项\n\n规章\n\n0\n\n0\n\n0\n\n行政许可\n\n0",
    "F1": "第二十条第(一)项\n规章\n0\n0\n0\n行政许可\n0",
    "G": "    第二十条第(一)项\n    规章000\n    行政许可0",
    "markdown": "| 第二十条第(一)项 |  |  |  |\n|---|---|---|---|\n| 规章 | 0 | 0 | 0 |\n| 行政许可 | 0 |  |  |",
    "doubled": "|第二十条第(一)项|\n|规章||0||0||0|\n|行政许可||0|",
    "piped": "| 第二十条第(一)项 | |||\n| 规章 | 0 | 0 | 0 |\n| 行政许可 | 0 | ||",
}


@pytest.mark.parametrize("dialect", LOOKS)
def test_dialect_looks_as_in_stored_pages(dialect):
    assert RENDERERS[dialect](ROWS) == LOOKS[dialect]


def made(dialect, figures="distinct", form="2021", seed=1, **options):
    spec = random_spec(random.Random(seed), forms=form, figures=figures)
    return spec, flatten(spec, dialect, rng=random.Random(seed), options=FlattenOptions(**options))


def test_padding_stands_at_the_end_wherever_the_span_was():
    _, text = made("A", figures="zeros")
    for line in (
        "自然人 | 法人或其他组织 | 总计 | |||||||",
        "一、本年新收政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | ||",
        "三、本年度办理结果 | (一)予以公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | |",
        "2.其他法律行政法规禁止公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | ||",
        "行政复议 | 行政诉讼 | |||||||||||||",
    ):
        assert f"\n{line}\n" in text.text


def test_last_row_is_often_unpadded():
    _, text = made("A", figures="zeros", last_row_padded=False)
    assert "\n行政事业性收费 | 0 |\n" in text.text
    assert "\n行政强制 | 0 | ||\n" in text.text


def test_spanned_rows_hold_each_column():
    _, text = made("spanned", figures="zeros")
    assert "\n|  | (三)不予公开 | 1.属于国家秘密 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | \n" in text.text


def test_pdf_text_shreds_narrow_headers():
    _, text = made("H", figures="zeros")
    assert "\n结 结 其 尚 总 结 结 其 尚 总 结 结 其 尚 总\n果 果 他 未 计" in text.text
    assert f"\n{' '.join('0' * 15)}\n" in text.text


def test_group_labels_repeated_or_on_rows_of_their_own():
    _, repeated = made("A0", figures="zeros", groups="repeated")
    assert "\n三、本年度办理结果 | (三)不予公开 | 2.其他法律行政法规禁止公开 | 0 |" in repeated.text
    _, own = made("A0", figures="zeros", groups="own_row")
    assert "\n三、本年度办理结果 |\n(一)予以公开 | 0 |" in own.text


def test_header_words_split_over_rows():
    _, text = made("A0", figures="zeros", words="rows", variant=TableVariant(headers="broken"))
    assert re.search(r"\n商业 \| 科研 \| 社会公 \| 法律服 \| 其他 \|\n企业 \| 机构 \| 益组织 \| 务机构 \|\n", text.text)


NAMES = [f"proactive_disclosure.rules.{column}" for column in ("issued", "repealed", "in_force")]


def one_row(texts, dialect, **options):
    figures = {name: None if text == "" else int(text) for name, text in zip(NAMES, texts, strict=True)}
    spec = make_spec(figures, forms={"proactive_disclosure": "2021"})
    return flatten(spec, dialect, rng=random.Random(0), options=FlattenOptions(**options))


def test_collapsed_blanks_leave_the_row_open():
    text = one_row(["7", "", "3"], "A", blanks="collapsed")
    assert "\n规章 | 7 | 3 | |\n" in text.text
    assert set(text.undecidable) == set(NAMES)


def test_kept_blanks_leave_nothing_open():
    text = one_row(["7", "", "3"], "A", blanks="kept")
    assert "\n规章 | 7 |  | 3 |\n" in text.text
    assert text.undecidable == {}


def test_one_blank_at_the_end_looks_like_padding():
    text = one_row(["7", "3", ""], "B2", blanks="kept")
    assert set(text.undecidable) | text.unjudged == set(NAMES)


def test_a_row_without_any_value_is_not_open():
    assert one_row(["", "", ""], "A", blanks="collapsed").undecidable == {}


def test_glued_numbers_are_open_but_glued_digits_are_not():
    assert one_row(["0", "2", "3"], "G").undecidable == {}
    assert set(one_row(["0", "25", "3"], "G").undecidable) == set(NAMES)


def test_text_without_repeated_lines_is_refused_and_its_truth_empty():
    spec, text = made("FD", figures="zeros")
    lines = [line for line in text.text.split("\n") if line]
    assert len(lines) == len(set(lines))
    assert text.refused
    assert truth(spec, refused=text.refused)["figures"] == {}


def test_blank_cells_are_lines_with_one_space():
    text = one_row(["7", "", "3"], "F", blanks="kept", blank_line=" ")
    assert "\n规章\n\n7\n\n \n\n3\n\n" in text.text


def bare(text):
    return re.sub(r"[\s|]", "", text)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([one for one in RECOVERABLE if one != "H"]), st.booleans())
def test_every_label_and_value_stands_in_the_text_in_order(seed, dialect, mixed):
    rng = random.Random(seed)
    spec = random_spec(rng, figures=rng.choice(("distinct", "wild", "blanks")))
    options = random_options(rng, mixed=False)
    text = bare(flatten(spec, dialect, rng=rng, options=options).text)
    at = text.index("二、主动公开政府信息情况")
    for table, sheet in report_sheets(spec).items():
        for cell in vary(sheet, options.variant, spec).cells:
            wanted = bare(cell.text)
            if cell.role not in {"label", "value"} or not wanted:
                continue
            wanted = wanted.translate(str.maketrans("（）：，；", "():,;")) if options.half_width else wanted
            at = text.find(wanted, at)
            assert at >= 0, (table, cell)
            at += len(wanted)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(DIALECTS), st.booleans())
def test_same_seed_same_text(seed, dialect, mixed):
    texts = []
    for _ in range(2):
        rng = random.Random(seed)
        spec = random_spec(rng)
        texts.append(flatten(spec, dialect, rng=rng, options=random_options(rng, mixed=mixed)))
    assert texts[0] == texts[1]


def test_another_dialect_per_table():
    spec = random_spec(random.Random(1), forms="2021", figures="zeros")
    options = FlattenOptions(dialects={"applications": "A0"})
    text = flatten(spec, "B0", rng=random.Random(1), options=options).text
    assert "\n规章 |\n0 |\n" in text
    assert "\n二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |\n" in text


def test_remarks_and_dashes_are_printed_as_written():
    spec = make_spec({NAMES[0]: Written("22（其中修订16件）", 22), NAMES[1]: Written("—", None)}, forms={"proactive_disclosure": "2021"})
    text = flatten(spec, "A0", rng=random.Random(0), options=FlattenOptions(half_width=False, blanks="kept")).text
    assert "\n规章 | 22（其中修订16件） | — |" in text
