"""HTML table elements → Grid, by the HTML Standard's "forming a table", rowspans clipped at their row group as browsers lay them out.

Spans stay rectangles until someone asks for positions, so a cell that claims a billion columns costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipeline import limits
from pipeline.model import Cell, Grid

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


class SpanBombError(ValueError):
    """The table claims more positions than any table has."""


@dataclass(slots=True)
class _Area:
    """What is taken while a table is formed: for each column the row (exclusive) down to which a cell covers it."""

    cells: list[Cell] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    overlaps: set[int] = field(default_factory=set)


def table_to_grid(table: LexborNode, *, depth: int = 0, visible: bool = False) -> Grid:
    """Form the table of a ``<table>`` element. ``visible`` leaves out cells and rows that ``display: none`` or ``hidden`` takes away.

    Raises ``SpanBombError`` above ``limits.TABLE_SLOTS`` positions.
    """
    area, start = _Area(), 0
    caption: str | None = None
    for child in _children(table):
        if child.tag == "caption" and caption is None:
            caption = node_text(child)
    for rows in _row_groups(table, visible):
        for offset, row in enumerate(rows):
            _place_row(area, row, start + offset, start + len(rows), visible)
        start += len(rows)
        area.until = [min(row, start) for row in area.until]
    return Grid(
        cells=tuple(area.cells),
        rows=start,
        columns=len(area.until),
        origin="html",
        depth=depth,
        caption=caption,
        overlaps=frozenset(area.overlaps),
    )


def _row_groups(table: LexborNode, visible: bool) -> list[list[LexborNode]]:
    """The ``tr`` elements by row group; ``tfoot`` groups go last, wherever they stand."""
    groups: list[list[LexborNode]] = []
    feet: list[list[LexborNode]] = []
    for child in _children(table):
        if child.tag in {"thead", "tbody", "tfoot"} and not (visible and is_hidden(child)):
            rows = [row for row in _children(child) if row.tag == "tr" and not (visible and is_hidden(row))]
            (feet if child.tag == "tfoot" else groups).append(rows)
    return [*groups, *feet]


def _place_row(area: _Area, row: LexborNode, y: int, group_end: int, visible: bool) -> None:
    x = 0
    row_hidden = not visible and is_hidden(row)
    for cell in _children(row):
        if cell.tag not in {"td", "th"} or (visible and is_hidden(cell)):
            continue
        while x < len(area.until) and area.until[x] > y:
            x += 1
        attributes = cell.attributes
        colspan = min(_span(attributes.get("colspan"), 1) or 1, 1000)
        rowspan = min(_span(attributes.get("rowspan"), 1), 65_534)
        rowspan = min(rowspan, group_end - y) if rowspan else group_end - y
        if x + colspan > limits.TABLE_SLOTS or (y + 1) * max(len(area.until), x + colspan) > limits.TABLE_SLOTS:
            raise SpanBombError(f"a table of more than {limits.TABLE_SLOTS} positions")
        area.until.extend([0] * (x + colspan - len(area.until)))
        for column in range(x, x + colspan):
            if area.until[column] > y:
                area.overlaps.add(y)
            area.until[column] = max(area.until[column], y + rowspan)
        area.cells.append(Cell(node_text(cell), y, x, rowspan, colspan, row_hidden or (not visible and is_hidden(cell))))
        x += colspan


def _span(value: str | None, default: int) -> int:
    """The Standard's rules for parsing a non-negative integer; anything else is the default."""
    found = _INTEGER.match(value) if value else None
    if found is None or (found[1] == "-" and found[2].strip("0")):
        return default
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
    if len(parts) == 1:
        return " ".join(parts[0].split())
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


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
