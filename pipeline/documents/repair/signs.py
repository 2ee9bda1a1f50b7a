"""Which kinds of damage a text may have, told in a tenth of a millisecond: nearly every page has none.

A sign is only a reason to look closer; the fixer decides. Searching for one character is many times as fast as matching a class of
characters, so each kind is told by the few characters that it cannot do without.
"""

from __future__ import annotations

import enum
import re

from pipeline.documents.repair.readings import TONED


class Sign(enum.Enum):
    """A kind of damage, by what shows it."""

    HOLES = "a question mark where a byte was lost"
    READINGS = "Latin letters in brackets behind a character"
    TRADITIONAL = "characters that every traditional report has"
    DATES = "a date without 年 or 月"
    NUMBERS = "a document number with half its brackets"


# One of these stands in any converted report of a few lines: each is in the form's own labels or headings.
_ALWAYS_IN_TRADITIONAL = "開條項處總報請機關數"
_OPENED_READING = re.compile(rf"\([a-z{TONED}]|（[a-z{TONED}]")
_HOLE = re.compile(rf"\?(?:[，,！!。]|[a-z{TONED}ɡ]{{1,7}}\))")


def signs_of_damage(text: str) -> frozenset[Sign]:
    """The kinds of damage to look for in a text."""
    found = []
    if "?" in text and _HOLE.search(text):
        found.append(Sign.HOLES)
    if ("(" in text or "（" in text) and _OPENED_READING.search(text):
        found.append(Sign.READINGS)
    if any(char in text for char in _ALWAYS_IN_TRADITIONAL):
        found.append(Sign.TRADITIONAL)
    if _date_sign(text):
        found.append(Sign.DATES)
    if "〔" in text or "〕" in text or "﹝" in text:
        found.append(Sign.NUMBERS)
    return frozenset(found)


def _date_sign(text: str) -> bool:
    """True where five digits run into 日, or digits without 年 into 月."""
    for sign, digits in (("日", 3), ("月", 5)):
        at = text.find(sign)
        while at >= 0:
            if text[max(at - digits, 0) : at].isdigit() and at >= digits:
                return True
            at = text.find(sign, at + 1)
    return False
