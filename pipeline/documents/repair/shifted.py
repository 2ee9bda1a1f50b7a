"""Runs of text whose bytes a mirror took apart: ``成效?,F(xiàn)將`` for 成效。現將, ``日?qǐng)?bào)`` for 日報.

The mirror's program works on the bytes of GBK text. It puts readings behind the characters of its list wherever their two bytes stand,
also across two characters; it splits at the bytes of ，, ！ and 。 in this order, also across two characters; and it decodes the pieces
alone, so that a lead byte without its trail becomes ``?``. No byte is changed but the ones that become ``?``. Hence the inversion: encode
what is printed, leave the readings out, and pair the bytes anew. A ``?`` is a hole of one byte, and the other byte of its character, the
reading behind it and the page's own list say which characters fit. One that fits is certain; several are decided by the page's wording,
if at all, and doubted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.documents.repair.characters import PUNCTUATION, gb2312_level, simplified
from pipeline.documents.repair.readings import HAN, LETTERS
from pipeline.model import Repair

# What the program splits at. The second spelling is what is left of it after compatibility normalisation (NFKC).
_SEPARATORS = {"，": b"\xa3\xac", ",": b"\xa3\xac", "！": b"\xa3\xa1", "!": b"\xa3\xa1", "。": b"\xa1\xa3"}
_NORMALISED = {narrow: chr(ord(narrow) + 0xFEE0) for narrow in "(),:;!?"}
_BROKEN_READING = re.compile(rf"\?([{LETTERS}]{{1,7}})\)")
_READING = re.compile(rf"[(]([{LETTERS}]{{1,7}})[)]")
_HOLE = re.compile(rf"\?(?=[，,！!。]|[{LETTERS}]{{1,7}}\))")
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Slot:
    """One character (or two, where a pair of bytes is lost) of the original: the spellings that fit the bytes."""

    fitting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A damaged stretch ``start:end`` of the text and the characters that fit its bytes."""

    start: int
    end: int
    slots: tuple[Slot, ...]


class Page:
    """What a page tells about its own wording: the list of readings, and how often characters and pairs of them occur."""

    def __init__(self, text: str, taught: Mapping[str, str]) -> None:
        self.text = text
        self.taught = taught
        plain = re.sub(rf"([{HAN}])[(（][{LETTERS}]{{1,7}}[)）]", r"\1", text)
        self.characters = Counter(plain)
        self.pairs = Counter(pairwise(plain))

    def uses(self, char: str) -> bool:
        """True for a character that this page may hold: one it prints elsewhere, or one of GB 2312 in the page's own script."""
        if char in PUNCTUATION or self.characters[char] > 1:
            return True
        return bool(gb2312_level(simplified(char)))

    def weight(self, before: str, spelling: str, after: str) -> float:
        """How well a spelling agrees with the page's wording: pairs of characters seen elsewhere count most."""
        chain = before + spelling + after
        pairs = sum(min(self.pairs[pair], 3) for pair in pairwise(chain))
        return 3 * pairs + sum(min(self.characters[char], 60) for char in spelling) / 10


def _decoded(lead: int, trail: int) -> str | None:
    try:
        return bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return None


def _encoded(char: str) -> bytes | None:
    """The two bytes of a full-width character; gb18030 also knows the private-use characters that Windows shows for unassigned pairs."""
    if char in _SEPARATORS:
        return _SEPARATORS[char]
    try:
        code = _NORMALISED.get(char, char).encode("gb18030")
    except UnicodeEncodeError:
        return None
    return code if len(code) == 2 else None


def _with_lead(page: Page, lead: int, reading: str | None) -> tuple[str, ...]:
    """Characters that begin with a byte: those on the page's list with this reading, or, without one, those that are not on the list."""
    if reading is not None:
        return tuple(char for char, taught in page.taught.items() if taught == reading and _lead(char) == lead)
    found = (_decoded(lead, trail) for trail in range(0x40, 0xFF))
    return tuple(char for char in found if char is not None and char not in page.taught and page.uses(char))


def _with_trail(page: Page, trail: int) -> tuple[str, ...]:
    """Characters that end with a byte and are not on the page's list."""
    found = (_decoded(lead, trail) for lead in range(0x81, 0xFF))
    return tuple(char for char in found if char is not None and char not in page.taught and page.uses(char))


def _lead(char: str) -> int | None:
    code = _encoded(char)
    return code[0] if code else None


def _follow(page: Page, at: int, lead: int) -> tuple[int, list[Slot]] | None:
    """Pair the bytes from ``at`` on, where ``lead`` waits for its trail, until pairs and characters agree again.

    None where the bytes cannot be paired: then the ``?`` was no hole, or more was lost than the bytes tell.
    """
    text, slots = page.text, []
    while True:
        broken = _BROKEN_READING.match(text, at)
        if broken:
            slots.append(Slot(_with_lead(page, lead, broken[1])))
            return broken.end(), slots
        char = text[at : at + 1]
        if char == "?":
            if text[at + 1 : at + 2] not in {"", "\n", *_SEPARATORS}:
                return None
            slots.append(Slot(_with_lead(page, lead, None)))
            return at + 1, slots
        if "\x40" <= char <= "\x7e":
            return _resynchronised(page, at + 1, slots, _pair(page, lead, ord(char)))
        code = _encoded(char) if char else None
        if code is None:
            return None
        slots.append(Slot(_pair(page, lead, code[0])))
        if code[1] < 0x80:
            return at + 1, [*slots, Slot((chr(code[1]),))]
        lead, at = code[1], at + 1


def _pair(page: Page, lead: int, trail: int) -> tuple[str, ...]:
    """The character of two bytes; failing a usable one, the two characters of four bytes of which the middle pair is lost.

    A pair that no character is assigned to (AA A1 … AF FE and the like) leaves nothing in the decoded text.
    """
    char = _decoded(lead, trail)
    if char is not None and page.uses(char):
        return (char,)
    unassigned = (bytes((first, second)) for first in range(0x81, 0xFF) for second in range(0x81, 0xFF) if _decoded(first, second) is None)
    couples = ((_decoded(lead, pair[0]), _decoded(pair[1], trail)) for pair in unassigned)
    return tuple(one + two for one, two in couples if one and two and page.pairs[one, two])


def _resynchronised(page: Page, at: int, slots: list[Slot], fitting: tuple[str, ...]) -> tuple[int, list[Slot]] | None:
    """The end of a run whose last byte was printed as an ASCII character; a reading behind it belongs to the restored character."""
    reading = _READING.match(page.text, at)
    if reading:
        fitting = tuple(spelling for spelling in fitting if page.taught.get(spelling[-1]) == reading[1])
        at = reading.end()
    else:
        fitting = tuple(spelling for spelling in fitting if spelling[-1] not in page.taught)
    return at, [*slots, Slot(fitting)]


def _runs_from(page: Page, hole: int, before: str) -> Run | None:
    """The damaged run that begins with the ``?`` at ``hole``; ``before`` is the character before it, readings left out."""
    text = page.text
    broken = _BROKEN_READING.match(text, hole)
    if broken:
        code = _encoded(before) if before else None
        if code is None:
            return None
        leads = {_trail(char) for char in _with_lead(page, code[1], broken[1])}
        found = [_follow(page, broken.end(), lead) for lead in leads if lead is not None]
        good = [one for one in found if one is not None and all(slot.fitting for slot in one[1])]
        return Run(hole, good[0][0], tuple(good[0][1])) if len(good) == 1 else None
    first, second = _SEPARATORS[text[hole + 1]]
    following = _follow(page, hole + 2, second)
    if following is None:
        return None
    end, slots = following
    run = Run(hole, end, (Slot(_with_trail(page, first)), *slots))
    return run if all(slot.fitting for slot in run.slots) else None


def _trail(char: str) -> int | None:
    code = _encoded(char)
    return code[1] if code else None


def _settled(page: Page, run: Run, before: str) -> tuple[str, bool]:
    """The run as text, and whether every character of it is certain. What the page's wording cannot decide stays ``?``."""
    spelt, certain = "", True
    for index, slot in enumerate(run.slots):
        if len(slot.fitting) == 1:
            spelt += slot.fitting[0]
            continue
        certain = False
        following = run.slots[index + 1].fitting if index + 1 < len(run.slots) else (page.text[run.end : run.end + 1],)
        after = following[0][:1] if len(following) == 1 else ""
        left = spelt[-1:] or before
        ranked = sorted(slot.fitting, key=lambda spelling: page.weight(left, spelling, after), reverse=True)
        best, next_best = (page.weight(left, spelling, after) for spelling in ranked[:2])
        spelt += ranked[0] if best > next_best + 1 else _UNKNOWN
    return spelt, certain


def restore(text: str, taught: Mapping[str, str]) -> tuple[str, tuple[Repair, ...]]:
    """The text with its shifted runs restored; runs that cannot be are left and named with doubt."""
    page = Page(text, taught)
    done: list[str] = []
    repairs: dict[bool, list[tuple[str, str]]] = {}
    at = 0
    for hole in _HOLE.finditer(text):
        if hole.start() < at:
            continue
        done.append(text[at : hole.start()])
        at = hole.start()
        before = re.sub(rf"[(][{LETTERS}]{{1,7}}[)]$", "", "".join(done)[-12:])[-1:]
        run = _runs_from(page, at, before)
        if run is None:
            continue
        spelt, certain = _settled(page, run, before)
        repairs.setdefault(certain, []).append((before + text[run.start : run.end], before + spelt))
        done.append(spelt)
        at = run.end
    repaired = "".join(done) + text[at:]
    return repaired, tuple(
        Repair("shifted_bytes", len(examples), *examples[0], doubted=not certain)
        for certain, examples in sorted(repairs.items(), reverse=True)
    )
