"""Characters in their places become lines, numbers and paragraphs."""

from __future__ import annotations

import doctest

import pytest

from pipeline.documents.pdf import stitch, text
from pipeline.documents.pdf.page import Glyph
from pipeline.documents.pdf.text import Line, cell_lines, joined, lines_of, paragraphs, plain


def glyphs(said: str, *, x: float = 0.0, top: float = 0.0, size: float = 10.0, gap: float = 0.0) -> list[Glyph]:
    """A line of characters of equal width; a space moves on."""
    found = []
    for sign in said:
        if sign != " ":
            found.append(Glyph(sign, x, x + size, top, top + size))
        x += size + gap
    return found


@pytest.mark.parametrize("module", [text, stitch])
def test_the_examples_of_the_docstrings(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(("given", "meant"), [("⼈⺠", "人民"), ("⾏政", "行政"), ("豈", "豈"), ("１２", "１２"), ("①", "①")])
def test_radicals_become_the_characters_they_stand_for_and_nothing_else(given, meant):
    assert "".join(map(plain, given)) == meant


def test_the_order_in_the_file_says_nothing():
    mixed = [*glyphs("下一行", top=20), *reversed(glyphs("规章"))]
    assert [line.text() for line in lines_of(mixed)] == ["规章", "下一行"]


def test_numbers_apart_are_columns_where_words_apart_are_not():
    (line,) = lines_of([*glyphs("135", size=6), *glyphs("130", x=24, size=6), *glyphs("总计", x=90), *glyphs("件", x=116)])
    assert line.text(" | ") == "135 | 130 | 总计 件"


def test_a_narrow_space_of_the_file_parts_two_numbers_that_letters_set_wide_do_not():
    apart = [*glyphs("3"), Glyph("5", 12, 22, 0, 10, spaced=True)]
    assert lines_of(apart)[0].text() == "3 5"
    assert lines_of(glyphs("35", gap=2))[0].text() == "35"


def test_a_raised_small_digit_is_the_mark_of_a_note():
    (line,) = cell_lines([*glyphs("3"), Glyph("1", 10, 15, -1, 5)])
    assert line.text() == "3¹"


@pytest.mark.parametrize(
    ("rooms", "expected"), [([0.2, 3.0], ("4637", False)), ([2.0, 3.0], ("4637", True)), ([9.0, 9.0], ("46\n37", False))]
)
def test_a_number_goes_on_below_where_its_line_is_full(rooms, expected):
    assert joined([Line(tuple(glyphs("46"))), Line(tuple(glyphs("37", top=12)))], rooms) == expected


def test_a_full_line_goes_on_and_an_indented_one_begins():
    lines = lines_of([*glyphs("本年度我镇共收到申"), *glyphs("请三件。", top=14), *glyphs("其他。", x=25, top=28)])
    assert [one for _, one in paragraphs(lines)] == ["本年度我镇共收到申请三件。", "其他。"]
