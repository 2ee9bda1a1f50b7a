"""The bodies of a made-up county and the divisions they are of, over years in which divisions are renamed, merged and upgraded.

A body is one unit through all of that; what changes are its name, the code of its division, and in a merger the body itself.
"""

from __future__ import annotations

import csv
import functools
import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

Level = Literal["county", "township"]
Kind = Literal["government", "department", "street_office"]
ChangeKind = Literal["upgrade", "recode", "merge"]
_MARKS = {"town": "镇", "township": "乡", "street": "街道"}
_BODIES = {"town": "人民政府", "township": "人民政府", "street": "办事处"}
# Where the official code of a township begins by what it is: 镇, 乡, 街道.
_SERIAL = {"street": 1, "town": 100, "township": 200}


@dataclass(frozen=True, slots=True)
class Division:
    """A division of the list: its code (12 digits), its name with its mark, its level."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change list: the code that was given up, the one that followed, the day, what happened, and both names."""

    old_code: str
    new_code: str
    date: str
    kind: ChangeKind
    old_name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What a unit is from a year on: its name below the county, with it the name of the county, and the code of its division."""

    since: int
    county: str
    division: str
    body: str
    code: str

    @property
    def name(self) -> str:
        """The full name below the city."""
        return f"{self.county}{self.division}{self.body}"


@dataclass(frozen=True, slots=True)
class Unit:
    """One body. ``years`` are those of which it has to report; ``merged_from`` the keys of the bodies that became it."""

    key: str
    kind: Kind
    level: Level
    size: str
    stages: tuple[Stage, ...]
    years: tuple[int, ...]
    merged_from: tuple[str, ...] = ()

    def stage(self, year: int) -> Stage:
        """What it is called when it reports on a year."""
        return max((one for one in self.stages if one.since <= year), key=lambda one: one.since)


@dataclass(frozen=True, slots=True)
class Divisions:
    """The two lists that a user brings."""

    divisions: tuple[Division, ...]
    changes: tuple[Change, ...]

    def write(self, folder: Path) -> None:
        """``divisions.csv`` and ``changes.csv``."""
        _write_csv(folder / "divisions.csv", ("code", "name", "level"), ((one.code, one.name, one.level) for one in self.divisions))
        _write_csv(
            folder / "changes.csv",
            tuple(Change.__slots__),
            (tuple(getattr(one, name) for name in Change.__slots__) for one in self.changes),
        )


def _write_csv(path: Path, head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


@functools.cache
def county_data() -> dict[str, Any]:
    """``county.toml``."""
    return tomllib.loads(Path(__file__).with_name("county.toml").read_text("utf8"))


def make_units(rng: random.Random, count: int, years: Sequence[int]) -> tuple[list[Unit], Divisions]:
    """``count`` units over ``years``, the county government first, with the divisions that they are of. Needs 12 units and 7 years."""
    if count < 12 or len(years) < 7:
        raise ValueError("a county needs at least 12 units and 7 years")
    data = county_data()
    departments = min(len(data["names"]["departments"]), round((count - 1) * data["shares"]["department"]))
    upgraded = years[data["place"]["upgraded_in"]]
    units = [_of_county("government", "government", "人民政府", years, upgraded)]
    units += [
        _of_county(f"department-{at:02d}", "department", name, years, upgraded)
        for at, name in enumerate(data["names"]["departments"][:departments], 1)
    ]
    towns = _Towns(rng, years, upgraded)
    units += towns.make(count - len(units))
    return units, Divisions(*_lists(units, towns.names[3 : 3 + data["place"]["shared_names"]], upgraded))


def _of_county(key: str, kind: Kind, body: str, years: Sequence[int], upgraded: int) -> Unit:
    place = county_data()["place"]
    stages = (
        Stage(years[0], place["county"], "", body, place["county_code"]),
        Stage(upgraded, place["upgraded"], "", body, place["upgraded_code"]),
    )
    return Unit(key, kind, "county", "department", stages, tuple(years))


class _Towns:
    """Draws townships: names that differ, what they are, what they become."""

    def __init__(self, rng: random.Random, years: Sequence[int], upgraded: int) -> None:
        names = county_data()["names"]
        self._rng, self._years, self._upgraded = rng, years, upgraded
        self.names = [one + other for one in names["first"] for other in names["second"] if one != other]
        rng.shuffle(self.names)
        self._made = 0
        self._serials = dict(_SERIAL)

    def make(self, count: int) -> list[Unit]:
        """The townships, of which two become a third, a share is renamed, and all change their code with the county."""
        data, years = county_data(), self._years
        merged = years[data["changes"]["merger_in"]]
        before, after = tuple(year for year in years if year < merged), tuple(year for year in years if year >= merged)
        a, b = self._one("township", before), self._one("township", before)
        c = replace(self._one("town", after), merged_from=(a.key, b.key))
        plain = [self._one(self._what(), tuple(years)) for _ in range(count - 3)]
        for what, becomes, change in (("township", "town", "township_to_town"), ("town", "street", "town_to_street")):
            told = data["changes"][change]
            chosen = [at for at, one in enumerate(plain) if len(one.stages) == 1 and one.stages[0].division.endswith(_MARKS[what])]
            for at in chosen[: max(1, round(len(plain) * told["of_100"] / 100))]:
                plain[at] = self._renamed(plain[at], becomes, years[told["in"]])
        return [self._moved(one) for one in (a, b, c, *plain)]

    def _what(self) -> str:
        shares = county_data()["shares"]
        draw = self._rng.random()
        return "street" if draw < shares["street"] else "town" if draw < shares["street"] + shares["town"] else "township"

    def _one(self, what: str, years: tuple[int, ...]) -> Unit:
        number = self._made
        self._made += 1
        kind: Kind = "street_office" if what == "street" else "government"
        stage = self._stage(number, what, years[0], county_data()["place"]["county"], county_data()["place"]["county_code"])
        size = "hamlet" if number % 5 in {1, 4} else "township"
        return Unit(f"town-{number + 1:03d}", kind, "township", size, (stage,), years)

    def _stage(self, number: int, what: str, since: int, county: str, county_code: str) -> Stage:
        code = f"{county_code[:6]}{self._serials[what]:03d}000"
        self._serials[what] += 1
        return Stage(since, county, self.names[number] + _MARKS[what], _BODIES[what], code)

    def _renamed(self, unit: Unit, becomes: str, since: int) -> Unit:
        place, number = county_data()["place"], int(unit.key[-3:]) - 1
        stage = self._stage(number, becomes, since, place["county"], place["county_code"])
        # What a body is now says its latest name.
        kind: Kind = "street_office" if becomes == "street" else "government"
        return replace(unit, stages=(*unit.stages, stage), kind=kind)

    def _moved(self, unit: Unit) -> Unit:
        """With the codes of the upgraded county from its year on."""
        place, stages = county_data()["place"], []
        for stage in unit.stages:
            moved = replace(stage, county=place["upgraded"], code=place["upgraded_code"][:6] + stage.code[6:])
            stages += [moved] if stage.since >= self._upgraded else [stage]
        if unit.years[0] < self._upgraded <= unit.years[-1]:
            last = max((one for one in stages if one.since < self._upgraded), key=lambda one: one.since)
            moved = replace(last, since=self._upgraded, county=place["upgraded"], code=place["upgraded_code"][:6] + last.code[6:])
            stages = sorted([*stages, moved], key=lambda one: one.since)
        return replace(unit, stages=tuple(stages))


def _lists(units: Sequence[Unit], shared: Sequence[str], upgraded: int) -> tuple[tuple[Division, ...], tuple[Change, ...]]:
    """Every division that there is now, and what became of those that are gone."""
    place = county_data()["place"]
    divisions = {
        code: Division(code, place[name], level)
        for name, code, level in (
            ("province", place["province_code"], "province"),
            ("city", place["city_code"], "city"),
            ("upgraded", place["upgraded_code"], "county"),
            ("neighbour", place["neighbour_code"], "county"),
        )
    }
    old, new = place["county_code"], place["upgraded_code"]
    changes = {old: Change(old, new, f"{upgraded}-06-18", "upgrade", place["county"], place["upgraded"])}
    by_key = {one.key: one for one in units}
    for unit in units:
        if unit.level != "township":
            continue
        if unit.stages[-1].county == place["upgraded"]:
            divisions[unit.stages[-1].code] = Division(unit.stages[-1].code, unit.stages[-1].division, "township")
        for before, after in zip(unit.stages, unit.stages[1:], strict=False):
            kind: ChangeKind = "recode" if before.division == after.division else "upgrade"
            changes[before.code] = Change(before.code, after.code, f"{after.since}-06-18", kind, before.division, after.division)
        for one in unit.merged_from:
            gone, new = by_key[one].stages[-1], unit.stages[0]
            changes[gone.code] = Change(gone.code, new.code, f"{unit.years[0]}-09-30", "merge", gone.division, new.division)
    for at, name in enumerate(shared):
        code = f"{place['neighbour_code'][:6]}{_SERIAL['town'] + at:03d}000"
        divisions[code] = Division(code, f"{name}镇", "township")
    return tuple(divisions[code] for code in sorted(divisions)), tuple(sorted(changes.values(), key=lambda one: (one.date, one.old_code)))
