"""Numbers for a made-up report, and how they are written into its cells.

``numbers`` gives the value of each figure, ``write`` the text of a cell with the value that it stands for. The value is kept from where it
was made: nothing here reads a text, so the truth of a generated report owes nothing to a reader.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipeline.forms import Figure, forms
from pipeline.forms.layout import APPLICATIONS, DISCLOSURE, REVIEW
from pipeline.generator.wording import wording
from pipeline.model import Number

Kind = Literal["distinct", "consistent", "zeros", "sparse", "blanks", "dashes", "wild"]
KINDS: tuple[Kind, ...] = ("distinct", "consistent", "zeros", "sparse", "blanks", "dashes", "wild")
# A number with its own unit in the cell ("251000元") is a text in the truth, as money without a unit has none.
Truth = Number | str | None
_FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@dataclass(frozen=True, slots=True)
class Written:
    """The text of one cell and what it says: a number, a number with its unit, or ``None`` where it says none (blank, a dash)."""

    text: str
    value: Truth


def numbers(rng: random.Random, ids: Sequence[str], kind: Kind) -> dict[str, Number]:
    """A value for each figure id. ``distinct``: no two alike; ``zeros``: all 0; every other kind fulfils the relations of the form."""
    if kind == "zeros":
        return dict.fromkeys(ids, 0)
    if kind == "distinct":
        return _distinct(rng, ids)
    scale = rng.choice((1, 2, 3)) if kind == "sparse" else rng.choice((4, 20, 200, 3000))
    return _consistent(rng, ids, scale, share=0.06 if kind == "sparse" else rng.uniform(0.2, 0.8))


def _distinct(rng: random.Random, ids: Sequence[str]) -> dict[str, Number]:
    drawn = rng.sample(range(1, 3000), len(ids))
    declared = forms().figures
    values: dict[str, Number] = {}
    for name, value in zip(ids, drawn, strict=True):
        kind = declared[name].column.kind
        if kind == "money":
            values[name] = Decimal(value) + Decimal(rng.randint(1, 99)) / 100
        else:
            values[name] = -value if kind == "signed count" and rng.random() < 0.5 else value
    return values


def _consistent(rng: random.Random, ids: Sequence[str], scale: int, share: float) -> dict[str, Number]:
    """Counts up to about ``scale``; ``share`` of those that may be above 0 are."""

    def draw() -> int:
        return min(int(rng.expovariate(3 / scale)) + 1, scale) if rng.random() < share else 0

    values: dict[str, Number] = {name: draw() for name in ids}
    _settle_applications(rng, values)
    _settle_review(values)
    _settle_disclosure(rng, values, scale)
    return values


def _settle_applications(rng: random.Random, values: dict[str, Number]) -> None:
    """Make table three add up: down its columns first, then across its rows."""
    block = forms().tables[APPLICATIONS].blocks[0]
    outside = {"new_received", "carried_over", "total_processed", "carried_forward"}
    present = [row.id for row in block.rows if f"{APPLICATIONS}.{row.id}.total" in values]
    parts = [column.id for column in block.columns if column.id != "total"]
    if not present:
        return
    for column in parts:
        own = {row: int(values[f"{APPLICATIONS}.{row}.{column}"]) for row in present}
        own["total_processed"] = sum(value for row, value in own.items() if row not in outside)
        demand = own["total_processed"] + own["carried_forward"]
        own["carried_over"] = rng.randint(0, min(demand, own["carried_over"]))
        own["new_received"] = demand - own["carried_over"]
        values.update({f"{APPLICATIONS}.{row}.{column}": value for row, value in own.items()})
    for row in present:
        values[f"{APPLICATIONS}.{row}.total"] = sum(int(values[f"{APPLICATIONS}.{row}.{column}"]) for column in parts)


def _settle_review(values: dict[str, Number]) -> None:
    """Make the totals of table four the sums of their parts."""
    block = forms().tables[REVIEW].blocks[0]
    for row in block.rows:
        total = f"{REVIEW}.{row.id}.total"
        if total in values:
            parts = (f"{REVIEW}.{row.id}.{column.id}" for column in block.columns if column.id != "total")
            values[total] = sum(int(values[name]) for name in parts)


def _settle_disclosure(rng: random.Random, values: dict[str, Number], scale: int) -> None:
    """Bound what was newly disclosed, sign the changes, give money its decimals."""
    for name in list(values):
        table, row, column = name.split(".")
        if table != DISCLOSURE:
            continue
        figure = forms().figures[name]
        if row == "rules" and scale < 1000:
            values[name] = 0  # only large cities and above can issue rules
        elif column == "newly_disclosed":
            values[name] = min(int(values[name]), int(values[f"{table}.{row}.newly_made"]))
            values[f"{table}.{row}.total_disclosed"] = int(values[name]) + rng.randint(0, scale)
        elif figure.column.kind == "signed count":
            values[name] = max(-int(values.get(f"{table}.{row}.items_last_year", 0)), int(values[name]) * rng.choice((1, -1)))
        elif figure.column.kind == "money" and values[name]:
            values[name] = Decimal(int(values[name])) + Decimal(rng.randint(0, 999)) / 1000


def write(rng: random.Random, name: str, value: Number, kind: Kind, dash: str) -> Written:
    """One cell of a report of this kind; ``dash`` is what its author puts for "none"."""
    if kind == "dashes" and not value:
        return Written(dash, None)
    if kind == "wild":
        return _wild(rng, forms().figures[name], value, dash)
    return Written(plain(value), value)


def plain(value: Number) -> str:
    """The number in plain digits, without an exponent.

    >>> plain(Decimal("43.7880"))
    '43.788'
    """
    if isinstance(value, int):
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _wild(rng: random.Random, figure: Figure, value: Number, dash: str) -> Written:
    if not value and rng.random() < 0.3:
        return Written(rng.choice((dash, "")), None)
    if figure.column.kind == "money":
        return _wild_money(rng, figure, value)
    if figure.column.kind == "signed count":
        return Written(_wild_change(rng, int(value)), value)
    return Written(_wild_count(rng, figure, int(value)), value)


def _wild_money(rng: random.Random, figure: Figure, value: Number) -> Written:
    """Money with or without its own unit: the truth carries the unit unless the header has the same one."""
    text = plain(value)
    unit = rng.choice(("", "万元", "元", "万"))
    said = {"": figure.unit or "", "万": "万元"}.get(unit, unit)
    shown = f"{int(value):,}{text[len(str(int(value))) :]}" if rng.random() < 0.3 else text
    return Written(shown + unit, value if said == (figure.unit or "") else text + said)


def _wild_change(rng: random.Random, value: int) -> str:
    if value > 0:
        return rng.choice((f"+{value}", f"增{value}", f"＋{value}", f"增加{value}", str(value)))
    if value < 0:
        return rng.choice((str(value), f"减{-value}", f"－{-value}", f"−{-value}", f"减少{-value}"))
    return "0"


def _wild_count(rng: random.Random, figure: Figure, value: int) -> str:
    text = str(value)
    draw = rng.random()
    if draw < 0.12:
        return text.translate(_FULL_WIDTH)
    if draw < 0.2:
        return f"{value:,}"
    if draw < 0.26 and value > 1:
        return str(rng.choice(wording()["values"]["remarks"])).format(n=value, m=rng.randint(1, value - 1))
    if draw < 0.34:
        return text + (figure.unit or "")
    if draw < 0.4:
        return rng.choice((f" {text}", f"{text} ", f"\u3000{text}", f"\u00a0{text}"))
    return text
