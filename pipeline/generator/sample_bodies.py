"""The made-up bodies of the sample: what they live through, and what is special about some of their reports."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from pipeline.forms.layout import APPLICATIONS, DISCLOSURE, figure_ids
from pipeline.generator.county_life import form_due, sum_figures
from pipeline.generator.prose import Fee, Told, prose_figures, told_of, written_sections
from pipeline.generator.spec import TABLES, ReportSpec, make_spec
from pipeline.generator.wording import wording
from pipeline.generator.years import Figures, first_year, live_through, printed_in

Lives = Mapping[str, Mapping[int, Figures]]
_FEE = f"{DISCLOSURE}.admin_fees.amount"


def live_all(data: Mapping[str, Any]) -> Lives:
    """The figures of every made-up body (by its file) and year; a body that is the sum of others after them."""
    lives: dict[str, Mapping[int, Figures]] = {}
    for unit in sorted(data["unit"], key=lambda one: "sum_of" in one):
        years = range(unit["since"], unit["until"] + 1)
        if "sum_of" in unit:
            lives[unit["file"]] = {year: sum_figures(lives[one][year] for one in unit["sum_of"]) for year in years}
        else:
            lives[unit["file"]] = _live(unit, years, data["chances"])
    return lives


def _live(unit: Mapping[str, Any], years: range, chances: Mapping[str, Any]) -> dict[int, Figures]:
    """One body's years. A year before the first is lived through too, so that requests wait and disputes pend when the first begins."""
    rng = random.Random(unit["file"])
    _, body = live_through(rng, first_year(rng, unit), chances)
    zeros = {told["year"] for told in unit["reports"] if told.get("zeros")}
    lived: dict[int, Figures] = {}
    for year in years:
        lived[year] = {}
        if year not in zeros:
            lived[year], body = live_through(rng, body, chances)
    return lived


def made_up_spec(unit: Mapping[str, Any], told: Mapping[str, Any], figures: Figures, note: str) -> ReportSpec:
    """One report of a made-up body: its figures with what is special about it, and a text that tells of them."""
    year = int(told["year"])
    name = next((new for since, new in unit.get("renamed", {}).items() if int(since) <= year), unit["name"])
    forms: dict[str, str | None] = dict.fromkeys(TABLES, form_due(year))
    if "mixed" in told:
        forms[told["mixed"]] = "2019"
    ids = [figure for table, form in forms.items() for figure in figure_ids(table, cast(str, form))]
    cells = printed_in(figures, ids)
    _edit(cells, told)
    rng = random.Random(f"{unit['file']} {year} {told.get('published', '')}")
    said = _told(cells, told, year)
    spec = make_spec(cells, forms=forms, unit_name=name, report_year=year, rng=rng)
    title = str(wording()["titles"]["unit_first"]).format(unit=name, year=year) + ("（更正）" if told.get("corrected") else "")
    spec = replace(
        spec,
        title=title,
        sections=written_sections(random.Random(f"{unit['file']} {year}"), unit=name, year=year, told=said, opening=note),
        prose={figure: value for figure, value in prose_figures(said).items() if figure.startswith("processing_fee")},
        published_on=str(told.get("published", spec.published_on)),
    )
    return _printed(spec, told)


def _edit(cells: Figures, told: Mapping[str, Any]) -> None:
    """What a publisher gets wrong in its figures; its text repeats it."""

    def add(figure: str, by: int) -> None:
        cells[figure] = cast(int, cells[figure]) + by

    if "contradiction" in told:
        add(f"{APPLICATIONS}.new_received.total", told["contradiction"])
    for row in ("carried_over", "granted", "total_processed") if "carried" in told else ():
        for column in ("natural_person", "total"):
            add(f"{APPLICATIONS}.{row}.{column}", told["carried"])
    if told.get("first_version"):
        for column in ("natural_person", "total"):
            add(f"{APPLICATIONS}.granted.{column}", 2)
    if "fees_in_yuan" in told:
        cells[_FEE] = told["fees_in_yuan"]


def _told(cells: Figures, told: Mapping[str, Any], year: int) -> Told:
    fee = None if year < 2021 else Fee(*told["fee"]) if "fee" in told else Fee()
    said = told_of(cells, fee)
    return replace(said, received=told["told"], answered=told["told"]) if "told" in told else said


def _printed(spec: ReportSpec, told: Mapping[str, Any]) -> ReportSpec:
    """The report with another sign for 0, or without a table."""
    if "none" in told:
        zeros = [name for name, value in spec.values.items() if value == 0]
        printed = {**spec.printed, **dict.fromkeys(zeros, told["none"])}
        spec = replace(spec, printed=printed, values={**spec.values, **dict.fromkeys(zeros, None)})
    if "missing" in told:
        spec = replace(spec, forms={**spec.forms, told["missing"]: None})
    return spec
