"""Figures by a name of at most 28 characters, so that a suffix still fits into the 32 that Stata allows."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pipeline.forms import forms

LONGEST = 28
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@functools.cache
def short_names() -> Mapping[str, str]:
    """Figure id → short name, in the order of the forms. Raises ``ValueError`` where the file beside this module does not fit them."""
    path = Path(__file__).with_name("short_names.toml")
    declared = tomllib.loads(path.read_text("utf8"))
    names: dict[str, str] = {}
    for figure in forms().figures.values():
        try:
            own = declared[figure.table]
            name = "_".join((declared["tables"][figure.table], own["rows"][figure.row.id], own["columns"][figure.column.id]))
        except KeyError as error:
            raise ValueError(f"{path.name}: {figure.id}: no short name for {error}") from error
        if not _NAME.fullmatch(name) or len(name) > LONGEST or name in names.values():
            raise ValueError(f"{path.name}: {figure.id}: {name} is not a new name of at most {LONGEST} small letters")
        names[figure.id] = name
    return names
