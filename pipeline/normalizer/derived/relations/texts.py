"""Prose that is last year's, or a neighbour's: 内容雷同."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pipeline.forms import forms
from pipeline.normalizer.derived.deadlines import GOVERNMENT_WIDE
from pipeline.normalizer.derived.relations import similarity
from pipeline.normalizer.derived.relations.masking import masked_prose
from pipeline.normalizer.derived.relations.rows import Rows, Texts, Verdicts, empty, nothing, where
from pipeline.normalizer.derived.relations.years import Years

_CHECK = "same_text"
_PLACES = ("county_code", "city_code", "province_code")


def text_rows(rows: Rows, years: Years) -> None:
    """``same_text``: fails where the prose, masked (``masking``), is as similar as the limit says to last year's or to a neighbour's.

    Two rows a report, ``scope_key`` last_year and neighbour. Where it fails ``left_value`` is the similarity (``similarity`` defines it),
    ``right_value`` the limit and ``other_report_id`` the other text: of all neighbours the most similar, the first of equals. A masked text
    that is shorter than the limit proves nothing.

    Neighbours are reports of the same year and scope whose units lie in the same county; for units of a city or a province itself, in the
    same city or province; government-wide reports have those of the same city or province beside them.
    """
    texts = similarity.Texts(masked_prose(years.tables[0]["sections"], years.now))
    rows.judge(forms().check(_CHECK), [_against_last_year(years, texts)])
    rows.judge(forms().check(_CHECK), [_against_neighbours(years, texts)])


def _against_last_year(years: Years, texts: similarity.Texts) -> Verdicts:
    before = similarity.Texts(masked_prose(years.tables[1]["sections"], years.before))
    lack = _too_short(texts)
    lack = np.where(empty(lack), years.no_predecessor(), lack)
    lack = np.where(empty(lack), years.at_last(_too_short(before, "_last_year"), None), lack)
    changes = np.full(len(years), math.inf)
    for row in np.flatnonzero(empty(lack)).tolist():
        last = int(years.last[row])
        together = texts.lengths[row] + before.lengths[last]
        if np.abs(texts.histograms[row] - before.histograms[last]).sum() <= _most() * together + 1:
            changes[row] = similarity.change(texts.texts[row], before.texts[last], _most())
    return _verdicts("last_year", lack, changes, years.last_report())


def _against_neighbours(years: Years, texts: similarity.Texts) -> Verdicts:
    lack = _too_short(texts)
    groups: dict[object, list[int]] = {}
    places, units = _places(years), years.now.column("unit_id")
    for row in np.flatnonzero(empty(lack) & ~empty(places)).tolist():
        groups.setdefault(places[row], []).append(row)
    met = np.zeros(len(years), np.bool_)
    for members in groups.values():
        met[members] = len({units[row] for row in members}) > 1
    lack = where(where(lack, empty(places), "place_unknown"), ~met, "no_neighbour")
    changes, others = np.full(len(years), math.inf), nothing(len(years))
    for at, near in similarity.nearest_of_others(texts, groups, units, _most()).items():
        changes[at], others[at] = near.change, years.now.report_ids[near.row]
    return _verdicts("neighbour", lack, changes, others)


def _verdicts(key: str, lack: Texts, changes: NDArray[np.float64], others: Texts) -> Verdicts:
    limit = Decimal(str(forms().check(_CHECK).limits["similarity"]))
    left = [None if math.isinf(one) else Decimal(f"{1 - one:.6f}") for one in changes]
    everywhere = np.ones(len(changes), np.bool_)
    return Verdicts(key, everywhere, lack, np.isinf(changes), left, [limit] * len(changes), other=others)


def _most() -> float:
    return 1 - forms().check(_CHECK).limits["similarity"]


def _too_short(texts: similarity.Texts, suffix: str = "") -> Texts:
    lack = where(nothing(len(texts.texts)), texts.lengths == 0, f"no_prose{suffix}")
    return where(lack, texts.lengths < forms().check(_CHECK).limits["shortest"], f"prose_too_short{suffix}")


def _places(years: Years) -> Texts:
    """Scope and division within which a report has its neighbours; None where that is not known."""
    found = nothing(len(years))
    for row, one in enumerate(years.now.reports.select(["scope", *_PLACES]).to_pylist()):
        codes = [one[name] for name in _PLACES if one[name] is not None]
        around = codes[1:] if one["scope"] == GOVERNMENT_WIDE else codes
        found[row] = (one["scope"], around[0]) if around else None
    return found
