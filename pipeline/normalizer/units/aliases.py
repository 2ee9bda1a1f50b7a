"""Other ways to print the name of a place that can mean no other one: without its peoples, as a street's office, in other characters."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from opencc import OpenCC

from pipeline.normalizer.units.words import words


def aliases_of(name: str) -> Iterator[str]:
    """What a place may be called besides its official name.

    >>> list(aliases_of("恩施土家族苗族自治州")), list(aliases_of("驼峰路街道")), list(aliases_of("鲊埠回族乡"))
    (['恩施州'], ['驼峰路街', '驼峰路办事处'], ['鲊埠乡'])
    """
    if "自治" in name or "族" in name:
        yield from _without_peoples(name)
    if name.endswith("街道"):
        yield name[:-1]
        if len(name) > 3:
            yield f"{name[:-2]}办事处"
    for ending in ("街道办事处", "地区办事处"):
        if name.endswith(ending):
            yield name.removesuffix("办事处")
    for ending in words().lists["body.committees"]:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            yield name.removesuffix(ending)


def _without_peoples(name: str) -> Iterator[str]:
    lists = words().lists
    if name in lists["place.regions"]:
        yield name.removesuffix(next(tail for tail in lists["place.region_tails"] if name.endswith(tail)))
    elif found := _autonomous().fullmatch(name):
        yield found[1] + found[2].removeprefix("自治")


@functools.cache
def _autonomous() -> re.Pattern[str]:
    lists = words().lists
    peoples = "|".join(sorted(lists["place.peoples"], key=len, reverse=True))
    marks = "|".join((*lists["place.autonomous"], "乡", "镇", "苏木"))
    return re.compile(rf"(.+?)(?:{peoples})*({marks})")


@functools.cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """The text in simplified characters. Only to look a name up that is not in the list as it is printed, never to print it."""
    return str(_converter().convert(text))
