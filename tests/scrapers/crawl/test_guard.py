"""Where requests may go: no spelling of an address of this machine or its network gets through, and none changes behind the check."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scrapers.crawl.fetch import FetchError, Wire
from pipeline.scrapers.crawl.guard import BlockedError, Guard, is_public
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.demo.server import LocalServer, page
from tests.scrapers.crawl.local import HOST, QUICK

PRIVATE = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.0x1", "0177.0.0.1", "017700000001", "127.0.0.1."),
    *("0", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.88.99.1"),
    *("１２７.０.０.１", "127。0。0。1", "%31%32%37.0.0.1"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:1.2.4.8]", "[::127.0.0.1]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]"),
    *("[fec0::1]", "[ff02::1]", "[2002:7f00:1::]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]"),
    *("[64:ff9b:1::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]"),
]


def check(url: str, **how: Any) -> Any:
    return asyncio.run(Guard(**how).check(url))


def resolving(*answers: tuple[str, ...]) -> tuple[Any, list[str]]:
    """A name server that answers one after the other, and what it was asked."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


@pytest.mark.fault("N02")
@pytest.mark.parametrize("host", PRIVATE)
def test_no_spelling_of_a_private_address_gets_through(host: str) -> None:
    with pytest.raises(BlockedError) as refused:
        check(f"http://{host}/x")
    assert refused.value.code == "blocked_address"


@pytest.mark.fault("N02")
@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "64:ff9b::a9fe:a9fe"])
def test_a_name_with_a_private_address_among_public_ones_is_refused(address: str) -> None:
    resolve, _ = resolving(("1.2.4.8", address))
    with pytest.raises(BlockedError, match="not a public address"):
        check("https://www.shili.gov.cn/", resolve=resolve)


@pytest.mark.fault("N01")
@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.gov.cn/x", "data:text/html,x", "javascript:1", "//a.gov.cn/", "gopher://a/"]
)
def test_only_http_and_https(url: str) -> None:
    with pytest.raises(BlockedError) as refused:
        check(url)
    assert refused.value.code == "blocked_scheme"


@pytest.mark.parametrize(
    "url",
    [
        *("http://user:word@a.gov.cn/", "http:///x", "http://[::1/", "http://a.gov.cn:99999/", "http://1.2.3.4.5/", "http://08.1.1.1/"),
        *("http://256.1.1.1/", "http://1.2.3.0x1ffffffff/", "http://a b.gov.cn/", "http://a.gov.cn\\@127.0.0.1/", "http://[::g]/"),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BlockedError) as refused:
        check(url)
    assert refused.value.code == "bad_address"


def test_public_addresses_get_through() -> None:
    resolve, asked = resolving(("1.2.4.8", "2400:3200::1"))
    target = check("https://政务.shili.gov.cn:8443/x", resolve=resolve)
    assert (target.addresses, target.connect_port, target.authority) == (("1.2.4.8", "2400:3200::1"), 8443, "xn--zfr164b.shili.gov.cn:8443")
    assert asked == ["xn--zfr164b.shili.gov.cn"]
    assert check("http://1.2.4.8/").addresses == ("1.2.4.8",)
    assert check("http://[64:ff9b::1.2.4.8]/").addresses == ("64:ff9b::102:408",)


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_however_it_is_written(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    low = number & 0xFFFFFF
    for spelling in (str(address), str(number), hex(number), f"0{number:o}", f"{number >> 24}.{low}", f"0x{number >> 24:x}.0{low:o}"):
        if is_public(address):
            assert check(f"http://{spelling}/").addresses == (str(address),)
        else:
            with pytest.raises(BlockedError, match="not a public address"):
                check(f"http://{spelling}/")


@pytest.mark.fault("N02")
def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that gives a public address first and this machine's a moment later (DNS rebinding) gains nothing."""
    resolve, asked = resolving(("1.2.4.8",), ("127.0.0.1",))
    connected: list[str] = []

    async def open_connection(host: str, *args: Any, **how: Any) -> Any:
        connected.append(host)
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio, "open_connection", open_connection)
    wire = Wire(Guard(resolve=resolve), QUICK)
    with pytest.raises(FetchError):
        asyncio.run(wire.fetch("GET", "http://www.shili.gov.cn/"))
    with pytest.raises(BlockedError):
        asyncio.run(wire.fetch("GET", "http://www.shili.gov.cn/"))
    assert connected == ["1.2.4.8"]
    assert len(asked) == 2


@pytest.mark.fault("N02")
def test_nothing_outside_of_code_opens_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its address nor a proxy from the environment leads to the server; a host that code names does."""
    with LocalServer(lambda asked: page(b"<html>here</html>")).running() as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
        monkeypatch.setenv("no_proxy", "*")

        async def nowhere(host: str, port: int) -> tuple[str, ...]:
            raise OSError("no such name")

        for url, wire in (
            (f"http://127.0.0.1:{server.port}/", Wire(Guard(), QUICK)),
            (f"http://localhost:{server.port}/", Wire(Guard(), QUICK)),
            (f"http://{HOST}/", Wire(Guard(resolve=nowhere), QUICK)),
            (f"http://127.0.0.1:{server.port}/", Wire(Guard(local={HOST: server.place}), Manners())),
        ):
            with pytest.raises(BlockedError):
                asyncio.run(wire.fetch("GET", url))
        assert not server.log
        got = asyncio.run(Wire(Guard(local={HOST: server.place}), QUICK).fetch("GET", f"http://{HOST}/"))
        assert got.body == b"<html>here</html>"
