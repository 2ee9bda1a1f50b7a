"""Pages that a mirror turned into traditional characters, some of them wrongly (製度, 全麵), and into wording of Taiwan (規範性檔案).

Whether a document is one is decided for the document as a whole, by the share of characters that only traditional text has: a simplified
page may name 乾县 or 於潜镇. Names of divisions that are official with such characters keep them.
"""

from __future__ import annotations

import functools
import re

from pipeline.documents.repair.characters import converter
from pipeline.documents.repair.known import spellings
from pipeline.model import Repair

# Measured on stored pages: traditional ones have 0.25 to 0.5, simplified ones below 0.01.
_SMALLEST_SHARE = 0.1
_FEWEST_DISTINCT = 5


@functools.cache
def traditional_only() -> frozenset[str]:
    """Characters that simplified text does not have, but for those of protected names."""
    every = [chr(code) for code in range(0x4E00, 0xA000)]
    forms = str(converter("t2s").convert("\n".join(every))).split("\n")
    named = set("".join(spellings().protected))
    return frozenset(char for char, form in zip(every, forms, strict=True) if char != form and char not in named)


def is_traditional(text: str) -> bool:
    """True where so many characters are traditional that the page as a whole was converted."""
    only = traditional_only()
    found = [char for char in text if char in only]
    han = sum("\u4e00" <= char <= "\u9fff" for char in text)
    return len(set(found)) >= _FEWEST_DISTINCT and len(found) >= _SMALLEST_SHARE * han


def _protect(original: str, converted: str) -> str:
    """Put official names back where the original has their own characters (乾縣 → 乾县, but 干縣 → 干县)."""
    for name in spellings().protected:
        blind = str(converter("t2s").convert(name))
        at = converted.find(blind)
        while at >= 0:
            end = at + len(name)
            kept = all(was == wanted for was, wanted, now in zip(original[at:end], name, blind, strict=True) if wanted != now)
            if kept:
                converted = converted[:at] + name + converted[end:]
            at = converted.find(blind, end)
    for written, name in spellings().back_from_traditional.items():
        at = original.find(written)
        while at >= 0:
            converted = converted[:at] + name + converted[at + len(name) :]
            at = original.find(written, at + 1)
    return converted


def _put_zhe_back(text: str) -> str:
    if "著" not in text:
        return text
    words = "|".join(sorted(spellings().written_with_zhu, key=len, reverse=True))
    return re.sub(rf"({words})|著", lambda match: match[1] or "着", text)


def simplify(text: str) -> tuple[str, tuple[Repair, ...]]:
    """A traditional document in simplified characters; any other as it is."""
    if not is_traditional(text):
        return text, ()
    converted = str(converter("t2s").convert(text))
    if len(converted) != len(text):
        converted = "".join(form if len(form) == 1 else char for char in text for form in [str(converter("t2s").convert(char))])
    repaired = _put_zhe_back(_protect(text, converted))
    changed = [(was, now) for was, now in zip(text, repaired, strict=True) if was != now]
    return repaired, (Repair("traditional", len(changed), *changed[0]),)


def reword(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Terms of the form in the wording of Taiwan, put back into the form's own."""
    repairs = []
    for word, meant in spellings().wording.items():
        count = text.count(word)
        if count:
            text = text.replace(word, meant)
            repairs.append(Repair("wording", count, word, meant))
    return text, tuple(repairs)
