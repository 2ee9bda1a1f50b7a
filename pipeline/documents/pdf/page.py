"""What lies on one page of a PDF, turned so that its text reads from left to right: positions are in points from the top left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Box = tuple[float, float, float, float]
Way = Literal["level", "upright"]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and the box that it stands in.

    ``shade`` is how dark it is on white paper, from 0 (not to be seen) to 255 (black). ``spaced``: the file has a space before it.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    shade: int = 255
    spaced: bool = False

    @property
    def height(self) -> float:
        """Height of the box."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Middle of the box: x, y."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight line along the text (level) or across it (upright): its place on the other axis, its begin and end."""

    way: Way
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled box and how dark it is on white paper, from 0 to 255."""

    box: Box
    shade: int


@dataclass(slots=True)
class Page:
    """One page. ``lines`` are drawn or thin as lines, ``fills`` filled boxes, ``pictures`` the boxes of images.

    ``sideways`` are characters that run across the text, ``spaces`` blank ones that are as wide as others.
    ``unreadable`` counts characters that have no meaning, ``slanted`` those that stand neither along nor across the text (a watermark).
    ``ocr``: the text is one that a program has read from the picture of the page and hidden behind or under it.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    sideways: list[Glyph] = field(default_factory=list)
    spaces: list[Glyph] = field(default_factory=list)
    lines: list[Edge] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    unreadable: int = 0
    slanted: int = 0
    ocr: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether pictures cover so much of the page that it is a scan."""
        area = sum((x1 - x0) * (bottom - top) for x0, top, x1, bottom in self.pictures)
        return area > _SCAN * self.width * self.height


#: Share of a page that pictures cover from which on it may be a scan.
_SCAN = 0.3
Turn = Callable[[float, float], tuple[float, float]]


def turned(quarters: int, left: float, bottom: float, right: float, top: float) -> tuple[Turn, float, float]:
    """How to turn positions of a file (from the bottom left of a page with these edges) for text that runs in a direction.

    ``quarters`` is the number of right angles, against the clock, from left-to-right. Gives the turn, the width and the height.
    """
    width, height = right - left, top - bottom
    turns: tuple[Turn, ...] = (
        lambda x, y: (x - left, top - y),
        lambda x, y: (y - bottom, x - left),
        lambda x, y: (right - x, y - bottom),
        lambda x, y: (top - y, right - x),
    )
    return turns[quarters % 4], *((height, width) if quarters % 2 else (width, height))
