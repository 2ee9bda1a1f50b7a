"""The running text of made-up reports: sentences that differ from report to report, and the figures that they tell.

``told_of`` takes the figures to tell from the tables, so that text and tables agree; a report that is to contradict itself is given another
``Told``. Sentences and their slots stand in ``prose.toml``.
"""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.forms.layout import APPLICATIONS, REVIEW
from pipeline.model import Number

OUTCOMES = ("total", "upheld", "corrected", "other", "pending")
Outcomes = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fee:
    """The information-processing fee of a year in 元. ``notices`` and ``billed`` are ``None`` where the report does not tell them."""

    collected: int = 0
    notices: int | None = None
    billed: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The figures that the text tells; ``None`` is passed over in silence."""

    received: int | None = None
    carried_in: int | None = None
    answered: int | None = None
    carried_on: int | None = None
    review: Outcomes | None = None
    litigation: Outcomes | None = None
    fee: Fee | None = None


def told_of(values: Mapping[str, Any], fee: Fee | None = None) -> Told:
    """What the tables say, to be told in words. A figure that is blank or not there is not told.

    >>> told_of({"applications.new_received.total": 3, "applications.total_processed.total": 3}).received
    3
    """

    def applications(row: str) -> int | None:
        return _count(values.get(f"{APPLICATIONS}.{row}.total"))

    return Told(
        received=applications("new_received"),
        carried_in=applications("carried_over"),
        answered=applications("total_processed"),
        carried_on=applications("carried_forward"),
        review=_outcomes(values, ("review",)),
        litigation=_outcomes(values, ("litigation_direct", "litigation_after_review")),
        fee=fee,
    )


def prose_figures(told: Told) -> dict[str, Number]:
    """The same by the ids of ``prose.toml`` of the normalizer, as far as a text made from ``told`` says it."""
    figures: dict[str, Number | None] = {"applications.received": told.received}
    if told.received or told.carried_in or told.answered or told.carried_on:
        figures |= {
            "applications.carried_in": told.carried_in,
            "applications.answered": told.answered,
            "applications.carried_on": told.carried_on,
        }
    for group, outcomes in (("review", told.review), ("litigation", told.litigation)):
        if outcomes is not None:
            figures |= {f"{group}.{name}": outcomes[name] for name in (OUTCOMES if outcomes["total"] else ("total",))}
    if told.fee is not None:
        figures["processing_fee.collected_yuan"] = told.fee.collected
        figures["processing_fee.notices"] = told.fee.notices
        figures["processing_fee.billed_yuan"] = told.fee.billed if told.fee.notices else None
    return {name: value for name, value in figures.items() if value is not None}


def written_sections(rng: random.Random, *, unit: str, year: int, told: Told, opening: str) -> dict[int, str]:
    """Sections 1, 5 and 6 as text, and what stands before them as 0. The same ``rng`` writes the same sentences around other figures."""
    draw = _Sentences(rng, unit, year)
    overview = [draw("opening"), draw("published"), f"（二）依申请公开方面。{_applications(draw, told)}{_disputes(told)}"]
    overview += [draw(topic) for topic in ("managed", "platform", "supervised")]
    return {0: opening, 1: "\n".join(overview), 5: f"{draw('problems')}\n{draw('measures')}", 6: _fee(told.fee)}


class _Sentences:
    """Draws a sentence of a topic, its slots filled."""

    def __init__(self, rng: random.Random, unit: str, year: int) -> None:
        self._rng = rng
        self._facts = {"unit": unit, "year": year}

    def __call__(self, topic: str) -> str:
        n, m = self._rng.randint(13, 870), self._rng.randint(2, 12)
        return str(self._rng.choice(_texts()[topic]["sentences"])).format(n=n, m=m, **self._facts)

    def one_of(self, sentences: list[str], **facts: Any) -> str:
        return self._rng.choice(sentences).format(**facts, **self._facts)


def _applications(draw: _Sentences, told: Told) -> str:
    facts = _texts()["facts"]
    sentence = ""
    if told.received is not None:
        sentence = draw.one_of(facts["received"] if told.received else facts["none_received"], received=told.received)
    if told.received or told.carried_in or told.answered or told.carried_on:
        for name in ("carried_in", "answered", "carried_on"):
            value = getattr(told, name)
            sentence += "" if value is None else facts[name].format(**{name: value})
    return f"{sentence}。" if sentence else ""


def _disputes(told: Told) -> str:
    facts = _texts()["facts"]
    review, litigation = told.review, told.litigation
    if review is not None and litigation is not None and not review["total"] and not litigation["total"]:
        return str(facts["no_disputes"])
    said = ""
    for name, outcomes in (("review", review), ("litigation", litigation)):
        if outcomes is not None:
            said += facts[name].format(**outcomes) if outcomes["total"] else facts[f"no_{name}"]
    return said


def _fee(fee: Fee | None) -> str:
    facts = _texts()["facts"]
    if fee is None:
        return str(facts["nothing_else"])
    if fee.notices:
        return str(facts["fee"]).format(notices=fee.notices, billed=fee.billed, collected=fee.collected)
    if fee.notices == 0:
        return str(facts["unbilled_fee"]).format(collected=fee.collected)
    return str(facts["collected_fee"]).format(collected=fee.collected) if fee.collected else str(facts["no_fee"])


def _outcomes(values: Mapping[str, Any], groups: tuple[str, ...]) -> Outcomes | None:
    sums = {name: [_count(values.get(f"{REVIEW}.{group}.{name}")) for group in groups] for name in OUTCOMES}
    if any(one is None for found in sums.values() for one in found):
        return None
    return {name: sum(one or 0 for one in found) for name, found in sums.items()}


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


@functools.cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("prose.toml").read_text("utf8"))
