"""Runs of text whose bytes a mirror took apart: ``成效?,F(xiàn)將`` for 成效。現將, ``日?qǐng)?bào)`` for 日報.

The mirror's program works on the bytes of GBK text. It puts readings behind the characters of its list wherever their two bytes stand,
also across two characters; it splits at the bytes of ，, ！ and 。 in this order, also across two characters; and it decodes the pieces
alone, so that a lead byte without its trail becomes ``?``. No byte is changed but the ones that become ``?``. Hence the inversion: encode
what is printed, leave the readings out, and pair the bytes anew. A ``?`` is a hole of one byte, and the other byte of its character, the
reading behind it and the page's own list say which characters fit. One that fits is certain; several are decided by the page's wording,
if at all, and doubted.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.documents.repair.characters import PUNCTUATION, gb2312_level, is_common, oddity, simplified, traditional
from pipeline.documents.repair.known import spellings
from pipeline.documents.repair.readings import HAN, LETTERS, TONED, is_reading_of
from pipeline.model import Repair

# What the program splits at. The second spelling is what is left of it after compatibility normalisation (NFKC).
_SEPARATORS = {"，": b"\xa3\xac", ",": b"\xa3\xac", "！": b"\xa3\xa1", "!": b"\xa3\xa1", "。": b"\xa1\xa3"}
_NORMALISED = {narrow: chr(ord(narrow) + 0xFEE0) for narrow in "(),:;!?"}
_BROKEN_READING = re.compile(rf"\?([{LETTERS}]{{1,7}})\)")
_READING = re.compile(rf"[(]([{LETTERS}]{{1,7}})[)]")
_HOLE = re.compile(rf"\?(?=[，,！!。]|[{LETTERS}]{{1,7}}\))")
# Letters and lines that shifted bytes are read as and that no report prints: accented Latin, Greek, Cyrillic, box lines, kana, bopomofo.
_FOREIGN = re.compile("[\u00e0-\u045f\u2500-\u257f\u3041-\u3129]")
_UNKNOWN = "?"
_INDENT = "　"
_MOST_CHAINS = 200


@dataclass(frozen=True, slots=True)
class Slot:
    """One character of the original (or two, where a pair of bytes is lost): the spellings that fit, and whether no other can."""

    fitting: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A damaged stretch of the text that ends at ``end``, and the characters that fit its bytes."""

    end: int
    slots: tuple[Slot, ...]


class Page:
    """What a page tells about its own wording: the list of readings, and how often characters and pairs of them occur."""

    def __init__(self, text: str, taught: Mapping[str, str]) -> None:
        self.text = text
        self.taught = taught
        self.lists_only_traditional = all(simplified(char) != char for char in taught)
        self.toned = not taught or any(letter in TONED for reading in taught.values() for letter in reading)
        plain = re.sub(rf"([{HAN}])[(（][{LETTERS}]{{1,7}}[)）]", r"\1", text)
        self.characters = Counter(plain)
        self.pairs = Counter(pairwise(plain))
        for phrase in spellings().phrases:
            self.pairs.update(set(pairwise(phrase)) | set(pairwise(traditional(phrase))))
        known = {char for pair in self.pairs for char in pair}
        self.by_lead: dict[int, set[str]] = {}
        for char in known:
            code = _encoded(char)
            if code is not None:
                self.by_lead.setdefault(code[0], set()).add(char)

    def uses(self, char: str) -> bool:
        """True for a character that this page may hold: one of GB 2312, in simplified or traditional form."""
        return char in PUNCTUATION or gb2312_level(simplified(char)) > 0

    def weight(self, before: str, spelling: str, after: str) -> float:
        """How well a spelling agrees with the page's wording: pairs of characters seen elsewhere count most.

        An ideographic space begins a paragraph or is none.
        """
        if spelling == _INDENT:
            return 9.0 if before in {"", "\n"} else 0.0
        pairs = sum(min(self.pairs[pair], 3) for pair in pairwise(before + spelling + after))
        return 3 * pairs + sum(min(self.characters[char], 60) for char in spelling) / 10

    def taught_as(self, lead: int, reading: str) -> tuple[str, ...]:
        """The characters with this lead byte that the page teaches to be read so."""
        return tuple(char for char, printed in self.taught.items() if printed == reading and _lead(char) == lead)

    def unseen_as(self, lead: int, reading: str) -> tuple[str, ...]:
        """The characters with this lead byte that are read so and that the site's list may hold unseen."""
        return tuple(char for char in _beginning(lead) if self._may_list(char) and is_reading_of(reading, char, self.toned))

    def read_as(self, lead: int, reading: str) -> Slot:
        """The character with this lead byte and reading: one that the page teaches; in doubt if one it does not show would fit too."""
        taught, unseen = self.taught_as(lead, reading), self.unseen_as(lead, reading)
        return Slot(taught or unseen, len(taught) == 1 and not unseen)

    def _may_list(self, char: str) -> bool:
        """True for a character in frequent use that the site's list may hold although the page shows it nowhere else.

        Some sites list only characters that differ from their simplified form; a page that teaches only such ones is taken to be of them.
        """
        return not self.characters[char] and is_common(char) and not (self.lists_only_traditional and simplified(char) == char)

    def unread(self, found: Iterable[str]) -> Slot:
        """Of some characters those that may stand in this page without a reading behind them."""
        fitting = tuple(char for char in found if char not in self.taught and self.uses(char))
        return Slot(fitting, len(fitting) == 1)


def _decoded(lead: int, trail: int) -> str | None:
    try:
        return bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return None


@functools.cache
def _beginning(lead: int) -> tuple[str, ...]:
    return tuple(char for trail in range(0x40, 0xFF) if (char := _decoded(lead, trail)))


@functools.cache
def _ending(trail: int) -> tuple[str, ...]:
    return tuple(char for lead in range(0x81, 0xFF) if (char := _decoded(lead, trail)))


def _encoded(char: str) -> bytes | None:
    """The two bytes of a full-width character; gb18030 also knows the private-use characters that Windows shows for unassigned pairs."""
    if char in _SEPARATORS:
        return _SEPARATORS[char]
    try:
        code = _NORMALISED.get(char, char).encode("gb18030")
    except UnicodeEncodeError:
        return None
    return code if len(code) == 2 else None


def _lead(char: str) -> int | None:
    code = _encoded(char)
    return code[0] if code else None


def _pair(page: Page, lead: int, trail: int, reading: str | None, first: bool) -> Slot:
    """The character of two bytes, or a chain of characters of which the pairs of bytes in the middle are lost.

    A pair that no character is assigned to (AA A1 … AF FE and the like) leaves nothing in the decoded text. A character on the page's list
    must have its reading behind it, but for the ``first`` of a run, whose bytes another reading may have parted before.
    """

    def agrees(char: str) -> bool:
        if reading is not None:
            return page.taught.get(char) == reading or (char not in page.taught and is_reading_of(reading, char, page.toned))
        return first or char not in page.taught

    char = _decoded(lead, trail)
    usable = char is not None and page.uses(char)
    chains = tuple(sorted(chain for chain in _chains(page, lead, trail) if agrees(chain[-1])))
    if char is not None and usable and agrees(char):
        return Slot((char, *chains), not chains)
    return Slot(() if usable else chains, False)


def _chains(page: Page, lead: int, trail: int) -> Iterator[str]:
    """Wordings of two to five characters, known pair by pair, from a lead byte to a trail byte, that would leave nothing between them."""
    open_ends = [char for char in page.by_lead.get(lead, ()) if char not in page.taught]
    for _ in range(4):
        longer = []
        for chain in open_ends[:_MOST_CHAINS]:
            end = _encoded(chain[-1])
            assert end is not None, "by_lead holds characters of two bytes"
            for lost in _lost_leads(end[1]):
                for char in page.by_lead.get(lost, ()):
                    if page.pairs[chain[-1], char]:
                        longer.append(chain + char)
        for chain in longer:
            code = _encoded(chain[-1])
            if code is not None and code[1] == trail:
                yield chain
        open_ends = [chain for chain in longer if chain[-1] not in page.taught]


@functools.cache
def _lost_leads(first: int) -> tuple[int, ...]:
    """The bytes that, behind ``first``, make a pair that no character is assigned to."""
    return tuple(second for second in range(0x81, 0xFF) if first >= 0x81 and _decoded(first, second) is None)


def _follow(page: Page, at: int, lead: int) -> Run | None:
    """Pair the bytes from ``at`` on, where ``lead`` waits for its trail, until pairs and printed characters agree again.

    None where the bytes cannot be paired: then the ``?`` was no hole, or more was lost than the bytes tell.
    """
    text = page.text
    slots: list[Slot] = []
    while all(slot.fitting for slot in slots[-1:]):
        broken = _BROKEN_READING.match(text, at)
        if broken:
            return Run(broken.end(), (*slots, page.read_as(lead, broken[1])))
        char = text[at : at + 1]
        if char == "?":
            whole_piece = text[at + 1 : at + 2] in {"", "\n", *_SEPARATORS}
            return Run(at + 1, (*slots, page.unread(_beginning(lead)))) if whole_piece else None
        if "\x40" <= char <= "\x7e":
            reading = _READING.match(text, at + 1)
            slot = _pair(page, lead, ord(char), reading[1] if reading else None, not slots)
            return Run(reading.end() if reading else at + 1, (*slots, slot))
        code = _encoded(char) if char else None
        if code is None:
            return None
        slots.append(_pair(page, lead, code[0], None, not slots))
        if code[1] < 0x80:
            return Run(at + 1, (*slots, Slot((chr(code[1]),), True)))
        lead, at = code[1], at + 1
    return None


def _after_reading(page: Page, broken: re.Match[str], before: str) -> Run | None:
    """A run that begins with a reading put between two characters (``日?qǐng)``): the trail of ``before`` and the hole are the one read."""
    code = _encoded(before) if before else None
    if code is None:
        return None
    taught = _whole_runs(page, broken.end(), page.taught_as(code[1], broken[1]))
    unseen = _whole_runs(page, broken.end(), page.unseen_as(code[1], broken[1]))
    runs = taught or unseen
    if len(runs) != 1:
        return None
    first, *others = runs[0].slots
    return Run(runs[0].end, (Slot(first.fitting, first.certain and bool(taught) and not unseen), *others))


def _whole_runs(page: Page, at: int, read: tuple[str, ...]) -> list[Run]:
    """The runs that follow when the trail of a character read is the lead of the next, those of which all bytes can be paired."""
    trails = {char.encode("gbk")[1] for char in read}
    runs = [_follow(page, at, lead) for lead in sorted(trails) if lead > 0x80]
    return [run for run in runs if run is not None and all(slot.fitting for slot in run.slots)]


def _after_separator(page: Page, hole: int) -> Run | None:
    """A run that begins where the bytes of a separator stood across two characters (``效?,F(xiàn)``): it is itself no separator."""
    first, second = _SEPARATORS[page.text[hole + 1]]
    run = _follow(page, hole + 2, second)
    if run is None:
        return None
    run = Run(run.end, (page.unread(_ending(first)), *run.slots))
    return run if all(slot.fitting for slot in run.slots) and _looks_damaged(page, hole, run) else None


def _looks_damaged(page: Page, hole: int, run: Run) -> bool:
    """True where what is printed behind the hole is no wording of a report and its bytes are: behind a real question mark stand words.

    A reading at the run's end is proof. A lone ASCII character is none, but a letter glued to words of a page that teaches readings; a pipe
    is that of a table until more than it is odd.
    """
    printed = page.text[hole + 2 : run.end]
    if printed.endswith(")"):
        return True
    glued = bool(page.taught) and printed[-1:].isalpha() and printed.isascii() and "\u4e00" <= page.text[run.end : run.end + 1] <= "\u9fff"
    odd = sum(oddity(char) for char in printed if not char.isascii())
    meant = sum(oddity(slot.fitting[0][0]) for slot in run.slots if len(slot.fitting) == 1)
    return glued or odd >= meant + 2


def _settled(page: Page, run: Run, before: str) -> str:
    """The run as text. A character that the page's wording cannot decide stays ``?``."""
    spelt = ""
    for index, slot in enumerate(run.slots):
        following = run.slots[index + 1].fitting if index + 1 < len(run.slots) else (page.text[run.end : run.end + 1],)
        after = following[0][:1] if len(following) == 1 else ""
        left = spelt[-1:] or before
        weights = sorted(((page.weight(left, spelling, after), spelling) for spelling in slot.fitting), reverse=True)
        decided = len(weights) == 1 or weights[0][0] > weights[1][0] + 1
        spelt += weights[0][1] if decided else _UNKNOWN
    return spelt


def restore(text: str, taught: Mapping[str, str]) -> tuple[str, tuple[Repair, ...]]:
    """The text with its shifted runs restored. Holes of a damaged page that cannot be filled are left and named with doubt."""
    page = Page(text, taught)
    done: list[str] = []
    examples: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    at = 0
    for hole in _HOLE.finditer(text):
        if hole.start() < at:
            continue
        done.append(text[at : hole.start()])
        at = hole.start()
        before = re.sub(rf"[(][{LETTERS}]{{1,7}}[)]$", "", "".join(done[-3:])[-12:])[-1:]
        broken = _BROKEN_READING.match(text, at)
        run = _after_reading(page, broken, before) if broken else _after_separator(page, at)
        if run is not None:
            spelt = _settled(page, run, before)
            examples[all(slot.certain for slot in run.slots)].append((before + text[at : run.end], before + spelt))
            done.append(spelt)
            at = run.end
        elif taught or _FOREIGN.search(text, at + 2, at + 5):
            left = before + text[at : at + 6]
            examples[False].append((left, left))
    repaired = "".join(done) + text[at:]
    return repaired, tuple(
        Repair("shifted_bytes", len(found), *found[0], doubted=not certain) for certain, found in examples.items() if found
    )
