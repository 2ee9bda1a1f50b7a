"""What a person sees on the terminal: aligned, complete, with signs that are explained."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pipeline.compare import words
from pipeline.compare.points import Point, Source
from pipeline.compare.subject import Subject
from pipeline.compare.text import chart_lines, number_text, table_lines

SHARE = Subject("disclosure", "indicator", "indicators", "公开率", "Disclosure", is_share=True)
COUNT = Subject("applications.new_received.total", "figure", "applications", "新收", "received", unit="件")


def point(year, value=None, unit="示例县", **more):
    return Point("u1", unit, "own", year, value, source=Source("u1-2021-own"), **more)


def share(year, value, sides=(1, 4), **more):
    return point(year, value, numerator=Decimal(sides[0]), denominator=Decimal(sides[1]), **more)


def test_a_cell_shows_value_sides_and_signs():
    lines = list(table_lines([share(2021, 0.25, caveats=("small_number", "doubted"))], SHARE, "zh"))
    assert lines[2].split() == ["示例县", "0.250", "(1/4)*?"]
    assert [line for line in lines if line.startswith("* ")]
    assert [line for line in lines if line.startswith("? 我们的读取存疑")]
    assert not [line for line in lines if line.startswith("! ")]


def test_a_cell_without_a_value_says_why_and_the_legend_what_that_means():
    points = [point(2020, missing="not_collected"), point(2021, missing="table_refused"), point(2022, missing="figure_blank")]
    for lang, names in (("zh", ["未采集", "表拒读", "空白"]), ("en", ["not collected", "table refused", "blank"])):
        lines = list(table_lines(points, COUNT, lang))
        for name in names:
            assert name in lines[2]
            assert any(line.startswith(name) for line in lines[3:])
    assert "0" not in lines[2].replace("示例县", "")


def test_a_break_stands_before_the_value_and_is_told():
    lines = list(table_lines([share(2023, 0.5), share(2024, 0.6, breaks=("break_2024",))], SHARE, "en"))
    assert "‖ 0.600" in lines[2]
    assert any("Art. 23" in line for line in lines)


def test_scope_and_made_up_units_are_named():
    one = Point("u1", "示例县", "government_wide", 2021, Decimal(3), synthetic=True)
    assert "示例县 (government-wide) (made up)" in list(table_lines([one], COUNT, "en"))[2]


def test_what_could_steer_a_terminal_is_shown_as_it_is():
    assert "\x1b" not in "".join(table_lines([point(2021, Decimal(1), unit="县\x1b[2J")], COUNT, "zh"))


NAMES = st.text(alphabet="示例县abc （）", min_size=1, max_size=8).filter(str.strip)


@given(st.lists(st.tuples(NAMES, st.none() | st.decimals(0, 10**9, places=0)), min_size=1, max_size=6))
def test_columns_stand_below_each_other_whatever_the_width_of_the_names(rows):
    points = [
        Point(f"u{at}", name, "own", year, value, missing=None if value is not None else "not_found")
        for at, (name, value) in enumerate(rows)
        for year in (2021, 2022)
    ]
    head, *lines = list(table_lines(points, COUNT, "zh"))[1 : 2 + len(rows)]
    start = cell_len(head[: head.index("2022")])
    for line, (_, value) in zip(lines, rows, strict=True):
        shown = words.missing("not_found", "zh") if value is None else number_text(value)
        assert cell_len(line[: line.rindex(shown)]) == start


def test_bars_are_as_long_as_their_values_and_there_is_none_without_one():
    lines = list(
        chart_lines(
            [point(2020, Decimal(0)), point(2021, Decimal(50)), point(2022, Decimal(100)), point(2023, missing="not_found")], "zh", 20
        )
    )
    assert [line.count("█") for line in lines] == [0, 0, 10, 20, 0]
    assert "未找到" in lines[-1]


def test_a_small_value_still_shows():
    assert "▏" in list(chart_lines([point(2020, Decimal(1)), point(2021, Decimal(10**6))], "zh"))[1]


def test_all_zeros_have_no_bar():
    assert "█" not in "".join(chart_lines([point(2020, Decimal(0))], "zh"))


@pytest.mark.parametrize("code", ["small_number", "doubted", "contradiction", "withdrawn", "something_new"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sign_is_explained(code, lang):
    lines = words.legend([code], [], [], lang)
    assert len(lines) == 1
    assert lines[0].startswith(words.mark(code))


def test_every_word_is_there_in_both_languages():
    for part in ("missing", "missing_told", "caveat", "text"):
        for entry in words._words()[part].values():
            assert {"zh", "en"} <= entry.keys()
