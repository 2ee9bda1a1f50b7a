"""Which label of the form a printed text is: whole, after normalising; never a keyword somewhere in it.

A text is held against the vocabulary as it is, without its explanation (``规章（设区的市…）``), as a header cut short (``本年新``), and
last with a misprint or two in a long label. What it may mean comes back as all candidates; place and order decide between them.
"""

from __future__ import annotations

import bisect
import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

from pipeline import limits
from pipeline.forms import Block, Column, Row, Table, forms

Kind = Literal["row", "path", "column", "column_path", "article", "corner", "group", "foreign"]
Quality = Literal["whole", "explained", "cut", "near", "misprint"]

_KEPT = re.compile(r"[^\w]|_")
#: Marks of footnotes; compatibility forms would make digits of them.
_FOOTNOTE = re.compile("[\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u2473]+")
_NOTES = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]?")
_YEAR = re.compile(r"(19|20)\d\d年?度?")
_ENUMERATOR = re.compile(r"^(?:[一二三四五六七八九十]|\d)(?=\D)")
_ARTICLE = re.compile(r"第?(?:二十|20|廿)条?第?([一五六八九15689])[项款]?")
_ARTICLE_DIGITS = {"1": "一", "5": "五", "6": "六", "8": "八", "9": "九"}
_EXPLAINS = "(（[【〔:：,，。;；"
_SHORT_CUT = 3
_ROW_CUT = 7
_MISPRINT_LENGTH = 6
_SURE_LENGTH = 8
#: Of a label that lost a piece: the share that has to stand, and the characters at its beginning and end.
_ABRIDGED_SHARE = 0.65
_KEPT_BEGINNING = 4
_KEPT_END = 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a label can stand for. ``id`` is the row's, column's or block's; ``doubt``: what stands under it is open."""

    kind: Kind
    table: str
    id: str
    block: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """All that a text can stand for, and how well it fits."""

    meanings: tuple[Meaning, ...]
    quality: Quality

    def of(self, *kinds: Kind) -> tuple[Meaning, ...]:
        """The meanings of some kinds."""
        return tuple(meaning for meaning in self.meanings if meaning.kind in kinds)


def normalise(text: str) -> str:
    """Letters, digits and characters only, compatibility forms unified: ``（一）予以 公开`` → ``一予以公开``."""
    return _KEPT.sub("", unicodedata.normalize("NFKC", _FOOTNOTE.sub("", text)))


@functools.lru_cache(maxsize=65_536)
def read_label(text: str) -> Match | None:
    """What a printed text stands for in the forms, or None."""
    if len(text) > 4 * limits.CELL_CHARACTERS:
        return None
    key = normalise(text)
    if len(key) < 2 or key.isdigit():
        return None
    return _whole(key) or _article(key) or _explained(text) or _cut(key) or _misprint(key) or _abridged(key)


def _whole(key: str) -> Match | None:
    meanings = _vocabulary().get(key)
    return Match(meanings, "whole") if meanings else None


def _article(key: str) -> Match | None:
    found = _ARTICLE.fullmatch(_NOTES.sub("", key))
    if found is None:
        return None
    number = _ARTICLE_DIGITS.get(found[1], found[1])
    return _whole(f"第二十条第{number}项")


def _explained(text: str) -> Match | None:
    """The label before its explanation, or around a note or a year: ``规章：地方行政规章指…``, ``上一年项目数量 2019年``."""
    plain = unicodedata.normalize("NFKC", text)
    without = normalise(_YEAR.sub("", _NOTES.sub("", plain)))
    found = _whole(without) or _article(without) or _cut(without)
    if found is None:
        for at, character in enumerate(plain):
            if character in _EXPLAINS and at and (found := _whole(normalise(plain[:at]))):
                break
    return Match(found.meanings, "explained" if found.quality == "whole" else found.quality) if found else None


def _cut(key: str) -> Match | None:
    """A label that ends too early: headers from 3 characters on, rows only where enough is left to be sure."""
    if len(key) < _SHORT_CUT:
        return None
    found = [
        meaning
        for label in _beginning_with(key)
        for meaning in _vocabulary()[label]
        if meaning.kind == "column" or (meaning.kind == "row" and len(key) >= _ROW_CUT)
    ]
    return Match(tuple(dict.fromkeys(found)), "cut") if found else None


def _misprint(key: str) -> Match | None:
    if len(key) < _MISPRINT_LENGTH:
        return None
    allowed = 1 + len(key) // 10
    best: dict[tuple[Meaning, ...], int] = {}
    for length in range(max(len(key) - allowed, _MISPRINT_LENGTH), len(key) + allowed + 1):
        for label in _by_length().get(length, ()):
            distance = Levenshtein.distance(key, label, score_cutoff=allowed)
            if distance <= allowed:
                meanings = _vocabulary()[label]
                best[meanings] = min(distance, best.get(meanings, distance))
    nearest = [meanings for meanings, distance in best.items() if distance == min(best.values())]
    if len(nearest) != 1:
        return None
    return Match(nearest[0], "near" if len(key) >= _SURE_LENGTH else "misprint")


def _abridged(key: str) -> Match | None:
    """A row's label with a piece lost from its middle: 2.其他法律行政止公开. Beginning and end stand, and no other label fits."""
    if len(key) < _MISPRINT_LENGTH:
        return None
    found = {
        meanings
        for label in _beginning_with(key[:_KEPT_BEGINNING])
        if (meanings := _vocabulary()[label])
        and _ABRIDGED_SHARE * len(label) <= len(key) < len(label)
        and label.endswith(key[-_KEPT_END:])
        and any(label == key[:at] + label[at : at + len(label) - len(key)] + key[at:] for at in range(len(key)))
        and any(meaning.kind == "row" for meaning in meanings)
    }
    return Match(found.pop(), "misprint") if len(found) == 1 else None


def longest_prefix(key: str) -> str | None:
    """The longest whole label with which a normalised text begins, for texts in which cells were glued."""
    for length in range(min(len(key), _longest()), 1, -1):
        if key[:length] in _vocabulary():
            return key[:length]
    return None


def is_label_start(key: str) -> bool:
    """Whether some label begins with this normalised text."""
    return key in _beginnings()


def _beginning_with(start: str) -> list[str]:
    """The labels that begin with a text, in the order of the vocabulary."""
    labels = _sorted()
    found: list[str] = []
    for at in range(bisect.bisect_left(labels, start), len(labels)):
        if not labels[at].startswith(start):
            break
        found.append(labels[at])
    return sorted(found, key=_order().__getitem__) if len(found) > 1 else found


@functools.cache
def _sorted() -> list[str]:
    return sorted(_vocabulary())


@functools.cache
def _order() -> dict[str, int]:
    return {label: at for at, label in enumerate(_vocabulary())}


@functools.cache
def _by_length() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for label in _vocabulary():
        found.setdefault(len(label), []).append(label)
    return found


@functools.cache
def _beginnings() -> frozenset[str]:
    return frozenset(label[:length] for label in _vocabulary() for length in range(1, len(label) + 1))


@functools.cache
def _longest() -> int:
    return max(map(len, _vocabulary()))


@functools.cache
def _vocabulary() -> dict[str, tuple[Meaning, ...]]:
    """Normalised label → what it can stand for."""
    found: dict[str, dict[Meaning, None]] = {}
    for table in forms().tables.values():
        for label, meaning in _table_labels(table):
            key = normalise(label)
            if key:
                found.setdefault(key, {})[meaning] = None
    return {key: tuple(meanings) for key, meanings in found.items()}


def _table_labels(table: Table) -> Iterator[tuple[str, Meaning]]:
    yield table.corner, Meaning("corner", table.id, "corner")
    for label in table.foreign_rows:
        yield label, Meaning("foreign", table.id, label)
    for block in table.blocks:
        yield block.label_zh, Meaning("article" if table.id == "proactive_disclosure" else "column_path", table.id, block.id, block.id)
        for row in block.rows:
            yield from _row_labels(table, block, row)
        for column in block.columns:
            yield from _column_labels(table, block, column)


def _row_labels(table: Table, block: Block, row: Row) -> Iterator[tuple[str, Meaning]]:
    meaning = Meaning("group" if table.across else "row", table.id, row.id, block.id)
    labels = [*row.labels.values(), *(alias.text for alias in row.aliases)]
    for label in dict.fromkeys(labels):
        yield label, meaning
        # Enumerators get lost; a cell may hold its parent's label too.
        bare = _ENUMERATOR.sub("", normalise(label))
        if len(bare) > 1:
            yield bare, meaning
        for i in range(len(row.path)):
            yield "".join([*row.path[i:], label]), meaning
    for label in row.path:
        above = Meaning("group" if table.across else "path", table.id, normalise(label), block.id)
        yield label, above
        yield _ENUMERATOR.sub("", normalise(label)), above


def _column_labels(table: Table, block: Block, column: Column) -> Iterator[tuple[str, Meaning]]:
    for label in dict.fromkeys(column.labels.values()):
        yield label, Meaning("column", table.id, column.id, block.id)
    for alias in column.aliases:
        yield alias.text, Meaning("column", table.id, column.id, block.id, alias.doubt)
    for label in column.path:
        yield label, Meaning("column_path", table.id, normalise(label), block.id)
