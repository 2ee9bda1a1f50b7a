"""What one answer may cost: size, time and memory are bounded while it comes in, and a part is never taken for the whole."""

from __future__ import annotations

import asyncio
import datetime
import functools
import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline.scrapers.crawl import tls
from pipeline.scrapers.crawl.fetch import FetchError, Wire
from pipeline.scrapers.crawl.guard import Guard
from pipeline.scrapers.crawl.inflate import InflateError, Inflater
from pipeline.scrapers.demo.server import Asked, LocalServer, Served, page
from tests.scrapers.crawl.local import HOST, QUICK, fetch

#: Without the time, so that the ids of parameters are the same in every process.
PACK = functools.partial(gzip.compress, mtime=0)

SMALL = replace(QUICK, max_bytes=100_000, answer_seconds=1.0)
HTML = {"Content-Type": "text/html"}


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def trouble(served: Served, manners: object = SMALL) -> FetchError:
    with LocalServer(lambda asked: served).running() as server, pytest.raises(FetchError) as error:
        fetch(server, "/", manners=manners)  # type: ignore[arg-type]
    return error.value


@contextmanager
def raw_server(answer: bytes) -> Iterator[tuple[str, int]]:
    """A server that sends these bytes to whoever connects, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()
        thread.join(5)


def of_raw(answer: bytes) -> FetchError:
    with raw_server(answer) as place, pytest.raises(FetchError) as error:
        asyncio.run(Wire(Guard(local={HOST: place}), SMALL).fetch("GET", f"http://{HOST}/"))
    return error.value


def test_an_ordinary_page_comes_back_byte_for_byte() -> None:
    body = bytes(range(256)) * 20
    with LocalServer(lambda asked: page(body, "application/pdf")).running() as server:
        got = fetch(server, "/a%20b?x=1")
    assert (got.status, got.body, got.unframed, server.paths()) == (200, body, False, ["/a%20b?x=1"])
    assert dict(got.headers)["content-type"] == "application/pdf"


@pytest.mark.fault("P07")
def test_a_body_that_is_announced_too_large_is_not_loaded() -> None:
    sent: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield bytes(100_000)

    error = trouble(Served(headers=HTML, parts=parts, length=100_000_000))
    assert error.code == "too_large"
    assert len(sent) < 200


@pytest.mark.fault("P07")
def test_a_body_that_never_ends_is_left_at_the_cap() -> None:
    sent: list[int] = []

    def parts() -> Iterator[bytes]:
        while True:
            sent.append(1)
            yield bytes(50_000)

    assert trouble(Served(headers=HTML, parts=parts)).code == "too_large"
    assert len(sent) < 400


@pytest.mark.fault("N10")
def test_a_gzip_bomb_is_left_while_it_unpacks() -> None:
    bomb = PACK(bytes(40_000_000), 6) * 25
    served = Served(bomb, headers={**HTML, "Content-Encoding": "gzip"})
    with LocalServer(lambda asked: served).running() as server:
        tracemalloc.start()
        with pytest.raises(FetchError) as error:
            fetch(server, "/")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert error.value.code == "too_large"
    assert peak < 60_000_000


@pytest.mark.fault("N10")
def test_the_ratio_of_packed_to_unpacked_is_bounded() -> None:
    """Below the cap of bytes, what unpacks to more than 200 times its size is no page either; a small page may be as blank as it likes."""
    packed = PACK(bytes(15_000_000), 9)
    with pytest.raises(InflateError, match="200 times"):
        Inflater("gzip", max_bytes=20_000_000, max_ratio=200).feed(packed)
    blank = Inflater("gzip", max_bytes=20_000_000, max_ratio=200)
    blank.feed(PACK(b" " * 900_000, 9))
    assert blank.finish() == b" " * 900_000


@pytest.mark.fault("N11")
def test_a_server_that_drips_is_left_when_its_time_is_over() -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(100):
            time.sleep(0.05)
            yield b"x"

    assert trouble(Served(headers=HTML, parts=parts, length=100), replace(SMALL, answer_seconds=0.4)).code == "timeout"


def test_a_server_that_says_nothing_is_left_when_its_time_is_over() -> None:
    assert trouble(Served(b"late", wait=1.0), replace(SMALL, answer_seconds=0.3)).code == "timeout"


@pytest.mark.fault("N08", "N09")
@pytest.mark.parametrize(
    "served",
    [
        Served(b"<html>half", headers=HTML, length=1000),
        Served(headers={**HTML, "Transfer-Encoding": "chunked"}, parts=lambda: [chunk(b"<html>half"), b"ff\r\ncut"], length=-1),
        Served(headers={**HTML, "Transfer-Encoding": "chunked"}, parts=lambda: [chunk(b"<html>half")], length=-1),
        Served(PACK(b"<html>" + bytes(5_000))[:-20], headers={**HTML, "Content-Encoding": "gzip"}),
        Served(PACK(b"<html>whole</html>")[:-3], headers={**HTML, "Content-Encoding": "gzip"}, length=None),
    ],
    ids=["length", "within a chunk", "between chunks", "gzip", "gzip without a length"],
)
def test_a_part_is_not_taken_for_the_whole(served: Served) -> None:
    assert trouble(served).code == "truncated"


@pytest.mark.fault("N09")
def test_a_body_that_only_the_connection_ends_is_told_as_such() -> None:
    with LocalServer(lambda asked: Served(b"<html>", headers=HTML, length=None)).running() as server:
        assert fetch(server, "/").unframed


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", PACK(b"a page")),
        ("x-gzip", PACK(b"a ") + PACK(b"page")),
        ("deflate", zlib.compress(b"a page")),
        ("deflate", zlib.compress(b"a page")[2:-4]),
        ("gzip", PACK(b"a page") + bytes(10)),
        ("", b"a page"),
        ("identity", b"a page"),
    ],
    ids=["gzip", "two members", "deflate", "raw deflate", "padded", "none", "identity"],
)
def test_codings_are_undone_however_the_body_is_cut(coding: str, packed: bytes) -> None:
    for size in (1, 3, 1000):
        one = Inflater(coding, max_bytes=1000, max_ratio=200)
        for start in range(0, len(packed), size):
            one.feed(packed[start : start + size])
        assert one.finish() == b"a page"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_long_bodies_come_out_whole(coding: str) -> None:
    """Lengths around the step in which bodies are unpacked: the last bytes may be given out only after all came in."""
    for length in (65_535, 65_536, 65_537, 131_072, 300_000):
        body = b"0123456789abcdef" * (length // 16) + b"x" * (length % 16)
        one = Inflater(coding, max_bytes=1_000_000, max_ratio=1000)
        one.feed(PACK(body) if coding == "gzip" else zlib.compress(body))
        assert one.finish() == body


@pytest.mark.fault("N10")
def test_a_coding_that_was_not_asked_for_is_told() -> None:
    error = trouble(Served(b"x", headers={**HTML, "Content-Encoding": "br"}))
    assert (error.code, "br" in str(error)) == ("protocol", True)


def test_only_the_beginning_is_loaded_where_that_is_enough() -> None:
    served = Served(headers=HTML, parts=lambda: (bytes(1000) for _ in range(10_000)), length=10_000_000)
    with LocalServer(lambda asked: served).running() as server:
        assert len(fetch(server, "/robots.txt", keep_first=5_000).body) == 5_000


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "unreachable"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-", "truncated"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"y" * 3_000_000 + b"\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "protocol"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 40_000, "too_large"),
    ],
    ids=["nothing", "no HTTP", "cut head", "endless head", "two lengths", "endless prelude"],
)
def test_what_is_no_answer_is_told_for_what_it_is(answer: bytes, code: str) -> None:
    assert of_raw(answer).code == code


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = free.getsockname()
    server = LocalServer(lambda asked: page(b""))
    server.port = place[1]
    with pytest.raises(FetchError) as error:
        fetch(server, "/")
    assert error.value.code == "unreachable"


def certificate(folder: Path, host: str, days: int) -> Path:
    """A certificate for a host that signs itself, valid until so many days from now."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - datetime.timedelta(90)).not_valid_after(now + datetime.timedelta(days))
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False).sign(key, hashes.SHA256())
    path = folder / f"{host}{days}.pem"
    plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(plain + signed.public_bytes(serialization.Encoding.PEM))
    return path


def secured(path: Path, most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.minimum_version, made.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, most
    made.load_cert_chain(path)
    return made


def over_tls(server: LocalServer, trust: ssl.SSLContext | None, *, legacy: bool = False) -> bytes:
    wire = Wire(Guard(local={HOST: server.place}), QUICK, trust=trust)
    return asyncio.run(wire.fetch("GET", f"https://{HOST}/", legacy_tls=legacy)).body


def trusting(path: Path, *, legacy: bool = False) -> ssl.SSLContext:
    made = tls.context.__wrapped__(legacy=legacy)
    made.load_verify_locations(path)
    return made


def serve(asked: Asked) -> Served:
    return page(b"here")


@pytest.mark.fault("N11")
def test_certificates_are_verified(tmp_path: Path) -> None:
    good, other, old = certificate(tmp_path, HOST, 30), certificate(tmp_path, "other.example", 30), certificate(tmp_path, HOST, -1)
    with LocalServer(serve, secure=secured(good)).running() as server:
        assert over_tls(server, trusting(good)) == b"here"
        for legacy in (False, True):
            with pytest.raises(FetchError) as error:
                over_tls(server, None, legacy=legacy)
            assert (error.value.code, "certificate" in str(error.value)) == ("tls", True)
    for wrong in (other, old):
        with LocalServer(serve, secure=secured(wrong)).running() as server, pytest.raises(FetchError) as error:
            over_tls(server, trusting(wrong))
        assert error.value.code == "tls"


@pytest.mark.fault("N11")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_old_tls_is_spoken_only_where_it_is_allowed(tmp_path: Path) -> None:
    path = certificate(tmp_path, HOST, 30)
    with LocalServer(serve, secure=secured(path, ssl.TLSVersion.TLSv1)).running() as server:
        with pytest.raises(FetchError) as error:
            over_tls(server, trusting(path))
        assert error.value.code == "tls"
        assert over_tls(server, trusting(path, legacy=True)) == b"here"
