"""Families of sites: one small module each, all with the same four functions. A portal of a known family needs no code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pipeline.model import Page
from pipeline.scrapers.families import by_year, gkmlpt, hanweb_json, hanweb_xml, links, lonsun, sitemap, trs, vsb
from pipeline.scrapers.model import Family, ListError, Source

__all__ = ["FAMILIES", "SiteFamily", "recognised"]


class SiteFamily(Family, Protocol):
    """A family as the loader of sources sees it: which keys ``[site]`` may have (``None``: any), and what it refuses."""

    @property
    def SITE(self) -> frozenset[str] | None:  # noqa: N802
        """The keys of ``[site]``; ``None`` where the keys are the portal's own numbers."""
        ...

    def refusal(self, source: Source) -> str | None:
        """Why the family cannot read such a source; ``None`` if it can."""
        ...

    def recognises(self, page: Page) -> bool:
        """Whether a page shows the signs of the family."""
        ...


#: Every family by the name that sources use; the more telling signs first.
FAMILIES: Mapping[str, SiteFamily] = {
    "gkmlpt": gkmlpt,
    "hanweb_json": hanweb_json,
    "hanweb_xml": hanweb_xml,
    "lonsun": lonsun,
    "vsb": vsb,
    "trs": trs,
    "sitemap": sitemap,
    "by_year": by_year,
    "links": links,
}


def recognised(page: Page) -> tuple[str, ...]:
    """The families whose signs a page shows, the most telling first; empty where it shows none."""
    return tuple(name for name, family in FAMILIES.items() if _shows(family, page))


def _shows(family: SiteFamily, page: Page) -> bool:
    try:
        return family.recognises(page)
    except ListError:
        return False
