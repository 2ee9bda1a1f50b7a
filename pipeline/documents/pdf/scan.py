"""Scanned pages of a PDF: drawn as pictures and handed to the reader of pictures, where its extra is installed."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline import limits
from pipeline.documents.content import Blocks
from pipeline.documents.image import need_ocr
from pipeline.documents.pdf.stitch import Placed
from pipeline.extras import MissingExtraError, need
from pipeline.model import Issue

#: Dots per inch at which a page is drawn; below 150 small digits run together, above 200 nothing is gained.
_DPI = 200


def read_scan(body: bytes, number: int, reason: str, blocks: Blocks) -> list[Placed]:
    """What stands on a page that has no usable text; ``reason`` says why it has none. Pages that are not read are named in an issue."""
    name = f"page {number + 1}"
    try:
        need_ocr()
    except MissingExtraError as error:
        blocks.issues.append(Issue("error", "page.scanned", f"The text of {name} cannot be read: {reason}. {error}"))
        return []
    if sum(issue.code == "picture.read" for issue in blocks.issues) >= limits.SCANNED_PAGES:
        message = f"The text of {name} is not read: {reason}, and {limits.SCANNED_PAGES} such pages were read before it"
        blocks.issues.append(Issue("error", "page.scanned", message))
        return []
    from pipeline.documents.image.read import see

    seen = see(_drawn(body, number), name)
    blocks.issues += seen.issues
    items: list[Any] = [*seen.items]
    for at in reversed(seen.left_out):
        items.insert(at, None)
    return [Placed(item, number) for item in items]


def _drawn(body: bytes, number: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A page as rows × columns × (red, green, blue)."""
    pdfium = need("pypdfium2", "docs", "Reading PDF files")
    document = pdfium.PdfDocument(body)
    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(_DPI / 72, (limits.PICTURE_PIXELS / max(width * height, 1.0)) ** 0.5)
        return np.array(page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()[:, :, :3], dtype=np.uint8)
    finally:
        document.close()
