"""HTML → text lines and tables: one lexbor parse, one walk. Layout tables are text; tables that print labels of the form are grids."""

from __future__ import annotations

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline import limits
from pipeline.documents.content import Content
from pipeline.documents.marked import read_marked
from pipeline.documents.page import add_line, read_head
from pipeline.model import Grid, Issue
from pipeline.tables.from_grid import is_form_table
from pipeline.tables.grid import BLOCKS, SpanBombError, is_hidden, table_to_grid

_SKIPPED = frozenset({"script", "style", "template", "noscript", "head", "select", "textarea", "iframe", "object"})
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_CLOSES_ITSELF = frozenset(b"p li td th tr option dt dd tbody thead tfoot".split())
_HUGE_TAG = re.compile(rb"<[a-zA-Z][^<>]{50000,}")
_ATTRIBUTE = re.compile(rb"""[^\s=<>"']{1,200}\s{0,9}=\s{0,9}(?:"[^"]*"|'[^']*'|[^\s"'>]+)""")
_MANY_TAGS = 20_000
#: Below this size no tag can hold attributes enough to cost seconds. _HUGE_TAG says the same.
_LARGE = 50_000
_TABLE = re.compile(rb"<(/?)table(?![a-z])", re.I)


class TooDeepError(ValueError):
    """The markup is nested or laid out so that parsing it would take minutes."""


def guard(body: bytes) -> None:
    """Refuse markup that costs the parser time out of proportion. Raises ``TooDeepError``; a few microseconds for an ordinary page."""
    if _may_hold_huge_tag(body) and any(len(_ATTRIBUTE.findall(tag[0])) > limits.ATTRIBUTES for tag in _HUGE_TAG.finditer(body)):
        raise TooDeepError(f"an element with more than {limits.ATTRIBUTES} attributes")
    if body.count(b"<") > _MANY_TAGS and _depth(body) > limits.NESTING:
        raise TooDeepError(f"elements nested more than {limits.NESTING} deep")
    if body.lower().count(b"<table") > limits.NESTED_TABLES and _table_depth(body) > limits.NESTED_TABLES:
        raise TooDeepError(f"tables nested more than {limits.NESTED_TABLES} deep")


def _may_hold_huge_tag(body: bytes) -> bool:
    """Whether some stretch of half the size of a huge tag has no angle bracket: within each such tag lies a whole one."""
    stretches = range(0, len(body) - _LARGE // 2 + 1, _LARGE // 2)
    return any(body.find(b"<", at, at + _LARGE // 2) < 0 for at in stretches)


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for closing, name in _TAG.findall(body):
        if name.lower() in _VOID or name.lower() in _CLOSES_ITSELF:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _table_depth(body: bytes) -> int:
    depth = deepest = 0
    for closing in _TABLE.findall(body):
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def read_html(text: str, body: bytes | None = None) -> Content:
    """Read a decoded page. ``body`` is the same in UTF-8, where it is there."""
    return read_marked(text.encode("utf-8", "replace") if body is None else body) or walk_html(text)


def walk_html(text: str) -> Content:
    """Read a decoded page node by node: right for every page, and what ``read_marked`` is held to."""
    parser = LexborHTMLParser(text)
    content = Content()
    head = parser.head
    if head is not None:
        read_head(head, content)
    if parser.body is not None:
        _Walk(content).run(parser.body)
    return content


def page_grids(text: str) -> list[tuple[Grid | None, str | None]]:
    """Every table of a page in document order, nested ones too; (None, reason) for one that was refused."""
    parser = LexborHTMLParser(text)
    found: list[tuple[Grid | None, str | None]] = []
    for table in parser.css("table"):
        try:
            found.append((table_to_grid(table, depth=_tables_around(table)), None))
        except SpanBombError as error:
            found.append((None, str(error)))
    return found


def _tables_around(node: LexborNode) -> int:
    depth, parent = 0, node.parent
    while parent is not None:
        depth += parent.tag == "table"
        parent = parent.parent
    return depth


class _Walk:
    """The state of one walk: the line that is being written, the section it stands in."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.parts: list[str] = []
        self.section = 0

    def run(self, body: LexborNode) -> None:
        node: LexborNode | None = body.first_child
        top = body.mem_id
        while node is not None:
            if node.is_text_node:
                self.parts.append(node.text_content or "")
            elif node.is_element_node and self._enter(node):
                child = node.first_child
                if child is not None:
                    node = child
                    continue
            node = self._onward(node, top)
        self._flush()

    def _onward(self, node: LexborNode, top: int) -> LexborNode | None:
        while True:
            if node.tag in BLOCKS:
                self._flush()
            if node.next is not None:
                return node.next
            parent = node.parent
            if parent is None or parent.mem_id == top:
                return None
            node = parent

    def _enter(self, node: LexborNode) -> bool:
        """Handle the start of an element; False when its content is not walked."""
        tag = node.tag
        if tag in _SKIPPED:
            return False
        if tag in BLOCKS or tag == "br":
            self._flush()
            if tag == "br":
                return False
            if tag == "pre":
                self._preformatted(node)
                return False
            if is_hidden(node):
                return False
            if tag == "table":
                return not self._take_table(node)
        elif tag == "img":
            self.content.pictures[self.section] = self.content.pictures.get(self.section, 0) + 1
        return True

    def _preformatted(self, node: LexborNode) -> None:
        for line in (node.text() or "").split("\n"):
            self.parts.append(line)
            self._flush()

    def _take_table(self, node: LexborNode) -> bool:
        try:
            grid = table_to_grid(node, visible=True)
        except SpanBombError as error:
            self.content.issues.append(Issue("error", "table.span_bomb", f"a table is left out: {error}"))
            return True
        if grid.columns > limits.REPORT_COLUMNS:
            message = f"a table is left out: more than {limits.REPORT_COLUMNS} columns"
            self.content.issues.append(Issue("error", "table.span_bomb", message))
            return True
        if not is_form_table(grid):
            return False
        self._hidden_digits(node, grid)
        self.content.grid_at.append(len(self.content.lines))
        self.content.grids.append(replace(grid, section=self.section or None))
        return True

    def _hidden_digits(self, node: LexborNode, visible: Grid) -> None:
        if "none" not in (node.html or "") and "hidden" not in (node.html or ""):
            return
        whole = table_to_grid(node)
        texts = [cell.text for cell in whole.cells if cell.hidden and any(character.isdigit() for character in cell.text)]
        if texts and len(whole.cells) != len(visible.cells):
            message = "hidden cells with digits are left out of the figures"
            self.content.issues.append(Issue("warning", "table.hidden_digits", message, evidence=" | ".join(texts)[:200]))

    def _flush(self) -> None:
        if not self.parts:
            return
        line = " ".join("".join(self.parts).split())
        self.parts.clear()
        if not line:
            return
        self.section = add_line(self.content, line, self.section)
