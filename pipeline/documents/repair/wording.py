"""What a damaged page tells about its own wording: the readings it teaches, its script, and which characters it puts side by side."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.documents.repair.characters import PUNCTUATION, gb2312_level, is_common, simplified, traditional
from pipeline.documents.repair.gbk import beginning_with, decoded, encoded, ending_with, lost_behind
from pipeline.documents.repair.known import spellings
from pipeline.documents.repair.readings import HAN, LETTERS, TONED, is_reading_of
from pipeline.documents.repair.traditional import is_traditional

UNKNOWN = "?"
_INDENT = "　"
# Chains of characters grow by a handful at each step in real pages; a page made to have thousands is cut short.
_MOST_CHAINS = 200


@dataclass(frozen=True, slots=True)
class Slot:
    """One character of the original (or some, where pairs of bytes are lost): the spellings that fit, and whether no other can."""

    fitting: tuple[str, ...]
    certain: bool


class Wording:
    """The list of readings of one page, and how often characters and pairs of them occur on it. Answers are kept: they are asked again."""

    def __init__(self, text: str, taught: Mapping[str, str]) -> None:
        self.taught = taught
        self.damaged = bool(taught) or is_traditional(text)
        self._lists_only_traditional = all(simplified(char) != char for char in taught)
        self._toned = not taught or any(letter in TONED for reading in taught.values() for letter in reading)
        plain = re.sub(rf"([{HAN}])[(（][{LETTERS}]{{1,7}}[)）]", r"\1", text)
        self._characters = Counter(plain)
        self._pairs = Counter(pairwise(plain))
        for phrase in spellings().phrases:
            self._pairs.update(set(pairwise(phrase)) | set(pairwise(traditional(phrase))))
        self._next: dict[tuple[str, int], list[str]] = {}
        self._by_lead: dict[int, list[str]] = {}
        for one, two in sorted(self._pairs):
            if code := encoded(two):
                self._next.setdefault((one, code[0]), []).append(two)
        for char in sorted({char for pair in self._pairs for char in pair}):
            if code := encoded(char):
                self._by_lead.setdefault(code[0], []).append(char)
        self.taught_as = functools.cache(self._taught_as)
        self.unseen_as = functools.cache(self._unseen_as)
        self.unread_beginning = functools.cache(lambda lead: self._unread(beginning_with(lead)))
        self.unread_ending = functools.cache(lambda trail: self._unread(ending_with(trail)))
        self.pair = functools.cache(self._pair)
        self.choose = functools.cache(self._choose)

    def _taught_as(self, lead: int, reading: str) -> tuple[str, ...]:
        """The characters with this lead byte that the page teaches to be read so."""
        return tuple(char for char, printed in self.taught.items() if printed == reading and (encoded(char) or b"?")[0] == lead)

    def _unseen_as(self, lead: int, reading: str) -> tuple[str, ...]:
        """The characters with this lead byte that are read so and that the site's list may hold unseen."""
        return tuple(char for char in beginning_with(lead) if self._may_list(char) and is_reading_of(reading, char, self._toned))

    def _may_list(self, char: str) -> bool:
        """True for a character in frequent use that the site's list may hold although the page shows it nowhere else.

        Some sites list only characters that differ from their simplified form; a page that teaches only such ones is taken to be of them.
        """
        return not self._characters[char] and is_common(char) and not (self._lists_only_traditional and simplified(char) == char)

    def read_as(self, lead: int, reading: str) -> Slot:
        """The character with this lead byte and reading: one that the page teaches; in doubt if one it does not show would fit too."""
        taught, unseen = self.taught_as(lead, reading), self.unseen_as(lead, reading)
        return Slot(taught or unseen, len(taught) == 1 and not unseen)

    def _unread(self, found: tuple[str, ...]) -> Slot:
        """Of some characters those that may stand in this page without a reading behind them."""
        fitting = tuple(char for char in found if char not in self.taught and _is_usable(char))
        return Slot(fitting, len(fitting) == 1)

    def _agrees(self, char: str, reading: str | None, parted: bool) -> bool:
        if reading is not None:
            return self.taught.get(char) == reading or (char not in self.taught and is_reading_of(reading, char, self._toned))
        return parted or char not in self.taught

    def _pair(self, lead: int, trail: int, reading: str | None, parted: bool) -> Slot:
        """The character of two bytes, or a chain of characters of which the pairs of bytes in the middle are lost.

        A character on the page's list must have its reading behind it, unless a reading put in before has ``parted`` its bytes.
        """
        char = decoded(lead, trail)
        chains = tuple(sorted({chain for chain in self._chains(lead, trail) if self._agrees(chain[-1], reading, parted)}))
        if char is None or not _is_usable(char):
            return Slot(chains, False)
        return Slot((char, *chains), not chains) if self._agrees(char, reading, parted) else Slot((), False)

    def _chains(self, lead: int, trail: int) -> Iterator[str]:
        """Wordings of two to five characters, known pair by pair, from a lead byte to a trail byte, that leave nothing between them."""
        chains = [char for char in self._by_lead.get(lead, ()) if char not in self.taught]
        for _ in range(4):
            chains = [chain + char for chain in chains[:_MOST_CHAINS] for char in self._behind_lost(chain[-1])]
            yield from (chain for chain in chains if (encoded(chain[-1]) or b"??")[1] == trail)
            chains = [chain for chain in chains if chain[-1] not in self.taught]

    def _behind_lost(self, char: str) -> Iterator[str]:
        """The characters that follow this one somewhere in the page so that the bytes between them make a pair without a character."""
        code = encoded(char)
        for lost in lost_behind(code[1]) if code else ():
            yield from self._next.get((char, lost), ())

    def _weight(self, before: str, spelling: str, after: str) -> float:
        """How well a spelling agrees with the page: pairs of characters seen elsewhere count most; an indent begins a paragraph."""
        if spelling == _INDENT:
            return 9.0 if before in {"", "\n"} else 0.0
        pairs = sum(min(self._pairs[pair], 3) for pair in pairwise(before + spelling + after))
        return 3 * pairs + sum(min(self._characters[char], 60) for char in spelling) / 10

    def _choose(self, fitting: tuple[str, ...], before: str, after: str) -> str:
        """Of the spellings that fit the one that the page's wording speaks for; ``?`` where it speaks for none."""
        if len(fitting) == 1:
            return fitting[0]
        (best, spelling), (next_best, _), *_ = sorted(((self._weight(before, one, after), one) for one in fitting), reverse=True)
        return spelling if best > next_best + 1 else UNKNOWN


def _is_usable(char: str) -> bool:
    """True for a character that a report may hold: one of GB 2312, in simplified or traditional form, or punctuation."""
    return char in PUNCTUATION or gb2312_level(simplified(char)) > 0
