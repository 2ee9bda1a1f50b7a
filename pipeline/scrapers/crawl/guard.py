"""Where a request may go: http and https, to public addresses, and to the very address that was looked at.

A name is resolved once for each request; every address it has must be public, and the connection is made to one of those addresses, so
that a name server cannot answer otherwise a moment later (DNS rebinding). Redirects come by here like every other request.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import re
import socket
import tomllib
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]
BlockedCode = Literal["blocked_scheme", "blocked_address", "bad_address", "unknown_host"]

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_NOTHING: Mapping[str, tuple[str, int]] = MappingProxyType({})


class BlockedError(Exception):
    """A request that is not made. ``code`` says of which kind the reason is, the message which it is."""

    def __init__(self, code: BlockedCode, message: str) -> None:
        super().__init__(message)
        self.code: BlockedCode = code


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: ``host`` is what TLS and the Host header are told, ``addresses`` are those that were looked at."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    connect_port: int

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


async def resolve_by_system(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a name, as the operating system resolves it. Raises ``OSError``."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class Guard:
    """Lets requests through or raises ``BlockedError``.

    ``local`` names hosts that are served from this machine, each with address and port: the demo and the tests put their portal there. No
    option and no environment variable leads here.
    """

    def __init__(self, *, local: Mapping[str, tuple[str, int]] = _NOTHING, resolve: Resolve = resolve_by_system) -> None:
        self._local, self._resolve = dict(local), resolve

    async def check(self, url: str) -> Target:
        """Where ``url`` leads. Raises ``BlockedError``."""
        parts = split(url)
        host, port = _host(parts), _port(parts)
        if host in self._local:
            address, connect_port = self._local[host]
            return Target(parts.scheme, host, port, (address,), connect_port)
        literal = read_address(host)
        addresses = (str(literal),) if literal is not None else await self._look_up(host, port)
        for one in addresses:
            _refuse_private(host, ipaddress.ip_address(one.partition("%")[0]))
        return Target(parts.scheme, host, port, addresses, port)

    async def _look_up(self, host: str, port: int) -> tuple[str, ...]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise BlockedError("unknown_host", f"{host} has no address ({error})") from error
        if not addresses:
            raise BlockedError("unknown_host", f"{host} has no address")
        return addresses


def split(url: str) -> SplitResult:
    """The parts of an http or https address. Raises ``BlockedError``."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BlockedError("bad_address", f"not an address ({error})") from error
    if parts.scheme not in _PORTS:
        raise BlockedError("blocked_scheme", f"only http and https are asked, not {parts.scheme or 'an address without scheme'}")
    if parts.username is not None or parts.password is not None:
        raise BlockedError("bad_address", "the address holds a user name or a password")
    return parts


def checked_host(url: str) -> str:
    """The host of ``url`` as far as it can be judged without asking a name server. Raises ``BlockedError``."""
    host = _host(split(url))
    literal = read_address(host)
    if literal is not None:
        _refuse_private(host, literal)
    return host


def _refuse_private(host: str, address: Address) -> None:
    if not is_public(address):
        whose = f"{host} leads to {address}, which" if host != str(address) else host
        raise BlockedError("blocked_address", f"{whose} is not a public address")


def host_of(url: str) -> str:
    """The host of an address as requests name it, or an empty text where there is none.

    >>> host_of("HTTP://WWW.A.gov.cn.:8080/x"), host_of("mailto:a@b.cn")
    ('www.a.gov.cn', '')
    """
    try:
        return _host(split(url))
    except BlockedError:
        return ""


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError as error:
        raise BlockedError("bad_address", f"the port is none ({error})") from error


def _host(parts: SplitResult) -> str:
    """The host in ASCII: escapes undone, full-width letters narrow, other scripts as they are asked for in the DNS."""
    host = unicodedata.normalize("NFKC", unquote(parts.hostname or "")).replace("。", ".").lower().removesuffix(".")
    if parts.netloc.rpartition("@")[2].startswith("["):
        return host
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BlockedError("bad_address", f"the host is none ({error})") from error
    if not _HOST.fullmatch(host):
        raise BlockedError("bad_address", "the address has no host, or one that cannot be")
    return host


def read_address(host: str) -> Address | None:
    """The IP address that ``host`` stands for in any spelling that a resolver takes, or ``None`` for a name. Raises ``BlockedError``.

    >>> read_address("0x7f.1"), read_address("2130706433"), read_address("a.gov.cn")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host.partition("%")[0])
        except ValueError as error:
            raise BlockedError("bad_address", f"not an IPv6 address ({error})") from error
    parts = host.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    # A host that ends in a number is an address or nothing: resolvers take one to four numbers, each decimal, octal or hexadecimal.
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise BlockedError("bad_address", f"{host} is neither a name nor an address")
    try:
        numbers = [_number(part) for part in parts]
        packed = b"".join(number.to_bytes(1, "big") for number in numbers[:-1])
        return ipaddress.IPv4Address(packed + numbers[-1].to_bytes(4 - len(packed), "big"))
    except (ValueError, OverflowError) as error:
        raise BlockedError("bad_address", f"{host} is neither a name nor an address") from error


def _number(text: str) -> int:
    if text[:2] in {"0x", "0X"}:
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") else int(text)


@dataclass(frozen=True, slots=True)
class _Networks:
    v4: tuple[ipaddress.IPv4Network, ...]
    v6: tuple[ipaddress.IPv6Network, ...]
    given_out: ipaddress.IPv6Network
    nat64: ipaddress.IPv6Network


@functools.cache
def _networks() -> _Networks:
    data = tomllib.loads(Path(__file__).with_name("addresses.toml").read_text("utf8"))
    v4, v6 = data["v4"], data["v6"]
    return _Networks(
        tuple(ipaddress.IPv4Network(one) for one in v4["refused"]),
        tuple(ipaddress.IPv6Network(one) for one in v6["refused"]),
        ipaddress.IPv6Network(v6["given_out"]),
        ipaddress.IPv6Network(v6["nat64"]),
    )


def is_public(address: Address) -> bool:
    """Whether a portal on the open internet can have this address.

    >>> [is_public(ipaddress.ip_address(one)) for one in ("1.2.4.8", "100.64.0.1", "::ffff:1.2.4.8", "64:ff9b::10.0.0.1")]
    [True, False, False, False]
    """
    known = _networks()
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in known.v4)
    if address in known.nat64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in known.given_out and not any(address in network for network in known.v6)
