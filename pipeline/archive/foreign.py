"""Somebody else's WARC file: records as they were written by any crawler (Common Crawl's too), with their bodies unpacked.

FastWARC goes through the file at the speed of its inflation and stops at the first byte that is not as it should be. From there the
next whole record is looked for as in our own files, so that damage costs only itself, and is told.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.archive.codings import MAX_BODY_BYTES, unpack_body
from pipeline.archive.heads import Headers, keep_headers
from pipeline.archive.members import GZIP_MAGIC, Member, next_record, unpack
from pipeline.archive.places import Data, map_file
from pipeline.archive.records import (
    JUDGEMENT_HEADER,
    JUDGEMENT_WORD,
    NAME_HEADER,
    SOURCE_HEADER,
    SOURCE_WORD,
    TRUNCATED,
    BadRecordError,
    RecordType,
)

_WANTED = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
_KINDS: dict[int, RecordType] = {
    int(WarcRecordType.response): "response",
    int(WarcRecordType.resource): "resource",
    int(WarcRecordType.conversion): "conversion",
}
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})\b")
_MEDIA_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.I | re.M)
_ALGORITHMS = {"md5", "sha1", "sha256"}


@dataclass(frozen=True, slots=True)
class Foreign:
    """One record of another archive. ``body`` is unpacked; ``unreadable`` says why it could not be, ``cut`` that its end is missing."""

    offset: int
    kind: RecordType
    status: int | None
    media_type: str | None
    body: bytes
    head: bytes
    block: bytes
    record: WarcRecord
    cut: bool = False
    unreadable: str | None = None

    @property
    def url(self) -> str | None:
        """The address that gave it."""
        target = (self.record.headers.get("WARC-Target-URI") or "").strip("<>")
        return None if target.startswith("urn:") else target or None

    @property
    def fetched_at(self) -> str | None:
        """When it came in, as the record tells."""
        return self.record.headers.get("WARC-Date")

    @property
    def headers(self) -> Headers:
        """The headers of the answer that are kept."""
        lines = (line.partition(":") for line in self.head.decode("latin-1").split("\n")[1:])
        return keep_headers((name, value.strip()) for name, found, value in lines if found)

    @property
    def name(self) -> str:
        """What the bytes were called where they came from, if this project wrote the record."""
        return unquote_to_bytes(self.record.headers.get(NAME_HEADER) or "").decode("utf-8", "replace")

    @property
    def source(self) -> str | None:
        """The source that was collected, if this project wrote the record."""
        stated = self.record.headers.get(SOURCE_HEADER) or ""
        return stated if SOURCE_WORD.fullmatch(stated) else None

    def fits_digest(self) -> bool:
        """Whether the block is what the record's own digest says; also where it has none, or one of a kind that is not known."""
        algorithm, _, stated = (self.record.headers.get("WARC-Block-Digest") or "").partition(":")
        if algorithm not in _ALGORITHMS or not stated:
            return True
        digest = hashlib.new(algorithm, self.block, usedforsecurity=False).digest()
        return stated.lower() in {digest.hex(), base64.b32encode(digest).decode().lower()}

    @property
    def judgement(self) -> str | None:
        """Why the body is no document although the status is 200: as told in the record, or because its end is missing."""
        own = self.record.headers.get(JUDGEMENT_HEADER) or ""
        cut = self.cut or self.record.headers.get("WARC-Truncated")
        return own if JUDGEMENT_WORD.fullmatch(own) else TRUNCATED if cut else None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stretch of the file that gave no record."""

    offset: int
    reason: str


def read_warc(path: Path) -> Iterator[Foreign | Unreadable]:
    """The answers, resources and conversions of a WARC file (gzip, a member a record or not, or not packed) in its order."""
    with map_file(path) as data, path.open("rb") as handle:
        start = 0
        while start < len(data):
            # A record is given away when the next one has come: only then is the end of its gzip member known to be whole.
            held, at, reason = None, start, ""
            try:
                for one in _records(handle, start):
                    if held is not None:
                        yield held
                    held, at = one, one.offset
            except OSError as error:
                reason = str(error)
            if data[at : at + 3] == GZIP_MAGIC:
                start = yield from _carefully(data, at, held, stop_early=bool(reason))
                continue
            if held is not None:
                yield held
            if not reason:
                return
            start = next_record(data, at + 1)
            left_out = "" if start < len(data) else "; the rest of the file is left out"
            yield Unreadable(at, f"{reason}{left_out}")


def _records(handle: BinaryIO, start: int) -> Iterator[Foreign]:
    """What FastWARC reads from ``start`` on. Raises ``OSError`` where it cannot go on."""
    handle.seek(start)
    for record in ArchiveIterator(handle, record_types=_WANTED, parse_http=False):
        yield _take(record, record.stream_pos)


def _carefully(data: Data, at: int, held: Foreign | None, *, stop_early: bool) -> Generator[Foreign | Unreadable, None, int]:
    """The members from ``at`` on, each looked at whole, and where to go on: behind the first one, or behind the first damage.

    ``held`` is the record of the first member. With ``stop_early`` FastWARC found something amiss behind it.
    """
    while at < len(data):
        member = unpack(data, at)
        if member.error:
            yield Unreadable(at, member.error)
            return next_record(data, at + 1)
        if held is not None:
            yield held
            held = None
        elif stop_early:
            yield from _alone(member)
        at += member.length
        if stop_early:
            break
    return at


def _alone(member: Member) -> Iterator[Foreign | Unreadable]:
    """The record in a member that FastWARC did not come to, or did not like."""
    try:
        for record in ArchiveIterator(BytesIO(member.content), record_types=_WANTED, parse_http=False, stream_detect=False):
            yield _take(record, member.offset)
    except OSError as error:
        yield Unreadable(member.offset, str(error))


def _take(record: WarcRecord, offset: int) -> Foreign:
    """One record with its body unpacked. Raises ``OSError`` where the record is shorter than it says."""
    size = record.content_length
    # Asked for as much as there is: FastWARC makes room for what it is asked for.
    wanted = min(size, MAX_BODY_BYTES + 1)
    block = record.reader.read(wanted)
    if len(block) < wanted:
        raise OSError(f"a record of {size} bytes ends after {len(block)}")
    kind = _KINDS[int(record.record_type)]
    if kind == "response" and (answered := _STATUS.match(block)):
        head, _, body = block.partition(b"\r\n\r\n")
        status = int(answered[1])
        media_type = found[1].decode("latin-1").strip() if (found := _MEDIA_TYPE.search(head)) else None
    else:
        head, body, status, media_type = b"", block, None, record.headers.get("Content-Type")
    cut, unreadable = False, None
    try:
        if len(block) > MAX_BODY_BYTES:
            raise BadRecordError(f"more than {MAX_BODY_BYTES} bytes")
        body, cut = unpack_body(head, body)
    except BadRecordError as error:
        unreadable = str(error)
    if kind == "response" and status is None:
        unreadable = unreadable or "an answer without an HTTP head"
    return Foreign(offset, kind, status, media_type, body, head, block, record, cut, unreadable)
