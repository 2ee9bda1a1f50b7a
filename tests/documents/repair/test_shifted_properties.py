"""Damage made by the model of a mirror's program, undone: what the bytes decide comes back exactly, the rest is never silently wrong.

MIRROR_EXAMPLES sets how many texts are tried (200 in a normal run).
"""

import functools
import os
import random
import re
import tomllib
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from pipeline.documents.repair import readings, repair, shifted
from pipeline.documents.repair.characters import PUNCTUATION, gb2312_level, simplified

from .mirror_damage import Mirror, traditional

EXAMPLES = int(os.environ.get("MIRROR_EXAMPLES", "200"))
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
seeds = st.integers(0, 2**32 - 1)
PHRASES = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


@functools.cache
def alphabet() -> tuple[str, ...]:
    """What a report may be written with: GB 2312 in both scripts, and punctuation."""
    pairs = (bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    chars = (pair.decode("gbk", errors="ignore") for pair in pairs)
    return tuple(char for char in chars if len(char) == 1 and (char in PUNCTUATION or gb2312_level(simplified(char))))


@functools.cache
def by_byte(place: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for char in alphabet():
        found.setdefault(char.encode("gbk")[place], []).append(char)
    return found


def teaching(chance: random.Random, *, to_traditional: bool) -> tuple[Mirror, str]:
    """A mirror and a page on which it annotates every character of its list without doing other damage."""
    page = "\n".join(chance.sample(PHRASES["sentences"], 12))
    written = traditional(page) if to_traditional else page
    hans = sorted({char for char in written if "\u4e00" <= char <= "\u9fff"})
    if to_traditional and chance.random() < 0.5:
        hans = [char for char in hans if simplified(char) != char]
    style = Style.TONE if chance.random() < 0.7 else Style.NORMAL
    listed = chance.sample(hans, min(len(hans), chance.choice([30, 60, 90])))
    by_reading = sorted((pinyin(char, style=style)[0][0], char) for char in listed)
    mirror = Mirror({char: reading for reading, char in by_reading}, to_traditional=to_traditional)
    lines = [line for line in page.split("\n") if "?" not in mirror.damage(line)]
    shown = set("".join(mirror.written(line) for line in lines))
    return Mirror({char: read for char, read in mirror.readings.items() if char in shown}, to_traditional), "\n".join(lines)


def straddled(chance: random.Random, mirror: Mirror) -> str:
    """Two characters between which the bytes of a third stand that the mirror annotates, as in 日報 those of 請."""
    char = chance.choice(list(mirror.readings))
    lead, trail = char.encode("gbk")
    lefts, rights = by_byte(1).get(lead, []), by_byte(0).get(trail, [])
    assume(lefts and rights)
    listed = [right for right in rights if right in mirror.readings]
    return chance.choice(lefts) + chance.choice(listed or rights)


def preimages(mirror: Mirror, line: str, printed: str) -> set[str]:
    """Lines that differ from this one in one character or two neighbours and that the mirror prints alike, this one included."""
    alike = {line}
    for at, char in enumerate(line):
        code = char.encode("gbk")
        if len(code) == 2:
            near = {*by_byte(0)[code[0]], *by_byte(1)[code[1]]}
            alike |= {other for new in near if mirror.damage(other := line[:at] + new + line[at + 1 :]) == printed}
    return alike


@many
@given(seeds)
def test_readings_matched_across_two_characters_come_back(seed):
    chance = random.Random(seed)
    teacher, page = teaching(chance, to_traditional=chance.random() < 0.7)
    mirror = Mirror(teacher.readings, to_traditional=False)
    assume(len(mirror.readings) >= 8)
    line = f"{chance.choice('在由与')}{straddled(chance, mirror)}，2023年"
    printed = mirror.damage(line)
    assume("?" in printed)
    whole = teacher.written(page) + "\n" + line
    damaged = teacher.damage(page) + "\n" + printed
    taught = readings.learn(damaged)
    assume(taught == mirror.readings)
    restored, repairs = shifted.restore(damaged, taught)
    restored, _ = readings.remove(restored, taught)
    doubted = any(made.doubted for made in repairs)
    assert restored == whole or doubted
    if len(preimages(mirror, line, printed)) == 1:
        assert restored == whole


@many
@given(seeds)
def test_separators_matched_across_two_characters_are_restored_or_doubted(seed):
    """环保、社保 holds the bytes of ！, ， before 現 those of ，: a lead byte is lost, and with it the proof of what stood there."""
    chance = random.Random(seed)
    teacher, page = teaching(chance, to_traditional=chance.random() < 0.7)
    line = teacher.written(chance.choice(PHRASES["sentences"]) + chance.choice(PHRASES["sentences"]))
    mirror = Mirror(teacher.readings, to_traditional=False)
    printed = mirror.damage(line)
    assume("?" in printed)
    damaged = teacher.damage(page) + "\n" + printed
    taught = readings.learn(damaged)
    restored, repairs = shifted.restore(damaged, taught)
    restored, _ = readings.remove(restored, taught)
    assert restored == teacher.written(page) + "\n" + line or any(made.doubted for made in repairs)


@many
@given(seeds)
def test_whole_damaged_reports_come_back_or_are_doubted(seed):
    chance = random.Random(seed)
    teacher, page = teaching(chance, to_traditional=chance.random() < 0.7)
    names = [f"{name}人民政府" for name in PHRASES["names"] if "?" not in teacher.damage(name + "人民政府")]
    whole = "\n".join(
        [page, *chance.sample(PHRASES["sentences"], 5), *(f"{label} | {chance.randrange(99)} |" for label in PHRASES["labels"]), *names]
    )
    damaged = teacher.damage(whole)
    restored, repairs = repair(damaged)
    assert restored == whole or any(made.doubted for made in repairs)
    assert re.findall("[0-9]+", restored) == re.findall("[0-9]+", damaged)


@many
@given(seeds)
def test_pages_without_shifted_bytes_come_back_exactly(seed):
    """Readings and traditional characters alone leave nothing open."""
    chance = random.Random(seed)
    teacher, page = teaching(chance, to_traditional=chance.random() < 0.7)
    lines = [page, *(f"{label} | {chance.randrange(99)} |" for label in PHRASES["labels"]), *PHRASES["names"]]
    whole = "\n".join(line for line in lines if "?" not in teacher.damage(line))
    assume(len(readings.learn(teacher.damage(whole))) == len(teacher.readings))
    restored, repairs = repair(teacher.damage(whole))
    assert restored == whole
    assert not any(made.doubted for made in repairs)


@many
@given(seeds)
def test_undamaged_text_comes_back_as_it_is(seed):
    chance = random.Random(seed)
    pieces = [
        *PHRASES["sentences"],
        *PHRASES["labels"],
        *PHRASES["brackets"],
        *PHRASES["names"],
        "是什么？",
        "为什么?，",
        "（）",
        "| 0 | 12 |",
        "\n",
    ]
    text = "".join(chance.choices(pieces, k=chance.randint(1, 60)))
    assert repair(text) == (text, ())


@many
@given(st.text(alphabet=st.sampled_from("年月日号〔〕()（）?，,！。|0123456789F_@ \n項項開務報wùaā現公乾県|"), max_size=80))
def test_digits_are_never_changed_and_nothing_raises(text):
    restored, _ = repair(text)
    assert [char for char in restored if char.isdigit()] == [char for char in text if char.isdigit()]
