"""One record of the archive: a gzip member that holds a WARC 1.1 record, from bytes to ``Record`` and back.

Files of this project hold ``resource`` records (a document as it was found), ``conversion`` records (only its text came to us) and
``response`` records (an answer with its HTTP head). The digest is SHA-256 over the body as stored.
"""

from __future__ import annotations

import gzip
import hashlib
import mmap
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, unquote_to_bytes

from fastwarc.warc import WarcRecord

RecordType = Literal["resource", "conversion", "response"]
NAME_HEADER = "WARC-X-Gongkai-Name"
MAX_RECORD_BYTES = 256_000_000
READ_BYTES = 1 << 20
_URI_SAFE = ":/?#[]@!$&'()*+,;=%-._~"
_GZIP_MAGIC = b"\x1f\x8b\x08"
_DOCUMENTS: dict[str, RecordType] = {"resource": "resource", "conversion": "conversion", "response": "response"}


class BadRecordError(ValueError):
    """A record cannot be trusted; the message names the reason."""


@dataclass(frozen=True, slots=True)
class Record:
    """One document in the archive. ``url`` is None for a local file; ``name`` is what it was called there (data, never a path)."""

    kind: RecordType
    body: bytes
    sha256: str
    url: str | None
    name: str
    media_type: str | None
    fetched_at: str
    status: int | None = None

    @property
    def target(self) -> str:
        """What the record is about: its address, or the name of its bytes where there is none."""
        return clean_url(self.url) or f"urn:sha256:{self.sha256}"


def make_record(
    body: bytes,
    *,
    kind: RecordType = "resource",
    url: str | None = None,
    name: str = "",
    media_type: str | None = None,
    fetched_at: str | None = None,
    status: int | None = None,
) -> Record:
    """A record of ``body``, dated now (UTC) unless a date is given. With the ``status`` of an HTTP answer it is a ``response``."""
    date = fetched_at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kind = "response" if status is not None else kind
    return Record(kind, body, hashlib.sha256(body).hexdigest(), clean_url(url), name, media_type, date, status)


def clean_url(url: str | None) -> str | None:
    """An address without anything that could break a header line; characters outside of ASCII percent-encoded.

    >>> clean_url("http://a.gov.cn/年报 1.html")
    'http://a.gov.cn/%E5%B9%B4%E6%8A%A5%201.html'
    """
    return quote(url.strip(), safe=_URI_SAFE, errors="surrogatepass") if url and url.strip() else None


def encode(record: Record) -> bytes:
    """The record as one gzip member. Same record, same bytes."""
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{record.target} {record.sha256} {record.fetched_at}")
    media_type = quote(record.media_type or "application/octet-stream", safe=" /;=+-._\"'")
    block, block_type = record.body, media_type
    if record.status is not None:
        head = f"HTTP/1.1 {record.status:03d} \r\nContent-Type: {media_type}\r\nContent-Length: {len(block)}\r\n\r\n"
        block, block_type = head.encode() + block, "application/http; msgtype=response"
    headers = {
        "WARC-Type": record.kind,
        "WARC-Record-ID": f"<urn:uuid:{identity}>",
        "WARC-Date": record.fetched_at,
        "WARC-Target-URI": record.target,
        "WARC-Payload-Digest": f"sha256:{record.sha256}",
        "Content-Type": block_type,
        NAME_HEADER: quote(record.name.encode("utf-8", "surrogateescape")),
    }
    return _member(headers, block)


def encode_info(file: str, date: str) -> bytes:
    """The record that opens a file and says what wrote it."""
    headers = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'warcinfo {file} {date}')}>",
        "WARC-Date": date,
        "WARC-Filename": file,
        "Content-Type": "application/warc-fields",
    }
    return _member(headers, b"software: gongkai\r\nformat: WARC File Format 1.1\r\n")


def _member(headers: dict[str, str], block: bytes) -> bytes:
    lines = [f"{key}: {value}\r\n" for key, value in headers.items()]
    head = f"WARC/1.1\r\n{''.join(lines)}Content-Length: {len(block)}\r\n\r\n".encode()
    return gzip.compress(head + block + b"\r\n\r\n", compresslevel=6, mtime=0)


def decode(member: bytes, *, unpack_body: bool = False) -> Record | None:
    """The record in an unpacked member, its digest verified; ``None`` for records that are no documents. Raises ``BadRecordError``.

    With ``unpack_body`` the transfer and content codings of an answer are undone (its digest then is that of the bytes given back).
    """
    head, found, rest = member.partition(b"\r\n\r\n")
    if not found or not head.startswith(b"WARC/1."):
        raise BadRecordError("no WARC record")
    try:
        record = WarcRecord.from_bytes(member)
    except (OSError, ValueError) as error:
        raise BadRecordError(f"not a WARC record: {error}") from error
    length = record.headers.get("Content-Length") or ""
    if not length.isdigit() or len(rest) < int(length):
        raise BadRecordError("the record is cut")
    if rest[int(length) :].strip(b"\r\n"):
        raise BadRecordError("more than one record in a gzip member")
    kind = _DOCUMENTS.get((record.headers.get("WARC-Type") or "").lower())
    try:
        return None if kind is None else _document(record, kind, unpack_body)
    except (OSError, EOFError) as error:
        raise BadRecordError(f"the body cannot be read: {error}") from error


def _document(record: WarcRecord, kind: RecordType, unpack_body: bool) -> Record:
    status, media_type = None, record.headers.get("Content-Type")
    if kind == "response":
        record.parse_http(auto_decode="all" if unpack_body else "none")
        status, media_type = record.http_headers.status_code, record.http_headers.get("Content-Type")
    body = record.reader.read()
    sha256 = hashlib.sha256(body).hexdigest()
    stated = record.headers.get("WARC-Payload-Digest") or ""
    if stated.startswith("sha256:") and not (unpack_body and kind == "response") and stated != f"sha256:{sha256}":
        raise BadRecordError("the digest does not fit the bytes")
    target = record.headers.get("WARC-Target-URI") or ""
    name = unquote_to_bytes(record.headers.get(NAME_HEADER) or "").decode("utf-8", "replace")
    date = record.headers.get("WARC-Date") or ""
    return Record(kind, body, sha256, None if target.startswith("urn:") else target, name, media_type, date, status)


@dataclass(frozen=True, slots=True)
class Member:
    """One gzip member of a file: where it lies and what it unpacks to, or why it does not."""

    offset: int
    length: int
    content: bytes = b""
    error: str | None = None


def scan(data: bytes | mmap.mmap) -> Iterator[Member]:
    """The members of a file in order. What cannot be unpacked is told with its offset; the next whole record is looked for behind it."""
    offset = 0
    while offset < len(data):
        member = unpack(data, offset)
        if member.error:
            end = _next_record(data, offset + 1)
            member = Member(offset, end - offset, error=member.error)
        yield member
        offset += member.length


def unpack(data: bytes | mmap.mmap, offset: int) -> Member:
    """The gzip member at ``offset``, or the reason why there is none."""
    stream, parts, size, at = zlib.decompressobj(31), [], 0, offset
    try:
        while not stream.eof and at < len(data):
            chunk = data[at : at + READ_BYTES]
            part = stream.decompress(chunk, MAX_RECORD_BYTES - size + 1)
            at += len(chunk)
            size += len(part)
            if size > MAX_RECORD_BYTES:
                return Member(offset, 0, error=f"more than {MAX_RECORD_BYTES} bytes")
            parts.append(part)
    except zlib.error as error:
        return Member(offset, 0, error=f"damaged ({error})")
    if not stream.eof:
        return Member(offset, 0, error="cut short")
    return Member(offset, at - len(stream.unused_data) - offset, b"".join(parts))


def _next_record(data: bytes | mmap.mmap, start: int) -> int:
    """Where the next record begins, or the end of the data. The magic number alone may stand in packed bytes by chance."""
    while (at := data.find(_GZIP_MAGIC, start)) >= 0:
        try:
            if zlib.decompressobj(31).decompress(data[at : at + 512], 7) == b"WARC/1.":
                return at
        except zlib.error:
            pass
        start = at + 1
    return len(data)
