"""A picture made ready to be read: of even size, upright to a tenth of a degree, on white ground, without the seals on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from pipeline.documents.image.decode import Pixels

#: Rows × columns of 0…255. (The stubs of OpenCV do not say that its results are bytes where what it was given was.)
Gray = np.ndarray[Any, np.dtype[Any]]
Mask = np.ndarray[Any, np.dtype[Any]]
#: Height of text, in pixels, above which a picture is made smaller (nothing is gained from more), and below which it is doubled, so that
#: a line has a width; and the values of a picture that is too large for that.
_TALLEST = 40.0
_LOWEST = 14.0
_MOST_DOUBLED = 30_000_000
#: Degrees to either side within which a skew is looked for, and below which it is left.
_SKEW = 3.6
_STRAIGHT = 0.08
#: Darkness of ink, of 255, below which a picture is faint, and how many times darker it is made at most.
_DARK = 140.0
_MOST_DARKENED = 4.0
#: Pixels on the longer side of the copy on which skew is measured.
_COPY = 1600
#: A line that is no noise: its length in heights of text, and by how much, of 255, it is darker than the ground usually is along as much.
_LONG_LINE = 3.0
_LIGHTEST_LINE = 8.0
#: By how much red has to outshine green and blue, and a red figure's height in heights of text, to be part of a seal.
_RED = 45
_SEAL = 3.5


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture ready to be read. All measures are in its own pixels.

    ``gray``: 255 is the ground, whatever its colour and lighting were. ``sealed``: where the ink of a seal was taken away (255) or not (0).
    ``text``: height of a character; ``noise``: standard deviation of the ground; ``angle``: degrees by which the picture was turned.
    """

    gray: Gray
    sealed: Mask
    text: float
    noise: float
    angle: float


def prepare(pixels: Pixels) -> Sheet | None:
    """Make a picture ready; ``None`` where nothing in it is as tall as text."""
    rough = text_height(on_white(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), 30.0))
    if rough is None:
        return None
    scale = _TALLEST / rough if rough > _TALLEST else 2.0 if rough < _LOWEST and pixels.size < _MOST_DOUBLED else 1.0
    if scale != 1.0:
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=way), dtype=np.uint8)
        rough *= scale
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    angle = skew(gray)
    if abs(angle) >= _STRAIGHT:
        pixels = turned(pixels, angle)
    gray, sealed = without_seals(pixels, rough)
    even = darkened(on_white(gray, rough))
    height = text_height(even) or rough
    return Sheet(even, sealed, height, noise_of(even, height), angle)


def darkened(gray: Gray) -> Gray:
    """A faint picture with its ink made as dark as ink usually is; others as they are."""
    ink = gray[gray < _middle(gray)]
    dark = 255.0 - float(np.percentile(ink, 25)) if len(ink) else 255.0
    if dark >= _DARK:
        return gray
    return np.asarray(255 - np.clip((255.0 - gray) * min(_DARK / max(dark, 1.0), _MOST_DARKENED), 0, 255), dtype=np.uint8)


def on_white(gray: Gray, text: float) -> Gray:
    """The picture divided by its ground, so that paper, shadows and coloured cells are white alike and ink keeps its share of darkness.

    The ground is what is left when everything narrower than a few characters is closed; dark fields with light text are turned over.
    """
    small = max(1, round(text / 6))
    reduced = cv2.resize(gray, None, fx=1 / small, fy=1 / small, interpolation=cv2.INTER_AREA) if small > 1 else gray
    size = 2 * round(1.2 * text / small) + 1
    ground = cv2.morphologyEx(reduced, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    ground = cv2.blur(ground, (size, size))
    ground = cv2.resize(ground, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, np.maximum(ground, 1), scale=255.0), dtype=np.uint8)


def text_height(gray: Gray) -> float | None:
    """Height of a full character: what is tall among the marks that are neither specks nor lines; ``None`` where there are none."""
    ink = (gray < _middle(gray)).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    widths, heights, areas = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    marks = (heights >= 5) & (heights <= 120) & (widths <= 3 * heights) & (widths * 8 >= heights) & (areas * 12 >= widths * heights)
    if int(marks.sum()) < 4:
        return None
    # Characters of CJK fall into pieces, and digits are lower: the tallest quarter are whole characters.
    return float(np.percentile(heights[marks], 85)) * 1.05


def _middle(gray: Gray) -> int:
    """A level between ink and ground."""
    level, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return int(np.clip(level, 60, 225))


def noise_of(gray: Gray, text: float) -> float:
    """Standard deviation of the ground, away from ink and lines. Ground is lightest at 255, so only its darker half is seen."""
    reach = max(3, round(text / 2)) | 1
    near = cv2.dilate((gray < _middle(gray)).astype(np.uint8), np.ones((reach, reach), np.uint8)) | _light_lines(gray, text)
    ground = 255.0 - gray[near == 0][::7]
    return float(np.percentile(ground, 99)) / 2.33 if len(ground) > 100 else 0.0


def _light_lines(gray: Gray, text: float) -> Mask:
    """Where long level or upright lines are drawn, however light (1): the #ddd of a page is no ink and must not pass for noise."""
    dark = cv2.subtract(np.full_like(gray, 255), gray)
    length = max(9, round(_LONG_LINE * text))
    found = np.zeros_like(gray)
    for shape in ((1, length), (length, 1)):
        along = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        found |= (along > float(np.median(along)) + _LIGHTEST_LINE).astype(np.uint8)
    return np.asarray(cv2.dilate(found, np.ones((3, 3), np.uint8)))


def skew(gray: Gray) -> float:
    """Degrees by which the lines of a picture fall to the right, within ±3.6: the turn after which its rows are most unlike each other."""
    scale = min(1.0, _COPY / max(gray.shape))
    copy = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else gray
    ground = cv2.morphologyEx(copy, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    dark = np.clip(cv2.subtract(ground, copy).astype(np.float32) - 24.0, 0.0, 100.0)
    best = _best_angle(dark, np.arange(-_SKEW, _SKEW + 0.01, 0.3))
    best = _best_angle(dark, np.arange(best - 0.3, best + 0.31, 0.1))
    return float(_best_angle(dark, np.arange(best - 0.1, best + 0.11, 0.025)))


def _best_angle(dark: np.ndarray[Any, Any], angles: np.ndarray[Any, Any]) -> float:
    return float(max(angles, key=lambda angle: _contrast(dark, float(angle))))


def _contrast(dark: np.ndarray[Any, Any], angle: float) -> float:
    """How much the sums of neighbouring rows differ after a shear; a shear is a turn as far as rows go."""
    height, width = dark.shape
    slope = np.tan(np.radians(angle))
    matrix = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float32)
    rows = cv2.warpAffine(dark, matrix, (width, height), flags=cv2.INTER_LINEAR).sum(axis=1)
    return float((np.diff(rows) ** 2).sum())


def turned(pixels: Pixels, angle: float) -> Pixels:
    """A picture turned so that what fell by ``angle`` degrees is level; what comes in at the corners is white."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    whole = cv2.warpAffine(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255)
    )
    return np.asarray(whole, dtype=np.uint8)


def without_seals(pixels: Pixels, text: float) -> tuple[Gray, Mask]:
    """The picture in gray with seals taken away, and where they were.

    A seal is red and much taller than text. In the red channel its ink is nearly as light as paper while black stays black. Red text is no
    seal: it stays.
    """
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    red = pixels[:, :, 0]
    rest = cv2.max(pixels[:, :, 1], pixels[:, :, 2])
    reddish = (cv2.subtract(red, rest) > _RED).astype(np.uint8)
    nothing = np.zeros_like(gray)
    if int(reddish.sum()) < text * text:
        return gray, nothing
    reach = max(3, round(text / 2)) | 1
    joined = cv2.morphologyEx(reddish, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    region = nothing.copy()
    for number in range(1, count):
        x, y, width, height, _ = (int(value) for value in stats[number])
        if min(width, height) >= _SEAL * text:
            points = cv2.findNonZero((labels[y : y + height, x : x + width] == number).astype(np.uint8))
            cv2.fillConvexPoly(region, cv2.convexHull(points) + np.array([x, y]), 255)
    if not region.any():
        return gray, nothing
    sealed = np.where((region > 0) & (cv2.dilate(reddish, np.ones((3, 3), np.uint8)) > 0), 255, 0).astype(np.uint8)
    inked = red[sealed > 0]
    ink = max(float(np.percentile(inked, 60)), 1.0)
    lifted = np.clip(red.astype(np.float32) * (255.0 / ink), 0, 255).astype(np.uint8)
    cleared = np.where(sealed > 0, lifted, gray).astype(np.uint8)
    return cleared, sealed
