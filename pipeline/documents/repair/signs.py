"""Which kinds of damage a text may have, told in a tenth of a millisecond: nearly every page has none.

A sign is only a reason to look closer; the fixer decides. Searching for one character is many times as fast as matching a class of
characters, so each kind is told by the few characters that it cannot do without.
"""

from __future__ import annotations

import enum
import re

from pipeline.documents.repair.readings import HAN, LETTERS


class Sign(enum.Enum):
    """A kind of damage, by what shows it."""

    HOLES = "a question mark where a byte was lost"
    READINGS = "Latin letters in brackets behind a character"
    TRADITIONAL = "characters that every traditional report has"
    DATES = "a date without 年 or 月"
    NUMBERS = "a document number with half its brackets"


# One of these stands in any converted report of a few lines: each is in the form's own labels or headings.
_ALWAYS_IN_TRADITIONAL = "開條項處總報請機關數"
_READINGS = (re.compile(rf"\([{LETTERS}]{{1,7}}[)）]"), re.compile(rf"（[{LETTERS}]{{1,7}}[)）]"))
_UNCLOSED = (re.compile(r"〔\d{5}"), re.compile(r"﹝\d{5}"))
# Digits one by one: the search skips to the first of a class, but not to the first of a repetition.
_UNOPENED = re.compile(r"[0-9][0-9][0-9][0-9]〕(?<![〔\[［【（(][0-9]{4}〕)")
_RUN_TOGETHER = re.compile(r"[0-9][0-9][0-9](?:日|[0-9][0-9]月)")
_HOLE = re.compile(rf"\?(?:[，,！!。]|[{LETTERS}]{{1,7}}\))")

# A question mark before a word was meant, but for a page that is damaged otherwise.
_SWALLOWED = re.compile(rf"\?[{HAN}]")


def signs_of_damage(text: str) -> frozenset[Sign]:
    """The kinds of damage to look for in a text."""
    found = []
    if any(reading.search(text) for reading in _READINGS):
        found.append(Sign.READINGS)
    if any(char in text for char in _ALWAYS_IN_TRADITIONAL):
        found.append(Sign.TRADITIONAL)
    if "?" in text and (_HOLE.search(text) or (found and _SWALLOWED.search(text))):
        found.append(Sign.HOLES)
    if _RUN_TOGETHER.search(text):
        found.append(Sign.DATES)
    if any(year.search(text) for year in _UNCLOSED) or _UNOPENED.search(text):
        found.append(Sign.NUMBERS)
    return frozenset(found)
