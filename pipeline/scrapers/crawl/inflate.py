"""Undoing the content coding of an answer while it comes in, so that a small packed body cannot become a huge one (gzip bomb)."""

from __future__ import annotations

import zlib

STEP = 65_536
#: Below this size the ratio is not looked at: a short page of blanks packs better than any bomb needs to.
RATIO_FROM = 1_000_000
_MAGIC = b"\x1f\x8b"


class InflateError(Exception):
    """The body is not what its coding says, or too large. ``code`` is ``too_large``, ``truncated`` or ``protocol``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Inflater:
    """Takes the packed body piece by piece. ``coding`` is the value of Content-Encoding; raises ``InflateError``."""

    def __init__(self, coding: str, *, max_bytes: int, max_ratio: int) -> None:
        names = [name for part in coding.lower().split(",") if (name := part.strip()) not in {"", "identity", "none", "utf-8"}]
        if len(names) > 1 or (names and names[0] not in {"gzip", "x-gzip", "deflate"}):
            # Only gzip is asked for.
            raise InflateError("protocol", f"packed as {', '.join(names)[:60]}, which was not asked for")
        self._name = names[0] if names else None
        self._stream = zlib.decompressobj(47 if self._name != "deflate" else 15)
        self._first = True
        self._behind, self._padded = b"", False
        self._max_bytes, self._max_ratio = max_bytes, max_ratio
        self._packed = self._size = 0
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """The next packed bytes."""
        self._packed += len(data)
        if self._name is None:
            self._keep(data)
        else:
            self._inflate(data)

    def _inflate(self, data: bytes) -> None:
        if self._first and data and self._name == "deflate" and data[0] & 0x0F != 8:
            # Some servers send a raw stream, without the zlib head that the standard asks for.
            self._stream = zlib.decompressobj(-15)
        self._first = self._first and not data
        while not self._padded:
            if self._stream.eof:
                data = self._next_member(data)
                if not data:
                    break
            try:
                part = self._stream.decompress(data, STEP)
            except zlib.error as error:
                raise InflateError("protocol", f"the packed body is damaged ({error})") from error
            self._keep(part)
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            # All that came in may be taken up while not all of it is given out.
            if not data and len(part) < STEP:
                break

    def _next_member(self, data: bytes) -> bytes:
        """What follows a finished gzip member: the begin of another one, or padding, which browsers ignore."""
        self._behind += data
        self._padded = self._name == "deflate" or not _MAGIC.startswith(self._behind[:2])
        if self._padded or len(self._behind) < 2:
            self._behind = b"" if self._padded else self._behind
            return b""
        self._stream, rest, self._behind = zlib.decompressobj(47), self._behind, b""
        return rest

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._max_bytes:
            raise InflateError("too_large", f"more than {self._max_bytes} bytes")
        if self._size > RATIO_FROM and self._size > self._max_ratio * self._packed:
            raise InflateError("too_large", f"{self._packed} packed bytes become more than {self._max_ratio} times as many")
        self._parts.append(part)

    def finish(self) -> bytes:
        """The whole body."""
        if self._name is not None and self._packed and not self._stream.eof:
            raise InflateError("truncated", "the packed body ends before its end")
        return self.so_far()

    def so_far(self) -> bytes:
        """What came in until now."""
        return b"".join(self._parts)
