"""Tables drawn by hand for the tests: lines, digits, nothing that a browser is needed for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import cv2
import numpy as np

from pipeline.documents.image.cells import Inked, Line

Pixels = np.ndarray[Any, np.dtype[Any]]
#: A cell as first row, first column, rows, columns.
Span = tuple[int, int, int, int]
WIDTH, HEIGHT, MARGIN = 90, 40, 30


def table(
    spans: Iterable[Span], rows: int, columns: int, *, shade: int = 0, thickness: int = 1, text: str = "208", open_side: bool = False
) -> Pixels:
    """A ruled table with a number in each cell: rows × columns × 3, black on white. ``open_side``: its right line is cut off."""
    page = np.full((2 * MARGIN + rows * HEIGHT, 2 * MARGIN + columns * WIDTH, 3), 255, np.uint8)
    for row, column, down, along in spans:
        x0, y0 = MARGIN + column * WIDTH, MARGIN + row * HEIGHT
        x1, y1 = x0 + along * WIDTH, y0 + down * HEIGHT
        cv2.rectangle(page, (x0, y0), (x1, y1), (shade,) * 3, thickness)
        at = ((x0 + x1) // 2 - 20, (y0 + y1) // 2 + 7)
        cv2.putText(page, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 2, cv2.LINE_AA)
    return page[:, : -MARGIN - 2] if open_side else page


def single(rows: int, columns: int) -> list[Span]:
    """The cells of a table in which nothing is joined."""
    return [(row, column, 1, 1) for row in range(rows) for column in range(columns)]


def cell(text: str, *, gap: int = 0, after: int = 1, noise: Sequence[tuple[int, int]] = ()) -> Inked:
    """A cell 24 pixels high with one line of digits; ``gap`` more pixels after so many of them."""
    gray = np.full((36, 60 + 16 * len(text) + gap, 1), 255, np.uint8)
    x = 12
    for at, sign in enumerate(text):
        cv2.putText(gray, sign, (x, 26), cv2.FONT_HERSHEY_SIMPLEX, 0.75, (0,), 2, cv2.LINE_AA)
        x += 16 + (gap if at + 1 == after else 0)
    for x, y in noise:
        gray[y, x] = 0
    return of_gray(gray[:, :, 0])


def of_gray(gray: Pixels) -> Inked:
    """A cell whose ink is what is dark in it, as one line."""
    ink = gray < 128
    ys, xs = np.nonzero(ink)
    lines = (Line(int(ys.min()), int(ys.max()) + 1, int(xs.min()), int(xs.max()) + 1),) if len(ys) else ()
    return Inked(gray, ink, lines, False, False, False)
