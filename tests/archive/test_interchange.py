"""The archive is WARC: other programs read it whole and find every digest right, also after a run was killed while it wrote."""

import contextlib
import itertools
import multiprocessing
import os
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive import make_record, open_writer, read_index, read_page
from pipeline.archive.store import settle

KILLS = int(os.environ.get("GONGKAI_KILLS", "10"))


def write_without_end(folder: Path, seed: int, told: Connection) -> None:
    """Add records of random sizes, telling of each one that was added."""
    rng = random.Random(seed)
    with open_writer(folder, max_file_bytes=60_000) as writer:
        for number in itertools.count():
            body = rng.randbytes(rng.randint(0, 9_000))
            writer.add(make_record(body, url=f"http://a.gov.cn/{number}", status=200, source=rng.choice(["a", "b", None])))
            told.send((f"http://a.gov.cn/{number}", len(body)))


def every_kind(folder: Path) -> None:
    page = "<p>年报</p>".encode()
    with open_writer(folder) as writer:
        for record in (
            make_record(page, url="http://a.gov.cn/1", media_type="text/html"),
            make_record(page, name="年报.txt", kind="conversion"),
            make_record(b"", url="http://a.gov.cn/empty", status=200),
            make_record(
                page,
                url="http://a.gov.cn/2",
                status=200,
                headers={"ETag": '"1"', "Content-Type": "text/html"},
                fetched_at="2024-01-01T00:00:00Z",
            ),
            make_record(page, url="http://a.gov.cn/2", status=200, fetched_at="2024-01-02T00:00:00Z"),
            make_record(b"", url="http://a.gov.cn/2", status=304, fetched_at="2024-01-03T00:00:00Z"),
            make_record(b"moved", url="http://a.gov.cn/3", status=301, headers={"Location": "http://a.gov.cn/2"}),
            make_record(page[:9], url="http://a.gov.cn/4", status=200, judgement="truncated"),
            make_record(b'{"found": 1}', kind="metadata", name="listing", source="a", media_type="application/json"),
        ):
            writer.add(record)


def read_by_others(path: Path) -> dict[str, int]:
    """How many records of each type both programs read; every digest is verified by both."""
    counts: dict[str, int] = {}
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            record.content_stream().read()
            assert record.digest_checker.problems == []
            counts[record.rec_type] = counts.get(record.rec_type, 0) + 1
    fast: dict[str, int] = {}
    for record in FastIterator(str(path), fsspec_args=False):
        kind = str(record.record_type).rpartition(".")[2]
        fast[kind] = fast.get(kind, 0) + 1
        # FastWARC knows payloads of answers only, and cannot verify the block once it has parsed the head: that takes a second pass.
        assert kind != "response" or record.verify_payload_digest()
    assert fast == counts
    assert sum(1 for _ in FastIterator(str(path), fsspec_args=False, verify_digests=True)) == sum(counts.values())
    return counts


def test_every_kind_of_record_is_read_by_warcio_and_fastwarc(tmp_path):
    every_kind(tmp_path)
    found: dict[str, int] = {}
    for path in tmp_path.glob("*.warc.gz"):
        for kind, count in read_by_others(path).items():
            found[kind] = found.get(kind, 0) + count
    assert found == {"warcinfo": 2, "resource": 1, "conversion": 1, "response": 4, "revisit": 2, "metadata": 1}


def test_others_see_what_a_revisit_refers_to_and_where_a_redirect_leads(tmp_path):
    every_kind(tmp_path)
    (path,) = tmp_path.glob("*-import-*.warc.gz")
    with path.open("rb") as stream:
        seen = [(record.rec_headers, record.http_headers) for record in ArchiveIterator(stream)]
    revisits = [(rec, http) for rec, http in seen if rec.get_header("WARC-Type") == "revisit"]
    assert [rec.get_header("WARC-Refers-To-Date") for rec, _ in revisits] == ["2024-01-01T00:00:00Z"] * 2
    assert [rec.get_header("WARC-Profile").rpartition("/")[2] for rec, _ in revisits] == ["identical-payload-digest", "server-not-modified"]
    assert [http.get_statuscode() for _, http in revisits] == ["200", "304"]
    assert [http.get_header("Location") for _, http in seen if http and http.get_header("Location")] == ["http://a.gov.cn/2"]
    assert [rec.get_header("WARC-Truncated") for rec, _ in seen if rec.get_header("WARC-Truncated")] == ["unspecified"]


def test_a_page_comes_back_byte_for_byte_through_any_of_the_three(tmp_path):
    body = bytes(range(256)) * 40
    with open_writer(tmp_path) as writer:
        writer.add(make_record(body, url="http://a.gov.cn/1", status=200, media_type="application/pdf"))
    (entry,) = read_index(tmp_path).entries
    path = tmp_path / entry.file
    with path.open("rb") as stream:
        theirs = [record.content_stream().read() for record in ArchiveIterator(stream) if record.rec_type == "response"]
    fast = [record.reader.read() for record in FastIterator(str(path), fsspec_args=False) if record.headers["WARC-Type"] == "response"]
    assert theirs == fast == [read_page(tmp_path, entry).body] == [body]


@pytest.mark.fault("S01")
@pytest.mark.parametrize("seed", range(KILLS))
def test_after_a_kill_every_record_that_was_written_is_whole_for_everyone(tmp_path, seed):
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    run = context.Process(target=write_without_end, args=(tmp_path, seed, theirs))
    run.start()
    theirs.close()
    told = [ours.recv()]
    until = time.monotonic() + random.Random(seed).uniform(0, 0.2)
    while time.monotonic() < until:
        told.append(ours.recv())
    run.kill()
    with contextlib.suppress(EOFError):
        while True:
            told.append(ours.recv())
    run.join()
    settle(tmp_path)
    assert not list(tmp_path.glob("*.open"))
    index = read_index(tmp_path)
    assert index.damages == ()
    stored = {(entry.url, len(read_page(tmp_path, entry).body)) for entry in index.entries}
    assert set(told) <= stored
    # The record that was being told of when the kill came may be there as well.
    assert len(stored) <= len(told) + 1
    read = [read_by_others(path) for path in tmp_path.glob("*.warc.gz")]
    assert sum(counts.get("response", 0) for counts in read) == len(stored)
