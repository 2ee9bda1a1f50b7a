"""Documents made to do harm, of every kind and medium: what tests of single faults and whole hostile batches are made of."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from pipeline import limits
from pipeline.generator import make_spec
from pipeline.generator.word import render_word
from tests.fuzz.targets import word_file

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEXT = "<w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body>"
CELL = b"<table><tr><td>1</td></tr></table>"


def with_parts(body: bytes, **parts: bytes) -> bytes:
    """The Office file with parts changed or added; ``__`` in a name stands for a slash, ``_xml`` and ``_bin`` for suffixes."""
    made = io.BytesIO()
    changed = {name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): content for name, content in parts.items()}
    with zipfile.ZipFile(io.BytesIO(body)) as file, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other:
        for name in file.namelist():
            if name not in changed:
                other.writestr(name, file.read(name))
        for name, content in changed.items():
            other.writestr(name, content)
    return made.getvalue()


def lying(body: bytes, name: bytes, size: int) -> bytes:
    """The file with another unpacked size stated for a part, in both of its heads."""
    found = bytearray(body)
    for magic, head, offset in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        start = 0
        while (at := found.find(magic, start)) >= 0:
            if found[at + head : at + head + len(name)] == name:
                found[at + offset : at + offset + 4] = struct.pack("<I", size)
            start = at + 4
    return bytes(found)


def word() -> bytes:
    """A Word file with one figure."""
    return render_word(make_spec({"applications.new_received.total": 12}, forms={"applications": "2021"}), rng=random.Random(1))


def word_bomb() -> bytes:
    """A Word file whose text unpacks to 50 MB of blanks."""
    return with_parts(word(), word__document_xml=f"<w:document {W}>{TEXT.format(' ' * 50_000_000)}</w:document>".encode())


def with_entity(entity: str, encoding: str = "utf-8") -> bytes:
    """A Word file whose text declares an entity and names it."""
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    head = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a {entity}>]>'
    return word_file(marks.get(encoding, b"") + f"{head}<w:document {W}>{TEXT.format('&a;')}</w:document>".encode(encoding))


def laughs() -> bytes:
    """A Word file whose entities unfold to a thousand million."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return word_file(f'<!DOCTYPE d [<!ENTITY l0 "ha">{levels}]><w:document {W}>{TEXT.format("&l9;")}</w:document>'.encode())


def pdf(pages: int, extra: bytes = b"") -> bytes:
    """Empty pages, and more in the catalogue."""
    kids = b" ".join(b"%d 0 R" % (3 + n) for n in range(pages))
    parts = [b"<</Type/Catalog/Pages 2 0 R %s>>" % extra, b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)]
    parts += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]>>"] * pages
    body, places = io.BytesIO(), []
    body.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        places.append(body.tell())
        body.write(b"%d 0 obj%sendobj\n" % (number, part))
    at = body.tell()
    body.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places))
    body.write(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, at))
    return body.getvalue()


def pdf_bomb() -> bytes:
    """A page whose content is 200 MB of blanks, packed twice."""
    packed = zlib.compress(zlib.compress(b" " * 200_000_000, 9), 9)
    body = pdf(1).replace(b"/MediaBox[0 0 300 100]", b"/MediaBox[0 0 300 100]/Contents 9 0 R")
    return body + b"9 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(packed) + packed + b"\nendstream endobj\n"


def picture_bomb() -> bytes:
    """A PNG that says it has 60,000 × 60,000 pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(7_501 * 2_000), 9)) + chunk(b"IEND", b"")


def _attributes() -> bytes:
    return b"<p " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">" + CELL


def _many_parts() -> bytes:
    return with_parts(word(), **{f"word__media__{number}_bin": b"" for number in range(limits.PACKAGE_PARTS + 1)})


#: Kind → one document of it. None of them is a report; what may be read of one is nothing.
HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "spans": lambda: b"<table><tr><td rowspan=65534 colspan=1000>1</td></tr></table>",
    "many spans": lambda: b"<table>" + b"<tr><td colspan=1000>1" * 5_000 + b"</table>",
    "attributes": _attributes,
    "deep": lambda: b"<div>" * 50_000 + CELL,
    "formatting": lambda: b"<b>" * 9_000 + CELL,
    "nested tables": lambda: b"<table><tr><td>" * 20_000,
    "foster parents": lambda: b"<html>" + b"<i><table>" * 5_000,
    "long comment": lambda: b"<html><!--" + b"x" * 21_000_000,
    "number": lambda: b"<table><tr><td>" + b"1," * 500_000,
    "label": lambda: "（一".encode() * 300_000,
    "damaged run": lambda: "?！⒑９氐?，".encode() * 50_000,
    "controls": lambda: bytes(range(32)) * 2_000,
    "hz": lambda: b'<meta charset="hz-gb-2312">' + b"~{<:Ky2;~}" * 100,
    "empty": lambda: b" \n",
    "word bomb": word_bomb,
    "word lies": lambda: lying(word_bomb(), b"word/document.xml", 1_000),
    "word parts": _many_parts,
    "word entity": lambda: with_entity('SYSTEM "file:///etc/passwd"'),
    "word laughs": laughs,
    "word deep": lambda: word_file(f"<w:document {W}>".encode() + b"<w:p>" * 30_000),
    "word cut": lambda: word()[:-300],
    "zip in zip": lambda: with_parts(word(), word__document_xml=b"PK\x03\x04" * 100),
    "sheet cut": lambda: b"PK\x03\x04xl/workbook.xml" * 10,
    "pdf pages": lambda: pdf(5_000),
    "pdf bomb": pdf_bomb,
    "pdf cut": lambda: pdf(30)[:300],
    "pdf in a circle": lambda: pdf(1).replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
    "picture bomb": picture_bomb,
    "picture cut": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200),
    "gzip": lambda: b"\x1f\x8b\x08\x00" + bytes(50),
    "executable": lambda: b"\x7fELF\x02\x01\x01" + b"\x00\x03\x01" * 400,
}
