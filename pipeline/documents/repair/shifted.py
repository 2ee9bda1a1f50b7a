"""Runs of text whose bytes a mirror took apart: ``成效?,F(xiàn)將`` for 成效。現將, ``日?qǐng)?bào)`` for 日報.

The mirror's program works on the bytes of GBK text. It puts readings behind the characters of its list wherever their two bytes stand,
also across two characters; it splits at the bytes of ，, ！ and 。 in this order, also across two characters; and it decodes the pieces
alone, so that a lead byte without its trail becomes ``?``. No byte is changed but the ones that become ``?``. Hence the inversion: encode
what is printed, leave the readings out, and pair the bytes anew. A ``?`` is a hole of one byte, and the other byte of its character, the
reading behind it and the page's own list say which characters fit. One that fits is certain; several are decided by the page's wording,
if at all, and doubted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from pipeline.documents.repair.characters import oddity
from pipeline.documents.repair.gbk import SEPARATORS, encoded
from pipeline.documents.repair.readings import HAN, LETTERS
from pipeline.documents.repair.rewriter import narrowed, reprinted
from pipeline.documents.repair.wording import Slot, Wording
from pipeline.model import Repair

_BROKEN_READING = re.compile(rf"\?([{LETTERS}]{{1,7}})\)")
_READING = re.compile(rf"[(]([{LETTERS}]{{1,7}})[)]")
_FIRST_READING = re.compile(rf"^[(][{LETTERS}]{{1,7}}[)]")
_LAST_READING = re.compile(rf"[(][{LETTERS}]{{1,7}}[)]$")
_HOLE = re.compile(rf"\?(?=[，,！!。{HAN}]|[{LETTERS}]{{1,7}}\))")
# Letters and lines that shifted bytes are read as and that no report prints: accented Latin, Greek, Cyrillic, box lines, kana, bopomofo.
_FOREIGN = re.compile("[\u00e0-\u045f\u2500-\u257f\u3041-\u3129]")

_WIDE = {narrow: chr(ord(narrow) + 0xFEE0) for narrow in ",():;!"}
_MOST_WAYS = 16


@dataclass(frozen=True, slots=True)
class Run:
    """A damaged stretch of the text that ends at ``end``, and the characters that fit its bytes."""

    end: int
    slots: tuple[Slot, ...]

    @property
    def whole(self) -> bool:
        """True where every slot has a spelling that fits."""
        return all(slot.fitting for slot in self.slots)

    @property
    def certain(self) -> bool:
        """True where no other spelling fits anywhere."""
        return all(slot.certain for slot in self.slots)


def _follow(text: str, page: Wording, at: int, lead: int) -> Run | None:
    """Pair the bytes from ``at`` on, where ``lead`` waits for its trail, until pairs and printed characters agree again.

    None where the bytes cannot be paired: then the ``?`` was no hole, or more was lost than the bytes tell.
    """
    slots: list[Slot] = []
    parted = True
    while not slots or slots[-1].fitting:
        char = text[at : at + 1]
        if char == "?" or "\x40" <= char <= "\x7e":
            end = _resynchronised(text, page, at, lead, parted)
            return Run(end.end, (*slots, *end.slots)) if end else None
        code = encoded(char) if char else None
        if code is None:
            return None
        slots.append(page.pair(lead, code[0], None, parted))
        if code[1] < 0x80:
            return Run(at + 1, (*slots, Slot((chr(code[1]),), True)))
        lead, at, parted = code[1], at + 1, False
        reading = _READING.match(text, at)
        if reading and page.taught.get(char) == reading[1]:
            at, parted = reading.end(), True
    return None


def _resynchronised(text: str, page: Wording, at: int, lead: int, parted: bool) -> Run | None:
    """The last character of a run: its trail is lost before a reading or at the end of a piece, or is printed as an ASCII character."""
    broken = _BROKEN_READING.match(text, at)
    if broken:
        return Run(broken.end(), (page.read_as(lead, broken[1]),))
    if text[at] == "?":
        ends_piece = text[at + 1 : at + 2] in {"", "\n", *SEPARATORS}
        return Run(at + 1, (page.unread_beginning(lead),)) if ends_piece else None
    reading = _READING.match(text, at + 1)
    slot = page.pair(lead, ord(text[at]), reading[1] if reading else None, parted)
    return Run(reading.end() if reading else at + 1, (slot,))


def _after_reading(text: str, page: Wording, broken: re.Match[str], before: str) -> Run | None:
    """A run that begins with a reading put between two characters (``日?qǐng)``): the trail of ``before`` and the hole are the one read."""
    code = encoded(before) if before else None
    if code is None:
        return None
    taught = _whole_runs(text, page, broken.end(), page.taught_as(code[1], broken[1]))
    unseen = _whole_runs(text, page, broken.end(), page.unseen_as(code[1], broken[1]))
    runs = taught or unseen
    if len(runs) > 1:
        runs = [run for run in runs if run.slots[-1].fitting[0] in page.taught]
    if len(runs) != 1:
        return None
    first, *others = runs[0].slots
    alone = len(taught) == 1 and not unseen
    return Run(runs[0].end, (Slot(first.fitting, first.certain and alone), *others))


def _whole_runs(text: str, page: Wording, at: int, read: tuple[str, ...]) -> list[Run]:
    """The runs that follow when the trail of a character read is the lead of the next, those of which all bytes can be paired."""
    trails = {char.encode("gbk")[1] for char in read}
    runs = [_follow(text, page, at, lead) for lead in sorted(trails) if lead > 0x80]
    return [run for run in runs if run is not None and run.whole]


def _after_separator(text: str, page: Wording, hole: int) -> Run | None:
    """A run that begins where the bytes of a separator stood across two characters (``效?,F(xiàn)``): it is itself no separator."""
    if text[hole + 1] not in SEPARATORS:
        return None
    first, second = SEPARATORS[text[hole + 1]]
    run = _follow(text, page, hole + 2, second)
    if run is None or not run.whole or not _looks_damaged(text, page, hole, run):
        return None
    return Run(run.end, (page.unread_ending(first), *run.slots))


def _looks_damaged(text: str, page: Wording, hole: int, run: Run) -> bool:
    """True where what is printed behind the hole is no wording of a report and its bytes are: behind a real question mark stand words.

    A reading at the run's end is proof. A lone ASCII character is none, but a letter glued to words of a page damaged otherwise; a pipe
    is that of a table until more than it is odd.
    """
    printed = text[hole + 2 : run.end]
    if printed.endswith(")"):
        return True
    glued = page.damaged and printed.isascii() and printed.isalpha() and "\u4e00" <= text[run.end : run.end + 1] <= "\u9fff"
    odd = sum(oddity(char) for char in printed if not char.isascii())
    meant = sum(oddity(slot.fitting[0][0]) for slot in run.slots if len(slot.fitting) == 1)
    return glued or odd >= meant + 2


def _printed_alike(text: str, page: Wording, at: int, run: Run, before: str) -> Run:
    """The run without the spellings that the mirror's program would have printed otherwise; as it is where that tells nothing."""
    ways = math.prod(len(slot.fitting) for slot in run.slots)
    behind = text[run.end : run.end + 1].replace("?", "")
    if not 1 < ways <= _MOST_WAYS:
        return run
    printed = narrowed(before + text[at : run.end] + behind)
    spellings = ("".join(way) for way in product(*(slot.fitting for slot in run.slots)))
    alike = [
        way for way in spellings if _without_reading_of(before, reprinted(before + way + _WIDE.get(behind, behind), page.taught)) == printed
    ]
    return Run(run.end, (Slot((alike[0],), False),)) if len(alike) == 1 else run


def _without_reading_of(before: str, printed: str) -> str:
    """``before`` stands without its reading in what is compared."""
    return before + _FIRST_READING.sub("", printed[len(before) :])


def _spelt(text: str, page: Wording, run: Run, before: str) -> str:
    """The run as text. A character that the page's wording cannot decide stays ``?``."""
    spelt = ""
    followers = [slot.fitting for slot in run.slots[1:]] + [(text[run.end : run.end + 1],)]
    for slot, following in zip(run.slots, followers, strict=True):
        after = following[0][:1] if len(following) == 1 else ""
        spelt += page.choose(slot.fitting, spelt[-1:] or before, after)
    return spelt


def restore(text: str, taught: Mapping[str, str]) -> tuple[str, tuple[Repair, ...]]:
    """The text with its shifted runs restored. Holes of a damaged page that cannot be filled are left and named with doubt."""
    page = Wording(text, taught)
    done: list[str] = []
    examples: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    at = 0
    for hole in _HOLE.finditer(text):
        if hole.start() < at:
            continue
        done.append(text[at : hole.start()])
        at = hole.start()
        before = _LAST_READING.sub("", "".join(done[-3:])[-12:])[-1:]
        broken = _BROKEN_READING.match(text, at)
        run = _after_reading(text, page, broken, before) if broken else _after_separator(text, page, at)
        if run is not None:
            spelt = _spelt(text, page, _printed_alike(text, page, at, run, before), before)
            examples[run.certain].append((before + text[at : run.end], before + spelt))
            done.append(spelt)
            at = run.end
        elif page.damaged or _FOREIGN.search(text, at + 2, at + 5):
            left = before + text[at : at + 6]
            examples[False].append((left, left))
    repaired = "".join(done) + text[at:]
    return repaired, tuple(
        Repair("shifted_bytes", len(found), *found[0], doubted=not certain) for certain, found in examples.items() if found
    )
