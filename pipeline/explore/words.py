"""What the pages say, in Chinese and English. Codes are told in the words of the declarations wherever there are some."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.compare import words as compared
from pipeline.compare.words import Lang
from pipeline.forms import forms
from pipeline.normalizer.derived.indicators_declared import declared
from pipeline.normalizer.phrases import phrases


@functools.cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf8"))


@functools.cache
def _codes() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads((Path(__file__).parents[1] / "normalizer" / "codes.toml").read_text("utf8"))


def text(key: str, lang: Lang, **values: object) -> str:
    """A phrase."""
    return str(_words()["text"][key][lang]).format(**values)


def word(kind: str, code: str | None, lang: Lang) -> str:
    """The short word for a code, such as a state; the code itself in plain letters where we have none."""
    if code is None:
        return ""
    found = _words().get(kind, {}).get(code) or _codes().get(kind, {}).get(code)
    if isinstance(found, Mapping) and lang in found:
        return str(found[lang])
    return code.replace("_", " ")


def meaning(kind: str, code: str | None, lang: Lang) -> str:
    """A code in a sentence."""
    if code is None:
        return ""
    if kind == "coverage_state" and (legend := compared.legend([], [], [code], lang)):
        return legend[0]
    told = _codes().get(kind, {}).get(code)
    return str(told[lang]) if told else code.replace("_", " ")


def flag(code: str, lang: Lang) -> str:
    """A flag of a figure in a sentence: our doubt, or the relation that fails."""
    kind, _, name = code.partition(".")
    return check(name, lang) if kind == "check" else meaning("flag", code, lang)


def check(code: str, lang: Lang) -> str:
    """A relation in words."""
    try:
        found = forms().check(code)
    except KeyError:
        return code.replace("_", " ")
    return found.label_zh if lang == "zh" else found.label_en


def scope(key: str, lang: Lang) -> str:
    """What a relation was evaluated in: a kind of applicant, a group, a table, a row, a figure; the key itself where we have no name."""
    for kind in ("applicant", "group", "table", "scope"):
        if key in _words()[kind]:
            return str(_words()[kind][key][lang])
    rows = [row for table in forms().tables.values() for block in table.blocks for row in block.rows if row.id == key]
    if rows:
        return rows[0].label_en if lang == "en" else rows[0].labels[rows[0].forms[-1]]
    return figure(key, lang)


def issue(code: str, message: str, lang: Lang) -> str:
    """A finding in words: its kind in the language asked for, and the message (which is English) where there is no other."""
    if code.startswith("check."):
        return check(code.removeprefix("check."), lang)
    found = _words()["issue"].get(code)
    return str(found[lang]) if found else message


def figure(name: str, lang: Lang) -> str:
    """The label of a figure: its path on the form, outermost first."""
    found = forms().figures.get(name)
    if found is None:
        told = phrases().figures.get(name)
        return name if told is None else told.label_zh if lang == "zh" else told.label_en
    if lang == "en":
        return f"{found.row.label_en}, {found.column.label_en}"
    return " · ".join(dict.fromkeys(found.label_zh(found.forms[-1])))


def indicator(name: str, lang: Lang) -> str:
    """The name of an indicator."""
    for one in declared().indicators:
        if one.id == name:
            return one.zh if lang == "zh" else one.en
    return name


def missing(code: str | None, lang: Lang) -> str:
    """Why there is no value, as the comparison says it."""
    return compared.missing((code or "not_derived").partition(":")[0], lang)
