"""Printed names cut into places and body by their form alone, where no list tells. This describes a unit; it never decides an id."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.documents.metadata.vocabulary import one_of, vocabulary
from pipeline.normalizer.units.body import COMMITTEE, GOVERNMENT, Body, body_in, plain_body, tidy_name
from pipeline.normalizer.units.codes import Level
from pipeline.normalizer.units.words import words

_MARK = re.compile("自治区|自治州|自治县|自治旗|街道|苏木|[省市州盟县区旗乡镇]")
_RANK = {"省": 0, "自治区": 0, "市": 1, "自治州": 1, "州": 1, "盟": 1, "县": 2, "区": 2, "旗": 2, "自治县": 2, "自治旗": 2}
_LOWEST = 3
_LONGEST = 14


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A printed name in parts: the places from the largest down, the body, and the level of the last place; ``None`` if it names none."""

    places: tuple[str, ...]
    body: Body
    level: Level | None


@functools.lru_cache(maxsize=16_384)
def split_name(printed: str) -> PrintedName:
    """Cut a printed name where its marks of places stand.

    >>> one = split_name("云南省曲靖市师宗县彩云镇人民政府")
    >>> one.places, one.body.name
    (('云南省', '曲靖市', '师宗县', '彩云镇'), '人民政府')
    """
    rest, places = tidy_name(printed), list[str]()
    while (end := _place_end(rest, places)) is not None:
        places.append(rest[:end])
        rest = rest[end:]
        # 广州市白云区人民政府棠景街道办事处: the street is named behind the district that sent it.
        behind = rest.removeprefix(GOVERNMENT)
        if behind != rest and _place_end(behind, places) is not None:
            rest = behind
    if not places:
        return PrintedName((), plain_body(rest), None)
    level = _level(places[-1])
    body = body_in(places[-1], level, rest) or plain_body(rest)
    zone = body.name.endswith(COMMITTEE) and not body.own
    return PrintedName(tuple(places), body, "development_zone" if zone else level)


def _place_end(text: str, above: list[str]) -> int | None:
    """Where the place ends that a text begins with; ``None`` if it begins with none, or with one no lower than the places before it."""
    if above and (text in words().lists["place.zones"] or body_in(above[-1], _level(above[-1]), text) is not None):
        return None
    for mark in _marks(text, bool(above)):
        end = mark.end()
        if end > _LONGEST:
            return None
        if not _continues(text, mark):
            lower = not above or _rank(text[:end]) > _rank(above[-1]) or text[:end].endswith("市")
            return end if lower else None
    return None


def _marks(text: str, inside: bool) -> Iterator[re.Match[str]]:
    """The marks of places in a text, without those that stand in plain words: 市场, 城乡建设. A place has a name before its mark."""
    plain = [(found.start(), found.end()) for found in _plain().finditer(text)]
    for mark in _MARK.finditer(text, 1):
        covering = [start for start, end in plain if start <= mark.start() < end]
        # 海城市政务中心: behind no place, the mark is the place's, and the plain word only seems to begin there.
        if not covering or (not inside and covering[0] == mark.start()):
            yield mark


@functools.cache
def _plain() -> re.Pattern[str]:
    return re.compile(one_of((*vocabulary().lists["unit.not_places"], "城乡", "村镇")))


def _continues(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark is part of a name that ends later: 沙|市区, 景德|镇市, 苏|州工业园区."""
    rest = text[mark.end() :]
    if mark[0] == "州" and re.match(r"[^省市县镇乡]{1,12}?(?:园区|开发区|新区|示范区)", rest):
        return True
    following = _MARK.match(rest)
    if following is None or rest.startswith(words().lists["place.begin_with_mark"]) or _plain().match(rest):
        return False
    return following[0] != mark[0]


def _rank(place: str) -> int:
    mark = max((mark for mark in _RANK if place.endswith(mark)), key=len, default="")
    return _RANK.get(mark, _LOWEST)


def _level(place: str) -> Level:
    lists = words().lists
    if place.endswith(lists["place.zones"]):
        return "development_zone"
    if place in lists["place.municipalities"]:
        return "province"
    levels: tuple[Level, ...] = ("province", "city", "county", "township")
    return levels[_rank(place)]
