"""The same archive in a local folder, in memory and on an object store; one test for what only the last can do."""

import os

import pytest

from pipeline.archive import BadRecordError, make_record, open_writer, place_of, read_index, read_metadata, read_page, verify
from pipeline.archive.index import INDEX_NAME
from pipeline.archive.places import NoRemoteError, RemoteFolder, below, folder_at, spool_of
from pipeline.archive.store import settle

fsspec = pytest.importorskip("fsspec", reason="needs the extra remote")


@pytest.fixture(params=["local", "memory", "s3"])
def place(request, tmp_path, monkeypatch):
    """Where an archive may lie; empty."""
    monkeypatch.setenv("GONGKAI_SPOOL", str(tmp_path / "spool"))
    if request.param == "local":
        yield tmp_path / "archive"
    elif request.param == "memory":
        yield "memory://reports/archive"
        fsspec.filesystem("memory").store.clear()
    else:
        yield s3_place(request, monkeypatch)


@pytest.fixture
def s3(request, tmp_path, monkeypatch):
    monkeypatch.setenv("GONGKAI_SPOOL", str(tmp_path / "spool"))
    return s3_place(request, monkeypatch)


def s3_place(request, monkeypatch):
    endpoint = request.getfixturevalue("s3_endpoint")
    settings = {"endpoint_url": endpoint, "key": "a", "secret": "b"}
    monkeypatch.setitem(fsspec.config.conf, "s3", settings)
    bucket = f"reports-{os.urandom(4).hex()}"
    fsspec.filesystem("s3").mkdir(bucket)
    return f"s3://{bucket}/archive"


def document(number, **more):
    return make_record(f"<html>document {number}</html>".encode() * 20, url=f"http://a.gov.cn/{number}", media_type="text/html", **more)


def fill(place, *records, **options):
    with open_writer(place, **options) as writer:
        return [writer.add(record) for record in records]


def test_what_was_written_comes_back_wherever_it_lies(place):
    note = make_record(b'{"found": 2}', kind="metadata", name="listing", source="a-county")
    assert fill(place, document(1), document(2, status=200, headers={"ETag": '"1"'}), note) == [True] * 3
    assert fill(place, document(1), document(3)) == [False, True]
    index = read_index(place)
    assert [entry.url[-1] for entry in index.documents] == ["1", "2", "3"]
    assert [read_page(place, entry).body for entry in index.documents] == [document(k).body for k in (1, 2, 3)]
    assert read_metadata(place, index.metadata[0]) == {"found": 2}
    assert verify(place).entries == index.entries
    assert [name[:7] for name in index.files] == ["000001-", "000002-", "000003-"]


def test_files_are_closed_at_their_size(place):
    fill(place, *(document(number) for number in range(5)), max_file_bytes=900)
    index = read_index(place)
    assert len(index.files) > 1
    assert [entry.url[-1] for entry in index.entries] == list("01234")


def test_the_index_is_made_again_where_it_is_missing_or_stale(place):
    fill(place, document(1))
    expected = read_index(place)
    folder_at(place).replace(INDEX_NAME, b"PAR1 nonsense")
    assert read_index(place) == expected
    fill(place, document(2))
    assert len(read_index(place).entries) == 2


def test_a_changed_byte_is_noticed(place):
    fill(place, document(1), document(2))
    first, second = read_index(place).entries
    folder = folder_at(place)
    data = bytearray(folder.read(first.file))
    data[first.offset + first.length // 2] ^= 1
    folder.replace(first.file, bytes(data))
    with pytest.raises(BadRecordError, match=f"{first.file}, offset {first.offset}"):
        read_page(place, first)
    assert read_page(place, second).body == document(2).body
    assert [damage.offset for damage in verify(place).damages] == [first.offset]


def test_a_place_that_is_not_there_holds_nothing(place):
    assert read_index(place).entries == ()
    settle(place)


def test_what_a_killed_run_left_in_the_spool_is_brought_by_the_next(s3):
    fill(s3, document(1))
    spool = spool_of(s3)
    with open_writer(s3) as writer:
        writer.add(document(2))
        (unfinished,) = spool.glob("*.open")
        copy = unfinished.read_bytes()
    assert not list(spool.glob("*.warc.gz*"))
    RemoteFolder(s3)._files.rm(f"{s3}/{unfinished.name.removesuffix('.open')}")
    unfinished.write_bytes(copy + b"\x1f\x8b\x08 torn")
    settle(s3)
    assert [entry.url[-1] for entry in read_index(s3).entries] == ["1", "2"]
    assert not list(spool.glob("*.warc.gz*"))


def test_a_file_that_was_brought_but_not_removed_is_not_brought_twice(s3):
    fill(s3, document(1))
    ((name, _),) = read_index(s3).files.items()
    (spool_of(s3) / name).write_bytes(RemoteFolder(s3).read(name))
    settle(s3)
    assert list(read_index(s3).files) == [name]
    assert not list(spool_of(s3).glob("*.warc.gz"))


def test_two_machines_that_write_at_once_lose_nothing(s3, tmp_path, monkeypatch):
    """Both take the same number and name: the store creates an object once, the second file gets the next number."""
    with open_writer(s3) as ours:
        ours.add(document(1))
        monkeypatch.setenv("GONGKAI_SPOOL", str(tmp_path / "of the other machine"))
        fill(s3, document(2))
        monkeypatch.setenv("GONGKAI_SPOOL", str(tmp_path / "spool"))
    index = read_index(s3)
    assert [name[:6] for name in index.files] == ["000001", "000002"]
    assert sorted(entry.url[-1] for entry in index.entries) == ["1", "2"]
    assert index.damages == ()


def test_an_upload_that_fails_is_done_by_the_next_run(s3, monkeypatch):
    def broken(*_):
        raise OSError("the network is down")

    with monkeypatch.context() as patch:
        patch.setattr(RemoteFolder, "publish", broken)
        with pytest.raises(OSError, match="network"):
            fill(s3, document(1))
    assert read_index(s3).entries == ()
    fill(s3, document(2))
    assert [entry.url[-1] for entry in read_index(s3).entries] == ["1", "2"]


def test_what_a_store_raises_comes_out_as_a_trouble_of_reading(s3, monkeypatch):
    fill(s3, document(1))
    (entry,) = read_index(s3).entries

    def refused(*_, **__):
        raise RuntimeError("Unable to locate credentials")

    monkeypatch.setattr(fsspec.filesystem("s3"), "cat_file", refused)
    with pytest.raises(BadRecordError, match="RuntimeError: Unable to locate credentials"):
        read_page(s3, entry)


def test_places_are_told_apart_by_how_they_are_written(tmp_path):
    assert place_of("s3://bucket/raw") == "s3://bucket/raw"
    assert place_of("data/raw").name == "raw"
    assert place_of(f"file://{tmp_path}") == tmp_path
    assert below("s3://bucket/raw/", "archive") == "s3://bucket/raw/archive"
    assert below(tmp_path, "archive") == tmp_path / "archive"


@pytest.mark.parametrize("url", ["nothing-of-this-kind://x/y", "hdfs-of-nobody://x"])
def test_a_url_of_no_known_kind_is_refused_in_one_line(url):
    with pytest.raises(NoRemoteError, match="cannot be opened"):
        read_index(url)


def test_without_the_extra_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    with pytest.raises(NoRemoteError, match=r"pip install 'gongkai\[remote\]'"):
        read_index("s3://bucket/archive")
