"""Evaluates the relations that the forms declare over the figures of one report. It reports; it never changes a figure.

What blank means here. A publisher who leaves a cell of a part blank has printed nothing there, so parts that are blank add nothing to a
sum, as long as one part and the total are printed. A blank total is not a claim, so nothing contradicts it (a note of its own tells that
parts stand beside it: 上海市人民政府办公厅 2019). A part that is there but unreadable could be any number: a sum that falls short is then
not applicable, one that exceeds the total has failed all the same. A part that the form has and the reading has not is named in
``reason``, and the relation is evaluated without it: a lost row must show.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.forms import Check, forms
from pipeline.forms.load import FORMS
from pipeline.model import Figures, Number, Report, TableReading
from pipeline.normalizer.prose_checks import check_prose
from pipeline.normalizer.results import Outcome, Result


@dataclass(frozen=True, slots=True)
class _Relation:
    """One relation with its figures spelt out. ``kind``: balance (terms = terms), total (one = parts), at_most (left ≤ right), blank."""

    check: Check
    kind: Literal["balance", "total", "at_most", "blank"]
    scope_key: str
    left: tuple[str, ...]
    right: tuple[str, ...]


class _Printed:
    """The figures of a report by id: values, and which are there without one."""

    def __init__(self, figures: Figures) -> None:
        self.values: dict[str, Number] = {}
        self.unreadable: set[str] = set()
        self.blank: set[str] = set()
        self.doubted: set[str] = set()
        for figure, value, status, flags in zip(figures.figure, figures.value, figures.status, figures.flags, strict=True):
            if status == "reported" and value is not None:
                self.values[figure] = value
            elif status in {"blank", "dash"}:
                self.blank.add(figure)
            else:
                self.unreadable.add(figure)
            if flags and any(flag.startswith("read.") for flag in flags):
                self.doubted.add(figure)
        self.there = set(figures.figure)

    def sum(self, ids: Iterable[str]) -> Number:
        """The sum of those that have a value; the others add nothing."""
        return sum([self.values[one] for one in ids if one in self.values])

    def has_any(self, ids: Iterable[str]) -> bool:
        return not self.there.isdisjoint(ids)

    def has_value(self, ids: Iterable[str]) -> bool:
        return not self.values.keys().isdisjoint(ids)

    def missing(self, ids: Iterable[str], expected: frozenset[str]) -> list[str]:
        """The figures that the table's form has and the report has not."""
        return [one for one in ids if one in expected and one not in self.there]


def check_report(report: Report) -> list[Result]:
    """The relations of the forms within one report, in the order of their declaration.

    A table of which nothing was read gives one result a check, not applicable. A passed ``whole_and_not_negative`` is one result a
    table, a failed one a result for each figure concerned.
    """
    printed = _Printed(report.figures)
    results: list[Result] = []
    for check in forms().checks:
        if check.derived:
            continue
        if check.of_prose:
            results += check_prose(check, report)
        elif check.scope == "each_count":
            results += _counts(check, printed)
        else:
            results += _relations_of(check, printed, report.tables)
    return results


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


def _relations_of(check: Check, printed: _Printed, tables: Mapping[str, TableReading]) -> Iterator[Result]:
    reading = tables.get(check.table or "")
    expected = _expected(check.table or "", reading.form if reading else None)
    any_printed = False
    for relation in _spelt_out(check.id):
        if printed.has_any((*relation.left, *relation.right)):
            any_printed = True
            yield _evaluate(relation, printed, expected)
    if not any_printed:
        yield Result(check.id, check.severity, None, "not_applicable", reason="table_not_read")


def _evaluate(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> Result:
    concerned = tuple(one for one in (*relation.left, *relation.right) if one in printed.values)
    evaluate = {"balance": _balance, "total": _total, "at_most": _at_most, "blank": _blank}[relation.kind]
    outcome, reason = evaluate(relation, printed, expected)
    sides = [printed.sum(side) if printed.has_value(side) else None for side in (relation.left, relation.right)]
    check = relation.check
    doubted = not printed.doubted.isdisjoint((*relation.left, *relation.right))
    return Result(check.id, check.severity, relation.scope_key, outcome, reason, sides[0], sides[1], concerned, doubted)


def _total(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> tuple[Outcome, str | None]:
    """One total against the sum of its parts."""
    total = relation.left[0]
    if total not in printed.values:
        return "not_applicable", _state("total", total, printed)
    parts = relation.right
    if not printed.has_value(parts):
        return "not_applicable", "parts_not_printed"
    difference = printed.values[total] - printed.sum(parts)
    if difference >= 0 and not printed.unreadable.isdisjoint(parts):
        return "not_applicable", "parts_unreadable"
    if difference == 0:
        return "passed", None
    missing = printed.missing(parts, expected)
    return "failed", f"parts_missing: {' '.join(missing)}" if missing else None


def _balance(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> tuple[Outcome, str | None]:
    """Terms against terms. All have to be there; a blank one adds nothing if the sides then agree, and else leaves it open."""
    terms = (*relation.left, *relation.right)
    for one in terms:
        if one in printed.unreadable or one not in printed.there:
            return "not_applicable", _state("term", one, printed)
    for side in (relation.left, relation.right):
        if not printed.has_value(side):
            return "not_applicable", "terms_blank"
    if printed.sum(relation.left) == printed.sum(relation.right):
        return "passed", None
    return ("not_applicable", "terms_blank") if not printed.blank.isdisjoint(terms) else ("failed", None)


def _at_most(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> tuple[Outcome, str | None]:
    low, high = relation.left[0], relation.right[0]
    for one in (low, high):
        if one not in printed.values:
            return "not_applicable", _state("term", one, printed)
    return ("passed" if printed.values[low] <= printed.values[high] else "failed"), None


def _blank(relation: _Relation, printed: _Printed, expected: frozenset[str]) -> tuple[Outcome, str | None]:
    """Fails where a total is blank while a part of it is printed."""
    total = relation.left[0]
    if total not in printed.blank:
        return ("passed", None) if total in printed.values else ("not_applicable", _state("total", total, printed))
    return ("failed" if printed.has_value(relation.right) else "passed"), None


def _state(what: str, figure: str, printed: _Printed) -> str:
    if figure in printed.blank:
        return f"{what}_blank"
    return f"{what}_unreadable" if figure in printed.unreadable else f"{what}_missing"


def _counts(check: Check, printed: _Printed) -> Iterator[Result]:
    """Counts are whole and not negative; the change of a stock is signed and left out."""
    for table, ids in _counts_by_table().items():
        there = [one for one in ids if one in printed.values]
        broken = [one for one in there if printed.values[one] < 0 or int(printed.values[one]) != printed.values[one]]
        for one in broken:
            yield Result(check.id, check.severity, one, "failed", None, printed.values[one], None, (one,), one in printed.doubted)
        if not broken:
            outcome: Outcome = "passed" if there else "not_applicable"
            yield Result(check.id, check.severity, table, outcome, None if there else "table_not_read")


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
