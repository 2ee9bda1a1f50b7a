"""Characters where they stand → lines, paragraphs and the text of cells.

Positions are in points from the top left of the page. The order in which a file names its characters says nothing.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Share of a character's height by which two may differ and still stand on one line.
_SAME_LINE = 0.5
#: Gap, in heights of a character, that stands for a space; and one that stands for the border of a column that is not drawn.
_SPACE = 0.28
_COLUMN = 1.6
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_BETWEEN_WIDE = re.compile(rf"(?<=[{_WIDE}]) +(?=[{_WIDE}])")
_COMPATIBLE = re.compile("[\u2f00-\u2fdf\uf900-\ufaff]")
_CID = re.compile(r"\(cid:\d+\)")
_PAGE_NUMBER = re.compile(r"[-—–－·.\s]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,3}(?:\s*页)?)?[-—–－·.\s]*")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and the box that it stands in."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """Height of the box."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Middle of the box: x, y."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """Characters on one line, from left to right."""

    glyphs: tuple[Glyph, ...]

    @property
    def x0(self) -> float:
        """Left end."""
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        """Right end."""
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def top(self) -> float:
        """Top of the highest character."""
        return min(glyph.top for glyph in self.glyphs)

    @property
    def height(self) -> float:
        """Height of the highest character."""
        return max(glyph.height for glyph in self.glyphs)

    def text(self, column: str = " ") -> str:
        """The characters, with spaces where gaps are, and ``column`` where a gap is as wide as between columns."""
        parts = [self.glyphs[0].text]
        for before, glyph in zip(self.glyphs, self.glyphs[1:], strict=False):
            gap = (glyph.x0 - before.x1) / max(glyph.height, 1)
            parts.append((column if gap > _COLUMN else " " if gap > _SPACE else "") + glyph.text)
        return _BETWEEN_WIDE.sub("", "".join(parts)).strip() if column == " " else "".join(parts).strip()


@functools.cache
def _radicals() -> dict[int, str]:
    table: dict[str, str] = tomllib.loads(Path(__file__).with_name("glyphs.toml").read_text("utf8"))["radicals"]
    return str.maketrans(table)


def plain(text: str) -> str:
    """A character as it is meant: radicals and compatibility characters of CJK are replaced, nothing else.

    >>> plain("⼈⺠")
    '人民'
    """
    if text < "\u2e80":
        return text
    return _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text).translate(_radicals())


def is_unreadable(text: str) -> bool:
    """Whether a character has no meaning in its font (the file does not say which it is)."""
    return bool(_CID.fullmatch(text)) or "\ue000" <= text <= "\uf8ff" or text == "\ufffd"


def is_page_number(text: str) -> bool:
    """Whether a line is nothing but the number of its page.

    >>> is_page_number("— 3 —"), is_page_number("第 2 页 共 5 页"), is_page_number("3件")
    (True, True, False)
    """
    return _PAGE_NUMBER.fullmatch(text) is not None


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """Characters as lines, from top to bottom."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (one.middle[1], one.x0)):
        if lines and abs(glyph.middle[1] - _level(lines[-1])) <= _SAME_LINE * min(glyph.height, lines[-1][0].height):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    made = [Line(tuple(sorted(line, key=lambda one: one.x0))) for line in lines]
    return [line for line in made if line.text()]


def _level(line: Sequence[Glyph]) -> float:
    return sum(glyph.middle[1] for glyph in line) / len(line)


def cell_text(glyphs: Iterable[Glyph]) -> tuple[str, bool]:
    """The text of a cell, its lines joined; whether a number may have been broken between two lines."""
    text, broken = "", False
    for line in (line.text() for line in lines_of(glyphs)):
        if text and text[-1].isdigit() and line[:1].isdigit():
            broken = True
        wide = not text or not (text[-1].isascii() and line[:1].isascii())
        text += line if wide or broken else f" {line}"
    return text, broken


def paragraphs(lines: Sequence[Line]) -> list[tuple[float, str]]:
    """Lines as paragraphs, each with the top of its first line.

    A line goes on with the next where it reaches the right edge of the text and the next one is not indented. A line with the gaps of
    columns stays by itself, its parts set apart by ``|``: it may be a row of a table without ruling.
    """
    found: list[tuple[float, str]] = []
    if not lines:
        return found
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    before: Line | None = None
    for line in lines:
        text = line.text()
        row = line.text(" | ")
        if " | " in row:
            found.append((line.top, row))
            before = None
            continue
        if before is not None and before.x1 > right - 2 * line.height and line.x0 < left + 1.2 * line.height:
            gap = " " if found[-1][1][-1:].isascii() and text[:1].isascii() and not text[:1].isdigit() else ""
            found[-1] = (found[-1][0], found[-1][1] + gap + text)
        else:
            found.append((line.top, text))
        before = line
    return found
