"""How alike texts are, and the nearest of many, without comparing every pair in full.

The change between two texts is d / (a + b): d characters are taken out of the one and put into it to make the other (the indel distance), a
and b are the lengths. Similarity is 1 - change, the same as 2 × the longest common subsequence / (a + b).

No pair that is near enough goes unseen, and few are compared in full: a character taken out or put in changes one number of a text's
histogram of characters by one, so d is at least the sum of the differences. Only pairs that are near enough by that are compared, the
likeliest first, and no further than a nearer one can still come.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

#: Characters share a number of the histogram by their code: that can only make texts look nearer than they are.
_BINS = 251
#: Texts are compared in whole characters; this keeps 0.05 × 200 from being 9.999….
_ROUNDING = 1e-9


class Near(NamedTuple):
    """The text nearest to another: its row, and the change between them."""

    change: float
    row: int


class Texts:
    """Texts by row, with their histograms."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.lengths = np.array([len(text) for text in texts], np.int64)
        self.histograms = np.array([_histogram(text) for text in texts], np.int32).reshape(len(texts), _BINS)
        self._known: dict[tuple[str, str], float] = {}

    def nearest(self, row: int, others: NDArray[np.int64], most: float) -> Near | None:
        """The nearest of other rows, the first of equals; ``None`` if there is none within ``most``."""
        together = self.lengths[others] + self.lengths[row]
        others = others[np.abs(self.lengths[others] - self.lengths[row]) <= most * together + _ROUNDING]
        least = np.abs(self.histograms[others] - self.histograms[row]).sum(axis=1) / np.maximum(self.lengths[others] + self.lengths[row], 1)
        best: Near | None = None
        for at in np.lexsort((others, least)):
            if least[at] > (best.change if best else most + _ROUNDING):
                break
            found = Near(self._change(row, int(others[at]), most), int(others[at]))
            if found.change <= most + _ROUNDING and (best is None or found < best):
                best = found
        return best

    def _change(self, one: int, other: int, most: float) -> float:
        first, second = sorted((self.texts[one], self.texts[other]))
        if (first, second) not in self._known:
            self._known[first, second] = change(first, second, most)
        return self._known[first, second]


def change(one: str, other: str, most: float) -> float:
    """The change between two texts, infinite where it is more than ``most``.

    >>> change("公开信息#条", "公开信息共#条", 0.1), change("公开信息#条", "会议", 0.1)
    (0.07692307692307693, inf)
    """
    together = len(one) + len(other)
    allowed = int(most * together + _ROUNDING)
    distance = Indel.distance(one, other, score_cutoff=allowed)
    return math.inf if distance > allowed else distance / max(together, 1)


def nearest_of_others(texts: Texts, groups: Mapping[object, Sequence[int]], owners: Sequence[object], most: float) -> dict[int, Near]:
    """For each row of a group the nearest text of another owner in the group, if one is within ``most``."""
    found: dict[int, Near] = {}
    for members in groups.values():
        rows = np.array(members, np.int64)
        whose = np.array([owners[row] for row in members], dtype=object)
        alike = _same_texts(texts, members)
        for row, owner in zip(members, whose, strict=True):
            twin = next((one for one in alike[texts.texts[row]] if owners[one] != owner), None)
            near = Near(0.0, twin) if twin is not None else texts.nearest(row, rows[whose != owner], most)
            if near is not None:
                found[row] = near
    return found


def _same_texts(texts: Texts, members: Sequence[int]) -> dict[str, list[int]]:
    """Rows by their text: copies that were not touched need no comparison."""
    found: dict[str, list[int]] = {}
    for row in members:
        found.setdefault(texts.texts[row], []).append(row)
    return found


def _histogram(text: str) -> NDArray[np.int64]:
    return np.bincount(np.frombuffer(text.encode("utf-32-le"), np.uint32) % _BINS, minlength=_BINS)
