"""PDF files that are damaged, encrypted, endless or empty cost no more than themselves."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from io import BytesIO

import pypdfium2
import pytest

from pipeline import limits
from pipeline.documents.content import DocumentError
from pipeline.documents.pdf import read_pdf


def pdf(*contents: bytes, more: Sequence[bytes] = ()) -> bytes:
    """A PDF of pages with these contents, in a font that every program has; ``more`` are objects beside them, from number 100 on."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 100 0 R>>" if more else b"<</Type/Catalog/Pages 2 0 R>>"}
    kids = b" ".join(b"%d 0 R" % (10 + 2 * at) for at in range(len(contents)))
    objects[2] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents))
    objects[3] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    for at, content in enumerate(contents):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>" % (11 + 2 * at)
        objects |= {10 + 2 * at: page, 11 + 2 * at: b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)}
    objects |= {100 + at: one for at, one in enumerate(more)}
    out, places = b"%PDF-1.7\n", {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj%s endobj\n" % (number, content)
    entries = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in places.items())
    return out + b"xref\n0 1\n0000000000 65535 f \n%strailer<</Size 999/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (entries, len(out))


TEXT = b"BT /F 12 Tf 40 200 Td (2023 report 12) Tj ET"


def code_of(body: bytes) -> str:
    with pytest.raises(DocumentError) as refused:
        read_pdf(body)
    assert "\n" not in str(refused.value)
    return refused.value.code


def test_the_file_made_here_is_read():
    assert read_pdf(pdf(TEXT)).items == ["2023 report 12"]


def test_more_pages_than_any_report_has_are_not_begun():
    assert code_of(pdf(*[b""] * (limits.PDF_PAGES + 1))) == "document.too_large"


def test_a_page_of_endless_strokes_or_characters_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "PDF_PAGE_OBJECTS", 200)
    assert code_of(pdf(b"0 0 m 100 100 l S " * 300)) == "document.too_large"
    monkeypatch.setattr(limits, "PDF_PAGE_CHARACTERS", 10)
    assert code_of(pdf(TEXT)) == "document.too_large"


def test_a_file_that_is_no_pdf_inside_is_damaged():
    assert code_of(b"%PDF-1.7\n" + bytes(range(256)) * 20) == "document.damaged"


def test_an_empty_file_is_empty():
    assert code_of(pdf(b"")) == "document.empty"


def test_a_cut_file_is_mended_or_refused_never_a_crash():
    body = pdf(TEXT, TEXT)
    for end in range(40, len(body), 37):
        with contextlib.suppress(DocumentError):
            assert set(read_pdf(body[:end]).items) <= {"2023 report 12"}


def test_an_encrypted_file_is_told():
    """A file that only a password opens; its key is that of no password, so that none fits."""
    locked = pdf(TEXT).replace(
        b"trailer<</Size 999",
        b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"11" * 32 + b">/U<" + b"22" * 32 + b">>>/ID[<00><00>]/Size 999",
    )
    assert code_of(locked) == "document.encrypted"


def test_scripts_and_actions_of_a_file_are_never_run(tmp_path):
    script = b"<</S/JavaScript/JS(app.launchURL('http://127.0.0.1:9/'))>>"
    assert read_pdf(pdf(TEXT, more=[script])).items == ["2023 report 12"]


def test_text_that_is_not_painted_or_as_white_as_paper_is_left_out():
    unseen = b"BT /F 12 Tf 3 Tr 40 100 Td (77) Tj ET BT /F 12 Tf 0 Tr 1 g 40 150 Td (88) Tj ET"
    blocks = read_pdf(pdf(TEXT + b" " + unseen))
    assert blocks.items == ["2023 report 12"]
    assert [issue.code for issue in blocks.issues] == ["text.unseen"]


def test_a_file_with_bytes_before_its_head_is_read():
    assert read_pdf(b"\r\n\r\n" + pdf(TEXT)).items == ["2023 report 12"]


def test_a_damaged_page_leaves_the_others():
    body = pdf(TEXT, TEXT).replace(b"10 0 obj<</Type/Page/", b"10 0 obj<</Type/Bogus ")
    document = pypdfium2.PdfDocument(BytesIO(body))
    assert len(document) == 2
    blocks = read_pdf(body)
    assert "2023 report 12" in blocks.items
