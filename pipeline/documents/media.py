"""Which medium bytes are, by how they begin, and who reads it. Readers are loaded when the first document of their medium comes."""

from __future__ import annotations

import importlib
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Literal

from pipeline.documents.content import Blocks, DocumentError
from pipeline.extras import MissingExtraError

Medium = Literal["markup", "pdf", "docx", "xlsx", "ofd", "doc", "xls", "rtf", "image", "zip", "gzip"]
Reader = Callable[[bytes], Blocks]

_MAGIC: tuple[tuple[bytes, Medium], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x1f\x8b", "gzip"),
)
# A PDF may begin with a few bytes of something else.
_PDF = re.compile(rb"[^<]{0,1000}%PDF-\d")
_WEBP = re.compile(rb"RIFF....WEBP", re.S)
_BITMAP = re.compile(rb"BM....\x00\x00\x00\x00", re.S)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams in the older Office files, as they stand in the directory.
_OLE_STREAMS: tuple[tuple[bytes, Medium], ...] = (
    ("Workbook".encode("utf-16-le"), "xls"),
    ("Book".encode("utf-16-le"), "xls"),
    ("WordDocument".encode("utf-16-le"), "doc"),
)
_ZIP_PARTS: tuple[tuple[str, Medium], ...] = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("OFD.xml", "ofd"))
_READERS: dict[Medium, str] = {
    "pdf": "pipeline.documents.pdf:read_pdf",
    "docx": "pipeline.documents.office.word:read_word",
    "doc": "pipeline.documents.office.legacy:read_older_word",
    "rtf": "pipeline.documents.office.legacy:read_older_word",
    "xlsx": "pipeline.documents.office.sheets:read_sheets",
    "xls": "pipeline.documents.office.sheets:read_sheets",
    "image": "pipeline.documents.image:read_picture",
}
_REFUSED = {
    "ofd": "OFD files cannot be read; look for the report as a page, a PDF or a Word file",
    "zip": "the file is an archive of others; bring it in with: gongkai import FILE.zip",
    "gzip": "the file is compressed; unpack it first",
}


def medium_of(body: bytes) -> Medium:
    """The medium by the first bytes, and for containers by the parts they name. Whatever is nothing else is markup or text."""
    if body.startswith(b"PK\x03\x04"):
        return _zip_medium(body)
    if body.startswith(_OLE):
        return next((medium for name, medium in _OLE_STREAMS if name in body), "doc")
    if _PDF.match(body[:1024]):
        return "pdf"
    if _WEBP.match(body[:16]):
        return "image"
    if _BITMAP.match(body[:16]):
        return "image"
    return next((medium for magic, medium in _MAGIC if body.startswith(magic)), "markup")


def _zip_medium(body: bytes) -> Medium:
    try:
        with zipfile.ZipFile(BytesIO(body)) as file:
            names = set(file.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError("document.damaged", f"the file is cut or damaged ({error}); fetch it again") from error
    return next((medium for part, medium in _ZIP_PARTS if part in names), "zip")


def read_blocks(body: bytes, medium: Medium) -> Blocks:
    """A file of a medium as text and tables. Raises ``DocumentError``, also for media that nothing reads or whose extra is missing."""
    if medium not in _READERS:
        raise DocumentError("medium.unsupported", _REFUSED.get(medium, f"{medium} files cannot be read yet; give the page as HTML or text"))
    module, _, function = _READERS[medium].partition(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    try:
        return reader(body)
    except MissingExtraError as error:
        raise DocumentError("extra.missing", str(error)) from error
