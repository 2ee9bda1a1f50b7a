"""Sitemaps, indexes of them, packed ones, and bombs."""

from __future__ import annotations

import gzip

import pytest

from pipeline.scrapers.families import recognised, sitemap
from pipeline.scrapers.families.sitemap import UNPACKED_BYTES
from pipeline.scrapers.model import Ask, ListError, Source
from tests.scrapers.portals import HOST, page, walk
from tests.scrapers.portals import source as any_source

ROOT = f"https://{HOST}"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def source(pattern: str = r"/zfxxgknb/.*\.html$") -> Source:
    return any_source("sitemap", f"{ROOT}/sitemap.xml", site={"pattern": pattern})


def urlset(*paths: str) -> bytes:
    urls = "".join(f"<url><loc>\n{ROOT}{path} </loc><lastmod>2024-01-20T10:00:00+08:00</lastmod></url>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACE}>{urls}</urlset>'.encode()


def index(*names: str) -> bytes:
    return f"<sitemapindex {SPACE}>{''.join(f'<sitemap><loc>{name}</loc></sitemap>' for name in names)}</sitemapindex>".encode()


def test_reports_are_told_by_their_address():
    found = sitemap.read(
        source(), Ask(f"{ROOT}/sitemap.xml", "list"), page(urlset("/zfxxgknb/1.html", "/news/2.html"), f"{ROOT}/sitemap.xml")
    )
    assert [(one.url, one.listed_on, one.title) for one in found.items] == [(f"{ROOT}/zfxxgknb/1.html", "2024-01-20", None)]
    assert found.total == 2


def test_an_index_leads_to_its_sitemaps_packed_or_not():
    answers = {
        f"{ROOT}/sitemap.xml": index(f"{ROOT}/s1.xml", f"{ROOT}/s2.xml.gz", "https://elsewhere.example.com/s3.xml"),
        f"{ROOT}/s1.xml": urlset("/zfxxgknb/1.html"),
        f"{ROOT}/s2.xml.gz": gzip.compress(urlset("/zfxxgknb/2.html"), mtime=0),
    }
    walked = walk(source(), lambda ask: answers[ask.url])
    assert [one.url for one in walked.items] == [f"{ROOT}/zfxxgknb/1.html", f"{ROOT}/zfxxgknb/2.html"]
    assert [one.url for one in walked.others] == ["https://elsewhere.example.com/s3.xml"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "no sitemap"),
        (b"<html><body>404</body></html>", "a html"),
        (b"<urlset><url><loc>x</loc>", "no sitemap"),
        (gzip.compress(urlset("/zfxxgknb/1.html"), mtime=0)[:-12], "cut off|no sitemap"),
        (b"\x1f\x8bnothing", "packed"),
        (gzip.compress(b"<urlset>" + b" " * (UNPACKED_BYTES + 10), mtime=0), "more than"),
        (b'<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><urlset>&b;</urlset>', None),
    ],
)
def test_what_is_no_sitemap_is_an_error(body, message):
    ask = Ask(f"{ROOT}/sitemap.xml", "list")
    if message is None:
        assert sitemap.read(source(), ask, page(body, ask.url)).items == ()
        return
    with pytest.raises(ListError, match=message):
        sitemap.read(source(), ask, page(body, ask.url))


def test_the_pattern_is_needed_and_must_be_one():
    assert "pattern" in str(sitemap.refusal(any_source("sitemap")))
    assert "regular" in str(sitemap.refusal(source("(")))
    assert sitemap.refusal(source()) is None


def test_a_sitemap_is_recognised():
    assert recognised(page(urlset("/1.html"))) == ("sitemap",)
