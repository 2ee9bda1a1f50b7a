"""Records: what goes in comes out, and what was damaged on the way is noticed."""

import functools
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.heads import KEPT
from pipeline.archive.members import scan, unpack
from pipeline.archive.records import BadRecordError, clean_url, decode, encode, make_record

#: Without the time, so that the ids of parameters are the same in every process.
PACK = functools.partial(gzip.compress, mtime=0)

DATE = "2024-01-31T08:00:00Z"


@pytest.mark.fault("D05")
@given(st.binary(max_size=5000), st.text(max_size=40), st.sampled_from(["resource", "conversion"]))
def test_a_record_comes_back_as_it_was_whatever_its_name(body, name, kind):
    name = name.encode("utf-8", "replace").decode()
    record = make_record(body, kind=kind, name=name, media_type="text/html", fetched_at=DATE)
    back = decode(unpack(encode(record), 0).content)
    assert back == record


@pytest.mark.fault("D05")
@pytest.mark.parametrize("name", ["../../etc/x", "C:\\x", "a\x00b", "县" * 300, "CON", "a.", "one\r\nWARC-Type: response", "\x1b[2J"])
def test_odd_names_are_data_in_one_header_line(name):
    member = unpack(encode(make_record(b"<html>", name=name, fetched_at=DATE)), 0).content
    assert decode(member).name == name
    assert member.partition(b"\r\n\r\n")[0].count(b"WARC-Type:") == 1


def test_the_same_record_gives_the_same_bytes():
    one = make_record(b"body", name="n", fetched_at=DATE)
    assert encode(one) == encode(one)


@pytest.mark.fault("O03")
def test_an_address_cannot_break_a_header_line():
    assert "\n" not in clean_url("http://a.gov.cn/x\r\nWARC-Type: response")
    record = make_record(b"b", url="http://a.gov.cn/年报.html", fetched_at=DATE)
    assert decode(unpack(encode(record), 0).content).url == "http://a.gov.cn/%E5%B9%B4%E6%8A%A5.html"


def test_a_body_that_does_not_fit_its_digest_is_refused():
    member = unpack(encode(make_record(b"total 12", fetched_at=DATE)), 0).content
    with pytest.raises(BadRecordError, match="digest"):
        decode(member.replace(b"total 12", b"total 13"))


def test_two_records_in_one_gzip_member_are_refused_and_not_read_as_one():
    one = unpack(encode(make_record(b"one", fetched_at=DATE)), 0).content
    with pytest.raises(BadRecordError, match="more than one record"):
        decode(one + one)


@pytest.mark.fault("S06")
def test_a_damaged_member_costs_only_itself():
    members = [encode(make_record(f"document {k}".encode() * 50, fetched_at=DATE)) for k in range(4)]
    data = bytearray(b"".join(members))
    data[len(members[0]) + len(members[1]) // 2] ^= 0xFF
    found = list(scan(bytes(data)))
    assert [bool(member.error) for member in found] == [False, True, False, False]
    assert found[1].offset == len(members[0])


def test_a_cut_file_gives_all_but_its_last_record():
    members = [encode(make_record(f"document {k}".encode() * 50, fetched_at=DATE)) for k in range(3)]
    found = list(scan(b"".join(members)[:-20]))
    assert [member.error for member in found] == [None, None, "cut short"]


def test_bytes_that_are_no_archive_at_all():
    assert [member.error is not None for member in scan(b"<html>" * 100)] == [True]
    with pytest.raises(BadRecordError):
        decode(unpack(PACK(b"<html></html>"), 0).content)


printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30).map(str.strip)


@given(
    st.binary(max_size=3000),
    st.sampled_from([200, 301, 404, 503]),
    st.dictionaries(st.sampled_from(KEPT), printable, max_size=5),
    st.sampled_from([None, "a-county", "x1"]),
    st.sampled_from([None, "challenge", "truncated"]),
)
def test_an_answer_comes_back_with_its_head_its_source_and_its_judgement(body, status, headers, source, judgement):
    record = make_record(body, url="http://a.gov.cn/", fetched_at=DATE, status=status, headers=headers, source=source, judgement=judgement)
    assert decode(unpack(encode(record), 0).content) == record
    assert dict(record.headers) == headers


@pytest.mark.parametrize("value", ["/x\r\nSet-Cookie: a=1", "/年报\x00", "\x7f\x1b[2J", "/" + "x" * 20_000])
def test_odd_header_values_are_data_in_one_header_line(value):
    record = make_record(b"", url="http://a.gov.cn/", status=302, headers={"Location": value, "Set-Cookie": "id=1"}, fetched_at=DATE)
    back = decode(unpack(encode(record), 0).content)
    assert [name for name, _ in back.headers] == ["Location"]
    assert back.header("Location") == record.header("Location")
    assert back.header("Location").isascii()


@pytest.mark.parametrize("more", [{"source": "../x"}, {"source": "a b"}, {"judgement": "Not Found"}, {"source": ""}])
def test_a_source_or_judgement_that_is_no_plain_word_is_refused(more):
    with pytest.raises(ValueError, match=r"cannot be a (source|judgement)"):
        make_record(b"", **more)


def test_a_head_that_was_changed_is_noticed():
    member = unpack(encode(make_record(b"b", url="http://a.gov.cn/", status=200, headers={"ETag": '"1"'}, fetched_at=DATE)), 0).content
    with pytest.raises(BadRecordError, match="digest"):
        decode(member.replace(b'ETag: "1"', b'ETag: "2"'))
