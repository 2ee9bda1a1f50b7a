"""One exchange: a request to an address that the guard looked at, and its answer, within limits of time and size.

Connections are not kept: each request goes to an address that was checked for it, and no retry happens behind the crawler's back.
Proxy settings of the environment play no part.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import h11

from pipeline.scrapers.crawl.guard import Guard, Target
from pipeline.scrapers.crawl.inflate import InflateError, Inflater
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.crawl.tls import context

TroubleCode = Literal["timeout", "unreachable", "tls", "protocol", "truncated", "too_large"]
_CHUNK = 65_536
#: Head lines together; browsers stop at 256 kB.
_HEAD_BYTES = 262_144
_NO_BODY = {204, 304}


class FetchError(Exception):
    """There is no whole answer. ``code`` says of which kind the trouble is."""

    def __init__(self, code: TroubleCode, message: str) -> None:
        super().__init__(message)
        self.code: TroubleCode = code


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: head lines as sent (names in lower case), the body with its content coding undone.

    ``unframed``: nothing but the end of the connection told where the body ends. ``latency`` is the time to the head, in seconds.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    unframed: bool
    latency: float
    wire_bytes: int


class Wire:
    """Makes exchanges. ``trust`` replaces the certificates of the system in tests."""

    def __init__(self, guard: Guard, manners: Manners, *, trust: ssl.SSLContext | None = None) -> None:
        self._guard, self._manners, self._trust = guard, manners, trust

    async def fetch(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[bytes, bytes]] = (),
        body: bytes = b"",
        *,
        legacy_tls: bool = False,
        keep_first: int | None = None,
    ) -> Fetched:
        """Ask ``url``, which is ASCII. Raises ``BlockedError`` and ``FetchError``.

        With ``keep_first`` a longer body is cut there and the rest is not loaded (robots.txt).
        """
        try:
            async with asyncio.timeout(self._manners.answer_seconds):
                target = await self._guard.check(url)
                parts = urlsplit(url)
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                lines = [(b"Host", target.authority.encode()), *headers, (b"Connection", b"close")]
                if body or method == "POST":
                    lines.append((b"Content-Length", str(len(body)).encode()))
                request = h11.Request(method=method, target=path.encode("ascii"), headers=lines)
                reader, writer = await self._connect(target, legacy_tls=legacy_tls)
                try:
                    return await _Exchange(reader, writer, self._manners, keep_first).run(request, body)
                finally:
                    # Nothing more is wanted, and closing TLS in good order may wait for a server that hangs.
                    writer.transport.abort()
        except TimeoutError as error:
            raise FetchError("timeout", f"no whole answer within {self._manners.answer_seconds:g} seconds") from error
        except h11.LocalProtocolError as error:
            raise FetchError("protocol", f"not a request that can be sent ({error})") from error

    async def _connect(self, target: Target, *, legacy_tls: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        secure = (self._trust or context(legacy=legacy_tls)) if target.scheme == "https" else None
        reasons = []
        for address in target.addresses:
            try:
                async with asyncio.timeout(self._manners.connect_seconds):
                    return await asyncio.open_connection(
                        address, target.connect_port, limit=2 * _CHUNK, ssl=secure, server_hostname=target.host if secure else None
                    )
            except ssl.SSLError as error:
                raise FetchError("tls", _tls_message(error)) from error
            except TimeoutError:
                reasons.append(f"{address}: no connection within {self._manners.connect_seconds:g} seconds")
            except OSError as error:
                reasons.append(f"{address}: {error.strerror or error}")
        raise FetchError("unreachable", "; ".join(reasons))


def _tls_message(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not valid: {error.verify_message}"
    return f"no secure connection ({error.reason or error})"


class _Exchange:
    """One request and its answer on an open connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, manners: Manners, keep_first: int | None) -> None:
        self._reader, self._writer, self._manners, self._keep_first = reader, writer, manners, keep_first
        self._http = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=_HEAD_BYTES)
        self._wire_bytes = 0
        self._ended = False
        self._began = time.monotonic()

    async def run(self, request: h11.Request, body: bytes) -> Fetched:
        """Send the request, read the answer. Raises ``FetchError``."""
        try:
            packets = [self._http.send(request), self._http.send(h11.Data(data=body)) if body else b"", self._http.send(h11.EndOfMessage())]
            self._writer.write(b"".join(packet or b"" for packet in packets))
            head = await self._head()
            latency = time.monotonic() - self._began
            return await self._answer(head, latency, request.method)
        except h11.RemoteProtocolError as error:
            raise self._broken(str(error)) from error
        except OSError as error:
            self._ended = True
            raise self._broken(str(error)) from error
        except InflateError as error:
            raise FetchError(error.code, str(error)) from error  # type: ignore[arg-type]

    async def _answer(self, head: h11.Response, latency: float, method: bytes) -> Fetched:
        headers = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers)
        known = dict(headers)
        limit = self._manners.max_bytes
        length = known.get("content-length", "")
        if self._keep_first is None and length.isascii() and length.isdigit() and int(length[:18]) > limit:
            raise FetchError("too_large", f"{length} bytes are announced, more than {limit}")
        body = b""
        if method != b"HEAD" and head.status_code not in _NO_BODY:
            body = await self._body(Inflater(known.get("content-encoding", ""), max_bytes=limit, max_ratio=self._manners.max_ratio))
        framed = "content-length" in known or "chunked" in known.get("transfer-encoding", "").lower() or head.status_code in _NO_BODY
        return Fetched(head.status_code, headers, body, not framed, latency, self._wire_bytes)

    async def _head(self) -> h11.Response:
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise FetchError("unreachable", "the connection was closed without an answer")

    async def _body(self, inflater: Inflater) -> bytes:
        kept = 0
        while isinstance(event := await self._event(), h11.Data):
            data = bytes(event.data)
            kept += len(data)
            if self._keep_first is not None and kept > self._keep_first:
                inflater.feed(data[: len(data) - (kept - self._keep_first)])
                return inflater.so_far()[: self._keep_first]
            inflater.feed(data)
        return inflater.finish()[: self._keep_first]

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(_CHUNK)
            self._wire_bytes += len(data)
            self._ended = not data
            if self._wire_bytes > self._manners.max_bytes + 2 * _HEAD_BYTES:
                raise FetchError("too_large", f"more than {self._manners.max_bytes} bytes")
            self._http.receive_data(data)
        return event  # type: ignore[return-value]

    def _broken(self, message: str) -> FetchError:
        """The trouble behind an error of protocol or connection: nothing came, the body was cut, or it is no HTTP."""
        if not self._wire_bytes:
            return FetchError("unreachable", f"the connection was closed without an answer ({message})")
        if self._ended:
            return FetchError("truncated", message)
        return FetchError("protocol", f"not HTTP as it should be ({message})")
