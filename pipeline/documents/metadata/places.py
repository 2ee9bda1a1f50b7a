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
_ALIKE = 4


def find_places(parts: Iterable[tuple[str, str]], lines: Iterable[str]) -> tuple[PlaceMention, ...]:
    """The places named in parts of a page, given as (where, text), and in its text: at most ``LIMIT``, those of the parts first.

    >>> find_places([("title_tag", "彩云镇年报-师宗县人民政府")], ["通过师宗县政府网站", "通过师宗县"])
    (PlaceMention(text='师宗县', where='title_tag', times=1), PlaceMention(text='通过师宗县', where='prose', times=2))
    """
    found = [PlaceMention(text, where, count) for where, part in parts for text, count in _places(part[:500]).items()]
    prose = _places("\n".join(line[:_LINE] for line in lines)[:_TEXT])
    ranked = sorted(prose.items(), key=lambda item: -item[1])
    return (*found, *(PlaceMention(text, "prose", count) for text, count in ranked))[:LIMIT]


def _places(text: str) -> Mapping[str, int]:
    """Texts that end in a mark of a place, with how often; of those that end alike (在师宗县, 通过师宗县) only the first few."""
    counts: dict[str, int] = {}
    alike: dict[str, int] = {}
    for mark in _MARKS.finditer(text):
        start, end = mark.span()
        before = text[max(0, start - (_BEFORE_AUTONOMOUS if end - start > 1 else _BEFORE)) : end]
        before = _NOT_CHINESE.split(before)[-1]
        if len(before) <= end - start:
            continue
        if before in counts:
            counts[before] += 1
        elif (known := alike.get(before[-3:], 0)) < _ALIKE:
            # Not cut to what they share: 马鞍山市 is not 鞍山市.
            alike[before[-3:]] = known + 1
            counts[before] = 1
    return counts
