"""What stands before the pages: a list of names this server answers to, no method that changes anything, and what a browser may do.

A page of a stranger could point its own name at this machine (DNS rebinding): only known names in Host are answered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from pipeline.explore.render import page_policy, snapshot_policy

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Callable[[], Awaitable[Message]], Send], Awaitable[None]]
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_METHODS = frozenset({"GET", "HEAD"})
#: Set by our own pages for themselves; everything else is Datasette's.
POLICY = b"content-security-policy"
#: Datasette's tables: its own style sheet and styles at elements, no script at all.
_TABLES = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OURS = f"{page_policy()}; frame-ancestors 'none'"
#: The archived page, which only our own pages may frame, and which is sandboxed also when it is opened alone.
ARCHIVED = f"{snapshot_policy()}; frame-ancestors 'self'; sandbox"
_ALWAYS = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


def guarded(app: App, hosts: Collection[str]) -> App:
    """An application that answers only to known names and only to GET and HEAD, with the same headers on everything."""

    async def answer(scope: Scope, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = [value for name, value in scope["headers"] if name == b"host"]
        if len(headers) != 1 or host_name(headers[0].decode("latin-1")) not in hosts:
            await _refuse(send, 421, "this server does not answer to that name")
        elif scope["method"] not in _METHODS:
            await _refuse(send, 405, "only GET and HEAD")
        else:
            await app(scope, receive, _with_headers(send))

    return answer


def host_name(host: str) -> str:
    """The name in a Host header, without the port.

    >>> host_name("127.0.0.1:8001"), host_name("[::1]:8001"), host_name("LocalHost")
    ('127.0.0.1', '[::1]', 'localhost')
    """
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower()


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            theirs = [(name.lower(), value) for name, value in message.get("headers", [])]
            names = {name for name, _ in theirs}
            policy = [] if POLICY in names else [(POLICY, _TABLES.encode())]
            message = {**message, "headers": [*theirs, *policy, *(one for one in _ALWAYS if one[0] not in names)]}
        await send(message)

    return sent


async def _refuse(send: Send, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (POLICY, b"default-src 'none'"), *_ALWAYS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": why.encode()})
