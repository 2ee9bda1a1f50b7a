"""The phrases in which reports tell a figure, and the words around them that change its meaning: ``prose.toml``, compiled once."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.documents.metadata.vocabulary import one_of
from pipeline.normalizer.numerals import COUNT, MONEY

_MACRO = re.compile(r"\{([a-z_]+)\}")
# What a sentence must hold for a figure to be told in it at all; few do, so most sentences are passed over at once.
_WORDS = {"applications": ("申请",), "review": ("复议",), "litigation": ("诉讼",), "*": ("复议", "诉讼"), "processing_fee": ("费",)}


class ProseError(ValueError):
    """``prose.toml`` is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class FigureName:
    """What a prose figure is called. Its unit is 件 or 元."""

    id: str
    label_zh: str
    label_en: str
    unit: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say a figure. ``value``: the phrase itself says how many (未收到 = 0). ``needs``: what the sentence must be about.

    ``within``: it stands inside another count (其中). ``unhandled``: 办理 before it makes it a case of somebody else.
    ``lenient``: 区政府 may stand for the district, because only the body itself can collect its fees.
    """

    figures: tuple[str, ...]
    pattern: re.Pattern[str]
    value: int | None
    needs: str | None
    within: bool
    unhandled: bool
    lenient: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything that ``prose.toml`` declares, compiled."""

    figures: Mapping[str, FigureName]
    phrases: tuple[Phrase, ...]
    context: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, re.Pattern[str]]


@functools.cache
def phrases() -> Phrases:
    """The phrases that the package carries."""
    return read_phrases(Path(__file__).with_name("prose.toml"))


def read_phrases(path: Path) -> Phrases:
    """Read and compile the phrases. Raises ``ProseError`` for an unknown word list, figure or a pattern that does not compile."""
    declared = tomllib.loads(path.read_text("utf8"))
    figures = {one["id"]: FigureName(one["id"], one["label_zh"], one["label_en"], one["unit"]) for one in declared["figure"]}
    words = {name: one_of(values) for name, values in declared["words"].items()}
    words |= {
        "n": COUNT,
        "money": MONEY,
        "end": r"(?=[,，。；;)）！\n]|$)",
        "start": r"(?:^|(?<=[,，。；;、（(年并]))",
        "gap": r"[^,，。；;]{0,40}?",
    }
    context = {name: tuple(values) for name, values in declared["context"].items()}
    found = tuple(_phrase(one, words, figures, f"{path.name}: phrase {number}") for number, one in enumerate(declared["phrase"], 1))
    return Phrases(figures, found, context, _context_patterns(context))


def _phrase(one: Mapping[str, Any], words: Mapping[str, str], figures: Mapping[str, FigureName], place: str) -> Phrase:
    unknown = [name for name in _MACRO.findall(one["pattern"]) if name not in words]
    named = [figure for figure in one["figures"] if figure not in figures and f"review{figure[1:]}" not in figures]
    if unknown or named:
        raise ProseError(f"{place}: unknown {', '.join([*unknown, *named])}")
    try:
        pattern = re.compile(_MACRO.sub(lambda found: words[found[1]], one["pattern"]))
    except re.error as error:
        raise ProseError(f"{place}: {error}") from error
    return Phrase(
        figures=tuple(one["figures"]),
        pattern=pattern,
        value=one.get("value"),
        needs=one.get("needs"),
        within=one.get("within", False),
        unhandled=one.get("unhandled", False),
        lenient=one.get("lenient", False),
        words=_WORDS[one["figures"][0].split(".")[0]],
    )


def _context_patterns(context: Mapping[str, tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
    other, this = one_of(context["other_time"]), one_of(context["this_time"])
    return {
        "time": re.compile(
            rf"(?P<span>20\d\d年?(?:至|到|-|—|~)20\d\d年)|(?P<year>(?<!\d)20\d\d)(?=年)|(?P<this>{this})|(?P<other>{other})"
        ),
        # 较去年 compares, 上年结转 belongs to this year's books.
        "no_time": re.compile(
            rf"(?:较|比|与|同|相比)(?:{other}|20\d\d年)(?:度|同期)?|{other}(?:度)?(?:结转|转)|(?:结转|顺延|转|延)(?:至|到|入)?(?:{other}|20\d\d年)"
        ),
        "body": re.compile(rf"(?P<own>{one_of(context['own'])}(?:人民政府|政府)?)|(?P<other>{one_of(context['body'])})"),
        "no_body": re.compile(one_of(context["not_body"])),
        "part": re.compile(one_of(context["part"])),
        "fault": re.compile(one_of(context["fault"])),
        "handled": re.compile(f"{one_of(context['handled'])}.{{0,6}}$"),
        # 行政复议和行政诉讼共5件 is one number for two.
        "joint": re.compile("(?:复议|诉讼)(?:案件|申请)?(?:、|和|及|与|以及|或|或者)(?:被)?(?:提起|提出|申请)?的?(?:行政)?$"),
        "disclosure": re.compile(one_of(context["disclosure"])),
        "application": re.compile("公开申请|申请公开|依申请"),
        "fee": re.compile("处理费|收费通知"),
        "carried": re.compile(r"[（(][^（()）]{0,12}上[一]?年度?结转"),
        "negated": re.compile("(?:未|没有|无|不|拟|应|免)(?:实际|再|予|向申请人)?$"),
        "case": re.compile("(?P<review>复议)|(?P<litigation>诉讼)"),
    }
