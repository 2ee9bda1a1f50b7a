"""Bytes → Document: read by medium, repair, lines and tables, who and when. What follows the medium's reader is shared."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import replace

from pipeline import limits
from pipeline.documents.content import Content, DocumentError, content_of
from pipeline.documents.decode import clean, decode
from pipeline.documents.html import TooDeepError, guard, page_grids, read_html
from pipeline.documents.media import medium_of, read_blocks
from pipeline.documents.metadata import Metadata, read_metadata
from pipeline.documents.repair import repair
from pipeline.documents.sections import split_sections
from pipeline.model import Cell, Document, Grid, Issue, Repair

_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|div|p|meta|span|tr|td)\b", re.I)
#: More than this share of NUL and control bytes is no text in any encoding.
_BINARY_SHARE = 0.02
_CONTROL_BYTES = bytes((*range(9), *range(14, 27), *range(28, 32)))


def read_document(body: bytes, *, name: str = "", url: str | None = None, content_type: str | None = None) -> Document:
    """Read one document. Raises ``DocumentError`` when there is none in the bytes."""
    _refuse_size(body)
    found = medium_of(body)
    if found == "markup":
        content, medium, charset, issues = _read_markup(body, content_type)
    else:
        content, medium, charset, issues = content_of(read_blocks(body, found)), found, None, ()
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


def _refuse_size(body: bytes) -> None:
    if not body.strip():
        raise DocumentError("document.empty", "the file is empty; fetch it again")
    if len(body) > limits.BODY_BYTES:
        raise DocumentError("document.too_large", f"the file has more than {limits.BODY_BYTES // 1_000_000} MB; no report has")


def _read_markup(body: bytes, content_type: str | None) -> tuple[Content, str, str, tuple[Issue, ...]]:
    """A page or a text: its content, which of the two, its charset, findings."""
    decoded, charset, issues = read_text(body, content_type)
    text, dropped = clean(decoded, body, charset)
    if dropped:
        issues = (*issues, Issue("note", "text.control_characters", f"{dropped} control or zero-width characters were dropped"))
    if _HTML.search(body[:200_000]) or (content_type and "html" in content_type):
        as_it_came = charset == "utf-8" and text is decoded and "\ufffd" not in text and not body.startswith(BOM_UTF8)
        return read_html(text, body if as_it_came else None), "html", charset, issues
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return Content(lines=lines), "text", charset, issues


def read_all_grids(body: bytes, content_type: str | None = None) -> tuple[list[tuple[Grid | None, str | None]], str, tuple[Issue, ...]]:
    """Every table of a document, (None, reason) for one that was refused; the text of one that has no markup; findings.

    Raises ``DocumentError`` when there is no document in the bytes.
    """
    _refuse_size(body)
    medium = medium_of(body)
    if medium != "markup":
        blocks = read_blocks(body, medium)
        return [(grid, None) for grid in blocks.grids], "", tuple(blocks.issues)
    text, _, issues = read_text(body, content_type)
    return page_grids(text), text, issues


def read_text(body: bytes, content_type: str | None = None) -> tuple[str, str, tuple[Issue, ...]]:
    """Decode the bytes of a page or a text after looking for what is neither. Raises ``DocumentError``."""
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
    return len(sample) - len(sample.translate(None, _CONTROL_BYTES)) > len(sample) * _BINARY_SHARE


def _repaired(content: Content) -> tuple[Content, tuple[Repair, ...]]:
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
    return cell if cell.text == text else cell._replace(text=text)


def _document(  # noqa: PLR0917
    content: Content, medium: str, charset: str | None, metadata: Metadata, repairs: tuple[Repair, ...], issues: tuple[Issue, ...]
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
        scope=metadata.scope,
        places=metadata.places,
        charset=charset,
        repairs=repairs,
        issues=issues,
        grid_at=tuple(content.grid_at),
    )
