"""Whose figures a report says that it holds: those of its own body, or of all bodies of its government."""

from __future__ import annotations

import functools
import re
from typing import Literal

from pipeline.documents.metadata.vocabulary import vocabulary

Scope = Literal["own", "government_wide"]
_SENTENCE = re.compile("[。；;\n]")


def read_scope(text: str) -> tuple[Scope, str] | None:
    """What a report's first sentences say of the range of its figures, with the sentence; ``None`` where they say nothing.

    >>> read_scope("本报告所列数据的统计期限自2023年1月1日起。本报告所列数据包括全县各级行政机关的数据。")
    ('government_wide', '本报告所列数据包括全县各级行政机关的数据')
    """
    words = vocabulary().lists
    if not any(word in text for word in (*words["scope.wide"], *words["scope.own"])):
        return None
    for sentence in _SENTENCE.split(text):
        scope = _scope_of(sentence)
        if scope is not None:
            return scope, sentence[:200]
    return None


def _scope_of(sentence: str) -> Scope | None:
    patterns = _patterns()
    if patterns["left_out"].search(sentence):
        return "own"
    if patterns["covers"].search(sentence) or patterns["made_of"].search(sentence):
        return "government_wide"
    return "own" if patterns["covers_own"].search(sentence) else None


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = vocabulary()
    subject, figures, covers = (words.any_of(f"scope.{key}") for key in ("subjects", "figures", "covers"))
    wide, own, told, made = (words.any_of(f"scope.{key}") for key in ("wide", "own", "told", "made"))
    made_of, left_out = words.any_of("scope.made_of"), words.any_of("scope.leaves_out")
    nobody_told = rf"(?:(?!{told}).)"
    near = rf"(?:(?!{told}|{left_out}).){{0,40}}?"
    clause = rf"(?:(?!{told}|{left_out})[^,，]){{0,30}}?"
    says = rf"{subject}{nobody_told}{{0,20}}?{figures}"
    return {
        "left_out": re.compile(rf"{says}{nobody_told}{{0,40}}?{left_out}.{{0,20}}?{wide}"),
        "covers": re.compile(rf"{says}{clause}{covers}{clause}{wide}"),
        "made_of": re.compile(
            rf"{subject}{near}{made_of}{near}{wide}{near}(?:报告|年报|数据|情况|报送|统计).{{0,20}}?{made}"
            rf"|^{nobody_told}{{0,40}}?{made_of}{clause}{wide}{clause}(?:报告|年报)[,，]?(?:汇总|综合|汇编)"
        ),
        "covers_own": re.compile(rf"{says}{clause}{covers}(?:(?!{wide}|{told})[^,，]){{0,20}}?{own}"),
    }
