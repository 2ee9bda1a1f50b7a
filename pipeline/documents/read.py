"""Bytes → Document: which medium, decode, repair, lines and tables, who and when. One function per medium; what follows is shared."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline import limits
from pipeline.documents.decode import clean, decode
from pipeline.documents.html import HtmlContent, TooDeepError, guard, read_html
from pipeline.documents.metadata import Metadata, read_metadata
from pipeline.documents.repair import repair
from pipeline.documents.sections import split_sections
from pipeline.model import Cell, Document, Issue, Repair

_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|div|p|meta|span|tr|td)\b", re.I)
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "office"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"\x1f\x8b", "archive"),
)
_NEEDS = {
    "pdf": "PDF files cannot be read yet; give the page as HTML or text",
    "office": "Word, Excel and zip files cannot be read yet; save the file as HTML",
    "image": "pictures cannot be read yet; look for the page that holds the table as text",
    "archive": "the file is compressed; unpack it first",
}
#: More than this share of NUL and control bytes is no text in any encoding.
_BINARY_SHARE = 0.02


class DocumentError(ValueError):
    """Nothing can be read from these bytes. ``code`` says what is wrong, the message what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_document(body: bytes, *, name: str = "", url: str | None = None, content_type: str | None = None) -> Document:
    """Read one document. Raises ``DocumentError`` when there is none in the bytes."""
    text, charset, issues = read_text(body, content_type)
    text, dropped = clean(text)
    if dropped:
        issues = (*issues, Issue("note", "text.control_characters", f"{dropped} control or zero-width characters were dropped"))
    if _HTML.search(body[:200_000]) or (content_type and "html" in content_type):
        content = read_html(text)
        medium = "html"
    else:
        content = HtmlContent(lines=[line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")])
        medium = "text"
    content, repairs = _repaired(content)
    metadata = read_metadata(
        lines=[line for line in content.lines if line.strip()],
        title_tag=content.title_tag,
        meta=content.meta,
        breadcrumb=content.breadcrumb,
        url=url,
        name=name,
    )
    return _document(content, medium, charset, metadata, repairs, (*issues, *content.issues, *metadata.issues))


def read_text(body: bytes, content_type: str | None = None) -> tuple[str, str, tuple[Issue, ...]]:
    """Decode the bytes of a page or a text after looking for what is neither. Raises ``DocumentError``."""
    if not body.strip():
        raise DocumentError("document.empty", "the file is empty; fetch it again")
    if len(body) > limits.BODY_BYTES:
        raise DocumentError("document.too_large", f"the file has more than {limits.BODY_BYTES // 1_000_000} MB; no report has")
    medium = next((medium for magic, medium in _MAGIC if body.startswith(magic)), None)
    if medium:
        raise DocumentError("medium.unsupported", _NEEDS[medium])
    if _binary(body):
        raise DocumentError("document.binary", "the file is neither text nor HTML; check what was downloaded")
    try:
        guard(body)
    except TooDeepError as error:
        raise DocumentError("document.too_deep", f"the page is left out: {error}") from error
    decoded = decode(body, content_type)
    if decoded.text is None:
        raise DocumentError(decoded.issues[0].code, decoded.issues[0].message)
    if decoded.text.count("\ufffd") > len(decoded.text) // 5:
        raise DocumentError("document.binary", "the bytes are no text in any encoding tried (UTF-8, GB18030); check what was downloaded")
    return decoded.text, decoded.charset, decoded.issues


def _binary(body: bytes) -> bool:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    sample = body[:65_536]
    control = sum(sample.count(bytes([byte])) for byte in (*range(9), *range(14, 27), *range(28, 32)))
    return control > len(sample) * _BINARY_SHARE


def _repaired(content: HtmlContent) -> tuple[HtmlContent, tuple[Repair, ...]]:
    """Undo a mirror's damage in all text at once, so that lines, cells and title learn the readings from each other."""
    cells = [cell.text.replace("\n", "\v") for grid in content.grids for cell in grid.cells]
    parts = [content.title_tag or "", *content.lines, *cells]
    joined = "\n".join(parts)
    text, repairs = repair(joined)
    if not repairs or text == joined:
        return content, repairs
    mended = text.split("\n")
    if len(mended) != len(parts):
        # A fixer that joins lines is not for tables: mend piece by piece.
        mended = [repair(part)[0] if part else part for part in parts]
    content.title_tag = mended[0] or None
    content.lines = mended[1 : 1 + len(content.lines)]
    texts = iter(mended[1 + len(content.lines) :])
    content.grids = [
        replace(grid, cells=tuple(_with_text(cell, next(texts).replace("\v", "\n")) for cell in grid.cells)) for grid in content.grids
    ]
    return content, repairs


def _with_text(cell: Cell, text: str) -> Cell:
    return cell if cell.text == text else replace(cell, text=text)


def _document(  # noqa: PLR0917
    content: HtmlContent, medium: str, charset: str, metadata: Metadata, repairs: tuple[Repair, ...], issues: tuple[Issue, ...]
) -> Document:
    return Document(
        medium=medium,
        title=metadata.title,
        lines=tuple(content.lines),
        grids=tuple(content.grids),
        sections=split_sections(content.lines),
        unit_name=metadata.unit_name,
        report_year=metadata.report_year,
        published_on=metadata.published_on,
        sources=metadata.sources,
        pictures=content.pictures,
        charset=charset,
        repairs=repairs,
        issues=issues,
    )
