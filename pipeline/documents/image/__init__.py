"""Pictures of reports: a table as PNG or JPEG in a page, a scanned page of a PDF.

decode → prepare (size, skew, ground, seals) → ruling lines → cells → text of each cell, figures twice → labels held against the form →
figures held against its relations. Every figure carries ``read.ocr``; one that is doubted says why (docs/pictures.md).
"""

from __future__ import annotations

from pipeline.documents.content import Blocks
from pipeline.extras import need


def read_picture(body: bytes) -> Blocks:
    """The text and the tables of a PNG, JPEG, GIF (its first frame), BMP, TIFF or WebP file.

    Raises ``DocumentError`` for a picture that is damaged, too large or without text, ``MissingExtraError`` without the extra ``ocr``.
    """
    need_ocr()
    from pipeline.documents.image.read import picture_blocks

    return picture_blocks(body)


def need_ocr() -> None:
    """Raise ``MissingExtraError`` with what to install where a library for pictures is missing."""
    for module in ("PIL", "cv2", "onnxruntime", "rapidocr"):
        need(module, "ocr", "Reading pictures")
