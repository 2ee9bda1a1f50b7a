"""Readings that a mirror put behind characters: ``務(wù)``, also without tones (``務(wu)``) and in full-width brackets.

A site has a fixed list of characters and prints one reading for each, always or never. So a page teaches its own list: it is learnt
from the page (``learn``), and only what is on it is removed. A page that glosses a rare character of a place name teaches no list and is
left alone.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from pipeline.documents.repair.characters import is_common, simplified
from pipeline.model import Repair

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
LETTERS = f"a-zɡɑüê{TONED}"
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_READING = re.compile(rf"([{HAN}])[(（]([{LETTERS}]{{1,7}})[)）]")
# A list of a site has hundreds of characters; a passage that shows fewer of them may as well gloss its own words.
_FEWEST_TONED = 3
_FEWEST_PLAIN = 5


@functools.cache
def spoken(char: str) -> frozenset[str]:
    """All readings of a character, with tones, heteronyms included.

    >>> {"xíng", "háng"} <= spoken("行")
    True
    """
    from pypinyin.constants import PINYIN_DICT

    return frozenset(PINYIN_DICT.get(ord(char), "").split(",")) - {""} if char else frozenset()


def without_tone(reading: str) -> str:
    """The reading as letters a–z and ü (``lǜ`` → ``lü``)."""
    plain = "".join(c for c in unicodedata.normalize("NFD", reading) if c not in "\u0300\u0301\u0304\u030c\u0302")
    return unicodedata.normalize("NFC", plain)


def is_reading_of(printed: str, char: str, toned: bool) -> bool:
    """True where the printed letters are a reading of the character; ``toned``: with its tones."""
    printed = unicodedata.normalize("NFC", printed).replace("ɡ", "g").replace("ɑ", "a")
    readings = spoken(char) | spoken(simplified(char))
    if toned:
        return printed in readings
    plain = {without_tone(reading) for reading in readings}
    return printed in plain or printed in {reading.replace("ü", letter) for reading in plain for letter in "uv"}


def learn(text: str) -> dict[str, str]:
    """The page's own list, character → reading as printed; empty for a page that teaches none.

    A character belongs to it when what stands behind it is one of its readings and when it is annotated at least as often as not.
    """
    seen: dict[str, Counter[str]] = {}
    for char, printed in _READING.findall(text):
        seen.setdefault(char, Counter())[printed] += 1
    toned = any(letter in TONED for counts in seen.values() for printed in counts for letter in printed)
    page: dict[str, str] = {}
    for char, counts in seen.items():
        printed, count = counts.most_common(1)[0]
        if 2 * count >= text.count(char) and is_reading_of(printed, char, toned):
            page[char] = printed
    common = sum(is_common(char) for char in page)
    return page if common >= (_FEWEST_TONED if toned else _FEWEST_PLAIN) else {}


def remove(text: str, page: Mapping[str, str]) -> tuple[str, tuple[Repair, ...]]:
    """The text without the readings on the page's list."""
    examples: list[str] = []

    def bare(match: re.Match[str]) -> str:
        char, printed = match.groups()
        if page.get(char) != printed:
            return match.group()
        examples.append(match.group())
        return char

    repaired = _READING.sub(bare, text)
    if not examples:
        return text, ()
    return repaired, (Repair("readings", len(examples), examples[0], examples[0][0]),)
