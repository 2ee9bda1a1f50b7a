"""What a publishing body is within its division: 人民政府, 办事处, 民政局, under one name however it is printed."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

from pipeline.documents.metadata.vocabulary import vocabulary
from pipeline.normalizer.identity import normalise_name
from pipeline.normalizer.units.codes import Level
from pipeline.normalizer.units.words import words

Kind = Literal["government", "department", "street_office", "other"]
GOVERNMENT = "人民政府"
STREET_OFFICE = "办事处"
COMMITTEE = "管理委员会"
LEAGUE_OFFICE = "行政公署"
#: A body that the name of its place says alone, where nothing tells what governs it (a farm, a works).
NOTHING = ""
_JOINING = re.compile("[和与及、]")
_MARK = re.compile(r".(?:省|市|州|盟|县|区|旗|乡|镇|苏木|街道)")
_CHINESE = re.compile("[\u3400-\u9fff〇·、]+")
BRANCH = re.compile(r"(.{2,}局)(.{2,8}?)([区县市旗]?)分局")
_BRACKETS = re.compile(r"\([^()]{0,30}\)$")


@dataclass(frozen=True, slots=True)
class Body:
    """A body. ``key`` is what its id is made of, the same for each of its names; ``name`` may keep words that only join its parts.

    ``own``: it is the government of its division itself, not a department of it.
    """

    name: str
    kind: Kind
    key: str
    own: bool = False


def tidy_name(printed: str) -> str:
    """A printed name without what says nothing of who is meant: white space, width, remarks in brackets, 中华人民共和国, 国家税务总局 where
    the tax office of a place follows.

    >>> tidy_name("国家税务总局 师宗县税务局"), tidy_name("师宗县民政局（本级）")
    ('师宗县税务局', '师宗县民政局')
    """
    name = _BRACKETS.sub("", normalise_name(printed))
    for prefix in words().lists["body.national"]:
        if name.startswith(prefix) and len(name) > len(prefix) + 3:
            name = name.removeprefix(prefix)
    return name


def own_body(place: str, level: Level) -> Body:
    """The government of a place itself.

    >>> own_body("彩云镇", "township").name, own_body("驼峰路街道", "township").name, own_body("兴安盟", "city").name
    ('人民政府', '办事处', '行政公署')
    """
    lists = words().lists
    if level == "development_zone":
        return _own(COMMITTEE, "government")
    if level == "township" and place.endswith(lists["place.streets"]):
        return _own(STREET_OFFICE, "street_office")
    if level == "city" and place.endswith(lists["place.leagues"]):
        return _own(LEAGUE_OFFICE, "government")
    if place.endswith(lists["place.administrative"]):
        return _own(GOVERNMENT, "government")
    if place.endswith(lists["place.zones"]):
        return _own(COMMITTEE, "government")
    return _own(NOTHING, "other")


def _own(name: str, kind: Kind) -> Body:
    return Body(name, kind, name, own=True)


def body_in(place: str, level: Level, rest: str) -> Body | None:
    """The body that a text behind the name of a place means; ``None`` where it is none, or names another place first.

    >>> body_in("上海市", "province", "科委").name, body_in("师宗县", "county", "新设镇人民政府")
    ('科学技术委员会', None)
    """
    own = own_body(place, level)
    if not rest or rest == own.name or _is_government(own, rest):
        return own
    if not _is_body(rest):
        return None
    return plain_body(rest)


def plain_body(text: str) -> Body:
    """A text that is known to be a body of a place.

    >>> plain_body("文化广播电视体育和旅游局").name, plain_body("人社局").name
    ('文化广播电视体育和旅游局', '人力资源和社会保障局')
    """
    key = canonical(text)
    return Body(key if key in words().canonical else _long(text), _kind(key), key)


def _long(text: str) -> str:
    return f"{text.removesuffix('管委会')}{COMMITTEE}" if text.endswith("管委会") else text


def _is_government(own: Body, rest: str) -> bool:
    """Whether a text is how the government of a place is printed behind the name of the place."""
    lists = words().lists
    if own.name == STREET_OFFICE:
        return rest in lists["body.street_offices"]
    if own.name in {COMMITTEE, NOTHING} and rest in lists["body.committees"]:
        return True
    return rest in lists["body.governments"] or (own.name == LEAGUE_OFFICE and rest in lists["body.offices"])


@functools.lru_cache(maxsize=16_384)
def canonical(text: str) -> str:
    """The one name of a body. What is not declared loses only the words that join its parts.

    >>> canonical("发改委"), canonical("教育和体育局"), canonical("教体局"), canonical("开发区管委会")
    ('发展和改革委员会', '教育体育局', '教体局', '开发区管理委员会')
    """
    known = words().canonical
    if text in known:
        return known[text]
    if text.startswith(GOVERNMENT) and text.endswith(words().lists["body.departments"]):
        # 上海市人民政府外事办公室 is 上海市外事办公室; the office of the government itself is declared.
        return canonical(text.removeprefix(GOVERNMENT))
    plain = _JOINING.sub("", _long(text))
    return _joined().get(plain, plain)


@functools.cache
def _joined() -> dict[str, str]:
    return {_JOINING.sub("", name): canonical_name for name, canonical_name in words().canonical.items()}


@functools.lru_cache(maxsize=16_384)
def _is_body(text: str) -> bool:
    lists = words().lists
    if text in words().canonical:
        return True
    if text in (*lists["body.governments"], *lists["body.street_offices"], *lists["body.offices"]) or not _CHINESE.fullmatch(text):
        return False
    branch = BRANCH.fullmatch(text)
    if branch is not None:
        # 公安局师宗县分局: the place of a branch stands inside the name of its bureau.
        text = branch[1]
    ends = text.endswith((*lists["body.departments"], *lists["body.others"], *lists["body.committees"]))
    return ends and len(text) > 1 and not _names_place(text)


def _names_place(text: str) -> bool:
    """Whether a text behind a place begins with another place, which the list does not have: 新设镇财政所, but not 市场监督管理局.

    开发区管委会 is a body of the place that it stands in; a 民政局 of the 开发区 is one of the zone.
    """
    lists = words().lists
    committee = next((ending for ending in lists["body.committees"] if text.endswith(ending)), None)
    if committee is not None and text.removesuffix(committee).endswith(lists["place.zones"]):
        return False
    for word in (*lists["body.not_places"], *vocabulary().lists["unit.not_places"]):
        text = text.replace(word, "")
    return _MARK.search(text) is not None


def _kind(name: str) -> Kind:
    lists = words().lists
    if name.endswith(lists["body.committees"]):
        return "government"
    if any(word in name for word in lists["body.not_departments"]):
        return "other"
    return "department" if name.endswith(lists["body.departments"]) else "other"
