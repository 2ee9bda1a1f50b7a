"""Makes the pictures of the explorer that the docs show: python -m tests.screenshots docs/images (or make screenshots).

The sample is built in a folder of its own, so that the pictures show what every reader of the repository gets.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from tests.browser import chromium
from tests.built_sample import build_sample
from tests.explore.running import book_in, running

DESK, PHONE = (1280, 860), (390, 780)
_RESOURCES, _QINGSHI, _SONGPING, _COUNTY = "ud5d5ff64c930", "u6c925e17d3ef", "uda8e1ce92b1f", "990121000000"
_RECEIVED = "applications.new_received.total"
#: File → address, size of the window, and the element that is scrolled to.
PICTURES: dict[str, tuple[str, tuple[int, int], str | None]] = {
    "explorer-first.png": ("/zh/", DESK, None),
    "explorer-compare.png": (f"/zh/compare?unit={_QINGSHI}&unit={_SONGPING}&figure={_RECEIVED}", DESK, "form.choose fieldset"),
    "explorer-county.png": (f"/zh/place/{_COUNTY}", DESK, None),
    "explorer-unit.png": (f"/zh/unit/{_QINGSHI}", DESK, "#side"),
    "explorer-report.png": (f"/zh/report/{_RESOURCES}-2021-own?figure={_RECEIVED}", DESK, ".printed"),
    "explorer-report-en.png": (f"/en/report/{_RESOURCES}-2021-own?figure={_RECEIVED}", DESK, "h1"),
    "explorer-findings.png": ("/zh/findings", DESK, None),
    "explorer-first-phone.png": ("/zh/", PHONE, None),
    "explorer-compare-phone.png": (f"/zh/compare?unit={_QINGSHI}&unit={_SONGPING}&figure={_RECEIVED}", PHONE, "figure.chart"),
    "explorer-report-phone.png": (f"/zh/report/{_RESOURCES}-2021-own?figure={_RECEIVED}", PHONE, ".chosen"),
}
#: Colours of a picture: enough for text and lines, and a third of the bytes.
_COLOURS = 96


def take(browser: Any, site: str, folder: Path) -> None:
    """Write all pictures."""
    for name, (path, (width, height), element) in PICTURES.items():
        page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        page.goto(site + path, wait_until="load")
        if element:
            page.locator(element).first.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY - 12)")
        # What moves to its place, such as the archived page to its cell, is there a moment later.
        page.wait_for_timeout(400)
        with Image.open(io.BytesIO(page.screenshot())) as picture:
            picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(folder / name, optimize=True)
        page.close()


def main(folder: Path) -> None:
    """Build, serve, take."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        book = book_in(build_sample(Path(scratch)))
        with running(book) as site, chromium() as browser:
            take(browser, site, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
