"""Reads ``checks.toml``: the relations between figures, each refused unless every term of it can be resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.forms.entries import Entry, load_entry, refuse_repeated
from pipeline.forms.formulas import Formula, read_formula
from pipeline.forms.model import FORMS, Check, Comparison, Figure, FormError, Table

_SCOPES_OF_NO_TABLE = frozenset({"each_count", "section 一", "sections 一 and 四", "section 六"})
_SEVERITIES = frozenset({"error", "warning", "note"})
#: The limits that a rule in code needs; they are declared beside its words, not in the code.
_LIMITS: Mapping[str, frozenset[str]] = {
    "fee_unit": frozenset({"factor", "tolerance", "fewest"}),
    "same_text": frozenset({"similarity", "shortest"}),
    "jump": frozenset({"ratio", "larger"}),
}


def read_checks(path: Path, tables: Mapping[str, Table], figures: Mapping[str, Figure]) -> Iterator[Check]:
    """The relations in a file. Raises ``FormError`` at the first thing that is wrong."""
    entry = load_entry(path)
    entries = entry.take("check", list)
    entry.finish()
    refuse_repeated([str(values.get("id")) for values in entries], f"{path.name}: check")
    for values in entries:
        yield _check(Entry(values, f"{path.name}: {values.get('id', '?')}"), tables, figures)


def _check(entry: Entry, tables: Mapping[str, Table], figures: Mapping[str, Figure]) -> Check:
    table = entry.take("table", str, "", required=False) or None
    check = Check(
        id=entry.take("id", str),
        scope=entry.take("scope", str),
        severity=entry.take("severity", str),
        origin=entry.take("origin", str),
        label_zh=entry.take("label_zh", str),
        label_en=entry.take("label_en", str),
        table=table,
        left=entry.texts("left"),
        right=entry.texts("right"),
        at_most=tuple(_pair(entry, value) for value in entry.take("at_most", list, [])),
        blank=entry.take("blank", str, "", required=False) or None,
        compare=_comparisons(entry, "compare", figures),
        both_zero=_comparisons(entry, "both_zero", figures),
        formula=_formula(entry, table, figures),
        part_severity=entry.take("part_severity", str, "", required=False) or None,
        limits=_numbers(entry, "limits"),
        stocks=entry.texts("stocks"),
        first_years={form: int(year) for form, year in _numbers(entry, "first_years").items()},
    )
    entry.finish()
    for severity in filter(None, (check.severity, check.part_severity)):
        if severity not in _SEVERITIES:
            raise FormError(f"{entry.place}: severity must be one of {', '.join(sorted(_SEVERITIES))}")
    if check.table is not None and check.table not in tables:
        raise FormError(f"{entry.place}: table {check.table} is not declared")
    (_refuse_derived if check.derived else _refuse_within)(check, tables, entry.place)
    return check


def _refuse_within(check: Check, tables: Mapping[str, Table], place: str) -> None:
    """Refuse a relation within one report that cannot be evaluated."""
    if check.formula or check.part_severity or check.limits or check.stocks or check.first_years:
        raise FormError(f"{place}: scope {check.scope} has no formula, part_severity, limits, stocks or first_years")
    if bool(check.left) != bool(check.right) and check.blank is None:
        raise FormError(f"{place}: left and right: a sum needs both sides")
    if (check.compare or check.both_zero) and not check.of_prose:
        raise FormError(f"{place}: scope {check.scope} does not compare with prose")
    if check.table is None and (check.scope not in _SCOPES_OF_NO_TABLE or check.left or check.at_most or check.blank):
        raise FormError(f"{place}: scope {check.scope} or a relation without a table")
    if check.table is not None:
        _resolvable(check, tables[check.table], place)


def _refuse_derived(check: Check, tables: Mapping[str, Table], place: str) -> None:
    """Refuse a relation over all reports that is not declared as its rule needs it."""
    if check.left or check.right or check.at_most or check.blank or check.compare or check.both_zero:
        raise FormError(f"{place}: scope {check.scope} takes a formula or limits, no sums, bounds or prose")
    if check.part_severity and not (check.formula and any(case.key == "total" for case in check.formula.cases)):
        raise FormError(f"{place}: part_severity needs a formula over a total and its parts")
    wanted = _LIMITS.get(check.id, frozenset())
    if check.limits.keys() != wanted:
        raise FormError(f"{place}: limits must be {', '.join(sorted(wanted)) or 'left out'}")
    columns = {column.id for table in tables.values() for block in table.blocks for column in block.columns}
    if unknown := [one for one in check.stocks if one not in columns]:
        raise FormError(f"{place}: stocks: no such column: {', '.join(unknown)}")
    if bool(check.stocks) != (check.id == "all_zero") or bool(check.first_years) != (check.id == "form_due"):
        raise FormError(f"{place}: stocks belong to all_zero, first_years to form_due")
    years = list(check.first_years.values())
    if years and (list(check.first_years) != list(FORMS) or years != sorted(years)):
        raise FormError(f"{place}: first_years must give a year for each of {', '.join(FORMS)}, the earlier first")


def _formula(entry: Entry, table: str | None, figures: Mapping[str, Figure]) -> Formula | None:
    text = entry.take("formula", str, "", required=False)
    if not text:
        return None
    if table is None:
        raise FormError(f"{entry.place}: a formula needs a table")
    try:
        return read_formula(text, table, figures)
    except ValueError as error:
        raise FormError(f"{entry.place}: formula: {error}") from error


def _numbers(entry: Entry, key: str) -> dict[str, float]:
    values = entry.take(key, dict, {})
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 for value in values.values()):
        raise FormError(f"{entry.place}: {key} must be numbers above 0")
    return dict(values)


def _comparisons(entry: Entry, key: str, figures: Mapping[str, Figure]) -> tuple[Comparison, ...]:
    found = []
    for i, values in enumerate(entry.take(key, list, [])):
        one = Entry(values, f"{entry.place}: {key}[{i}]")
        prose, sums = one.take("prose", str), one.take("sums", list)
        one.finish()
        if not sums or not all(isinstance(terms, list) and terms and all(isinstance(term, str) for term in terms) for terms in sums):
            raise FormError(f"{one.place}: sums must be lists of figure ids")
        if unknown := [term for terms in sums for term in terms if term not in figures]:
            raise FormError(f"{one.place}: sums: no such figure: {', '.join(unknown)}")
        found.append(Comparison(prose, tuple(map(tuple, sums))))
    return tuple(found)


def _pair(entry: Entry, value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(term, str) for term in value):
        raise FormError(f"{entry.place}: at_most must hold pairs of terms")
    return value[0], value[1]


def _resolvable(check: Check, table: Table, place: str) -> None:
    if (check.scope == "each_group") != table.across:
        raise FormError(f"{place}: scope {check.scope} does not fit table {table.id}")
    rows = {row.id for block in table.blocks for row in block.rows}
    columns = {column.id for block in table.blocks for column in block.columns}
    known = {"each_column": rows, "each_row": columns, "each_group": columns}.get(check.scope)
    if known is None:
        raise FormError(f"{place}: scope {check.scope} is unknown")
    terms = [*check.left, *check.right, *(term for pair in check.at_most for term in pair), *([check.blank] if check.blank else [])]
    missing = [term for term in terms if term not in known]
    if missing or not terms:
        raise FormError(f"{place}: no such term: {', '.join(missing) or '(none given)'}")
