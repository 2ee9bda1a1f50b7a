"""Loads ``words.toml`` once; a key that is missing or empty is our own mistake and raises."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class WordsError(ValueError):
    """The word list is wrong; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of ``words.toml`` by ``section.key``, and the canonical name of a body by each of its names."""

    lists: Mapping[str, tuple[str, ...]]
    canonical: Mapping[str, str]


@functools.cache
def words() -> Words:
    """The words that the package carries."""
    return read_words(Path(__file__).with_name("words.toml"))


def read_words(path: Path) -> Words:
    """Read a word list. Raises ``WordsError`` for a list without texts, or a name that stands for two bodies."""
    content = tomllib.loads(path.read_text("utf8"))
    lists: dict[str, tuple[str, ...]] = {}
    canonical: dict[str, str] = {}
    for one in content.pop("same"):
        for name in (one["name"], *one["also"]):
            if canonical.setdefault(name, one["name"]) != one["name"]:
                raise WordsError(f"{path.name}: same: {name} stands for {canonical[name]} and for {one['name']}")
    for section, values in content.items():
        for key, texts in values.items():
            if not texts or not all(isinstance(text, str) and text for text in texts):
                raise WordsError(f"{path.name}: {section}.{key} must hold texts")
            lists[f"{section}.{key}"] = tuple(texts)
    return Words(lists, canonical)
