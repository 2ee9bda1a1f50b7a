"""Bytes → text: which encoding a page is in, whatever it says of itself.

Candidates are BOM > HTTP header > meta > strict UTF-8 > GB18030; a BOM decides, among the others the one with the fewest replacement
characters and the most labels of the form. gb2312 and gbk mean GB18030, as in browsers. The doubt is returned as issues.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pipeline.model import Issue

#: Above this share of replacement characters the text is a mixture of encodings or no text.
MIXED_SHARE = 0.001
_META = re.compile(rb"<meta[^>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{1,40})", re.I)
_XML = re.compile(rb"^\s{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_.:-]{1,40})", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_GB = frozenset(
    {"gb2312", "gb_2312-80", "gb_2312", "gbk", "x-gbk", "gb18030", "chinese", "csgb2312", "iso-ir-58", "cp936", "ms936", "windows-936"}
)
_REFUSED = frozenset({"hz-gb-2312", "iso-2022-cn", "iso-2022-cn-ext", "iso-2022-kr", "replacement"})
#: A template in UTF-8 filled with text from a GBK database.
_MIXTURE = "utf-8+gb18030"
#: Words every report has, in simplified and traditional script: they tell readable text from mojibake.
_WORDS = ("公开", "公開", "政府", "信息", "行政", "情况", "情況", "数量", "數量", "规章", "規章")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
#: The Encoding Standard's encodings by the names of Python's codecs; no other codec is a page's charset (undefined, idna, utf-7 …).
_CHARSETS = frozenset(
    "utf-8 gb18030 big5hkscs cp866 koi8-r koi8-u mac-roman mac-cyrillic cp874 cp932 cp949 euc_jp euc_kr iso2022_jp shift_jis utf-16-le"
    " utf-16-be iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15"
    " iso8859-16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258".split(" ")
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200c\u200d\u2060\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, the encoding it was read in, and what was doubtful about it. ``text`` is None where the encoding is refused."""

    text: str | None
    charset: str
    issues: tuple[Issue, ...] = ()


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page. Never raises."""
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(charset, "replace"), charset)
    declared = _declared(body, content_type)
    if declared and declared[0] in _REFUSED:
        message = f"the page declares the encoding {declared[0]}, which browsers refuse too; save it as UTF-8"
        return Decoded(None, declared[0], (Issue("error", "encoding.refused", message),))
    return _best(body, declared)


def _best(body: bytes, declared: list[str]) -> Decoded:
    quick = _strict(body, declared[0] if declared else "utf-8")
    if quick is not None and (quick.isascii() or _agrees(body, declared)):
        return Decoded(quick, declared[0] if declared else "utf-8")
    candidates = list(dict.fromkeys([*declared, "utf-8", "gb18030", _MIXTURE]))
    texts = {charset: _lenient(body, charset) for charset in candidates}
    chosen = min(candidates, key=lambda charset: _badness(texts[charset], candidates.index(charset)))
    text = texts[chosen]
    issues: list[Issue] = []
    if declared and chosen not in (declared[0], _MIXTURE):
        issues.append(Issue("warning", "encoding.conflict", f"declared as {declared[0]}, readable as {chosen}", evidence=declared[0]))
    if chosen == _MIXTURE or _share(text) > MIXED_SHARE:
        issues.append(
            Issue("warning", "encoding.mixed", "the page mixes encodings or holds bytes that are no text; look at the figures' raw text")
        )
    return Decoded(text, chosen, tuple(issues))


def _agrees(body: bytes, declared: list[str]) -> bool:
    # UTF-8 that decodes strictly is UTF-8; a page declared GBK may still be UTF-8, so the declaration alone does not settle it.
    return not declared or declared[0] == "utf-8" or (_strict(body, "utf-8") is None and len(set(declared)) == 1)


def _badness(text: str, order: int) -> tuple[float, int, int]:
    return (round(_share(text), 3), -_words(text), order)


def _share(text: str) -> float:
    # Private-use characters are what UTF-8 read as GB18030 falls into; a page of its own has hardly any.
    return (text.count("\ufffd") + len(_PRIVATE.findall(text))) / max(len(text), 1)


def _words(text: str) -> int:
    return sum(text.count(word) for word in _WORDS)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Encodings that the page names, the HTTP header's first, as names of codecs."""
    names: list[str] = []
    if content_type and (found := _HEADER.search(content_type)):
        names.append(found[1])
    head = body[:65_536]
    for pattern in (_META, _XML):
        if in_page := pattern.search(head):
            name = in_page[1].decode("ascii")
            # A meta element that could be read as ASCII is not UTF-16, whatever it says.
            names.append("utf-8" if name.lower().startswith("utf-16") else name)
            break
    return [codec for name in names if (codec := _codec(name))]


def _codec(label: str) -> str | None:
    name = label.strip().lower()
    if name in _GB:
        return "gb18030"
    if name in _REFUSED:
        return name
    if name in {"iso-8859-1", "latin1", "ascii", "us-ascii"}:
        return "cp1252"
    if name in {"big5", "big5-hkscs", "x-x-big5", "cn-big5"}:
        return "big5hkscs"
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return found if found in _CHARSETS else None


def _strict(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except UnicodeDecodeError:
        return None


def _lenient(body: bytes, charset: str) -> str:
    if charset == _MIXTURE:
        return body.decode("utf-8", "gongkai-mixed")
    return body.decode(charset, "gongkai-whatwg" if charset == "gb18030" else "replace")


def _whatwg_gb18030(error: UnicodeError) -> tuple[str, int]:
    """The Encoding Standard's reading of what Python's codec refuses: 0x80 is the euro sign, an ASCII byte is never swallowed."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    lead = error.object[error.start]
    if lead == 0x80:
        return "€", error.start + 1
    trail = error.object[error.start + 1 : error.start + 2]
    swallow = lead != 0xFF and trail >= b"\x80"
    return "\ufffd", error.start + (2 if swallow else 1)


def _gbk_inside_utf8(error: UnicodeError) -> tuple[str, int]:
    """A run of bytes that is no UTF-8, read as GB18030: a UTF-8 template filled with text from a GBK database."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    body, end = error.object, error.start
    while end < len(body) and body[end] >= 0x80:
        end += 2 if end + 1 < len(body) and body[end + 1] >= 0x40 else 1
    return _lenient(bytes(body[error.start : end]), "gb18030"), end


def _shows_no_control(text: str, body: bytes, charset: str) -> bool:
    """Whether a page holds none of the characters that ``clean`` looks for. Searching for one by one is many times as fast.

    Those of ASCII are looked for in the bytes, those of C1 by what their bytes begin with in UTF-8 and in GB18030.
    """
    may_hold_c1 = _MAY_HOLD_C1.get(charset)
    if may_hold_c1 is None or may_hold_c1.search(body) is not None:
        return False
    return len(body.translate(None, _CONTROL_BYTES)) == len(body) and not any(map(text.__contains__, _WIDE_CONTROLS))


_CONTROL_BYTES = bytes((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_MAY_HOLD_C1 = {"utf-8": re.compile(rb"\xc2[\x80-\x84\x86-\x9f]"), "gb18030": re.compile(rb"\x81\x30")}
_WIDE_CONTROLS = "\u200b\u200c\u200d\u2060\u2028\u2029\ufeff\ufffe\uffff"


codecs.register_error("gongkai-whatwg", _whatwg_gb18030)
codecs.register_error("gongkai-mixed", _gbk_inside_utf8)


def clean(text: str, body: bytes | None = None, charset: str = "") -> tuple[str, int]:
    """The text without control and zero-width characters, Unicode line separators as line breaks; and how many were dropped.

    The ``body`` that it was decoded from may tell much faster that there are none: nearly every page has none.
    """
    if body is not None and _shows_no_control(text, body, charset):
        return text, 0
    cleaned, dropped = _CONTROL.subn("", text)
    return cleaned.replace("\u2028", "\n").replace("\u2029", "\n"), dropped
