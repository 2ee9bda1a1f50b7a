"""Zip files of saved pages: names as they were meant, and no entry may cost more than it can be worth."""

import os
import struct
import zipfile
from io import BytesIO

import pytest

from pipeline.archive import zipped
from pipeline.archive.zipped import BadZipError, read_zip

PAGE = "<p>年报</p>".encode()


def zip_of(entries, compression=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, body in entries.items():
            file.writestr(name, body)
    return out.getvalue()


def read(tmp_path, data, **options):
    path = tmp_path / "pages.zip"
    path.write_bytes(data)
    return list(read_zip(path, **options))


def with_raw_name(data, raw, stand_in):
    """The zip file with the bytes of an entry's name replaced, and without the flag that says UTF-8."""
    assert len(raw) == len(stand_in)
    data = bytearray(data.replace(stand_in, raw))
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(magic) + at
        data[place : place + 2] = struct.pack("<H", struct.unpack_from("<H", data, place)[0] & ~0x800)
    return bytes(data)


@pytest.mark.fault("D05")
def test_entries_come_in_order_with_their_names(tmp_path):
    found = read(tmp_path, zip_of({"b/年报.html": PAGE, "a.html": PAGE * 2, "b/": b"", ".hidden/x.html": PAGE, "__MACOSX/a.html": PAGE}))
    assert [(one.name, one.body) for one in found] == [("b/年报.html", PAGE), ("a.html", PAGE * 2)]


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_names_without_a_charset_are_read_as_they_were_meant(tmp_path, charset):
    # 乗 has a backslash for its second half in GBK.
    raw = "政府信息公开\\2023年乗.html".encode(charset)
    (one,) = read(tmp_path, with_raw_name(zip_of({"x" * len(raw): PAGE}), raw, b"x" * len(raw)))
    assert (one.name, one.body) == ("政府信息公开/2023年乗.html", PAGE)


def test_a_name_that_is_no_text_at_all_is_still_a_name(tmp_path):
    raw = b"\xff\xfe\x81.html"
    (one,) = read(tmp_path, with_raw_name(zip_of({"x" * len(raw): PAGE}), raw, b"x" * len(raw)))
    assert one.body == PAGE
    assert one.name.endswith(".html")


@pytest.mark.fault("D01")
def test_encrypted_entries_and_archives_within_are_refused_and_cost_only_themselves(tmp_path):
    data = bytearray(
        zip_of({"secret.html": PAGE, "inner.zip": zip_of({"a.html": PAGE}), "good.html": PAGE, "more.rar": b"x", "empty.html": b""})
    )
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(magic) + at] |= 1
    reasons = {one.name: one.refused for one in read(tmp_path, bytes(data))}
    assert reasons == {
        "secret.html": "it is encrypted",
        "inner.zip": "an archive within an archive is not opened; unpack it first",
        "good.html": None,
        "more.rar": "an archive within an archive is not opened; unpack it first",
        "empty.html": "the file is empty",
    }


@pytest.mark.fault("D01")
def test_an_entry_that_inflates_without_measure_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "RATIO_COUNTS_FROM", 100_000)
    bomb, good = read(tmp_path, zip_of({"bomb.html": bytes(50_000_000), "good.html": PAGE}))
    assert "more than 200 times" in bomb.refused
    assert good.body == PAGE


def test_a_large_entry_is_refused_and_the_next_one_read(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "MAX_ENTRY_BYTES", 100_000)
    large, good = read(tmp_path, zip_of({"large.html": os.urandom(100_001), "good.html": PAGE}))
    assert large.refused == "it has more than 100000 bytes"
    assert good.body == PAGE


@pytest.mark.fault("D01")
def test_entries_that_are_too_much_together_end_it(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "MAX_BYTES", 250_000)
    found = []
    path = tmp_path / "pages.zip"
    path.write_bytes(zip_of({f"{k}.html": os.urandom(100_000) for k in range(5)}))
    with pytest.raises(BadZipError, match="together"):
        found.extend(one.name for one in read_zip(path))


@pytest.mark.fault("D01")
def test_sizes_are_counted_and_not_believed(tmp_path):
    """A header that says 10 bytes of an entry of 200,000: what comes out does not fit its checksum."""
    data = zip_of({"lies.html": b"a" * 200_000, "good.html": PAGE})
    lies, good = read(tmp_path, data.replace(struct.pack("<I", 200_000), struct.pack("<I", 10)))
    assert "cannot be unpacked" in lies.refused
    assert good.body == PAGE


def test_a_changed_byte_costs_only_its_entry(tmp_path):
    data = bytearray(zip_of({"a.html": os.urandom(5000), "b.html": PAGE}))
    data[2000] ^= 1
    damaged, good = read(tmp_path, bytes(data))
    assert "cannot be unpacked" in damaged.refused
    assert good.body == PAGE


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"<html>" * 100])
def test_what_is_no_zip_file_is_told(tmp_path, data):
    with pytest.raises(BadZipError, match="not a zip file"):
        read(tmp_path, data)


def test_a_zip_file_without_entries_holds_nothing(tmp_path):
    assert read(tmp_path, zip_of({})) == []


def test_a_list_of_entries_that_would_fill_the_memory_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "MAX_ENTRIES", 3)
    with pytest.raises(BadZipError, match="more than 3 entries"):
        read(tmp_path, zip_of({f"{k}.html": PAGE for k in range(4)}))
    monkeypatch.setattr(zipped, "MAX_ENTRIES", 4)
    assert len(read(tmp_path, zip_of({f"{k}.html": PAGE for k in range(4)}))) == 4


def test_entries_that_nobody_wants_are_not_unpacked(tmp_path):
    found = read(tmp_path, zip_of({"a.html": PAGE, "b.css": PAGE}), wanted=lambda name: name.endswith(".html"))
    assert [(one.name, one.body) for one in found] == [("a.html", PAGE), ("b.css", None)]
