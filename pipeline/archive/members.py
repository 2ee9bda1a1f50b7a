"""The gzip members of an archive file: each holds one record, so that what was damaged costs only itself."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAX_RECORD_BYTES = 256_000_000
# What lies behind a member in what was read with it is copied; most records are shorter than this.
READ_BYTES = 1 << 15
GZIP_MAGIC = b"\x1f\x8b\x08"


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
            end = next_record(data, offset + 1)
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


def next_record(data: bytes | mmap.mmap, start: int) -> int:
    """Where the next record begins, or the end of the data. The magic number alone may stand in packed bytes by chance."""
    while (at := data.find(GZIP_MAGIC, start)) >= 0:
        try:
            if zlib.decompressobj(31).decompress(data[at : at + 512], 7) == b"WARC/1.":
                return at
        except zlib.error:
            pass
        start = at + 1
    return len(data)
