"""The known spellings of ``known.toml``, refused when they are wrong."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class SpellingError(ValueError):
    """The list of known spellings is wrong; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Spellings:
    """What ``known.toml`` declares: protected names, words with 著, wording of reports, names and terms to be put back."""

    protected: tuple[str, ...]
    written_with_zhu: tuple[str, ...]
    phrases: tuple[str, ...]
    back_from_traditional: Mapping[str, str]
    wording: Mapping[str, str]


@functools.cache
def spellings() -> Spellings:
    """The known spellings, read once."""
    path = Path(__file__).with_name("known.toml")
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Spellings(
        protected=_words(raw, "protected"),
        written_with_zhu=_words(raw, "written_with_zhu"),
        phrases=_words(raw, "phrases"),
        back_from_traditional=_pairs(raw, "back_from_traditional", same_length=True),
        wording=_pairs(raw, "wording", same_length=False),
    )


def _words(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    words = raw.get(key)
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise SpellingError(f"known.toml: {key} must be a list of words")
    return tuple(words)


def _pairs(raw: Mapping[str, Any], key: str, *, same_length: bool) -> Mapping[str, str]:
    pairs = raw.get(key)
    if not isinstance(pairs, dict) or not all(isinstance(meant, str) and word and meant for word, meant in pairs.items()):
        raise SpellingError(f"known.toml: {key} must map words to words")
    for word, meant in pairs.items():
        if re.findall(r"\d", word) != re.findall(r"\d", meant) or (same_length and len(word) != len(meant)):
            raise SpellingError(f"known.toml: {key}.{word} changes a digit or the length")
    return pairs
