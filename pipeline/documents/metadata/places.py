"""Places that a page names, and where: by them a list of divisions, which is not there at reading time, tells towns of one name apart.

A place is kept as the text before its mark (通过师宗县), since only a list knows where its name begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipeline.model import PlaceMention

LIMIT = 60
_TEXT = 8000
_LINE = 3000
_BEFORE = 7
# Names of autonomous places are long: 双江拉祜族佤族布朗族傣族自治县.
_BEFORE_AUTONOMOUS = 16
# Only what lies above towns says where a town is. 全县, 本市 and 市场 say nothing.
_MARKS = re.compile("(?<![全我各本该级])(?:自治[区州县旗]|[省市县区州旗盟])(?![场域民容])")
_NOT_CHINESE = re.compile(r"[^\u3400-\u9fff·]")
# Names that end like many others are not joined by their last characters.
_COMMON_ENDINGS = ("发区", "新区", "新城", "园区", "理区", "范区")


def find_places(parts: Iterable[tuple[str, str]], lines: Iterable[str]) -> tuple[PlaceMention, ...]:
    """The places named in parts of a page, given as (where, text), and in its text: at most ``LIMIT``, those of the parts first.

    >>> find_places([("title_tag", "彩云镇年报-师宗县人民政府")], ["通过师宗县政府网站", "在师宗县"])
    (PlaceMention(text='师宗县', where='title_tag', times=1), PlaceMention(text='师宗县', where='prose', times=2))
    """
    found = [PlaceMention(text, where, count) for where, part in parts for text, count in _places(part[:500]).items()]
    prose = _places("\n".join(line[:_LINE] for line in lines)[:_TEXT])
    ranked = sorted(prose.items(), key=lambda item: -item[1])
    return (*found, *(PlaceMention(text, "prose", count) for text, count in ranked))[:LIMIT]


def _places(text: str) -> Mapping[str, int]:
    """Texts that end in a mark of a place, with how often; those that end alike are one, cut to what they share."""
    counts: dict[str, int] = {}
    known: dict[str, str] = {}
    for mark in _MARKS.finditer(text):
        start, end = mark.span()
        before = text[max(0, start - (_BEFORE_AUTONOMOUS if end - start > 1 else _BEFORE)) : end]
        before = _NOT_CHINESE.split(before)[-1]
        if len(before) <= end - start:
            continue
        key = before if end - start > 1 or before.endswith(_COMMON_ENDINGS) else before[-3:]
        shared = before if key not in known else _shared_end(before, known[key])
        if key in known and shared != known[key]:
            counts[shared] = counts.pop(known[key])
        known[key] = shared
        counts[shared] = counts.get(shared, 0) + 1
    return counts


def _shared_end(one: str, other: str) -> str:
    length = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        length += 1
    return one[-length:]
