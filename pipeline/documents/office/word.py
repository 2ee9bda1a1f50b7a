"""Word files (.docx): paragraphs and tables in order, with the spans of their cells.

What tracked changes took out is left out, what they put in is text. Text boxes come after the paragraph that they are anchored in; of two
versions of the same content (for newer and older programs) the newer one is read. Macros and external parts are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline import limits
from pipeline.documents.content import Blocks, DocumentError
from pipeline.documents.office.package import Package
from pipeline.model import Cell, Grid, Issue

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DOCUMENT = "word/document.xml"
_REMOVED = frozenset({"del", "moveFrom"})
_PICTURES = frozenset({"blip", "imagedata"})
_BREAKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_word(body: bytes) -> Blocks:
    """Paragraphs and tables of a .docx file. Raises ``DocumentError``."""
    package = Package(body)
    root = package.xml(_DOCUMENT)
    found = None if root is None else _child(root, "body")
    if found is None:
        raise DocumentError("document.damaged", "the Word file has no text part; fetch it again")
    blocks = Blocks(title=package.properties().get("title"))
    walk = _Walk(blocks)
    walk.blocks_of(found)
    if walk.tracked:
        blocks.issues.append(
            Issue("note", "document.tracked_changes", "The file holds changes that were not accepted; it is read as if they were")
        )
    return blocks


def _name(node: Any) -> str:
    """The local name of an element of Word's own vocabulary or any other; empty for comments and the like."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(node: Any, name: str) -> Any:
    return next((one for one in node if _name(one) == name), None)


def _value(node: Any, *path: str) -> str | None:
    """The attribute ``val`` of a property; empty if the property is there without one."""
    for name in path:
        node = None if node is None else _child(node, name)
    if node is None:
        return None
    return str(node.get(f"{_W}val") or node.get(f"{_STRICT}val") or "")


def _number(node: Any, *path: str) -> int:
    text = _value(node, *path)
    return int(text) if text and text.isascii() and text.isdigit() else 0


class _Walk:
    """One walk over a document. ``tracked``: a change that was not accepted was met."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self.tracked = False

    def blocks_of(self, node: Any, depth: int = 0) -> None:
        """The paragraphs and tables right below an element."""
        for one in node:
            name = _name(one)
            if name == "p":
                self._paragraph(one, depth)
            elif name == "tbl":
                self._table(one, depth)
            elif name in _REMOVED:
                self.tracked = True
            elif name in {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}:
                self.blocks_of(one, depth)
            elif name == "AlternateContent":
                self.blocks_of(one[0] if len(one) else one, depth)

    def _paragraph(self, node: Any, depth: int) -> None:
        boxes: list[Any] = []
        text = "".join(self._texts(node, boxes))
        if text.strip():
            self._blocks.items.append(text)
        for box in boxes:
            self.blocks_of(box, depth)

    def _texts(self, node: Any, boxes: list[Any]) -> Iterator[str]:
        """The pieces of text in a paragraph; text boxes are put aside, pictures counted."""
        for one in node:
            name = _name(one)
            if name == "t":
                yield one.text or ""
            elif name in _BREAKS:
                yield _BREAKS[name]
            elif name == "sym":
                yield "\ufffd"
            elif name in _REMOVED:
                self.tracked = True
            elif name == "txbxContent":
                boxes.append(one)
            elif name == "AlternateContent":
                yield from self._texts(one[0] if len(one) else one, boxes)
            else:
                self.tracked = self.tracked or name in {"ins", "moveTo"}
                if name in _PICTURES:
                    self._blocks.pictures.append(len(self._blocks.items))
                yield from self._texts(one, boxes)

    def _table(self, node: Any, depth: int) -> None:
        cells: list[Cell] = []
        nested: list[Any] = []
        open_cells: dict[int, int] = {}
        columns = 0
        rows = [row for row in _rows(node) if _child(_child(row, "trPr") or [], "del") is None]
        for y, row in enumerate(rows):
            x = _number(row, "trPr", "gridBefore")
            for one in _cells(row):
                width = max(_number(one, "tcPr", "gridSpan"), 1)
                merge = _value(one, "tcPr", "vMerge")
                if merge is not None and merge != "restart" and x in open_cells:
                    above = cells[open_cells[x]]
                    cells[open_cells[x]] = Cell(above.text, above.row, above.column, y - above.row + 1, above.colspan)
                else:
                    if merge == "restart":
                        open_cells[x] = len(cells)
                    else:
                        open_cells.pop(x, None)
                    cells.append(Cell(self._cell_text(one, nested), y, x, 1, width))
                x += width
            columns = max(columns, x)
            if len(rows) * columns > limits.TABLE_SLOTS:
                self._blocks.issues.append(
                    Issue("error", "table.span_bomb", f"a table is left out: more than {limits.TABLE_SLOTS} positions")
                )
                return
        if cells:
            self._blocks.items.append(Grid(tuple(cells), len(rows), columns, "docx", depth))
        for one in nested:
            self._table(one, depth + 1)

    def _cell_text(self, cell: Any, nested: list[Any]) -> str:
        parts: list[str] = []
        boxes: list[Any] = []
        for one in _flat(cell):
            if _name(one) == "tbl":
                nested.append(one)
            elif _name(one) == "p":
                parts.append("".join(self._texts(one, boxes)))
        for box in boxes:
            parts += ["".join(self._texts(one, [])) for one in box if _name(one) == "p"]
        return "\n".join(part for part in parts if part.strip())


def _rows(table: Any) -> Iterator[Any]:
    return (one for one in _flat(table) if _name(one) == "tr")


def _cells(row: Any) -> Iterator[Any]:
    return (one for one in _flat(row) if _name(one) == "tc")


def _flat(node: Any) -> Iterator[Any]:
    """The children of an element, those within content controls and accepted insertions included."""
    for one in node:
        if _name(one) in {"sdt", "sdtContent", "ins", "moveTo", "customXml"}:
            yield from _flat(one)
        else:
            yield one
