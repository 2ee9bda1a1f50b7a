"""Loads the spellings in ``words.toml`` once; a list that is missing or empty is our own mistake and raises."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

Words = Mapping[str, tuple[str, ...]]


class WordsError(ValueError):
    """The file of spellings is wrong; the message names the list."""


@functools.cache
def words() -> Words:
    """The lists by ``section.key``."""
    found: dict[str, tuple[str, ...]] = {}
    for section, lists in tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf8")).items():
        for key, values in lists.items():
            if not isinstance(values, list) or not values or not all(isinstance(one, str) and one for one in values):
                raise WordsError(f"words.toml: {section}.{key} must hold texts")
            found[f"{section}.{key}"] = tuple(values)
    return found
