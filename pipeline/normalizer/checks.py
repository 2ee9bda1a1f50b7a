"""Evaluates the relations that the forms declare over the figures of one report. It reports; it never changes a figure.

What blank means here. A publisher who leaves a cell of a part blank has printed nothing there, so parts that are blank add nothing to a
sum, as long as one part and the total are printed. A blank total is not a claim, so nothing contradicts it (a note of its own tells that
parts stand beside it: 上海市人民政府办公厅 2019). A part that is there but unreadable could be any number: a sum that falls short is then
not applicable, one that exceeds the total has failed all the same. A part that the form has and the reading has not is named in
``reason``, and the relation is evaluated without it: a lost row must show.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Union

from pipeline.forms import Check, forms
from pipeline.forms.load import FORMS
from pipeline.model import Figures, Number, Outcome, Report, Result
from pipeline.normalizer.prose_checks import check_prose, sure_values


@dataclass(frozen=True, slots=True)
class _Relation:
    """One relation with its figures spelt out. ``kind``: balance (terms = terms), total (one = parts), at_most (left ≤ right), blank."""

    check: Check
    kind: Literal["balance", "total", "at_most", "blank"]
    scope_key: str
    left: tuple[str, ...]
    right: tuple[str, ...]


class _Printed:
    """Which figures of a report are there: where those with a value stand, and which have none and why."""

    def __init__(self, figures: Sequence[str], statuses: Sequence[str], flags: Sequence[tuple[str, ...]]) -> None:
        self.places: dict[str, int] = {}
        self.unreadable: set[str] = set()
        self.blank: set[str] = set()
        self.doubted: set[str] = set()
        for place, (figure, status, doubts) in enumerate(zip(figures, statuses, flags, strict=True)):
            if status == "reported":
                self.places[figure] = place
            elif status in {"blank", "dash"}:
                self.blank.add(figure)
            else:
                self.unreadable.add(figure)
            if doubts and any(flag.startswith("read.") for flag in doubts):
                self.doubted.add(figure)
        self.there = set(figures)

    def at(self, ids: Iterable[str]) -> tuple[int, ...]:
        """Where those that have a value stand; the others add nothing to a sum."""
        return tuple(self.places[one] for one in ids if one in self.places)

    def has_value(self, ids: Iterable[str]) -> bool:
        return not self.places.keys().isdisjoint(ids)

    def missing(self, ids: Iterable[str], expected: frozenset[str]) -> list[str]:
        """The figures that the table's form has and the report has not."""
        return [one for one in ids if one in expected and one not in self.there]


@dataclass(frozen=True, slots=True)
class _Test:
    """A relation over the figures that a report prints: all that does not hang on their values is settled.

    ``fixed`` is an outcome that no value changes. ``short`` is the reason why nothing is said where parts do not reach their total,
    ``otherwise`` the outcome where it does not hold.
    """

    relation: _Relation
    left: tuple[int, ...]
    right: tuple[int, ...]
    concerned: tuple[str, ...]
    doubted: bool
    fixed: Said | None = None
    short: str | None = None
    otherwise: Said = ("failed", None)

    def result(self, values: Sequence[Number | None]) -> Result:
        """The relation evaluated over the values of a report."""
        left, right = _sum(values, self.left), _sum(values, self.right)
        outcome, reason = self.fixed or self._held(left or 0, right or 0)
        relation = self.relation
        check = relation.check
        return Result(check.id, check.severity, relation.scope_key, outcome, reason, left, right, self.concerned, self.doubted)

    def _held(self, left: Number, right: Number) -> Said:
        if self.short and left >= right:
            return "not_applicable", self.short
        if left == right or (self.relation.kind == "at_most" and left < right):
            return "passed", None
        return self.otherwise


Said = tuple[Outcome, str | None]


def _sum(values: Sequence[Number | None], places: tuple[int, ...]) -> Number | None:
    return sum(map(values.__getitem__, places)) if places else None  # type: ignore[arg-type]


def check_report(report: Report) -> list[Result]:
    """The relations of the forms within one report, in the order of their declaration.

    A table of which nothing was read gives one result a check, not applicable. A passed ``whole_and_not_negative`` is one result a
    table, a failed one a result for each figure concerned.
    """
    figures = report.figures
    table_forms = tuple((table, reading.form) for table, reading in report.tables.items())
    tests = _tests(tuple(figures.figure), tuple(_statuses(figures)), tuple(figures.flags), table_forms)
    values = figures.value
    results: list[Result] = []
    sure = sure_values(report)
    for check, ready in tests:
        if check.of_prose:
            results += check_prose(check, report.prose, sure)
        for one in ready:
            if isinstance(one, Result):
                results.append(one)
            elif isinstance(one, _Counts):
                results += one.results(values)
            else:
                results.append(one.result(values))
    return results


def _statuses(figures: Figures) -> list[str]:
    """The state of each figure; one that was reported without a value is unreadable."""
    if figures.value.count(None) + figures.status.count("reported") == len(figures):
        return list(figures.status)
    told = zip(figures.status, figures.value, strict=True)
    return ["unreadable" if status == "reported" and value is None else status for status, value in told]


#: A relation to be evaluated, or what is said of it whatever the values.
_Ready = Union["_Test", "_Counts", Result]


@functools.lru_cache(maxsize=512)
def _tests(
    figures: tuple[str, ...], statuses: tuple[str, ...], flags: tuple[tuple[str, ...], ...], table_forms: tuple[tuple[str, str | None], ...]
) -> list[tuple[Check, list[_Ready]]]:
    """The relations over reports that print the same figures in the same states, ready to be evaluated over their values."""
    printed = _Printed(figures, statuses, flags)
    forms_read = dict(table_forms)
    found: list[tuple[Check, list[_Ready]]] = []
    for check in forms().checks:
        if check.of_prose:
            found.append((check, []))
        elif not check.derived:
            ready = _counts(check, printed) if check.scope == "each_count" else _relations_of(check, printed, forms_read)
            found.append((check, list(ready)))
    return found


def failed_figures(results: Iterable[Result]) -> dict[str, list[str]]:
    """Figure → flags (``check.…``) from the relations of severity error that failed."""
    flags: dict[str, list[str]] = {}
    for result in results:
        if result.outcome == "failed" and result.severity == "error":
            for figure in result.figures:
                names = flags.setdefault(figure, [])
                if f"check.{result.check}" not in names:
                    names.append(f"check.{result.check}")
    return flags


def _relations_of(check: Check, printed: _Printed, forms_read: Mapping[str, str | None]) -> Iterator[_Test | Result]:
    expected = _expected(check.table or "", forms_read.get(check.table or ""))
    any_printed = False
    for relation in _spelt_out(check.id):
        if not printed.there.isdisjoint((*relation.left, *relation.right)):
            any_printed = True
            yield _test(relation, printed, expected)
    if not any_printed:
        yield Result(check.id, check.severity, None, "not_applicable", reason="table_not_read")


def _test(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> _Test:
    every = (*relation.left, *relation.right)
    concerned = tuple(one for one in every if one in printed.places)
    doubted = not printed.doubted.isdisjoint(every)
    test = _Test(relation, printed.at(relation.left), printed.at(relation.right), concerned, doubted)
    settle = {"balance": _balance, "total": _total, "at_most": _at_most, "blank": _blank}[relation.kind]
    return replace(test, **settle(relation, printed, expected))


def _total(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> dict[str, Any]:
    """One total against the sum of its parts."""
    total, parts = relation.left[0], relation.right
    if total not in printed.places:
        return {"fixed": ("not_applicable", _state("total", total, printed))}
    if not printed.has_value(parts):
        return {"fixed": ("not_applicable", "parts_not_printed")}
    missing = printed.missing(parts, expected)
    short = None if printed.unreadable.isdisjoint(parts) else "parts_unreadable"
    return {"short": short, "otherwise": ("failed", f"parts_missing: {' '.join(missing)}" if missing else None)}


def _balance(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> dict[str, Any]:
    """Terms against terms. All have to be there; a blank one adds nothing if the sides then agree, and else leaves it open."""
    terms = (*relation.left, *relation.right)
    for one in terms:
        if one in printed.unreadable or one not in printed.there:
            return {"fixed": ("not_applicable", _state("term", one, printed))}
    for side in (relation.left, relation.right):
        if not printed.has_value(side):
            return {"fixed": ("not_applicable", "terms_blank")}
    return {"otherwise": ("failed", None) if printed.blank.isdisjoint(terms) else ("not_applicable", "terms_blank")}


def _at_most(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> dict[str, Any]:
    for one in (relation.left[0], relation.right[0]):
        if one not in printed.places:
            return {"fixed": ("not_applicable", _state("term", one, printed))}
    return {}


def _blank(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> dict[str, Any]:
    """Fails where a total is blank while a part of it is printed."""
    total = relation.left[0]
    if total not in printed.blank:
        return {"fixed": ("passed", None) if total in printed.places else ("not_applicable", _state("total", total, printed))}
    return {"fixed": ("failed" if printed.has_value(relation.right) else "passed", None)}


def _state(what: str, figure: str, printed: _Printed) -> str:
    if figure in printed.blank:
        return f"{what}_blank"
    return f"{what}_unreadable" if figure in printed.unreadable else f"{what}_missing"


@dataclass(frozen=True, slots=True)
class _Counts:
    """All counts of one table: where they stand, by which name, and which of them are doubted."""

    check: Check
    table: str
    ids: tuple[str, ...]
    places: tuple[int, ...]
    doubted: frozenset[str]

    def results(self, values: Sequence[Number | None]) -> Iterator[Result]:
        """Counts are whole and not negative; the change of a stock is signed and left out."""
        found = [values[place] for place in self.places]
        broken = [at for at, value in enumerate(found) if value is not None and (value < 0 or int(value) != value)]
        for at in broken:
            one = self.ids[at]
            yield Result(self.check.id, self.check.severity, one, "failed", None, found[at], None, (one,), one in self.doubted)
        if not broken:
            outcome: Outcome = "passed" if found else "not_applicable"
            yield Result(self.check.id, self.check.severity, self.table, outcome, None if found else "table_not_read")


def _counts(check: Check, printed: _Printed) -> Iterator[_Counts]:
    for table, ids in _counts_by_table().items():
        there = tuple(one for one in ids if one in printed.places)
        yield _Counts(check, table, there, printed.at(there), frozenset(printed.doubted.intersection(there)))


@functools.cache
def _counts_by_table() -> dict[str, tuple[str, ...]]:
    declared = forms()
    return {
        table: tuple(f.id for f in declared.figures.values() if f.table == table and f.column.kind == "count") for table in declared.tables
    }


@functools.cache
def _expected(table: str, form: str | None) -> frozenset[str]:
    """The figures that a table of ``form`` prints; where the form is not known, those that both forms print."""
    figures = (one for one in forms().figures.values() if one.table == table)
    return frozenset(one.id for one in figures if (form in one.forms if form in FORMS else len(one.forms) == len(FORMS)))


@functools.cache
def _spelt_out(check_id: str) -> tuple[_Relation, ...]:
    """The relation in every column, row or group of its table; ``each_group`` is a row too: that table prints its rows side by side."""
    check = next(one for one in forms().checks if one.id == check_id)
    figures = [one for one in forms().figures.values() if one.table == check.table]
    if check.scope == "each_column":
        keys = dict.fromkeys(one.column.id for one in figures)
        return tuple(one for key in keys for one in _within(check, key, f"{check.table}.{{term}}.{key}"))
    keys = dict.fromkeys(one.row.id for one in figures)
    return tuple(one for key in keys for one in _within(check, key, f"{check.table}.{key}.{{term}}"))


def _within(check: Check, key: str, pattern: str) -> Iterator[_Relation]:
    def ids(terms: Iterable[str]) -> tuple[str, ...]:
        return tuple(one for one in (pattern.format(term=term) for term in terms) if one in forms().figures)

    for low, high in check.at_most:
        pair = ids((low, high))
        if len(pair) == 2:
            yield _Relation(check, "at_most", f"{key}: {low} <= {high}", pair[:1], pair[1:])
    if check.blank:
        yield _Relation(check, "blank", key, ids((check.blank,)), ids(check.right))
    elif check.left:
        left = ids(check.left)
        if left:
            yield _Relation(check, "total" if len(check.left) == 1 else "balance", key, left, ids(check.right))
