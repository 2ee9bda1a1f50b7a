"""A made-up report as a PDF, written by hand: ruling lines and text in a font that every viewer has for Chinese (none is embedded)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.forms.layout import Sheet
from pipeline.generator.paper import Box, boxes_of, leading, text_width, wrapped
from pipeline.generator.parts import Paragraph, report_parts
from pipeline.generator.spec import ReportSpec

#: Points: A4, its margins, and the sizes of characters in paragraphs, titles and tables.
_WIDTH, _HEIGHT, _MARGIN = 595, 842, 45
_SIZES = {"title": 15.0, "heading": 12.0, "body": 10.5}
_CELL_SIZE = 8.0
_BELOW = 6.0
_ASCENT = 0.88
# Codes are UCS-2; Latin characters (CID 1 to 95 of Adobe-GB1) are half as wide as others.
_FONTS = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
    "/DW 1000/W[1 95 500]/FontDescriptor 5 0 R>>",
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
    "/CapHeight 880/StemV 93>>",
)
#: Catalogue, pages, fonts and title come before the pages.
_BEFORE_PAGES = 2 + len(_FONTS) + 1


@dataclass(slots=True)
class _Page:
    """Its drawing operators, the height that is used, and the height that it has."""

    height: float = _HEIGHT
    used: float = _MARGIN
    operators: list[str] = field(default_factory=list)


def render_pdf(spec: ReportSpec) -> bytes:
    """The file as bytes; the same report gives the same."""
    pages = [_Page()]
    for part in report_parts(spec):
        if isinstance(part, Sheet):
            _draw_table(pages, part)
        else:
            _draw_paragraph(pages, part)
    return _file(pages, spec.title)


def _room(pages: list[_Page], height: float) -> _Page:
    """The page on which so much fits next. A table that is higher than a page gets one that is high enough."""
    if pages[-1].used + height > pages[-1].height - _MARGIN:
        pages.append(_Page(max(_HEIGHT, height + 2 * _MARGIN + _BELOW)))
    return pages[-1]


def _draw_paragraph(pages: list[_Page], part: Paragraph) -> None:
    size, width = _SIZES[part.kind], _WIDTH - 2 * _MARGIN
    for line in wrapped(part.text, width, size, "" if part.kind == "title" else "\u3000\u3000"):
        page = _room(pages, leading(size))
        left = _MARGIN + ((width - text_width(line, size)) / 2 if part.kind == "title" else 0)
        page.operators.append(_text(page, left, page.used, line, size))
        page.used += leading(size)
    pages[-1].used += _BELOW


def _draw_table(pages: list[_Page], sheet: Sheet) -> None:
    boxes, height = boxes_of(sheet, _WIDTH - 2 * _MARGIN, _CELL_SIZE)
    page = _room(pages, height)
    edges = dict.fromkeys(edge for box in boxes for edge in _edges(box))
    for x, y, to_x, to_y in edges:
        top = page.height - page.used
        page.operators.append(f"{_MARGIN + x:.2f} {top - y:.2f} m {_MARGIN + to_x:.2f} {top - to_y:.2f} l S")
    for box in boxes:
        page.operators += [_text(page, _MARGIN + x, page.used + y, line, _CELL_SIZE) for x, y, line in box.placed(_CELL_SIZE)]
    page.used += height + 2 * _BELOW


def _edges(box: Box) -> Iterator[tuple[float, float, float, float]]:
    left, top, right, bottom = box.left, box.top, box.left + box.width, box.top + box.height
    yield from ((left, top, right, top), (left, bottom, right, bottom), (left, top, left, bottom), (right, top, right, bottom))


def _text(page: _Page, left: float, top: float, text: str, size: float) -> str:
    baseline = page.height - top - size * _ASCENT
    return f"BT /F1 {size:g} Tf 1 0 0 1 {left:.2f} {baseline:.2f} Tm <{text.encode('utf-16-be').hex()}> Tj ET"


def _file(pages: list[_Page], title: str) -> bytes:
    """Objects 1 and 2 are catalogue and pages, then the fonts, then the title, then a page and its content in turn."""
    kids = " ".join(f"{_BEFORE_PAGES + 1 + 2 * at} 0 R" for at in range(len(pages)))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>", *_FONTS]
    objects.append(f"<</Title<feff{title.encode('utf-16-be').hex()}>>>")
    bodies = [one.encode() for one in objects]
    information = len(bodies)
    for page in pages:
        number = len(bodies) + 1
        resources = f"/Resources<</Font<</F1 3 0 R>>>>/Contents {number + 1} 0 R"
        bodies.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {_WIDTH} {page.height:.2f}]{resources}>>".encode())
        packed = zlib.compress("\n".join(["0.5 w", *page.operators]).encode(), 9)
        bodies.append(f"<</Length {len(packed)}/Filter/FlateDecode>>stream\n".encode() + packed + b"\nendstream")
    return _with_table(bodies, information)


def _with_table(bodies: list[bytes], information: int) -> bytes:
    """The objects with the table of where each begins."""
    made, starts = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", list[int]()
    for number, body in enumerate(bodies, 1):
        starts.append(len(made))
        made += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    size = len(bodies) + 1
    trailer = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R/Info {information} 0 R>>\n"
    return made + f"{trailer}startxref\n{len(made)}\n%%EOF\n".encode()
