"""Whose report it is, where the title does not say: the first sentences, the metadata, the breadcrumb, the contact line.

Each place is read by itself and gives names; ``choose`` weighs them. A neighbour is never taken: the county that asks for the report,
the office that compiled it, the site it stands on. What fits nowhere is left open.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.documents.metadata.dates import without_quotes
from pipeline.documents.metadata.names import fits, is_name, is_office, is_parent, last_name, names_place, same_body, squeeze
from pipeline.documents.metadata.vocabulary import SelfWord, vocabulary

_CHINESE = r"[\u3400-\u9fff·]"
_YEAR = r"20\d\d年(?:度|来)?[,，]?"
_OPENING = 6000
_PARAGRAPH = 1500


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name and the place it was read from. ``own``: the report says this of itself; otherwise the page around it does."""

    name: str
    source: str
    own: bool = True


@functools.cache
def _sentences() -> Mapping[str, re.Pattern[str]]:
    words = vocabulary()
    publish, subject, predicate = words.any_of("sentence.publishing"), words.any_of("title.subjects"), words.any_of("sentence.predicates")
    name = rf"({_CHINESE}{{2,30}}?(?:[（(]{_CHINESE}{{1,20}}[）)])?)"
    return {
        # An advert with a colon may stand before the name in a mirror.
        "publishes": re.compile(rf"(?:{publish}了?|现将|现就|特将)[《〈]?(?:[^《》,，。:]{{0,40}}:)?{name}(?:{_YEAR})(?:的)?{subject}"),
        "publishes_year_first": re.compile(
            rf"(?:{publish}了?|现将|现就|特将)[《〈]?20\d\d年(?:度)?{name}{subject}(?:工作)?(?:年度)?(?:报告|年报|情况)"
        ),
        "reports": re.compile(rf"现将{name}(?:20\d\d年度?)?{subject}(?:20\d\d年度?)?工作"),
        "called": re.compile(rf"(?:^|[,，。：:\n由将])(?:{_YEAR})?{name}[（(](?:以?下)(?:简)?称(?![“\"]?《)"),
        "compiled_by": re.compile(rf"由{name}(?:负责)?编制(?!而成)"),
        "compiles": re.compile(
            rf"(?:^|[,，。;；\n])(?:{_YEAR})?{name}(?:现|特|组织)?(?:编制了|编制并|编制本|编写了|编制完成|编制形成|面向社会公开|向社会公布|现公布)"
        ),
        "acts": re.compile(rf"(?:{_YEAR})?{name}(?=(?:{_YEAR})?{predicate})"),
        "adverbial": re.compile(rf"(?:{_YEAR}|今年|本年度?|一年来|过去一年)?(?:{words.any_of('sentence.adverbials')}|$)"),
    }


def own_names(introduction: str, section_one: str) -> list[Candidate]:
    """The names by which the first sentences of a report call its body, the surest first; only names that say where."""
    intro, opening = squeeze_lines(introduction), squeeze_lines(section_one[:_PARAGRAPH])
    found: list[Candidate] = []
    for kind in ("publishes", "publishes_year_first", "reports"):
        found += _named(kind, intro, "first sentence")
        found += _named(kind, _first_paragraph(opening), "first sentence")
    for kind in ("called", "compiled_by", "compiles"):
        found += [one for one in _named(kind, without_quotes(intro), "first sentence") if not is_office(one.name)]
    found += _subject(_first_sentence(opening), "first sentence")
    found += _subject(_first_sentence(intro), "first sentence")
    return found


def squeeze_lines(text: str) -> str:
    """The text's first lines without white space, a line a block."""
    return "\n".join(squeezed for line in text[:_OPENING].split("\n") if (squeezed := squeeze(line)))


# What a text must hold for a pattern to fit; looking for it first is cheap.
_HINTS = {"publishes": "公开", "publishes_year_first": "公开", "reports": "现将", "called": "称", "compiled_by": "编制", "compiles": ""}


def _named(kind: str, text: str, source: str) -> Iterator[Candidate]:
    if _HINTS[kind] not in text:
        return
    for found in _sentences()[kind].finditer(text):
        name = found[1]
        # 由示例县人民政府办公室综合各部门…编制: the pen, not the body.
        if name.endswith("人民"):
            name += "政府"
        if is_name(name) and names_place(name):
            yield Candidate(name, source)


def _subject(sentence: str, source: str) -> Iterator[Candidate]:
    """The name that is the sentence's subject: 2023年,在县委的领导下,彩云镇紧紧围绕… Clauses before it may only say when and how."""
    for clause in re.split("[,，]", sentence):
        found = _sentences()["acts"].match(clause)
        if found and is_name(found[1]) and names_place(found[1]):
            yield Candidate(found[1], source)
            return
        if not _sentences()["adverbial"].match(clause):
            return


def _first_sentence(text: str) -> str:
    return without_quotes(re.split(r"[。；;]", without_headings(text), maxsplit=1)[0])[:400]


def _first_paragraph(text: str) -> str:
    return without_headings(text)[:_PARAGRAPH]


def without_headings(text: str) -> str:
    """The text as one line, without the short lines at its top that say nothing yet (（一）主动公开情况)."""
    lines = text.split("\n")
    while lines and len(lines[0]) < 16 and not re.search(r"[,，。]", lines[0]):
        lines.pop(0)
    return "".join(lines)


def contact_names(introduction: str) -> list[Candidate]:
    """The body in 请与龙游县横山镇…办公室联系, without its office; an office alone may be the pen of another body and is left out."""
    text = squeeze_lines(introduction)
    found = re.findall(rf"(?:与|请联系:?|联系单位:|致电)({_CHINESE}{{2,40}}?)(?:联系|[(（,，。]|$)", text)
    names = (
        re.sub(r"(?:政府)?(?:信息公开|政务公开)(?:工作)?(?:领导小组)?(?:办公室|办)?$|(?:党政|党政综合|综合)?办公室$", "", name)
        for name in found
    )
    return [Candidate(name, "contact line", own=False) for name in names if is_name(name) and names_place(name) and not is_office(name)]


def metadata_names(meta: Mapping[str, str], lines: Sequence[str]) -> list[Candidate]:
    """The issuing body and the source that the page's metadata and its 索引号 block name."""
    words = vocabulary().lists
    found: list[Candidate] = []
    for key in ("metadata.issuer_labels", "metadata.source_labels"):
        named = (_name_behind_label(key, line[:400]) for line in lines)
        found += [Candidate(name, "metadata", own=False) for name in named if name is not None]
        if key == "metadata.issuer_labels":
            values = [squeeze(meta[name][:200]) for name in words["metadata.sources"] if meta.get(name)]
            found += [Candidate(value, "metadata", own=False) for value in values if is_name(value)]
    return found


@functools.lru_cache(maxsize=16_384)
def _name_behind_label(key: str, line: str) -> str | None:
    found = _labelled(key).search(line)
    return found[1] if found is not None and is_name(found[1]) else None


@functools.cache
def _labelled(key: str) -> re.Pattern[str]:
    labels = "|".join(r"\s*".join(label) for label in sorted(vocabulary().lists[key], key=len, reverse=True))
    return re.compile(rf"(?:{labels})\s*[:：\s|]\s*({_CHINESE}{{2,40}})(?!{_CHINESE})")


def breadcrumb_names(breadcrumb: Sequence[str]) -> list[Candidate]:
    """The bodies on the path to the page, the nearest first."""
    names = (last_name(squeeze(item[:100])) for item in reversed(breadcrumb))
    return [Candidate(name, "breadcrumb", own=False) for name in names if name]


def is_specific(name: str) -> bool:
    """Whether a name on the page around the report can only be its own: a town, a street, a bureau; never a whole government or its office,
    which is on every page of its site.

    >>> is_specific("示例县民政局"), is_specific("示例县人民政府"), is_specific("示例县")
    (True, False, False)
    """
    if is_office(name) or not names_place(name):
        return False
    bare = re.sub(r"(?:人民政府|政府)$", "", name)
    return not bare.endswith(("省", "市", "县", "区", "州", "旗", "盟", "信息中心", "融媒体中心", "大数据中心", "数据局", "数据管理局"))


def choose(candidates: Sequence[Candidate], word: SelfWord | None) -> Candidate | None:
    """The first name that the report's own word for itself allows (我镇: only a town). What only the page says must be specific too."""
    for one in candidates:
        if fits(one.name, word) and (one.own or is_specific(one.name)):
            return one
    return None


def fuller(name: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """A name that says where, for one that does not: 示例县审计局 for 审计局."""
    if names_place(name):
        return None
    return next((one for one in candidates if names_place(one.name) and one.name.endswith(name)), None)


def contradicts(name: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The first name that cannot mean the same body nor its parent or part."""
    return next(
        (one for one in candidates if not (same_body(name, one.name) or is_parent(one.name, name) or is_parent(name, one.name))), None
    )
