"""Which characters a report is written in: simplified and traditional forms, and those in common use."""

from __future__ import annotations

import functools
from typing import Any

PUNCTUATION = "。，、；：？！“”‘’《》〈〉（）【】〔〕—…·　％"


@functools.cache
def converter(name: str) -> Any:
    """An OpenCC converter, made once: reading its dictionaries takes longer than converting a page."""
    import opencc

    return opencc.OpenCC(name)


@functools.cache
def simplified(char: str) -> str:
    """The simplified form of one character, by itself if it has none."""
    form = str(converter("t2s").convert(char))
    return form if len(form) == 1 else char


def gb2312_level(char: str) -> int:
    """1 for the 3,755 characters in most frequent use, 2 for the other 3,008 of GB 2312, 0 for the rest.

    >>> [gb2312_level(char) for char in "县鹭鮀"]
    [1, 2, 0]
    """
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return 0
    if len(code) != 2 or code[0] < 0xB0:
        return 0
    return 1 if code[0] <= 0xD7 else 2


@functools.cache
def traditional(text: str) -> str:
    """The text in traditional characters, character by character as mirrors convert it."""
    return "".join(form if len(form) == 1 else char for char in text for form in [str(converter("s2t").convert(char))])


def oddity(char: str) -> int:
    """How little a character belongs into a report: 0 for one in frequent use, 1 for the others of GB 2312, 3 for the rest."""
    if char in PUNCTUATION or char.isdigit():
        return 0
    return {1: 0, 2: 1, 0: 3}[gb2312_level(simplified(char))]


def is_common(char: str) -> bool:
    """True for the most frequent characters, in simplified or in traditional form."""
    return gb2312_level(char) == 1 or gb2312_level(simplified(char)) == 1
