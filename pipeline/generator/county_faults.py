"""What can go wrong in a report of a made-up county: for each kind of fault the reports that it fits, and what it does to one.

A fault makes the relation that it is named for fail and as few others as possible (``IMPLIED``). What changes figures goes into years in
which a report is missing anyway: in the complete years the county's report is the sum of its bodies'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipeline.forms.layout import APPLICATIONS, DISCLOSURE, REVIEW
from pipeline.generator.county_life import County, Draft
from pipeline.generator.figures import Written
from pipeline.generator.prose import OUTCOMES, Fee, Told

#: Stocks stay as they were in a report in which nothing happened.
STOCKS = ("in_force", "total_disclosed", "items_last_year")
_NP = "natural_person"
_STOCK = f"{DISCLOSURE}.normative_documents"
_FEES = f"{DISCLOSURE}.admin_fees.amount"
_GROUPS = ("review", "litigation_direct", "litigation_after_review")


@dataclass(frozen=True, slots=True)
class Near:
    """A report, and those of the same body of the years before and after where there are any."""

    now: Draft
    before: Draft | None
    after: Draft | None
    county: County

    @property
    def last_year(self) -> bool:
        """Whether no year follows."""
        return self.now.year == self.county.years[-1]

    @property
    def others(self) -> Iterator[Draft]:
        """The reports of other bodies of its year that are published, the county's left aside."""
        keys = ((unit.key, self.now.year) for unit in self.county.units[1:] if unit is not self.now.unit)
        return (self.county.drafts[key] for key in keys if key in self.county.drafts and key not in self.county.missing)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fact that can be planted: the relation that must fail, or what happened to the report (``version.…``)."""

    fact: str
    fits: Callable[[Near], bool]
    commit: Callable[[Near], None]
    changes_figures: bool = True


def count(draft: Draft | None, row: str, column: str = "total") -> int:
    """A figure of table three or four; 0 where there is no such report."""
    return 0 if draft is None else draft.count(_id(row, column))


def _id(row: str, column: str) -> str:
    return f"{REVIEW if row in _GROUPS else APPLICATIONS}.{row}.{column}"


def _add(draft: Draft, row: str, by: int, *columns: str) -> None:
    """Change a row in its column of natural persons and its total, or in the columns named."""
    for column in columns or (_NP, "total"):
        draft.figures[_id(row, column)] = count(draft, row, column) + by


def _add_disclosed(draft: Draft, figure: str, by: int) -> None:
    draft.figures[f"{DISCLOSURE}.{figure}"] = draft.count(f"{DISCLOSURE}.{figure}") + by


def _stock(draft: Draft | None, column: str) -> int:
    return 0 if draft is None else draft.count(f"{_STOCK}.{column}")


# Which reports a fault fits.


def _any(one: Near) -> bool:
    return True


def _has(row: str, column: str = "total") -> Callable[[Near], bool]:
    return lambda one: count(one.now, row, column) > 0


def _follows(one: Near) -> bool:
    return one.before is not None


def _old_form(one: Near) -> bool:
    return one.now.form == "2019"


def _after_old_form(one: Near) -> bool:
    return one.before is not None and one.before.form == one.now.form == "2019"


def _ends(one: Near) -> bool:
    """The last year, after one in the same form: nothing can follow from what is wrong in it."""
    return one.last_year and one.before is not None and one.before.form == one.now.form == "2021"


def _has_requests(one: Near) -> bool:
    return one.now.form == "2021" and count(one.now, "new_received") > 0


def _quiet(draft: Draft) -> bool:
    """Nothing is carried on from it or pending, and its stock did not move."""
    waiting = any(count(draft, row) for row in ("carried_over", "carried_forward")) or any(
        count(draft, group, "pending") for group in _GROUPS
    )
    return not waiting and _stock(draft, "issued") == _stock(draft, "repealed")


def _repeatable(one: Near) -> bool:
    """Whether last year's figures could stand here again and nothing else would contradict, nor the next year repeat them."""
    before, after = one.before, one.after
    if before is None or not (_quiet(before) and _quiet(one.now)) or before.form != one.now.form or before.form == "2019":
        return False
    repeated = after is not None and (after.printed() == before.printed() or not _quiet(after))
    return _stock(one.now, "in_force") == _stock(before, "in_force") and not repeated


def _could_be_zero(one: Near) -> bool:
    """A small body in a quiet year among others. (The first form counts items, whose change the year after would show.)"""
    near = (one.now, *(other for other in (one.before, one.after) if other is not None))
    undisputed = not any(count(one.now, group) for group in _GROUPS)
    small = one.now.unit.size == "hamlet" and all(_quiet(draft) and _below_a_jump(draft) for draft in near)
    return small and undisputed and (one.before is not None or not _old_form(one))


def _below_a_jump(draft: Draft) -> bool:
    """Whether none of its figures is so large that a 0 beside it would be a jump. An amount with its unit is in 元, the bound in 万元."""
    flows = (value for name, value in draft.printed().items() if not name.endswith(STOCKS))
    return all(int(one.text.removesuffix("元")) < 300_000 if isinstance(one, Written) else (one or 0) < 30 for one in flows)


def _without_reviews(one: Near) -> bool:
    return one.before is not None and not count(one.now, "review") and not count(one.before, "review")


def _could_forget(one: Near) -> bool:
    return _after_old_form(one) and not count(one.after, "litigation_after_review")


def _shape(draft: Draft) -> tuple[object, ...]:
    """What a text tells, whatever the numbers: two of one shape are, with numbers masked, one text if their sentences are."""
    told = draft.says()
    requests = [bool(getattr(told, name)) for name in ("received", "carried_in", "answered", "carried_on")]
    return (*requests, *(bool(group and group["total"]) for group in (told.review, told.litigation)), told.fee)


def _retold(one: Near) -> bool:
    return one.before is not None and _shape(one.now) == _shape(one.before)


def _partner(one: Near) -> Draft | None:
    """Another body's report that could be the original of this one's text."""
    return next((other for other in one.others if other.plant is None and _shape(other) == _shape(one.now)), None)


# What a fault does.


def _set(name: str, value: object) -> Callable[[Near], None]:
    return lambda one: setattr(one.now, name, value)


def _more(*rows: str, by: int = 1) -> Callable[[Near], None]:
    def commit(one: Near) -> None:
        for row in rows:
            _add(one.now, row, by)

    return commit


def _told(**more: tuple[str, ...]) -> Callable[[Near], None]:
    """The text tells one more than the sum of some rows."""

    def commit(one: Near) -> None:
        said = {name: sum(count(one.now, row) for row in rows) + 1 for name, rows in more.items()}
        one.now.told = replace(one.now.says(), **said)  # type: ignore[arg-type]

    return commit


def _tell_no_requests(one: Near) -> None:
    one.now.told = replace(one.now.says(), received=0)


def _tell_another_review(one: Near) -> None:
    said = one.now.says()
    assert said.review is not None
    one.now.told = replace(said, review={**said.review, "total": said.review["total"] + 1, "upheld": said.review["upheld"] + 1})


def _copy_figures(one: Near) -> None:
    assert one.before is not None
    one.now.figures = dict(one.before.figures)


def _copy_own_text(one: Near) -> None:
    assert one.before is not None
    one.now.voice = one.before.voice


def _copy_neighbours_text(one: Near) -> None:
    original = _partner(one)
    assert original is not None
    one.now.voice, original.plant = original.voice, "same_text"


def _zero(one: Near) -> None:
    for name in one.now.figures:
        if not name.endswith(STOCKS):
            one.now.figures[name] = 0
    one.now.fee = None if one.now.fee is None else Fee()


def _zero_with_evidence(one: Near) -> None:
    _zero(one)
    one.now.told = Told(received=4, answered=4, carried_in=0, carried_on=0, fee=one.now.fee)


def _move_between_rows(one: Near) -> None:
    """One natural person's request stands in another row, but not in the totals."""
    _add(one.now, "granted", 1, _NP)
    _add(one.now, "partly_granted", -1, _NP)


def _type_yuan(one: Near) -> None:
    """The amount in 元 under a header of 万元."""
    amount = one.before.value(_FEES) if one.before else None
    assert isinstance(amount, int | Decimal)
    one.now.figures[_FEES] = int(amount * 10000 * Decimal("1.01"))


def _repeal_too_much(one: Near) -> None:
    one.now.figures[f"{_STOCK}.repealed"] = _stock(one.before, "in_force") + _stock(one.now, "issued") + 2
    one.now.figures[f"{_STOCK}.in_force"] = 0


def _forget_pending(one: Near) -> None:
    """Three reviews pend at the end of a year, and the next knows of none."""
    assert one.before is not None
    _add(one.before, "review", 3, "pending", "total")
    for group in ("review", "litigation_after_review"):
        one.now.figures |= {_id(group, outcome): 0 for outcome in OUTCOMES}


def _disclose_more_than_made(one: Near) -> None:
    disclosed = _stock(one.now, "newly_made") + 1
    one.now.figures[f"{_STOCK}.newly_disclosed"] = disclosed
    one.now.figures[f"{_STOCK}.total_disclosed"] = max(disclosed, _stock(one.now, "total_disclosed"))


def _issue_rules(one: Near) -> None:
    one.now.figures |= {f"{DISCLOSURE}.rules.{column}": 2 for column in ("newly_made", "newly_disclosed", "total_disclosed")}


def _lose_reviews(one: Near) -> None:
    """Two lawsuits after a review, and no review in two years."""
    one.now.figures |= {_id("litigation_after_review", outcome): 2 for outcome in ("upheld", "total")}


def _multiply_penalties(one: Near) -> None:
    _add_disclosed(one.now, "penalties.decisions", 8 * one.now.count(f"{DISCLOSURE}.penalties.decisions"))


def _be_late(one: Near) -> None:
    one.now.published_on = date(one.now.year + 1, 2, 22)


#: The rarer the reports that a fault fits, the earlier it is planted.
FAULTS: tuple[Fault, ...] = (
    Fault("same_figures", _repeatable, _copy_figures),
    Fault("zero_with_evidence", lambda one: _could_be_zero(one) and one.now.form == "2021", _zero_with_evidence),
    Fault("processing_fee_basis", lambda one: one.now.form == "2021" and not _has_requests(one), _set("fee", Fee(400)), False),
    Fault("all_zero", _could_be_zero, _zero),
    Fault("items_carry", _after_old_form, lambda one: _add_disclosed(one.now, "licences.items_last_year", 3)),
    Fault("pending_carry", _could_forget, _forget_pending),
    Fault("rules_competence", _old_form, _issue_rules),
    Fault("disclosed_bound", _old_form, _disclose_more_than_made),
    Fault("fee_unit", lambda one: _ends(one) and one.now.unit.size == "department", _type_yuan),
    Fault("repealed_bound", lambda one: _ends(one) and _stock(one.before, "in_force") > 0, _repeal_too_much),
    Fault("stock_flow", _ends, lambda one: _add_disclosed(one.now, "normative_documents.in_force", 3)),
    Fault("jump", lambda one: _ends(one) and one.now.unit.size != "hamlet", _multiply_penalties),
    Fault("after_review_bound", _without_reviews, _lose_reviews),
    Fault("carry_over", _follows, _more("carried_over", "granted", "total_processed")),
    Fault(
        "applications_total_blank",
        _has("carried_forward", _NP),
        lambda one: one.now.figures.update({_id("carried_forward", "total"): None}),
    ),
    Fault("form_due", lambda one: not one.last_year, lambda one: setattr(one.now, "form", "2021" if _old_form(one) else "2019")),
    Fault("applications_total", _has("partly_granted", _NP), _move_between_rows),
    Fault("review_litigation_total", _has("review"), lambda one: _add(one.now, "review", 1, "total")),
    Fault("applications_balance", _has("new_received"), _more("new_received", by=2)),
    Fault("applications_results_sum", _has("granted"), _more("granted")),
    Fault("whole_and_not_negative", _any, lambda one: one.now.figures.update({f"{DISCLOSURE}.coercion.decisions": -1})),
    Fault("table_missing", _any, _set("absent", (APPLICATIONS,))),
    Fault("table_blank", _any, _set("blank", (DISCLOSURE,))),
    Fault("prose_none", _has("new_received"), _tell_no_requests, False),
    Fault("prose_review", _has("review"), _tell_another_review, False),
    Fault("prose_carried", _has("carried_over"), _told(carried_in=("carried_over",)), False),
    Fault("prose_processed", _has("total_processed"), _told(answered=("total_processed",)), False),
    Fault("prose_received", _has("new_received"), _told(received=("new_received", "carried_over")), False),
    Fault("processing_fee_order", _has_requests, _set("fee", Fee(500, 2, 300)), False),
    Fault("processing_fee_step", _has_requests, _set("fee", Fee(385)), False),
    Fault("same_text", _retold, _copy_own_text, False),
    Fault("same_text", lambda one: _partner(one) is not None, _copy_neighbours_text, False),
    Fault("published_in_time", _any, _be_late, False),
    Fault("version.duplicate", _any, _set("pages", "duplicate"), False),
    Fault("version.same_bytes", _any, _set("pages", "same_bytes"), False),
    Fault("version.corrected", _has("granted"), _set("pages", "corrected"), False),
    Fault("version.corrected_by_date", _has("granted"), _set("pages", "corrected_by_date"), False),
    Fault("version.mirror", _any, _set("pages", "mirror"), False),
    Fault("version.mirror_only", _any, _set("pages", "mirror_only"), False),
    Fault("coverage.withdrawn", _any, _set("pages", "withdrawn"), False),
    Fault("unit.bare_name", lambda one: one.now.unit.level == "township", _set("pages", "bare_name"), False),
)
#: The facts that are a relation by themselves. A report of zeros that tells of requests is none: it breaks several.
RELATIONS = frozenset(fault.fact for fault in FAULTS if "." not in fault.fact) - {"zero_with_evidence"} | {"hierarchy"}
#: What a fault makes fail besides, in the same report.
IMPLIED: Mapping[str, frozenset[str]] = {
    "repealed_bound": frozenset({"stock_flow"}),
    "fee_unit": frozenset({"jump"}),
    "prose_none": frozenset({"prose_received"}),
    "zero_with_evidence": frozenset({"all_zero", "prose_none", "prose_received", "prose_processed"}),
}
