"""The title of a report: which line it is, and the unit and the year it names.

Most say unit then year (彩云镇2023年政府信息公开工作年度报告), some year then unit; a title may be broken over up to three lines.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.documents.metadata.dates import years_in
from pipeline.documents.metadata.names import is_name, squeeze
from pipeline.documents.metadata.vocabulary import vocabulary

LONGEST = 90
_JOINED = 3
_YEAR = re.compile(r"(?:(?<!\d)20\d\d(?!\d)|二[〇○零Ｏ0][一二三四五六七八九〇○零]{2})(?:年度|年|度)?")
_JUNK = re.compile(r"[^\u3400-\u9fff·〇、（）()]+")
_LEAD = re.compile(r"^(?:标题|名称|题名|名:|文章标题)?[:《〈<【\[]*(?:关于)?(?:公布|发布|公开)?[《〈]?")
_PATH = re.compile(r"[>›»→/\\]")
_LABELLED = re.compile(r"[:>]|\d{4}-\d|日期|时间|来源")
_SEPARATOR = re.compile(r"\s*[_|｜—–]+\s*|\s+-+\s*|\s*-+\s+|\s*>+\s*")


@dataclass(frozen=True, slots=True)
class Title:
    """A title with what it names; ``unit`` and ``years`` are empty where it does not say. ``doubtful``: the unit has a line of its own."""

    text: str
    unit: str | None
    years: tuple[int, ...]
    anonymous: bool = False
    doubtful: bool = False


@functools.cache
def _tail() -> re.Pattern[str]:
    subject = vocabulary().any_of("title.subjects")
    closing = r"[》〉>】\]]?(?:[（(][^（()）]{0,20}[）)])?[》〉>】\]|]*$"
    return re.compile(
        rf"{subject}(?:工作)?(?:的)?(?:年度|情况|总结){{0,2}}(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:报告|年报|年度总结){closing}"
    )


@functools.lru_cache(maxsize=16_384)
def parse_title(text: str) -> Title | None:
    """Read a title; ``None`` if the text, whole, is not the title of a report.

    >>> parse_title("2023年下各镇政府信息公开工作年度报告")
    Title(text='2023年下各镇政府信息公开工作年度报告', unit='下各镇', years=(2023,), anonymous=False, doubtful=False)
    """
    folded = squeeze(text).strip("|")
    found = _tail().search(folded) if len(folded) <= LONGEST else None
    if found is None or "。" in folded or _is_neighbour(folded):
        return None
    # A path that ends in the name of a column (首页>示例县>政府信息公开年报) names whose site it is, not whose report.
    head = _LEAD.sub("", _PATH.split(folded[: found.start()])[-1])
    years = years_in(head) or years_in(folded[found.start() :])
    unit, anonymous = _unit(head, found[0])
    return Title(_LEAD.sub("", folded).rstrip("》〉】]|"), unit, years, anonymous)


def _is_neighbour(text: str) -> bool:
    return text.startswith(vocabulary().lists["title.neighbours"])


def _unit(head: str, tail: str) -> tuple[str | None, bool]:
    """The unit in what stands before 政府信息公开…, and whether the title says 本机关 or the like instead."""
    sides = [side for side in (_last_piece(side) for side in _YEAR.split(head)) if side]
    if len(sides) != 1:
        return None, False
    name = sides[0]
    if name.endswith("人民") and tail.startswith("政府"):
        # 常州市人民政府信息公开…: one 政府 stands for two.
        name += "政府"
    if name.startswith(vocabulary().lists["unit.never_first"]):
        return None, True
    return (name if is_name(name) else None), False


def _last_piece(side: str) -> str:
    """What stands nearest to the year: an advert or a path before a sign that is not Chinese is left out."""
    pieces = [piece for piece in _JUNK.split(side) if piece]
    return pieces[-1].strip("、") if pieces else ""


def headlines(lines: Sequence[str]) -> list[Title]:
    """The titles among the lines before the body, in their order; broken ones joined."""
    found: list[Title] = []
    for number, line in enumerate(lines):
        if not _could_end_title(line) or _is_neighbour(squeeze(line)):
            continue
        title = _joined(lines[max(0, number - _JOINED + 1) : number + 1])
        if title is not None:
            found.append(title)
    return found


def _could_end_title(line: str) -> bool:
    folded = line.rstrip(" \t\u3000|》）)")
    return len(folded) <= LONGEST and (
        "报告" in folded[-12:] or "年报" in folded[-8:] or "总结" in folded[-6:] or folded.endswith(("年", "日"))
    )


def _joined(lines: Sequence[str]) -> Title | None:
    """The title that ends with the last of the lines. Lines above are taken in only if they bring the unit or the year that is missing."""
    best: Title | None = None
    for first in range(len(lines) - 1, -1, -1):
        pieces = [squeeze(line).strip("|") for line in lines[first:]]
        if any(_is_neighbour(piece) or "。" in piece for piece in pieces) or any(_LABELLED.search(piece) for piece in pieces[:-1]):
            break
        title = parse_title("".join(pieces))
        if title is None or (best is not None and not _adds(title, best)):
            continue
        if best is not None and title.unit and not best.unit and is_name(pieces[0]):
            # A name on its own line above a complete title may as well be the heading of the site.
            title = Title(title.text, title.unit, title.years, title.anonymous, doubtful=True)
        best = title
        if best.unit and best.years:
            break
    return best


def _adds(more: Title, less: Title) -> bool:
    return not less.anonymous and (bool(more.unit and not less.unit) or bool(more.years and not less.years))


def tag_title(text: str | None) -> Title | None:
    """The title in a title tag or a metadata field: the part between separators that is one.

    A space before the year may part the name of the *site* from the title, so a unit before a space is not believed.
    """
    for part in _SEPARATOR.split((text or "")[:500]):
        pieces = part.split()
        for first in range(len(pieces) - 1, -1, -1):
            title = parse_title("".join(pieces[first:]))
            if title is not None and (title.years or title.unit or first == 0):
                return title
    return None
