"""How a portal is treated, and what an answer may cost: every number of the crawler in one place, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import __version__

ROBOTS_NAME = "gongkai"


@dataclass(frozen=True, slots=True)
class Manners:
    """Delays in seconds, sizes in bytes. The defaults are for other people's servers; tests give shorter delays."""

    #: From the end of one answer to the next request of the same host; Crawl-delay and slow answers make it longer, nothing shorter.
    delay: float = 1.0
    #: A Crawl-delay above this is not waited for: the host is left alone and named.
    longest_delay: float = 600.0
    #: Retries of what may pass (429, 5xx, lost connections), and the wait before the first; it doubles from then on.
    retries: int = 2
    backoff: float = 5.0
    #: The longest wait that Retry-After is obeyed for. A host that asks for more is left alone until the next run.
    longest_wait: float = 3600.0
    connect_seconds: float = 20.0
    #: A whole answer, from looking up the name to the last byte: a server that drips is left.
    answer_seconds: float = 60.0
    max_bytes: int = 20_000_000
    #: Inflated to packed bytes; what is smaller than a megabyte may be packed as well as it can be.
    max_ratio: int = 200
    redirects: int = 5
    #: RFC 9309, 2.5 and 2.4: parse at least 500 KiB; do not use a copy for more than a day.
    robots_bytes: int = 512_000
    robots_seconds: float = 86_400.0
    #: Requests to one host in one run, all kinds together.
    requests_per_host: int = 5_000
    #: A list is left after so many of its pages in a row that held nothing new, and after so many pages at all.
    barren_pages: int = 3
    list_pages: int = 500
    sources_at_once: int = 32
    #: Who to write to about the requests; stands in the User-Agent.
    contact: str = ""

    @property
    def user_agent(self) -> str:
        """What the crawler calls itself. Its first word is the name to use in robots.txt."""
        contact = "".join(one for one in self.contact if one.isascii() and one.isprintable() and one not in "();\\").strip()
        return f"{ROBOTS_NAME}/{__version__} (collects annual disclosure reports{f'; {contact}' if contact else ''})"
