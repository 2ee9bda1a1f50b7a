"""A made-up report on paper: where lines of text and the boxes of tables lie, for media that have places instead of markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.forms.layout import Sheet, SheetCell
from pipeline.generator.word import column_widths

#: Height of a line and the space around the text of a cell, as shares of the size of a character.
_LEADING, _PADDING = 1.35, 0.35
# A number is never broken.
_PIECE = re.compile(r"[!-~]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Box:
    """One cell with its lines of text. Left, top, width and height in the unit of the paper, from the table's upper left corner."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]

    def placed(self, size: float) -> Iterator[tuple[float, float, str]]:
        """Left and top of each line, centred in the box."""
        top = self.top + (self.height - len(self.lines) * size * _LEADING) / 2
        for at, line in enumerate(self.lines):
            yield self.left + (self.width - text_width(line, size)) / 2, top + at * size * _LEADING, line


def text_width(text: str, size: float) -> float:
    """The width of a line: ASCII takes half of what other characters take."""
    return sum(size / 2 if one.isascii() else size for one in text)


def leading(size: float) -> float:
    """From one line to the next."""
    return size * _LEADING


def wrapped(text: str, width: float, size: float, indent: str = "") -> list[str]:
    """The text in lines of at most ``width``, broken where it says so and between characters; the first begins with ``indent``."""
    lines: list[str] = []
    for paragraph in text.replace("\u00a0", " ").split("\n"):
        lines.append(indent)
        for piece in _PIECE.findall(paragraph):
            if lines[-1].strip() and text_width(lines[-1] + piece, size) > width:
                lines.append("")
            lines[-1] += piece
    return lines


def boxes_of(sheet: Sheet, width: float, size: float) -> tuple[list[Box], float]:
    """The cells of a table as boxes, and its height. A row is as high as its text needs."""
    lefts = [0.0]
    for column in column_widths(sheet, round(width)):
        lefts.append(lefts[-1] + column)
    texts = {cell: tuple(wrapped(cell.text, _inner(cell, lefts, size), size)) if cell.text else () for cell in sheet.cells}
    heights = [size * (_LEADING + 2 * _PADDING)] * sheet.rows
    for cell in sorted(sheet.cells, key=lambda one: one.rowspan):
        last = cell.row + cell.rowspan - 1
        lacking = len(texts[cell]) * size * _LEADING + 2 * _PADDING * size - sum(heights[cell.row : last + 1])
        heights[last] += max(0.0, lacking)
    tops = [sum(heights[:row]) for row in range(sheet.rows + 1)]
    boxes = [
        Box(lefts[one.column], tops[one.row], _across(one, lefts), tops[one.row + one.rowspan] - tops[one.row], texts[one])
        for one in sheet.cells
    ]
    return boxes, tops[-1]


def _across(cell: SheetCell, lefts: list[float]) -> float:
    return lefts[cell.column + cell.colspan] - lefts[cell.column]


def _inner(cell: SheetCell, lefts: list[float], size: float) -> float:
    return _across(cell, lefts) - 2 * _PADDING * size
