"""What belongs to a report: documents in its body, under 附件, in frames and viewers; pictures that may be tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Page
from pipeline.scrapers.attachments import report_attachments

URL = "https://www.example.gov.cn/gk/nb/202401/t20240116_1.html"
FOLDER = "https://www.example.gov.cn/gk/nb/202401/"


def found(body: str, url: str | None = URL) -> list[str]:
    return [one.url for one in report_attachments(Page(f"<html><body>{body}</body></html>".encode(), url=url))]


@pytest.mark.parametrize(
    "container",
    ['id="zoom"', 'class="TRS_Editor"', 'id="UCAP-CONTENT"', 'class="view trs_editor_view"', 'id="ivs_content"', 'class="article-content"'],
)
@pytest.mark.parametrize("suffix", ["pdf", "doc", "docx", "wps", "xls", "xlsx", "ofd", "PDF"])
def test_documents_in_the_body_are_taken_and_those_of_menus_and_footers_are_not(container, suffix):
    page = f"""<div class="nav"><a href="/help.{suffix}">使用帮助</a></div>
    <div {container}><p>见附件</p><p><a href="./P0202401.{suffix}">报告</a></p></div>
    <div class="footer"><a href="/map.{suffix}">网站地图</a></div><div class="list"><a href="/other.{suffix}">其他文件</a></div>"""
    assert found(page) == [f"{FOLDER}P0202401.{suffix}"]


def test_the_request_says_what_the_link_said():
    (one,) = report_attachments(Page(b'<div id="zoom"><a href="a.pdf"> 2023\xe5\xb9\xb4 \n \xe6\x8a\xa5\xe5\x91\x8a </a></div>', url=URL))
    assert (one.kind, one.title, one.parent) == ("attachment", "2023年 报告", URL)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (
            '<a href="/module/download/downfile.jsp?classid=0&amp;filename=2401.docx">报告</a>',
            "https://www.example.gov.cn/module/download/downfile.jsp?classid=0&filename=2401.docx",
        ),
        (
            '<a href="/system/_content/download.jsp?wbfileid=1">2023年报告.doc（1.2MB）</a>',
            "https://www.example.gov.cn/system/_content/download.jsp?wbfileid=1",
        ),
        ('<a href="/attachment/0/599/599288/4804801.pdf#page=2">pdf</a>', "https://www.example.gov.cn/attachment/0/599/599288/4804801.pdf"),
        ('<a href="//files.example.gov.cn/a b.pdf">x</a>', "https://files.example.gov.cn/a b.pdf"),
        ('<iframe src="P1.pdf"></iframe>', f"{FOLDER}P1.pdf"),
        ('<embed src="P1.pdf">', f"{FOLDER}P1.pdf"),
        ('<object data="P1.pdf"></object>', f"{FOLDER}P1.pdf"),
        ('<iframe src="/pdfjs/web/viewer.html?file=/upload/P1.pdf"></iframe>', "https://www.example.gov.cn/upload/P1.pdf"),
    ],
)
def test_documents_behind_scripts_frames_and_viewers(link, address):
    assert found(f'<div id="zoom">{link}</div>') == [address]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="javascript:void(0)">年报.pdf</a>',
        '<a href="mailto:a@b.cn">x.pdf</a>',
        '<a href="1.html">x</a>',
        "<a>x.pdf</a>",
        '<a href="http://[x/a.pdf">x</a>',
        f'<a href="{URL}">本页.doc</a>',
    ],
)
def test_what_leads_to_no_document_is_left(link):
    assert found(f'<div id="zoom">{link}</div>') == []


def test_documents_under_a_heading_for_them_beside_the_body():
    page = """<div id="zoom"><p>正文</p></div><div><p>附件：</p><ul><li><a href="a.docx">年报</a></li></ul></div>
    <div class="article-fj"><a href="b.doc">年报</a></div>"""
    assert found(page) == [f"{FOLDER}a.docx", f"{FOLDER}b.doc"]


def test_without_a_known_body_all_but_the_portal_s_own_parts_counts():
    page = """<header><a href="h.pdf">h</a></header><div class="content9"><a href="a.pdf">年报</a><p><img src="t.jpg"></p></div>
    <img src="banner.jpg"><ul class="menu"><li><a href="m.pdf">m</a></li></ul>"""
    assert found(page) == [f"{FOLDER}a.pdf", f"{FOLDER}t.jpg"]


@pytest.mark.parametrize(
    ("picture", "taken"),
    [
        ('<img src="W02.jpg">', True),
        ('<img src="W02.png" width="900" height="1200">', True),
        ('<img src="W02.png" width="100%">', True),
        ('<img src="W02.png" style="width: 16px; height:16px">', False),
        ('<img src="W02.gif" width="16" height="16">', False),
        ('<img src="W02.png" style="max-width: 100px; width: 640.5px">', True),
        ('<img src="/ueditor/dialogs/attachment/fileTypeImages/icon_pdf.gif">', False),
        ('<img src="data:image/png;base64,AAAA">', False),
        ('<img data-src="/late.jpg" src="data:image/gif;base64,R0">', True),
        ('<img src="/picture/0/240116103512345">', True),
        ('<img src="/images/qrcode.png">', False),
        ('<img src="anim.svg">', False),
    ],
)
def test_pictures_in_the_body_that_may_be_tables(picture, taken):
    assert bool(found(f'<div class="TRS_Editor"><p>{picture}</p></div>')) is taken
    assert found(f'<div class="TRS_Editor">x</div><div>{picture}</div>') == []


def test_a_base_element_counts_and_an_address_comes_once():
    page = '<div id="zoom"><a href="a.pdf">1</a><a href="./a.pdf#x">2</a></div>'
    html = f'<html><head><base href="/files/"></head><body>{page}</body></html>'.encode()
    assert [one.url for one in report_attachments(Page(html, url=URL))] == ["https://www.example.gov.cn/files/a.pdf"]


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7 ...", "彩云镇2023年政府信息公开工作年度报告".encode(), b"<div>" * 40_000])
def test_what_is_no_page_has_no_attachments(body):
    assert report_attachments(Page(body, url=URL)) == ()


def test_a_page_without_an_address_has_none_that_could_be_asked_for():
    assert found('<div id="zoom"><a href="/a.pdf">x</a><a href="https://x.example.com/b.pdf">y</a></div>', None) == [
        "https://x.example.com/b.pdf"
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_looked_through(body):
    assert isinstance(report_attachments(Page(b'<div id="zoom"><a href="a.pdf">' + body, url=URL)), tuple)
