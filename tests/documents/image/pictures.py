"""Pictures of made-up reports with their truth: pages as a browser shows them, in sizes and fonts, worn as pictures are on portals.

What wears a picture is drawn from its number, so that the same number is the same picture.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from pipeline import limits
from pipeline.generator import KINDS, HtmlFlavour, ReportSpec, random_spec, render_html
from pipeline.generator.spec import TABLES, FormChoice
from tests.debian import need_debian
from tests.documents.printers import browser

Pixels = np.ndarray[Any, np.dtype[Any]]
#: Width of the page and size of its letters in pixels, and how many pixels of the screen one of the page has.
SIZES = {"small": (720, 12, 1.0), "middle": (900, 14, 1.25), "large": (900, 15, 2.0)}
FONTS = {"serif": "Noto Serif CJK SC", "sans": "WenQuanYi Zen Hei"}
_FORMS: tuple[FormChoice, ...] = ("2021", "2019", "mix")
#: How tables are drawn: one line between cells, in black or gray; each cell in a box of its own; shaded headers; thick outside.
_BORDERS = {
    "plain": "table{border-collapse:collapse} td,th{border:1px solid #000}",
    "gray": "table{border-collapse:collapse} td,th{border:1px solid #999}",
    "light": "table{border-collapse:collapse} td,th{border:1px solid #ddd}",
    "boxes": "table{border-spacing:0} td,th{border:1px solid #444}",
    "shaded": "table{border-collapse:collapse} td,th{border:1px solid #333} tr:first-child td{background:#cfe2f3}",
    "thick": "table{border-collapse:collapse;border:3px solid #000} td,th{border:1px solid #000}",
    "dotted": "table{border-collapse:collapse} td,th{border:1px dotted #000}",
}


@dataclass(frozen=True)
class Shot:
    """One picture to be made: a report, where its figures stand, how it is shown and worn. ``whole``: the page, not its tables alone."""

    number: int
    spec: ReportSpec
    kind: str
    size: str
    font: str
    wear: str
    border: str
    whole: bool

    @property
    def name(self) -> str:
        """Number and kind of the picture."""
        return f"{self.number:04d}-{self.size}-{self.font}-{self.wear}-{self.border}"


def shots(numbers: Iterable[int], seed: int, wears: Iterable[str] | None = None, *, plain: bool = True) -> list[Shot]:
    """The pictures of these numbers. Sizes, fonts and wears take turns, so that each is met with each; the report is drawn."""
    ways = list(wears or WEARS)
    return [_shot(number, seed, ways, plain=plain) for number in numbers]


def _shot(number: int, seed: int, ways: list[str], *, plain: bool) -> Shot:
    rng = random.Random(f"{seed}/pictures/{number}")
    turn, wear = divmod(number, len(ways))
    turn, size = divmod(turn, len(SIZES))
    font = turn % len(FONTS)
    kind = KINDS[(number // len(ways)) % len(KINDS)]
    absent = () if rng.random() < 0.7 else tuple(rng.sample(TABLES, 2))
    spec = random_spec(rng, forms=rng.choice(_FORMS), figures=kind, absent=absent)
    border = "plain" if plain else rng.choice(list(_BORDERS))
    return Shot(number, spec, kind, list(SIZES)[size], list(FONTS)[font], ways[wear], border, rng.random() < 0.4)


def made(wanted: Iterable[Shot]) -> Iterator[tuple[Shot, bytes]]:
    """Each picture as the bytes of its file: PNG, or JPEG where that is its wear. Skips the test where there is no browser."""
    need_debian("fonts-noto-cjk", "fonts-wqy-zenhei")
    with browser() as page:
        for shot in wanted:
            width, letters, scale = SIZES[shot.size]
            page.set_viewport_size({"width": round(width * scale), "height": 600})
            page.set_content(_html(shot, letters, scale))
            pixels = cv2.imdecode(np.frombuffer(page.screenshot(full_page=True), np.uint8), cv2.IMREAD_COLOR)
            yield shot, _worn(pixels, shot)


def _html(shot: Shot, letters: int, scale: float) -> str:
    only = "" if shot.whole else "body>*:not(table){display:none}"
    css = (
        f"html{{zoom:{scale}}} body{{font:{letters}px '{FONTS[shot.font]}';margin:20px;background:#fff}} {_BORDERS[shot.border]}"
        f"table{{width:100%;font-size:{letters}px;margin:28px 0}} td,th{{text-align:center;padding:3px;font-weight:normal}} {only}"
    )
    page = render_html(shot.spec, HtmlFlavour(), rng=random.Random(shot.number)).decode()
    return page.replace('cellspacing="0"', "").replace("</head>", f"<style>{css}</style></head>")


def _worn(pixels: Pixels, shot: Shot) -> bytes:
    chance = np.random.default_rng(shot.number)
    worn, quality = WEARS_ALL[shot.wear](pixels, chance), _QUALITY.get(shot.wear)
    if quality:
        return bytes(cv2.imencode(".jpg", worn, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
    body = bytes(cv2.imencode(".png", worn)[1])
    # Noise does not pack: nobody publishes such a page as PNG.
    return body if len(body) < limits.BODY_BYTES else bytes(cv2.imencode(".jpg", worn, [cv2.IMWRITE_JPEG_QUALITY, 95])[1])


def rotated(pixels: Pixels, degrees: float) -> Pixels:
    """A picture turned, with white corners, nothing cut off."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(height * sin + width * cos), int(height * cos + width * sin)
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    return np.asarray(cv2.warpAffine(pixels, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)))


def noisy(pixels: Pixels, chance: np.random.Generator, strength: float = 14.0) -> Pixels:
    """A picture with noise of a normal distribution on every channel."""
    return np.clip(pixels + chance.normal(0, strength, pixels.shape), 0, 255).astype(np.uint8)


def sealed(pixels: Pixels, chance: np.random.Generator) -> Pixels:
    """A picture with a red seal over some of its cells: a ring, a star, and signs along the ring."""
    height, width = pixels.shape[:2]
    radius = int(min(width * 0.14, 160))
    x, y = int(chance.uniform(0.45, 0.8) * width), int(chance.uniform(0.25, 0.75) * height)
    mask = np.zeros((height, width), np.uint8)
    cv2.circle(mask, (x, y), radius, 255, max(3, radius // 16), cv2.LINE_AA)
    angles = -np.pi / 2 + np.arange(10) * np.pi / 5
    reach = radius * np.where(np.arange(10) % 2, 0.15, 0.38)
    cv2.fillPoly(mask, [np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], 1).astype(np.int32)], 255, cv2.LINE_AA)
    arm = radius * 0.09
    for angle in np.linspace(1.1, 1.9, 9) * np.pi:
        cx, cy = x + radius * 0.75 * np.cos(angle), y + radius * 0.75 * np.sin(angle)
        for start, end in (((-arm, -arm), (arm, -arm)), ((0, -arm), (0, arm)), ((-arm, arm), (arm, arm))):
            cv2.line(mask, _point(cx, cy, start), _point(cx, cy, end), 255, 2, cv2.LINE_AA)
    share = mask[:, :, None] / 255.0 * 0.75
    red = np.array([40, 30, 210], np.float32)
    over = (np.minimum(pixels, red) + red) / 2
    return np.asarray(pixels * (1 - share) + over * share).astype(np.uint8)


def _point(x: float, y: float, offset: tuple[float, float]) -> tuple[int, int]:
    return int(x + offset[0]), int(y + offset[1])


def faint(pixels: Pixels) -> Pixels:
    """A picture as a printer with little toner gives it: black is light gray."""
    return (255 - (255 - pixels.astype(np.float32)) * 0.35).astype(np.uint8)


def broken(pixels: Pixels, chance: np.random.Generator) -> Pixels:
    """A picture with gaps in long dark lines, as weak prints have."""
    dark = (pixels.max(axis=2) < 160).astype(np.uint8)
    lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, 40), np.uint8)) | cv2.morphologyEx(
        dark, cv2.MORPH_OPEN, np.ones((40, 1), np.uint8)
    )
    gaps = np.zeros_like(dark)
    for y, x in np.argwhere(lines)[chance.random(int(lines.sum())) < 0.004]:
        gaps[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4] = 1
    return np.where(((gaps & cv2.dilate(lines, np.ones((3, 3), np.uint8))) > 0)[:, :, None], 255, pixels).astype(np.uint8)


def scanned(pixels: Pixels, chance: np.random.Generator) -> Pixels:
    """A page from a scanner: turned by up to 3°, blurred, on grayish paper with a shadow, noisy."""
    page = cv2.GaussianBlur(rotated(pixels, float(chance.uniform(-3, 3))), (0, 0), 0.7)
    shade = np.linspace(0.82, 0.97, page.shape[1], dtype=np.float32)[None, :, None]
    return noisy((page * shade + 6).astype(np.float32), chance, 6.0)


def shrunk(pixels: Pixels) -> Pixels:
    """A picture at five sixths of its size, as content systems store them."""
    return np.asarray(cv2.resize(pixels, None, fx=0.83, fy=0.83, interpolation=cv2.INTER_AREA))


_QUALITY = {"jpeg": 60, "scan": 75, "shrunk": 75, "jpeg 30": 30}
Wear = Callable[[Pixels, np.random.Generator], Pixels]
#: The wears that the promise is made for.
WEARS: Mapping[str, Wear] = {
    "clean": lambda pixels, chance: pixels,
    "jpeg": lambda pixels, chance: pixels,
    "rotated": lambda pixels, chance: rotated(pixels, 1.5),
    "noise": noisy,
    "seal": sealed,
}
#: Worse ones: figures may be lost, none may be wrong without a second doubt.
HARD: Mapping[str, Wear] = {
    "faint": lambda pixels, chance: faint(pixels),
    "broken": broken,
    "scan": scanned,
    "shrunk": lambda pixels, chance: shrunk(pixels),
    "jpeg 30": lambda pixels, chance: pixels,
    "worn": lambda pixels, chance: sealed(noisy(rotated(pixels, -2.2), chance, 20.0), chance),
}
WEARS_ALL: Mapping[str, Wear] = {**WEARS, **HARD}
