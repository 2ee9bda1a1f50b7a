"""A picture made ready: turned upright, seals taken away, faint ink darkened."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.documents.image.pixels import darkened, noise_of, prepare, skew, without_seals
from tests.documents.image.drawn import single, table
from tests.documents.image.pictures import faint, noisy, rotated

PAGE = table(single(8, 6), 8, 6)


@pytest.mark.parametrize("degrees", [-3.0, -1.5, -0.3, 0.0, 0.7, 1.5, 3.0])
def test_skew_is_measured_to_a_tenth_of_a_degree(degrees):
    gray = cv2.cvtColor(rotated(PAGE, degrees), cv2.COLOR_BGR2GRAY)
    assert skew(gray) == pytest.approx(-degrees, abs=0.1)


def test_text_is_as_high_as_its_digits_whatever_the_size():
    for scale in (1.0, 1.7, 3.0):
        sheet = prepare(cv2.resize(PAGE, None, fx=scale, fy=scale))
        assert sheet is not None
        assert sheet.text / sheet.gray.shape[0] == pytest.approx(16 / PAGE.shape[0], rel=0.2)


def test_a_picture_without_any_mark_is_none():
    assert prepare(np.full((200, 300, 3), 255, np.uint8)) is None
    assert prepare(np.zeros((200, 300, 3), np.uint8)) is None


def test_a_seal_is_taken_away_and_black_under_it_stays():
    page = PAGE.copy()[:, :, ::-1].copy()
    cv2.circle(page, (200, 150), 80, (210, 30, 40), 8, cv2.LINE_AA)
    under = (PAGE.max(axis=2) < 60) & (page[:, :, 0] > 150)
    page[under] = (90, 0, 0)
    paper = (PAGE.min(axis=2) == 255) & (page[:, :, 1] < 60)
    gray, sealed = without_seals(page, 16.0)
    assert paper.any()
    assert sealed[paper].all()
    assert gray[paper].min() > 230, "the ring is as light as paper"
    assert under.any()
    assert gray[under].max() < 150, "what was printed below it is dark"
    assert not sealed[:, 400:].any()


def test_red_figures_are_no_seal():
    page = np.full((200, 400, 3), 255, np.uint8)
    cv2.putText(page, "1204", (30, 80), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (200, 20, 20), 2)
    gray, sealed = without_seals(page, 16.0)
    assert not sealed.any()
    assert gray.min() < 120


def test_faint_ink_is_darkened_and_dark_ink_left():
    gray = cv2.cvtColor(PAGE, cv2.COLOR_BGR2GRAY)
    assert darkened(gray) is gray
    light = cv2.cvtColor(faint(PAGE), cv2.COLOR_BGR2GRAY)
    assert light.min() > 150
    assert darkened(light).min() < 120


def test_noise_is_measured_on_the_ground_alone():
    rng = np.random.default_rng(5)
    for strength in (0.0, 6.0, 14.0):
        gray = cv2.cvtColor(noisy(PAGE, rng, strength), cv2.COLOR_BGR2GRAY)
        assert noise_of(gray, 16.0) == pytest.approx(0.66 * strength, abs=1.5)
