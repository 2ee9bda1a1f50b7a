"""Addresses of one page are one address: what to drop from them, and which ones only a trap has."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit, urlunsplit

from pipeline.scrapers.crawl.guard import host_of

_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/?#;]*", re.I)
_SESSION_QUERY = re.compile(r"(?:^|&)(?:jsessionid|phpsessid|aspsessionid\w*)=[^&]*", re.I)
_PORTS = {("http", 80), ("https", 443)}
#: A path that names one folder so often grows by relative links that lead nowhere.
_REPEATS = 4
_LONGEST = 2_000


def canonical(url: str) -> str:
    """One spelling for one page: host in small letters, no default port, no session, no fragment. What is no address stays as it is.

    >>> canonical("HTTP://WWW.A.gov.cn:80/nb/1.html;jsessionid=7F?id=3&PHPSESSID=2#top")
    'http://www.a.gov.cn/nb/1.html?id=3'
    """
    host = host_of(url)
    if not host:
        return url
    parts = urlsplit(url.strip())
    host = f"[{host}]" if ":" in host else host
    authority = host if parts.port is None or (parts.scheme, parts.port) in _PORTS else f"{host}:{parts.port}"
    path = _SESSION_PATH.sub("", parts.path) or "/"
    return urlunsplit((parts.scheme, authority, path, _SESSION_QUERY.sub("", parts.query).removeprefix("&"), ""))


def why_trap(url: str) -> str | None:
    """Why an address looks like one of endlessly many; ``None`` for an ordinary one.

    >>> why_trap("http://a.gov.cn/nb/nb/nb/nb/1.html")
    'the path names “nb” 4 times'
    """
    if len(url) > _LONGEST:
        return f"an address of {len(url)} characters"
    try:
        folders = Counter(part for part in urlsplit(url).path.split("/") if part)
    except ValueError:
        return None
    name, count = max(folders.items(), key=lambda one: one[1], default=("", 0))
    return f"the path names “{name[:40]}” {count} times" if count >= _REPEATS else None
