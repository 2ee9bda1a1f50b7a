"""HTML table elements → Grid, by the HTML Standard's "forming a table", rowspans clipped at their row group as browsers lay them out.

Where cells lie depends on spans alone, not on what they say: it is worked out once for all tables that are laid out alike. Spans stay
rectangles until someone asks for positions, so a cell that claims a billion columns costs nothing.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipeline import limits
from pipeline.model import Cell, Grid, Shape

_INTEGER = re.compile(r"[ \t\n\f\r]*([+-]?)([0-9]+)")
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.I)
_SKIPPED = frozenset({"script", "style", "template", "noscript"})
#: Elements that stand on lines of their own: text before and after them is never joined.
BLOCKS = frozenset(
    (
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form"
        " h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol option p pre section summary"
        " table tbody td tfoot th thead tr ul"
    ).split(" ")
)
#: For each row group, how many cells each of its rows has; and (number of the cell, colspan, rowspan) of those that span.
RowLengths = tuple[tuple[int, ...], ...]
Spans = tuple[tuple[int, int, int], ...]


class SpanBombError(ValueError):
    """The table claims more positions than any table has."""


@dataclass(slots=True)
class _Area:
    """What is taken while a table is formed: for each column the row (exclusive) down to which a cell covers it."""

    places: list[tuple[int, int, int, int]] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    overlaps: set[int] = field(default_factory=set)

    def place(self, y: int, x: int, colspan: int, rowspan: int) -> int:
        """Put a cell in the first free column of row ``y`` from ``x`` on; returns the column behind it."""
        while x < len(self.until) and self.until[x] > y:
            x += 1
        if x + colspan > limits.TABLE_SLOTS or (y + 1) * max(len(self.until), x + colspan) > limits.TABLE_SLOTS:
            raise SpanBombError(f"a table of more than {limits.TABLE_SLOTS} positions")
        self.until.extend([0] * (x + colspan - len(self.until)))
        for column in range(x, x + colspan):
            if self.until[column] > y:
                self.overlaps.add(y)
            self.until[column] = max(self.until[column], y + rowspan)
        self.places.append((y, x, rowspan, colspan))
        return x + colspan


@functools.lru_cache(maxsize=4_096)
def shape_of(lengths: RowLengths, spans: Spans) -> Shape:
    """Where the cells of a table lie. Spans are as the cells name them, a rowspan of 0 reaching to the end of the row group.

    Raises ``SpanBombError`` above ``limits.TABLE_SLOTS`` positions.
    """
    area, start, number = _Area(), 0, 0
    spanning = {cell: (colspan, rowspan) for cell, colspan, rowspan in spans}
    for rows in lengths:
        end = start + len(rows)
        for y, cells in enumerate(rows, start):
            x = 0
            for cell in range(number, number + cells):
                colspan, rowspan = spanning.get(cell, (1, 1))
                rowspan = min(rowspan, 65_534, end - y) if rowspan else end - y
                x = area.place(y, x, min(colspan or 1, 1000), rowspan)
            number += cells
        start = end
        area.until = [min(row, start) for row in area.until]
    return Shape(tuple(area.places), start, len(area.until), frozenset(area.overlaps))


def table_to_grid(table: LexborNode, *, depth: int = 0, visible: bool = False, text_of: Callable[[LexborNode], str] | None = None) -> Grid:
    """Form the table of a ``<table>`` element. ``visible`` leaves out cells and rows that ``display: none`` or ``hidden`` takes away.

    ``text_of`` gives the text of a cell in place of ``node_text``. Raises ``SpanBombError`` above ``limits.TABLE_SLOTS`` positions.
    """
    text_of = text_of or node_text
    texts: list[str] = []
    hidden: list[bool] = []
    spans: list[tuple[int, int, int]] = []
    lengths: list[tuple[int, ...]] = []
    for rows in _row_groups(table, visible):
        counted = []
        for row in rows:
            before, row_hidden = len(texts), not visible and is_hidden(row)
            for cell in _row_cells(row, visible):
                colspan, rowspan = cell_spans(cell)
                if (colspan, rowspan) != (1, 1):
                    spans.append((len(texts), colspan, rowspan))
                texts.append(text_of(cell))
                hidden.append(row_hidden or (not visible and is_hidden(cell)))
            counted.append(len(texts) - before)
        lengths.append(tuple(counted))
    shape = shape_of(tuple(lengths), tuple(spans))
    cells = tuple(Cell(text, *place, gone) for text, place, gone in zip(texts, shape.places, hidden, strict=True))
    caption = next((text_of(child) for child in _children(table) if child.tag == "caption"), None)
    return Grid(cells, shape.rows, shape.columns, "html", depth, None, caption, shape.overlaps, shape=None if any(hidden) else shape)


def _row_groups(table: LexborNode, visible: bool) -> list[list[LexborNode]]:
    """The ``tr`` elements by row group; ``tfoot`` groups go last, wherever they stand."""
    groups: list[list[LexborNode]] = []
    feet: list[list[LexborNode]] = []
    for child in _children(table):
        if child.tag in {"thead", "tbody", "tfoot"} and not (visible and is_hidden(child)):
            rows = [row for row in _children(child) if row.tag == "tr" and not (visible and is_hidden(row))]
            (feet if child.tag == "tfoot" else groups).append(rows)
    return [*groups, *feet]


def _row_cells(row: LexborNode, visible: bool) -> Iterator[LexborNode]:
    return (cell for cell in _children(row) if cell.tag in {"td", "th"} and not (visible and is_hidden(cell)))


def cell_spans(cell: LexborNode) -> tuple[int, int]:
    """Colspan and rowspan that a cell names, by the Standard's rules for numbers; 1 for anything else."""
    attributes = cell.attributes
    return _span(attributes.get("colspan")), _span(attributes.get("rowspan"))


@functools.lru_cache(maxsize=1_024)
def _span(value: str | None) -> int:
    """The Standard's rules for parsing a non-negative integer."""
    found = _INTEGER.match(value) if value else None
    if found is None or (found[1] == "-" and found[2].strip("0")):
        return 1
    return int(found[2][:9])


def is_hidden(node: LexborNode) -> bool:
    """Whether a browser leaves the element out: ``hidden`` or an inline ``display: none``."""
    attributes = node.attributes
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return style is not None and "none" in style.lower() and _HIDDEN_STYLE.search(style) is not None


def _children(node: LexborNode) -> list[LexborNode]:
    found, child = [], node.first_child
    while child is not None:
        if child.is_element_node:
            found.append(child)
        child = child.next
    return found


def node_text(node: LexborNode) -> str:
    """The text of an element: white space folded, a line break where a block or ``<br>`` separates, nothing where only runs meet."""
    parts: list[str] = []
    collect_text(node, parts)
    return folded("".join(parts).split("\n"))


def folded(lines: list[str]) -> str:
    """Lines with their white space folded, without those that hold nothing else."""
    if len(lines) == 1:
        return " ".join(lines[0].split())
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def collect_text(root: LexborNode, parts: list[str]) -> None:
    """Append the texts below ``root`` in order; iterative, so that depth costs no stack."""
    node, top = root.first_child, root.mem_id
    while node is not None:
        if node.is_text_node:
            # A line break in the source is white space like any other; only elements separate.
            parts.append((node.text_content or "").replace("\n", " "))
        elif node.is_element_node:
            tag = node.tag
            if tag == "br":
                parts.append("\n")
            elif tag not in _SKIPPED:
                if tag in BLOCKS:
                    parts.append("\n")
                child = node.first_child
                if child is not None:
                    node = child
                    continue
        node = _onward(node, top, parts)


def _onward(node: LexborNode, top: int, parts: list[str]) -> LexborNode | None:
    """The next node in document order outside of ``node``; a block that is left ends its line."""
    while True:
        if node.tag in BLOCKS:
            parts.append("\n")
        if node.next is not None:
            return node.next
        parent = node.parent
        if parent is None or parent.mem_id == top:
            return None
        node = parent
