"""The pieces of a drawing: texts, rules, and what of a text fits. Every text is escaped; colours are attributes, not styles."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from rich.cells import cell_len

INK, SOFT, RULE, GRID = "#1d2327", "#5a6470", "#9aa4ad", "#e6e9ec"


def text(  # noqa: PLR0917
    x: float, y: float, text: str, size: int = 12, colour: str = INK, anchor: str = "start", weight: int = 400, *, halo: bool = False
) -> str:
    """A text at a place; ``halo`` keeps it readable over lines."""
    around = ' paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"' if halo else ""
    more = (f' text-anchor="{anchor}"' if anchor != "start" else "") + (f' font-weight="{weight}"' if weight != 400 else "") + around
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill={quoteattr(colour)}{more}>{escape(text)}</text>'


def rule(x: float, y: float, to_x: float, to_y: float, colour: str) -> str:
    """A straight line."""
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="{colour}"/>'


def clipped(text: str, width: int) -> str:
    """A text that takes at most so many columns of a terminal, where a Chinese character takes two."""
    if cell_len(text) <= width:
        return text
    while cell_len(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


def folded(text: str, width: int) -> Iterator[str]:
    """A text in lines of at most so many columns."""
    line = ""
    for character in text:
        if cell_len(line + character) > width and (character == " " or cell_len(character) > 1):
            yield line.strip()
            line = ""
        line += character
    yield line.strip()
