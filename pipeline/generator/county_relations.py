"""Which relations fail in a made-up county, found from its drafts by going through them one by one: the truth, not a way to do it.

It knows what was written, reads no page, and shares nothing with the program that is judged but the names of figures and relations. So it
finds what a planted fact implies, and what chance did: the generator refuses a county in which chance contradicts something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapidfuzz.distance import Indel

from pipeline.forms import forms
from pipeline.forms.layout import APPLICATIONS, DISCLOSURE, REVIEW
from pipeline.generator.county_faults import STOCKS
from pipeline.generator.county_life import County, Draft, form_due
from pipeline.generator.figures import Written
from pipeline.generator.prose import prose_figures
from pipeline.model import Number

_OUTSIDE = {"new_received", "carried_over", "total_processed", "carried_forward"}
_SIMILAR = 0.95


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """A relation that fails in a report."""

    check: str
    unit: str
    year: int


class _Printed:
    """The numbers of a report; ``None`` where a cell is blank."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        values = draft.printed()
        self.there = {name: None if isinstance(value, Written) else value for name, value in values.items()}
        self.money = {name for name, value in values.items() if isinstance(value, Written)}
        self.prose = prose_figures(draft.says())

    def number(self, name: str) -> Number | None:
        return self.there.get(name)

    def all_of(self, *names: str) -> list[Number] | None:
        values = [self.there.get(name) for name in names]
        return None if any(value is None for value in values) else [value for value in values if value is not None]


def broken_relations(county: County) -> set[Broken]:
    """Every relation that fails in a report that is published."""
    printed = {key: _Printed(draft) for key, draft in county.drafts.items() if key not in county.missing}
    found: set[Broken] = set()
    for (unit, year), one in printed.items():
        before = printed.get((unit, year - 1))
        for checks in (_within(one), _of_prose(one), _of_report(one), _over_years(one, before) if before else ()):
            found |= {Broken(check, unit, year) for check in checks}
    for draft in (one for one in county.drafts.values() if one.scope == "government_wide" and one.year in county.complete):
        parts = [printed[unit.key, draft.year] for unit in county.units[1:] if draft.year in unit.years]
        if any(_sum(parts, name) != value for name, value in printed[draft.key].there.items() if value is not None):
            found.add(Broken("hierarchy", *draft.key))
    return found | _copied_texts([one.draft for one in printed.values()])


def _sum(parts: Iterable[_Printed], name: str) -> Number:
    return sum((part.there.get(name) or 0 for part in parts), start=0)


def _within(one: _Printed) -> Iterator[str]:
    block = forms().tables[APPLICATIONS].blocks[0]
    columns = [column.id for column in block.columns]
    rows = [row.id for row in block.rows if f"{APPLICATIONS}.{row.id}.total" in one.there]

    def cell(row: str, column: str) -> Number | None:
        return one.number(f"{APPLICATIONS}.{row}.{column}")

    for column in columns if rows else ():
        new, over, processed, forward = (
            cell(row, column) for row in ("new_received", "carried_over", "total_processed", "carried_forward")
        )
        if None not in (new, over, processed, forward) and (new or 0) + (over or 0) != (processed or 0) + (forward or 0):
            yield "applications_balance"
        if processed is not None and processed != sum((cell(row, column) or 0 for row in rows if row not in _OUTSIDE), start=0):
            yield "applications_results_sum"
    for row in rows:
        total, parts = cell(row, "total"), sum((cell(row, column) or 0 for column in columns if column != "total"), start=0)
        if total is None and parts:
            yield "applications_total_blank"
        if total not in {None, parts}:
            yield "applications_total"
    for group in ("review", "litigation_direct", "litigation_after_review"):
        values = one.all_of(*(f"{REVIEW}.{group}.{name}" for name in ("total", "upheld", "corrected", "other", "pending")))
        if values and values[0] != sum(values[1:]):
            yield "review_litigation_total"
    for row in ("rules", "normative_documents"):
        values = one.all_of(*(f"{DISCLOSURE}.{row}.{name}" for name in ("newly_made", "newly_disclosed", "total_disclosed")))
        if values and (values[1] > values[0] or values[1] > values[2]):
            yield "disclosed_bound"
    counts = (name for name in one.there if forms().figures[name].column.kind == "count")
    if any((value := one.number(name)) is not None and value < 0 for name in counts):
        yield "whole_and_not_negative"


def _of_prose(one: _Printed) -> Iterator[str]:
    said = one.prose

    def total(row: str) -> Number | None:
        return one.number(f"{APPLICATIONS}.{row}.total")

    def outcomes(*groups: str) -> dict[str, Number] | None:
        names = ("total", "upheld", "corrected", "other", "pending")
        sums = {name: one.all_of(*(f"{REVIEW}.{group}.{name}" for group in groups)) for name in names}
        return {name: sum(values, 0) for name, values in sums.items() if values is not None} if all(sums.values()) else None

    new, over = total("new_received"), total("carried_over")
    if new is not None and over is not None and said.get("applications.received") not in {None, new, new + over}:
        yield "prose_received"
    for check, figure, row in (
        ("prose_processed", "answered", "total_processed"),
        ("prose_carried", "carried_in", "carried_over"),
        ("prose_carried", "carried_on", "carried_forward"),
    ):
        if total(row) is not None and said.get(f"applications.{figure}") not in {None, total(row)}:
            yield check
    disputes = (("review", outcomes("review")), ("litigation", outcomes("litigation_direct", "litigation_after_review")))
    for group, found in disputes:
        if found and any(said.get(f"{group}.{name}") not in {None, value} for name, value in found.items()):
            yield "prose_review"
    table = {"applications.received": new, **{f"{group}.total": found["total"] for group, found in disputes if found}}
    if any(value is not None and name in said and bool(said[name]) != bool(value) for name, value in table.items()):
        yield "prose_none"
    yield from _of_fee(one, new)


def _of_fee(one: _Printed, new: Number | None) -> Iterator[str]:
    notices, billed, collected = (one.prose.get(f"processing_fee.{name}") for name in ("notices", "billed_yuan", "collected_yuan"))
    if collected is not None and ((billed is not None and collected > billed) or (notices == 0 and collected)):
        yield "processing_fee_order"
    if collected is not None and collected % 10:
        yield "processing_fee_step"
    unpaid = one.number(f"{APPLICATIONS}.other_unpaid_fee.total")
    if (unpaid and notices == 0) or (collected and new == 0):
        yield "processing_fee_basis"


def _of_report(one: _Printed) -> Iterator[str]:
    draft = one.draft
    if draft.absent:
        yield "table_missing"
    if draft.blank:
        yield "table_blank"
    if draft.form != form_due(draft.year) and not {DISCLOSURE, APPLICATIONS} & {*draft.absent, *draft.blank}:
        yield "form_due"
    if draft.published_on > date(draft.year + 1, *((3, 31) if draft.scope == "government_wide" else (1, 31))):
        yield "published_in_time"
    if not any(value for name, value in one.there.items() if not name.endswith(STOCKS)) and not one.money:
        yield "all_zero"
    if draft.scope == "own" and any(one.number(name) for name in one.there if name.startswith(f"{DISCLOSURE}.rules.")):
        yield "rules_competence"


def _over_years(one: _Printed, before: _Printed) -> Iterator[str]:
    for column in (column.id for column in forms().tables[APPLICATIONS].blocks[0].columns):
        pair = _pair(one, before, f"{APPLICATIONS}.carried_over.{column}", f"{APPLICATIONS}.carried_forward.{column}")
        if pair and pair[0] != pair[1]:
            yield "carry_over"
    for row in ("rules", "normative_documents"):
        values = one.all_of(*(f"{DISCLOSURE}.{row}.{name}" for name in ("in_force", "issued", "repealed")))
        last = before.number(f"{DISCLOSURE}.{row}.in_force")
        if values and last is not None:
            yield from ["stock_flow"] if values[0] != last + values[1] - values[2] else []
            yield from ["repealed_bound"] if values[2] > last + values[1] else []
    for row in (row.id for block in forms().tables[DISCLOSURE].blocks for row in block.rows):
        items = one.number(f"{DISCLOSURE}.{row}.items_last_year")
        flow = before.all_of(f"{DISCLOSURE}.{row}.items_last_year", f"{DISCLOSURE}.{row}.items_change")
        if items is not None and flow and items != sum(flow):
            yield "items_carry"
    yield from _of_disputes(one, before)
    yield from _of_all_figures(one, before)
    fees = _pair(one, before, f"{DISCLOSURE}.admin_fees.amount")
    if fees and all(fees) and any(abs(float(high / low) / 10000 - 1) <= 0.05 for high, low in (fees, fees[::-1])):
        yield "fee_unit"


def _pair(one: _Printed, before: _Printed, name: str, other: str | None = None) -> tuple[Number, Number] | None:
    """A figure of this year and one of the last, if both are numbers."""
    now, last = one.number(name), before.number(other or name)
    return None if now is None or last is None else (now, last)


def _of_disputes(one: _Printed, before: _Printed) -> Iterator[str]:
    reviews = _pair(one, before, f"{REVIEW}.review.total")
    sued = one.number(f"{REVIEW}.litigation_after_review.total")
    if reviews and sued is not None and sued > sum(reviews):
        yield "after_review_bound"
    for group in ("review", "litigation_direct", "litigation_after_review"):
        cases = _pair(one, before, f"{REVIEW}.{group}.total", f"{REVIEW}.{group}.pending")
        if cases and cases[0] < cases[1]:
            yield "pending_carry"


def _of_all_figures(one: _Printed, before: _Printed) -> Iterator[str]:
    ours, theirs = one.draft.printed(), before.draft.printed()
    common = ours.keys() & theirs.keys()
    if all(ours[name] == theirs[name] for name in common) and any(ours[name] for name in common if not name.endswith(STOCKS)):
        yield "same_figures"
    for name in common:
        pair = [_size(values[name]) for values in (ours, theirs) if values[name] is not None]
        if len(pair) == 2 and forms().figures[name].column.kind != "signed count":
            low, high = sorted(pair)
            if high >= 30 and high > 5 * low:
                yield "jump"


def _size(value: Number | Written | None) -> Decimal:
    """A number; an amount with its unit in 万元."""
    return Decimal(value.text.removesuffix("元")) / 10_000 if isinstance(value, Written) else Decimal(value or 0)


def _copied_texts(drafts: list[Draft]) -> set[Broken]:
    """Texts that are, with numbers and names masked, those of the year before or of another body of the year."""
    masked = {draft.key: _masked(draft) for draft in drafts}
    found: set[Broken] = set()
    years: dict[int, list[Draft]] = {}
    for draft in drafts:
        years.setdefault(draft.year, []).append(draft)
        last = (draft.unit.key, draft.year - 1)
        if last in masked and _same(masked[draft.key], masked[last]):
            found.add(Broken("same_text", *draft.key))
    for ones in years.values():
        for at, draft in enumerate(ones):
            for other in ones[:at]:
                if _same(masked[draft.key], masked[other.key]):
                    found |= {Broken("same_text", *draft.key), Broken("same_text", *other.key)}
    return found


def _same(one: str, other: str) -> bool:
    return Indel.normalized_similarity(one, other, score_cutoff=_SIMILAR) >= _SIMILAR


def _masked(draft: Draft) -> str:
    sections = draft.sections()
    return re.sub(r"\d+", "0", "".join(sections[number] for number in (1, 5, 6))).replace(draft.called, "")
