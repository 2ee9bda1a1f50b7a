"""Which units a person means: by unit id, report id, name or part of a name. Ids that were given up lead to those that stand for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipeline.normalizer.identity import normalise_name
from pipeline.normalizer.load import follow, load_table, open_snapshot, read_redirects

_ID = re.compile(r"([ux][0-9a-f]{12})(?:-\d{4}-\w+(?:-d[0-9a-f]{8})?)?")
_LIST = " | "


class UnitError(LookupError):
    """A text names no unit, or several; ``candidates`` are then lines of id and name."""

    def __init__(self, message: str, candidates: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """One unit of a snapshot. ``names`` are all that it is known by, ``places`` names and codes of its county."""

    unit_id: str
    name: str
    names: frozenset[str]
    places: frozenset[str] = frozenset()
    reports: int = 0


@dataclass(frozen=True, slots=True)
class UnitBook:
    """The units of a snapshot, and the ids that were given up."""

    units: Mapping[str, KnownUnit]
    redirects: Mapping[str, str] = field(default_factory=dict)

    def find(self, text: str) -> str:
        """The id of the one unit that ``text`` names. A whole name goes before a part of one.

        Raises ``UnitError`` where there is none, or where there are several.
        """
        if match := _ID.fullmatch(text.strip()):
            found = follow(self.redirects, match[1])
            if found not in self.units:
                raise UnitError(f"no unit {found} in this snapshot")
            return found
        return _only(text, self._named(text))

    def county(self, text: str) -> list[str]:
        """The ids of the units of one county, named by its name, a part of it, or its 12-digit code."""
        wanted = normalise_name(text)
        places = {place for unit in self.units.values() for place in unit.places}
        meant = {wanted} & places or {place for place in places if wanted and wanted in place}
        if len(meant) > 1:
            raise UnitError(f"{text!r} is a part of the name of {len(meant)} counties", sorted(meant))
        if not meant:
            raise UnitError(f"no unit of this snapshot is known to lie in a county {text!r} (counties are known for resolved units only)")
        return sorted(unit.unit_id for unit in self.units.values() if meant & unit.places)

    def _named(self, text: str) -> list[KnownUnit]:
        wanted = normalise_name(text)
        whole = [unit for unit in self.units.values() if wanted in unit.names]
        return whole or [unit for unit in self.units.values() if wanted and any(wanted in name for name in unit.names)]


def _only(text: str, found: list[KnownUnit]) -> str:
    if not found:
        raise UnitError(f"no unit {text!r} in this snapshot")
    if len(found) > 1:
        ordered = sorted(found, key=lambda one: (one.name, one.unit_id))
        lines = [f"{unit.unit_id}  {unit.name} ({unit.reports} reports)" for unit in ordered]
        raise UnitError(f"{text!r} fits {len(found)} units; give an id or more of the name", lines)
    return found[0].unit_id


def read_units(processed: Path, snapshot: int | None = None) -> UnitBook:
    """The units of a snapshot: those of the dataset ``units``, and every unit that has a report."""

    def table(name: str, columns: list[str]) -> list[dict[str, object]]:
        rows: pa.Table = load_table(name, processed=processed, snapshot=snapshot).select(columns)
        return rows.to_pylist()  # type: ignore[no-any-return]

    units = table("units", ["unit_id", "name", "names_printed", "former_names", "county", "county_code"])
    reports = table("reports", ["unit_id", "unit_name", "unit_name_printed", "county", "county_code"])
    return unit_book(units, reports, read_redirects(open_snapshot(processed, snapshot)))


def unit_book(
    units: Iterable[Mapping[str, object]], reports: Iterable[Mapping[str, object]], redirects: Mapping[str, str] | None = None
) -> UnitBook:
    """The same from rows of the datasets."""
    names: dict[str, list[str]] = {}
    places: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    for row in units:
        listed = [text for key in ("names_printed", "former_names") for text in str(row[key] or "").split(_LIST)]
        _learn(names, places, row, [str(row["name"]), *listed])
    for row in reports:
        _learn(names, places, row, [str(row[key]) for key in ("unit_name", "unit_name_printed") if row[key]])
        unit = str(row["unit_id"])
        counts[unit] = counts.get(unit, 0) + 1
    known = {
        unit: KnownUnit(unit, its[0] if its else unit, frozenset(map(normalise_name, its)), frozenset(places[unit]), counts.get(unit, 0))
        for unit, its in names.items()
    }
    return UnitBook(known, redirects or {})


def _learn(names: dict[str, list[str]], places: dict[str, set[str]], row: Mapping[str, object], texts: Iterable[str]) -> None:
    unit = str(row["unit_id"])
    names.setdefault(unit, []).extend(text for text in texts if text)
    places.setdefault(unit, set()).update(normalise_name(str(row[key])) for key in ("county", "county_code") if row[key])
