"""The mirror's program once more, to tell spellings apart: one that it would not have printed like this is none.

Its list is taken in the order of the readings, which the copies seen agree with; another order would be another program, so what this
tells is used to choose and never to be sure.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.documents.repair.gbk import decoded

_SPLIT_AT = ("，".encode("gbk"), "！".encode("gbk"), "。".encode("gbk"))
_NARROW = {ord(wide): ord(wide) - 0xFEE0 for wide in "，（）：；！？"}


def reprinted(text: str, taught: Mapping[str, str]) -> str:
    """How the program prints a text, wide punctuation narrowed.

    >>> reprinted("日報", {"報": "bào", "請": "qǐng"})
    '日?qǐng)?bào)'
    """
    data = text.encode("gbk", errors="replace")
    for char, reading in sorted(taught.items(), key=lambda item: item[1]):
        code = char.encode("gbk", errors="replace")
        data = data.replace(code, code + f"({reading})".encode("gbk", errors="replace"))
    return _split(data, _SPLIT_AT).translate(_NARROW)


def _split(data: bytes, separators: tuple[bytes, ...]) -> str:
    if not separators:
        return _decode_alone(data)
    return separators[0].decode("gbk").join(_split(piece, separators[1:]) for piece in data.split(separators[0]))


def _decode_alone(piece: bytes) -> str:
    text, at = "", 0
    while at < len(piece):
        lead, trail = piece[at], piece[at + 1] if at + 1 < len(piece) else 0
        if lead < 0x80:
            text, at = text + chr(lead), at + 1
        else:
            text, at = text + ("?" if trail < 0x40 else decoded(lead, trail) or ""), at + 2
    return text


def narrowed(text: str) -> str:
    """The text with the punctuation that a compatibility normalisation makes narrow."""
    return text.translate(_NARROW)
