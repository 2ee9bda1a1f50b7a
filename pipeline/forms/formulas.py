"""Relations between the figures of a report and those of the year before, written as formulas.

``*.in_force = last_year.*.in_force + *.issued - *.repealed``: names without their table; a star stands for each row (or column, or group)
for which all of the formula's figures exist, and becomes the key of one ``Case``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal, cast

Sign = Literal["=", "<=", ">="]
_LAST_YEAR = "last_year."
_SIGNS = re.compile(r"\s(=|<=|>=)\s")
_TERM = re.compile(r"([+-])\s*((?:last_year\.)?(?:[a-z_]+|\*)\.(?:[a-z_]+|\*))\s*")


@dataclass(frozen=True, slots=True)
class Term:
    """One figure of this report, or of last year's; ``sign`` is 1 or -1."""

    figure: str
    last_year: bool
    sign: int


@dataclass(frozen=True, slots=True)
class Case:
    """The formula in one row, column or group (``key``); ``None`` where it names its figures outright."""

    key: str | None
    left: tuple[Term, ...]
    right: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """Sums of figures on both sides, and how the left one stands to the right one."""

    sign: Sign
    cases: tuple[Case, ...]


def read_formula(text: str, table: str, figures: Collection[str]) -> Formula:
    """The formula with its figures spelt out. Raises ``ValueError`` for a formula that is not well formed or names no figure.

    >>> read_formula("*.total >= last_year.*.pending", "t", {"t.review.total", "t.review.pending", "t.fees.total"}).cases[0].key
    'review'
    """
    parts = _SIGNS.split(text)
    if len(parts) != 3:
        raise ValueError("one of = <= >= must stand between its sides")
    left, right = tuple(_terms(parts[0])), tuple(_terms(parts[2]))
    keys = _keys((*left, *right), table, figures)
    cases = tuple(Case(key, _named(left, table, key), _named(right, table, key)) for key in keys)
    if not cases:
        raise ValueError("no row or column has all of its figures")
    return Formula(cast(Sign, parts[1]), cases)


def _terms(side: str) -> Iterator[Term]:
    rest = side.strip()
    rest = rest if rest.startswith(("+", "-")) else f"+{rest}"
    while rest:
        found = _TERM.match(rest)
        if found is None:
            raise ValueError(f"not a sum of figures: {side.strip()}")
        name = found[2]
        yield Term(name.removeprefix(_LAST_YEAR), name.startswith(_LAST_YEAR), 1 if found[1] == "+" else -1)
        rest = rest[found.end() :]


def _keys(terms: tuple[Term, ...], table: str, figures: Collection[str]) -> list[str | None]:
    """What the star can stand for: in the order of the form."""
    starred = next((term for term in terms if "*" in term.figure), None)
    candidates: list[str | None] = [None]
    if starred is not None:
        pattern = re.compile(re.escape(f"{table}.{starred.figure}").replace(r"\*", "([a-z_]+)"))
        candidates = [found[1] for one in figures if (found := pattern.fullmatch(one))]
    return [key for key in candidates if all(term.figure in figures for term in _named(terms, table, key))]


def _named(terms: tuple[Term, ...], table: str, key: str | None) -> tuple[Term, ...]:
    return tuple(Term(f"{table}.{term.figure.replace('*', key or '*')}", term.last_year, term.sign) for term in terms)
