"""The browser of the tests: Chromium as Debian has it, driven by Playwright, without a request of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.debian import need_debian

BROWSER = "/usr/bin/chromium"
OPTIONS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser. Skips the test where there is none."""
    need_debian("chromium", "fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=BROWSER, headless=True, args=OPTIONS)
        try:
            yield running
        finally:
            running.close()
