"""GBK as a mirror's program sees it: pairs of a lead byte (81–FE) and a trail byte (40–FE), some of which no character is assigned to."""

from __future__ import annotations

import functools

LEADS = range(0x81, 0xFF)
TRAILS = range(0x40, 0xFF)
# What the program splits at. The second spelling is what is left of it after compatibility normalisation (NFKC).
SEPARATORS = {"，": b"\xa3\xac", ",": b"\xa3\xac", "！": b"\xa3\xa1", "!": b"\xa3\xa1", "。": b"\xa1\xa3"}
_NORMALISED = {narrow: chr(ord(narrow) + 0xFEE0) for narrow in "():;"}


@functools.cache
def decoded(lead: int, trail: int) -> str | None:
    """The character of two bytes; None for a pair without one."""
    try:
        return bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return None


@functools.cache
def encoded(char: str) -> bytes | None:
    """The two bytes of a full-width character; None for any other.

    GB 18030 also knows the private-use characters that Windows shows for pairs without a character. Narrow punctuation stands for wide.

    >>> encoded("公"), encoded("a")
    (b'\\xb9\\xab', None)
    """
    if char in SEPARATORS:
        return SEPARATORS[char]
    try:
        code = _NORMALISED.get(char, char).encode("gb18030")
    except UnicodeEncodeError:
        return None
    return code if len(code) == 2 else None


@functools.cache
def beginning_with(lead: int) -> tuple[str, ...]:
    """All characters with this lead byte."""
    return tuple(char for trail in TRAILS if (char := decoded(lead, trail)))


@functools.cache
def ending_with(trail: int) -> tuple[str, ...]:
    """All characters with this trail byte."""
    return tuple(char for lead in LEADS if (char := decoded(lead, trail)))


@functools.cache
def lost_behind(first: int) -> tuple[int, ...]:
    """The bytes that, behind this one, make a pair without a character: it leaves nothing in the decoded text."""
    return tuple(second for second in LEADS if first in LEADS and decoded(first, second) is None)
