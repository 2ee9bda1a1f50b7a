"""Undoes what mirror sites did to copied reports, and says what it undid.

A fifth of the stored copies are mirrors: turned into traditional characters, with readings behind some of them, with runs of text
whose bytes were taken apart, with signs lost from dates. Each kind of damage has one fixer; their order is ``FIXERS``. Text without
damage comes back as it is, and no fixer may change, add or lose a digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.documents.repair import dates, readings, shifted, traditional
from pipeline.documents.repair.signs import Sign, signs_of_damage
from pipeline.model import Repair

__all__ = ["FIXERS", "repair"]

Fixed = tuple[str, tuple[Repair, ...]]


def _shifted_bytes(text: str) -> Fixed:
    return shifted.restore(text, readings.learn(text))


def _readings(text: str) -> Fixed:
    return readings.remove(text, readings.learn(text))


def _traditional(text: str) -> Fixed:
    simplified, converted = traditional.simplify(text)
    if not converted:
        return text, ()
    reworded, terms = traditional.reword(simplified)
    return reworded, converted + terms


# Shifted bytes first: the readings still stand where the list of the page has to be learnt from, and bytes are those of traditional text.
FIXERS: tuple[tuple[Sign, Callable[[str], Fixed]], ...] = (
    (Sign.HOLES, _shifted_bytes),
    (Sign.READINGS, _readings),
    (Sign.TRADITIONAL, _traditional),
    (Sign.DATES, dates.date_signs),
    (Sign.NUMBERS, dates.number_brackets),
)
_PUTS_SIGNS_BETWEEN_DIGITS = frozenset({Sign.DATES, Sign.NUMBERS})


def repair(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text without the damage of mirrors, and what was undone; the same text and nothing for a page without damage.

    >>> repair("2020年度，自20201231日止")[0]
    '2020年度，自2020年12月31日止'
    """
    repairs: list[Repair] = []
    signs = signs_of_damage(text)
    for sign, fixer in FIXERS:
        if sign in signs:
            text, made = _guarded(text, sign, fixer)
            repairs += made
    return text, tuple(repairs)


def _guarded(text: str, sign: Sign, fixer: Callable[[str], Fixed]) -> Fixed:
    """The fixer's result, unless it touched a number: then the text as it was, and a doubted repair that says so."""
    fixed, repairs = fixer(text)
    if fixed == text or _numbers(text, sign) == _numbers(fixed, sign):
        return fixed, repairs
    return text, tuple(Repair(made.fixer, made.count, made.before, made.before, doubted=True) for made in repairs)


def _numbers(text: str, sign: Sign) -> list[str] | str:
    """All numbers in order; for fixers that put a sign between digits, the digits alone."""
    numbers = re.findall(r"[0-9]+", text)
    return "".join(numbers) if sign in _PUTS_SIGNS_BETWEEN_DIGITS else numbers
