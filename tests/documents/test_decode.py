"""Which encoding a page is in, whatever it says of itself."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import read_tables
from pipeline.documents.content import DocumentError
from pipeline.documents.decode import clean, decode

#: Cases in which we depart from the browser, with the reason. A browser shows what the page says; we want what it means.
READABLE = ["现行有效件数", "朱镕基", "㐀", "—"]
DEPARTURES = {
    "enc/header_utf8_body_gbk": (READABLE, "the HTTP header lies; the browser shows U+FFFD"),
    "enc/meta_utf8_body_gbk": (READABLE, "the page lies about itself; the browser shows U+FFFD"),
    "enc/no_decl_utf8": (READABLE, "nothing is declared; the browser takes windows-1252 and shows mojibake"),
    "enc/mixed_utf8_gbk": (["规章", "规章"], "a template in UTF-8 with text from a GBK database; the browser shows U+FFFD for the text"),
    "enc/hz": (None, "browsers refuse hz by showing one replacement character; we say so"),
}
IDS = [
    "meta_gb2312_body_gb18030",
    "http_equiv_gb2312",
    "header_gbk_meta_utf8",
    "header_utf8_body_gbk",
    "meta_utf8_body_gbk",
    "no_decl_gbk",
    "no_decl_utf8",
    "bom_utf8_header_gbk",
    "utf16le_bom",
    "meta_utf16_body_utf8",
    "late_meta",
    "meta_utf8_dash_less",
    "meta_unknown",
    "gbk_euro_0x80",
    "gbk_a2e3_euro",
    "gbk_shift",
    "lead_byte_before_lt",
    "lead_byte_eats_backslash",
    "big5_meta",
    "hz",
    "nul_in_text",
    "mixed_utf8_gbk",
]
#: Cases whose bytes hold something that is doubtful in any reading.
DOUBTED = {
    "enc/header_utf8_body_gbk": "encoding.conflict",
    "enc/meta_utf8_body_gbk": "encoding.conflict",
    "enc/gbk_shift": "encoding.mixed",
    "enc/lead_byte_before_lt": "encoding.mixed",
    "enc/lead_byte_eats_backslash": "encoding.mixed",
    "enc/mixed_utf8_gbk": "encoding.mixed",
    "enc/hz": "encoding.refused",
}


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, dict[str, object]]:
    lines = (shared / "tables" / "encodings.jsonl").read_text("utf8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


def test_every_case_is_named_here(cases):
    assert sorted(cases) == sorted(f"enc/{name}" for name in IDS)


@pytest.mark.fault("P13")
@pytest.mark.parametrize("name", IDS)
def test_cells_are_the_browsers_or_depart_with_a_reason(cases, name):
    case = cases[f"enc/{name}"]
    body, wanted = base64.b64decode(case["html_b64"]), DEPARTURES.get(case["id"], (case["cells"], ""))[0]
    if wanted is None:
        with pytest.raises(DocumentError, match="hz-gb-2312"):
            read_tables(body, content_type=case["content_type"])
        return
    grids, _ = read_tables(body, content_type=case["content_type"])
    assert [cell.text for grid in grids for cell in grid.cells] == wanted


@pytest.mark.parametrize("name", IDS)
def test_doubtful_bytes_are_named_and_sound_ones_are_not(cases, name):
    case = cases[f"enc/{name}"]
    codes = [issue.code for issue in decode(base64.b64decode(case["html_b64"]), case["content_type"]).issues]
    wanted = DOUBTED.get(case["id"])
    assert codes == ([wanted] if wanted else [])


WORDS = "政府信息公开 规章 行政许可"


def page(text: str, *, meta: str | None = None, charset: str = "utf-8") -> bytes:
    head = f'<meta charset="{meta}">' if meta else ""
    return f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(charset)


@pytest.mark.fault("P14")
def test_bom_wins_over_header_and_meta():
    body = b"\xef\xbb\xbf" + page(WORDS, meta="gbk")
    decoded = decode(body, "text/html; charset=gb2312")
    assert decoded.charset == "utf-8"
    assert WORDS in (decoded.text or "")
    assert not (decoded.text or "").startswith("\ufeff")


@pytest.mark.fault("P13")
@pytest.mark.parametrize("label", ["gb2312", "GB2312", "gbk", "x-gbk", "gb18030", "GB_2312-80", "chinese", "cp936", "iso-ir-58"])
def test_every_name_for_gbk_means_gb18030(label):
    decoded = decode(page(f"{WORDS} 朱镕基 㐀", meta=label, charset="gb18030"))
    assert (decoded.charset, decoded.issues) == ("gb18030", ())
    assert "朱镕基 㐀" in (decoded.text or "")


@pytest.mark.fault("P14")
def test_page_that_says_gbk_and_is_utf8_is_read_as_utf8():
    decoded = decode(page(WORDS, meta="gb2312"))
    assert WORDS in (decoded.text or "")
    assert [issue.code for issue in decoded.issues] == ["encoding.conflict"]
    assert decoded.issues[0].evidence == "gb18030"


@pytest.mark.fault("P14")
def test_header_wins_over_meta_where_both_decode():
    assert decode(page("规章", meta="utf-8", charset="gbk"), "text/html; charset=GBK").charset == "gb18030"


def test_quotes_and_spaces_in_the_header_do_not_hide_the_charset():
    assert decode(page("规章", charset="gbk"), "text/html;  Charset = 'gb2312'").charset == "gb18030"


@pytest.mark.fault("P14")
@pytest.mark.parametrize("label", ["hz-gb-2312", "iso-2022-cn", "iso-2022-kr", "replacement"])
def test_encodings_that_browsers_refuse_are_refused(label):
    decoded = decode(page("abc", meta=label, charset="ascii"))
    assert decoded.text is None
    assert [issue.code for issue in decoded.issues] == ["encoding.refused"]
    assert label in decoded.issues[0].message


@pytest.mark.parametrize("label", ["rot13", "base64", "hex", "bz2", "zlib", "idna", "punycode", "undefined", "utf-7", "no-such-charset"])
def test_codecs_that_are_no_charset_are_never_called(label):
    decoded = decode(page(WORDS, meta=label))
    assert WORDS in (decoded.text or "")


def test_gbk_text_without_any_declaration():
    decoded = decode(WORDS.encode("gbk"))
    assert (decoded.text, decoded.charset, decoded.issues) == (WORDS, "gb18030", ())


def test_traditional_page_in_big5():
    decoded = decode(page("政府資訊公開 現行有效件數", meta="big5", charset="big5"))
    assert "現行有效件數" in (decoded.text or "")
    assert decoded.issues == ()


def test_xml_declaration_names_the_encoding():
    body = '<?xml version="1.0" encoding="gb2312"?><html><body>规章</body></html>'.encode("gbk")
    assert decode(body).charset == "gb18030"


def test_ascii_pages_say_nothing_of_an_encoding_that_could_be_wrong():
    decoded = decode(page("0 | 0 | 0", meta="gb2312"))
    assert decoded.issues == ()


@pytest.mark.fault("P13")
def test_orphan_lead_byte_never_swallows_the_tag_behind_it():
    body = page("规章X", meta="gbk", charset="gbk").replace(b"X</p>", b"\xd5</p>")
    assert "</p>" in (decode(body).text or "")


@pytest.mark.fault("P14")
@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("政府信息公开 {} 主动公开政府信息情况", "行政规范性文件"),
        ("本年制发件数 {} 现行有效件数", "行政规范性文件"),
    ],
)
def test_mixture_keeps_both_parts_readable_and_is_named(template, text):
    decoded = decode(page(template.format("CUT")).replace(b"CUT", text.encode("gbk")))
    assert template.format(text) in (decoded.text or "")
    assert [issue.code for issue in decoded.issues] == ["encoding.mixed"]


def test_many_bytes_that_are_no_text_are_named():
    decoded = decode(page("规章 CUT").replace(b"CUT", b"\xff\xfe\xfd" * 40))
    assert "encoding.mixed" in [issue.code for issue in decoded.issues]


def test_utf16_without_bom_but_with_meta_is_ascii_compatible():
    assert decode(page("规章", meta="utf-16le")).charset == "utf-8"


@given(
    st.binary(max_size=400), st.sampled_from([None, "text/html", "text/html; charset=gbk", "text/html; charset=utf-8", "a;charset=\x00"])
)
@example(b"\xff\xfe", None)
@example(b"\x80", "text/html; charset=gbk")
@example(b"\x81", "text/html; charset=gb18030")
@example(b"<meta charset=", None)
def test_no_bytes_make_it_raise(body, content_type):
    decoded = decode(body, content_type)
    assert decoded.text is not None or decoded.issues


@given(st.text(alphabet=st.characters(codec="gb18030"), max_size=60), st.sampled_from(["utf-8", "gb18030"]))
def test_text_comes_back_in_the_encoding_that_the_page_names(text, charset):
    told = WORDS + text.replace("<", "").replace("\x00", "")
    assert told in (decode(page(told, meta=charset, charset=charset)).text or "")


@pytest.mark.fault("P15")
def test_control_and_zero_width_characters_are_dropped_and_counted():
    assert clean("1\x00\u200b2\ufeff\x85x\ty") == ("12\x85x\ty", 3)


@pytest.mark.fault("P15")
def test_unicode_line_separators_are_line_breaks():
    assert clean("规章\u20280\u20291") == ("规章\n0\n1", 0)


@pytest.mark.fault("P15")
def test_private_use_characters_stay():
    assert clean("\ue000一") == ("\ue000一", 0)
