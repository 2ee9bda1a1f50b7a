"""Characters where they stand → lines, paragraphs and the text of cells. The order in which a file names its characters says nothing."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.documents.pdf.page import Glyph

#: Share of the lower of two characters that has to lie beside the other for both to stand on one line.
_SAME_LINE = 0.5
#: Gap, in heights of a character, that stands for a space; that does where the file has a space; that is the border of a column.
_SPACE = 0.28
_NARROW_SPACE = 0.12
_COLUMN = 1.6
#: A digit that is lower than this share of the others, and raised above their foot by the second, is the mark of a footnote.
_SMALL = 0.8
_RAISED = 0.2
#: Digits for which a line has room from which on a number that stands below is another one.
MUCH_ROOM = 4
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_BETWEEN_WIDE = re.compile(rf"(?<=[{_WIDE}]) +(?=[{_WIDE}])")
_COMPATIBLE = re.compile("[\u2f00-\u2fdf\uf900-\ufaff]")
_PAGE_NUMBER = re.compile(r"[-—–－·.\s]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,3}(?:\s*页)?)?[-—–－·.\s]*")
_IN_NUMBER = re.compile(r"[0-9.,，．]")


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
    def bottom(self) -> float:
        """Foot of the lowest character."""
        return max(glyph.bottom for glyph in self.glyphs)

    @property
    def height(self) -> float:
        """Height of the highest character."""
        return max(glyph.height for glyph in self.glyphs)

    def text(self, column: str = " ") -> str:
        """The characters, with spaces where gaps are, and ``column`` where a gap is as wide as between columns."""
        parts = [self.glyphs[0].text]
        for before, glyph in zip(self.glyphs, self.glyphs[1:], strict=False):
            gap = (glyph.x0 - before.x1) / max(glyph.height, 1)
            # Words have spaces, numbers none: what parts two digits is the border of a column.
            widest = _SPACE if glyph.text.isdigit() and before.text.isdigit() else _COLUMN
            space = gap > (_NARROW_SPACE if glyph.spaced else _SPACE)
            parts.append((column if gap > widest else " " if space else "") + glyph.text)
        return _BETWEEN_WIDE.sub("", "".join(parts)).strip() if column == " " else "".join(parts).strip()


@functools.cache
def _radicals() -> dict[int, str]:
    table: dict[str, str] = tomllib.loads(Path(__file__).with_name("glyphs.toml").read_text("utf8"))["radicals"]
    return str.maketrans(table)


@functools.lru_cache(maxsize=8_192)
def plain(text: str) -> str:
    """A character as it is meant: radicals and compatibility characters of CJK are replaced, nothing else.

    >>> plain("⼈⺠")
    '人民'
    """
    if text < "\u2e80":
        return text
    return _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text).translate(_radicals())


def is_unreadable(text: str) -> bool:
    """Whether a character has no meaning outside of its font."""
    return "\ue000" <= text <= "\uf8ff" or text == "\ufffd" or text >= "\U000f0000"


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
        line = next((line for line in reversed(lines[-2:]) if _beside(glyph, line[0])), None)
        if line is None:
            lines.append([glyph])
        else:
            line.append(glyph)
            # The highest character comes first: marks and full stops beside it are held against it.
            if glyph.height > line[0].height:
                line[0], line[-1] = line[-1], line[0]
    return [Line(tuple(sorted(line, key=lambda one: one.x0))) for line in lines]


def _beside(one: Glyph, other: Glyph) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= _SAME_LINE * min(one.height, other.height)


def cell_lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines of a cell, the marks of footnotes at its numbers told from their digits."""
    return [_with_marks(line) for line in lines_of(glyphs)]


def _with_marks(line: Line) -> Line:
    """The line with digits that are small and raised beside others as what they are: 3¹ is the number 3 with a mark, not 31."""
    digits = [glyph for glyph in line.glyphs if glyph.text.isdigit()]
    if not digits:
        return line
    height, foot = max(glyph.height for glyph in digits), max(glyph.bottom for glyph in digits)
    marks = {id(one) for one in digits if one.height < _SMALL * height and foot - one.bottom > _RAISED * height}
    made = (replace(one, text=one.text.translate(_SUPERSCRIPTS)) if id(one) in marks else one for one in line.glyphs)
    return Line(tuple(made)) if marks else line


def room(line: Line, width: float, spaces: Sequence[Glyph]) -> float:
    """How many more characters as wide as its last one a line in a cell could hold, beside the blank ones that it has."""
    last = line.glyphs[-1]
    blank = sum(space.x1 - space.x0 for space in spaces if _beside(space, last))
    return (width - (line.x1 - line.x0) - blank) / max(last.x1 - last.x0, 1)


def joined(lines: Sequence[Line], rooms: Sequence[float]) -> tuple[str, bool]:
    """The text of a cell, its lines joined; whether it is open if two lines make one number.

    ``rooms`` says how many more characters each line had found room for. A number that fills its line to the end goes on below; where
    several digits more had found room, what stands below is something else.
    """
    text, open_ = "", False
    for at, line in enumerate(lines):
        part = line.text()
        if text and _IN_NUMBER.fullmatch(text[-1]) and _IN_NUMBER.fullmatch(part[:1]):
            open_ = open_ or 1 <= rooms[at - 1] < MUCH_ROOM
            text += f"\n{part}" if rooms[at - 1] >= MUCH_ROOM else part
            continue
        wide = not text or not (text[-1].isascii() and part[:1].isascii())
        text += part if wide else f" {part}"
    return text, open_


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
