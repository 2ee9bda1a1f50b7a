"""An ordinary page → text lines and tables at the speed of the parser.

The parser gives the whole text of an element in one call, but joins what stands in different blocks. So white space that a page has no
use for is put before every tag of a block before parsing: a form feed stands where a line ends, a tab where a picture stands. White
space may stand anywhere in markup, so the tree stays the same.

Where that is not so, or where a page does what few pages do, there is no content, and ``html`` walks through the tree node by node. Both
give the same, which a test holds them to.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline import limits
from pipeline.documents.content import Content
from pipeline.documents.page import add_line, read_head
from pipeline.model import Grid
from pipeline.tables.from_grid import is_form_table
from pipeline.tables.grid import BLOCKS, SpanBombError, cell_spans, folded, is_hidden, shape_of, table_to_grid

_BREAK, _PICTURE = "\x0c", "\t"
#: What stands for a table of the form in the text that is left. ``clean`` took it out of the page itself.
_TABLE = "\x01"
_BLOCKS = (
    rb"/?p|/?br|d(?:iv|[dlt]|etails|ialog)|h(?:[1-6r]|eader|group)|[ou]l|li|center|nav|footer|main|menu|option|a(?:ddress|rticle|side)"
    rb"|blockquote|f(?:ieldset|igcaption|igure)|legend|s(?:ection|ummary)"
)
#: Elements that begin no line, but are looked for. Their marks are taken away again, those of pictures become tabs.
_RARE = frozenset(b"script style noscript select textarea iframe object button marquee applet svg title form caption".split())
_PICTURES = frozenset({b"img", b"image"})
#: Elements in which white space counts or markup is text.
_UNUSUAL = frozenset(b"pre listing plaintext xmp template noembed noframes math".split())
_NAMES = b"|".join((_BLOCKS, *sorted(_RARE | _PICTURES | _UNUSUAL)))
# Tags that a page has hundreds of, span, td, o:p, are passed over by their first letters. Tags in capitals are marked whatever they are.
_MARKED = re.compile(rb"<(?!!|/[^pbA-Z]|t[^ei]|s[^ecutve]|sp|o:)(?=(?:%b)[\s/>]|/?[A-Z])" % _NAMES)
_ANY_MARKED = re.compile(rb"<(?=(?:%b)[\s/>])" % _NAMES, re.I)
_MARKED_NAME = re.compile(rb"\x0c</?([a-zA-Z0-9]+)")
# White space, and the sign of a table, that is written as a reference.
_REFERENCE = re.compile(rb"&(?:Tab|#(?:0*(?:9|12|1)|[xX]0*[9cC1])(?![0-9a-fA-F]))")
#: Blocks that have an end where the markup says so, or none at all. All others get a break behind them in the tree.
_ENDS_IN_MARKUP = frozenset({b"p", b"br", b"hr"})
#: Elements at whose end a paragraph in them ends too.
_CLOSING = frozenset({"button", "object", "marquee", "applet"})
#: Elements whose text may hold what looks like a tag.
_RAW = frozenset({"textarea", "iframe"})
_SHIFTING = (*sorted(_CLOSING), *sorted(_RAW), "svg")
_UNSEEN = ("script", "style", "noscript")
_UNSEEN_IN_TEXT = ("select", "textarea", "iframe", "object")
_PARTS = frozenset({"thead", "tbody"})
_DISPLAY = (b"display", b"DISPLAY", b"Display")


class _UnusualError(ValueError):
    """The page has to be walked through."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes of a page in UTF-8 with a form feed before each tag of a block and a tab before each picture, and none elsewhere.

    ``names`` are the elements that it may have, of those that are looked for.
    """

    marked: bytes
    names: frozenset[bytes]

    def find(self, body: LexborNode, *names: str) -> list[LexborNode]:
        """The elements of these names, in the order of the document; free of cost for a page that has none."""
        there = [name for name in names if name.encode() in self.names]
        return body.css(",".join(there)) if there else []


def read_marked(page: bytes) -> Content | None:
    """Read a page in UTF-8; None where it does what few pages do."""
    try:
        return _read(_source(page))
    except (_UnusualError, SpanBombError):
        return None


def _source(page: bytes) -> _Source:
    plain = page.replace(b"\x0c", b" ").replace(b"\t", b" ")
    marked = _MARKED.sub(b"\x0c<", plain)
    names = frozenset(_MARKED_NAME.findall(marked))
    in_capitals = [name for name in names if not name.islower()]
    if in_capitals:
        marked = _ANY_MARKED.sub(b"\x0c<", plain)
        names = frozenset(_MARKED_NAME.findall(marked))
    for name in names:
        lower = name.lower()
        if lower in _RARE or lower in _PICTURES:
            marked = marked.replace(b"\x0c<" + name, (b"<" if lower in _RARE else b"\t<") + name)
    if in_capitals:
        names = frozenset(name.lower() for name in names)
    if not names.isdisjoint(_UNUSUAL) or _REFERENCE.search(marked) is not None:
        raise _UnusualError
    return _Source(marked, names)


def _read(source: _Source) -> Content:
    parser, content = LexborHTMLParser(source.marked), Content()
    if parser.head is not None:
        _read_head(parser.head, content)
    body = parser.body
    if body is None:
        return content
    _remove(source.find(body, *_UNSEEN))
    _refuse_lost_pictures(body, source)
    _refuse_rare(body, source)
    _remove_hidden(body, source)
    grids = _take_tables(body, source)
    _remove(source.find(body, *_UNSEEN_IN_TEXT))
    _add_text(content, body.text(), grids)
    return content


def _refuse_rare(body: LexborNode, source: _Source) -> None:
    """Elements that few pages have, where they hold what shifts a mark."""
    if body.css_first("title") is not None:
        raise _UnusualError
    for node in source.find(body, *_SHIFTING):
        if node.tag in _CLOSING:
            shifts = node.css_first("p") is not None
        elif node.tag in _RAW:
            shifts = _holds_mark(node.text()) and _table_around(node) is not None
        else:
            shifts = bool(node.text().strip(" \n"))
        if shifts:
            raise _UnusualError


def _read_head(head: LexborNode, content: Content) -> None:
    read_head(head, content)
    if content.title_tag and "<" in content.title_tag:
        raise _UnusualError
    # Values of attributes may hold markup, with marks.
    content.meta = {name: value.replace(_BREAK, "").replace(_PICTURE, "") for name, value in content.meta.items()}


def _remove(nodes: list[LexborNode]) -> None:
    """Take elements out of the tree, from the last to the first, so that none is gone with another around it."""
    for node in reversed(nodes):
        node.decompose()


def _refuse_lost_pictures(body: LexborNode, source: _Source) -> None:
    """Marks before the body are lost, and some stand in what only looks like a tag."""
    if source.names.isdisjoint(_PICTURES):
        return
    first = source.marked.find(b"\t")
    if not 0 <= source.marked.find(b"<body") < first or body.text().count(_PICTURE) != len(body.css("img")):
        raise _UnusualError


def _remove_hidden(body: LexborNode, source: _Source) -> None:
    """Take out blocks that a browser does not show. In tables it takes more: hidden cells are told of, hidden text in a cell is read."""
    nodes = body.css("[hidden]")
    if any(map(source.marked.__contains__, _DISPLAY)):
        nodes += body.css('[style*="display" i]')
    nodes = [node for node in nodes if node.tag in BLOCKS and is_hidden(node)]
    if any(node.tag == "table" or _table_around(node) is not None for node in nodes):
        raise _UnusualError
    for node in nodes:
        node.insert_before(_BREAK)
    _remove(nodes)


def _table_around(node: LexborNode) -> LexborNode | None:
    parent = node.parent
    while parent is not None and parent.tag != "table":
        parent = parent.parent
    return parent


def _break_blocks(body: LexborNode, source: _Source) -> None:
    """Put a break behind each block, as an end tag may be missing or end nothing, and before each form, as its tag may start none."""
    names = source.names - _ENDS_IN_MARKUP - _RARE - _PICTURES
    for node in source.find(body, *sorted(name.decode() for name in names)):
        node.insert_after(_BREAK)
    for node in source.find(body, "form"):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)


def _take_tables(body: LexborNode, source: _Source) -> list[Grid]:
    """The tables of the form, in their order. In the tree a sign takes the place of each, and the cells of others become lines."""
    tables = body.css("table")
    around = {table.mem_id: _table_around(table) for table in tables}
    outer = {one.mem_id for one in around.values() if one is not None}
    outermost = [table for table in tables if around[table.mem_id] is None]
    for table in tables:
        _refuse_moved(table)
    rows = {table.mem_id: table.css("tr") for table in outermost}
    if any(_holds_mark(row.text(deep=False)) for some in rows.values() for row in some):
        raise _UnusualError
    _break_blocks(body, source)
    for table in outermost:
        if table.mem_id in outer:
            _break_cells(table)
    grids: list[Grid] = []
    gone: set[int] = set()
    for table in tables:
        above = around[table.mem_id]
        if above is not None and above.mem_id in gone:
            gone.add(table.mem_id)
            continue
        if table.mem_id in outer or b"caption" in source.names:
            grid = table_to_grid(table, visible=True, text_of=_cell_text)
        else:
            grid = _leaf_grid(table, rows.get(table.mem_id) or table.css("tr"))
        if grid.columns > limits.REPORT_COLUMNS:
            raise _UnusualError
        if is_form_table(grid):
            gone.add(table.mem_id)
            grids.append(grid)
            table.replace_with(f"{_BREAK}{_TABLE}{_BREAK}")
        elif above is None and table.mem_id not in outer:
            _break_cells(table)
    return grids


def _holds_mark(text: str | None) -> bool:
    return text is not None and (_BREAK in text or _PICTURE in text)


def _refuse_moved(table: LexborNode) -> None:
    """A block or picture between cells is laid before its table, but its mark is white space and stays where it was."""
    if _holds_mark(table.text(deep=False)):
        raise _UnusualError
    part = table.first_child
    while part is not None:
        if part.is_element_node and part.tag != "caption" and _holds_mark(part.text(deep=False)):
            raise _UnusualError
        part = part.next


def _break_cells(table: LexborNode) -> None:
    """Put breaks where the parts of a table that is no form's begin, and behind it."""
    for node in table.css("td,th,tr,thead,tbody,tfoot,caption,table"):
        node.insert_before(_BREAK)
        if node.tag == "table":
            node.insert_after(_BREAK)
    table.insert_before(_BREAK)
    table.insert_after(_BREAK)


def _leaf_grid(table: LexborNode, rows: list[LexborNode]) -> Grid:
    """The grid of a table that holds no other, and no caption. What is not as usual in it is left to the grid of any table."""
    counts: dict[int, int] = {}
    groups: dict[int, list[int]] = {}
    for one in rows:
        group = one.parent
        if group is None or group.tag not in _PARTS:
            return table_to_grid(table, visible=True, text_of=_cell_text)
        counts[one.mem_id] = 0
        groups.setdefault(group.mem_id, []).append(one.mem_id)
    cells = table.css("td,th")
    for cell in cells:
        row = cell.parent
        if row is None or row.mem_id not in counts:
            raise _UnusualError
        counts[row.mem_id] += 1
    lengths = tuple(tuple(counts[number] for number in some) for some in groups.values())
    shape = shape_of(lengths, _spans(table, cells))
    texts = map(_text, [cell.text() for cell in cells])
    return Grid(shape.cells(texts), shape.rows, shape.columns, "html", overlaps=shape.overlaps, shape=shape)


def _spans(table: LexborNode, cells: list[LexborNode]) -> tuple[tuple[int, int, int], ...]:
    spanning = table.css("[colspan],[rowspan]")
    if not spanning:
        return ()
    numbers = {cell.mem_id: number for number, cell in enumerate(cells)}
    named = ((numbers[node.mem_id], *cell_spans(node)) for node in spanning if node.mem_id in numbers)
    return tuple(one for one in named if one[1:] != (1, 1))


def _cell_text(cell: LexborNode) -> str:
    return _text(cell.text())


@functools.lru_cache(maxsize=65_536)
def _text(marked: str) -> str:
    """The text of a cell as ``node_text`` gives it."""
    return folded(marked.replace(_PICTURE, "").split(_BREAK))


def _add_text(content: Content, text: str, grids: list[Grid]) -> None:
    """The lines outside of the tables, and each table before the line where its sign stands."""
    section, left = 0, iter(grids)
    if text.count(_TABLE) != len(grids):
        raise _UnusualError
    for piece in text.split(_BREAK):
        if _PICTURE in piece:
            content.pictures[section] = content.pictures.get(section, 0) + piece.count(_PICTURE)
        if piece == _TABLE:
            content.grid_at.append(len(content.lines))
            content.grids.append(replace(next(left), section=section or None))
        elif line := " ".join(piece.replace(_PICTURE, "").split()):
            section = add_line(content, line, section)
