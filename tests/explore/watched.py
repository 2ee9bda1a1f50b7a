"""A page of the browser that notes what must not happen: requests to elsewhere, messages of the console, errors, dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Any
    site: str
    troubles: list[str] = field(default_factory=list)

    def go(self, path: str) -> Any:
        """Open an address of the site."""
        answer = self.page.goto(self.site + path, wait_until="load")
        assert answer.ok, f"{path}: {answer.status}"
        return self.page


@contextmanager
def watched(browser: Any, site: str, **options: Any) -> Iterator[Watched]:
    """A page in a context of its own; on leaving, nothing may have gone wrong."""
    context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}} | options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    one = Watched(context.new_page(), site)
    one.page.on("console", lambda message: one.troubles.append(f"console: {message.text}"))
    one.page.on("pageerror", lambda error: one.troubles.append(f"error: {error}"))
    one.page.on("dialog", lambda dialog: (one.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    context.on("request", lambda request: None if request.url.startswith(site) else one.troubles.append(f"request: {request.url}"))
    try:
        yield one
        assert one.troubles == []
    finally:
        context.close()
