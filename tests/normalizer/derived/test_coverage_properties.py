"""No archive, however partial, late, misread or misnamed, makes coverage say that a report is not there when it was published.

A small county is made with the truth of what was published and when. What the archive has of it is drawn at random: lists read at any time,
in whole or in part; documents that were collected, failed, lost their year or name, were copied elsewhere, or were taken for a version of a
neighbour's report (but not a lone page that names nobody and was taken for a neighbour's: nothing could tell). Wherever the rows then say
``not_found``, the truth must agree.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.normalizer.derived.coverage import coverage_rows
from pipeline.normalizer.derived.coverage_facts import DocumentFact, FailedDocument, Listed, Listing, ReportFact

HOST = "www.yunhe.gov.cn"
YEARS = range(2020, 2024)
# Every body under the names that it prints; the last one is that after a renaming.
BODIES = (
    ("青石镇人民政府", "云河县青石镇人民政府", "青石镇", "大桥街道办事处"),
    ("柳林乡人民政府", "柳林乡", "云河县柳林乡", "柳林镇人民政府"),
    ("云河县教育局", "教育局", "县教育局", "云河县教育和体育局"),
    ("云河县人民政府", "云河县", "县人民政府", "云河区人民政府"),
    ("城关镇人民政府", "城关镇", "云河县城关镇", "城关街道办事处"),
)
TITLES = (
    "{name}{year}年政府信息公开工作年度报告",
    "{year}年{name}政府信息公开年报",
    "{year}年政府信息公开工作年度报告",
    "{name}政府信息公开工作年度报告",
    "年度报告",
)
FAULTS = ("failed", "lost", "no year", "no name", "as a neighbour's version", "mirror only", "local only", "no report")


@dataclass
class Archive:
    """What the archive has of the county."""

    reports: dict[tuple[str, int | None], ReportFact] = field(default_factory=dict)
    failures: list[FailedDocument] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    bodies: dict[str, int] = field(default_factory=dict)

    def add(self, unit: str, year: int | None, body: int, name: str | None, *documents: DocumentFact) -> None:
        """Add documents to the report of a unit and year; of a year that is not known each is a report of its own."""
        key = (unit, year) if year is not None else (unit, -len(self.reports))
        known = self.reports.get(key)
        documents = (*(known.documents if known else ()), *documents)
        self.reports[key] = ReportFact(f"{unit}-{key[1]}-own", unit, year, "own", name, documents)
        self.bodies.setdefault(unit, body)


@dataclass
class County:
    """The truth: when each body's report for each year was published, under which name and title, and what came of it."""

    rng: random.Random
    resolved: bool
    faults: float
    published: dict[tuple[int, int], date] = field(default_factory=dict)
    names: dict[tuple[int, int], str] = field(default_factory=dict)
    titles: dict[tuple[int, int], str] = field(default_factory=dict)

    def live(self) -> None:
        """Draw what was published."""
        for body, printed in enumerate(BODIES):
            renamed = self.rng.choice([2022, 2023]) if self.at_fault() else 2030
            for year in YEARS:
                name = printed[3] if year >= renamed else self.rng.choice(printed[:3]) if self.at_fault() else printed[0]
                self.names[body, year] = name
                self.titles[body, year] = (self.rng.choice(TITLES) if self.at_fault() else TITLES[0]).format(name=name, year=year)
                if self.rng.random() < 0.7:
                    self.published[body, year] = date(year + 1, 1, 10) + timedelta(days=self.rng.choice([0, 10, 60, 300]))

    def at_fault(self) -> bool:
        """Whether something goes wrong here."""
        return self.rng.random() < self.faults

    def url(self, body: int, year: int) -> str:
        return f"http://{HOST}/{body}/{year}.html"

    def unit_of(self, body: int, name: str) -> str:
        return f"u{body}" if self.resolved else f"x{BODIES[body].index(name)}-{body}"


def collected(county: County) -> Archive:
    """Draw what the archive has of what was published."""
    archive, rng = Archive(), county.rng
    for (body, year), day in county.published.items():
        fate, name, title = rng.choice(FAULTS) if county.at_fault() else "kept", county.names[body, year], county.titles[body, year]
        seen = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=rng.choice([1, 400]))
        one = DocumentFact(county.url(body, year), None, title, rng.choice([day, None]), "official", seen)
        unit = county.unit_of(body, name)
        if fate == "kept":
            archive.add(unit, year, body, name, one)
        elif fate == "no year":
            archive.add(unit, None, body, name, one)
        elif fate == "no name":
            archive.add(f"x-nobody-{body}-{year}", year, body, None, one)
        elif fate in {"failed", "no report"}:
            told = None if fate == "failed" and rng.random() < 0.7 else title
            archive.failures.append(FailedDocument(one.url, None, told, "a scan", seen, read=fate == "no report"))
        elif fate == "mirror only":
            copy = DocumentFact(f"http://copies.com/{body}-{year}", None, title, day, "mirror", seen)
            archive.add(f"x-copy-{BODIES[body].index(name)}-{body}", year, body, name, copy)
        elif fate == "local only":
            archive.failures.append(FailedDocument(None, rng.choice(["1.pdf", f"{name}.pdf"]), None, "a scan", seen))
        elif fate == "as a neighbour's version":
            other = (body + 1) % len(BODIES)
            theirs = county.names[other, year]
            own = DocumentFact(county.url(other, year), None, county.titles[other, year], day, "official", seen)
            both = (own, one) if (other, year) in county.published else (one,)
            if len(both) == 2 or name in title:
                archive.add(county.unit_of(other, theirs), year, other, theirs, *both)
    return archive


def listings(county: County) -> list[Listing]:
    """Draw lists that were read: of the towns or of all, at any time, in whole or in part."""
    rng, found = county.rng, []
    for number in range(rng.randint(0, 4)):
        bodies = rng.choice([range(len(BODIES)), range(2), range(2, len(BODIES))])
        asked = rng.choice([tuple(YEARS), (2023,), (2021, 2022)])
        ended = datetime(rng.choice([2022, 2023, 2024]), rng.choice([1, 2, 6]), rng.randint(1, 28), tzinfo=UTC)
        complete = rng.random() < 0.7
        entries = [
            Listed(county.url(body, year), county.titles[body, year], rng.choice([None, year]))
            for (body, year), day in county.published.items()
            if body in bodies and year in asked and day <= ended.date() and (complete or rng.random() < 0.5)
        ]
        source = f"list of {min(bodies)} to {max(bodies)}"
        found.append(Listing(source, f"http://{HOST}/{number}/", frozenset(asked), complete, ended, tuple(entries)))
    return found


@given(st.integers(0, 10**9), st.booleans(), st.sampled_from([0.02, 0.1, 0.6]))
@settings(max_examples=300)
def test_what_was_published_is_never_said_to_be_missing(seed, resolved, faults):
    county = County(random.Random(seed), resolved, faults)
    county.live()
    archive = collected(county)
    rows = coverage_rows(list(archive.reports.values()), None, listings(county), archive.failures, YEARS).to_pylist()
    for row in rows:
        if row["state"] != "not_found":
            continue
        published = county.published.get((archive.bodies[row["unit_id"]], row["report_year"]))
        assert published is None or published > row["seen_on"].date(), row["evidence"]


@given(st.integers(0, 10**9))
@settings(max_examples=40)
def test_in_an_archive_without_faults_exactly_what_is_missing_is_told(seed):
    rng = random.Random(seed)
    county = County(rng, resolved=True, faults=0)
    county.live()
    archive = Archive()
    for body, year in county.published:
        one = DocumentFact(county.url(body, year), None, county.titles[body, year])
        archive.add(f"u{body}", year, body, county.names[body, year], one)
    entries = tuple(Listed(county.url(*key), county.titles[key], key[1]) for key in county.published)
    whole = Listing("county", f"http://{HOST}/", frozenset(YEARS), True, datetime(2024, 6, 1, tzinfo=UTC), entries)
    rows = coverage_rows(list(archive.reports.values()), None, [whole], [], YEARS).to_pylist()
    newest = max((year for _, year in county.published), default=0)
    seen = {body for body, _ in county.published}
    expected = Counter((f"u{body}", year) for body in seen for year in YEARS if year <= newest and (body, year) not in county.published)
    assert Counter((row["unit_id"], row["report_year"]) for row in rows if row["state"] == "not_found") == expected
    assert {row["state"] for row in rows} <= {"published", "not_found"}
