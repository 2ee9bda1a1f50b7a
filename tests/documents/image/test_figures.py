"""Two readings and the ink of a cell become a figure, or a doubt."""

from __future__ import annotations

import doctest

import cv2
import numpy as np
import pytest

from pipeline.documents.image import figures
from pipeline.documents.image.cells import Inked, Line
from pipeline.documents.image.figures import UNREAD, as_figure, figure_of, words_of
from pipeline.documents.image.recognise import Heard, Said
from pipeline.tables.numbers import read_number
from tests.documents.image.drawn import cell

TEXT = 22.0


def heard(free: str, chance: float = 0.999, figure: str | None = None) -> list[Heard]:
    plain = as_figure(free) or "" if figure is None else figure
    return [Heard(Said(free, (chance,) * len(free)), Said(plain, (chance,) * len(plain)))]


def test_the_example_of_the_docstring():
    assert doctest.testmod(figures).failed == 0


@pytest.mark.parametrize(
    ("printed", "plain"), [("O", "0"), ("l0", "10"), ("23]", "231"), ("−3", "-3"), ("１２", "12"), ("3。5", "3.5"), ("十19", "+19")]
)
def test_what_looks_like_a_figure_is_one(printed, plain):
    assert as_figure(printed) == plain


@pytest.mark.parametrize("printed", ["", "无", "43万元", "规章", "22（其中修订16件）"])
def test_what_holds_other_characters_is_none(printed):
    assert as_figure(printed) is None


def test_readings_that_agree_leave_no_doubt():
    assert figure_of(cell("2083"), heard("2083"), heard("2O83", figure="2083"), TEXT) == ("2083", [])


def test_readings_that_differ_give_the_likelier_with_doubt():
    value, against = figure_of(cell("2083"), heard("2083", 0.99), heard("2088", 0.7), TEXT)
    assert (value, against) == ("2083", ["differs"])


def test_readings_that_are_worth_nothing_give_no_number():
    value, against = figure_of(cell("20"), heard("2O", 0.2, "20"), heard("26", 0.1), TEXT)
    assert UNREAD in value
    assert read_number(value).value is None
    assert against == ["differs"]


@pytest.mark.parametrize(("chance", "doubt"), [(0.999, []), (0.9, ["unconfirmed"]), (0.4, ["unsure"])])
def test_a_low_chance_is_a_doubt(chance, doubt):
    assert figure_of(cell("7"), heard("7", chance), heard("7"), TEXT)[1] == doubt


@pytest.mark.parametrize(("printed", "read"), [("11", "1"), ("1000", "100"), ("5", "55"), ("208", "20")])
def test_a_character_too_few_or_too_many_is_told_by_the_ink(printed, read):
    assert "width" in figure_of(cell(printed), heard(read), heard(read), TEXT)[1]


@pytest.mark.parametrize("printed", ["0", "1", "11", "17", "208", "1111", "46374"])
def test_the_ink_of_a_figure_that_was_read_right_fits(printed):
    assert figure_of(cell(printed), heard(printed), heard(printed), TEXT) == (printed, [])


def test_a_lost_point_is_told_by_the_ink():
    assert figure_of(cell("36.033"), heard("36033"), heard("36033"), TEXT)[1] == ["width"]
    assert figure_of(cell("36.033"), heard("36.033"), heard("36.033"), TEXT) == ("36.033", [])


def test_two_figures_in_a_cell_are_none():
    value, against = figure_of(cell("34", gap=40), heard("34"), heard("34"), TEXT)
    assert read_number(value).value is None
    assert "several" in against


def two_lines(width: int, distance: int) -> Inked:
    gray = np.full((30 + distance, width), 255, np.uint8)
    for y, text in ((22, "46"), (22 + distance, "37")):
        cv2.putText(gray, text, (4, y), cv2.FONT_HERSHEY_SIMPLEX, 0.75, (0,), 2, cv2.LINE_AA)
    ink = gray < 128
    halves = [(0, 26), (26, gray.shape[0])]
    lines = []
    for start, end in halves:
        ys, xs = np.nonzero(ink[start:end])
        lines.append(Line(start + int(ys.min()), start + int(ys.max()) + 1, int(xs.min()), int(xs.max()) + 1))
    return Inked(gray, ink, tuple(lines), False, False, False)


def test_a_figure_that_its_column_was_too_narrow_for_is_put_together_with_doubt():
    assert figure_of(two_lines(48, 26), heard("46") + heard("37"), heard("46") + heard("37"), TEXT) == ("4637", ["wrapped"])


@pytest.mark.parametrize(("width", "distance"), [(140, 26), (48, 60)])
def test_figures_with_room_beside_or_between_them_are_two(width, distance):
    value, against = figure_of(two_lines(width, distance), heard("46") + heard("37"), heard("46") + heard("37"), TEXT)
    assert read_number(value).value is None
    assert against == ["several"]


def test_words_with_digits_have_to_be_read_alike():
    assert words_of(heard("43.788万元"), heard("43.788万元")) == ("43.788万元", [])
    assert words_of(heard("43.788万元"), heard("43.738万元", 0.99)) == ("43.788万元", ["differs"])
    assert words_of(heard(""), heard("")) == (UNREAD, ["unsure"])
