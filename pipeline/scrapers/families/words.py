"""Loads the words in ``words.toml`` once."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path


@functools.cache
def words(key: str) -> frozenset[str]:
    """One of the lists. Raises ``KeyError`` for one that is not there."""
    return frozenset(tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf8"))[key])


def says_empty(text: str) -> bool:
    """Whether a page says that it lists nothing."""
    return any(word in text for word in words("empty"))
