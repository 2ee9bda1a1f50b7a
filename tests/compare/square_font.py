"""A font whose every Chinese character is a square: enough to see that a picture is drawn with a font that has them."""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

FAMILY = "Gongkai Test Squares"


def write_font(path: Path) -> Path:
    """Write a TrueType font with the characters that labels may hold."""
    points = [
        *range(0x20, 0x7F),
        *range(0x2010, 0x2060),
        0x203B,
        0x2248,
        0x2265,
        0x270E,
        0xD7,
        0xB6,
        *range(0x3000, 0x3030),
        *range(0x4E00, 0x9FA6),
        *range(0xFF00, 0xFF60),
    ]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "narrow", "wide"])
    builder.setupCharacterMap({point: "narrow" if point < 0x2000 else "wide" for point in points})
    builder.setupGlyf({".notdef": _box(500), "narrow": _box(400), "wide": _box(850)})
    builder.setupHorizontalMetrics({".notdef": (600, 50), "narrow": (500, 50), "wide": (1000, 50)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(path)
    return path


def _box(width: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (width, 700), (width, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()
