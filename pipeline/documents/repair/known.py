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
    """What ``known.toml`` declares: protected names, words with 著, wording of reports, and terms to be reworded."""

    protected: tuple[str, ...]
    written_with_zhu: tuple[str, ...]
    phrases: tuple[str, ...]
    wording: Mapping[str, str]


@functools.cache
def spellings() -> Spellings:
    """The known spellings, read once."""
    path = Path(__file__).with_name("known.toml")
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    for key, kind in (("protected", list), ("written_with_zhu", list), ("phrases", list), ("wording", dict)):
        if not isinstance(raw.get(key), kind) or not all(isinstance(word, str) and word for word in raw[key]):
            raise SpellingError(f"{path.name}: {key} must be a {kind.__name__} of words")
    for word, meant in raw["wording"].items():
        if re.findall(r"\d", word) != re.findall(r"\d", meant):
            raise SpellingError(f"{path.name}: wording.{word} changes a digit")
    return Spellings(tuple(raw["protected"]), tuple(raw["written_with_zhu"]), tuple(raw["phrases"]), dict(raw["wording"]))
