"""Which documents are one report, which of them speaks for it, and what the others are.

**One report** are the documents of one unit, year and scope. Who the unit is, ``normalizer.units`` says by the list of divisions, wherever
the document came from. A unit that is not resolved is known by host and printed name; a document
from elsewhere (a foreign host, a local file) therefore joins the report of a gov.cn host only if unit name and year are the same and either
the path of its address is the same too (a mirror), or its sections and its figures are the same; and only if that fits one report.

An attachment that does not say whose it is belongs to the report of the page that it hangs on: a picture of a table, a file without a
title. It never speaks for the report, but **lends** it tables that the primary document has not.

**Primary** is the first by these rules, each deciding where those before it are even:
1. a gov.cn host before a local file before a foreign host: a mirror speaks only where nobody else does;
2. more tables read whole, then more read in part: a later page that lost its tables does not displace a whole one;
3. a title that says it is a correction;
4. the later day of publication, where the pages state one;
5. the format: HTML, Office, PDF, text, picture;
6. the address that was seen first, and of one address its latest capture.
Where others of the same standing (1, 2) print the very same figures, the best format, then the first that came in, is taken, so that a page
fetched again for a changed menu changes nothing in the datasets.

**The others**: attachment (see above), mirror (from a foreign host), duplicate (the same figures), superseded (other figures; an issue
names both values).
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.archive import Entry
from pipeline.forms.load import TABLES
from pipeline.normalizer import identity
from pipeline.normalizer.derived.deadlines import is_correction
from pipeline.normalizer.store import UNRESOLVED
from pipeline.normalizer.units.resolve import Claim, Resolution, Resolver

GONE = frozenset({404, 410})
# States of a table of which figures were read, or which is known to be empty.
_THERE = frozenset({"read", "partial", "blank"})
#: Scalar columns of a reading that tell versions apart.
VERSION_COLUMNS = (
    *("sha256", "url", "name", "fetched_at", "failure", "title", "unit_name", "report_year", "published_on", "medium"),
    *("is_report", "synthetic", "fingerprint", "text_digest", "scope"),
    *(f"{table}_{what}" for table in TABLES for what in ("state", "form")),
)


@dataclass(slots=True)
class Reading:
    """One set of bytes as read. ``stretch`` and ``row`` say where its reading is kept, ``latest`` where its bytes came in last.

    What follows ``urls`` only all documents together can tell.
    """

    stretch: int
    row: int
    facts: dict[str, Any]
    document_id: str
    trust: identity.Trust
    address: str
    latest: tuple[int, int]
    year: int | None
    claim: Claim
    found: Resolution
    urls: dict[str, None] = field(default_factory=dict)
    role: str = "failed"
    unit_id: str | None = None
    report_id: str | None = None
    versions: int = 1
    #: It hangs on the page at this address and does not say whose it is.
    parent: str | None = None
    #: Tables of the report whose figures stand in this document; of the primary one those that nobody lends.
    tables: frozenset[str] = frozenset()
    withdrawn: str | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Its place in the order of the archive."""
        return (self.stretch, self.row)

    @property
    def partition(self) -> str:
        """Year and province that its rows are filed under."""
        return f"{identity.UNKNOWN_YEAR if self.year is None else f'{self.year:04d}'}-{self.province}"

    @property
    def province(self) -> str:
        """The first two digits of its province's code, once it is known whose report it is."""
        return self.found.chain[0].code[:2] if self.unit_id and self.found.chain else UNRESOLVED


def make_claim(facts: dict[str, Any], source_code: str | None = None) -> Claim:
    """What a reading says of whose report it is; ``source_code``: the division of the source whose list names its address."""
    return Claim(
        unit_name=facts["unit_name"],
        url=facts["url"],
        sha256=facts["sha256"],
        trust=identity.trust_of(facts["url"]),
        places=facts.get("places"),
        scope=facts["scope"],
        source_code=source_code,
        year=identity.known_year(facts["report_year"]),
        synthetic=facts["synthetic"],
    )


def make_reading(
    stretch: int, row: int, facts: dict[str, Any], resolver: Resolver, source_codes: Mapping[str, str] = MappingProxyType({})
) -> Reading:
    """The reading of one archive record. Of the places that it names only what they resolve to is kept.

    ``source_codes``: address → division of the source whose list names it.
    """
    address = address_of(facts["url"], facts["name"])
    claim = make_claim(facts, source_codes.get(address))
    facts.pop("places", None)
    return Reading(
        stretch,
        row,
        facts,
        document_id=identity.document_id(facts["sha256"]),
        trust=claim.trust,
        address=address,
        latest=(stretch, row),
        year=claim.year,
        claim=replace(claim, places=None),
        found=resolver.resolve(claim),
        urls={address: None},
    )


def address_of(url: str | None, name: str = "") -> str:
    """What is the same address, however it is spelt: host without www., path and query; for a local file its name.

    >>> address_of("http://WWW.a.gov.cn/1.html?p=2"), address_of(None, "1.html")
    ('a.gov.cn/1.html?p=2', 'file:1.html')
    """
    if not url:
        return f"file:{name}"
    return identity.address(url)


def merge_same_bytes(readings: Iterable[Reading]) -> list[Reading]:
    """One reading for each set of bytes: read before failed, then from the best address, then the first; in the order of the archive."""
    best: dict[str, Reading] = {}
    for one in readings:
        known = best.setdefault(one.facts["sha256"], one)
        if known is one:
            continue
        better = one if _source_rank(one) < _source_rank(known) else known
        better.urls, better.latest = known.urls | one.urls, max(known.latest, one.latest)
        best[one.facts["sha256"]] = better
    return sorted(best.values(), key=lambda one: one.place)


def _source_rank(one: Reading) -> tuple[bool, int, tuple[int, int]]:
    return (one.facts["failure"] is not None, identity.TRUST_ORDER.index(one.trust), one.place)


def adopt_attachments(readings: Iterable[Reading], parents: Mapping[str, str]) -> None:
    """Give attachments that do not say whose they are the body and the year of the page that they hang on (``parents``: its address).

    Only where a page has one such attachment of a format, or where each of them has other tables than the rest (pictures, one a table):
    else they may be the reports of several bodies.
    """
    readings = [one for one in readings if one.facts["is_report"]]
    pages = {address: one for one in readings for address in one.urls}
    nameless: dict[tuple[str, str], list[Reading]] = {}
    for one in readings:
        parent = next((parents[address] for address in one.urls if address in parents), None)
        if parent in pages and pages[parent] is not one and not one.claim.unit_name:
            nameless.setdefault((parent, one.facts["medium"]), []).append(one)
    for (parent, _), ones in nameless.items():
        page = pages[parent]
        tables = [table for one in ones for table in _tables_of(one)]
        if all(one.year in {None, page.year} for one in ones) and (len(ones) == 1 or len(tables) == len(set(tables))):
            for one in ones:
                one.found, one.year, one.parent = page.found, page.year, parent


def _tables_of(one: Reading) -> list[str]:
    """The tables of which something was read."""
    return [table for table in TABLES if one.facts[f"{table}_state"] in _THERE]


def _lend_tables(group: Sequence[Reading]) -> None:
    """Settle in which document of a report each table stands: the primary one, else the first attachment that has it."""
    primary, own = group[0], _tables_of(group[0])
    primary.tables = frozenset(TABLES)
    for table in TABLES:
        lender = next((one for one in group[1:] if one.parent and table in _tables_of(one)), None)
        if table not in own and lender is not None:
            lender.tables |= {table}
            primary.tables -= {table}


def group_reports(readings: Iterable[Reading]) -> list[list[Reading]]:
    """The documents of each report, the primary one first. Every reading is told its role, unit and report."""
    groups: dict[str, list[Reading]] = {}
    for one in readings:
        facts = one.facts
        if facts["failure"] is None:
            one.role = "primary" if facts["is_report"] else "not_a_report"
        if one.role == "primary":
            one.unit_id = one.found.unit_id
            one.report_id = identity.report_id(one.unit_id, one.year, facts["sha256"], one.found.scope)
            groups.setdefault(one.report_id, []).append(one)
    _join_copies(groups)
    return [_ordered(group) for group in groups.values()]


def _join_copies(groups: dict[str, list[Reading]]) -> None:
    """Move documents from elsewhere to the one official report that they are copies of."""
    official: dict[tuple[str, int], list[str]] = {}
    for report, group in groups.items():
        key = _name_and_year(group[0])
        if key is not None and any(one.trust == "official" for one in group):
            official.setdefault(key, []).append(report)
    for report, group in list(groups.items()):
        if any(one.trust == "official" for one in group):
            continue
        for one in list(group):
            candidates = official.get(_name_and_year(one) or ("", 0), [])
            fitting = [name for name in candidates if any(_is_copy(one, other) for other in groups[name] if other.trust == "official")]
            if len(fitting) == 1:
                group.remove(one)
                target = groups[fitting[0]]
                target.append(one)
                one.unit_id, one.report_id, one.found = target[0].unit_id, target[0].report_id, target[0].found
        if not group:
            del groups[report]


def _name_and_year(one: Reading) -> tuple[str, int] | None:
    name = identity.normalise_name(one.facts["unit_name"] or "")
    return (name, one.year) if name and one.year is not None else None


def _is_copy(one: Reading, official: Reading) -> bool:
    mine, theirs = one.facts, official.facts
    if one.trust == "mirror" and theirs["url"]:
        path = identity.path_of(mine["url"])
        if path not in _words()["common_paths"] and path == identity.path_of(theirs["url"]):
            return True
    same_text = mine["text_digest"] is not None and mine["text_digest"] == theirs["text_digest"]
    return same_text and bool(mine["fingerprint"] == theirs["fingerprint"])


def _ordered(group: list[Reading]) -> list[Reading]:
    """The documents of one report, primary first, then by the rules; roles are set."""
    first_seen: dict[str, tuple[int, int]] = {}
    for one in sorted(group, key=lambda one: one.place):
        first_seen.setdefault(one.address, one.place)
    ranked = sorted(group, key=lambda one: (_rank(one), *_preference(one), first_seen[one.address], _reversed(one.latest)))
    best = ranked[0]
    equals = [one for one in ranked if _rank(one) == _rank(best) and one.facts["fingerprint"] == best.facts["fingerprint"]]
    primary = min(equals, key=lambda one: (_format(one), one.place))
    for one in group:
        one.versions = len(group)
        if one is not primary:
            same = one.facts["fingerprint"] == primary.facts["fingerprint"]
            one.role = "attachment" if one.parent else "mirror" if one.trust == "mirror" else "duplicate" if same else "superseded"
    ordered = [primary, *(one for one in ranked if one is not primary)]
    _lend_tables(ordered)
    return ordered


def _rank(one: Reading) -> tuple[bool, tuple[int, int, int]]:
    return one.parent is not None, _standing(one)


def _reversed(place: tuple[int, int]) -> tuple[int, int]:
    return (-place[0], -place[1])


def _standing(one: Reading) -> tuple[int, int, int]:
    """Rules 1 and 2; smaller is better."""
    states = [one.facts[f"{table}_state"] for table in TABLES]
    return (identity.TRUST_ORDER.index(one.trust), -states.count("read"), -states.count("partial"))


def _preference(one: Reading) -> tuple[bool, int, int]:
    """Rules 3 to 5; smaller is better."""
    title = one.facts["title"] or ""
    corrected = is_correction(title)
    day = "".join(character for character in (one.facts["published_on"] or "")[:10] if character.isascii() and character.isdigit())
    return (not corrected, -int(day or 0), _format(one))


def _format(one: Reading) -> int:
    media = _words()["media"]
    return media.index(one.facts["medium"]) if one.facts["medium"] in media else len(media)


@functools.cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("versions.toml").read_text("utf8"))


def mark_withdrawn(groups: Iterable[list[Reading]], entries: Iterable[Entry]) -> None:
    """Mark reports whose documents were there and are answered with 404 or 410 since: every address of the best standing is gone.

    ``withdrawn`` becomes the time at which the last of them was first found gone.
    """
    gone = _gone_since(entries)
    if not gone:
        return
    for group in groups:
        addresses = [address for one in group if one.trust == group[0].trust for address in one.urls if not address.startswith("file:")]
        if addresses and all(address in gone for address in addresses):
            group[0].withdrawn = max(gone[address] for address in addresses)


def _gone_since(entries: Iterable[Entry]) -> dict[str, str]:
    """Address → when it was first answered with 404 or 410 after the last time that it gave a document. In the order of the archive."""
    there: set[str] = set()
    gone: dict[str, str] = {}
    for entry in entries:
        if not entry.url:
            continue
        address = address_of(entry.url)
        if entry.shows_document:
            there.add(address)
            gone.pop(address, None)
        elif entry.status in GONE and address in there:
            gone.setdefault(address, entry.fetched_at)
    return gone
