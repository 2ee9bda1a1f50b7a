"""Ruling lines of a picture → the edges of its tables' columns and rows, and between which slots a line is drawn.

A line is where nearly every pixel along a stretch is darker than what lies a few pixels to both sides of it. Strokes of characters are so
only here and there. Short gaps are bridged.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.documents.image.pixels import Gray, Mask, Sheet

#: All in heights of text: the shortest level and upright line, the widest gap between long lines and
#: between short pieces that is bridged, how far apart two lines are one, and how far
#: a line's end may lie from the line that it meets, what of its end is left out of account, and the lowest row.
_SHORTEST = (4.0, 1.9)
_GAP = 1.0
_BREAK = 0.6
_SAME = 0.4
_MEETS = 0.4
_CROSS = 0.15
_CROSSING = 0.3
_LOWEST = 1.05
#: The least by which a line is darker than its ground, of 255, and its share of what lines of the picture usually are.
_FAINTEST = 18.0
_OF_USUAL = 0.38
#: From where to where, in heights of text, the ground beside a piece of a line is clear.
_CLEAR = (0.2, 0.36)
#: Share of the pixels of a stretch that have to look like a line.
_DRAWN = 0.9
#: Share of the side of some slot that an edge has to be drawn along.
_CARRIES = 0.62


@dataclass(frozen=True, slots=True)
class Lines:
    """Where long level and upright lines are drawn (255), and where pieces of lines are that may be broken."""

    level: Mask
    upright: Mask
    level_pieces: Mask
    upright_pieces: Mask


@dataclass(frozen=True, slots=True)
class Frame:
    """The edges of one table: ``ys`` of its rows, ``xs`` of its columns, in pixels, and the shares of each slot's sides that are drawn.

    ``over[r][c]`` is the line above slot (r, c), with one row more for the lower edge; ``before[r][c]`` the one left of it, with one
    column more for the right edge.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    over: tuple[tuple[float, ...], ...]
    before: tuple[tuple[float, ...], ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]


def lines_of(sheet: Sheet) -> Lines:
    """The ruling lines of a picture."""
    level, level_pieces = _level_lines(sheet.gray, sheet, _SHORTEST[0])
    upright, upright_pieces = _level_lines(cv2.transpose(sheet.gray), sheet, _SHORTEST[1])
    return Lines(level, cv2.transpose(upright), level_pieces, cv2.transpose(upright_pieces))


def _level_lines(gray: Gray, sheet: Sheet, shortest: float) -> tuple[Mask, Mask]:
    reach = max(3, round(sheet.text * 0.28))
    thin = cv2.morphologyEx(cv2.blur(gray, (3, 1)), cv2.MORPH_BLACKHAT, np.ones((2 * reach + 1, 1), np.uint8))
    least = max(_FAINTEST, 4.0 * sheet.noise)
    found = _long(thin > least, sheet.text, shortest)
    if found.any():
        # Now that it is known how dark lines are here, what is lighter by far (the skirts of strokes) is none.
        least = max(least, _OF_USUAL * float(np.median(thin[(found > 0) & (thin > least)])))
        found = _long(thin > least, sheet.text, shortest)
    bridged = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * sheet.text))), np.uint8))
    return bridged, cv2.bitwise_or(found, _alone(gray, thin > least, least, sheet.text))


def _alone(gray: Gray, marked: Mask, least: float, text: float) -> Mask:
    """Marks with clear ground a little above and below them: pieces of a line. Strokes of characters have others around them."""
    near, far = max(3, round(_CLEAR[0] * text)), max(5, round(_CLEAR[1] * text))
    around = np.zeros((2 * far + 1, 1), np.uint8)
    around[: far - near + 1] = around[far + near :] = 1
    crowded = cv2.dilate((gray < 255 - least).astype(np.uint8), around)
    return np.where(marked & (crowded == 0), 255, 0).astype(np.uint8)


def _long(marked: Mask, text: float, shortest: float) -> Mask:
    """Level stretches that are marked nearly without a break, at least ``shortest`` heights of text long."""
    marks: Mask = (marked * np.uint8(255)).astype(np.uint8)
    stretch = 2 * round(0.9 * shortest * text / 2) + 1
    drawn: Mask = (cv2.blur(marks, (stretch, 1)) >= _DRAWN * 255).astype(np.uint8) * np.uint8(255)
    # The average ends half a stretch early: give the ends back where they are marked.
    drawn = cv2.bitwise_and(cv2.dilate(drawn, np.ones((1, stretch), np.uint8)), marks)
    solid = cv2.morphologyEx(cv2.dilate(drawn, np.ones((3, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, max(3, round(text / 4))), np.uint8))
    return np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((1, max(8, round(shortest * text))), np.uint8)), dtype=np.uint8)


def frames(lines: Lines, text: float) -> list[Frame]:
    """The tables that the lines draw, from top to bottom. A single box around something is none."""
    reach = max(3, round(text * 0.8))
    # What belongs to one table is told by all pieces of its lines, where its edges are by the long ones alone.
    gap = max(5, round(_BREAK * text))
    level = cv2.morphologyEx(lines.level_pieces, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    upright = cv2.morphologyEx(lines.upright_pieces, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8))
    both = cv2.bitwise_or(cv2.bitwise_or(lines.level, lines.upright), cv2.bitwise_or(level, upright))
    both = cv2.dilate(both, np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=8)
    found = []
    for number in range(1, count):
        x, y, width, height, _ = (int(value) for value in stats[number])
        if width < 4 * text or height < 2.4 * text:
            continue
        part = labels[y : y + height, x : x + width] == number
        here = slice(y, y + height), slice(x, x + width)
        level, upright = (np.where(part, mask[here], 0).astype(np.uint8) for mask in (lines.level, lines.upright))
        # Where an edge is has to be seen in one piece; how far it goes may be seen in many.
        marks = Lines(level, upright, cv2.bitwise_or(level, lines.level_pieces[here]), cv2.bitwise_or(upright, lines.upright_pieces[here]))
        frame = _frame(marks, text, x, y)
        if frame is not None:
            found.append(frame)
    return sorted(found, key=lambda one: one.ys[0])


def _frame(lines: Lines, text: float, left: int, top: int) -> Frame | None:
    rows, columns = list(_segments(lines.level)), list(_segments(cv2.transpose(lines.upright)))
    if len(rows) < 2 or len(columns) < 2:
        return None
    span_x = (min(one[1] for one in rows), max(one[2] for one in rows))
    span_y = (min(one[1] for one in columns), max(one[2] for one in columns))
    xs = _edges([one[0] for one in columns], span_x, text)
    ys = _edges([one[0] for one in rows], span_y, text)
    # A line that sags leaves the middle of its edge by a few pixels.
    near = np.ones((max(3, round(text * 0.3)) | 1, 1), np.uint8)
    level, upright = cv2.dilate(lines.level_pieces, near), cv2.dilate(cv2.transpose(lines.upright_pieces), near)
    while True:
        if len(xs) < 2 or len(ys) < 2 or (len(xs) == 2 and len(ys) == 2):
            return None
        over, before = _sides(level, xs, ys, text), _sides(upright, ys, xs, text)
        kept_y, kept_x = _carrying(ys, over, text), _carrying(xs, before, text)
        if len(kept_y) == len(ys) and len(kept_x) == len(xs):
            break
        ys, xs = kept_y, kept_x
    turned_over = tuple(tuple(column[row] for column in before) for row in range(len(ys) - 1))
    return Frame(tuple(x + left for x in xs), tuple(y + top for y in ys), over, turned_over)


def _carrying(edges: list[float], sides: tuple[tuple[float, ...], ...], text: float) -> list[float]:
    """The edges that are drawn along the side of a slot; strokes of characters that look like a line are not.

    Nothing fits between two edges that lie closer than text is tall: the one that is drawn along more stays.
    """
    drawn = [sum(share >= _CARRIES for share in shares) for shares in sides]
    return [
        edge
        for at, edge in enumerate(edges)
        if drawn[at]
        and not any(edge != other and abs(edge - other) < _LOWEST * text and drawn[at] < drawn[i] for i, other in enumerate(edges))
    ]


def _segments(mask: Mask) -> Iterator[tuple[float, float, float]]:
    """Level lines as (y of the middle, first x, last x). A line that sags by a pixel is still one."""
    joined = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for number in range(1, count):
        x, y, width, height, _ = (int(value) for value in stats[number])
        part = (labels[y : y + height, x : x + width] == number) & (mask[y : y + height, x : x + width] > 0)
        ys = np.nonzero(part)[0]
        if len(ys):
            yield float(ys.mean()) + y, float(x), float(x + width)


def _edges(found: list[float], span: tuple[float, float], text: float) -> list[float]:
    """Positions of edges: lines that lie close together are one; where the outer line was cut off, its place is that of the ends."""
    groups: list[list[float]] = []
    for at in sorted(found):
        if groups and at - groups[-1][-1] <= _SAME * text:
            groups[-1].append(at)
        else:
            groups.append([at])
    edges = [(group[0] + group[-1]) / 2 for group in groups]
    if edges and edges[0] - span[0] > text:
        edges.insert(0, span[0])
    if edges and span[1] - edges[-1] > text:
        edges.append(span[1])
    return edges


def _sides(mask: Mask, xs: list[float], ys: list[float], text: float) -> tuple[tuple[float, ...], ...]:
    """For each edge in ``ys`` the share of each stretch between two ``xs`` along which a line is drawn; 0 where it meets neither end."""
    shares = []
    for at, y in enumerate(ys):
        row = mask[max(0, round(y) - 1) : round(y) + 2].max(axis=0) > 0
        outer = at in {0, len(ys) - 1}
        shares.append(tuple(1.0 if outer else _share(row[round(a) : round(b) + 1], text) for a, b in itertools.pairwise(xs)))
    return tuple(shares)


def _share(stretch: Mask, text: float) -> float:
    if not len(stretch):
        return 1.0
    # The lines that cross at both ends, and those that go on beyond them, say nothing of this one.
    cross, end = max(3, round(_CROSS * text)), max(6, round(_MEETS * text))
    met = (stretch[cross:end].any(), stretch[-end:-cross].any()) if len(stretch) > 3 * end else (True, True)
    cut = min(round(_CROSSING * text), len(stretch) // 4)
    share = float(stretch[cut : len(stretch) - cut].mean())
    return share if all(met) else share * (0.6 if any(met) else 0.3)
