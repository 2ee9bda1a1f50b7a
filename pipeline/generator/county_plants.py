"""Plants faults into the drafts of a made-up county, each into a report of its own, and says which fact stands where."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.forms.layout import DISCLOSURE
from pipeline.generator.county_faults import FAULTS, Fault, Near
from pipeline.generator.county_life import GOVERNMENT, County


class MiscarriedError(ValueError):
    """A county cannot be used: a fault found no report that it fits, or chance contradicts something. Another one, or a larger, may do."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A fact and the report that it was planted in."""

    fact: str
    unit: str
    year: int


def plant_all(county: County, rng: random.Random, each: int, missing: int) -> list[Planted]:
    """Leave out ``missing`` reports of each year that is not complete, and plant every fault ``each`` times.

    Raises ``MiscarriedError`` where one finds no report.
    """
    planted = [*_leave_out(county, rng, missing), *_of_the_county(county)]
    keys = [key for key in sorted(county.drafts) if key[0] != GOVERNMENT]
    rng.shuffle(keys)
    for fault in FAULTS:
        left = each
        for draft in (county.drafts[key] for key in keys):
            near = Near(draft, county.before(draft), county.after(draft), county)
            if left and _free(county, near, fault) and fault.fits(near):
                near.now.plant = fault.fact
                fault.commit(near)
                left -= 1
        if left:
            raise MiscarriedError(f"no report is left that {fault.fact} fits; more units are needed")
    bodies = (draft for draft in county.drafts.values() if draft.plant is not None and draft.unit.key != GOVERNMENT)
    return [*planted, *(Planted(draft.plant or "", *draft.key) for draft in bodies)]


def _free(county: County, near: Near, fault: Fault) -> bool:
    """Whether nothing was planted in the report, and for a fault of figures nothing beside it."""
    if near.now.plant is not None or near.now.key in county.missing:
        return False
    beside = [one for one in (near.before, near.after) if one is not None]
    if any(one.key in county.missing for one in beside):
        return False
    return not fault.changes_figures or (near.now.year not in county.complete and all(one.plant is None for one in beside))


def _leave_out(county: County, rng: random.Random, each_year: int) -> Iterator[Planted]:
    """Of the years that are not complete. A body that begins or ends with the merger keeps its few reports."""
    for year in county.years:
        if year in county.complete:
            continue
        long_lived = (key for key, draft in county.drafts.items() if key[1] == year and len(draft.unit.years) > 4)
        for key in rng.sample(sorted(key for key in long_lived if key[0] != GOVERNMENT), each_year):
            county.missing.add(key)
            yield Planted("coverage.missing", *key)


def _of_the_county(county: County) -> Iterator[Planted]:
    """In the later complete years the county's report counts licences that none of its bodies does; in another year it is late."""
    for year in county.complete[1:]:
        draft = county.drafts[GOVERNMENT, year]
        draft.plant = "hierarchy"
        figure = f"{DISCLOSURE}.licences.decisions"
        draft.figures[figure] = draft.count(figure) + 7
        yield Planted("hierarchy", GOVERNMENT, year)
    late = county.drafts[GOVERNMENT, county.years[3]]
    late.plant, late.published_on = "published_in_time", date(late.year + 1, 4, 12)
    yield Planted("published_in_time", GOVERNMENT, late.year)
