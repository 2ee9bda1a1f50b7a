"""The archive on disk: written once, found again, whole after every kind of unclean end."""

import os
import resource
import signal
from contextlib import contextmanager

import pytest

from pipeline.archive import BadRecordError, LockHeldError, locked, make_record, open_writer, read_index, read_page, verify
from pipeline.archive.index import INDEX_NAME
from pipeline.archive.store import settle


def document(number, url=None):
    return make_record(f"<html>document {number}</html>".encode() * 20, url=url, name=f"{number}.html", media_type="text/html")


def fill(folder, *records, **options):
    with open_writer(folder, **options) as writer:
        return [writer.add(record) for record in records]


def test_pages_come_back_with_what_is_known_of_them(tmp_path):
    fill(tmp_path, document(1, "http://a.gov.cn/1.html"), document(2))
    first, second = read_index(tmp_path).entries
    page = read_page(tmp_path, first)
    assert (page.body, page.url, page.name, page.content_type) == (document(1).body, "http://a.gov.cn/1.html", "1.html", "text/html")
    assert page.sha256 == document(1).sha256
    assert read_page(tmp_path, second).url is None


def test_bytes_from_the_same_address_are_not_written_twice(tmp_path):
    assert fill(tmp_path, document(1), document(1), document(1, "http://a.gov.cn/")) == [True, False, True]
    assert fill(tmp_path, document(1), document(1, "http://a.gov.cn/")) == [False, False]
    assert [path.name[:14] for path in tmp_path.glob("*.warc*")] == ["000001-import-"]


def test_files_are_closed_at_their_size_and_numbered_in_the_order_of_writing(tmp_path):
    fill(tmp_path, *(document(k) for k in range(5)), max_file_bytes=900)
    names = [entry.file for entry in read_index(tmp_path).entries]
    assert names == sorted(names)
    assert len(set(names)) > 1
    assert not list(tmp_path.glob("*.open"))


def test_the_index_is_rebuilt_when_it_is_absent_damaged_or_stale(tmp_path):
    fill(tmp_path, document(1))
    expected = read_index(tmp_path)
    (tmp_path / INDEX_NAME).unlink()
    assert read_index(tmp_path) == expected
    (tmp_path / INDEX_NAME).write_bytes(b"PAR1 nonsense")
    assert read_index(tmp_path) == expected
    fill(tmp_path, document(2))
    assert len(read_index(tmp_path).entries) == 2


@pytest.mark.fault("S06")
def test_a_flipped_byte_is_an_error_with_file_and_offset_and_costs_only_its_record(tmp_path):
    fill(tmp_path, *(document(k) for k in range(3)))
    entries = read_index(tmp_path).entries
    path = tmp_path / entries[1].file
    data = bytearray(path.read_bytes())
    data[entries[1].offset + entries[1].length // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadRecordError, match=f"{entries[1].file}, offset {entries[1].offset}"):
        read_page(tmp_path, entries[1])
    assert read_page(tmp_path, entries[2]).body == document(2).body
    damages = verify(tmp_path).damages
    assert [(one.file, one.offset) for one in damages] == [(entries[1].file, entries[1].offset)]


@pytest.mark.fault("S06")
def test_a_cut_file_names_its_last_record(tmp_path):
    fill(tmp_path, *(document(k) for k in range(3)))
    last = read_index(tmp_path).entries[-1]
    os.truncate(tmp_path / last.file, last.offset + last.length - 100)
    index = read_index(tmp_path)
    assert len(index.entries) == 2
    assert [one.offset for one in index.damages] == [last.offset]


@pytest.mark.fault("S01")
def test_what_a_killed_run_left_open_is_closed_without_its_torn_end(tmp_path, caplog):
    fill(tmp_path, *(document(k) for k in range(3)))
    (path,) = tmp_path.glob("*.warc.gz")
    left = path.rename(path.with_name(path.name + ".open"))
    os.truncate(left, left.stat().st_size - 30)
    settle(tmp_path)
    assert "torn record" in caplog.text
    assert len(read_index(tmp_path).entries) == 2
    assert not read_index(tmp_path).damages
    fill(tmp_path, document(2), document(9))
    assert [entry.file[:6] for entry in read_index(tmp_path).entries] == ["000001", "000001", "000002", "000002"]


def test_files_being_written_are_not_read(tmp_path):
    with open_writer(tmp_path) as writer:
        writer.add(document(1))
        assert list(tmp_path.glob("*.open"))
        settle(tmp_path)
        assert read_index(tmp_path).entries == ()
    assert len(read_index(tmp_path).entries) == 1


@pytest.mark.fault("S02")
def test_a_full_disk_keeps_the_records_that_were_whole(tmp_path):
    """The kernel writes a part of the record and then refuses: what follows once there is room again is readable."""
    with open_writer(tmp_path) as writer:
        writer.add(document(1))
        (file,) = tmp_path.glob("*.open")
        with no_more_than(file.stat().st_size + 10), pytest.raises(OSError, match="File too large"):
            writer.add(document(2))
        writer.add(document(3))
    index = read_index(tmp_path)
    assert ([entry.name for entry in index.entries], index.damages) == (["1.html", "3.html"], ())


@contextmanager
def no_more_than(size):
    """Files may not grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.fault("S04")
def test_the_second_writer_is_told_who_is_writing(tmp_path):
    with locked(tmp_path), pytest.raises(LockHeldError, match=rf"process {os.getpid()}, since 20"), open_writer(tmp_path):
        pass
