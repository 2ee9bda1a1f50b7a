"""How fast each host is asked, how long it is left alone, and how much was asked of it: one account for each host."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipeline.scrapers.crawl.manners import Manners

Clock = Callable[[], float]


@dataclass(slots=True)
class Account:
    """What was asked of one host. Times are of the monotonic clock; ``closed`` says why nothing more is asked in this run."""

    delay: float
    requests: int = 0
    wire_bytes: int = 0
    first: float | None = None
    last: float | None = None
    shortest: float | None = None
    free_at: float = 0.0
    held_until: float = 0.0
    closed: str | None = None
    crawl_delay: float | None = None


@dataclass(slots=True)
class Pace:
    """The accounts of one run."""

    manners: Manners
    clock: Clock = time.monotonic
    accounts: dict[str, Account] = field(default_factory=dict)

    def account(self, host: str) -> Account:
        """The account of a host."""
        return self.accounts.setdefault(host, Account(self.manners.delay))

    def begin(self, host: str) -> None:
        """A request to the host goes out now."""
        one, now = self.account(host), self.clock()
        if one.last is not None:
            gap = now - one.last
            one.shortest = gap if one.shortest is None else min(one.shortest, gap)
        one.first = now if one.first is None else one.first
        one.last = now
        one.requests += 1

    def end(self, host: str, wire_bytes: int = 0) -> None:
        """The request is over, with an answer or without."""
        one = self.account(host)
        one.wire_bytes += wire_bytes
        one.free_at = self.clock()

    def slow_down(self, host: str, crawl_delay: float) -> None:
        """robots.txt asks for a delay. One that is longer than can be waited for closes the host."""
        one = self.account(host)
        one.crawl_delay = crawl_delay
        one.delay = max(self.manners.delay, crawl_delay)
        if crawl_delay > self.manners.longest_delay:
            one.closed = f"robots.txt asks for {crawl_delay:g} seconds between requests, more than {self.manners.longest_delay:g}"

    def hold(self, host: str, seconds: float) -> None:
        """Leave the host alone for a while. More than can be waited for closes it."""
        one = self.account(host)
        if seconds > self.manners.longest_wait:
            one.closed = f"the server asks to come back after {seconds:g} seconds, more than {self.manners.longest_wait:g}"
            return
        one.held_until = max(one.held_until, self.clock() + seconds)

    def why_closed(self, host: str) -> str | None:
        """Why the host is not asked any more in this run; ``None`` while it is."""
        one = self.account(host)
        if one.closed is None and one.requests >= self.manners.requests_per_host:
            return f"{one.requests} requests to this host in one run are enough"
        return one.closed


def retry_after(value: str, now: datetime | None = None) -> float | None:
    """The seconds to wait that a Retry-After line asks for; ``None`` if it cannot be understood. A date that has passed is 0.

    >>> retry_after("120"), retry_after("Mon, 01 Jan 2024 00:00:09 GMT", datetime(2024, 1, 1, tzinfo=UTC)), retry_after("soon")
    (120.0, 9.0, None)
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:18])
    try:
        date = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
