"""What is fuzzed: for each reader a function that takes any bytes and raises ``AssertionError`` where the promise is broken.

The promise for bytes of which nothing is known: no exception but those that the reader declares, and nothing said that the bytes do not
hold. What a whole report must give is checked in ``made.py``, where the truth is known.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from pipeline import read_report, read_tables
from pipeline.archive import Entry
from pipeline.archive.foreign import Foreign, read_warc
from pipeline.archive.index import Damage, scan_file
from pipeline.archive.zipped import BadZipError, read_zip
from pipeline.documents.content import DocumentError
from pipeline.documents.decode import MIXED_SHARE, clean, decode
from pipeline.documents.repair import repair
from pipeline.forms import forms
from pipeline.model import Figure, Report
from pipeline.normalizer.tidy import Readings, add_report
from pipeline.tables.numbers import read_number

HEADERS = (None, "text/html; charset=gb2312", "text/html; charset=utf-8", "text/html; charset=big5", "text/html; charset=hz-gb-2312")
_ENTRY = Entry("0" * 64, None, "fuzz", None, "2024-01-01T00:00:00Z", "fuzz.warc.gz", 0, 1, "resource")
_DIGIT = re.compile(r"\d")
_DOCX_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def decoding(data: bytes) -> None:
    """The first byte picks what the server said, the rest is a page."""
    body = data[1:]
    found = decode(body, HEADERS[data[0] % len(HEADERS)] if data else None)
    if found.text is None:
        assert [issue.level for issue in found.issues] == ["error"]
        return
    found.text.encode("utf-8")
    lost = found.text.count("\ufffd")
    told = {issue.code for issue in found.issues}
    assert lost <= len(found.text) * MIXED_SHARE or "encoding.mixed" in told or body[:2] in {b"\xff\xfe", b"\xfe\xff"} or _has_bom(body)
    text, dropped = clean(found.text)
    assert len(found.text) - len(text) == dropped


def _has_bom(body: bytes) -> bool:
    return body.startswith(b"\xef\xbb\xbf")


def repairing(data: bytes) -> None:
    """Digits are never changed. Full-width ones may be what is left of a character whose bytes were shifted."""
    text = data.decode("utf-8", "replace")
    restored, _ = repair(text)
    assert [char for char in restored if char in "0123456789"] == [char for char in text if char in "0123456789"]
    restored.encode("utf-8")


def numbering(data: bytes) -> None:
    """A number is what the digits of the cell say: all of them, or those before a remark in brackets, or there is none."""
    text = data.decode("utf-8", "replace")
    found = read_number(text)
    assert (found.value is not None) == (found.status == "reported")
    if found.value is None:
        return
    printed = unicodedata.normalize("NFKC", text).replace(",", "")
    told = _digits(f"{Decimal(found.value):f}")
    assert told in _digits(printed), (text, found)
    assert found.remark or told == _digits(printed), (text, found)
    assert found.value >= 0 or any(sign in printed for sign in "-−–减"), (text, found)


def _digits(text: str) -> str:
    """The digits of a text, of any script, as ASCII and without leading zeros."""
    return "".join(str(int(one)) for one in _DIGIT.findall(text)).lstrip("0")


def page(data: bytes) -> None:
    """A page."""
    body = b"<html>" + data
    sound(body, read_report(body))
    try:
        read_tables(body)
    except DocumentError:
        return


def text(data: bytes) -> None:
    """A text with flattened tables."""
    body = data.replace(b"<", b"(")
    sound(body, read_report(body))


def word(data: bytes) -> None:
    """A Word file of which the text part is given, or a file as it is."""
    body = data if data.startswith(b"PK") else word_file(data)
    sound(body, read_report(body))


def word_file(document: bytes) -> bytes:
    """The smallest file that holds this as its text part."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("[Content_Types].xml", _DOCX_TYPES)
        file.writestr("word/document.xml", document)
    return made.getvalue()


def portable(data: bytes) -> None:
    """A PDF."""
    body = data if data.startswith(b"%PDF-1") else b"%PDF-1.4\n" + data
    sound(body, read_report(body))


def archive(data: bytes, folder: Path) -> None:
    """The first byte picks an own file, an own file whose one record is given unpacked, another crawler's, or a zip file."""
    kind, body = (data[0] % 5 if data else 0), data[1:]
    if kind in {1, 3}:
        body = gzip.compress(body, 1, mtime=0)
    if kind <= 1:
        _own(body)
    elif kind <= 3:
        _foreign(body, folder / "fuzz.warc.gz")
    else:
        _zip(body, folder / "fuzz.zip")


def _own(body: bytes) -> None:
    found = list(scan_file("fuzz.warc.gz", body))
    ends = [0]
    for one in found:
        assert one.offset >= ends[-1]
        ends.append(one.offset + one.length)
        assert isinstance(one, Damage) or len(one.sha256) == 64
    assert ends[-1] <= len(body)


def _foreign(body: bytes, path: Path) -> None:
    path.write_bytes(body)
    for one in read_warc(path):
        if isinstance(one, Foreign):
            assert (one.url, one.fetched_at, one.headers, one.name, one.source, one.judgement) is not None
            one.fits_digest()
            hashlib.sha256(one.body)


def _zip(body: bytes, path: Path) -> None:
    path.write_bytes(body)
    try:
        for one in read_zip(path):
            assert (one.body is None) == (one.refused is not None)
            one.name.encode("utf-8", "surrogatepass")
    except BadZipError:
        return


def sound(body: bytes, report: Report) -> None:
    """What holds of every report, whatever it was read from."""
    known = forms().figures
    names = report.figures.figure
    assert len(set(names)) == len(names)
    assert set(names) <= set(known)
    for figure in report.figures:
        _check_figure(figure, report)
    for table, reading in report.tables.items():
        assert reading.state != "missing" or not any(name.startswith(f"{table}.") for name in names)
    for issue in report.issues:
        assert issue.code
        assert issue.message
    readings = Readings()
    add_report(readings, _ENTRY, body, report)
    readings.to_table()


def _check_figure(figure: Figure, report: Report) -> None:
    assert (figure.value is not None) == (figure.status == "reported")
    assert 0 <= figure.table < len(report.grids), figure
    grid = report.grids[figure.table]
    assert 0 <= figure.row < grid.rows, figure
    assert 0 <= figure.column < grid.columns, figure
    if figure.value is None or any(flag.startswith("read.") for flag in figure.flags):
        return
    printed = unicodedata.normalize("NFKC", figure.raw).replace(",", "")
    assert _digits(f"{Decimal(figure.value):f}") in _digits(printed), figure


def targets(folder: Path) -> Mapping[str, Callable[[bytes], None]]:
    """Every target by name. ``folder`` is for files that a reader wants to have on disk."""
    return {
        "decode": decoding,
        "repair": repairing,
        "numbers": numbering,
        "html": page,
        "flattened": text,
        "docx": word,
        "pdf": portable,
        "archive": lambda data: archive(data, folder),
    }


TARGETS = ("decode", "repair", "numbers", "html", "flattened", "docx", "pdf", "archive")
