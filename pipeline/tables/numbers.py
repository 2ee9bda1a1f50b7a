"""The text of one cell → a number, a blank, a dash, or the admission that it is none of these. Nothing is guessed.

``22（其中修订16件）`` is 22 with a remark, ``增10`` is +10 in a column of changes, ``43.788万元`` is 43.788 in 万元; ``+(0) -(0)`` is
unreadable.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from pipeline import limits
from pipeline.model import Number, Status

_DASHES = frozenset({"/", "//", "\\", "-", "--", "---", "—", "——", "–", "―", "──", "─", "无", "无。", "N/A", "n/a", "/。", "*", "…", "……"})
_WORDS = {"增加": "+", "新增": "+", "减少": "-", "增": "+", "减": "-", "+": "+", "-": "-", "−": "-", "–": "-"}
_NUMBER = re.compile(
    r"(?P<sign>增加|新增|减少|增|减|[+\-−–])?\s?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?\s?"
    r"(?P<unit>亿元|万元|元|万|件次|件|项|个|条|次|宗|起|人次|人|份|部|%)?[。;；,，]?"
)
_REMARK = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_MONEY_UNITS = {"元": "元", "万元": "万元", "万": "万元", "亿元": "亿元"}
_FOOTNOTE = re.compile("[\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u24ff\u2776-\u2793]+")
_WORD = re.compile("[\u4e00-\u9fff](?<![件项个条次宗起人份部万亿元余约增减加少新其中含修订上年])")
_FEWEST_WORDS = 3
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says. ``unit`` only where the cell prints a unit of money; ``signed`` where it prints a sign or 增/减."""

    status: Status
    value: Number | None = None
    unit: str | None = None
    signed: bool = False
    remark: bool = False


BLANK = Reading("blank")
_DASH = Reading("dash")
_UNREADABLE = Reading("unreadable")


@functools.lru_cache(maxsize=65_536)
def read_number(text: str) -> Reading:
    """Read one cell.

    >>> read_number("1,204"), read_number("增10").value, read_number("43.788万元").unit, read_number(" ").status, read_number("/").status
    (Reading(status='reported', value=1204, unit=None, signed=False, remark=False), 10, '万元', 'blank', 'dash')
    """
    if len(text) > limits.CELL_CHARACTERS:
        return _UNREADABLE
    # ²  and ① are marks of footnotes; compatibility forms would make digits of them.
    bare_text = _FOOTNOTE.sub(" ", text)
    plain = unicodedata.normalize("NFKC", bare_text).strip(" \t\n\r\u00a0\u3000|")
    if not plain:
        return BLANK
    if "".join(plain.split()) in _DASHES:
        return _DASH
    # "? 0" is what is left of a space that a rewriter did not know.
    plain = plain.removeprefix("?").strip()
    found = _NUMBER.fullmatch(plain)
    remark = bare_text != text
    if found is None:
        # What stands on both sides of a remark is not one number: 3.7(1)88.
        bare = " ".join(_REMARK.sub(" ", plain).split())
        remark = remark or bare != plain
        found = _NUMBER.fullmatch(bare) if remark and bare else None
    if found is None:
        return _UNREADABLE
    return _reading(found, remark)


def _reading(found: re.Match[str], remark: bool) -> Reading:
    unit = found["unit"]
    if unit == "%":
        return _UNREADABLE
    digits = found["digits"].replace(",", "") + (found["fraction"] or "")
    value: Number = Decimal(digits) if found["fraction"] else int(digits)
    if found["sign"] and _WORDS[found["sign"]] == "-":
        value = -value
    return Reading("reported", value, _MONEY_UNITS.get(unit or ""), bool(found["sign"]), remark)


def is_words(text: str) -> bool:
    """Whether a text that is no number is made of words rather than of an odd figure: ``5.属于?内部事务信息``, but not ``约3件``."""
    return len(_WORD.findall(text)) >= _FEWEST_WORDS


def holds_digit(text: str) -> bool:
    """Whether any digit stands in the text: an unreadable cell without one is words, with one it is a figure nobody could read."""
    return _DIGIT.search(unicodedata.normalize("NFKC", text)) is not None
