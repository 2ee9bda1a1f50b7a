"""PDFium's view of a file as pages of characters, lines, boxes and pictures. Nothing else here knows the library.

Its text is taken character by character with the place of each, as the order in a file says nothing; its lines as they are drawn, whether
by strokes, by thin boxes or by dashes.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline import limits
from pipeline.documents.content import DocumentError
from pipeline.documents.pdf.page import Box, Edge, Fill, Glyph, Page, Turn, turned
from pipeline.documents.pdf.text import is_unreadable, plain
from pipeline.extras import need

#: Boxes thinner than this are lines.
THIN = 2.5
#: Degrees by which a character may lean and still stand along or across the text.
_LEAN = 4
_INVISIBLE, _CLIP = 3, 7
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_DEEPEST_FORM = 12
#: Longer side of the ink of a character in shorter sides of its box. A full stop has 0.15, a dash that fills its cell 2.
_SMALLEST, _LARGEST = 0.08, 4.0
#: Share of the characters of a page that have to be hidden, and of the page that a picture has to cover, for the text to be one of OCR.
_MOST = 0.8
_WRONG_PASSWORD, _UNKNOWN_SECURITY = 4, 5
#: Blank characters that are as wide as others; authors push numbers and lines about with them.
_SPACES = frozenset("\u00a0\u3000\u2002\u2003")
Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(slots=True)
class _Char:
    """A character as the file places it: its box in the file's directions, the direction of its line in degrees.

    ``spaced``: the file has a space before it.
    """

    text: str
    box: Box
    angle: float
    shade: int
    hidden: bool
    spaced: bool


@contextmanager
def opened(body: bytes) -> Iterator[Any]:
    """The document, closed afterwards. Raises ``DocumentError`` for one that is damaged, encrypted or too long."""
    pdfium = need("pypdfium2", "docs", "Reading PDF files")
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in {_WRONG_PASSWORD, _UNKNOWN_SECURITY} or "assword" in str(error):
            raise DocumentError("document.encrypted", "the PDF is encrypted; save it without a password") from error
        raise DocumentError("document.damaged", "the PDF is damaged; fetch it again") from error
    try:
        if (count := len(document)) > limits.PDF_PAGES:
            raise DocumentError("document.too_large", f"the PDF has {count} pages; no report has more than {limits.PDF_PAGES}")
        yield document
    finally:
        document.close()


def read_page(document: Any, number: int) -> Page | None:
    """One page, numbered from 0; ``None`` where it is damaged. Raises ``DocumentError`` for a page that is larger than any report's."""
    pdfium = need("pypdfium2", "docs", "Reading PDF files")
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return None
    try:
        return _Reader(pdfium.raw, page).read(number)
    finally:
        page.close()


class _Reader:
    """Reads one page: first what the file holds, then everything turned in the direction of its text."""

    def __init__(self, raw: Any, page: Any) -> None:
        self._raw, self._page = raw, page
        self._budget = limits.PDF_PAGE_OBJECTS
        self._modes: dict[int, int] = {}

    def read(self, number: int) -> Page:
        chars, unreadable = self._chars()
        left, bottom, right, top = self._page.get_bbox()
        straight = [one for one in chars if abs((one.angle + 45) % 90 - 45) <= _LEAN]
        ways = Counter(-round(one.angle / 90) % 4 for one in straight)
        way = ways.most_common(1)[0][0] if ways else -self._raw.FPDFPage_GetRotation(self._page) % 4
        turn, width, height = turned(way, left, bottom, right, top)
        page = Page(number, width, height, unreadable=unreadable, slanted=len(chars) - len(straight))
        page.ocr = self._draw(page, turn, straight)
        for one in straight:
            if page.ocr or not one.hidden:
                x0, upper, x1, lower = _box(turn, one.box)
                glyph = Glyph(one.text, x0, x1, upper, lower, one.shade if not page.ocr else 255, one.spaced)
                (page.spaces if one.text in _SPACES else page.glyphs if -round(one.angle / 90) % 4 == way else page.sideways).append(glyph)
        return page

    # -- characters

    def _chars(self) -> tuple[list[_Char], int]:
        """The characters that are printed, and the number of those that the file gives no meaning."""
        raw, found, unreadable = self._raw, [], 0
        text = self._page.get_textpage()
        try:
            count = text.count_chars()
            if count > limits.PDF_PAGE_CHARACTERS:
                message = f"page {self._page} has more than {limits.PDF_PAGE_CHARACTERS} characters; no page has"
                raise DocumentError("document.too_large", message)
            colour = [ctypes.c_uint() for _ in range(4)]
            spaced = False
            for at in range(count):
                code = raw.FPDFText_GetUnicode(text, at)
                if raw.FPDFText_IsGenerated(text, at) == 1 or code in {0x0A, 0x0D, 0x20}:
                    spaced = code == 0x20 and raw.FPDFText_IsGenerated(text, at) != 1
                    continue
                character = "-" if raw.FPDFText_IsHyphen(text, at) == 1 else chr(code) if 0 < code < 0x110000 else "\ufffd"
                mode = self._mode(text, at)
                if raw.FPDFText_HasUnicodeMapError(text, at) == 1 or is_unreadable(character):
                    unreadable += mode != _INVISIBLE
                    continue
                corners = self._char_box(text, at)
                if corners is None or not (character.isprintable() or character in _SPACES):
                    continue
                angle = self._angle(text, at)
                known = raw.FPDFText_GetFillColor(text, at, *colour)
                shade = _shade(*(one.value for one in colour)) if known else 255
                found.append(_Char(plain(character), corners, angle, shade, mode in {_INVISIBLE, _CLIP}, spaced))
                spaced = False
        finally:
            text.close()
        return found, unreadable

    def _angle(self, text: Any, at: int) -> float:
        """Degrees by which the line of a character falls. The library's own angle is that of its stem, which leans in italics."""
        matrix = self._raw.FS_MATRIX()
        if self._raw.FPDFText_GetMatrix(text, at, matrix) and (matrix.a or matrix.b):
            return -math.degrees(math.atan2(matrix.b, matrix.a))
        return math.degrees(self._raw.FPDFText_GetCharAngle(text, at))

    def _char_box(self, text: Any, at: int) -> Box | None:
        """The box of a character, with the room that its font gives it: left, bottom, right, top."""
        raw, loose = self._raw, self._raw.FS_RECTF()
        ink = [ctypes.c_double() for _ in range(4)]
        if not raw.FPDFText_GetLooseCharBox(text, at, loose) or not raw.FPDFText_GetCharBox(text, at, *ink):
            return None
        left, right, bottom, top = (one.value for one in ink)
        size = min(loose.right - loose.left, loose.top - loose.bottom)
        if _SMALLEST * size <= max(right - left, top - bottom) <= _LARGEST * size:
            return loose.left, loose.bottom, loose.right, loose.top
        # For fonts that write from top to bottom the library forgets the scale of the text.
        across, up, half = (left + right) / 2, (bottom + top) / 2, max(right - left, top - bottom) / 2
        return across - half, up - half, across + half, up + half

    def _mode(self, text: Any, at: int) -> int:
        """How a character is painted: filled, stroked, not at all."""
        item = self._raw.FPDFText_GetTextObject(text, at)
        if not item:
            return 0
        place = ctypes.addressof(item.contents)
        if place not in self._modes:
            self._modes[place] = self._raw.FPDFTextObj_GetTextRenderMode(item)
        return self._modes[place]

    # -- lines, boxes, pictures

    def _draw(self, page: Page, turn: Turn, chars: list[_Char]) -> bool:
        """Put what is drawn on the page; whether its text is one of OCR."""
        covered, last_text, last_cover = False, -1, -1
        for at, (item, kind, matrix) in enumerate(self._objects()):
            if kind == _TEXT:
                last_text = at
            elif kind == _PATH:
                self._path(item, matrix, page, turn)
            elif kind == _IMAGE:
                x0, top, x1, bottom = box = _box(turn, self._image(item, matrix))
                if min(x1 - x0, bottom - top) <= THIN:
                    page.lines += _thin(box)
                    continue
                page.pictures.append(box)
                if (x1 - x0) * (bottom - top) > _MOST * page.width * page.height:
                    covered, last_cover = True, at
        hidden = sum(one.hidden for one in chars)
        return bool(chars) and page.is_picture and (hidden > _MOST * len(chars) or (covered and last_cover > last_text))

    def _objects(self) -> Iterator[tuple[Any, int, Matrix]]:
        """The objects of the page in the order in which they are painted, those of forms in their place, each with its directions."""
        raw = self._raw
        stack = [(raw.FPDFPage_GetObject(self._page, at), _SAME, 0) for at in range(raw.FPDFPage_CountObjects(self._page) - 1, -1, -1)]
        while stack:
            item, matrix, depth = stack.pop()
            self._budget -= 1
            if self._budget < 0:
                raise DocumentError("document.too_large", f"a page draws more than {limits.PDF_PAGE_OBJECTS} things; no report's does")
            kind = raw.FPDFPageObj_GetType(item)
            if kind != _FORM:
                yield item, kind, matrix
            elif depth < _DEEPEST_FORM:
                inside = _times(self._matrix(item), matrix)
                count = raw.FPDFFormObj_CountObjects(item)
                stack += [(raw.FPDFFormObj_GetObject(item, at), inside, depth + 1) for at in range(count - 1, -1, -1)]

    def _matrix(self, item: Any) -> Matrix:
        found = self._raw.FS_MATRIX()
        if not self._raw.FPDFPageObj_GetMatrix(item, found):
            return _SAME
        return (found.a, found.b, found.c, found.d, found.e, found.f)

    def _image(self, item: Any, matrix: Matrix) -> Box:
        """The box of an image: the unit square under its own directions and those of the forms around it."""
        whole = _times(self._matrix(item), matrix)
        return _around([_moved(whole, x, y) for x in (0, 1) for y in (0, 1)])

    def _path(self, item: Any, matrix: Matrix, page: Page, turn: Turn) -> None:
        raw = self._raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not raw.FPDFPath_GetDrawMode(item, fill, stroke) or not (fill.value or stroke.value):
            return
        whole = _times(self._matrix(item), matrix)
        colour = [ctypes.c_uint() for _ in range(4)]
        for points, closed in self._subpaths(item, whole):
            place = [turn(x, y) for x, y in points]
            x0, top, x1, bottom = box = _around(place)
            if min(x1 - x0, bottom - top) <= THIN:
                page.lines += _thin(box)
            elif stroke.value:
                page.lines += _sides(place, closed)
            if fill.value and min(x1 - x0, bottom - top) > THIN:
                known = raw.FPDFPageObj_GetFillColor(item, *colour)
                page.fills.append(Fill(box, _shade(*(one.value for one in colour)) if known else 255))

    def _subpaths(self, item: Any, matrix: Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The strokes of a path, each as its points and whether it is closed; curves by their ends."""
        raw = self._raw
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        closed = False
        for at in range(raw.FPDFPath_CountSegments(item)):
            self._budget -= 1
            if self._budget < 0:
                return
            segment = raw.FPDFPath_GetPathSegment(item, at)
            if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO and points:
                yield points, closed
                points, closed = [], False
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            points.append(_moved(matrix, x.value, y.value))
            closed = closed or bool(raw.FPDFPathSegment_GetClose(segment))
        if points:
            yield points, closed


def _shade(red: int, green: int, blue: int, alpha: int) -> int:
    """How much darker than paper a colour is that lets ``alpha`` of 255 cover it."""
    light = (299 * red + 587 * green + 114 * blue) / 1000
    return round((255 - light) * alpha / 255)


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _around(points: list[tuple[float, float]]) -> Box:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _box(turn: Turn, box: Box) -> Box:
    return _around([turn(box[0], box[1]), turn(box[2], box[3])])


def _thin(box: Box) -> Iterator[Edge]:
    """A thin box as a line; one that is thin both ways (a dot of a dotted line) as both."""
    x0, top, x1, bottom = box
    if bottom - top <= THIN:
        yield Edge("level", (top + bottom) / 2, x0, x1)
    if x1 - x0 <= THIN:
        yield Edge("upright", (x0 + x1) / 2, top, bottom)


def _sides(points: list[tuple[float, float]], closed: bool) -> Iterator[Edge]:
    """The sides of a stroke that run along or across the text."""
    ends = [*points[1:], *(points[:1] if closed else [])]
    for (x0, y0), (x1, y1) in zip(points, ends, strict=False):
        if abs(y1 - y0) <= THIN < abs(x1 - x0):
            yield Edge("level", (y0 + y1) / 2, min(x0, x1), max(x0, x1))
        elif abs(x1 - x0) <= THIN < abs(y1 - y0):
            yield Edge("upright", (x0 + x1) / 2, min(y0, y1), max(y0, y1))
