"""Older Word files go through LibreOffice: absent, hanging, broken, and kept from what a stranger's file asks for."""

from __future__ import annotations

import socketserver
import threading
from pathlib import Path

import pytest

from pipeline import limits
from pipeline.documents.content import DocumentError
from pipeline.documents.media import medium_of
from pipeline.documents.office import legacy
from pipeline.documents.office.legacy import read_older_word
from tests.debian import need_debian
from tests.documents.office.made import cell, paragraph, relations, table, word
from tests.documents.printers import convert

RTF = b"{\\rtf1\\ansi text\\par}"


def program(folder: Path, monkeypatch, script: str) -> None:
    """A program in LibreOffice's place."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf8")
    path.chmod(0o755)
    monkeypatch.setattr(legacy.shutil, "which", lambda name: str(path) if name == "soffice" else None)


def test_without_libreoffice_the_reason_is_told(monkeypatch):
    monkeypatch.setattr(legacy.shutil, "which", lambda name: None)
    with pytest.raises(DocumentError, match=r"LibreOffice, which is not installed.*apt-get install") as refused:
        read_older_word(RTF)
    assert refused.value.code == "medium.unsupported"


def test_a_program_that_hangs_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    program(tmp_path, monkeypatch, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setattr(limits, "CONVERSION_SECONDS", 1)
    with pytest.raises(DocumentError) as refused:
        read_older_word(RTF)
    assert refused.value.code == "document.timeout"
    child = (tmp_path / "child").read_text().strip()
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_a_program_that_makes_nothing_leaves_a_damaged_document(tmp_path, monkeypatch):
    program(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(DocumentError) as refused:
        read_older_word(RTF)
    assert refused.value.code == "document.damaged"


def test_every_call_has_a_profile_of_its_own_that_forbids_macros(tmp_path, monkeypatch):
    log = tmp_path / "log"
    program(
        tmp_path,
        monkeypatch,
        f'for one; do case "$one" in -env:*) echo "$one" >> {log}; cat "${{one#*file://}}"/user/*.xcu >> {log}; echo >> {log};; esac; done',
    )
    for _ in range(2):
        with pytest.raises(DocumentError):
            read_older_word(RTF)
    told = log.read_text("utf8")
    profiles = [line for line in told.splitlines() if line.startswith("-env:")]
    assert len(set(profiles)) == 2
    assert told.count('oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value>') == 2


@pytest.fixture(scope="module")
def linked(tmp_path_factory) -> tuple[bytes, list[str]]:
    """A .doc with a table and a picture that lies on a server; the addresses that the server was asked for since."""
    need_debian("libreoffice-writer-nogui")
    asked: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(str(self.rfile.readline()))
            self.wfile.write(b"HTTP/1.0 404 Not Found\r\n\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path_factory.mktemp("linked")
    (folder / "linked.docx").write_bytes(_with_picture(f"http://127.0.0.1:{server.server_address[1]}/linked.png"))
    (made,) = convert([folder / "linked.docx"], "doc", folder)
    assert asked, "the program that saves the file asks for its picture: the trap is one"
    asked.clear()
    return made.read_bytes(), asked


_A, _PIC = "http://schemas.openxmlformats.org/drawingml/2006/main", "http://schemas.openxmlformats.org/drawingml/2006/picture"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def _with_picture(address: str) -> bytes:
    shape = '<a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/>'
    inner = (
        f'<pic:pic xmlns:pic="{_PIC}"><pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:link="r9"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>{shape}</pic:spPr></pic:pic>'
    )
    drawing = (
        f'<w:drawing><wp:inline xmlns:wp="{_WP}" xmlns:a="{_A}"><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="x"/>'
        f'<a:graphic><a:graphicData uri="{_PIC}">{inner}</a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    grid = table(cell("规章") + cell("3")).replace(
        "<w:tbl>", '<w:tbl><w:tblGrid><w:gridCol w:w="3000"/><w:gridCol w:w="3000"/></w:tblGrid>'
    )
    parts = {
        "[Content_Types].xml": kinds,
        "word/_rels/document.xml.rels": relations(("r9", "image", address), outside=True),
    }
    return word(paragraph("一、总体情况") + grid + f"<w:p><w:r>{drawing}</w:r></w:p>", parts)


def test_a_linked_picture_is_not_fetched(linked):
    body, asked = linked
    assert medium_of(body) == "doc"
    blocks = read_older_word(body)
    assert [one.text for one in blocks.grids[0].cells] == ["规章", "3"]
    assert asked == []
