"""The pages that reading is timed on: made-up reports of about 60 kB, as portals and Word exports print them.

Both forms, Word-HTML and clean markup with a portal's furniture around it, UTF-8 and GB18030, each combination equally often. Where the
markup is clean the furniture (menus, styles, scripts, wide attributes on cells) makes nine tenths of the page, as on real ones.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.generator import HtmlFlavour, ReportSpec, random_spec, render_html
from pipeline.generator.html import Charset
from pipeline.generator.spec import FormChoice

#: Bytes of a page, as nearly as whole paragraphs, rules and functions allow.
SIZE = 60_000
FORMS: tuple[FormChoice, ...] = ("2019", "2021")
CHARSETS: tuple[Charset, ...] = ("utf-8", "gb18030")
_CELL = re.compile(r"<td( |>)")
_WORD_SPAN = re.compile(r"(?<=<span style=\")font-family:仿宋;font-size:10\.5pt(?=\")")


@dataclass(frozen=True, slots=True)
class MadePage:
    """One page with what it was made from."""

    spec: ReportSpec
    body: bytes
    word: bool
    charset: Charset


def pages(count: int, seed: int = 1) -> list[bytes]:
    """So many pages; the same seed gives the same bytes. Every eight in a row hold each combination once."""
    return [one.body for one in made_pages(count, seed)]


def made_pages(count: int, seed: int = 1) -> Iterator[MadePage]:
    """The same pages with their truth."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        form, word, charset = FORMS[number % 2], number % 4 >= 2, CHARSETS[number // 4 % 2]
        spec = random_spec(rng, forms=form, figures="consistent")
        yield MadePage(spec, _word_page(spec, rng, charset) if word else _portal_page(spec, rng, charset), word, charset)


def _word_page(spec: ReportSpec, rng: random.Random, charset: Charset) -> bytes:
    """A page as Word saves it. The styles of its runs are shortened, as it is a tenth too large with them."""
    page = render_html(spec, HtmlFlavour(word=True, metadata=True), charset=charset, rng=rng).decode(charset)
    return _WORD_SPAN.sub("font-size:10.5pt", page).encode(charset, "xmlcharrefreplace")


def _portal_page(spec: ReportSpec, rng: random.Random, charset: Charset) -> bytes:
    """Clean tables in the middle of a portal's page."""
    flavour = HtmlFlavour(chrome=True, metadata=True, container="TRS_Editor", header_cells=rng.random() < 0.3)
    page = render_html(spec, flavour, charset=charset, rng=rng).decode(charset)
    page = _CELL.sub(lambda cell: f"<td {_attributes(rng)}{cell[1]}", page)
    head, body = page.split("</head>\n<body>\n")
    page = f"{head}{{styles}}</head>\n<body>\n{_menus(rng)}{body}"
    page = page.replace("</body>", f"{_side(rng)}{_footer()}{{scripts}}</body>")
    lacking = SIZE - len(page.encode(charset, "xmlcharrefreplace"))
    page = page.replace("{styles}", _repeated("style", lacking * 2 // 5), 1).replace("{scripts}", _repeated("script", lacking * 3 // 5), 1)
    return page.encode(charset, "xmlcharrefreplace")


def _attributes(rng: random.Random) -> str:
    """What an editor leaves on a cell."""
    return f'valign="middle" width="{rng.randint(36, 220)}" style="border:1px solid #000;padding:0 7px;word-break:break-all"'


def _menus(rng: random.Random) -> str:
    entries = _site()["entries"]
    columns = []
    for at, menu in enumerate(_site()["menus"]):
        links = "".join(
            f'<li class="sub-item"><a href="/{at}/col{rng.randint(1000, 9999)}/index.html" target="_blank" title="{one}">{one}</a></li>\n'
            for one in rng.sample(entries, 12)
        )
        columns.append(f'<li class="nav-item" id="menu_{at}"><a href="/{at}/">{menu}</a>\n<ul class="sub-nav">\n{links}</ul></li>\n')
    logo = '<div class="logo"><img src="/images/logo.png" alt=""></div>'
    return f'<div class="header">{logo}\n<ul class="nav">\n{"".join(columns)}</ul></div>\n'


def _side(rng: random.Random) -> str:
    sides = "".join(f'<dd><a class="tit" href="/zwgk/{rng.randint(100, 999)}/">{one}</a></dd>\n' for one in _site()["sides"])
    return f'<div class="side"><dl>\n{sides}</dl></div>\n'


def _footer() -> str:
    return '<div class="foot">' + "".join(f"<p><span>{one}</span></p>\n" for one in _site()["footer"]) + "</div>\n"


def _repeated(kind: str, size: int) -> str:
    """Styles or scripts of about so many bytes (they are ASCII)."""
    text = str(_site()[kind])
    times = max(1, round(size / len(text.format(n=10))))
    inside = "".join(text.format(n=10 + number) for number in range(times))
    return f"<{kind}>{inside}</{kind}>\n"


@functools.cache
def _site() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("site.toml").read_text("utf8"))
