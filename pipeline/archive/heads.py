"""HTTP heads: of an answer's headers those are kept that tell what it is, where it leads, and how to ask for it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

#: The headers that are kept, as they are written. Cookies are not among them: they are secrets, and would change every answer.
KEPT = (
    *("Content-Type", "Content-Disposition", "Content-Language", "Date", "ETag", "Last-Modified"),
    *("Cache-Control", "Expires", "Location", "Retry-After", "Server"),
)
Headers = tuple[tuple[str, str], ...]
_BY_NAME = {name.lower(): name for name in KEPT}
_MAX_VALUE = 8_192
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_BREAKS = re.compile(r"[\r\n\0]+")


def keep_headers(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> Headers:
    """The headers that matter, in a fixed order; of several with one name the first. Values become one printable line.

    >>> keep_headers({"etag": '"1"', "Set-Cookie": "id=2", "location": "/年报"})
    (('ETag', '"1"'), ('Location', '/%E5%B9%B4%E6%8A%A5'))
    """
    found: dict[str, str] = {}
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        kept = _BY_NAME.get(name.strip().lower())
        if kept is not None and kept not in found:
            found[kept] = one_line(value)[:_MAX_VALUE]
    return tuple((name, found[name]) for name in KEPT if name in found)


def one_line(value: str) -> str:
    """A value that cannot break a header line: characters outside of ASCII percent-encoded, line breaks as blanks."""
    return quote(_BREAKS.sub(" ", value).strip(), safe=_PRINTABLE, errors="surrogatepass")


def value_of(headers: Headers, name: str) -> str | None:
    """The value of a kept header."""
    return next((value for one, value in headers if one == name), None)


def write_head(status: int, headers: Headers, length: int | None) -> bytes:
    """The head of an answer; ``length`` is that of its body as stored, ``None`` where no body follows."""
    lines = [f"HTTP/1.1 {status:03d} ", *(f"{name}: {value}" for name, value in headers)]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join((*lines, "", "")).encode()
