"""Whose report a title, a file name or an address may be: cautious, because who is not named there may be said not to have published.

A *core* is what tells a body apart from its neighbours: 青石 of 示例省明川市云河县青石镇人民政府. A title *mentions* every body whose core
stands in it; it *says* one only if the whole name of exactly one body stands in it.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.documents.metadata.dates import years_in
from pipeline.normalizer.identity import normalise_name

#: Titles and names beyond this length say nothing more.
LONGEST = 200
_LEAST_NAME = 3
_LEAST_CORE = 2
_DAY = re.compile(r"20\d\d(?:年\d|[-./_]\d)[\d年月日./_-]*")
# 县教育局: the place is that of the site.
_OUR_PLACE = re.compile("^[省州县区旗](?=[\u3400-\u9fff]{2,}(?:局|委|委员会|厅|办|办公室)$)")
_ENDING = re.compile(r"\.[A-Za-z]\w{1,4}(?!\w)")
_WORDS = re.compile("[\u3400-\u9fff]{2,}")


@functools.cache
def _lists() -> Mapping[str, tuple[str, ...]]:
    content = tomllib.loads(Path(__file__).with_name("coverage.toml").read_text("utf8"))
    return {key: tuple(sorted(texts, key=len, reverse=True)) for key, texts in content.items()}


@functools.cache
def _said_of_reports() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _lists()["said_of_reports"])))


@functools.cache
def _place() -> re.Pattern[str]:
    return re.compile(rf"[\u3400-\u9fff]{{1,10}}?(?:{'|'.join(_lists()['places'])})(?=[\u3400-\u9fff]{{2}})")


@functools.lru_cache(maxsize=65_536)
def core(name: str) -> str:
    """What tells a body apart from its neighbours; empty where the name holds nothing of the kind.

    >>> core("示例省明川市云河县青石镇人民政府"), core("云河县市场监督管理局"), core("县教育局"), core("云河县人民政府"), core("人民政府")
    ('青石', '市场监督管理', '教育', '云河', '')
    """
    rest = _without(normalise_name(name), "governments")
    while (found := _place().match(rest)) and not _is_word(rest, found.end()):
        rest = rest[found.end() :]
    rest = _OUR_PLACE.sub("", rest)
    short = _without(rest, "kinds_of_body")
    telling = short if len(short) >= _LEAST_CORE else rest
    return telling if _WORDS.search(telling) else ""


def variants(name: str) -> frozenset[str]:
    """The ways in which a name is printed: without the places before it, one after the other, and without 人民政府.

    >>> sorted(variants("明川市云河县青石镇人民政府"))
    ['云河县青石镇', '云河县青石镇人民政府', '明川市云河县青石镇', '明川市云河县青石镇人民政府', '青石镇', '青石镇人民政府']
    """
    rest = normalise_name(name)
    found = [rest]
    while (place := _place().match(rest)) and not _is_word(rest, place.end()) and _without(rest[place.end() :], "governments"):
        rest = rest[place.end() :]
        found.append(rest)
    return frozenset(one for whole in found for one in (whole, _without(whole, "governments")) if len(one) >= _LEAST_NAME)


def _is_word(text: str, end: int) -> bool:
    """Whether the character before ``end`` stands in a word that is no place: 市场, 城市."""
    around = text[max(end - 2, 0) : end + 1]
    return any(word in around for word in _lists()["not_places"])


def _without(name: str, endings: str) -> str:
    return next((name.removesuffix(one) for one in _lists()[endings] if name.endswith(one)), name)


def text_of(*texts: str | None) -> str:
    """What titles and names say, in one text without differences of width."""
    return " ".join(normalise_name(text[:LONGEST]) for text in texts if text)


def last_part(url: str | None) -> str:
    """The last part of an address where it says something in Chinese; the day and number that it else holds say nothing of the report.

    >>> last_part("http://a.gov.cn/202401/t20240116_12.html"), last_part("http://a.gov.cn/%E9%9D%92%E7%9F%B3%E9%95%872023%E5%B9%B4.pdf")
    ('', '青石镇2023年.pdf')
    """
    try:
        part = unquote(urlsplit(url or "").path.rpartition("/")[2])
    except ValueError:
        return ""
    return part if _WORDS.search(part) else ""


def years_of(text: str) -> frozenset[int]:
    """The years that a text says it is about: 2023年, 2023年度, 二〇二三年, 青石镇2023.pdf; no days.

    >>> years_of("青石镇2023年政府信息公开工作年度报告(2024年1月20日)"), years_of("2024-01-20"), years_of("二〇二三年年报")
    (frozenset({2023}), frozenset(), frozenset({2023}))
    """
    return frozenset(years_in(_ENDING.sub(" ", _DAY.sub(" ", text))))


def is_like_report(text: str) -> bool:
    """Whether a text speaks of an annual report at all."""
    return any(word in text for word in _lists()["like_a_report"])


def left_over(text: str, names: Iterable[str]) -> str:
    """What a text says besides some names and the words that every report has in its title; empty where that is nothing."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, " ")
    return " ".join(_WORDS.findall(_said_of_reports().sub(" ", text)))


class Names:
    """The names of all bodies: by whole name, and by core."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._cores: dict[str, set[str]] = defaultdict(set)
        self._parts: dict[str, set[str]] = defaultdict(set)
        self._of: dict[str, tuple[str, ...]] = {}
        for unit, printed in names.items():
            known = [one for one in printed if one]
            whole = {variant for one in known for variant in variants(one)}
            cores = {core(one) for one in known} - {""}
            self._of[unit] = tuple(sorted(whole | cores))
            for one in whole:
                self._whole[one].add(unit)
            for one in cores:
                self._cores[one].add(unit)
                for part in {one[start:end] for start in range(len(one)) for end in range(start + _LEAST_CORE, len(one) + 1)}:
                    self._parts[part].add(unit)
        self._longest = max(map(len, (*self._whole, *self._cores)), default=0)

    def of(self, unit: str) -> tuple[str, ...]:
        """All names of a body, whole and shortened."""
        return self._of.get(unit, ())

    def says(self, text: str, among: Iterable[str] | None = None) -> str | None:
        """The one body whose whole name stands in a text; ``None`` where there is none or several. The longest name counts."""
        found: dict[str, set[str]] = dict(self._in(text, self._whole))
        allowed = None if among is None else set(among)
        for name in sorted(found, key=len, reverse=True):
            units = found[name] if allowed is None else found[name] & allowed
            if units:
                return next(iter(units)) if len(units) == 1 else None
        return None

    def mentions(self, text: str) -> frozenset[str]:
        """Every body whose core stands in a text."""
        return frozenset(unit for _, units in self._in(text, self._cores) for unit in units)

    def alike(self, name: str) -> frozenset[str]:
        """Every body whose core stands in the core of a name, or the other way round."""
        found = core(name)
        return self.mentions(found) | self._parts.get(found, frozenset()) if found else frozenset()

    def _in(self, text: str, known: Mapping[str, set[str]]) -> Iterable[tuple[str, set[str]]]:
        for word in _WORDS.findall(text[: 3 * LONGEST]):
            for start in range(len(word)):
                for end in range(start + _LEAST_CORE, min(len(word), start + self._longest) + 1):
                    if word[start:end] in known:
                        yield word[start:end], known[word[start:end]]
