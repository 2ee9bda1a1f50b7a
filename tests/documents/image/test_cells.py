"""The ink of one cell: what the lines around it, noise and compression leave is none."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.documents.image.cells import Inked, inked
from pipeline.documents.image.grid import boxes_of
from pipeline.documents.image.pixels import prepare
from pipeline.documents.image.ruling import frames, lines_of
from tests.documents.image.drawn import HEIGHT, MARGIN, WIDTH, Pixels, single, table
from tests.documents.image.pictures import noisy


def first_cell(pixels: Pixels) -> Inked:
    sheet = prepare(pixels)
    assert sheet is not None
    lines = lines_of(sheet)
    boxes = boxes_of(frames(lines, sheet.text)[0])
    assert boxes
    return inked(sheet, lines, boxes[0])


def emptied(pixels: Pixels) -> Pixels:
    """The first cell without its number."""
    pixels[MARGIN + 4 : MARGIN + HEIGHT - 3, MARGIN + 4 : MARGIN + WIDTH - 3] = 255
    return pixels


PAGE = table(single(5, 4), 5, 4)


def test_a_number_is_one_line_of_ink_and_not_faint():
    one = first_cell(PAGE)
    assert len(one.lines) == 1
    assert (one.faint, one.cut, one.sealed) == (False, False, False)


def test_a_blank_cell_has_no_ink_whatever_its_lines_are():
    for thickness in (1, 3):
        one = first_cell(emptied(table(single(5, 4), 5, 4, thickness=thickness)))
        assert (one.lines, one.faint) == ((), False)


def test_noise_is_no_ink():
    one = first_cell(noisy(emptied(PAGE.copy()), np.random.default_rng(2), 14.0))
    assert one.lines == ()


def test_what_compression_leaves_in_a_corner_is_no_print():
    page = emptied(PAGE.copy())
    page[MARGIN + 6 : MARGIN + 9, MARGIN + 6 : MARGIN + 9] = 222
    one = first_cell(page)
    assert one.lines == ()
    assert one.faint, "it is doubted all the same"


def test_a_faint_number_is_read_with_doubt():
    page = emptied(PAGE.copy())
    cv2.putText(page, "208", (MARGIN + 25, MARGIN + 27), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (222, 222, 222), 2, cv2.LINE_AA)
    one = first_cell(page)
    assert len(one.lines) == 1
    assert one.faint


def test_a_number_that_touches_its_line_is_cut():
    page = emptied(PAGE.copy())
    cv2.putText(page, "208", (MARGIN - 4, MARGIN + 27), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 2, cv2.LINE_AA)
    assert first_cell(page).cut
