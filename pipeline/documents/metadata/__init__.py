"""Who a report is by and which year it describes, with where each fact was read, and whether the page is a report at all.

The title says it in most reports; else the first sentences, the metadata, the breadcrumb and the contact line are asked, in that order.
Sources that contradict each other are named in an issue; what no source says stays open.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from pipeline.documents.metadata import dates
from pipeline.documents.metadata.kind import not_a_report
from pipeline.documents.metadata.names import fits, names_place, same_body, self_word, squeeze
from pipeline.documents.metadata.places import find_places
from pipeline.documents.metadata.scope import Scope, read_scope
from pipeline.documents.metadata.titles import Title, headlines, parse_title, tag_title
from pipeline.documents.metadata.units import (
    Candidate,
    breadcrumb_names,
    choose,
    contact_names,
    contradicts,
    fuller,
    is_specific,
    metadata_names,
    own_names,
    squeeze_lines,
    without_headings,
)
from pipeline.documents.metadata.vocabulary import vocabulary as words
from pipeline.model import Evidence, Issue, PlaceMention

__all__ = ["Metadata", "read_metadata"]

_SECTION_ONE = re.compile(r"^[（(]?一[）)]?[、.．,，:]\s*\S{0,24}$|^(?:总体情况|概述|总体情况概述)$")
_SECTION_TWO = re.compile(r"^[（(]?二[）)]?[、.．,，:]\s*\S{0,30}公开")
_HEAD_LINES = 60
_OPENING = 600
_SECTION_LINES = 200
# The foot of a page, where a site says who runs it.
_TAIL_LINES = 8


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who and when. ``unit_name`` is the name as printed, ``published_on`` an ISO date; ``None`` where nothing says it.

    ``sources`` gives for ``title``, ``unit_name``, ``report_year``, ``published_on``, ``scope`` what was read and where; ``url_date`` is a
    hint. ``scope`` is whose figures the text says it holds, ``places`` are those that the page names.
    """

    title: str | None
    unit_name: str | None
    report_year: int | None
    published_on: str | None
    kind: Literal["report", "not_report"]
    scope: Scope | None = None
    places: tuple[PlaceMention, ...] = ()
    sources: Mapping[str, Evidence] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page cut into what stands before the body, its first section and its foot; titles by the place they were read from."""

    head: Sequence[str]
    introduction: str
    section_one: str
    titles: Mapping[str, Title]
    others: Sequence[Title]
    meta: Mapping[str, str]
    tail: Sequence[str]


def read_metadata(
    *,
    lines: Sequence[str],
    title_tag: str | None,
    meta: Mapping[str, str],
    breadcrumb: Sequence[str],
    url: str | None,
    name: str,
) -> Metadata:
    """Read who published the report and for which year.

    ``lines`` is the text (a line a block, repaired, simplified characters), ``meta`` holds the contents of ``<meta name=…>``,
    ``name`` is the file's name.
    """
    page = _cut(lines, title_tag, {key.lower(): value for key, value in meta.items()}, name)
    sources: dict[str, Evidence] = {}
    issues: list[Issue] = []
    title = next((page.titles[place] for place in ("title", "metadata", "title tag") if place in page.titles), None)
    if title is not None:
        sources["title"] = Evidence(title.text, next(place for place, one in page.titles.items() if one is title))
    published = _published(page, url, sources, issues)
    year = _year(page, published, dates.url_day(url), sources, issues)
    issuers = metadata_names(page.meta, page.head)
    unit = _unit(page, issuers, breadcrumb, sources, issues)
    reason = not_a_report(lines, _told(page, title_tag), page.head, title)
    if reason is not None:
        issues.append(Issue("error", "document.not_report", f"This page is not a report: {reason}.", evidence=title_tag))
    return Metadata(
        title=title.text if title else None,
        unit_name=unit,
        report_year=year,
        published_on=published,
        kind="report" if reason is None else "not_report",
        scope=_scope(page, sources),
        places=_places(page, title_tag, breadcrumb, issuers),
        sources=sources,
        issues=tuple(issues),
    )


def _scope(page: _Page, sources: dict[str, Evidence]) -> Scope | None:
    found = read_scope(f"{page.introduction}\n{page.section_one[:_OPENING]}")
    if found is None:
        return None
    sources["scope"] = Evidence(found[1], "prose")
    return found[0]


def _places(page: _Page, title_tag: str | None, breadcrumb: Sequence[str], issuers: Sequence[Candidate]) -> tuple[PlaceMention, ...]:
    """The places that the page names, by the parts of it that tell apart what a report is of from what it mentions."""
    parts = [("title", page.titles["title"].text if "title" in page.titles else ""), ("title_tag", title_tag or "")]
    parts += [("breadcrumb", ">".join(breadcrumb))]
    parts += [("site", page.meta[key]) for key in words().lists["metadata.sites"] if page.meta.get(key)]
    parts += [("issuer", one.name) for one in issuers]
    return find_places(parts, (*page.head, page.introduction, page.section_one, *page.tail))


@functools.lru_cache(maxsize=16_384)
def _opens_section_one(line: str) -> bool:
    return _SECTION_ONE.match(squeeze(line)) is not None


def _cut(lines: Sequence[str], title_tag: str | None, meta: Mapping[str, str], name: str) -> _Page:
    first = next((i for i, line in enumerate(lines) if len(line) < 60 and _opens_section_one(line)), None)
    head = list(lines[: min(first, _HEAD_LINES) if first is not None else 15])
    if first is not None and first > _HEAD_LINES:
        # Menus may fill the top of a page; the title stands near the body.
        head = list(lines[first - _HEAD_LINES : first])
    section: list[str] = []
    for line in lines[first + 1 : first + _SECTION_LINES] if first is not None else ():
        if len(line) < 60 and _SECTION_TWO.match(squeeze(line)):
            break
        section.append(line)
    found = headlines(head)
    titles = _titles(found, title_tag, meta, name)
    shown = titles.get("title")
    others = [one for one in found if one is not shown and one.unit]
    return _Page(head, _unwrapped(_after_title(head, found)), _unwrapped(section), titles, others, meta, lines[-_TAIL_LINES:])


def _after_title(head: Sequence[str], found: Sequence[Title]) -> list[str]:
    """The introduction: what follows the last line of a title."""
    for number in range(len(head) - 1, -1, -1):
        if found and squeeze(head[number]).strip("|") and found[-1].text.endswith(squeeze(head[number]).strip("|》《")):
            return list(head[number + 1 :])
    return list(head)


def _unwrapped(lines: Sequence[str]) -> str:
    """Lines as one text; a line that a PDF or a text file broke in the middle of a sentence is joined with the next."""
    text = ""
    for line in (squeeze(line) for line in lines):
        wrapped = bool(text) and len(text.rsplit("\n", 1)[-1]) >= 18 and text[-1] not in "。：:；;！!？?|"
        text += line if wrapped or not text else "\n" + line
    return text


def _titles(found: Sequence[Title], title_tag: str | None, meta: Mapping[str, str], name: str) -> dict[str, Title]:
    """Titles by place: the headline, the metadata, the title tag, the file's name."""
    told = [one for key in words().lists["metadata.titles"] if (one := tag_title(meta.get(key)))]
    tag = tag_title(title_tag)
    titles: dict[str, Title] = {}
    if found:
        titles["title"] = _headline(found, [*told, *([tag] if tag else [])])
    if told:
        titles["metadata"] = told[0]
    if tag:
        titles["title tag"] = tag
    if named := parse_title(PurePosixPath(name.replace("\\", "/")).stem):
        titles["file name"] = named
    return titles


def _headline(found: Sequence[Title], told: Sequence[Title]) -> Title:
    """The headline among titles in the text: the one the page's metadata repeats, else the fullest, else the last before the body."""
    for one in told:
        for title in found:
            if title.unit and title.unit == one.unit and set(title.years) & set(one.years):
                return title
    return max(enumerate(found), key=lambda item: (bool(item[1].unit) + bool(item[1].years), not item[1].doubtful, item[0]))[1]


def _told(page: _Page, title_tag: str | None) -> list[str]:
    """What the page's metadata call it: the first part of the title tag, and the article's title."""
    tag = re.split(r"\s*[_|｜]\s*|\s+-+\s*", title_tag or "")[:1]
    return [*tag, *(page.meta[key] for key in words().lists["metadata.titles"] if page.meta.get(key))]


def _published(page: _Page, url: str | None, sources: dict[str, Evidence], issues: list[Issue]) -> str | None:
    named = dates.metadata_day(page.meta)
    days = dates.labelled_days(page.head)
    found = named or (days[0] if days else None)
    if found is not None:
        sources["published_on"] = Evidence(found, "metadata" if named else "prose")
        if any(one[:4] != found[:4] for one in days):
            issues.append(
                Issue("note", "published.conflict", "The page gives different years of publication.", evidence=" ".join([found, *days]))
            )
        return found
    if hint := dates.url_day(url):
        sources["url_date"] = Evidence(hint, "url")
        issues.append(
            Issue("note", "published.url_only", "Only the address holds a date; it is not taken for the day of publication.", evidence=hint)
        )
    return None


def _year(page: _Page, published: str | None, url_day: str | None, sources: dict[str, Evidence], issues: list[Issue]) -> int | None:
    claims = [*_title_years(page), *_text_years(page)]
    if not claims:
        issues.append(Issue("warning", "year.open", "Nothing says which year the report describes."))
        return None
    year, place = claims[0]
    told = next((one for one, source in claims if source in {"prose", "first sentence"}), None)
    late = {day[:4] for day in (published, url_day) if day}
    if told is not None and year == told + 1 and (place == "title tag" or str(year) in late):
        # A heading with the year of publication: the report's own dates say what it describes.
        year, place = told, next(source for one, source in claims if one == told)
    sources["report_year"] = Evidence(str(year), place)
    if different := [f"{one} ({source})" for one, source in claims if one != year]:
        issues.append(
            Issue("warning", "year.conflict", f"The year {year} is contradicted by the page itself.", evidence=", ".join(different))
        )
    if published and (year > int(published[:4]) or (year == int(published[:4]) and published[5:7] < "12" and told is None)):
        issues.append(Issue("warning", "year.conflict", f"The report for {year} was published before that year ended.", evidence=published))
    return year


def _title_years(page: _Page) -> list[tuple[int, str]]:
    claims = [(year, place) for place, title in page.titles.items() if place != "file name" for year in title.years]
    return claims or [(year, "file name") for title in page.titles.values() for year in title.years]


def _text_years(page: _Page) -> list[tuple[int, str]]:
    period = [(year, "prose") for year in dates.statistical_years(page.introduction + "\n" + page.section_one)]
    opening = dates.years_in(without_headings(page.section_one)[:12])
    majority = dates.majority_year(dates.stated_years(page.section_one), opening)
    intro = dates.stated_years(page.introduction)
    first = [(intro.most_common(1)[0][0], "first sentence")] if len(intro) == 1 else []
    first += [(year, "first sentence") for year in dates.reported_years(page.section_one[:_OPENING])]
    return [*period, *([(majority, "prose")] if majority else []), *first]


def _unit(
    page: _Page, issuers: Sequence[Candidate], breadcrumb: Sequence[str], sources: dict[str, Evidence], issues: list[Issue]
) -> str | None:
    word = self_word(squeeze_lines(page.introduction) + page.section_one)
    own = own_names(page.introduction, page.section_one)
    around = [*issuers, *breadcrumb_names(breadcrumb)]
    titled = [Candidate(title.unit, place) for place, title in page.titles.items() if title.unit]
    doubtful = bool(titled) and titled[0].source == "title" and page.titles["title"].doubtful
    firm = [one for one in titled if one.source != "file name" and not (doubtful and one.source == "title")]
    chosen = firm[0] if firm else None
    if chosen is None and doubtful and fits(titled[0].name, word) and not (own and contradicts(titled[0].name, own)):
        chosen = titled[0]
        if not any(same_body(chosen.name, one.name) for one in own):
            issues.append(Issue("warning", "unit.doubtful", "The name stands on a line of its own above the title.", evidence=chosen.name))
    if chosen is None:
        chosen = choose([*own, *contact_names(page.introduction), *around, *titled], word)
        if chosen is not None and not chosen.own:
            issues.append(
                Issue("note", "unit.by_page", f"The report does not name its body; its {chosen.source} does.", evidence=chosen.name)
            )
    if chosen is None:
        issues.append(Issue("warning", "unit.open", "Nothing says for certain whose report this is."))
        return None
    full = fuller(chosen.name, [*own, *(one for one in around if is_specific(one.name))])
    _doubts(chosen, full, [*titled, *[Candidate(one.unit, "title") for one in page.others if one.unit], *own], issues)
    if chosen.source in {"title", "title tag", "metadata"} and not fits(chosen.name, word):
        issues.append(
            Issue("warning", "unit.conflict", f"The report speaks of itself as 我{word.word if word else ''}.", evidence=chosen.name)
        )
    chosen = full or chosen
    sources["unit_name"] = Evidence(chosen.name, chosen.source)
    return chosen.name


def _doubts(chosen: Candidate, full: Candidate | None, said: Sequence[Candidate], issues: list[Issue]) -> None:
    if full is None and not names_place(chosen.name):
        issues.append(Issue("warning", "unit.incomplete", "The name does not say where the body is.", evidence=chosen.name))
    if other := contradicts(chosen.name, said):
        issues.append(
            Issue("warning", "unit.conflict", f"The {other.source} names another body.", evidence=f"{chosen.name} / {other.name}")
        )
