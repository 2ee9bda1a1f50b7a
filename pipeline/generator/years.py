"""The figures of one made-up body from year to year, as its reports would print them: what one year leaves open, the next carries over.

Request by request: each comes from somebody, is answered in one way or stays open, and may be disputed; a dispute that is pending is
decided in the next year, and a lawsuit after a review follows a review of its year. So every relation of the form holds, and those between
two years as well (carried forward and over, documents in force, items of the year before, pending disputes), and no figure jumps.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pipeline.forms.layout import APPLICATIONS, DISCLOSURE, REVIEW
from pipeline.generator.figures import Written
from pipeline.model import Number

Figures = dict[str, Number | Written | None]
_ITEMS = ("licences", "other_external_services", "penalties", "coercion", "admin_fees")
_DECIDED = ("licences", "penalties", "coercion")


@dataclass(frozen=True, slots=True)
class Body:
    """What a body is like when a year begins.

    ``requests`` and ``decisions`` are what it may expect of the year, ``waiting`` the open requests by who made them, ``pending`` the open
    disputes by their kind, ``items`` the number of its licences and the like, ``fees`` in 万元, ``purchases`` in hundreds of 元 a project.
    """

    requests: float
    decisions: tuple[float, ...]
    fees: float
    documents: int
    growth: float
    items: Mapping[str, int]
    waiting: Counter[str]
    pending: Counter[str]
    projects: int
    purchases: int


def first_year(rng: random.Random, unit: Mapping[str, Any]) -> Body:
    """A body as ``sample.toml`` describes it."""
    items = {row: rng.randint(2, 60) for row in _ITEMS}
    projects, purchases = rng.randint(0, 5), rng.randint(90, 900)
    expected = (unit["requests"], tuple(unit["decisions"]), unit["fees"], unit["documents"], unit["growth"])
    return Body(*expected, items, Counter(), Counter(), projects, purchases)


def live_through(rng: random.Random, body: Body, chances: Mapping[str, Any]) -> tuple[Figures, Body]:
    """All figures of one year in both forms, and the body as the next year begins."""
    disclosed, after = _disclosure(rng, body)
    requests, waiting, processed = _applications(rng, body, chances)
    disputes, pending = _review(rng, body, processed, chances)
    figures = disclosed | requests | disputes
    factor = body.growth * _about(rng, 1.0, 0.1)
    grown = tuple(one * factor for one in body.decisions)
    later = replace(after, requests=body.requests * body.growth, decisions=grown, fees=body.fees * factor)
    return figures, replace(later, waiting=waiting, pending=pending)


def _about(rng: random.Random, value: float, share: float = 0.2) -> float:
    return value * (1 + share * (2 * rng.random() - 1))


def _drawn(rng: random.Random, weights: Mapping[str, int]) -> str:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def _disclosure(rng: random.Random, body: Body) -> tuple[Figures, Body]:
    """Table two in the rows and columns of both forms."""
    issued, repealed = (round(_about(rng, body.documents * share, 1.0)) for share in (0.15, 0.08))
    documents = body.documents + issued - repealed
    figures: Figures = {f"rules.{column}": 0 for column in ("newly_made", "newly_disclosed", "total_disclosed")}
    figures |= {f"rules.{column}": 0 for column in ("issued", "repealed", "in_force")}
    for columns, values in (
        (("newly_made", "newly_disclosed", "total_disclosed"), (issued, issued, documents)),
        (("issued", "repealed", "in_force"), (issued, repealed, documents)),
    ):
        figures |= {f"normative_documents.{column}": value for column, value in zip(columns, values, strict=True)}
    changes = {row: max(-body.items[row], rng.randint(-2, 4)) for row in _ITEMS}
    for row in _ITEMS:
        figures |= {f"{row}.items_last_year": body.items[row], f"{row}.items_change": changes[row]}
    decided = [round(one) for one in body.decisions]
    figures |= {f"{row}.decisions": count for row, count in zip(_DECIDED, decided, strict=True)}
    figures |= {"other_external_services.decisions": round(_about(rng, decided[0] * 1.6))}
    fees = Decimal(round(_about(rng, body.fees, 0.05) * 100)) / 100
    spent = f"{round(_about(rng, body.projects * body.purchases)) * 100}元"
    money = Written(spent, spent) if body.projects else Written("0", 0)
    figures |= {"admin_fees.amount": fees, "central_procurement.projects": body.projects, "central_procurement.amount": money}
    items = {row: body.items[row] + changes[row] for row in _ITEMS}
    return {f"{DISCLOSURE}.{name}": value for name, value in figures.items()}, replace(body, documents=documents, items=items)


def _applications(rng: random.Random, body: Body, chances: Mapping[str, Any]) -> tuple[Figures, Counter[str], int]:
    """Table three with the row 其他处理 of 2019 and its three rows of 2021; who still waits at the end; how many were answered."""
    new = [_drawn(rng, chances["columns"]) for _ in range(round(_about(rng, body.requests)))]
    counts: Counter[tuple[str, str]] = Counter(("new_received", who) for who in new)
    waiting: Counter[str] = Counter()
    counts.update({("carried_over", who): number for who, number in body.waiting.items()})
    for at, who in enumerate([*body.waiting.elements(), *new]):
        # What waited for a year is answered in this one.
        if at >= body.waiting.total() and rng.random() < chances["pending"]:
            waiting[who] += 1
            counts["carried_forward", who] += 1
            continue
        result = _drawn(rng, chances["results"])
        counts[result, who] += 1
        counts["total_processed", who] += 1
        if result == "other_handling":
            counts[_drawn(rng, chances["other_handling"]), who] += 1
    for (row, _), number in list(counts.items()):
        counts[row, "total"] += number
    return (
        {f"{APPLICATIONS}.{row}.{column}": number for (row, column), number in counts.items()},
        waiting,
        counts["total_processed", "total"],
    )


def _review(rng: random.Random, body: Body, processed: int, chances: Mapping[str, Any]) -> tuple[Figures, Counter[str]]:
    """Table four: some of the answers are disputed, and what was pending is decided. And what is pending now."""
    counts: Counter[str] = Counter()
    pending: Counter[str] = Counter()
    for group, answers in (("review", processed), ("litigation_direct", processed), ("litigation_after_review", None)):
        # Who sues after a review has lost it in the same year.
        disputable = counts[f"{REVIEW}.review.upheld"] if answers is None else answers
        new = sum(rng.random() < chances[group] for _ in range(disputable))
        for at in range(body.pending[group] + new):
            outcome = _drawn(rng, chances["outcomes"])
            if outcome == "pending" and at < body.pending[group]:
                outcome = "upheld"
            pending[group] += outcome == "pending"
            counts[f"{REVIEW}.{group}.{outcome}"] += 1
            counts[f"{REVIEW}.{group}.total"] += 1
    return dict(counts), pending


def printed_in(figures: Mapping[str, Number | Written | None], ids: Sequence[str]) -> Figures:
    """The figures that a report prints; what never happened is 0."""
    return {name: figures.get(name, 0) for name in ids}
