"""Bytes of a picture → its pixels, within limits: the sizes are read from the head of the file before anything is unpacked."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from pipeline import limits
from pipeline.documents.content import DocumentError

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
#: Formats that are opened; others that the library knows have no place on a report's page.
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")


def decode(body: bytes) -> Pixels:
    """The first frame of a picture as rows × columns × (red, green, blue), upright as its camera says, transparent parts white.

    Raises ``DocumentError`` for pictures that are damaged, too large, or too small to hold a line of text.
    """
    try:
        with warnings.catch_warnings():
            # The library warns of sizes that the limits here refuse.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(body), formats=_FORMATS) as picture:
                _refuse_size(*picture.size)
                return _white_below(ImageOps.exif_transpose(picture))
    except DocumentError:
        raise
    except Image.DecompressionBombError as error:
        raise DocumentError("document.too_large", "the picture has more pixels than any report's") from error
    except Exception as error:
        # The library raises whatever its decoders meet in a damaged file.
        raise DocumentError("document.damaged", f"the picture is damaged ({type(error).__name__}: {error}); fetch it again") from error


def _refuse_size(width: int, height: int) -> None:
    if width * height > limits.PICTURE_PIXELS or max(width, height) > limits.PICTURE_SIDE:
        raise DocumentError("document.too_large", f"the picture has {width} × {height} pixels; no report's has so many")
    if min(width, height) < limits.PICTURE_SMALLEST:
        raise DocumentError("document.empty", f"the picture has {width} × {height} pixels: too few for a table")


def _white_below(picture: Image.Image) -> Pixels:
    if picture.mode in {"I;16", "I", "F"}:
        values = np.asarray(picture, dtype=np.float32)
        top = float(values.max()) or 1.0
        return np.repeat((values * (255.0 / max(top, 255.0))).astype(np.uint8)[:, :, None], 3, axis=2)
    if picture.mode in {"RGB", "L", "1", "CMYK", "YCbCr"} and "transparency" not in picture.info:
        return np.asarray(picture.convert("RGB"))
    whole = picture.convert("RGBA")
    page = Image.new("RGBA", whole.size, "white")
    page.alpha_composite(whole)
    return np.asarray(page.convert("RGB"))
