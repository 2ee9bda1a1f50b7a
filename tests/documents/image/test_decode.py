"""Bytes of pictures: what is too large, damaged or odd."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from pipeline import limits
from pipeline.documents.content import DocumentError
from pipeline.documents.image.decode import decode


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P"])
def test_every_kind_of_picture_becomes_red_green_blue(kind, mode):
    if kind in {"JPEG", "WEBP"} and mode in {"1", "P"}:
        mode = "L"
    pixels = decode(saved(Image.new("RGB", (80, 60), "white").convert(mode), kind))
    assert pixels.shape == (60, 80, 3)
    assert pixels.min() >= 250


def test_transparent_ground_is_white():
    assert decode(saved(Image.new("RGBA", (80, 60), (0, 0, 0, 0)), "PNG")).min() == 255


def test_of_an_animated_picture_the_first_frame_counts():
    frames = [Image.new("L", (80, 60), shade) for shade in (255, 0)]
    assert decode(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])).min() == 255


def test_a_photograph_taken_sideways_is_turned_upright():
    picture = Image.new("RGB", (80, 60), "white")
    exif = picture.getexif()
    exif[0x0112] = 6
    assert decode(saved(picture, "JPEG", exif=exif)).shape == (80, 60, 3)


def test_sixteen_bits_are_scaled():
    values = np.full((60, 80), 65_535, np.uint16)
    assert decode(saved(Image.fromarray(values), "PNG")).min() == 255


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_picture_that_says_to_be_huge_is_refused_before_it_is_unpacked():
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    with pytest.raises(DocumentError) as refused:
        decode(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)))
    assert refused.value.code == "document.too_large"


@pytest.mark.parametrize(("size", "code"), [((limits.PICTURE_SIDE + 1, 60), "document.too_large"), ((16, 16), "document.empty")])
def test_a_ribbon_and_an_icon_are_refused(size, code):
    with pytest.raises(DocumentError) as refused:
        decode(saved(Image.new("1", size), "PNG"))
    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF"])
def test_a_cut_file_is_damaged(kind):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    body = saved(Image.fromarray(noise), kind)
    for share in (0.05, 0.5, 0.9):
        with pytest.raises(DocumentError) as refused:
            decode(body[: int(len(body) * share)])
        assert refused.value.code == "document.damaged"
        assert "\n" not in str(refused.value)


def test_a_format_of_no_page_is_not_opened():
    with pytest.raises(DocumentError):
        decode(saved(Image.new("RGB", (80, 60)), "PPM"))
