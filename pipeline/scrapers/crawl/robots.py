"""robots.txt as RFC 9309 has it: 4xx allows everything, 5xx and silence forbid everything, at most five redirects, 500 KiB are read.

429 is taken for a busy server rather than for an absent file: nothing is asked until it answers.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from protego import Protego

from pipeline.scrapers.crawl.manners import ROBOTS_NAME, Manners

# RFC 9309, 2.2.1: groups are told apart by the product token; a version behind it says nothing.
_VERSION = re.compile(r"^([ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/.*$", re.I | re.M)


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What came back for a robots.txt: the last status (None without an answer), the body, and what went wrong in words."""

    status: int | None
    body: bytes = b""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one server's robots.txt allows. ``none``: there is no file. ``unreachable``: it cannot be had, so nothing is allowed."""

    state: Literal["read", "none", "unreachable"]
    reason: str = ""
    parser: Protego | None = None

    def why_not(self, url: str) -> str | None:
        """Why ``url`` may not be asked; ``None`` if it may."""
        if self.state == "unreachable":
            return f"robots.txt cannot be read ({self.reason}), so nothing is asked of this server"
        if self.parser is None or self.parser.can_fetch(url, ROBOTS_NAME):
            return None
        if self.forbids_all(url):
            return "robots.txt allows nothing on this server (Disallow: /)"
        return "robots.txt does not allow this address"

    def forbids_all(self, url: str) -> bool:
        """Whether the server of ``url`` has a Disallow: / that means us."""
        return self.parser is not None and not self.parser.can_fetch(_root(url), ROBOTS_NAME)

    @property
    def crawl_delay(self) -> float | None:
        """The delay that the file asks of us, in seconds."""
        asked = self.parser.crawl_delay(ROBOTS_NAME) if self.parser else None
        return asked if asked is not None and asked > 0 else None


def read_rules(answer: RobotsAnswer, max_bytes: int) -> Rules:
    """What an answer means."""
    if answer.status is None or answer.status >= 500 or answer.status == 429:
        return Rules("unreachable", answer.reason or f"status {answer.status}")
    if answer.status != 200:
        return Rules("none", f"status {answer.status}")
    text = answer.body[:max_bytes].decode("utf-8-sig", "replace")
    if len(answer.body) > max_bytes:
        # The last line is cut: half a rule may say another thing than the whole.
        text = text[: text.rfind("\n") + 1]
    return Rules("read", parser=Protego.parse(_VERSION.sub(r"\1", text)))


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def robots_url(url: str) -> str:
    """Where the robots.txt for ``url`` lies: one for each scheme, host and port.

    >>> robots_url("https://a.gov.cn:8443/x/y.html?z")
    'https://a.gov.cn:8443/robots.txt'
    """
    return f"{_root(url)}robots.txt"


@dataclass(slots=True)
class Robots:
    """The rules of every server that is asked, loaded once and again after a day. ``load`` gets a file and never raises."""

    load: Callable[[str], Awaitable[RobotsAnswer]]
    manners: Manners
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, Rules]] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def rules(self, url: str) -> Rules:
        """The rules for ``url``."""
        place = robots_url(url)
        async with self._locks.setdefault(place, asyncio.Lock()):
            known = self._known.get(place)
            if known is None or self.clock() - known[0] > self.manners.robots_seconds:
                known = (self.clock(), read_rules(await self.load(place), self.manners.robots_bytes))
                self._known[place] = known
        return known[1]

    def told(self) -> dict[str, Rules]:
        """Every robots.txt that was looked for, with what it means."""
        return {place: rules for place, (_, rules) in self._known.items()}
