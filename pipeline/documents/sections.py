"""The six sections of a report: which line is the heading of which, and the text under each."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib import resources

from rapidfuzz.distance import Levenshtein

from pipeline.forms import FormError, forms
from pipeline.tables.labels import normalise

_NUMBER = re.compile(
    r"^\s*(?:第?([一二三四五六七八九十])(?:部分|、|\.|．|，|,|:|：|\s|(?=[\u4e00-\u9fff])(?!是))|[(（]([一二三四五六])[)）]|([1-6])[、.．])"
)
_CHINESE = {character: number for number, character in enumerate("一二三四五六七八九十", 1)}
_LONGEST_HEADING = 45
_SAME_NUMBER = 0.34
_OTHER_NUMBER = 0.12
_LAST = (5, 6)
_LONGEST_FURNITURE = 80


def heading_section(line: str) -> int | None:
    """The number of the section that a line is the heading of, or None.

    The wording decides; a right number allows more freedom in it: both ``二、行政机关主动公开政府信息情况`` and the misnumbered
    ``一、主动公开政府信息情况`` are 2.
    """
    return _heading_section(line) if len(line) <= _LONGEST_HEADING else None


@functools.lru_cache(maxsize=16_384)
def _heading_section(line: str) -> int | None:
    if len(line.strip()) < 3:
        return None
    found = _NUMBER.match(line)
    if found is None or found[2]:
        return _closest(normalise(line), None) if found is None else None
    number = _CHINESE[found[1]] if found[1] else int(found[3])
    return _closest(normalise(line[found.end() :]), number)


def _closest(text: str, number: int | None) -> int | None:
    """The section whose heading is nearest, if it is near enough; without any number only the exact wording counts."""
    if len(text) < (2 if number else 4):
        return None
    best: tuple[float, int] | None = None
    for section, headings in _headings().items():
        bound = _SAME_NUMBER if section == number else 0.0 if number is None else _OTHER_NUMBER
        distance = min(Levenshtein.normalized_distance(text, heading) for heading in headings)
        if distance <= bound and (best is None or distance < best[0]):
            best = (distance, section)
    return best[1] if best else None


@functools.cache
def _headings() -> dict[int, tuple[str, ...]]:
    text = resources.files("pipeline.forms").joinpath("report.toml").read_text("utf8")
    found: dict[int, tuple[str, ...]] = {}
    for entry in tomllib.loads(text)["section"]:
        if "table" in entry:
            table = forms().tables.get(entry["table"])
            if table is None:
                raise FormError(f"report.toml: section {entry['number']}: no table {entry['table']}")
            texts = (table.heading_zh, *table.heading_aliases)
        else:
            texts = (entry["heading_zh"], *entry["aliases"])
        found[entry["number"]] = tuple(map(normalise, texts))
    return found


@functools.cache
def _furniture() -> re.Pattern[str]:
    text = resources.files("pipeline.documents").joinpath("furniture.toml").read_text("utf8")
    return re.compile(rf"\s*(?:{'|'.join(tomllib.loads(text)['below'])})")


def split_sections(lines: Iterable[str]) -> dict[int, str]:
    """Section number → text under its heading. A heading that comes again (a second numbering) continues its section.

    The last sections, which have no table, end where the page goes on below the report.
    """
    found: dict[int, list[str]] = {}
    current: int | None = None
    for line in lines:
        section = heading_section(line)
        if section is not None:
            current = section
            found.setdefault(section, [])
        elif current in _LAST and len(line) < _LONGEST_FURNITURE and _furniture().match(line):
            current = None
        elif current is not None:
            found[current].append(line)
    return {section: "\n".join(texts) for section, texts in sorted(found.items())}
