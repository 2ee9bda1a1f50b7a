"""What relations say of many reports, as rows of ``checks``: which outcomes get a row of their own, and which share one.

A relation is judged in one or more places (columns, rows, tables). Of each report it writes a row for every place where it failed. Where it
failed nowhere it writes one row: passed if it could be judged in any place (``figures`` tells in which), else not applicable with the
reason of the first place. So a relation that holds costs one row a report, whatever it runs over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.forms import Check
from pipeline.model import Outcome
from pipeline.normalizer.derived.year import Mask
from pipeline.normalizer.schemas import MONEY, arrow_schema

#: A code or text for each report, or None.
Texts = NDArray[np.object_]
#: One side of a relation for each report: counts, ratios, or exact numbers with None where there is none.
Sides = NDArray[Any] | Sequence[Decimal | int | None]
_OF_THE_REPORT = ("report_id", "unit_id", "report_year", "document_id", "synthetic")
_WIDER = pa.decimal128(25, 6)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a relation says of every report in one place: arrays with one entry a report.

    ``lack`` holds why it cannot be judged, None where it can; ``holds`` counts only there, and so do ``left`` and ``right``. ``asked``:
    where the question arises at all. ``figures`` are those of the relation, ``other`` the reports on the other side, ``shortfall`` what a
    failed one lacks.
    """

    key: str | None
    asked: Mask
    lack: Texts
    holds: Mask
    left: Sides | None = None
    right: Sides | None = None
    doubted: Mask | None = None
    figures: tuple[str, ...] = ()
    other: Texts | None = None
    shortfall: Texts | None = None

    @property
    def judged(self) -> Mask:
        """Where the relation passed or failed."""
        return self.asked & empty(self.lack)


def nothing(reports: int) -> Texts:
    """No code for any report."""
    return np.full(reports, None, dtype=object)


def where(lack: Texts, mask: Mask, code: str) -> Texts:
    """``lack`` with a code where ``mask`` is true and nothing lacked so far."""
    found: Texts = np.where(mask & empty(lack), code, lack)
    return found


def empty(texts: Texts) -> Mask:
    """Where there is None."""
    found: Mask = np.equal(texts, None).astype(np.bool_)  # type: ignore[call-overload]
    return found


class Rows:
    """Rows of ``checks`` over the reports of one year, being gathered."""

    def __init__(self, reports: pa.Table) -> None:
        self._reports = reports.select(_OF_THE_REPORT)
        self._parts: list[pa.Table] = []

    def to_table(self) -> pa.Table:
        """All rows so far, in the schema of ``checks``."""
        schema = arrow_schema("checks")
        return pa.concat_tables([schema.empty_table(), *self._parts])

    def judge(self, check: Check, places: Sequence[Verdicts], *, severity: str | None = None, every_gap: bool = False) -> None:
        """Add the rows of a relation, as the module says; with ``every_gap`` also one for each place that could not be judged."""
        failed = [one.judged & ~one.holds for one in places]
        passed = [one.judged & one.holds for one in places]
        any_failed, any_passed = np.any(failed, axis=0), np.any(passed, axis=0)
        for one, mask in zip(places, failed, strict=True):
            self._place(check, one, mask, "failed", severity)
        held = any_passed & ~any_failed
        if len(places) == 1:
            self._place(check, places[0], held, "passed", severity)
        else:
            self._held(check, places, np.array(passed), held, severity)
        for one in places if every_gap else [_together(places, ~any_failed & ~any_passed)]:
            self._gap(check, one, severity)

    def _place(self, check: Check, one: Verdicts, mask: Mask, outcome: Outcome, severity: str | None) -> None:
        at = np.flatnonzero(mask)
        self.add(
            check,
            at,
            outcome,
            severity=severity,
            key=one.key,
            reason=one.shortfall[at] if outcome == "failed" and one.shortfall is not None else None,
            doubted=one.doubted[at] if one.doubted is not None else None,
            left=_at(one.left, at),
            right=_at(one.right, at),
            figures=" ".join(dict.fromkeys(one.figures)) or None,
            other=one.other[at] if one.other is not None else None,
        )

    def _held(self, check: Check, places: Sequence[Verdicts], passed: NDArray[np.bool_], held: Mask, severity: str | None) -> None:
        """One row for all places in which a relation holds."""
        at = np.flatnonzero(held)
        doubts = [one.doubted if one.doubted is not None else np.zeros(len(held), np.bool_) for one in places]
        patterns, which = np.unique(passed[:, at], axis=1, return_inverse=True)
        named = [
            " ".join(dict.fromkeys(figure for one, there in zip(places, pattern, strict=True) if there for figure in one.figures)) or None
            for pattern in patterns.T
        ]
        other = nothing(len(held))
        for one, mask in zip(places, passed, strict=True):
            if one.other is not None:
                other = np.where(mask & empty(other), one.other, other)
        self.add(
            check,
            at,
            "passed",
            severity=severity,
            doubted=np.any(passed & np.array(doubts), axis=0)[at],
            figures=np.array([named[number] for number in which.ravel()], dtype=object),
            other=other[at],
        )

    def _gap(self, check: Check, one: Verdicts, severity: str | None) -> None:
        at = np.flatnonzero(one.asked & ~one.judged)
        doubted = one.doubted[at] if one.doubted is not None else None
        other = one.other[at] if one.other is not None else None
        self.add(check, at, "not_applicable", severity=severity, key=one.key, reason=one.lack[at], doubted=doubted, other=other)

    def add(
        self,
        check: Check,
        at: NDArray[np.int64],
        outcome: Outcome,
        *,
        severity: str | None = None,
        key: str | Texts | None = None,
        reason: str | Texts | None = None,
        doubted: Mask | None = None,
        left: Sides | None = None,
        right: Sides | None = None,
        figures: str | Texts | None = None,
        other: Texts | None = None,
    ) -> None:
        """Add one row for each of the reports ``at``. What is one text stands in all of them."""
        if not len(at):
            return
        columns: dict[str, Any] = {name: self._reports[name].take(pa.array(at)) for name in _OF_THE_REPORT}
        texts = {
            **{"check_id": check.id, "severity": severity or check.severity, "scope_key": key, "outcome": outcome, "reason": reason},
            **{"figures": figures, "other_report_id": other},
        }
        columns |= {name: _texts(value, len(at)) for name, value in texts.items()}
        columns["doubted"] = pa.array(doubted if doubted is not None else np.zeros(len(at), np.bool_))
        columns |= {"left_value": _numbers(left, len(at)), "right_value": _numbers(right, len(at))}
        schema = arrow_schema("checks")
        self._parts.append(pa.table([columns[name] for name in schema.names], schema=schema))


def _together(places: Sequence[Verdicts], mask: Mask) -> Verdicts:
    """Places as one, where ``mask`` is true: what the first of them lacks of which the question arose."""
    if len(places) == 1:
        return replace(places[0], asked=places[0].asked & mask)
    lack = nothing(len(mask))
    for one in places:
        lack = np.where(empty(lack) & one.asked, one.lack, lack)
    doubts = [one.doubted for one in places if one.doubted is not None]
    asked = mask & np.any([one.asked for one in places], axis=0)
    return Verdicts(None, asked, lack, mask, doubted=np.any(doubts, axis=0) if doubts else None, other=places[0].other)


def _at(side: Sides | None, at: NDArray[np.int64]) -> Sides | None:
    if side is None:
        return None
    return side[at] if isinstance(side, np.ndarray) else [side[one] for one in at]


def _texts(value: str | Texts | None, rows: int) -> pa.Array:
    return pa.array([value] * rows if value is None or isinstance(value, str) else value.tolist(), pa.string())


def _numbers(side: Sides | None, rows: int) -> pa.Array:
    """Numbers as the exact decimals of the dataset; whole ones must be below 10**17."""
    if side is None:
        return pa.nulls(rows, MONEY)
    if not isinstance(side, np.ndarray) or side.dtype.kind == "O":
        return pa.array([one if one is None or isinstance(one, Decimal) else Decimal(int(one)) for one in side], MONEY)
    return pa.array(side).cast(_WIDER if side.dtype.kind == "i" else MONEY).cast(MONEY)
