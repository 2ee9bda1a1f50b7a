"""A cheap test of bytes: may this page hold a report? It says no in microseconds, and never to a report.

What a page says is looked for without parsing it. With all ASCII bytes dropped (markup, digits, blanks, readings in brackets) there remain
the Chinese characters in their order, also where markup or white space stands within a word. Labels of the tables are counted in them.
Where too few are found, lines that are headings of a report's sections are counted. The words are declared in ``sift.toml``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.documents.decode import decode
from pipeline.documents.repair.characters import converter

#: So much is found in no page that is not about the tables of a report: a label counts 1, the heading of a section 2.
FEWEST = 4
HEADING = 2
_LONGEST_HEADING, _MOST_PLACES = 40, 50
# How far before a word its line, or its number, may begin: in characters of a page with its markup, and without ASCII.
_BEFORE_MARKUP, _BEFORE_LETTERS = 1_000, 30
_ASCII = bytes(range(128))
# Ampersands are kept at first: without them a page has no entities, and need not be gone through for them.
_ASCII_BUT_AMPERSANDS = _ASCII.replace(b"&", b"")
# A page in UTF-8 may hold a few broken characters, up to a tenth; one in another charset read as UTF-8 has more.
_MOST_DAMAGED = 20
# A page that Word wrote names its font in every run, hundreds of times; others name it in a few paragraphs and cut no words.
_MANY_RUNS = 20
# What stands between two characters that are written as entities, and the fewest of them that can make a report's words.
_ENTITIES, _FEWEST_ENTITIES = b";&#", 20
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_TEXT = ("text/", "application/xhtml", "application/xml", "application/json", "application/x-ndjson", "application/octet-stream")
_ENTITY = re.compile(rb"&#(?:([0-9]{4,7})|[xX]([0-9A-Fa-f]{3,6}));?")
_BREAK = re.compile(r"</?(?:p|div|br|h[1-6]|li|tr|td|th|table|section|center|title|ul|ol|dd|dt|hr|body)\b[^<>]*>", re.I)
_MARKUP = re.compile(r"<[^<>]*>|&[a-z]{2,8};|[(（][a-zA-Zà-öø-ǜü ]{1,8}[)）]|[ \t\u3000\xa0]+", re.I)
_LINE_ENDS = re.compile(r"[\r\n|]+")
_HALF_BEFORE, _HALF_AFTER = re.compile(r"^[^<>]*>"), re.compile(r"<[^<>]*$")
_BLANKS = ("\u3000", "\xa0", "\u200b", "\ufeff")
# Of traditional characters, and of letters with tones: every report that has such characters has some of these.
_SIGNS = "開處請議訟規況數項āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü"
# Charsets of Chinese that are neither UTF-8 nor GB18030.
_OTHER_CHARSETS = (b"big5", b"utf-16")
# Every piece of a report has one of these: 政府, 行政, or 第二十条.
_ONE_OF = "政条條"


def may_hold_report(body: bytes, content_type: str | None = None) -> bool:
    """Whether these bytes may be a report. Of PDF, Office files and pictures the bytes tell nothing: they may.

    >>> may_hold_report("<h1>行政复议</h1> 结果维持 结果纠正 其他结果 尚未审结 总计 未经复议直接起诉".encode())
    True
    >>> may_hold_report("<p>政府信息公开年度报告发布会</p>".encode("gbk"), "text/html; charset=gbk")
    False
    """
    if _tells_nothing(body, content_type):
        return True
    plain, text = body.translate(None, _ASCII_BUT_AMPERSANDS), None
    entities = plain.count(b"&") >= _FEWEST_ENTITIES and _ENTITIES in body
    plain = plain.replace(b"&", b"")
    letters = plain.decode("utf-8", "replace")
    if letters.count("\ufffd") > min(_MOST_DAMAGED, len(letters) // 10):
        if not _worth_decoding(body, plain, content_type):
            return False
        text = decode(body, content_type).text or ""
        letters = _letters(text)
    if entities:
        text = _ENTITY.sub(_character, (text or body.decode("utf-8", "replace")).encode("utf-8", "replace")).decode("utf-8", "replace")
        letters = _letters(text)
    if not any(map(letters.__contains__, _ONE_OF)):
        return False
    letters = _joined(letters)
    found = set(_any_word().findall(letters))
    labels = len(found & _labels())
    if labels >= FEWEST:
        return True
    if labels + HEADING * sum(not found.isdisjoint(words) for words, _, _ in _sections()) < FEWEST:
        return False
    text = body.decode("utf-8", "replace") if text is None else text
    return labels + HEADING * _headings(letters, _simplified(text)) >= FEWEST


def _tells_nothing(body: bytes, content_type: str | None) -> bool:
    media_type = (content_type or "text/").lstrip().lower()
    return body.startswith(_MAGIC) or not media_type.startswith(_TEXT)


def _worth_decoding(body: bytes, plain: bytes, content_type: str | None) -> bool:
    """Whether bytes that are not UTF-8, or not all, have a character that every report has."""
    # ASCII bytes are dropped from the text, so from its characters too: in GBK they are second halves of some.
    if any(char.encode(charset).translate(None, _ASCII) in plain for charset in ("gbk", "utf-8") for char in _ONE_OF):
        return True
    declared = (body[:65_536] + (content_type or "").encode("utf-8", "replace")).lower()
    return body.startswith((b"\xff\xfe", b"\xfe\xff")) or any(one in declared for one in _OTHER_CHARSETS)


def _letters(text: str) -> str:
    return text.encode("utf-8", "replace").translate(None, _ASCII).decode("utf-8", "replace")


def _character(entity: re.Match[bytes]) -> bytes:
    code = int(entity[1]) if entity[1] else int(entity[2], 16)
    return chr(code).encode("utf-8", "replace") if code <= 0x10FFFF else b""


def _joined(letters: str) -> str:
    """The letters in simplified script, without what may stand between those of one word."""
    for blank in _BLANKS:
        letters = letters.replace(blank, "")
    for sign, fonts in _words()["fonts"].items():
        if letters.count(sign) >= _MANY_RUNS:
            for font in fonts:
                letters = letters.replace(font, "")
    return _simplified(letters)


def _simplified(letters: str) -> str:
    """The text in simplified characters and without the letters of readings that are not ASCII."""
    if any(map(letters.__contains__, _SIGNS)):
        return letters.translate(_simple_characters())
    return letters


@functools.cache
def _simple_characters() -> dict[int, str | None]:
    """Characters with a simplified form → that form; letters of readings → none."""
    every = [chr(code) for code in range(0x4E00, 0xA000)]
    forms = str(converter("t2s").convert("\n".join(every))).split("\n")
    words = _words()
    wanted = set(words["number"]).union(*words["labels"], *(section["heading"] for section in words["section"]))
    wanted = wanted.union(*(word for section in words["section"] for word in section["words"]))
    simple: dict[int, str | None] = {ord(char): form for char, form in zip(every, forms, strict=True) if char != form and form in wanted}
    return simple | dict.fromkeys(range(0xC0, 0x250))


def _headings(letters: str, text: str) -> int:
    """How many sections have their heading in a line of its own; or, where nothing stands in lines of its own, with its number."""
    own, numbered, whole = 0, 0, None
    for every_word, line_pattern, number_pattern in _sections():
        words = [word for word in every_word if word in letters]
        places = [at for word in words for at in _places(word, letters)]
        numbered += any(number_pattern.search(letters, max(0, at - _BEFORE_LETTERS), at + _BEFORE_LETTERS) for at in places)
        lines = [_line_around(text, at) for word in words for at in _places(word, text)]
        if places and not lines:
            # Markup stands within the words.
            whole = whole or _plain(text)
            lines = [_line_around(whole, at) for word in words for at in _places(word, whole)]
        own += any(len(line) <= _LONGEST_HEADING and line_pattern.match(line) is not None for line in lines)
    return max(own, numbered - 1)


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word stands; of a page that repeats it without end, the first places."""
    at = text.find(word)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at
        at = text.find(word, at + 1)


def _line_around(text: str, at: int) -> str:
    """The line of a page that holds the place ``at``, without markup."""
    before = _plain(_HALF_BEFORE.sub("", text[max(0, at - _BEFORE_MARKUP) : at])).rpartition("\n")[2]
    after = _plain(_HALF_AFTER.sub("", text[at : at + _LONGEST_HEADING * 8])).partition("\n")[0]
    return before + after


def _plain(text: str) -> str:
    """A page's text in lines."""
    return _LINE_ENDS.sub("\n", _MARKUP.sub("", _BREAK.sub("\n", text)))


@functools.cache
def _any_word() -> re.Pattern[str]:
    """A label or a word of a heading: one pass with all of them takes a third of the time of one for each."""
    return re.compile(_branches([*_words()["labels"], *(word for section in _words()["section"] for word in section["words"])]))


def _branches(words: Iterable[str]) -> str:
    """A pattern for any of the words that looks at each beginning once.

    >>> _branches(["结转下年", "结果维持", "结果纠正"])
    '结(?:转下年|果(?:维持|纠正))'
    """
    ends: dict[str, list[str]] = {}
    for word in words:
        ends.setdefault(word[0], []).append(word[1:])
    return "|".join(first + (rest[0] if len(rest) == 1 else f"(?:{_branches(rest)})") for first, rest in ends.items())


@functools.cache
def _labels() -> frozenset[str]:
    return frozenset(_words()["labels"])


@functools.cache
def _sections() -> list[tuple[list[str], re.Pattern[str], re.Pattern[str]]]:
    """For each section its words, a pattern for a line that begins with its heading, and one for its heading behind its number."""
    number = _words()["number"]
    return [
        (one["words"], re.compile(f"{number}(?:{one['heading']})"), re.compile(f"[二三四五六七八][、．]?{number}(?:{one['heading']})"))
        for one in _words()["section"]
    ]


@functools.cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("sift.toml").read_text("utf8"))
