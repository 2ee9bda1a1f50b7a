"""What one cell says: every form of value met in reports, and nothing guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tables.numbers import holds_digit, read_number

NUMBERS = {
    "plain": ("12", 12),
    "zero": ("0", 0),
    "leading zeros are the publisher's": ("007", 7),
    "spaces around": (" \u00a0\u30003 \n", 3),
    "full-width digits": ("１２", 12),
    "full-width with a sign": ("＋１２", 12),
    "plus": ("+19", 19),
    "minus": ("-3", -3),
    "minus sign of mathematics": ("−3", -3),
    "dash as a sign": ("–3", -3),
    "increase in words": ("增10", 10),
    "increase in two characters": ("增加10", 10),
    "new in words": ("新增 10", 10),
    "decrease in words": ("减4", -4),
    "decrease in two characters": ("减少4", -4),
    "thousands": ("1,204", 1204),
    "thousands, full-width": ("1，204", 1204),
    "millions": ("12,345,678", 12345678),
    "a remark": ("22（其中修订 16 件）", 22),
    "a remark in square brackets": ("22[含修订]", 22),
    "a space that a rewriter did not know": ("? 0", 0),
    "a unit": ("5件", 5),
    "a unit with a space": ("5 件", 5),
    "a full stop": ("0。", 0),
    "a pipe left behind": ("7|", 7),
    "many digits": ("123456789012345678", 123456789012345678),
}


@pytest.mark.parametrize("form", NUMBERS)
def test_forms_of_numbers(form):
    text, value = NUMBERS[form]
    reading = read_number(text)
    assert (reading.status, reading.value) == ("reported", value)
    assert isinstance(reading.value, int)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("43.788", "43.788", None),
        ("43.788万元", "43.788", "万元"),
        ("1276.5534万元", "1276.5534", "万元"),
        ("1,276.5534 万元", "1276.5534", "万元"),
        ("0.00", "0.00", None),
        ("2.5万", "2.5", "万元"),
        ("1.2亿元", "1.2", "亿元"),
        ("38.441094", "38.441094", None),
    ],
)
def test_amounts_keep_their_digits_and_their_unit(text, value, unit):
    reading = read_number(text)
    assert isinstance(reading.value, Decimal)
    assert (str(reading.value), reading.unit) == (value, unit)


def test_whole_amount_with_its_unit():
    reading = read_number("152790元")
    assert (reading.value, reading.unit) == (152790, "元")


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u3000", "\n", "|", " | "])
def test_nothing_printed_is_blank(text):
    assert (read_number(text).status, read_number(text).value) == ("blank", None)


@pytest.mark.parametrize("text", ["/", "／", "-", "－", "—", "——", "— —", "–", "无", " 无 ", "//", "\\", "N/A"])
def test_dashes_and_none_in_words_are_not_zero(text):
    assert (read_number(text).status, read_number(text).value) == ("dash", None)


@pytest.mark.parametrize(
    "text",
    [
        "+(0) -(0)",
        "12 13",
        "12\n13",
        "1-3",
        "1～3",
        "3+4",
        "12.3.4",
        "1,2",
        "1,2345",
        "12,34",
        "约30",
        "30余",
        "100余条",
        "50%",
        "0.5%",
        "三",
        "办公设备2019年第2批",
        "信息系统运维",
        "2023年",
        "2023-01-05",
        "规章",
        "O",
        "l2",
        "1e9",
        "0x10",
        "NaN",
        "inf",
        "½",
        "（3）",
        "(本年制发件数)",
        "--5",
        "+-5",
        "增",
        "5 6件",
        "1 204",
    ],
)
def test_what_is_no_single_number_is_not_made_one(text):
    reading = read_number(text)
    assert (reading.status, reading.value) == ("unreadable", None)


@pytest.mark.parametrize("text", ["22①", "5²", "3⁵", "5₂", "①", "²"])
def test_footnote_marks_are_no_digits(text):
    assert read_number(text).value in (None, int(text[:-1] or "0") or None)


@pytest.mark.parametrize(("text", "signed"), [("+3", True), ("增3", True), ("-3", True), ("3", False), ("3件", False)])
def test_a_printed_sign_is_told(text, signed):
    assert read_number(text).signed is signed


@pytest.mark.parametrize(("text", "remark"), [("22（其中修订16件）", True), ("22", False)])
def test_a_remark_is_told(text, remark):
    assert read_number(text).remark is remark


@pytest.mark.fault("P16")
@pytest.mark.parametrize("part", ["1,", "1", "（一", "(", "（）", "0 ", "+", "-", "增", "元", "|", "１", "、", "\u3000", "无"])
def test_a_megabyte_in_a_cell_is_refused_without_matching(part):
    assert read_number(part * (1_000_000 // len(part))).value is None


@pytest.mark.parametrize("text", ["12", "１２", "办公设备2019年", "½", "①"])
def test_digits_in_any_script_are_digits(text):
    assert holds_digit(text)


@pytest.mark.parametrize("text", ["", "信息系统运维", "三", "/"])
def test_words_hold_no_digit(text):
    assert not holds_digit(text)


@given(st.text(max_size=80))
def test_no_cell_makes_it_raise(text):
    reading = read_number(text)
    assert (reading.value is not None) == (reading.status == "reported")


@given(st.integers(-(10**15), 10**15), st.sampled_from(["{}", " {} ", "{}件", "{}（其中修订 3 件）", "{:+}"]))
def test_a_written_number_comes_back(value, form):
    assert read_number(form.format(value)).value == value


@given(st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False, allow_infinity=False))
def test_decimals_come_back_digit_by_digit(value):
    assert str(read_number(f"{value:f}万元").value) == f"{value:f}"
