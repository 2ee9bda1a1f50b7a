"""What a mirror's program does to a report, byte by byte: the model that the repair is tested against.

Written down from two runs of a real copy (成效?,F(xiàn)將 and 日?qǐng)?bào)) and one of another (?。ㄒ唬┲鲃庸_), all of which it produces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import opencc

_S2T = opencc.OpenCC("s2t")
SEPARATORS = ("，", "！", "。")


def traditional(text: str) -> str:
    """Character by character, as the mirrors do it: no words, one form each."""
    return "".join(form if len(form) == 1 else char for char in text for form in [_S2T.convert(char)])


@dataclass(frozen=True)
class Mirror:
    """One site: its list of readings in the order of its program, its script, and whether punctuation was narrowed later (NFKC)."""

    readings: Mapping[str, str] = field(default_factory=dict)
    to_traditional: bool = True
    narrowed: bool = False

    def written(self, text: str) -> str:
        """The text in the site's script, before its bytes are touched."""
        return traditional(text) if self.to_traditional else text

    def damage(self, text: str) -> str:
        """The text as the site prints it."""
        data = self.written(text).encode("gbk")
        for char, reading in self.readings.items():
            code = char.encode("gbk")
            data = data.replace(code, code + f"({reading})".encode("gbk"))
        printed = _decode_split(data, SEPARATORS)
        return printed.translate(_NARROW) if self.narrowed else printed


_NARROW = {ord(wide): ord(wide) - 0xFEE0 for wide in "，（）：；！？"}


def _decode_split(data: bytes, separators: tuple[str, ...]) -> str:
    if not separators:
        return decode_alone(data)
    first, *others = separators
    return first.join(_decode_split(piece, tuple(others)) for piece in data.split(first.encode("gbk")))


def decode_alone(piece: bytes) -> str:
    """A piece as Windows decodes it: a lead byte takes the next along; a pair that cannot be is ``?``, one without a character nothing."""
    text, at = "", 0
    while at < len(piece):
        lead, trail = piece[at], piece[at + 1] if at + 1 < len(piece) else 0
        if lead < 0x80:
            text += chr(lead)
            at += 1
            continue
        if trail < 0x40 or trail == 0x7F:
            text += "?"
        else:
            text += bytes((lead, trail)).decode("gbk", errors="ignore") if _assigned(lead, trail) else ""
        at += 2
    return text


def _assigned(lead: int, trail: int) -> bool:
    try:
        bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return False
    return True
