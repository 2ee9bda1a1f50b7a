"""Cells become texts: dashes and slashes are told by their ink, as the model takes them for a 1."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from pipeline import normalizer
from pipeline.documents.image.cells import Inked
from pipeline.documents.image.figures import Doubt
from pipeline.documents.image.recognise import Heard, Said
from pipeline.documents.image.text import read_cells
from tests.documents.image.drawn import cell, of_gray

TEXT = 22.0


class OneForAll:
    """A model that reads a 1 everywhere and is sure of it."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, lines):
        self.asked += len(lines)
        return [Heard(Said("1", (0.999,)), Said("1", (0.999,))) for _ in lines]


def stroke(start: tuple[int, int], end: tuple[int, int], thickness: int = 2) -> Inked:
    gray = np.full((40, 60), 255, np.uint8)
    cv2.line(gray, start, end, (0,), thickness, cv2.LINE_AA)
    return of_gray(gray)


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        (stroke((34, 8), (26, 30)), "/"),
        (stroke((40, 8), (20, 30)), "/"),
        (stroke((26, 20), (34, 20)), "-"),
        (stroke((10, 20), (45, 20)), "—"),
    ],
)
def test_a_cell_without_a_figure_is_told_by_its_ink(drawn, text):
    model = OneForAll()
    (said,) = read_cells([drawn], TEXT, model)
    assert (said.text, said.doubts, model.asked) == (text, (), 0)


@pytest.mark.parametrize("drawn", [stroke((30, 8), (30, 30), 3), stroke((31, 8), (30, 30)), cell("1"), cell("7")])
def test_an_upright_stroke_and_a_seven_are_left_to_the_model(drawn):
    (said,) = read_cells([drawn], TEXT, OneForAll())
    assert said.text == "1"


def test_a_blank_cell_is_blank():
    (said,) = read_cells([of_gray(np.full((40, 60), 255, np.uint8))], TEXT, OneForAll())
    assert (said.text, said.doubts) == ("", ())


def test_every_doubt_has_a_meaning_in_the_dictionary():
    path = Path(normalizer.__file__).with_name("codes.toml")
    told = {code for codes in tomllib.loads(path.read_text("utf8")).values() for code in codes}
    assert {f"read.ocr_{name}" for name in get_args(Doubt)} <= told
