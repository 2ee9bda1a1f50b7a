"""What an Office file may cost, and what it may make the program do: nothing that no report's file needs."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest

from pipeline import limits, read_report
from pipeline.documents.content import DocumentError
from pipeline.documents.office.package import Package
from pipeline.documents.office.sheets import read_sheets
from pipeline.documents.office.word import read_word
from pipeline.documents.read import read_document
from tests.documents.office.made import cell, number, packed, paragraph, relations, rows, table, text, word, workbook

BODY = paragraph("一、总体情况") + table(cell("规章") + cell("3"))
SHEET = rows(text("A1", "规章") + number("B1", "3"))


def code_of(read, body: bytes) -> str:
    with pytest.raises(DocumentError) as refused:
        read(body)
    assert "\n" not in str(refused.value)
    return refused.value.code


def test_a_part_that_grows_a_thousand_times_is_refused():
    assert code_of(read_word, word(paragraph("0" * 3_000_000))) == "document.too_large"
    assert code_of(read_sheets, workbook({"a": SHEET}, {"xl/media/image1.png": b"\0" * 3_000_000})) == "document.too_large"


def test_a_part_of_many_like_rows_is_none_of_these():
    assert read_word(word(table(*[cell("规章") + cell(str(number)) for number in range(2_000)]))).grids[0].rows == 2_000


def test_the_size_that_a_file_names_is_not_believed(monkeypatch):
    """Both records of a part say 10 bytes; what comes out is counted."""
    monkeypatch.setattr(limits, "PACKAGE_BYTES", 50_000)
    body = bytearray(word(BODY, {"word/styles.xml": "<a>" + "".join(map(str, range(30_000))) + "</a>"}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = 0
        while (at := body.find(mark, at)) >= 0:
            body[at + offset : at + offset + 4] = struct.pack("<I", 10)
            at += 4
    with pytest.raises(DocumentError):
        Package(bytes(body)).part("word/styles.xml")


def test_all_parts_together_have_a_limit(monkeypatch):
    monkeypatch.setattr(limits, "PACKAGE_BYTES", 100_000)
    noise = {f"xl/part{number}.bin": bytes(range(256)) * 100 for number in range(5)}
    assert code_of(read_sheets, workbook({"a": SHEET}, noise)) == "document.too_large"


@pytest.mark.parametrize("read", [read_word, read_sheets])
def test_a_thousand_and_one_parts_are_too_many(read):
    parts = {f"word/{number}.bin": b"" for number in range(limits.PACKAGE_PARTS)}
    body = word(BODY, parts) if read is read_word else workbook({"a": SHEET}, parts)
    assert code_of(read, body) == "document.too_large"


DOCTYPES = [
    '<!DOCTYPE x [<!ENTITY leak SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("declared", DOCTYPES)
def test_a_document_type_is_refused_in_any_part(declared, encoding):
    whole = zipfile.ZipFile(BytesIO(word(paragraph("&leak;")))).read("word/document.xml").decode()
    told = f'<?xml version="1.0" encoding="{encoding}"?>{declared}{whole}'.encode(encoding)
    assert code_of(read_word, word("", {"word/document.xml": told})) == "document.refused"
    inside = f'<?xml version="1.0" encoding="{encoding}"?>{declared}<sst/>'.encode(encoding)
    assert code_of(read_sheets, workbook({"a": SHEET}, {"xl/sharedStrings.xml": inside})) == "document.refused"


def test_what_lies_outside_of_the_file_is_never_asked_for(monkeypatch):
    import socket

    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("the network was asked"))
    outside = relations(("r9", "styles", "http://127.0.0.1:9/styles.xml"), ("r8", "image", "file:///etc/hostname"), outside=True)
    body = word(BODY + '<w:altChunk r:id="r9"/>', {"word/_rels/document.xml.rels": outside})
    blocks = read_word(body)
    assert [grid.cells[1].text for grid in blocks.grids] == ["3"]
    assert Package(body).related("word/document.xml") == {}


def test_a_main_part_outside_of_the_file_is_not_followed():
    started = relations(("r1", "officeDocument", "http://127.0.0.1:9/document.xml"), outside=True)
    assert read_word(word(BODY, {"_rels/.rels": started})).grids


def test_names_of_parts_are_never_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parts = {"../../escaped.xml": "<a/>", "word/../../escaped.bin": b"x", "C:\\escaped": b"x"}
    assert read_word(word(BODY, parts)).grids
    assert list(tmp_path.iterdir()) == []


def test_macros_lie_there_unread():
    blocks = read_word(word(BODY, {"word/vbaProject.bin": b"Sub AutoOpen()", "word/vbaData.xml": "<!DOCTYPE x><x/>"}))
    assert [cell.text for cell in blocks.grids[0].cells] == ["规章", "3"]


def test_an_archive_in_an_archive_is_not_opened():
    inner = packed({"bomb": b"\0" * 50_000_000})
    assert read_word(word(BODY, {"word/embeddings/inner.zip": inner})).grids


def test_a_cell_at_the_end_of_a_sheet_asks_for_no_gigabytes():
    far = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
    blocks = read_sheets(workbook({"a": far, "b": SHEET}))
    assert [issue.code for issue in blocks.issues] == ["table.span_bomb"]
    assert len(blocks.grids) == 1


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_cut_file_is_damaged(share):
    body = word(BODY, {"word/styles.xml": "<a/>"})
    assert code_of(read_document, body[: int(len(body) * share)]) == "document.damaged"


def test_a_part_that_is_damaged_is_told():
    body = bytearray(word(paragraph("".join(chr(0x4E00 + number) for number in range(3_000)))))
    at = body.find(b"word/document.xml") + 400
    body[at : at + 40] = bytes(40)
    assert code_of(read_word, bytes(body)) == "document.damaged"


def test_an_encrypted_part_is_told():
    body = bytearray(word(BODY))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := body.find(mark, at)) >= 0:
            body[at + offset] |= 1
            at += 4
    assert code_of(read_word, bytes(body)) == "document.encrypted"


def test_a_refused_file_is_a_report_with_the_reason():
    report = read_report(word("", {"word/document.xml": "<!DOCTYPE x><x/>"}))
    assert not report.figures
    assert [issue.code for issue in report.issues if issue.level == "error"][:1] == ["document.refused"]
