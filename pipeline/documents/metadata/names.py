"""Names of publishing bodies: what is one, what it leaves out, and whether two names can mean the same body.

Names are judged by their form alone; no list of places is consulted, so that a new town is no trap.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from pipeline.documents.metadata.vocabulary import SelfWord, vocabulary

LONGEST = 40
_NAME = re.compile(r"[\u3400-\u9fff·〇、]{2,40}(?:[（(][\u3400-\u9fff·、]{1,30}[）)])?")
_BRACKETS = re.compile(r"[（(][^（()）]{0,30}[）)]$")
_NOT_CHINESE = re.compile(r"[^\u3400-\u9fff·〇、（）()]+")
_INVISIBLE = re.compile("[\u200b\ufeff]")
_LINE = 200
_WIDE = {ord(wide): plain for wide, plain in zip("０１２３４５６７８９．：", "0123456789.:", strict=True)}
_HAS_WIDE = re.compile("[０-９．：]")


def narrow(text: str) -> str:
    """Full-width digits, points and colons made half-width. Translating costs more than looking whether there are any.

    >>> narrow("第２０条：")
    '第20条:'
    """
    return text.translate(_WIDE) if _HAS_WIDE.search(text) else text


def squeeze(text: str) -> str:
    """The text without white space, its digits and colons half-width. Chinese needs no spaces, and pages put them anywhere.

    >>> squeeze("２０２３ 年　彩云镇")
    '2023年彩云镇'
    """
    return _squeezed_line(text) if len(text) < _LINE else _squeezed(text)


def _squeezed(text: str) -> str:
    return narrow("".join(_INVISIBLE.sub("", text).split()))


# Menus and headings of a site come again on each of its pages.
_squeezed_line = functools.lru_cache(maxsize=16_384)(_squeezed)


@functools.lru_cache(maxsize=4096)
def is_name(text: str) -> bool:
    """Whether a text, whole, has the form of a body's name.

    >>> is_name("彩云镇人民政府"), is_name("我镇"), is_name("认真贯彻落实县")
    (True, False, False)
    """
    words = vocabulary().lists
    if len(text) > LONGEST or not _NAME.fullmatch(text):
        return False
    bare = _BRACKETS.sub("", text)
    if bare.startswith(words["unit.never_first"]):
        return False
    return len(bare) > 1 and bare.endswith(words["unit.endings"]) and not any(word in bare for word in words["unit.forbidden"])


@functools.lru_cache(maxsize=4096)
def names_place(name: str) -> bool:
    """Whether a name says where: 示例县审计局 does, 审计局, 县审计局 and 镇政府 do not.

    >>> names_place("市中区审计局"), names_place("县市场监督管理局"), names_place("彩云镇")
    (True, False, True)
    """
    words = vocabulary().lists
    for word in (*words["unit.not_places"], *words["unit.prefixes"]):
        name = name.replace(word, "")
    body = re.sub("(?:人民政府|政府)", "", name)
    # A place has a name of its own before its mark: 镇 alone is relative to the reader.
    return any(body.find(mark, 1) > 0 for mark in words["unit.place_marks"])


def last_name(text: str) -> str | None:
    """The name at the end of a text that may hold other things before a sign that is not Chinese (an advert, a path).

    >>> last_name("首页>彩云镇")
    '彩云镇'
    """
    pieces = [piece for piece in _NOT_CHINESE.split(text) if piece]
    return pieces[-1] if pieces and is_name(pieces[-1]) else None


@functools.lru_cache(maxsize=4096)
def core(name: str) -> str:
    """The name without what pages leave out or shorten: 彩云镇人民政府 → 彩云镇, 科学技术委员会 → 科学技术委.

    >>> core("示例县人民政府办公室"), core("前进街道办事处")
    ('示例县政府办', '前进街道')
    """
    name = _BRACKETS.sub("", name)
    for long, short in vocabulary().shortened:
        name = name.replace(long, short)
    return name.removesuffix("政府") if len(name) > len("县政府") else name


def same_body(one: str, other: str) -> bool:
    """Whether two names can mean one body: one is the other's end (彩云镇, 示例县彩云镇), or its short form (市科委).

    >>> same_body("上海市科委", "上海市科学技术委员会"), same_body("示例县民政局", "示例县教育局")
    (True, False)
    """
    a, b = sorted((core(one), core(other)), key=len)
    if b.endswith(a):
        return True
    return a[-1] == b[-1] and a[:2] == b[:2] and names_place(one) and names_place(other) and _is_subsequence(a, b)


def is_parent(parent: str, child: str) -> bool:
    """Whether one name begins with the other: the county of a bureau, the government of its office.

    >>> is_parent("示例县人民政府", "示例县民政局")
    True
    """
    return core(child).startswith(core(parent)) and core(child) != core(parent)


def is_office(name: str) -> bool:
    """Whether the name is an office that works for another body (示例县人民政府办公室), and so may only be its pen."""
    return _BRACKETS.sub("", name).endswith(vocabulary().lists["unit.offices"])


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


@functools.cache
def _self_pattern() -> re.Pattern[str]:
    words = "|".join(sorted(vocabulary().self_words, key=len, reverse=True))
    return re.compile(f"[我本]({words})(?!年|次|报告|级|着|来|市民)")


def self_word(text: str) -> SelfWord | None:
    """How the text speaks of itself most often (我镇, 本局); ``None`` where it does not or cannot decide.

    >>> self_word("我镇高度重视,我镇政府…我局").word
    '镇'
    """
    counts: dict[str, int] = {}
    for found in _self_pattern().findall(text):
        counts[found] = counts.get(found, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    strong = [one for one in ranked if vocabulary().self_words[one[0]].strong]
    # 我县 is also said by the county's bureaus and towns, 我局 by nobody else than a bureau.
    ranked = strong or ranked
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1] and not _alike(ranked[0][0], ranked[1][0])):
        return None
    return vocabulary().self_words[ranked[0][0]]


def _alike(one: str, other: str) -> bool:
    words = vocabulary().self_words
    return bool(set(words[one].endings) & set(words[other].endings))


def fits(name: str, word: SelfWord | None) -> bool:
    """Whether a body of this name can speak of itself by this word. Weak words fit every name."""
    return word is None or not word.strong or _BRACKETS.sub("", name).endswith(word.endings)


def agrees(name: str, others: Iterable[str]) -> bool:
    """Whether the name can mean the same body as any of the others."""
    return any(same_body(name, other) for other in others)
