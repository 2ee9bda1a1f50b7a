"""Whether an entry of a list is an annual report, by its title alone, with the year and the body that it names.

Titles are read where the documents read them (``documents.metadata.titles``); here stand only the words for what else portals list.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.documents.metadata.dates import years_in
from pipeline.documents.metadata.names import squeeze
from pipeline.documents.metadata.titles import Title, parse_title, tag_title
from pipeline.documents.metadata.vocabulary import vocabulary
from pipeline.scrapers.model import Source

Verdict = Literal["report", "maybe", "other"]
_OURS = re.compile(r"信息公开|政务公开")
_ASIDE = re.compile(r"[（(【\[]([^（()）【】\[\]]{1,20})[）)】\]]$")
_MARK = re.compile(r"^(?:[【\[][^【】\[\]]{1,12}[】\]]|[·•●◆▪■☆★>»—、.-]|\d{1,3}[、.．])+")
_CUT = re.compile(r"(?:\.{2,}|…+|。。+)$")
_CLOSING = re.compile(r"[》〉」”\"）)】\]]+$")


@dataclass(frozen=True, slots=True)
class TitleJudgement:
    """What a title says. ``maybe``: nothing speaks against it, but the title alone does not settle it; such entries are collected too."""

    verdict: Verdict
    years: tuple[int, ...]
    unit: str | None
    why: str

    @property
    def wanted(self) -> bool:
        """Whether the entry is worth a request."""
        return self.verdict != "other"

    def about(self, years: range) -> bool:
        """Whether it may describe one of these years; true where the title names no year."""
        return not self.years or any(year in years for year in self.years)


def judge_title(title: str | None, source: Source | None = None) -> TitleJudgement:
    """Judge one title. What the source says of its own titles goes first.

    >>> judge_title("彩云镇2023年政府信息公开工作年度报告").verdict, judge_title("《彩云镇2023年政府信息公开工作年度报告》解读").verdict
    ('report', 'other')
    """
    folded = squeeze(title or "")
    years = years_in(folded)
    if not folded:
        return TitleJudgement("maybe", (), None, "no title")
    if source is not None and any(re.search(pattern, folded) for pattern in source.not_titles):
        return TitleJudgement("other", years, None, "named by the source as no report")
    known = _read(folded)
    if source is not None and any(re.search(pattern, folded) for pattern in source.titles):
        return TitleJudgement("report", known.years if known else years, known.unit if known else None, "named by the source")
    return _other(folded, years) or _report(folded, known, years)


@functools.cache
def _words() -> Mapping[str, tuple[str, ...]]:
    return {key: tuple(words) for key, words in tomllib.loads(Path(__file__).with_name("titles.toml").read_text("utf8")).items()}


def _bare(folded: str) -> str:
    """Without marks before the title ([置顶], ·) and brackets behind it."""
    return _CLOSING.sub("", _ASIDE.sub("", _CUT.sub("", _MARK.sub("", folded))))


def _read(folded: str) -> Title | None:
    return parse_title(_MARK.sub("", folded)) or tag_title(folded)


def _other(folded: str, years: tuple[int, ...]) -> TitleJudgement | None:
    words, told = _words(), vocabulary().lists
    bare = _bare(folded)
    starts = (*words["starts"], *told["not_report.starts"])
    if bare.startswith(starts) or folded.startswith(starts):
        return TitleJudgement("other", years, None, "begins as a page about reports")
    if not _CUT.search(folded) and bare.endswith((*words["endings"], *told["not_report.endings"])):
        return TitleJudgement("other", years, None, "ends as a page about reports")
    aside = _ASIDE.search(folded)
    if aside and any(word in aside[1] for word in words["asides"]):
        return TitleJudgement("other", years, None, f"marked as {aside[1]}")
    if not _OURS.search(bare) and any(word in bare for word in words["others"]):
        return TitleJudgement("other", years, None, "an annual report about something else")
    return None


def _report(folded: str, known: Title | None, years: tuple[int, ...]) -> TitleJudgement:
    if known is not None:
        return _known(known)
    bare = _bare(folded)
    if years and any(word in bare for word in _words()["short"]):
        return TitleJudgement("maybe", years, None, "a year and a short name of reports")
    if years and _CUT.search(folded) and _OURS.search(bare):
        return TitleJudgement("maybe", years, None, "a title that was cut")
    return TitleJudgement("other", years, None, "not titled as a report")


def _known(title: Title) -> TitleJudgement:
    """What reads as a report's title: it is one if it names a body or a year; the names of columns read the same."""
    places = [found for one in vocabulary().lists["title.subjects"] if (found := title.text.find(one)) >= 0]
    head = title.text[: min(places, default=0)]
    if title.years:
        return TitleJudgement("report", title.years, title.unit, "titled as a report")
    if not head or head in _words()["columns"]:
        return TitleJudgement("other", (), None, "the name of a column")
    if title.unit:
        return TitleJudgement("report", (), title.unit, "titled as a report")
    return TitleJudgement("maybe", (), None, "a report that names neither year nor a body by a known form of name")
