"""Bringing files by hand: everything readable comes in once, everything else is told."""

import json
from pathlib import Path

from pipeline.archive import make_record, open_writer, read_index, read_page
from pipeline.archive.importing import Tally, find_files, import_file


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
    import gzip

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    path = tmp_path / "crawl.warc.gz"
    with path.open("wb") as out:
        from io import BytesIO

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
