"""No report is rejected, in whatever charset, dialect or damage; pages that only talk of reports are."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.decode import decode
from pipeline.documents.repair.characters import converter
from pipeline.documents.sift import may_hold_report
from tests.accuracy.sources import damaged, generated, kept
from tests.archive.other_pages import KINDS, other_page


def in_entities(text: str, form: str) -> bytes:
    return "".join(char if char.isascii() else form.format(ord(char)) for char in text).encode()


def in_big5(text: str) -> bytes:
    return b'<meta charset="big5">' + converter("s2t").convert(text).encode("big5hkscs", "replace")


SPELLINGS = {
    "utf-8": str.encode,
    "utf-8 with a broken byte": lambda text: text.encode() + b"\xe6",
    "gb18030": lambda text: text.encode("gb18030"),
    "gb18030 from the middle of a character": lambda text: text.encode("gb18030")[1:],
    "utf-16": lambda text: text.encode("utf-16"),
    "big5": in_big5,
    "entities": lambda text: in_entities(text, "&#{};"),
    "hexadecimal entities": lambda text: in_entities(text, "&#x{:X};"),
    "a template in utf-8 around gbk": lambda text: "<p>政府网站</p>".encode() * 9 + text.encode("gb18030") + "<p>主办单位</p>".encode() * 9,
    "traditional characters": lambda text: converter("s2t").convert(text).encode(),
    "blanks in all words": lambda text: "\u3000".join(text).encode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_document_of_known_truth_passes(spelling):
    for one in kept():
        if one.medium == "pdf":
            assert may_hold_report(one.body, "application/pdf")
            continue
        text = decode(one.body).text
        assert may_hold_report(one.body), one.name
        assert may_hold_report(SPELLINGS[spelling](text)), one.name


@given(st.integers(0, 10**6), st.sampled_from([generated, damaged]), st.sampled_from(sorted(SPELLINGS)))
def test_every_generated_report_passes(number, make, spelling):
    one = make(8, number)
    assert may_hold_report(one.body)
    assert may_hold_report(SPELLINGS[spelling](decode(one.body).text))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.strip("_"))
def test_pages_that_are_no_reports_are_rejected(kind):
    rng = random.Random(20240131)
    for _ in range(30):
        page = other_page(rng, kind)
        assert not may_hold_report(page, "text/html")
        assert not may_hold_report(decode(page).text.encode("utf-16"), "text/html")


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"%PDF-1.7 \x00", None, True),
        (b"PK\x03\x04", "application/octet-stream", True),
        (b"\x00\x01", "application/msword", True),
        (b"\xff\xd8\xff\xe0", "image/jpeg", True),
        (b"", None, False),
        (b"<html></html>", "text/html", False),
        (bytes(range(256)) * 9, None, False),
    ],
)
def test_of_binary_media_bytes_tell_nothing(body, content_type, expected):
    assert may_hold_report(body, content_type) is expected


def test_a_page_that_repeats_a_heading_or_never_ends_its_markup_is_gone_through():
    assert not may_hold_report("存在的问题".encode() * 200_000)
    assert not may_hold_report(("存在的问题、提起行政诉讼<p <!-- (a" * 50_000).encode())
