"""Bringing files by hand: everything readable comes in once, everything else is told."""

import gzip
import json
import random
import zipfile
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive import make_record, open_writer, read_index, read_page
from pipeline.archive.importing import Tally, find_files, import_file
from pipeline.generator import HtmlFlavour, random_spec, render_html
from tests.archive.other_pages import other_page


def bring(archive: Path, *paths: Path, url=None, everything=True) -> Tally:
    tally = Tally()
    with open_writer(archive) as writer:
        for found in find_files(paths):
            import_file(found, writer, tally, url=url, everything=everything)
    return tally


def test_a_folder_comes_in_with_names_below_it(tmp_path):
    pages = tmp_path / "pages"
    (pages / "2023" / ".git").mkdir(parents=True)
    (pages / "2023" / "彩云镇.HTM").write_text("<p>1</p>")
    (pages / "2023" / "plain.txt").write_text("文字")
    (pages / "2023" / "style.css").write_text("p{}")
    (pages / "2023" / ".git" / "config.txt").write_text("x")
    tally = bring(tmp_path / "a", pages)
    assert (tally.written, tally.other, tally.refused) == (2, {".css": 1}, [])
    kinds = {entry.name: (entry.record_type, entry.media_type) for entry in read_index(tmp_path / "a").entries}
    assert kinds == {"2023/plain.txt": ("conversion", "text/plain"), "2023/彩云镇.HTM": ("resource", "text/html")}


def test_a_second_import_writes_nothing(tmp_path):
    (tmp_path / "p.html").write_text("<p>1</p>")
    assert bring(tmp_path / "a", tmp_path / "p.html").written == 1
    again = bring(tmp_path / "a", tmp_path / "p.html")
    assert (again.written, again.known) == (0, 1)


def test_a_file_that_was_asked_for_comes_in_whatever_its_name(tmp_path):
    (tmp_path / "report").write_text("<p>1</p>")
    assert bring(tmp_path / "a", tmp_path / "report").written == 1


def test_empty_missing_and_special_files_are_told_and_cost_only_themselves(tmp_path):
    (tmp_path / "good.html").write_text("<p>1</p>")
    (tmp_path / "empty.html").write_bytes(b"")
    tally = bring(tmp_path / "a", tmp_path / "empty.html", tmp_path / "gone.html", Path("/dev/null"), tmp_path / "good.html")
    assert tally.written == 1
    assert [one.reason for one in tally.refused] == ["the file is empty", "no such file", "not a regular file"]


def test_json_lines(tmp_path):
    lines = [
        json.dumps({"url": "http://a.gov.cn/1", "text": "全文"}),
        json.dumps({"url": "http://a.gov.cn/2", "body": "<p>页</p>", "name": "two"}),
        "not json",
        json.dumps(["a list"]),
        json.dumps({"url": "http://a.gov.cn/3"}),
        "",
        "[" * 100_000,
    ]
    (tmp_path / "pages.jsonl").write_text("\n".join(lines))
    tally = bring(tmp_path / "a", tmp_path / "pages.jsonl")
    assert tally.written == 2
    assert [one.name for one in tally.refused] == ["pages.jsonl:3", "pages.jsonl:4", "pages.jsonl:5", "pages.jsonl:7"]
    text, body = read_index(tmp_path / "a").entries
    assert (text.record_type, text.url, text.media_type) == ("conversion", "http://a.gov.cn/1", "text/plain; charset=utf-8")
    assert (body.record_type, body.name, body.media_type) == ("resource", "two", "text/html; charset=utf-8")
    assert read_page(tmp_path / "a", body).body == "<p>页</p>".encode()


def test_records_of_another_archive_come_in_with_their_address_and_date(tmp_path):
    with open_writer(tmp_path / "theirs") as writer:
        writer.add(make_record(b"<p>1</p>", url="http://a.gov.cn/", media_type="text/html", fetched_at="2021-02-03T04:05:06Z"))
        writer.add(make_record(b"\x89PNG", url="http://a.gov.cn/p.png", media_type="image/png"))
    file = next((tmp_path / "theirs").glob("*.warc.gz"))
    assert bring(tmp_path / "mine", file).written == 1
    (entry,) = read_index(tmp_path / "mine").entries
    assert (entry.url, entry.fetched_at) == ("http://a.gov.cn/", "2021-02-03T04:05:06Z")


def test_an_answer_in_another_archive_is_unpacked(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for status, url in (("200 OK", "http://a.gov.cn/1"), ("404 Not Found", "http://a.gov.cn/2")):
            headers = StatusAndHeaders(status, [("Content-Type", "text/html"), ("Content-Encoding", "gzip")], protocol="HTTP/1.1")
            record = writer.create_warc_record(url, "response", payload=BytesIO(gzip.compress("<p>页</p>".encode())), http_headers=headers)
            writer.write_record(record)
    assert bring(tmp_path / "mine", path).written == 2
    entry, gone = read_index(tmp_path / "mine").entries
    assert read_page(tmp_path / "mine", entry).body == "<p>页</p>".encode()
    assert (gone.url, gone.status, gone.is_document) == ("http://a.gov.cn/2", 404, False)
    assert bring(tmp_path / "mine", path).written == 0


def report(number):
    chance = random.Random(number)
    page = render_html(random_spec(chance, forms="2021"), HtmlFlavour(), rng=chance, charset="gb18030" if number % 2 else "utf-8")
    return page if isinstance(page, bytes) else page.encode()


def crawl(path, pages):
    """A WARC file as a crawler writes it: (address, status, body) each, every other one packed in transit."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number, (url, status, body) in enumerate(pages):
            packed = [("Content-Encoding", "gzip")] if number % 2 else []
            headers = [("Content-Type", "text/html"), ("ETag", f'"{number}"'), *packed]
            head = StatusAndHeaders(str(status), headers, protocol="HTTP/1.1")
            stored = BytesIO(gzip.compress(body, 1) if packed else body)
            writer.write_record(writer.create_warc_record(url, "response", payload=stored, http_headers=head))
    return path


def test_of_a_crawl_only_what_may_be_a_report_comes_in_and_the_rest_is_counted(tmp_path):
    chance = random.Random(20240131)
    pages = [(f"http://a.gov.cn/other/{number}", 200, other_page(chance)) for number in range(300)]
    pages += [(f"http://a.gov.cn/report/{number}", 200, report(number)) for number in range(12)]
    chance.shuffle(pages)
    tally = bring(tmp_path / "mine", crawl(tmp_path / "crawl.warc.gz", pages), everything=False)
    assert (tally.written, tally.sifted, tally.refused) == (12, 300, [])
    entries = read_index(tmp_path / "mine").entries
    assert {entry.url for entry in entries} == {url for url, _, _ in pages if "report" in url}
    bodies = {url: body for url, _, body in pages}
    assert all(read_page(tmp_path / "mine", entry).body == bodies[entry.url] for entry in entries)
    assert all((entry.record_type, entry.status) == ("response", 200) and entry.etag for entry in entries)


def test_that_an_address_was_gone_is_kept_of_addresses_that_gave_a_report(tmp_path):
    first = crawl(tmp_path / "1.warc.gz", [("http://a.gov.cn/1", 200, report(1)), ("http://a.gov.cn/2", 200, other_page(random.Random(2)))])
    second = crawl(
        tmp_path / "2.warc.gz", [("http://a.gov.cn/1", 404, b"gone"), ("http://a.gov.cn/2", 404, b"gone"), ("http://a.gov.cn/3", 301, b"")]
    )
    bring(tmp_path / "mine", first, second, everything=False)
    assert [(entry.url, entry.status) for entry in read_index(tmp_path / "mine").entries] == [
        ("http://a.gov.cn/1", 200),
        ("http://a.gov.cn/1", 404),
    ]


def test_own_archives_come_in_with_their_source_and_judgement(tmp_path):
    with open_writer(tmp_path / "theirs") as writer:
        writer.add(make_record(report(1), url="http://a.gov.cn/1", status=200, media_type="text/html", source="a-county"))
        writer.add(make_record(report(2)[:9000], url="http://a.gov.cn/2", status=200, media_type="text/html", judgement="truncated"))
    bring(tmp_path / "mine", *sorted((tmp_path / "theirs").glob("*.warc.gz")), everything=False)
    found = [(entry.source, entry.judgement, entry.is_document) for entry in read_index(tmp_path / "mine").entries]
    assert sorted(found, key=str) == [("a-county", None, True), (None, "truncated", False)]


def test_a_damaged_record_of_a_crawl_costs_only_itself(tmp_path):
    path = crawl(tmp_path / "crawl.warc.gz", [(f"http://a.gov.cn/{number}", 200, report(number)) for number in range(3)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    tally = bring(tmp_path / "mine", path, everything=False)
    assert (tally.written, len(tally.refused)) == (2, 1)
    assert "crawl.warc.gz, offset" in tally.refused[0].name


def test_json_lines_of_a_crawl_are_sifted_too(tmp_path):
    lines = [json.dumps({"url": f"http://a.gov.cn/{number}", "body": report(number * 2).decode()}) for number in range(2)]
    lines.append(json.dumps({"url": "http://a.gov.cn/news", "text": "县政府召开政府信息公开工作会议"}))
    (tmp_path / "pages.jsonl").write_text("\n".join(lines))
    tally = bring(tmp_path / "a", tmp_path / "pages.jsonl", everything=False)
    assert (tally.written, tally.sifted) == (2, 1)


def test_a_zip_file_comes_in_like_a_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as file:
        for name, body in {
            "2023/年报.html": "<p>1</p>",
            "年报.txt": "文字",
            "style.css": "p{}",
            "crawl.jsonl": "{}",
            "inner.zip": "x",
        }.items():
            file.writestr(name, body)
    tally = bring(tmp_path / "a", tmp_path / "pages.zip")
    assert (tally.written, tally.other) == (2, {".css": 1})
    assert {one.name for one in tally.refused} == {"pages.zip/crawl.jsonl", "pages.zip/inner.zip"}
    kinds = {entry.name: (entry.record_type, entry.media_type) for entry in read_index(tmp_path / "a").entries}
    assert kinds == {"pages.zip/2023/年报.html": ("resource", "text/html"), "pages.zip/年报.txt": ("conversion", "text/plain")}


def test_a_zip_file_that_cannot_be_gone_through_is_told(tmp_path):
    (tmp_path / "pages.zip").write_bytes(b"<html>")
    tally = bring(tmp_path / "a", tmp_path / "pages.zip")
    assert [one.reason for one in tally.refused] == ["not a zip file, or cut short"]
