"""Rows of the datasets units and redirects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from pipeline.normalizer import identity
from pipeline.normalizer.schemas import arrow_schema
from pipeline.normalizer.units.divisions import Divisions
from pipeline.normalizer.units.resolve import Claim, Resolution, resolved_id, root_body

#: One report: what its primary document says, and what that was resolved to.
Published = tuple[Claim, Resolution]
_SEPARATOR = " | "


def unit_rows(reports: Iterable[Published]) -> pa.Table:
    """The dataset ``units``: one row for each publishing body, resolved or not, from its reports."""
    by_unit: defaultdict[str, list[Published]] = defaultdict(list)
    for claim, found in reports:
        by_unit[found.unit_id].append((claim, found))
    rows = [_unit_row(by_unit[unit]) for unit in sorted(by_unit)]
    return pa.Table.from_pylist(rows, schema=arrow_schema("units"))


def _unit_row(reports: Sequence[Published]) -> dict[str, Any]:
    # The latest report says what the unit is now; ids are the same for all of them.
    _, one = max(reports, key=lambda pair: (pair[0].year or 0, pair[0].sha256))
    years = [claim.year for claim, _ in reports if claim.year is not None]
    names = sorted({identity.normalise_name(claim.unit_name) for claim, _ in reports if claim.unit_name})
    division = one.division
    return {
        "unit_id": one.unit_id,
        "resolved": one.resolved,
        "name": one.name,
        "body": one.body,
        "level": one.level,
        "kind": one.kind,
        **one.places(),
        "division_code": one.division_code,
        "root_code": one.root_code,
        "names_printed": _joined(names),
        "former_names": _joined(division.former_names if division else ()),
        "merged_from": _joined(division.merged_from if division else ()),
        "merged_into": _joined(division.merged_into if division else ()),
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
        "reports": len(reports),
        "synthetic": all(claim.synthetic for claim, _ in reports),
    }


def _joined(texts: Iterable[str]) -> str | None:
    return _SEPARATOR.join(texts) or None


def redirect_rows(documents: Iterable[Published], divisions: Divisions | None) -> pa.Table:
    """The dataset ``redirects``: ids of unresolved units that are resolved now, and ids made of codes that a change list has joined since.

    An id that would lead to two units leads nowhere and is left out.
    """
    targets: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for claim, found in documents:
        if found.division is None:
            continue
        if claim.unit_name:
            before = identity.unit_id(claim.unit_name, claim.url, claim.sha256)
            targets[before].add((found.unit_id, "resolved"))
        for former in _former_ids(found, divisions):
            targets[former].add((found.unit_id, "renamed"))
    rows = [
        {"old_id": old, "new_id": new, "reason": reason}
        for old, known in sorted(targets.items())
        if len({unit for unit, _ in known}) == 1
        for new, reason in sorted(known)[:1]
        if old != new
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema("redirects"))


def _former_ids(found: Resolution, divisions: Divisions | None) -> Iterable[str]:
    """The ids that a unit would have if a change list had not joined its later codes to the first."""
    division = found.division
    body = found.made_of
    if division is None or body is None or divisions is None:
        return ()
    later = (state for state in division.states if state[0] != division.root and state[0] not in divisions.contested)
    return (resolved_id(state[0], root_body(state, body)) for state in later)
