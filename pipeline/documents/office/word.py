"""Word files (.docx): paragraphs and tables in order, with the spans of their cells and the automatic numbers of headings.

What is read is what a program shows that has accepted all changes: what they took out and what is hidden is left out, what they put in is
text. Text boxes come after the paragraph that they are anchored in; of two versions of the same content (for newer and older programs) the
newer one is read. Macros and what lies outside of the file are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline import limits
from pipeline.documents.content import Blocks, DocumentError
from pipeline.documents.office.elements import TRANSPARENT, child, children, flat, is_on, name_of, number_of, value_of
from pipeline.documents.office.numbering import read_numbering
from pipeline.documents.office.package import Package
from pipeline.model import Cell, Grid, Issue

_DOCUMENT = "word/document.xml"
_REMOVED = frozenset({"del", "moveFrom"})
_PICTURES = frozenset({"blip", "imagedata"})
_BREAKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
#: Properties, and the readings above characters: none of them is text of its line.
_NO_TEXT = frozenset({"pPr", "rPr", "sdtPr", "sectPr", "rt", "rubyPr"})


def read_word(body: bytes) -> Blocks:
    """Paragraphs and tables of a .docx file. Raises ``DocumentError``."""
    package = Package(body)
    part = package.main_part(_DOCUMENT)
    found = child(package.xml(part), "body")
    if found is None:
        raise DocumentError("document.damaged", "the Word file has no text part; fetch it again")
    blocks = Blocks(title=package.properties().get("title"))
    walk = _Walk(package, part, blocks)
    walk.blocks_of(found)
    if walk.tracked:
        message = "The file holds changes that were not accepted; it is read as if they were"
        blocks.issues.append(Issue("note", "document.tracked_changes", message))
    if walk.foreign:
        message = "A part of the file is kept in another format inside of it and was not read"
        blocks.issues.append(Issue("warning", "document.part_unread", message))
    return blocks


class _Walk:
    """One walk over a document. ``tracked``: a change that was not accepted was met; ``foreign``: a part in another format was."""

    def __init__(self, package: Package, part: str, blocks: Blocks) -> None:
        self._blocks = blocks
        styles, lists = (_related(package, part, name) for name in ("styles.xml", "numbering.xml"))
        self._numbering = read_numbering(lists, styles)
        self._hidden_styles = {
            value
            for one in ([] if styles is None else children(styles, "style"))
            if is_on(one, "rPr", "vanish")
            for value in one.attrib.values()
        }
        self.tracked = False
        self.foreign = False

    def blocks_of(self, node: Any, depth: int = 0) -> None:
        """The paragraphs and tables right below an element."""
        for one in node:
            name = name_of(one)
            if name == "p":
                self._paragraph(one, depth)
            elif name == "tbl":
                self._table(one, depth)
            elif name in _REMOVED:
                self.tracked = True
            elif name in TRANSPARENT:
                self.blocks_of(one, depth)
            elif name == "AlternateContent":
                self.blocks_of(_newer(one), depth)
            elif name == "altChunk":
                self.foreign = True

    def _paragraph(self, node: Any, depth: int) -> None:
        boxes: list[Any] = []
        text = self._text(node, boxes)
        if text.strip():
            self._blocks.items.append(text)
        for box in boxes:
            self.blocks_of(box, depth)

    def _text(self, paragraph: Any, boxes: list[Any]) -> str:
        """A paragraph with the number that is shown before it; text boxes are put aside."""
        text = "".join(self._texts(paragraph, boxes))
        if not text.strip() and is_on(paragraph, "pPr", "rPr", "del"):
            return ""
        return self._numbering.label(paragraph) + text if text.strip() or boxes else text

    def _texts(self, node: Any, boxes: list[Any]) -> Iterator[str]:
        """The pieces of text in a paragraph; text boxes are put aside, pictures counted."""
        for one in node:
            name = name_of(one)
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
                yield from self._texts(_newer(one), boxes)
            elif name not in _NO_TEXT and not (name == "r" and self._is_hidden(one)):
                self.tracked = self.tracked or name in {"ins", "moveTo"}
                if name in _PICTURES:
                    self._blocks.pictures.append(len(self._blocks.items))
                yield from self._texts(one, boxes)

    def _is_hidden(self, run: Any) -> bool:
        vanish = value_of(run, "rPr", "vanish")
        return is_on(run, "rPr", "vanish") if vanish is not None else value_of(run, "rPr", "rStyle") in self._hidden_styles

    # -- tables

    def _table(self, node: Any, depth: int) -> None:
        nested: list[Any] = []
        made = _Merged()
        rows = list(self._shown_rows(node))
        for y, row in enumerate(rows):
            self._row(row, y, made, nested)
            if len(rows) * made.columns > limits.TABLE_SLOTS:
                message = f"a table is left out: more than {limits.TABLE_SLOTS} positions"
                self._blocks.issues.append(Issue("error", "table.span_bomb", message))
                return
        if made.cells:
            self._blocks.items.append(Grid(tuple(made.cells), len(rows), made.columns, "docx", depth))
        for one in nested:
            self._table(one, depth + 1)

    def _shown_rows(self, table: Any) -> Iterator[Any]:
        for row in flat(table):
            if name_of(row) != "tr":
                continue
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                self.tracked = True
            elif not is_on(properties, "hidden"):
                yield row

    def _row(self, row: Any, y: int, made: _Merged, nested: list[Any]) -> None:
        x = number_of(row, "trPr", "gridBefore")
        for one in flat(row):
            if name_of(one) != "tc":
                continue
            properties = child(one, "tcPr")
            if child(properties, "cellDel") is not None:
                self.tracked = True
                continue
            width = max(number_of(properties, "gridSpan"), 1)
            # Also a cell that goes on from above has text, which no program shows; its numbers are counted all the same.
            text = self._cell_text(one, nested)
            made.add(Cell(text, y, x, 1, width), value_of(properties, "vMerge"), value_of(properties, "hMerge"))
            x += width

    def _cell_text(self, cell: Any, nested: list[Any]) -> str:
        boxes: list[Any] = []
        parts = list(self._cell_parts(cell, nested, boxes))
        for box in boxes:
            parts += self._cell_parts(box, nested, [])
        return "\n".join(part for part in parts if part.strip())

    def _cell_parts(self, node: Any, nested: list[Any], boxes: list[Any]) -> Iterator[str]:
        for one in flat(node):
            if name_of(one) == "tbl":
                nested.append(one)
            elif name_of(one) == "p":
                yield self._text(one, boxes)


@dataclass(slots=True)
class _Merged:
    """The cells of a table as its rows come, merged ones as one. ``columns`` is the width so far."""

    cells: list[Cell] = field(default_factory=list)
    columns: int = 0
    _open: dict[int, int] = field(default_factory=dict)

    def add(self, cell: Cell, down: str | None, right: str | None) -> None:
        """Add a cell. ``down`` and ``right`` say whether it begins a merged one (restart) or goes on with it (anything else)."""
        self.columns = max(self.columns, cell.column + cell.colspan)
        last = self.cells[-1] if self.cells else None
        if right is not None and right != "restart" and last is not None and last.row == cell.row:
            self.cells[-1] = last._replace(colspan=cell.column + cell.colspan - last.column)
            return
        above = self._open.pop(cell.column, None)
        if down is not None and down != "restart" and above is not None:
            taller = self.cells[above]
            if taller.row + taller.rowspan == cell.row:
                self.cells[above] = taller._replace(rowspan=taller.rowspan + 1)
                self._open[cell.column] = above
                return
        if down is not None:
            self._open[cell.column] = len(self.cells)
        self.cells.append(cell)


def _related(package: Package, part: str, name: str) -> Any:
    """The part of this name that the text refers to; ``None`` without one."""
    found = next((one for one in package.related(part).values() if one.endswith(f"/{name}")), None)
    return None if found is None else package.xml(found)


def _newer(choice: Any) -> Any:
    """Of several versions of one content the one for newer programs, which comes first."""
    return choice[0] if len(choice) else choice
