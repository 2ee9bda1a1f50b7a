"""Ruling lines become cells: merged ones, skewed, broken, gray and double lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents.image.grid import boxes_of
from pipeline.documents.image.pixels import prepare
from pipeline.documents.image.ruling import Frame, frames, lines_of
from tests.documents.image.drawn import HEIGHT, MARGIN, WIDTH, Pixels, Span, single, table
from tests.documents.image.pictures import noisy, rotated

#: Merged cells of every kind: along, down, both.
SPANS: list[Span] = [
    *((0, 0, 2, 1), (0, 1, 1, 3), (0, 4, 2, 1), (1, 1, 1, 1), (1, 2, 1, 1), (1, 3, 1, 1)),
    *((2, 0, 3, 1), (2, 1, 2, 2), (2, 3, 1, 1), (2, 4, 1, 1), (3, 3, 1, 2), (4, 1, 1, 1), (4, 2, 1, 3)),
]


def cells_of(pixels: Pixels) -> list[list[Span]]:
    sheet = prepare(pixels)
    assert sheet is not None
    return [[(box.row, box.column, box.rowspan, box.colspan) for box in boxes_of(one) or []] for one in frames(lines_of(sheet), sheet.text)]


def test_merged_cells_are_where_no_line_is_drawn():
    assert cells_of(table(SPANS, 5, 5)) == [sorted(SPANS)]


@pytest.mark.parametrize("degrees", [-3.0, -1.5, 0.4, 2.2, 3.0])
def test_a_skewed_table_has_the_same_cells(degrees):
    assert cells_of(rotated(table(SPANS, 5, 5), degrees)) == [sorted(SPANS)]


@pytest.mark.parametrize("shade", [0, 120, 190, 221])
@pytest.mark.parametrize("thickness", [1, 3])
def test_lines_may_be_gray_or_thick(shade, thickness):
    assert cells_of(table(SPANS, 5, 5, shade=shade, thickness=thickness)) == [sorted(SPANS)]


def test_noise_and_blur_leave_the_cells_as_they_are():
    worn = cv2.GaussianBlur(noisy(table(SPANS, 5, 5), np.random.default_rng(1), 16.0), (0, 0), 0.6)
    assert cells_of(worn) == [sorted(SPANS)]


def test_broken_lines_are_bridged():
    page = table(single(5, 5), 5, 5)
    rng = np.random.default_rng(3)
    for _ in range(60):
        on_level = rng.random() < 0.5
        edge, along = MARGIN + int(rng.integers(0, 6)) * (HEIGHT if on_level else WIDTH), int(rng.integers(MARGIN, 200))
        y, x = (edge, along) if on_level else (along, edge)
        page[max(0, y - 2) : y + 3, max(0, x - 3) : x + 4] = 255
    assert cells_of(page) == [single(5, 5)]


def test_a_table_whose_outer_line_was_cut_off_is_closed():
    assert cells_of(table(single(4, 3), 4, 3, open_side=True)) == [single(4, 3)]


def test_two_tables_are_two():
    page = np.vstack([table(single(3, 4), 3, 4), table(single(2, 4), 2, 4)])
    assert cells_of(page) == [single(3, 4), single(2, 4)]


def test_a_box_around_text_is_no_table():
    assert cells_of(table([(0, 0, 4, 4)], 4, 4, text="20241231")) == []


def test_text_without_lines_is_no_table():
    page = np.full((300, 600, 3), 255, np.uint8)
    for y in range(40, 280, 40):
        cv2.putText(page, "1111 llll --- 2023 1111 TTTT", (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
    assert cells_of(page) == []


def test_a_side_that_is_half_drawn_is_doubted():
    over = ((1.0, 1.0), (1.0, 0.45), (1.0, 1.0))
    before = ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    boxes = boxes_of(Frame((0.0, 50.0, 100.0), (0.0, 20.0, 40.0), over, before))
    assert boxes is not None
    assert [box.doubted for box in boxes] == [False, True, False, True]


def test_slots_that_make_no_rectangle_take_in_what_they_lack():
    over = ((1.0, 1.0), (0.0, 1.0), (1.0, 1.0))
    before = ((1.0, 0.0, 1.0), (1.0, 1.0, 1.0))
    frame = Frame((0.0, 50.0, 100.0), (0.0, 20.0, 40.0), over, before)
    assert boxes_of(frame) is None, "all four slots ran together"


@st.composite
def partitions(draw) -> tuple[list[Span], int, int]:
    """A table cut into rectangles, again and again, with a line through every row and column somewhere."""
    rows, columns = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    spans: list[Span] = []

    def cut(row: int, column: int, down: int, along: int) -> None:
        if down * along > 1 and draw(st.integers(0, 3)):
            across = down > 1 and (along == 1 or draw(st.booleans()))
            at = draw(st.integers(1, (down if across else along) - 1))
            cut(row, column, at if across else down, along if across else at)
            cut(
                row + at if across else row,
                column if across else column + at,
                down - at if across else down,
                along if across else along - at,
            )
        else:
            spans.append((row, column, down, along))

    cut(0, 0, rows, columns)
    return sorted(spans), rows, columns


@settings(max_examples=40)
@given(partitions())
def test_any_table_cut_into_rectangles_comes_back(partition):
    spans, rows, columns = partition
    if len(spans) < 3:
        return
    ys = sorted({row for row, _, down, _ in spans} | {row + down for row, _, down, _ in spans})
    xs = sorted({column for _, column, _, _ in spans} | {column + along for _, column, _, along in spans})
    expected = sorted((ys.index(r), xs.index(c), ys.index(r + d) - ys.index(r), xs.index(c + a) - xs.index(c)) for r, c, d, a in spans)
    assert cells_of(table(spans, rows, columns)) == [expected]
