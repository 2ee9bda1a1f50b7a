"""Automatic numbers of paragraphs in Word files: a heading 「总体情况」 is shown as 「一、总体情况」, and the number stands in no text."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.documents.office.elements import child, children, number_of, value_of

_DIGITS = "零一二三四五六七八九"
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
#: A number that grows beyond this is no longer counted out in characters.
_LARGEST = 9999
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered; ``text`` holds ``%1`` for the number of the first level and so on."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    glued: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of a file and how far each has been counted."""

    levels: Mapping[str, Mapping[int, _Level]] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, Mapping[int, int]]] = field(default_factory=dict)
    styles: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, paragraph: Any) -> str:
        """The number that is shown before a paragraph, and one more is counted; empty where it has none."""
        number, level = self._place(child(paragraph, "pPr"))
        if number not in self.lists:
            return ""
        declared, starts = self.lists[number]
        levels = self.levels.get(declared, {})
        if level not in levels:
            return ""
        counts = self._counted(declared, levels, number, level, starts)
        shown = levels[level].text
        for at in range(_LEVELS):
            if f"%{at + 1}" in shown:
                style = levels[at].style if at in levels else "decimal"
                shown = shown.replace(f"%{at + 1}", _written(counts[at], style))
        return shown + ("" if levels[level].glued or not shown else " ")

    def _place(self, properties: Any) -> tuple[str, int]:
        """The list that a paragraph belongs to by itself or by its style, and its level."""
        styled, style_level = self.styles.get(value_of(properties, "pStyle") or "", ("", 0))
        own = value_of(properties, "numPr", "numId")
        level = value_of(properties, "numPr", "ilvl")
        return styled if own is None else own, int(level) if level and level.isdigit() else style_level

    def _counted(self, declared: str, levels: Mapping[int, _Level], number: str, level: int, starts: Mapping[int, int]) -> list[int]:
        counts = self._counts.setdefault(declared, [0] * _LEVELS)
        if level in starts and (number, level) not in self._begun:
            counts[level] = 0
        self._begun.add((number, level))
        for at in range(level):
            counts[at] = counts[at] or (levels[at].start if at in levels else 1)
        first = starts.get(level, levels[level].start)
        counts[level] = counts[level] + 1 if counts[level] else first
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        return counts


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """The lists that the parts ``numbering.xml`` and ``styles.xml`` declare; either may be ``None``."""
    if numbering is None:
        return Numbering()
    levels = {str(_attribute(one, "abstractNumId")): _levels(one) for one in children(numbering, "abstractNum")}
    lists = {}
    for one in children(numbering, "num"):
        starts = {int(_attribute(over, "ilvl") or 0): number_of(over, "startOverride") for over in children(one, "lvlOverride")}
        lists[str(_attribute(one, "numId"))] = (value_of(one, "abstractNumId") or "", {at: start for at, start in starts.items() if start})
    return Numbering(levels, lists, {} if styles is None else _styles(styles))


def _levels(declared: Any) -> dict[int, _Level]:
    found = {}
    for one in children(declared, "lvl"):
        at = _attribute(one, "ilvl") or "0"
        start = value_of(one, "start")
        text = value_of(one, "lvlText") or ""
        style = value_of(one, "numFmt") or "decimal"
        if at.isdigit() and int(at) < _LEVELS:
            shown = "" if style in {"bullet", "none"} else text
            first = int(start) if start and start.isdigit() else 1
            found[int(at)] = _Level(first, style, shown, value_of(one, "suff") == "nothing")
    return found


def _styles(root: Any) -> dict[str, tuple[str, int]]:
    """Styles of paragraphs that number them: style → list, level. A style has what the one it is based on has."""
    declared = {str(_attribute(one, "styleId")): one for one in children(root, "style")}
    found = {}
    for name in declared:
        style: str | None = name
        seen: set[str] = set()
        while style in declared and style not in seen:
            seen.add(style)
            properties = child(declared[style], "pPr")
            if (number := value_of(properties, "numPr", "numId")) is not None:
                found[name] = (number, number_of(properties, "numPr", "ilvl"))
                break
            style = value_of(declared[style], "basedOn")
    return found


def _attribute(node: Any, name: str) -> str | None:
    """An attribute of Word's own vocabulary, in either of its two namespaces."""
    return next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == name), None)


def _written(number: int, style: str) -> str:
    write = _STYLES.get(style)
    return write(number) if write and 0 < number <= _LARGEST else str(number)


def chinese(number: int) -> str:
    """A number from 1 to 9999 as headings count.

    >>> [chinese(number) for number in (1, 10, 12, 20, 105, 110)]
    ['一', '十', '十二', '二十', '一百零五', '一百一十']
    """
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += _DIGITS[digit] + name
        elif text and number and not text.endswith("零"):
            text += "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def _letter(number: int) -> str:
    return string.ascii_uppercase[(number - 1) % 26] * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    text = ""
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split(), strict=True
    ):
        count, number = divmod(number, value)
        text += letters * count
    return text


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


_STYLES: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "ideographTraditional": lambda number: "甲乙丙丁戊己庚辛壬癸"[(number - 1) % 10],
    "ideographDigital": lambda number: "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number)),
    "chineseLegalSimplified": lambda number: chinese(number).translate(_LEGAL),
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: "".join(chr(ord(digit) + 0xFEE0) for digit in str(number)),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
}
