"""What is compared: an indicator or a figure, as the dictionary of the snapshot describes it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from pipeline.export.short_names import short_names


class UnknownSubjectError(LookupError):
    """No indicator or figure of that name; the message names close ones."""


_UNIT = re.compile(r"（单位：[^）]*）")


@dataclass(frozen=True, slots=True)
class Subject:
    """An indicator or a figure. ``is_share``: a ratio of two numbers; ``comparable``: it means the same in both forms."""

    id: str
    kind: Literal["indicator", "figure"]
    dataset: str
    label_zh: str
    label_en: str
    unit: str | None = None
    is_share: bool = False
    comparable: bool = True

    @property
    def column(self) -> str:
        """The column of its dataset that names it."""
        return self.kind

    def label(self, lang: str) -> str:
        """Its name in a language."""
        return self.label_zh if lang == "zh" else self.label_en


def find_subject(dictionary: pa.Table, kind: Literal["indicator", "figure"], name: str) -> Subject:
    """An indicator by id, or a figure by id or short name. Raises ``UnknownSubjectError``."""
    entries = {row["id"]: row for row in dictionary.to_pylist() if row["entry"] == kind}
    known = {short: figure for figure, short in short_names().items()}
    found = known.get(name, name) if kind == "figure" else name
    if found not in entries:
        raise UnknownSubjectError(_unknown(kind, name, entries))
    return _subject(kind, entries[found])


def _subject(kind: Literal["indicator", "figure"], entry: Mapping[str, Any]) -> Subject:
    money = kind == "figure" and entry["type"] == "money"
    label = entry["label_zh"].replace(" / ", "·").split(" | ")[-1]
    return Subject(
        id=entry["id"],
        kind=kind,
        dataset=entry["dataset"] or f"{kind}s",
        # The form's header names the unit it prints; the values compared are in yuan.
        label_zh=_UNIT.sub("", label) if money else label,
        label_en=entry["label_en"] or entry["id"],
        unit="元" if money else entry["unit"] or None,
        is_share=kind == "indicator" and entry["type"] == "ratio",
        comparable=entry["comparable_with"] is not None,
    )


def _unknown(kind: str, name: str, entries: Iterable[str]) -> str:
    names = sorted(entries)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or (names[:8] if kind == "indicator" else [])
    if not names:
        return f"the dictionary of this snapshot has no {kind}s; build it again with: gongkai build"
    perhaps = f"; perhaps {', '.join(close)}" if close else ""
    return f"no {kind} {name!r}{perhaps} (all of them: DICTIONARY.md)"
