"""A web server on the loopback interface that can behave as badly as portals do, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it. ``at`` is of the monotonic clock, ``path`` holds the query too, header names are in lower case."""

    at: float
    host: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def conditional(self) -> bool:
        """Whether the whole answer is wanted only if the page changed."""
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


@dataclass(frozen=True, slots=True)
class Served:
    """An answer. ``parts`` are sent one after the other in place of ``body``; ``length`` is what Content-Length says, right or not.

    ``None`` as ``length`` leaves it out: then the end of the connection ends the body. ``wait`` is the time before the head, in seconds.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: Callable[[], Iterable[bytes]] | None = None
    length: int | None = -1
    wait: float = 0.0


Site = Callable[[Asked], Served]


def page(body: bytes, media_type: str = "text/html; charset=utf-8", **headers: str) -> Served:
    """An ordinary page, with an ETag that names its bytes."""
    return Served(body, 200, {"Content-Type": media_type, "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"', **headers})


def missing() -> Served:
    """An ordinary 404."""
    return Served("<html><title>404</title><body>页面不存在</body></html>".encode(), 404, {"Content-Type": "text/html; charset=utf-8"})


class LocalServer:
    """Serves ``site`` from an ephemeral port. ``log`` holds every request in the order of arrival."""

    def __init__(self, site: Site, *, secure: ssl.SSLContext | None = None) -> None:
        self.site = site
        self.log: list[Asked] = []
        self._server = _Server((LOOPBACK, 0), _Handler, self)
        if secure is not None:
            self._server.socket = secure.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]

    @property
    def place(self) -> tuple[str, int]:
        """Address and port, for ``Guard(local=…)``."""
        return (LOOPBACK, self.port)

    @contextmanager
    def running(self) -> Iterator[LocalServer]:
        """Serve while the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [one.path for one in self.log]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, place: tuple[str, int], handler: type[BaseHTTPRequestHandler], owner: LocalServer) -> None:
        super().__init__(place, handler)
        self.owner = owner

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle of an answer is what many of these answers are for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer as the site says."""
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        host = (self.headers.get("Host") or "").partition(":")[0].lower()
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(time.monotonic(), host, self.command, self.path, headers, body)
        self.server.owner.log.append(asked)
        served = self.server.owner.site(asked)
        etag = served.headers.get("ETag")
        if etag is not None and headers.get("if-none-match") == etag:
            served = Served(status=304, headers={"ETag": etag})
        # The client may have had enough.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self._send(served)

    def do_POST(self) -> None:
        """The same."""
        self.do_GET()

    def _send(self, served: Served) -> None:
        time.sleep(served.wait)
        self.send_response(served.status)
        for name, value in served.headers.items():
            self.send_header(name, value)
        length = len(served.body) if served.length == -1 else served.length
        if length is not None and served.status != 304 and (served.parts is None or served.length != -1):
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        for part in served.parts() if served.parts is not None else (served.body,):
            self.wfile.write(part)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """What was asked stands in the server's log."""
