"""What the comparison says, in Chinese and English, and the marks it puts at values."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pipeline.normalizer.derived.indicators_declared import declared

Lang = Literal["zh", "en"]


@functools.cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf8"))


def text(key: str, lang: Lang, **values: object) -> str:
    """A phrase."""
    return str(_words()["text"][key][lang]).format(**values)


@functools.cache
def _codes() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads((Path(__file__).parents[1] / "normalizer" / "codes.toml").read_text("utf8"))


def missing(code: str, lang: Lang) -> str:
    """Why there is no value, short enough for a cell: our word for it, or the label of the code, or the code in plain letters."""
    if code in _words()["missing"]:
        return str(_words()["missing"][code][lang])
    label = _codes().get("no_value", {}).get(code, {}).get("zh") if lang == "zh" else None
    return label or code.replace("_", " ")


def mark(caveat: str) -> str:
    """The sign that stands behind a value with a caveat."""
    return str(_words()["caveat"].get(caveat, _words()["caveat"]["other"])["mark"])


def break_mark() -> str:
    """The sign that stands before a value behind a break."""
    return str(_words()["break"]["mark"])


def legend(caveats: Iterable[str], breaks: Iterable[str], absent: Iterable[str], lang: Lang) -> list[str]:
    """One line for each sign and each reason that was met, in the order in which they are declared."""
    words, met, gone = _words(), set(caveats), set(absent)
    known = [f"{one['mark']} {one[lang]}" for code, one in words["caveat"].items() if code in met]
    known += [f"{mark(code)} {code}" for code in sorted(met - words["caveat"].keys())]
    told = [f"{break_mark()} {text('break_told', lang)}: {_break(code, lang)}" for code in sorted(set(breaks))]
    return [*known, *told, *(one[lang] for code, one in words["missing_told"].items() if code in gone)]


def _break(code: str, lang: Lang) -> str:
    for one in declared().breaks:
        if one.code == code:
            return one.zh if lang == "zh" else one.en
    return str(_words()["break"].get(code, {}).get(lang, code))
