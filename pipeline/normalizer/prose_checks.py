"""Relations between what the prose says and what the tables print, and of the processing fee in itself.

A prose figure that is approximate settles nothing. These relations never flag a table figure: the prose may speak of another body.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.forms import Check, Comparison, forms
from pipeline.model import Number, Outcome, ProseFigure, Report, Result

_FEE = "processing_fee."
_UNPAID, _RECEIVED = "applications.other_unpaid_fee.total", "applications.new_received.total"


def sure_values(report: Report) -> dict[str, Number]:
    """The table's figures that may be held against the prose: those that nothing is doubted of. None where the prose tells no figure."""
    figures, compared = report.figures, _compared_figures()
    if not report.prose:
        return {}
    return {
        name: value
        for name, value, flags in zip(figures.figure, figures.value, figures.flags, strict=True)
        if name in compared and value is not None and not any(flag.startswith("read.") for flag in flags)
    }


@functools.cache
def _compared_figures() -> frozenset[str]:
    """The table's figures that some relation holds against the prose."""
    comparisons = (one for check in forms().checks for one in (*check.compare, *check.both_zero))
    return frozenset((_UNPAID, _RECEIVED, *(figure for one in comparisons for terms in one.sums for figure in terms)))


def check_prose(check: Check, told: Sequence[ProseFigure], table: Mapping[str, Number]) -> list[Result]:
    """The results of one relation of the prose; one that says not_applicable where prose or table are silent."""
    prose = {one.figure: one.value for one in told if not one.approximate}
    found = prose and (list(_compared(check, prose, table)) or list(_fees(check, prose, table)))
    return found or [Result(check.id, check.severity, None, "not_applicable", reason="not_in_prose_or_table")]


def _compared(check: Check, prose: Mapping[str, Number], table: Mapping[str, Number]) -> Iterator[Result]:
    for comparison in check.compare:
        if (sums := _sums(comparison, table)) and comparison.prose in prose:
            said = prose[comparison.prose]
            yield _result(check, comparison.prose, said in sums, said, said if said in sums else sums[0])
    for comparison in check.both_zero:
        if (sums := _sums(comparison, table)) and comparison.prose in prose:
            said = prose[comparison.prose]
            if said == 0 or sums[0] == 0:
                yield _result(check, comparison.prose, said == sums[0], said, sums[0])


def _sums(comparison: Comparison, table: Mapping[str, Number]) -> list[Number]:
    """The sums of the table that can be made, each of figures that are all there."""
    return [sum((Decimal(table[one]) for one in terms), Decimal(0)) for terms in comparison.sums if all(one in table for one in terms)]


def _fees(check: Check, prose: Mapping[str, Number], table: Mapping[str, Number]) -> Iterator[Result]:
    notices, billed, collected = (prose.get(_FEE + name) for name in ("notices", "billed_yuan", "collected_yuan"))
    unpaid, received = table.get(_UNPAID), table.get(_RECEIVED)
    if check.id == "processing_fee_order":
        if collected is not None and billed is not None:
            yield _result(check, "billed_yuan", collected <= billed, collected, billed)
        if collected is not None and notices == 0:
            yield _result(check, "notices", collected == 0, collected, notices)
    elif check.id == "processing_fee_step" and collected is not None:
        yield _result(check, "collected_yuan", collected % 10 == 0, collected, None)
    elif check.id == "processing_fee_basis":
        if unpaid and notices is not None:
            yield _result(check, "notices", notices > 0, notices, unpaid)
        if collected and received is not None:
            yield _result(check, "applications", received > 0, collected, received)


def _result(check: Check, key: str, holds: bool, left: Number, right: Number | None) -> Result:
    outcome: Outcome = "passed" if holds else "failed"
    return Result(check.id, check.severity, key, outcome, left=left, right=right)
