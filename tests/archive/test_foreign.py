"""WARC files of other programs: every record is read, or told with its offset; damage costs only itself."""

import base64
import functools
import gzip
import hashlib
import itertools
import random
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive import codings
from pipeline.archive.foreign import Foreign, Unreadable, read_warc

#: Without the time, so that the ids of parameters are the same in every process.
PACK = functools.partial(gzip.compress, mtime=0)

PAGE = "<p>年报</p>".encode()


def warc(*answers, packed=True):
    """A WARC file by warcio: (address, status, headers, body) each, with request and metadata records between as crawlers write them."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for url, status, headers, body in answers:
        head = StatusAndHeaders(str(status), [("Content-Type", "text/html"), *headers], protocol="HTTP/1.1")
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.gov.cn")], is_http_request=True)
        writer.write_record(writer.create_warc_record(url, "request", http_headers=asked))
        writer.write_record(writer.create_warc_record(url, "response", payload=BytesIO(body), http_headers=head))
        writer.write_record(writer.create_warc_record(url, "metadata", payload=BytesIO(b"fetchTimeMs: 1\r\n")))
    return out.getvalue()


def plain(count, rng=None):
    rng = rng or random.Random(1)
    return [(f"http://a.gov.cn/{k}", 200, [], b"<p>%d</p>" % k + rng.randbytes(rng.randint(0, 2000)).hex().encode()) for k in range(count)]


def read(tmp_path, data, name="x.warc.gz"):
    path = tmp_path / name
    path.write_bytes(data)
    return list(read_warc(path))


def records(found):
    return [one for one in found if isinstance(one, Foreign)]


def chunked(body, size=7):
    return (
        b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[at : at + size] for at in range(0, len(body), size))) + b"0\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("headers", "stored"),
    [
        ([], PAGE),
        ([("Content-Encoding", "gzip")], PACK(PAGE)),
        ([("content-encoding", "x-gzip")], PACK(PAGE)),
        ([("Content-Encoding", "deflate")], zlib.compress(PAGE)),
        ([("Content-Encoding", "deflate")], zlib.compress(PAGE)[2:-4]),
        ([("Transfer-Encoding", "chunked")], chunked(PAGE)),
        ([("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")], chunked(PACK(PAGE))),
        ([("Content-Encoding", "gzip")], PAGE),
        ([("Transfer-Encoding", "chunked")], PAGE),
        ([("Content-Encoding", "br")], PAGE),
        ([("X-Crawl-Content-Encoding", "gzip"), ("X-Crawl-Transfer-Encoding", "chunked")], PAGE),
        ([("Content-Encoding", "utf-8")], PAGE),
    ],
    ids=[
        "plain",
        "gzip",
        "x-gzip",
        "zlib",
        "deflate",
        "chunks",
        "chunks of gzip",
        "gzip undone",
        "chunks undone",
        "br undone",
        "crawled",
        "odd",
    ],
)
def test_codings_are_undone_where_the_crawler_left_them(tmp_path, headers, stored):
    (one,) = read(tmp_path, warc(("http://a.gov.cn/", 200, headers, stored)))
    assert (one.body, one.judgement, one.unreadable) == (PAGE, None, None)
    assert one.fits_digest()


@pytest.mark.parametrize(
    ("headers", "stored", "body"),
    [
        ([("Content-Encoding", "gzip")], PACK(PAGE * 999)[:-9], PAGE),
        ([("Transfer-Encoding", "chunked")], chunked(PAGE)[:-9], PAGE[:7]),
    ],
)
def test_a_body_without_its_end_is_judged_so(tmp_path, headers, stored, body):
    (one,) = read(tmp_path, warc(("http://a.gov.cn/", 200, headers, stored)))
    assert one.judgement == "truncated"
    assert one.body.startswith(body)


def test_what_cannot_be_unpacked_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(codings, "MAX_BODY_BYTES", 100_000)
    bomb = PACK(bytes(100_001))
    brotli = bytes(random.Random(1).randbytes(500))
    answers = [
        ("http://a.gov.cn/1", 200, [("Content-Encoding", "br")], brotli),
        ("http://a.gov.cn/2", 200, [("Content-Encoding", "gzip")], bomb),
    ]
    one, two = read(tmp_path, warc(*answers))
    assert "packed as br" in one.unreadable
    assert "more than 100000 bytes" in two.unreadable


def test_what_the_answer_said_of_itself_is_kept(tmp_path):
    headers = [("ETag", '"1"'), ("Last-Modified", "Tue, 30 Jan 2024 08:00:00 GMT"), ("Set-Cookie", "id=1")]
    (one,) = read(tmp_path, warc(("http://a.gov.cn/", 200, headers, PAGE)))
    assert dict(one.headers) == {"Content-Type": "text/html", **dict(headers[:2])}
    assert (one.kind, one.status, one.media_type, one.url) == ("response", 200, "text/html", "http://a.gov.cn/")


@pytest.mark.parametrize("packed", [True, False], ids=["a member a record", "not packed"])
def test_files_of_both_kinds(tmp_path, packed):
    found = read(tmp_path, warc(*plain(20), packed=packed))
    assert [one.url for one in found] == [url for url, *_ in plain(20)]
    assert [one.body for one in found] == [body for *_, body in plain(20)]


def test_one_gzip_member_for_all_records(tmp_path):
    assert len(read(tmp_path, PACK(warc(*plain(20), packed=False)))) == 20


def test_texts_without_pages(tmp_path):
    """Common Crawl's WET files."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    writer.write_record(writer.create_warc_record("http://a.gov.cn/", "conversion", payload=BytesIO(PAGE), warc_content_type="text/plain"))
    (one,) = read(tmp_path, out.getvalue(), "x.warc.wet.gz")
    assert (one.kind, one.status, one.media_type, one.body) == ("conversion", None, "text/plain", PAGE)


def members(data):
    """Where the gzip members of a file begin, and its end."""
    places, at = [], 0
    while at < len(data):
        places.append(at)
        stream = zlib.decompressobj(31)
        stream.decompress(data[at:])
        at = len(data) - len(stream.unused_data)
    return [*places, len(data)]


@functools.cache
def file_of(count):
    data = warc(*plain(count))
    return data, members(data)


@given(st.integers(0, 3 * 8 - 1), st.floats(0, 1), st.integers(1, 255))
def test_a_changed_byte_costs_at_most_its_record_and_is_told(tmp_path_factory, member, where, change):
    answers = plain(8)
    data, places = file_of(8)
    data = bytearray(data)
    start, end = places[member], places[member + 1]
    data[start + min(int(where * (end - start)), end - start - 1)] ^= change
    found = read(tmp_path_factory.mktemp("warc"), bytes(data))
    expected = {url: body for url, _, _, body in answers}
    read_right = [one for one in records(found) if expected.get(one.url) == one.body]
    # Of the header of a gzip member some bytes mean nothing (time, system): then nothing is lost.
    assert len(read_right) >= 7
    assert len(records(found)) == len(read_right)
    if len(read_right) < 8:
        assert [one.offset for one in found if isinstance(one, Unreadable)] == [start]


@given(st.integers(1, 4000))
def test_a_cut_file_gives_all_whole_records_and_tells_of_the_rest(tmp_path_factory, cut):
    answers = plain(5)
    data, places = file_of(5)
    kept = data[: max(0, len(data) - cut)]
    found = read(tmp_path_factory.mktemp("warc"), kept)
    # Member 3k + 1 is the answer of record k.
    assert [one.url for one in records(found)] == [answers[k][0] for k in range(5) if places[3 * k + 2] <= len(kept)]
    told = [one.offset for one in found if isinstance(one, Unreadable)]
    assert told == [place for place, end in itertools.pairwise(places) if place < len(kept) < end]


def test_damage_in_a_file_that_is_not_packed_ends_it_and_is_told(tmp_path):
    data = warc(*plain(5), packed=False)
    found = read(tmp_path, data[:-700], "x.warc")
    assert len(records(found)) >= 3
    assert isinstance(found[-1], Unreadable)
    assert "left out" in found[-1].reason


@pytest.mark.parametrize("data", [b"<html>" * 100, PACK(b"<html>" * 100), b"\x1f\x8b\x08" * 50, bytes(1000)])
def test_what_is_no_warc_file_is_told(tmp_path, data):
    assert [type(one) for one in read(tmp_path, data)] == [Unreadable]


def test_an_empty_file_holds_nothing(tmp_path):
    assert read(tmp_path, b"") == []


@pytest.mark.parametrize("digest", ["sha1", "md5", "sha256"])
@pytest.mark.parametrize("base", [lambda one: base64.b32encode(one).decode(), bytes.hex], ids=["base 32", "hexadecimal"])
def test_digests_of_all_usual_kinds_are_verified(tmp_path, digest, base):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    for content, expected in ((block, True), (block + b" ", False)):
        stated = base(hashlib.new(digest, content).digest())
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.gov.cn/\r\nWARC-Date: 2024-01-31T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"WARC-Block-Digest: {digest}:{stated}\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        (one,) = read(tmp_path, PACK(head.encode() + block + b"\r\n\r\n"))
        assert one.fits_digest() is expected
