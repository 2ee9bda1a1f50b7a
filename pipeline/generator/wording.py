"""Loads ``wording.toml``: the names, sentences and spellings that made-up reports are written with."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any


@functools.cache
def wording() -> dict[str, Any]:
    """The texts by section and key."""
    with (Path(__file__).parent / "wording.toml").open("rb") as file:
        return tomllib.load(file)


def spellings(section: str, kind: str, **facts: object) -> dict[str, str]:
    """Printed label → another spelling of it, with ``{year}`` and the like filled in."""
    return {label: str(text).format(**facts) for label, text in wording()[section][kind].items()}
