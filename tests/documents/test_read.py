"""Bytes → Document: what is no document is refused with a word on what to do; what is one comes whole."""

from __future__ import annotations

import functools
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import limits, read_report
from pipeline.documents.content import DocumentError
from pipeline.documents.read import read_document

#: Without the time, so that the ids of parameters are the same in every process.
PACK = functools.partial(gzip.compress, mtime=0)

TEXT = "彩云镇2023年政府信息公开工作年度报告\n二、主动公开政府信息情况\n规章 | 0 | 0 | 0 |\n"
HEADER = "<tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数"
HTML = f"<html><body><p>二、主动公开政府信息情况</p><table>{HEADER}<tr><td>规章<td>4<td>5<td>6</table></body></html>"
#: What is said of a cut file whose reader may not be installed.
READ_BY_AN_EXTRA = ("document.damaged", "extra.missing", "medium.unsupported")
REFUSED = {
    "empty": (b"", "document.empty"),
    "white space": (b" \r\n\t \n" * 50, "document.empty"),
    "NUL": (b"\x00" * 500, "document.binary"),
    "executable": (b"\x7fELF\x02\x01\x01" + b"\x00\x03\x01" * 400, "document.binary"),
    "gzip": (PACK(HTML.encode()), "medium.unsupported"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", READ_BY_AN_EXTRA),
    "cut zip": (b"PK\x03\x04\x14\x00\x06\x00", "document.damaged"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, READ_BY_AN_EXTRA),
    "png": (b"\x89PNG\r\n\x1a\n", READ_BY_AN_EXTRA),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", READ_BY_AN_EXTRA),
    "gif": (b"GIF89a\x01\x00", READ_BY_AN_EXTRA),
    "hz": (b'<meta charset="hz-gb-2312">~{<:Ky2;~}', "encoding.refused"),
    "too deep": (b"<div>" * 50_000 + HTML.encode(), "document.too_deep"),
    "too many attributes": (b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">" + HTML.encode(), "document.too_deep"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_holds_no_document_is_refused_with_its_code(kind):
    body, code = REFUSED[kind]
    with pytest.raises(DocumentError) as refused:
        read_document(body)
    assert refused.value.code in ((code,) if isinstance(code, str) else code)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", REFUSED)
def test_report_of_what_holds_no_document_is_one_error_and_nothing_invented(kind):
    body, code = REFUSED[kind]
    report = read_report(body, name="x.html")
    assert report.document.medium == "none"
    assert len(report.issues) == 1
    assert report.issues[0].code in ((code,) if isinstance(code, str) else code)
    assert len(report.figures) == 0
    assert {reading.state for reading in report.tables.values()} == {"missing"}


@pytest.mark.fault("P06")
def test_page_above_the_limit_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(limits, "BODY_BYTES", 100)
    with pytest.raises(DocumentError, match="MB") as refused:
        read_document(HTML.encode())
    assert refused.value.code == "document.too_large"


def test_text_and_html_are_told_apart_by_their_content():
    assert read_document(TEXT.encode()).medium == "text"
    assert read_document(HTML.encode(), name="report.txt").medium == "html"


def test_text_that_quotes_an_angle_bracket_stays_text():
    assert read_document((TEXT + "< 5 件\n").encode()).medium == "text"


def test_fragment_of_a_page_is_html():
    assert read_document("<table><tr><td>规章<td>0</table>".encode()).medium == "html"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(line_end):
    lines = [line for line in read_document(TEXT.replace("\n", line_end).encode()).lines if line]
    assert lines == TEXT.strip().split("\n")


def test_control_characters_are_dropped_and_noted():
    document = read_document((TEXT * 9).encode().replace(b"| 0 |", b"|\x000\xe2\x80\x8b |", 1))
    assert [issue.code for issue in document.issues if issue.code.startswith("text.")] == ["text.control_characters"]
    assert not any("\x00" in line or "\u200b" in line for line in document.lines)


@pytest.mark.fault("P15")
@pytest.mark.parametrize("character", ["\x00", "\u200b", "\ufeff", "\x1b"])
def test_control_characters_inside_a_cell_do_not_change_its_figure(character):
    body = ("<p>政府信息公开工作年度报告</p>" * 20 + HTML.replace("<td>4", f"<td>{character}4{character}")).encode()
    figures = {figure.figure: figure.value for figure in read_report(body).figures}
    assert list(figures.values()) == [4, 5, 6]


def test_header_of_the_server_decides_between_encodings():
    assert read_document(HTML.encode("gbk"), content_type="text/html; charset=gb2312").charset == "gb18030"


def test_sections_title_unit_and_year_come_with_the_document():
    document = read_document(TEXT.encode(), name="page.txt")
    assert (document.unit_name, document.report_year) == ("彩云镇", 2023)
    assert list(document.sections) == [2]


@given(st.binary(max_size=300))
def test_no_bytes_make_a_report_raise(body):
    report = read_report(body, name="x")
    assert report.document.medium in {"none", "text", "html"}


@given(st.text(max_size=300))
def test_no_text_makes_a_report_raise(text):
    read_report(text.encode("utf-8", "surrogatepass"))
