"""One figure of many reports: a count or an amount of money, and what is known of its cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.forms import forms
from pipeline.normalizer.derived.year import Mask, Wide

#: Counts from here on are misread or absurd; below, sums of a few hundred fit into 64 bits and the columns of ``checks``.
TOO_LARGE = 10**15
MONEY = tuple(name for name, figure in forms().figures.items() if figure.column.kind == "money")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cells:
    """Arrays with one entry a report. ``values`` count only where ``has``: int64, or for money exact ``Decimal`` objects.

    Money is in yuan where ``measured``, else as printed, its unit not being known; counts are always measured. ``read``: whether the table
    that the cell belongs to was read.
    """

    values: NDArray[Any]
    has: Mask
    measured: Mask
    there: Mask
    blank: Mask
    doubted: Mask
    read: Mask

    def numbers(self) -> NDArray[np.float64]:
        """The values as floats, for ratios."""
        return self.values.astype(np.float64)

    def lacks(self, suffix: str = "") -> Iterator[tuple[Mask, str]]:
        """Why there is no value, as masks with codes: the first that is true counts."""
        yield ~self.there & ~self.read, f"table_not_read{suffix}"
        yield ~self.there, f"term_missing{suffix}"
        yield self.blank, f"term_blank{suffix}"
        yield ~self.has, f"term_unreadable{suffix}"

    def at(self, rows: NDArray[np.int64]) -> Cells:
        """The cells of other rows: -1 stands for a report that is not there."""
        known = rows >= 0

        def taken(values: NDArray[Any]) -> NDArray[Any]:
            if not len(values):
                return np.full(len(rows), 0 if values.dtype != np.bool_ else False, values.dtype)
            return values[np.maximum(rows, 0)]

        masks = {name: taken(getattr(self, name)) & known for name in ("has", "measured", "there", "blank", "doubted", "read")}
        return replace(self, values=taken(self.values), **masks)


def count_cells(wide: Wide, figure: str, read: Mask) -> Cells:
    """A count of every report of ``wide``."""
    values = wide.values(figure)
    has = wide.has(figure) & (np.abs(values) < TOO_LARGE)
    return Cells(values, has, has, wide.there(figure), wide.blank(figure), wide.doubted(figure), read)


def money_cells(fees: pa.Table, report_ids: pa.ChunkedArray, figure: str, read: Mask) -> Cells:
    """An amount of every report, from the rows of ``fees`` that stand in tables."""
    its = fees.filter(pc.and_(pc.equal(fees["source"], "table"), pc.equal(fees["figure"], figure)))
    at = pc.index_in(report_ids, value_set=its["report_id"])
    at = at.combine_chunks() if isinstance(at, pa.ChunkedArray) else at
    rows = its.select(["amount", "amount_yuan", "status", "flags"]).take(at).to_pydict()
    amounts = [printed if yuan is None else yuan for printed, yuan in zip(rows["amount"], rows["amount_yuan"], strict=True)]
    values = np.empty(len(amounts), dtype=object)
    values[:] = [_NOTHING if amount is None else amount for amount in amounts]
    has = np.array([amount is not None for amount in amounts], np.bool_)
    measured = np.array([yuan is not None for yuan in rows["amount_yuan"]], np.bool_)
    blank = np.array([status in {"blank", "dash"} for status in rows["status"]], np.bool_)
    doubted = np.array([any(flag.startswith("read.") for flag in (flags or "").split()) for flags in rows["flags"]], np.bool_)
    return Cells(values, has, measured, np.asarray(pc.is_valid(at)), blank, doubted, read)
