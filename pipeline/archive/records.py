"""One record of the archive: a gzip member that holds a WARC 1.1 record, from bytes to ``Record`` and back.

Kinds: ``resource`` (a document as it was found), ``conversion`` (only its text came to us), ``response`` (an answer with its HTTP head),
``revisit`` (an answer whose body is stored already) and ``metadata`` (JSON about a run). Digests are SHA-256 over the body as stored.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, unquote_to_bytes

from fastwarc.warc import WarcRecord

from pipeline.archive.heads import Headers, keep_headers, value_of, write_head

RecordType = Literal["resource", "conversion", "response", "revisit", "metadata"]
NAME_HEADER = "WARC-X-Gongkai-Name"
SOURCE_HEADER = "WARC-X-Gongkai-Source"
JUDGEMENT_HEADER = "WARC-X-Gongkai-Judgement"
#: The judgement of a body that did not come in whole; such records also say so in WARC's own words.
TRUNCATED = "truncated"
NOT_MODIFIED = 304
_PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
_HTTP = "application/http; msgtype=response"
_URI_SAFE = ":/?#[]@!$&'()*+,;=%-._~"
_KINDS: dict[str, RecordType] = {
    "resource": "resource",
    "conversion": "conversion",
    "response": "response",
    "revisit": "revisit",
    "metadata": "metadata",
}
SOURCE_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
JUDGEMENT_WORD = re.compile(r"[a-z][a-z0-9_.]{0,99}")
_LENGTH = re.compile(r"[0-9]{1,18}")


class BadRecordError(ValueError):
    """A record cannot be trusted; the message names the reason."""


@dataclass(frozen=True, slots=True)
class Record:
    """One document or answer in the archive. ``url`` is None for a local file; ``name`` is what it was called there (data, never a path).

    ``headers`` are those of the answer that are kept. ``source`` is the publisher that was collected. ``judgement`` is why the bytes are no
    document although the status is 200 (``challenge``, ``soft_404``, ``list`` …). A revisit has no body: ``sha256`` is that of the body
    which its address gave at the time ``refers_to``.
    """

    kind: RecordType
    body: bytes
    sha256: str
    url: str | None
    name: str
    media_type: str | None
    fetched_at: str
    status: int | None = None
    headers: Headers = ()
    source: str | None = None
    judgement: str | None = None
    refers_to: str | None = None

    @property
    def target(self) -> str:
        """What the record is about: its address, or the name of its bytes where there is none."""
        return clean_url(self.url) or f"urn:sha256:{self.sha256}"

    def header(self, name: str) -> str | None:
        """The value of a kept header of the answer."""
        return value_of(self.headers, name)


def make_record(
    body: bytes,
    *,
    kind: RecordType = "resource",
    url: str | None = None,
    name: str = "",
    media_type: str | None = None,
    fetched_at: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    source: str | None = None,
    judgement: str | None = None,
) -> Record:
    """A record of ``body``, dated now (UTC) unless a date is given. With the ``status`` of an HTTP answer it is a ``response``.

    ``body`` is what the answer holds once its transfer and content codings are undone. Of ``headers`` those that matter are kept
    (``heads.KEPT``); the media type is theirs if none is given. Raises ``ValueError`` for a source or judgement that is no plain word.
    """
    _check_word("source", source, SOURCE_WORD)
    _check_word("judgement", judgement, JUDGEMENT_WORD)
    date = fetched_at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kept = keep_headers(headers)
    media_type = media_type or value_of(kept, "Content-Type")
    if status is not None:
        kind = "response"
        typed = () if media_type is None else (("Content-Type", media_type),)
        kept = keep_headers((*typed, *kept))
        media_type = value_of(kept, "Content-Type")
    sha256 = hashlib.sha256(body).hexdigest()
    return Record(kind, body, sha256, clean_url(url), name, media_type, date, status, kept, source, judgement)


def _check_word(what: str, word: str | None, pattern: re.Pattern[str]) -> None:
    if word is not None and not pattern.fullmatch(word):
        raise ValueError(f"{word!r} cannot be a {what}: expected {pattern.pattern}")


def make_revisit(record: Record, sha256: str, refers_to: str, judgement: str | None) -> Record:
    """The same answer without its body, which the archive has from the same address since ``refers_to``, judged as it was then."""
    return replace(record, kind="revisit", body=b"", sha256=sha256, refers_to=refers_to, judgement=judgement)


def clean_url(url: str | None) -> str | None:
    """An address without anything that could break a header line; characters outside of ASCII percent-encoded.

    >>> clean_url("http://a.gov.cn/年报 1.html")
    'http://a.gov.cn/%E5%B9%B4%E6%8A%A5%201.html'
    """
    return quote(url.strip(), safe=_URI_SAFE, errors="surrogatepass") if url and url.strip() else None


def encode(record: Record) -> bytes:
    """The record as one gzip member. Same record, same bytes."""
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{record.kind} {record.status} {record.target} {record.sha256} {record.fetched_at}")
    media_type = quote(record.media_type or "application/octet-stream", safe=" /;=+-._\"'")
    block, block_type = record.body, media_type
    if record.status is not None:
        length = None if record.kind == "revisit" else len(record.body)
        block, block_type = write_head(record.status, record.headers, length) + record.body, _HTTP
    headers = {
        "WARC-Type": record.kind,
        "WARC-Record-ID": f"<urn:uuid:{identity}>",
        "WARC-Date": record.fetched_at,
        "WARC-Target-URI": record.target,
        "WARC-Payload-Digest": f"sha256:{record.sha256}",
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        "Content-Type": block_type,
        **_revisit_headers(record),
        NAME_HEADER: quote(record.name.encode("utf-8", "surrogateescape")),
        SOURCE_HEADER: record.source,
        JUDGEMENT_HEADER: record.judgement,
        "WARC-Truncated": "unspecified" if record.judgement == TRUNCATED else None,
    }
    return _member({key: value for key, value in headers.items() if value}, block)


def _revisit_headers(record: Record) -> dict[str, str]:
    if record.kind != "revisit":
        return {}
    profile = "server-not-modified" if record.status == NOT_MODIFIED else "identical-payload-digest"
    return {
        "WARC-Profile": _PROFILES + profile,
        "WARC-Refers-To-Target-URI": record.target,
        "WARC-Refers-To-Date": record.refers_to or record.fetched_at,
    }


def encode_info(file: str, date: str) -> bytes:
    """The record that opens a file and says what wrote it."""
    block = b"software: gongkai\r\nformat: WARC File Format 1.1\r\n"
    headers = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'warcinfo {file} {date}')}>",
        "WARC-Date": date,
        "WARC-Filename": file,
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        "Content-Type": "application/warc-fields",
    }
    return _member(headers, block)


def _member(headers: dict[str, str], block: bytes) -> bytes:
    lines = [f"{key}: {value}\r\n" for key, value in headers.items()]
    head = f"WARC/1.1\r\n{''.join(lines)}Content-Length: {len(block)}\r\n\r\n".encode()
    return gzip.compress(head + block + b"\r\n\r\n", compresslevel=6, mtime=0)


def decode(member: bytes) -> Record | None:
    """The record in an unpacked member, its digests verified; ``None`` for records that hold nothing of ours. Raises ``BadRecordError``."""
    head, found, rest = member.partition(b"\r\n\r\n")
    if not found or not head.startswith(b"WARC/1."):
        raise BadRecordError("no WARC record")
    try:
        record = WarcRecord.from_bytes(member)
    except (OSError, ValueError) as error:
        raise BadRecordError(f"not a WARC record: {error}") from error
    length = record.headers.get("Content-Length") or ""
    if not _LENGTH.fullmatch(length) or len(rest) < int(length):
        raise BadRecordError("the record is cut")
    if rest[int(length) :].strip(b"\r\n"):
        raise BadRecordError("more than one record in a gzip member")
    kind = _KINDS.get((record.headers.get("WARC-Type") or "").lower())
    if kind is None or (kind == "revisit" and not (record.headers.get("WARC-Payload-Digest") or "").startswith("sha256:")):
        return None
    try:
        return _record(record, kind, rest[: int(length)])
    except (OSError, EOFError) as error:
        raise BadRecordError(f"the body cannot be read: {error}") from error


def _verify(record: WarcRecord, header: str, sha256: str) -> None:
    stated = record.headers.get(header) or ""
    if stated.startswith("sha256:") and stated != f"sha256:{sha256}":
        raise BadRecordError("the digest does not fit the bytes")


def _record(record: WarcRecord, kind: RecordType, block: bytes) -> Record:
    stated = record.headers.get
    sha256 = hashlib.sha256(block).hexdigest()
    _verify(record, "WARC-Block-Digest", sha256)
    body, status, media_type, headers = block, None, stated("Content-Type"), Headers()
    if kind == "response" or (media_type or "").startswith("application/http"):
        record.parse_http()
        if record.http_headers is None:
            raise BadRecordError("an answer without an HTTP head")
        body = record.reader.read()
        sha256 = hashlib.sha256(body).hexdigest()
        status, headers = record.http_headers.status_code, keep_headers(record.http_headers.items())
        media_type = value_of(headers, "Content-Type")
    if kind == "revisit":
        sha256 = (stated("WARC-Payload-Digest") or "").removeprefix("sha256:")
    else:
        _verify(record, "WARC-Payload-Digest", sha256)
    target = stated("WARC-Target-URI") or ""
    return Record(
        kind=kind,
        body=body,
        sha256=sha256,
        url=None if target.startswith("urn:") else target,
        name=unquote_to_bytes(stated(NAME_HEADER) or "").decode("utf-8", "replace"),
        media_type=media_type,
        fetched_at=stated("WARC-Date") or "",
        status=status,
        headers=headers,
        source=stated(SOURCE_HEADER),
        judgement=stated(JUDGEMENT_HEADER),
        refers_to=stated("WARC-Refers-To-Date"),
    )
