"""The prose of reports with everything masked that differs between a text and its copy: years, numbers, the body's own names."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.documents.metadata.vocabulary import one_of
from pipeline.normalizer.derived.relations.words import words
from pipeline.normalizer.derived.year import Wide
from pipeline.normalizer.identity import normalise_name

#: Sections of running text; the others hold tables.
PROSE = (1, 5, 6)
#: What stands for a number and for a name: characters of the private use area, which no text has.
NUMBER, NAME = "\ue000", "\ue001"
_NAMES = ("unit_name_printed", "unit_name", "township", "county", "city", "province")
_NO_LETTER = re.compile(r"[\W_]+")
_NUMERALS = "〇○零一二三四五六七八九十百千万亿两"


def masked_prose(sections: pa.Table, wide: Wide) -> list[str]:
    """The prose of each report of ``wide``, masked; empty where there is none.

    Numbers (in digits of any width, and in characters before a measure word) become one character each; what is no letter and no numeral
    (white space, punctuation) goes; the names of the body and its place, and how it speaks of itself (我镇), become one character each.

    >>> mask("青石镇2023年公开信息1,204条。我镇召开会议三次", ["云河县青石镇人民政府"]).replace(NUMBER, "#").replace(NAME, "@")
    '@#年公开信息#条@召开会议#次'
    """
    report = pc.index_in(sections["report_id"], value_set=wide.reports["report_id"])
    rows = pa.table({"report": report, "section": sections["section"], "text": sections["text"]})
    rows = rows.filter(pc.and_(pc.is_in(rows["section"], value_set=pa.array(PROSE, rows["section"].type)), pc.is_valid(rows["report"])))
    rows = rows.filter(pc.is_valid(rows["text"]))
    texts = [""] * len(wide)
    rows = rows.sort_by([("report", "ascending"), ("section", "ascending")])
    for number, text in zip(rows["report"].to_pylist(), _without_numbers(rows["text"]).to_pylist(), strict=True):
        texts[number] += text
    columns = [wide.column(name) for name in _NAMES]
    return [_without_names(text, names) if text else "" for text, *names in zip(texts, *columns, strict=True)]


def mask(text: str, names: list[str]) -> str:
    """One text masked."""
    return _without_names(_without_numbers(pa.array([text]))[0].as_py(), names)


def _without_numbers(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    counted = "|".join(words()["texts.counted"])
    texts = pc.replace_substring_regex(texts, r"[\d０-９]+(?:[.,:．，：][\d０-９]+)*[%％]?", NUMBER)
    texts = pc.replace_substring_regex(texts, rf"[{_NUMERALS}]+({counted})", rf"{NUMBER}\1")
    return pc.replace_substring_regex(texts, rf"[^\p{{L}}\p{{N}}{NUMBER}]+", "")


def _without_names(text: str, names: Sequence[object]) -> str:
    own = sorted({part for name in names if isinstance(name, str) for part in _parts(name)}, key=lambda one: (-len(one), one))
    present = tuple(one for one in own if one in text)
    if _may_overlap(present):
        text = re.sub("|".join(map(re.escape, present)), NAME, text)
    else:
        # The same, without a pattern for every body: making one takes longer than reading the page did.
        for one in present:
            text = text.replace(one, NAME)
    return _self_pattern().sub(NAME, text)


@functools.lru_cache(maxsize=8192)
def _may_overlap(names: tuple[str, ...]) -> bool:
    """Whether one of these names may end where another has begun. A name that lies whole in another does not count: the longer goes first.

    >>> _may_overlap(("云河县青石镇", "云河县")), _may_overlap(("云河县", "县青石"))
    (False, True)
    """
    pairs = ((one, other) for one in names for other in names if one is not other)
    return any(one.endswith(other[:size]) for one, other in pairs for size in range(1, min(len(one), len(other))))


@functools.lru_cache(maxsize=8192)
def _parts(name: str) -> tuple[str, ...]:
    """A name, the places that it holds and what is left of it.

    >>> _parts("云河县青石镇人民政府"), _parts("云河县财政局")
    (('云河县青石镇人民政府', '云河县', '青石镇'), ('云河县财政局', '云河县', '财政局'))
    """
    name = _NO_LETTER.sub("", normalise_name(name))
    return tuple(dict.fromkeys(part for part in (name, *_places(name)) if len(part) > 1 and part not in words()["texts.general"]))


def _places(name: str) -> Iterator[str]:
    at = 0
    for found in re.finditer(rf".{{1,9}}?{one_of(words()['texts.marks'])}", name):
        yield found[0]
        at = found.end()
    yield name[at:]


@functools.cache
def _self_pattern() -> re.Pattern[str]:
    return re.compile(one_of(words()["texts.self_first"]) + one_of(words()["texts.self_last"]))
