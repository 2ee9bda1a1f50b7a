"""Portals with one address per body and year that *is* the report: no list leads there, the bodies' numbers stand in the source.

Hanweb: ``/module/xxgk/xxgkAnnualReport.jsp?area={unit}&fbtime={year}``; LonSun: ``/public/column/{unit}?type=3&…&timeFrame={year}``.
``[site]`` maps each number to the body's name. An address without a report answers with a page that holds none. The title of a request
is made of body and year, as no list gives one.
"""

from __future__ import annotations

from pipeline.model import Page
from pipeline.scrapers.families.start import PLACES, filled
from pipeline.scrapers.model import Ask, ListError, ListPage, Source

#: The keys of [site] are the portal's numbers of its bodies.
SITE: frozenset[str] | None = None


def refusal(source: Source) -> str | None:
    """Why the family cannot read such a source."""
    for address in source.lists:
        if not any(place in address for place in PLACES):
            return f"{address} has no {{year}}"
        if ("{unit}" in address) != bool(source.site):
            return f"{address} and [site] must both name units: {{unit}} there, their numbers and names here"
    return None


def start(source: Source, years: range) -> tuple[Ask, ...]:
    """The report of every body and year, the latest year first."""
    units = list(source.site.items()) or [("", source.name)]
    asks = (
        Ask(url.replace("{unit}", number), "report", unit=name, title=f"{name}{year}年政府信息公开工作年度报告")
        for address in source.lists
        for year in sorted(years, reverse=True)
        for url in filled(address, range(year, year + 1))
        for number, name in units
    )
    return tuple(asks)


def read(source: Source, ask: Ask, page: Page) -> ListPage:
    """There is no list. Always raises ``ListError``."""
    raise ListError("sources of this family have no lists: their addresses are those of the reports")


def recognises(page: Page) -> bool:
    """A report does not tell what its neighbours' addresses are."""
    return False
