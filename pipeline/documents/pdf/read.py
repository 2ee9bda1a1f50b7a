"""The pages of a PDF, one after the other: tables from ruling lines, text around them, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline import limits
from pipeline.documents.content import Blocks, DocumentError
from pipeline.documents.pdf.engine import opened, read_page
from pipeline.documents.pdf.page import Glyph, Page
from pipeline.documents.pdf.ruled import RuledTable, with_text
from pipeline.documents.pdf.ruling import ruled_by_fills, ruled_by_lines
from pipeline.documents.pdf.running import running_lines
from pipeline.documents.pdf.scan import read_scan
from pipeline.documents.pdf.shades import readable
from pipeline.documents.pdf.stitch import Placed, is_continuation, stitched
from pipeline.documents.pdf.text import Line, lines_of, paragraphs
from pipeline.model import Grid, Issue

#: A page with fewer characters than this, on which a picture lies, is a scan.
_FEW_CHARACTERS = 20
#: Share of a page's characters without a meaning from which on its text is not used.
_UNREADABLE_SHARE = 0.05


@dataclass(slots=True)
class _Parts:
    """A page taken apart: its tables, the lines beside them, or why it has no usable text."""

    number: int
    height: float
    tables: list[RuledTable] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    unusable: str = ""


def read_pdf(body: bytes) -> Blocks:
    """Paragraphs and tables of a PDF in the order of reading, tables that go on over pages as one.

    Raises ``DocumentError`` for a file that is damaged, encrypted or too long.
    """
    blocks = Blocks()
    with opened(body) as document:
        blocks.title = _title(document.get_metadata_dict())
        pages = [_parts(document, number, blocks) for number in range(len(document))]
    items: list[Placed] = []
    running = running_lines([(page.lines, page.height) for page in pages])
    for page, unwanted in zip(pages, running, strict=True):
        items += read_scan(body, page.number, page.unusable, blocks) if page.unusable else _placed(page, unwanted)
    if not items and not blocks.issues:
        raise DocumentError("document.empty", "the PDF holds no text")
    for one in stitched(items):
        if one.item is None:
            blocks.pictures.append(len(blocks.items))
        else:
            blocks.items.append(_grid(one.item) if isinstance(one.item, RuledTable) else one.item)
    return _settled(blocks)


def _settled(blocks: Blocks) -> Blocks:
    """Tables of scanned pages held against the relations between the figures of all tables."""
    if any(grid.origin == "image" for grid in blocks.grids):
        from pipeline.documents.image.read import settle

        settle(blocks)
    return blocks


def _title(metadata: dict[str, str]) -> str | None:
    """The title in the file's own metadata, where it can be read: many programs write it in an encoding that the file does not name."""
    title = metadata.get("Title", "").strip()
    return title if any("\u4e00" <= one <= "\u9fff" for one in title) else None


def _parts(document: Any, number: int, blocks: Blocks) -> _Parts:
    page = read_page(document, number)
    if page is None:
        blocks.issues.append(Issue("error", "page.damaged", f"Page {number + 1} is damaged and was not read"))
        return _Parts(number, 0.0)
    reason = _unusable(page)
    if reason:
        return _Parts(number, page.height, unusable=reason)
    glyphs, unseen = readable(page)
    if any(glyph.text.isdigit() for glyph in unseen):
        message = f"Page {number + 1} holds text that nobody can see; it was left out"
        blocks.issues.append(Issue("note", "text.unseen", message, evidence="".join(glyph.text for glyph in unseen[:80])))
    tables, rest = _tables(page, glyphs)
    return _Parts(number, page.height, tables, lines_of(rest))


def _unusable(page: Page) -> str:
    """Why the text of a page cannot be used; empty where it can."""
    readable_count = len(page.glyphs)
    if page.unreadable > _UNREADABLE_SHARE * (readable_count + page.unreadable):
        return "its font does not say which characters they are"
    if page.ocr:
        return "it is a picture with a text that a program has recognised in it"
    return "it is a picture" if readable_count < _FEW_CHARACTERS and page.is_picture else ""


def _tables(page: Page, glyphs: list[Glyph]) -> tuple[list[RuledTable], list[Glyph]]:
    """The ruled tables of a page from top to bottom, and the characters that stand in none."""
    by_lines = ruled_by_lines(page.lines, glyphs)
    tables: list[RuledTable] = []
    rest = glyphs
    for ruled in (*by_lines, *ruled_by_fills(page.fills, by_lines, glyphs)):
        if len(ruled.cells) > limits.TABLE_SLOTS:
            continue
        table, taken = with_text(ruled, rest, page.sideways, page.spaces)
        if any(cell.text for cell in table.cells):
            tables.append(table)
            rest = [glyph for number, glyph in enumerate(rest) if number not in taken]
    return sorted(tables, key=lambda table: table.box[1]), rest


def _placed(page: _Parts, unwanted: set[int]) -> list[Placed]:
    """What stands on a page, from top to bottom, without the lines that every page has."""
    lines = [line for number, line in enumerate(page.lines) if number not in unwanted and not is_continuation(line.text())]
    texts: list[tuple[float, RuledTable | str]] = [(table.box[1], table) for table in page.tables]
    for group in _between(lines, page.tables):
        texts += paragraphs(group)
    ordered = [item for _, item in sorted(texts, key=lambda one: one[0])]
    return [Placed(item, page.number, at == 0, at == len(ordered) - 1) for at, item in enumerate(ordered)]


def _between(lines: Sequence[Line], tables: Sequence[RuledTable]) -> Iterator[list[Line]]:
    """Lines in groups, as the tables part them: a paragraph does not go on behind a table."""
    tops = [table.box[1] for table in tables]
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(sum(top < line.top for top in tops), []).append(line)
    yield from groups.values()


def _grid(table: RuledTable) -> Grid:
    return Grid(tuple(table.cells), table.rows, len(table.xs) - 1, "pdf", doubts=table.doubts)
