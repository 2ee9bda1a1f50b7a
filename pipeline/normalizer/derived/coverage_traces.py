"""Traces of reports: everything in the archive that is, or may be, a report of some body for some year.

A body without a report is said to be missing only if no trace could be its: a document under another name, of a year that is not known, one
that could not be read, an entry of a list that was not fetched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.normalizer.derived.coverage_facts import DocumentFact, FailedDocument, Listed, Listing, ReportFact, host_at
from pipeline.normalizer.derived.coverage_names import Names, core, is_like_report, last_part, left_over, text_of, variants, years_of
from pipeline.normalizer.identity import address

#: Ids of units that are not resolved begin so.
UNRESOLVED = "x"


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that is or may be a report. ``years`` empty: of any year. ``unit_id``: whose it is, where that is known.

    ``failed``: why it could not be read.
    """

    where: str
    why: str
    years: frozenset[int]
    unit_id: str | None = None
    failed: str | None = None
    seen_on: datetime | None = None

    def may_be_of(self, year: int) -> bool:
        """Whether it may be a report for a year."""
        return not self.years or year in self.years


class Traces:
    """All traces, by what they may be."""

    def __init__(
        self, reports: Sequence[ReportFact], failures: Iterable[FailedDocument], listings: Iterable[Listing], names: Names
    ) -> None:
        self.names = names
        self.own: dict[str, list[Trace]] = defaultdict(list)
        self.mentioning: dict[str, list[Trace]] = defaultdict(list)
        self.anybodys: dict[str, list[Trace]] = defaultdict(list)
        #: Years of the reports that a body has on a host, and on any.
        self.years_on: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.years: dict[str, set[int]] = defaultdict(set)
        self.hosts: dict[str, set[str]] = defaultdict(set)
        #: Address → years of the reports that lie there, and the bodies of which that is not in doubt.
        self.years_at: dict[str, set[int]] = defaultdict(set)
        self.bodies_at: dict[str, set[str]] = defaultdict(set)
        self._on_host: dict[str, set[str]] = defaultdict(set)
        self._strangers: dict[tuple[str, int | None], dict[tuple[frozenset[int], bool], list[str]]] = defaultdict(dict)
        self._own_names: dict[tuple[str, str], tuple[tuple[str, ...], frozenset[str]]] = {}
        self._known: set[str] = set()
        listings = tuple(listings)
        self._listed = _listed_texts(listings)
        self._count(reports)
        for report in reports:
            self._add_report(report)
        for failure in failures:
            self._add_failure(failure)
        for listing in listings:
            self._add_entries(listing)

    def _count(self, reports: Iterable[ReportFact]) -> None:
        on_hosts: dict[tuple[str, int | None], dict[str, None]] = defaultdict(dict)
        for report in reports:
            for one in report.documents:
                if report.report_year is not None:
                    for where in one.addresses:
                        self.years_at[where].add(report.report_year)
                if one.trust != "official":
                    continue
                host = host_at(one.url)
                self.hosts[report.unit_id].add(host)
                self._on_host[host].add(report.unit_id)
                on_hosts[host, report.report_year][report.unit_id] = None
                if report.report_year is not None:
                    self.years[report.unit_id].add(report.report_year)
                    self.years_on[report.unit_id, host].add(report.report_year)
        for (host, year), units in on_hosts.items():
            for unit in units:
                self._may_be_renamed(unit, host, year)

    def _may_be_renamed(self, unit: str, host: str, year: int | None) -> None:
        """Remember that a body has, or may have, a report for a year on a host. Of bodies with reports of the same years two are enough."""
        years = frozenset(self.years_on.get((unit, host), ()))
        alike = self._strangers[host, year].setdefault((years, unit.startswith(UNRESOLVED)), [])
        if len(alike) < 2 and unit not in alike:
            alike.append(unit)

    def that_may_be(self, unit: str, hosts: Iterable[str], year: int) -> Iterator[Trace]:
        """What may be the report of a body for a year: its own, what mentions it, and what on its hosts may be anybody's."""
        found = (self.own, unit), (self.mentioning, unit), *((self.anybodys, host) for host in hosts)
        for traces, key in found:
            yield from (trace for trace in traces.get(key, []) if trace.may_be_of(year))

    def strangers(self, unit: str, host: str, year: int) -> Iterator[str]:
        """Bodies with a report on a host for a year that may be this one under another name: never were both there in one year.

        Two bodies that are resolved are two bodies.
        """
        mine, resolved = self.years_on.get((unit, host), set()), not unit.startswith(UNRESOLVED)
        for when in (year, None):
            for (years, unresolved), others in self._strangers.get((host, when), {}).items():
                if (unresolved or not resolved) and years.isdisjoint(mine):
                    yield from (other for other in others if other != unit)

    def _add_report(self, report: ReportFact) -> None:
        names, cores = self._names_of(report.unit_id, report.unit_name or "")
        alone = len({address(one.url) for one in report.documents if one.url and one.trust == "official"}) <= 1
        for one in report.documents:
            text = text_of(one.title, *self._listed.get(address(one.url or ""), ()), None if one.url else one.name)
            self._add_document(report, one, text, names, cores, alone=alone)

    def _names_of(self, unit: str, printed: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """The names that a report's own titles may say, and what tells them apart."""
        if (unit, printed) not in self._own_names:
            names = (*self.names.of(unit), *variants(printed), core(printed))
            self._own_names[unit, printed] = names, frozenset(core(name) for name in names if name) - {""}
        return self._own_names[unit, printed]

    def _add_document(
        self, report: ReportFact, one: DocumentFact, text: str, names: Sequence[str], cores: frozenset[str], *, alone: bool
    ) -> None:
        self._known.update(one.addresses)
        years = years_of(text) | {report.report_year} if report.report_year is not None else frozenset()
        rest = left_over(text, names)
        unit = report.unit_id
        why = f"a document that was read as the report of {report.unit_name or 'a body without a name'} may be its: {one.where}"
        self.own[unit].append(Trace(one.where, f"a report of it whose year is not sure may be that one: {one.where}", years, unit))
        said = any(name in text for name in cores)
        if not cores or rest or not (said or alone):
            self.anybodys[host_at(one.url)].append(Trace(one.where, why, years, unit))
        else:
            for where in one.addresses:
                self.bodies_at[where].add(unit)
        for other in self.names.mentions(rest) - {unit}:
            self.mentioning[other].append(Trace(one.where, why, years, unit))
        if unit.startswith(UNRESOLVED):
            for other in self.names.alike(report.unit_name or "") - {unit}:
                self.mentioning[other].append(Trace(one.where, why, years, unit))

    def _add_failure(self, one: FailedDocument) -> None:
        where = address(one.url or "")
        text = text_of(one.title, *self._listed.get(where, ()), last_part(one.url) if one.url else one.name)
        self._known.add(where)
        if one.read and not is_like_report(text) and one.unit_id is None:
            return
        years = frozenset({one.report_year}) if one.report_year is not None else years_of(text)
        why = f"a document that could not be read may be its report: {one.where} ({one.reason})"
        self._add_unread(one.unit_id, text, Trace(one.where, why, years, None, one.reason, one.seen_on), host_at(one.url))

    def _add_entries(self, listing: Listing) -> None:
        for entry in listing.entries:
            where = address(entry.url)
            if where in self._known or (entry.parent and address(entry.parent) in self._known):
                continue
            text = text_of(entry.title, entry.unit)
            years = frozenset({entry.year}) if entry.year is not None else years_of(text)
            why = f"a list names what may be its report, and that was not collected: {entry.url}"
            self._add_unread(None, text, Trace(entry.url, why, years), host_at(entry.url) or host_at(listing.url))

    def _add_unread(self, unit: str | None, text: str, trace: Trace, host: str) -> None:
        """Something that no report was read from: of the one body that it says, of those that it mentions, or of anybody on its host."""
        said = unit or self.names.says(text, self._on_host.get(host)) or self.names.says(text)
        rest = left_over(text, self.names.of(said) if said else ())
        if said and (unit or not rest):
            self.own[said].append(Trace(trace.where, trace.why, trace.years, said, trace.failed, trace.seen_on))
            for place in {host, *self.hosts.get(said, ())} - {""}:
                for year in trace.years or (None,):
                    self._may_be_renamed(said, place, year)
        elif host:
            self.anybodys[host].append(trace)
        for other in self.names.mentions(rest) - {said}:
            self.mentioning[other].append(trace)
        if said and rest and not unit:
            self.mentioning[said].append(trace)


def _listed_texts(listings: Iterable[Listing]) -> Mapping[str, tuple[str, ...]]:
    """What lists say of an address."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for listing in listings:
        for entry in listing.entries:
            found[address(entry.url)].update(dict.fromkeys(_texts(entry)))
    return {where: tuple(texts) for where, texts in found.items()}


def _texts(entry: Listed) -> Iterator[str]:
    yield from filter(None, (entry.title, entry.unit))
