"""Small lists of divisions for tests, and claims about them."""

import json

from pipeline.normalizer.identity import trust_of
from pipeline.normalizer.units.codes import full_code
from pipeline.normalizer.units.divisions import Divisions
from pipeline.normalizer.units.lineage import Change
from pipeline.normalizer.units.resolve import Claim

# Two towns of one name, two districts of one name, a street, a zone, a farm, a municipality: made of real names, for their traps.
LITTLE = {
    "32": "江苏省",
    "3208": "淮安市",
    "320813": "洪泽区",
    "320813100": "高良涧镇",
    "44": "广东省",
    "4401": "广州市",
    "440111": "白云区",
    "440111001": "棠景街道",
    "4419": "东莞市",
    "441900101": "虎门镇",
    "50": "重庆市",
    "5001": "市辖区",
    "500110": "綦江区",
    "500110110": "永新镇",
    "52": "贵州省",
    "5201": "贵阳市",
    "520113": "白云区",
    "53": "云南省",
    "5303": "曲靖市",
    "530302": "麒麟区",
    "530323": "师宗县",
    "530323104": "彩云镇",
    "530323105": "葵山镇",
    "530323400": "师宗农场",
    "530371": "曲靖经济技术开发区",
    "5323": "楚雄彝族自治州",
    "532302": "禄丰市",
    "532302109": "彩云镇",
    "62": "甘肃省",
    "6202": "嘉峪关市",
    "620201": "嘉峪关市",
    "620201001": "雄关街道",
}


def little(*changes: Change, **more: str) -> Divisions:
    """The little list with changes; ``more`` are divisions besides, as c530323=师宗市."""
    names = LITTLE | {code[1:]: name for code, name in more.items()}
    return Divisions({full_code(code): name for code, name in names.items()}, changes)


def change(old: str, old_name: str, new: str, new_name: str, kind: str = "upgrade", *, day: str = "2016-06-08") -> Change:
    return Change(full_code(old), full_code(new), day, kind, old_name, new_name)  # type: ignore[arg-type]


def claim(name: str | None, *places: tuple[str, str], url: str | None = None, sha256: str = "0" * 64, **more) -> Claim:
    """A claim; ``places`` are (text, where)."""
    mentions = json.dumps([(text, where, 1) for text, where in places], ensure_ascii=False) if places else None
    return Claim(name, url, sha256, trust_of(url), mentions, **more)
