"""Transfer and content codings of answers in archives: chunks put together, packed bodies unpacked, always within a limit."""

from __future__ import annotations

import re
import zlib

from pipeline.archive.members import GZIP_MAGIC
from pipeline.archive.records import BadRecordError

MAX_BODY_BYTES = 100_000_000
_CODINGS = re.compile(rb"^(transfer|content)-encoding:[ \t]*([^\r\n]*)", re.I | re.M)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_INFLATED = frozenset({b"gzip", b"x-gzip", b"deflate"})
_NOT_PACKED = frozenset({b"", b"identity", b"none", b"utf-8", b"binary", b"8bit"})


def unpack_body(head: bytes, body: bytes) -> tuple[bytes, bool]:
    """A body without the codings that the HTTP head before it names, and whether its end is missing. Raises ``BadRecordError``.

    Many archives keep a head that names codings which the crawler had undone: what does not look coded is taken as it is.
    """
    cut = False
    codings = {which.lower(): value.strip().lower() for which, value in _CODINGS.findall(head)} if b"ncoding:" in head.lower() else {}
    if b"chunked" in codings.get(b"transfer", b"") and _CHUNK.match(body):
        body, cut = _without_chunks(body)
    coding = codings.get(b"content", b"identity")
    if coding in _INFLATED:
        body, short = _inflated(body, coding)
        cut = cut or short
    elif coding not in _NOT_PACKED and not _looks_like_text(body):
        raise BadRecordError(f"packed as {coding.decode('latin-1')[:40]}, which is not unpacked here")
    return body, cut


def _without_chunks(body: bytes) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(body, at):
        size, start = int(chunk[1], 16), chunk.end()
        if size == 0:
            return b"".join(parts), False
        parts.append(body[start : start + size])
        at = start + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return b"".join(parts), True


def _inflated(body: bytes, coding: bytes) -> tuple[bytes, bool]:
    packed = body.startswith(GZIP_MAGIC) or (coding == b"deflate" and not _looks_like_text(body))
    if not packed:
        return body, False
    # "deflate" came to mean zlib's wrapping in some servers and none in others.
    wrapping = 47 if body.startswith(GZIP_MAGIC) or (body[:1] == b"\x78") else -15
    stream = zlib.decompressobj(wrapping)
    try:
        content = stream.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise BadRecordError(f"its packed body is damaged ({error})") from error
    if len(content) > MAX_BODY_BYTES:
        raise BadRecordError(f"unpacks to more than {MAX_BODY_BYTES} bytes")
    return content, not stream.eof


def _looks_like_text(body: bytes) -> bool:
    start = body.lstrip()[:64]
    return start[:1] in {b"<", b"{", b"["} or not any(byte < 0x09 or 0x0E <= byte < 0x20 for byte in start)
