"""The indicators as ``indicators.toml`` declares them: what is added and divided, what cuts their series, when a share is of too few.

A file that is wrong is refused at load, with the key.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.forms import FormError, forms
from pipeline.forms.entries import Entry, load_entry, refuse_repeated
from pipeline.forms.load import FORMS
from pipeline.normalizer.phrases import phrases

Kind = Literal["ratio", "number", "money", "prose", "zero_report", "zero_streak", "days_late"]
_KINDS = frozenset({"ratio", "number", "money", "prose", "zero_report", "zero_streak", "days_late"})
_SHARE = "share"
_BEFORE = "before:"


@dataclass(frozen=True, slots=True)
class Term:
    """One figure that is added (``sign`` 1) or taken away (-1). ``before``: of the year before; ``form``: only where the table is of it."""

    figure: str
    sign: int = 1
    before: bool = False
    form: str | None = None

    @property
    def name(self) -> str:
        """The figure as reasons name it."""
        return f"{_BEFORE}{self.figure}" if self.before else self.figure


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that several indicators use. Where the forms print other rows, ``terms`` holds those of both, each with its form."""

    id: str
    zh: str
    en: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """From ``year`` on (``earlier``: before it) a value carries ``code``: it is not to be set beside one that does not carry it.

    ``levels`` are the levels of bodies concerned, none means all.
    """

    code: str
    year: int
    zh: str
    en: str
    levels: tuple[str, ...]
    earlier: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. ``written`` keeps numerator and denominator as declared, for the documentation; the terms are spelt out."""

    id: str
    zh: str
    en: str
    definition: str
    kind: Kind
    unit: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    written: tuple[tuple[str, ...], tuple[str, ...]]
    breaks: tuple[Break, ...]
    first_year: int | None
    unbounded: bool

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms of both sides."""
        return (*self.numerator, *self.denominator)

    @property
    def formula(self) -> str:
        """Numerator and denominator as declared, in one line; empty where there is none to give."""
        sides = [" + ".join(side).replace("+ -", "− ").replace("before:", "before: ") for side in self.written]
        bracketed = [f"({text})" if len(side) > 1 and self.denominator else text for text, side in zip(sides, self.written, strict=True)]
        return " / ".join(text for text in bracketed if text)

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that print all that the indicator needs."""
        return tuple(form for form in FORMS if all(_printed_in(term, form) for term in self.terms))

    @property
    def comparable(self) -> bool:
        """Whether its values may be set side by side over the change of form in 2021, other breaks aside."""
        return self.forms == FORMS and all(term.form or _comparable(term) for term in self.terms)

    @property
    def straddles(self) -> bool:
        """Whether it holds the year against the year before: then a break concerns only the year in which it falls."""
        return any(term.before for term in self.terms)


def _printed_in(term: Term, form: str) -> bool:
    figure = forms().figures.get(term.figure)
    return figure is None or form in figure.forms or term.form not in {None, form}


def _comparable(term: Term) -> bool:
    figure = forms().figures.get(term.figure)
    return figure is None or figure.comparable


@dataclass(frozen=True, slots=True)
class SmallNumber:
    """A denominator ``below`` this makes a share one of few."""

    below: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Indicators:
    """All that is declared."""

    small_number: SmallNumber
    breaks: tuple[Break, ...]
    sums: tuple[Sum, ...]
    indicators: tuple[Indicator, ...]


@functools.cache
def declared() -> Indicators:
    """The indicators that the package carries."""
    return read_indicators(Path(__file__).with_name("indicators.toml"))


def read_indicators(path: Path) -> Indicators:
    """Read a file of declarations. Raises ``FormError`` at the first thing that is wrong."""
    file = load_entry(path)
    breaks = {one.code: one for one in (_break(Entry(v, f"{path.name}: break[{i}]")) for i, v in enumerate(file.take("break", list)))}
    sums = {one.id: one for one in (_sum(Entry(v, f"{path.name}: sum[{i}]")) for i, v in enumerate(file.take("sum", list)))}
    values = file.take("indicator", list)
    refuse_repeated([str(one.get("id")) for one in values], f"{path.name}: indicator")
    found = tuple(_indicator(Entry(one, f"{path.name}: {one.get('id', '?')}"), sums, breaks) for one in values)
    small = _small_number(Entry(file.take("small_number", dict), f"{path.name}: small_number"))
    file.finish()
    return Indicators(small, tuple(breaks.values()), tuple(sums.values()), found)


def _small_number(entry: Entry) -> SmallNumber:
    one = SmallNumber(entry.take("below", int), entry.take("zh", str), entry.take("en", str))
    entry.finish()
    return one


def _break(entry: Entry) -> Break:
    one = Break(
        code=entry.take("code", str),
        year=entry.take("year", int),
        zh=entry.take("zh", str),
        en=entry.take("en", str),
        levels=entry.texts("levels"),
        earlier=entry.take("earlier", bool, False, required=False),
    )
    entry.finish()
    return one


def _sum(entry: Entry) -> Sum:
    name, zh, en = entry.take("id", str), entry.take("zh", str), entry.take("en", str)
    values = entry.take("terms", object)
    entry.finish()
    if isinstance(values, list):
        return Sum(name, zh, en, tuple(_figure(text, 1, False, None, entry) for text in values))
    if not isinstance(values, dict) or tuple(values) != FORMS:
        raise FormError(f"{entry.place}: terms must be a list, or one list for each of {', '.join(FORMS)}")
    terms = tuple(_figure(text, 1, False, form, entry) for form, texts in values.items() for text in texts)
    _refuse_incomparable(values, entry)
    return Sum(name, zh, en, terms)


def _refuse_incomparable(values: Mapping[str, list[str]], entry: Entry) -> None:
    """A sum that changes with the form must be the same quantity in both, as the forms declare it."""
    declared_same = [other for text in values[FORMS[0]] for other in forms().figures[text].comparable_with]
    if sorted(declared_same) != sorted(values[FORMS[1]]):
        raise FormError(f"{entry.place}: the forms do not declare these figures as comparable_with each other")


def _indicator(entry: Entry, sums: Mapping[str, Sum], breaks: Mapping[str, Break]) -> Indicator:
    kind: Kind = entry.take("kind", str)
    if kind not in _KINDS:
        raise FormError(f"{entry.place}: kind must be one of {', '.join(sorted(_KINDS))}")
    written = (entry.texts("numerator"), entry.texts("denominator"))
    if (kind == "ratio") != bool(written[1]) or (kind != "days_late") != bool(written[0]):
        raise FormError(f"{entry.place}: a ratio has numerator and denominator, days_late none, every other kind a numerator")
    numerator, denominator = (tuple(term for text in side for term in _terms(text, kind, sums, entry)) for side in written)
    named = entry.texts("breaks")
    if unknown := [code for code in named if code not in breaks]:
        raise FormError(f"{entry.place}: no such break: {', '.join(unknown)}")
    one = Indicator(
        id=entry.take("id", str),
        zh=entry.take("zh", str),
        en=entry.take("en", str),
        definition=entry.take("definition", str),
        kind=kind,
        unit=entry.take("unit", str, _SHARE if kind == "ratio" else None),
        numerator=numerator,
        denominator=denominator,
        written=written,
        breaks=tuple(one for one in breaks.values() if one.code in named or one.earlier),
        first_year=entry.take("first_year", int, None, required=False),
        unbounded=entry.take("unbounded", bool, False, required=False),
    )
    entry.finish()
    return one


def _terms(text: str, kind: Kind, sums: Mapping[str, Sum], entry: Entry) -> tuple[Term, ...]:
    sign, bare = (-1, text[1:]) if text.startswith("-") else (1, text)
    before, name = bare.startswith(_BEFORE), bare.removeprefix(_BEFORE)
    if name in sums:
        return tuple(Term(one.figure, sign, before, one.form) for one in sums[name].terms)
    if kind == "prose":
        if name not in phrases().figures:
            raise FormError(f"{entry.place}: {name} is no figure of the prose")
        return (Term(name, sign, before),)
    return (_figure(name, sign, before, None, entry, money=kind == "money"),)


def _figure(text: str, sign: int, before: bool, form: str | None, entry: Entry, *, money: bool = False) -> Term:
    figure = forms().figures.get(text)
    if figure is None:
        raise FormError(f"{entry.place}: no such figure or sum: {text}")
    if (figure.column.kind == "money") != money:
        raise FormError(f"{entry.place}: {text} is {'no amount' if money else 'an amount'} of money")
    if form is not None and form not in figure.forms:
        raise FormError(f"{entry.place}: the form of {form} does not print {text}")
    return Term(text, sign, before, form)
