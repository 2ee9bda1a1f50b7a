"""What of a page's text is meant to be read: not what is white on white, and not the grey words of a watermark across the tables."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from statistics import median

from pipeline.documents.pdf.page import Fill, Glyph, Page

#: Shade (0 is paper, 255 black) below which nobody sees a character; below which it is faint; from which on a box is dark.
_UNSEEN = 12
_FAINT = 110
_DARK = 100
#: Times by which the characters of a watermark are higher than those of the text.
_LARGE = 1.5


def readable(page: Page) -> tuple[list[Glyph], list[Glyph]]:
    """The characters of a page that are meant to be read; and those that nobody sees."""
    if all(glyph.shade >= _FAINT for glyph in page.glyphs):
        return _once(page.glyphs), []
    dark = [fill for fill in page.fills if fill.shade >= _DARK]
    usual = median(glyph.height for glyph in page.glyphs)
    strong = sorted((glyph for glyph in page.glyphs if glyph.shade >= _FAINT), key=lambda one: one.top)
    kept, unseen = [], []
    for glyph in page.glyphs:
        if glyph.shade >= _FAINT or _on_dark(glyph, dark):
            kept.append(glyph)
        elif glyph.shade < _UNSEEN:
            unseen.append(glyph)
        elif glyph.height < _LARGE * usual and not _overlaps(glyph, strong):
            kept.append(glyph)
    return _once(kept), unseen


def _on_dark(glyph: Glyph, dark: Sequence[Fill]) -> bool:
    x, y = glyph.middle
    return any(fill.box[0] <= x <= fill.box[2] and fill.box[1] <= y <= fill.box[3] for fill in dark)


def _overlaps(glyph: Glyph, strong: Sequence[Glyph]) -> bool:
    """Whether a faint character lies on a strong one, as no line of one text does."""
    highest = max((one.height for one in strong), default=0)
    start = bisect_left(strong, glyph.top - highest, key=lambda one: one.top)
    end = bisect_right(strong, glyph.bottom, key=lambda one: one.top)
    return any(_share(glyph, other) > 0.25 for other in strong[start:end])


def _share(one: Glyph, other: Glyph) -> float:
    """Share of the smaller of two boxes that lies in the other."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    area = min((glyph.x1 - glyph.x0) * glyph.height for glyph in (one, other))
    return across * down / area if across > 0 and down > 0 and area > 0 else 0.0


def _once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Each character once: some programs print it twice, a little apart, to make it bold."""
    found: list[Glyph] = []
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        x, y = glyph.middle
        places = [(glyph.text, round(x / 4) + dx, round(y / 4) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        if any(_share(glyph, other) > _TWICE for place in places for other in seen.get(place, ())):
            continue
        seen.setdefault(places[4], []).append(glyph)
        found.append(glyph)
    return found


#: Share by which two like characters lie over each other that are meant to be one.
_TWICE = 0.6
