"""What the bodies of a made-up county would report for each year, before anything goes wrong: figures that agree in every way.

A ``Draft`` is one report as its author has it; ``county_plants`` edits drafts, ``county_pages`` publishes them. The report of the county
government is the sum over all bodies of the county.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from pipeline.forms import forms
from pipeline.forms.layout import figure_ids
from pipeline.generator.county_units import Unit, county_data
from pipeline.generator.figures import Written
from pipeline.generator.prose import Fee, Told, told_of, written_sections
from pipeline.generator.spec import TABLES
from pipeline.generator.years import Body, Figures, first_year, live_through
from pipeline.model import Number

GOVERNMENT = "government"
Key = tuple[str, int]


@dataclass(slots=True)
class Draft:
    """One report before it is published; plants edit it.

    ``figures`` are those of both forms, what never happened is left out; ``None`` is a blank cell. ``told`` overrides what the text would
    say of the tables, ``voice`` seeds its sentences. ``plant`` names what was planted here: a report carries one fact at most. ``pages``
    says how it is published (``county_pages``).
    """

    unit: Unit
    year: int
    form: Literal["2019", "2021"]
    figures: Figures
    published_on: date
    voice: str
    scope: Literal["own", "government_wide"] = "own"
    fee: Fee | None = None
    told: Told | None = None
    absent: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    plant: str | None = None
    pages: str = "one"

    @property
    def key(self) -> Key:
        """Unit and year."""
        return self.unit.key, self.year

    @property
    def name(self) -> str:
        """The body's name when it reports."""
        return self.unit.stage(self.year).name

    @property
    def called(self) -> str:
        """What its text calls the body: as a rule by a name that says which county it is in."""
        stage = self.unit.stage(self.year)
        return f"{stage.division}{stage.body}" if self.pages == "bare_name" else stage.name

    def ids(self) -> list[str]:
        """The figures that it prints."""
        return [name for table in TABLES if table not in self.absent for name in _ids_of(table, self.form)]

    def value(self, figure: str) -> Number | Written | None:
        """What is printed for a figure; ``None`` if the cell is blank."""
        return None if figure.partition(".")[0] in self.blank else self.figures.get(figure, 0)

    def count(self, figure: str) -> int:
        """A count that is printed as a number."""
        value = self.value(figure)
        if not isinstance(value, int):
            raise TypeError(f"{figure} of {self.key} is no count: {value!r}")
        return value

    def printed(self) -> Figures:
        """Every printed figure."""
        return {name: self.value(name) for name in self.ids()}

    def says(self) -> Told:
        """What its text tells: of its tables, as its author has them, unless it was made to tell something else."""
        return self.told if self.told is not None else told_of({name: self.figures.get(name, 0) for name in _all_ids()}, self.fee)

    def sections(self) -> dict[int, str]:
        """Its text."""
        rng = random.Random(self.voice)
        return written_sections(rng, unit=self.called, year=self.year, told=self.says(), opening=str(county_data()["pages"]["note"]))


@dataclass(slots=True)
class County:
    """All drafts of a county by unit and year. In a ``complete`` year every body's report is there and prints what it should."""

    units: list[Unit]
    years: tuple[int, ...]
    drafts: dict[Key, Draft]
    complete: tuple[int, ...]
    missing: set[Key] = field(default_factory=set)

    def before(self, draft: Draft) -> Draft | None:
        """The body's report of the year before."""
        return self.drafts.get((draft.unit.key, draft.year - 1))

    def after(self, draft: Draft) -> Draft | None:
        """The body's report of the year after."""
        return self.drafts.get((draft.unit.key, draft.year + 1))


def form_due(year: int) -> Literal["2019", "2021"]:
    """The form that reports for a year are due in."""
    return "2019" if year <= 2020 else "2021"


def live(units: Sequence[Unit], years: Sequence[int], seed: object) -> County:
    """The drafts of all units. Bodies that are merged hand on what they have open."""
    drafts: dict[Key, Draft] = {}
    ends: dict[str, Body] = {}
    for unit in sorted(units[1:], key=lambda one: one.years[0]):
        rng = random.Random(f"{seed}/{unit.key}")
        body = _merged([ends[key] for key in unit.merged_from]) if unit.merged_from else _begun(rng, unit)
        for year in unit.years:
            figures, body = live_through(rng, body, county_data()["chances"])
            draft = drafts[unit.key, year] = _draft(rng, unit, year, figures, f"{seed}/{unit.key}/{year}")
            _distinguish(draft, drafts.get((unit.key, year - 1)))
        ends[unit.key] = body
    for year in years:
        rng = random.Random(f"{seed}/{GOVERNMENT}/{year}")
        figures = sum_figures(drafts[unit.key, year].figures for unit in units[1:] if year in unit.years)
        draft = _draft(rng, units[0], year, figures, f"{seed}/{GOVERNMENT}/{year}")
        draft.scope, draft.published_on, draft.fee = "government_wide", date(year + 1, 3, rng.randint(8, 29)), _fee_of(rng, year, 1)
        drafts[GOVERNMENT, year] = draft
    return County(list(units), tuple(years), drafts, tuple(years[at] for at in (2, 4, 5)))


def _distinguish(draft: Draft, before: Draft | None) -> None:
    """Where little happens, two years can be alike by chance; that is for plants to do."""
    while before is not None and all(draft.value(name) == before.value(name) for name in {*draft.ids()} & {*before.ids()}):
        figure = "proactive_disclosure.licences.decisions"
        draft.figures[figure] = draft.count(figure) + 1


def _begun(rng: random.Random, unit: Unit) -> Body:
    """A body as its first report begins: after a year of which nothing is told, from which requests and disputes are open."""
    return live_through(rng, first_year(rng, _size(rng, unit)), county_data()["chances"])[1]


def _size(rng: random.Random, unit: Unit) -> Mapping[str, Any]:
    """A body between the bounds of its size."""
    bounds = county_data()["size"][unit.size]
    return {
        "requests": rng.uniform(*bounds["requests"]),
        "decisions": [rng.randint(*one) for one in bounds["decisions"]],
        "documents": rng.randint(*bounds["documents"]),
        "fees": rng.randint(*bounds["fees"]),
        "growth": rng.uniform(*county_data()["growth"]["between"]),
    }


def _merged(bodies: Sequence[Body]) -> Body:
    one, other = bodies
    return replace(
        one,
        requests=one.requests + other.requests,
        decisions=tuple(a + b for a, b in zip(one.decisions, other.decisions, strict=True)),
        fees=one.fees + other.fees,
        documents=one.documents + other.documents,
        items={row: one.items[row] + other.items[row] for row in one.items},
        waiting=one.waiting + other.waiting,
        pending=one.pending + other.pending,
        projects=one.projects + other.projects,
    )


def _draft(rng: random.Random, unit: Unit, year: int, figures: Figures, voice: str) -> Draft:
    published = date(year + 1, 1, rng.randint(4, 30))
    received = figures.get("applications.new_received.total", 0)
    return Draft(unit, year, form_due(year), dict(figures), published, voice, fee=_fee_of(rng, year, received))


def _fee_of(rng: random.Random, year: int, received: object) -> Fee | None:
    """The processing fee, of which there are rules since 2021."""
    if year < 2021:
        return None
    if not received or rng.random() < 0.85:
        return Fee()
    notices, billed = rng.randint(1, 3), rng.randint(10, 90) * 10
    return Fee(billed - 10 * rng.randint(0, 4), notices, billed)


def sum_figures(parts: Iterable[Figures]) -> Figures:
    """The figures of all bodies together. An amount with its unit is added up in that unit."""
    sums: dict[str, Number] = {}
    in_yuan: set[str] = set()
    for part in parts:
        for name, value in part.items():
            if isinstance(value, Written):
                in_yuan.add(name)
            sums[name] = sums.get(name, 0) + (int(value.text.removesuffix("元")) if isinstance(value, Written) else value or 0)
    return {name: Written(f"{value}元", f"{value}元") if name in in_yuan and value else value for name, value in sums.items()}


@functools.cache
def _ids_of(table: str, form: str) -> tuple[str, ...]:
    return tuple(figure_ids(table, form))


def _all_ids() -> Iterable[str]:
    return forms().figures
