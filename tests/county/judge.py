"""Holds the datasets of a made-up county against its truth: every planted fact found, nothing else reported.

Reports are known by their address, so that a wrong unit or year cannot hide what else is wrong.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlsplit

from pipeline.forms import forms
from pipeline.generator.county_life import Key
from pipeline.generator.figures import Written
from pipeline.generator.spec import TABLES
from pipeline.normalizer.units.body import canonical
from tests.county.build import Built

#: Findings that come with a fact, in the same report, besides those of relations.
_FINDINGS = {
    "table_missing": {"table.missing"},
    "table_blank": {"table.blank"},
    "whole_and_not_negative": {"read.sign"},
    "version.corrected": {"report.versions_differ"},
    "version.corrected_by_date": {"report.versions_differ"},
    "coverage.withdrawn": {"report.withdrawn"},
}


@dataclass(frozen=True)
class Line:
    """One kind of fact: how many were planted, how many besides follow from planted ones, and what was made of them."""

    group: str
    fact: str
    planted: int
    implied: int
    missed: tuple[str, ...] = field(repr=False)
    false: tuple[str, ...] = field(repr=False)

    @property
    def found(self) -> int:
        return self.planted + self.implied - len(self.missed)

    @property
    def right(self) -> bool:
        return not self.missed and not self.false


def _line(group: str, fact: str, expected: Iterable[Hashable], found: Iterable[Hashable], planted: int | None = None) -> Line:
    wanted, got = set(expected), set(found)
    count = len(wanted) if planted is None else planted
    missed, false = (tuple(sorted(map(str, some))) for some in (wanted - got, got - wanted))
    return Line(group, fact, count, len(wanted) - count, missed, false)


class Judge:
    """The truth of a county and what the program made of it."""

    def __init__(self, built: Built) -> None:
        self._built, self._made = built, built.made
        self._drafts = {key: draft for key, draft in self._made.county.drafts.items() if key not in self._made.county.missing}
        self._of_url = {one.record.url: (one.unit, one.year) for one in self._made.documents()}
        self._reports = built.rows("reports")
        self._of_report: dict[str, Key] = {
            row["report_id"]: self._of_url[row["source_url"]] for row in self._reports if row["source_url"] in self._of_url
        }
        self._facts = {(one.unit, one.year): one.fact for one in self._made.planted}
        self._ids = defaultdict(set)
        for row in self._reports:
            if row["source_url"] in self._of_url:
                self._ids[self._of_url[row["source_url"]][0]].add(row["unit_id"])

    def lines(self) -> list[Line]:
        parts = (self._figures(), self._relations(), self._findings(), self._versions(), self._units(), self._redirects(), self._coverage())
        return [line for part in parts for line in part]

    def _report(self, report_id: str | None) -> object:
        return self._of_report.get(report_id or "", report_id)

    def _figures(self) -> Iterator[Line]:
        """Every printed figure with its value, and no other; doubts only where a count is printed with a sign."""
        expected, found, doubted = {}, {}, set()
        for key, draft in self._drafts.items():
            expected |= {(key, name): _plain(value) for name, value in draft.printed().items()}
        for dataset in TABLES:
            for row in self._built.rows(dataset):
                found[self._report(row["report_id"]), row["figure"]] = row["value"]
                doubted |= {self._report(row["report_id"])} if "read." in (row["flags"] or "") else set()
        for row in self._built.rows("fees"):
            if row["source"] == "table":
                found[self._report(row["report_id"]), row["figure"]] = row["amount"]
        yield _line("figures", "printed", expected.items(), found.items())
        yield _line("figures", "doubted", self._planted("whole_and_not_negative"), doubted)

    def _planted(self, *facts: str) -> set[Key]:
        return {key for key, fact in self._facts.items() if fact in facts}

    def _relations(self) -> Iterator[Line]:
        """Every relation of the forms: the reports in which it fails."""
        found = defaultdict(set)
        for row in self._built.rows("checks"):
            if row["outcome"] == "failed":
                found[row["check_id"]].add(self._report(row["report_id"]))
        for check in forms().checks:
            expected = {(one.unit, one.year) for one in self._made.broken if one.check == check.id}
            yield _line("relations", check.id, expected, found[check.id], len(expected & self._planted(check.id)))

    def _findings(self) -> Iterator[Line]:
        """Findings by code, those of relations left aside. That only an address holds a date is noted where the page prints none."""
        expected, found = defaultdict(set), defaultdict(set)
        for key, fact in self._facts.items():
            for code in _FINDINGS.get(fact, ()):
                expected[code].add(key)
        for key, publication in self._made.publications.items():
            if publication.published_on is None:
                expected["published.url_only"].add(key)
        for row in self._built.rows("issues"):
            if not row["code"].startswith("check."):
                found[row["code"]].add(self._report(row["report_id"]))
        for code in sorted({*expected, *found}):
            yield _line("findings", code, expected[code], found[code])

    def _versions(self) -> Iterator[Line]:
        """What each document is among those of its report."""
        expected, found = defaultdict(set), defaultdict(set)
        for one in self._made.documents():
            if one.role != "gone":
                expected[one.role].add((one.unit, one.year, one.record.sha256[:16]))
        for row in self._built.rows("documents"):
            found[row["role"]].add((*_pair(self._report(row["report_id"])), row["document_id"][1:]))
        for role in sorted({*expected, *found}):
            yield _line("documents", role, expected[role], found[role])

    def _units(self) -> Iterator[Line]:
        """One id through renamings and upgrades, another for each body; level, kind, code and history as planted."""
        rows = {row["unit_id"]: row for row in self._built.rows("units")}
        one_id = {unit.key: next(iter(self._ids[unit.key])) for unit in self._made.county.units if len(self._ids[unit.key]) == 1}
        shared = [key for key in one_id if sum(one_id[key] in ids for ids in self._ids.values()) > 1]
        units = {unit.key: unit for unit in self._made.county.units}
        yield _line("units", "one id for each body", units, one_id.keys() - set(shared))
        yield _line("units", "no other unit", [], rows.keys() - {one for ids in self._ids.values() for one in ids})
        found = {key: rows.get(one) or {} for key, one in one_id.items()}
        for name, told in (
            ("level", {key: unit.level for key, unit in units.items()}),
            ("kind", {key: unit.kind for key, unit in units.items()}),
            ("division_code", {key: unit.stages[-1].code for key, unit in units.items()}),
            ("root_code", {key: unit.stages[0].code for key, unit in units.items()}),
        ):
            yield _line("units", name, told.items(), ((key, row.get(name)) for key, row in found.items()))
        yield _line(
            "units", "renamed", _former(units), {(key, row["former_names"]) for key, row in found.items() if row.get("former_names")}
        )
        merged = {
            (key, " | ".join(sorted(units[one].stages[-1].division for one in unit.merged_from)))
            for key, unit in units.items()
            if unit.merged_from
        }
        yield _line(
            "units",
            "merged",
            merged,
            {(key, " | ".join(sorted(row["merged_from"].split(" | ")))) for key, row in found.items() if row.get("merged_from")},
        )
        bare = self._planted("unit.bare_name")
        yield _line("units", "known by a bare name", bare, {key for key in bare if len(self._ids[key[0]]) == 1})
        scopes = {(key, draft.scope) for key, draft in self._drafts.items()}
        yield _line("units", "scope", scopes, {(self._report(row["report_id"]), row["scope"]) for row in self._reports})

    def _redirects(self) -> Iterator[Line]:
        """Every id from before the list of divisions leads to the one that the unit has now, and so does one made of a later code."""
        bodies = {unit.key: {stage: canonical(stage.body) for stage in unit.stages} for unit in self._made.county.units}
        now = {unit.key: _id("u", unit.stages[0].code, bodies[unit.key][unit.stages[0]]) for unit in self._made.county.units}
        resolved = {(old, now[self._of_url[url][0]]) for url, old in self._built.old_ids.items()}
        for one in self._made.documents():
            if one.role != "gone":
                host = (urlsplit(one.record.url or "").hostname or "").removeprefix("www.")
                resolved.add((_id("x", host, self._made.publications[one.unit, one.year].unit_name), now[one.unit]))
        renamed = {
            (_id("u", stage.code, bodies[unit.key][stage]), now[unit.key])
            for unit in self._made.county.units
            for stage in unit.stages[1:]
            if self._ids[unit.key]
        }
        rows = self._built.rows("redirects")
        for reason, expected in (("resolved", resolved), ("renamed", renamed)):
            yield _line("redirects", reason, expected, {(row["old_id"], row["new_id"]) for row in rows if row["reason"] == reason})

    def _coverage(self) -> Iterator[Line]:
        """What became of each report that was due."""
        names = {one: key for key, ids in self._ids.items() for one in ids}
        expected, found = defaultdict(set), defaultdict(set)
        for one in self._made.truth()["coverage"]:
            expected[one["state"]].add((one["unit"], one["year"]))
        for row in self._built.rows("coverage"):
            found[row["state"]].add((names.get(row["unit_id"], row["unit_id"]), row["report_year"]))
        for state in sorted({*expected, *found}):
            planted = self._planted(_PLANTED_STATES.get(state, ""))
            yield _line("coverage", state, expected[state], found[state], len(expected[state] & planted))


_PLANTED_STATES = {
    "not_collected": "coverage.missing",
    "not_found": "coverage.missing",
    "withdrawn": "coverage.withdrawn",
    "after_deadline": "published_in_time",
}


def _id(kind: str, place: str, name: str) -> str:
    """An id as the design has it: of host and printed name, or of the first code of a division and the body in it."""
    return kind + hashlib.sha256(f"{place}|{name}".encode()).hexdigest()[:12]


def _pair(key: object) -> tuple:
    return key if isinstance(key, tuple) else (key, None)


def _plain(value: object) -> object:
    """A value as the datasets hold it; an amount with its unit is a number there."""
    if isinstance(value, Written):
        return Decimal(value.text.removesuffix("元"))
    return value


def _former(units: dict) -> set[tuple[str, str]]:
    """Units whose division was called otherwise, with the former names, the latest first. A county counts for its bodies."""
    found = set()
    for key, unit in units.items():
        names = [stage.division or stage.county for stage in unit.stages]
        former = [name for name in dict.fromkeys(reversed(names)) if name != names[-1]]
        if former:
            found.add((key, " | ".join(former)))
    return found
