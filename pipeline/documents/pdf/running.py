"""Lines that a PDF prints on every page around the text: page numbers, running titles, what a browser adds when it prints.

They say nothing of the report, and they stand between the parts of a table that goes on over the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.documents.pdf.text import Line, is_page_number

#: Shares of the page's height, from above and from below, in which such lines stand.
_HEAD, _FOOT = 0.1, 0.12
#: Share of the pages on which a line has to stand, and the fewest pages.
_MOST = 0.5
_FEWEST = 2
#: The lines nearest to an edge that are looked at.
_NEAREST = 3
_NUMBERS = re.compile(r"\d+")


def running_lines(pages: Sequence[tuple[Sequence[Line], float]]) -> list[set[int]]:
    """For each page, given by its lines and its height, the numbers of the lines that belong to the page and not to the text."""
    at_edges = [_at_edge(lines, height) for lines, height in pages]
    counts = Counter(key for found in at_edges for key in set(found.values()))
    often = {key for key, count in counts.items() if count >= max(_FEWEST, _MOST * len(pages))}
    return [
        {number for number, key in found.items() if key in often or is_page_number(lines[number].text())}
        for found, (lines, _) in zip(at_edges, pages, strict=True)
    ]


def _at_edge(lines: Sequence[Line], height: float) -> dict[int, tuple[str, str]]:
    """The lines nearest to the head and to the foot of a page: their number → which of the two, their text without its numbers."""
    found: dict[int, tuple[str, str]] = {}
    for number, line in enumerate(lines[:_NEAREST]):
        if line.bottom < _HEAD * height:
            found[number] = ("head", _NUMBERS.sub("#", line.text()))
    for number in range(max(len(lines) - _NEAREST, 0), len(lines)):
        if lines[number].top > (1 - _FOOT) * height:
            found[number] = ("foot", _NUMBERS.sub("#", lines[number].text()))
    return found
