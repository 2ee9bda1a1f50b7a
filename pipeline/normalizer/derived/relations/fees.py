"""A fee ten thousand times too large or too small: 元 typed into a cell of 万元."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.forms import Check, forms
from pipeline.normalizer.derived.relations.cells import Cells
from pipeline.normalizer.derived.relations.rows import Rows, Texts, Verdicts, nothing, where
from pipeline.normalizer.derived.relations.words import words
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.derived.year import Mask

FIGURE = "proactive_disclosure.admin_fees.amount"
#: Yuan; 0 where there is no amount.
Amounts = NDArray[np.float64]
_ROUNDING = 1e-9
_YUAN = {"元": 1.0, "万元": 1e4, "亿元": 1e8}


@dataclass(frozen=True, slots=True)
class _Other:
    """What the fee is held against."""

    key: str
    amounts: Amounts
    doubted: Mask | None = None
    reports: Texts | None = None


def fee_rows(rows: Rows, years: Years) -> None:
    """``fee_unit``: fails where the fee is ten thousand times another amount, or a ten thousandth of it, within the tolerance.

    ``scope_key`` names the other amount: last_year, prose (what the text says of 行政事业性收费), or median (of the other reports of the
    same level and scope that print an amount above 0, if there are at least ``fewest``). Sides are in yuan. An amount of 0 has no ratio.
    """
    check, fee = forms().check("fee_unit"), years.cells(FIGURE)
    asked, lack = fee.there | ~fee.read, nothing(len(years))
    for mask, code in fee.lacks():
        lack = where(lack, mask, code)
    lack = where(where(lack, ~fee.measured, "unit_not_known"), fee.values == 0, "amount_zero")
    last = years.cells(FIGURE, last_year=True)
    others = (
        _Other("last_year", _positive(last), last.doubted, years.last_report()),
        _Other("prose", _in_prose(years)),
        _Other("median", _median_of_others(years, _positive(fee), int(check.limits["fewest"]))),
    )
    rows.judge(check, [_against(check, fee, one, asked, lack) for one in others])


def _against(check: Check, fee: Cells, other: _Other, asked: Mask, lack: Texts) -> Verdicts:
    amount = _positive(fee)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.maximum(amount, other.amounts) / np.minimum(amount, other.amounts) / check.limits["factor"]
        holds = ~(np.abs(ratio - 1) <= check.limits["tolerance"] + _ROUNDING)
    doubted = fee.doubted if other.doubted is None else fee.doubted | other.doubted
    lack = where(lack, other.amounts == 0, "nothing_to_compare")
    return Verdicts(other.key, asked, lack, holds, amount, other.amounts, doubted, (FIGURE,), other.reports)


def _positive(fee: Cells) -> Amounts:
    """Amounts above 0 whose unit is known; 0 for all others."""
    return np.where(fee.measured & (fee.values > 0), fee.numbers(), 0.0)


def _in_prose(years: Years) -> Amounts:
    """The first amount of administrative fees that a report's text tells."""
    found = np.zeros(len(years), np.float64)
    sections = years.tables[0]["sections"].sort_by([("report_id", "ascending"), ("section", "ascending")])
    fee = "|".join(words()["fees.words"])
    sections = sections.filter(pc.match_substring_regex(sections["text"], fee))
    rows = {report: row for row, report in enumerate(years.now.report_ids)}
    pattern = re.compile(rf"(?:{fee})[^。；;\d]{{0,12}}(\d[\d,，]*(?:\.\d+)?)\s*(亿元|万元|元)")
    for report, text in zip(sections["report_id"].to_pylist(), sections["text"].to_pylist(), strict=True):
        told = pattern.search(text)
        if told and report in rows and not found[rows[report]]:
            found[rows[report]] = float(re.sub("[,，]", "", told[1])) * _YUAN[told[2]]
    return found


def _median_of_others(years: Years, amounts: Amounts, fewest: int) -> Amounts:
    """The median amount of the other reports of a report's level and scope; 0 where there are fewer than ``fewest``."""
    found = np.zeros(len(amounts), np.float64)
    groups: dict[tuple[object, object], list[int]] = {}
    for row, group in enumerate(zip(years.now.column("level"), years.now.column("scope"), strict=True)):
        if group[0] is not None and amounts[row] > 0:
            groups.setdefault(group, []).append(row)
    for members in groups.values():
        if len(members) > fewest:
            order = np.array(members)[np.argsort(amounts[members], kind="stable")]
            found[order] = _medians_without_each(amounts[order])
    return found


def _medians_without_each(ordered: Amounts) -> Amounts:
    """For each of some ordered numbers the median of all the others.

    >>> _medians_without_each(np.array([1.0, 2.0, 3.0, 10.0])).tolist()
    [3.0, 3.0, 2.0, 2.0]
    """
    others, places = len(ordered) - 1, np.arange(len(ordered))
    middle = (others - 1) // 2, others // 2
    low, high = (ordered[np.where(places > at, at, at + 1)] for at in middle)
    return (low + high) / 2
