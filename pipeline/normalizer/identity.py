"""Who published a report, for which year, and where a document came from: the ids that everything else is joined by."""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from typing import Literal
from urllib.parse import urlsplit

# Example reports are made for a province that does not exist; a page can say so too.
FICTITIOUS_PREFIX = "示例省"
SYNTHETIC_META = "gongkai-synthetic"
UNKNOWN_YEAR = "0000"
OWN_SCOPE = "own"
_SYNTHETIC_TAG = re.compile(rb"<meta\s[^>]{0,200}?" + SYNTHETIC_META.encode(), re.IGNORECASE)
_META_BYTES = 65_536

Trust = Literal["official", "unknown", "mirror"]
# The better source first.
TRUST_ORDER: tuple[Trust, ...] = ("official", "unknown", "mirror")


def normalise_name(name: str) -> str:
    """A printed name without differences of width and space, which say nothing of who is meant.

    >>> normalise_name(" 彩云镇（人民政府） ")
    '彩云镇(人民政府)'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))


@functools.lru_cache(maxsize=1 << 14)
def host_of(url: str | None) -> str:
    """The host of an address in lower case, without www.; empty if there is none."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def path_of(url: str | None) -> str:
    """Path and query of an address; empty if there is none."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return url or ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@functools.lru_cache(maxsize=262_144)
def address(url: str) -> str:
    """What is the same address, however it is spelt: host without www., path and query.

    >>> address("http://www.a.gov.cn/1.html?p=2") == address("https://a.gov.cn/1.html?p=2")
    True
    """
    return host_of(url) + path_of(url)


def trust_of(url: str | None) -> Trust:
    """How far the host of an address vouches for what it shows."""
    host = host_of(url)
    if not host:
        return "unknown"
    return "official" if host == "gov.cn" or host.endswith(".gov.cn") else "mirror"


def document_id(sha256: str) -> str:
    """The id of a set of bytes."""
    return f"d{sha256[:16]}"


def unit_id(name: str | None, url: str | None, sha256: str) -> str:
    """The id of a unit that is not resolved: of host and printed name, or of the document where the name is not known."""
    key = f"{host_of(url)}|{normalise_name(name)}" if name and normalise_name(name) else f"document|{sha256}"
    return f"x{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def known_year(year: int | None) -> int | None:
    """The year if it can be one of a report (the Regulation is of 2008; a title may hold any number)."""
    return year if year is not None and 2000 <= year <= 2999 else None


def report_id(unit: str, year: int | None, sha256: str, scope: str = OWN_SCOPE) -> str:
    """The id of a report: unit, year and scope. Where the year is not known (0000) the document makes it whole:

    two documents without a year may be two reports, and must not be taken for versions of one.

    >>> report_id("x0123456789ab", 2023, "…"), report_id("x0123456789ab", None, "89abcdef0123")
    ('x0123456789ab-2023-own', 'x0123456789ab-0000-own-d89abcdef')
    """
    return f"{unit}-{UNKNOWN_YEAR}-{scope}-d{sha256[:8]}" if year is None else f"{unit}-{year:04d}-{scope}"


def is_synthetic(body: bytes, unit_name: str | None) -> bool:
    """Whether a document is a made-up example, by its unit or because its page says so."""
    if unit_name and normalise_name(unit_name).startswith(FICTITIOUS_PREFIX):
        return True
    head = body[:_META_BYTES]
    # The pattern tries every < of the page; the word alone is looked for a hundred times faster.
    return SYNTHETIC_META.encode() in head.lower() and _SYNTHETIC_TAG.search(head) is not None
