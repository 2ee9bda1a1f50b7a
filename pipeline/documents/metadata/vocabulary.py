"""Loads the words in ``vocabulary.toml`` once; a key that is missing or empty is our own mistake and raises."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


class VocabularyError(ValueError):
    """The word list is wrong; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class SelfWord:
    """How a body speaks of itself (我镇: ``word`` is 镇) and how its name then ends. ``strong``: other endings are somebody else."""

    word: str
    endings: tuple[str, ...]
    strong: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The lists of ``vocabulary.toml`` by ``section.key``, and the self words."""

    lists: Mapping[str, tuple[str, ...]]
    shortened: tuple[tuple[str, str], ...]
    self_words: Mapping[str, SelfWord]

    def any_of(self, key: str) -> str:
        """A regular expression for any word of a list, the longest first."""
        return one_of(self.lists[key])


def one_of(words: Iterable[str]) -> str:
    """A regular expression that matches any of the words, the longest first.

    >>> one_of(["镇", "镇政府"])
    '(?:镇政府|镇)'
    """
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"


@functools.cache
def vocabulary() -> Vocabulary:
    """The words that the package carries."""
    return read_vocabulary(Path(__file__).with_name("vocabulary.toml"))


def read_vocabulary(path: Path) -> Vocabulary:
    """Read the word lists. Raises ``VocabularyError`` for a list that is empty or holds anything but texts."""
    lists: dict[str, tuple[str, ...]] = {}
    self_words: dict[str, SelfWord] = {}
    shortened: tuple[tuple[str, str], ...] = ()
    for section, values in tomllib.loads(path.read_text("utf8")).items():
        if section == "self":
            self_words = {str(one["word"]): SelfWord(str(one["word"]), tuple(one["endings"]), bool(one["strong"])) for one in values}
            continue
        for key, words in values.items():
            if key == "shortened":
                shortened = tuple((str(long), str(short)) for long, short in words)
                continue
            if not words or not all(isinstance(word, str) and word for word in words):
                raise VocabularyError(f"{path.name}: {section}.{key} must hold texts")
            lists[f"{section}.{key}"] = tuple(words)
    return Vocabulary(lists, shortened, self_words)
