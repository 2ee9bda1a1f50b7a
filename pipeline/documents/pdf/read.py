"""The pages of a PDF, one after the other: tables from ruling lines, text around them, and what cannot be read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pipeline import limits
from pipeline.documents.content import Blocks, DocumentError
from pipeline.documents.pdf.ruled import SNAP, RuledTable, close_ends, ruled_table, ruling
from pipeline.documents.pdf.scan import read_scan
from pipeline.documents.pdf.stitch import Placed, stitched
from pipeline.documents.pdf.text import Glyph, is_page_number, is_unreadable, lines_of, paragraphs, plain
from pipeline.extras import need
from pipeline.model import Grid

#: A page with fewer characters than this, on which a picture lies, is a scan.
_FEW_CHARACTERS = 20
#: Share of a page's characters without a meaning from which on its text is not used.
_UNREADABLE_SHARE = 0.05
_SETTINGS = {"snap_tolerance": SNAP, "join_tolerance": SNAP, "intersection_tolerance": SNAP}


def read_pdf(body: bytes) -> Blocks:
    """Paragraphs and tables of a PDF in the order of reading, tables that go on over pages as one.

    Raises ``DocumentError`` for a file that is damaged, encrypted or too long.
    """
    pdfplumber = need("pdfplumber", "docs", "Reading PDF files")
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    blocks, items = Blocks(), []
    try:
        with pdfplumber.open(BytesIO(body)) as file:
            if (count := len(file.pages)) > limits.PDF_PAGES:
                raise DocumentError("document.too_large", f"the PDF has {count} pages; no report has more than {limits.PDF_PAGES}")
            blocks.title = _title(file.metadata)
            for number, page in enumerate(file.pages):
                glyphs, unreadable = _glyphs(page)
                reason = _unusable(page, len(glyphs), unreadable)
                items += read_scan(body, number, reason, blocks) if reason else _page(page, number, glyphs)
                page.close()
    except DocumentError:
        raise
    except Exception as error:
        # The library raises whatever its parser meets in a damaged file.
        raise _refused(error) from error
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


def _refused(error: Exception) -> DocumentError:
    name = type(error).__name__
    if "Password" in name or "Encryption" in name or "Password" in repr(error):
        return DocumentError("document.encrypted", "the PDF is encrypted; save it without a password")
    return DocumentError("document.damaged", f"the PDF is damaged ({name}: {error}); fetch it again")


def _title(metadata: dict[str, Any]) -> str | None:
    """The title in the file's own metadata, where it can be read: many programs write it in an encoding that the file does not name."""
    title = metadata.get("Title")
    return title.strip() if isinstance(title, str) and any("\u4e00" <= one <= "\u9fff" for one in title) else None


def _unusable(page: Any, readable: int, unreadable: int) -> str:
    """Why the text of a page with so many characters cannot be used; empty where it can."""
    if unreadable > _UNREADABLE_SHARE * (readable + unreadable) or (readable < _FEW_CHARACTERS and _is_scan(page)):
        return "its font does not say which characters they are" if unreadable else "it is a picture"
    return ""


def _page(page: Any, number: int, glyphs: list[Glyph]) -> list[Placed]:
    """What stands on a page, from top to bottom."""
    tables, rest = _tables(page, glyphs)
    placed = [(table.box[1], table) for table in tables]
    lines = [line for line in lines_of(rest) if not (is_page_number(line.text()) and _at_edge(line.top, page))]
    texts: list[tuple[float, RuledTable | str]] = [*placed]
    for group in _between(lines, tables):
        texts += paragraphs(group)
    ordered = [item for _, item in sorted(texts, key=lambda one: one[0])]
    return [Placed(item, number, at == 0, at == len(ordered) - 1) for at, item in enumerate(ordered)]


def _glyphs(page: Any) -> tuple[list[Glyph], int]:
    """The characters of a page that have a meaning and are upright, and the number of those without."""
    found, unreadable = [], 0
    seen: set[tuple[str, int, int]] = set()
    for char in page.chars:
        text = char["text"]
        if is_unreadable(text):
            unreadable += 1
            continue
        # Some programs print a character twice, a little apart, to make it bold.
        key = (text, round(char["x0"] / 2), round(char["top"] / 2))
        if text.isspace() or not char.get("upright", True) or key in seen:
            continue
        seen.add(key)
        found.append(Glyph(plain(text), char["x0"], char["x1"], char["top"], char["bottom"]))
    return found, unreadable


def _is_scan(page: Any) -> bool:
    area = sum((image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) for image in page.images)
    return bool(area > 0.3 * page.width * page.height)


def _at_edge(top: float, page: Any) -> bool:
    return bool(top < 0.1 * page.height or top > 0.88 * page.height)


def _tables(page: Any, glyphs: list[Glyph]) -> tuple[list[RuledTable], list[Glyph]]:
    """The ruled tables of a page, and the characters that stand in none."""
    for filled in (False, True):
        tables, rest = _tables_from(page, glyphs, close_ends(ruling(page, filled=filled)))
        if tables:
            return tables, rest
    return [], glyphs


def _tables_from(page: Any, glyphs: list[Glyph], edges: list[dict[str, Any]]) -> tuple[list[RuledTable], list[Glyph]]:
    levels, uprights = ([edge for edge in edges if edge["orientation"] == way] for way in ("h", "v"))
    if len(levels) < 2 or len(uprights) < 2:
        return [], glyphs
    settings = _SETTINGS | {
        "vertical_strategy": "explicit",
        "horizontal_strategy": "explicit",
        "explicit_vertical_lines": uprights,
        "explicit_horizontal_lines": levels,
    }
    tables: list[RuledTable] = []
    rest = list(glyphs)
    for found in page.find_tables(settings):
        boxes = [cell for cell in found.cells if cell[2] - cell[0] > SNAP and cell[3] - cell[1] > SNAP]
        if len({round(box[0]) for box in boxes}) < 2 or len(boxes) > limits.TABLE_SLOTS:
            continue
        table, taken = ruled_table(boxes, rest)
        tables.append(table)
        rest = [glyph for number, glyph in enumerate(rest) if number not in taken]
    return sorted(tables, key=lambda table: table.box[1]), rest


def _between(lines: list[Any], tables: list[RuledTable]) -> Iterator[list[Any]]:
    """Lines in groups, as the tables part them: a paragraph does not go on behind a table."""
    tops = [table.box[1] for table in tables]
    groups: dict[int, list[Any]] = {}
    for line in lines:
        groups.setdefault(sum(top < line.top for top in tops), []).append(line)
    yield from groups.values()


def _grid(table: RuledTable) -> Grid:
    doubts = dict.fromkeys(table.broken, ("read.wrapped",))
    return Grid(tuple(table.cells), table.rows, len(table.xs) - 1, "pdf", doubts=doubts)
