"""Reports of known truth in every medium, in any dress and dialect, with damage on top: ``made(kind, seed)`` is one of them.

Damage is of two kinds. What keeps the meaning (attributes, comments, broken end tags, odd spans, stray characters) must change no
figure; what loses something (a cut, rows gone, rows twice) may cost figures, and none of those that are left may be wrong without a doubt.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import read_report
from pipeline.forms.load import TABLES
from pipeline.generator import (
    KINDS,
    TRAPS,
    ReportSpec,
    flatten,
    random_flavour,
    random_options,
    random_spec,
    render_html,
    trapped,
    truth,
)
from pipeline.generator.dialects import RECOVERABLE
from pipeline.generator.pdf import render_pdf
from pipeline.generator.word import random_word_flavour, render_word
from pipeline.generator.workbook import random_workbook_flavour, render_workbook
from pipeline.model import Report
from tests.accuracy.judge import judge
from tests.fuzz.targets import sound


@dataclass(frozen=True, slots=True)
class Made:
    """A document and what is true of it. ``damages`` names what was done to it."""

    body: bytes
    truth: Mapping[str, Any]
    damages: tuple[str, ...] = ()


Damage = Callable[[bytes, random.Random], bytes]


def made(kind: str, seed: int) -> Made:
    """The document of this kind and seed; the same in every run."""
    rng = random.Random(f"{kind}/{seed}")
    medium, _, damaged = kind.partition("-")
    body, told = _MAKERS[medium](_spec(rng), rng)
    if not damaged:
        return Made(body, told)
    chosen = set(rng.sample(sorted(DAMAGES[medium]), k=min(len(DAMAGES[medium]), rng.choice((1, 1, 2, 3)))))
    for name, damage in DAMAGES[medium].items():
        body = damage(body, rng) if name in chosen else body
    return Made(body, told, tuple(sorted(chosen)))


def check(document: Made) -> Report:
    """Read it; raises ``AssertionError`` where a figure is wrong without a doubt, or the report is not sound."""
    report = read_report(document.body)
    sound(document.body, report)
    notes = judge(document.truth, report).notes
    assert not notes, (document.damages, notes[:5])
    return report


def _spec(rng: random.Random) -> ReportSpec:
    absent = tuple(table for table in TABLES if rng.random() < 0.1)
    spec = random_spec(rng, forms=rng.choice(("2019", "2021", "mix")), figures=rng.choice(KINDS), absent=absent)
    return trapped(spec, rng.sample(TRAPS, 1)) if rng.random() < 0.25 else spec


def _page(spec: ReportSpec, rng: random.Random) -> tuple[bytes, Mapping[str, Any]]:
    return render_html(spec, random_flavour(rng), charset=rng.choice(("utf-8", "gb18030")), rng=rng), truth(spec)


def _text(spec: ReportSpec, rng: random.Random) -> tuple[bytes, Mapping[str, Any]]:
    text = flatten(spec, rng.choice(RECOVERABLE), rng=rng, options=random_options(rng, mixed=rng.random() < 0.2))
    return text.text.encode(), truth(spec, undecidable=text.undecidable, unjudged=text.unjudged)


def _word(spec: ReportSpec, rng: random.Random) -> tuple[bytes, Mapping[str, Any]]:
    return render_word(spec, random_word_flavour(rng), rng=rng), truth(spec)


def _sheets(spec: ReportSpec, rng: random.Random) -> tuple[bytes, Mapping[str, Any]]:
    return render_workbook(spec, random_workbook_flavour(rng), rng=rng), truth(spec)


def _print(spec: ReportSpec, rng: random.Random) -> tuple[bytes, Mapping[str, Any]]:
    return render_pdf(spec), truth(spec)


_MAKERS: Mapping[str, Callable[[ReportSpec, random.Random], tuple[bytes, Mapping[str, Any]]]] = {
    "html": _page,
    "text": _text,
    "docx": _word,
    "xlsx": _sheets,
    "pdf": _print,
}


# -- what damages any bytes


def _cut(body: bytes, rng: random.Random) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


# -- pages: all of it in ASCII bytes, so that it holds in any charset

_TAG = re.compile(rb"<(/?)(t[dhr]|table|p|span|div)\b([^<>]*)>")
_ROW = re.compile(rb"<tr\b(?:(?!<tr\b|<table\b|</table).)*?</tr>", re.S)


def _some_tags(body: bytes, rng: random.Random, change: Callable[[re.Match[bytes]], bytes], share: float = 0.1) -> bytes:
    return _TAG.sub(lambda found: change(found) if rng.random() < share else found[0], body)


def _attributes(body: bytes, rng: random.Random) -> bytes:
    odd = (b' class="a>b"', b" nowrap", b' style="width:12.5%;mso-x:y"', b' data-x="<td>"', b" =x", b" title='\"'")

    def add(found: re.Match[bytes]) -> bytes:
        return found[0] if found[1] else b"<" + found[2] + found[3].rstrip(b"/") + rng.choice(odd) + b">"

    return _some_tags(body, rng, add)


def _case(body: bytes, rng: random.Random) -> bytes:
    return _some_tags(body, rng, lambda found: b"<" + found[1] + found[2].upper() + found[3] + b" >", 0.3)


def _comments(body: bytes, rng: random.Random) -> bytes:
    said = (b"<!-- 12 -->", b"<!--[if gte mso 9]><xml><td>7</td></xml><![endif]-->", b"<!-->", b"<?php 1 ?>", b"<!x>")
    return _some_tags(body, rng, lambda found: rng.choice(said) + found[0] if found[2] in {b"td", b"th", b"tr"} else found[0])


def _stray_ends(body: bytes, rng: random.Random) -> bytes:
    stray = (b"</span>", b"</b>", b"</div>", b"</o:p>", b"</form>", b"</center>")
    return _some_tags(body, rng, lambda found: found[0] + rng.choice(stray), 0.05)


def _lost_ends(body: bytes, rng: random.Random) -> bytes:
    """Ends of cells and rows, which may be left out."""
    return _some_tags(body, rng, lambda found: b"" if found[1] and found[2] in {b"td", b"th", b"tr"} else found[0], 0.3)


def _odd_spans(body: bytes, rng: random.Random) -> bytes:
    odd = (b'"%s"', b"' %s'", b'"+%s"', b'"%sabc"', b'"%s.9"', b'"00%s"', b'"%s%%"')
    return re.sub(rb"(col|row)span=\"?(\d+)\"?", lambda found: found[1] + b"span=" + rng.choice(odd) % found[2], body)


def _stray_bytes(body: bytes, rng: random.Random) -> bytes:
    at = sorted(rng.sample(range(len(body)), k=min(20, len(body))))
    # Only between tags: within a character of two bytes it would be another character.
    return re.sub(rb">(?=\s*<)", lambda found: b">" + (rng.choice((b"\x00", b"\x0b", b"\x7f")) if found.start() in at else b""), body)


def _wrapped(body: bytes, rng: random.Random) -> bytes:
    deep = rng.choice((3, 300, 600))
    return body.replace(b"<body>", b"<body>" + b"<div>" * deep, 1).replace(b"</body>", b"</div>" * deep + b"</body>", 1)


def _lost_rows(body: bytes, rng: random.Random) -> bytes:
    return _ROW.sub(lambda found: b"" if rng.random() < 0.08 and b"rowspan" not in found[0].lower() else found[0], body)


def _twice(body: bytes, rng: random.Random) -> bytes:
    return body + body


def _lines_of(body: bytes, rng: random.Random) -> bytes:
    return body.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n", b"\n \t")))


# -- texts


def _blank_ends(body: bytes, rng: random.Random) -> bytes:
    return b"\n".join(line + (b" " * rng.randint(0, 3) if rng.random() < 0.2 else b"") for line in body.split(b"\n"))


def _zero_width(body: bytes, rng: random.Random) -> bytes:
    text = body.decode()
    for mark in rng.sample("规章许可处罚收费总计公开结转", 4):
        text = text.replace(mark, mark + rng.choice("\u200b\ufeff\u200d\x00"))
    return text.encode()


def _windows(body: bytes, rng: random.Random) -> bytes:
    return body.replace(b"\n", b"\r\n")


def _in_gbk(body: bytes, rng: random.Random) -> bytes:
    return body.decode().encode("gb18030")


# -- Office files


def _changed_part(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The file with its main part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as file, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other:
        for info in file.infolist():
            content = file.read(info)
            other.writestr(info, change(content) if info.filename == "word/document.xml" else content)
    return made.getvalue()


def _rsids(body: bytes, rng: random.Random) -> bytes:
    pattern = re.compile(rb"<w:(p|r|tr)>")
    return _changed_part(body, lambda xml: pattern.sub(lambda found: b'<w:%s w:rsidR="00%06X">' % (found[1], rng.randrange(1 << 24)), xml))


def _marks(body: bytes, rng: random.Random) -> bytes:
    said = (b'<w:bookmarkStart w:id="7" w:name="_Toc"/>', b'<w:proofErr w:type="spellStart"/>', b"<w:r><w:lastRenderedPageBreak/></w:r>")
    pattern = re.compile(rb"(<w:p(?: [^>]*)?>)(?!<w:pPr)")
    return _changed_part(body, lambda xml: pattern.sub(lambda found: found[1] + (rng.choice(said) if rng.random() < 0.2 else b""), xml))


def _lost_word_rows(body: bytes, rng: random.Random) -> bytes:
    pattern = re.compile(rb"<w:tr\b(?:(?!<w:tr\b|<w:tbl>|vMerge).)*?</w:tr>", re.S)
    return _changed_part(body, lambda xml: pattern.sub(lambda found: b"" if rng.random() < 0.08 else found[0], xml))


#: By medium, in the order in which they come to a document: what needs whole text or a whole file is first.
DAMAGES: Mapping[str, Mapping[str, Damage]] = {
    "html": {
        "odd spans": _odd_spans,
        "lost rows": _lost_rows,
        "attributes": _attributes,
        "case": _case,
        "comments": _comments,
        "stray ends": _stray_ends,
        "lost ends": _lost_ends,
        "line ends": _lines_of,
        "stray bytes": _stray_bytes,
        "wrapped": _wrapped,
        "twice": _twice,
        "cut": _cut,
    },
    "text": {"zero width": _zero_width, "blank ends": _blank_ends, "windows": _windows, "in gbk": _in_gbk, "cut": _cut},
    "docx": {"lost rows": _lost_word_rows, "marks": _marks, "rsids": _rsids, "cut": _cut},
    "xlsx": {"cut": _cut},
    "pdf": {"cut": _cut},
}
KINDS_MADE = (*_MAKERS, *(f"{medium}-damaged" for medium in DAMAGES))
