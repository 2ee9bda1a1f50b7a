"""A made-up report as a web page, in the flavours that portals and Word exports give to it.

Whatever the flavour, a browser shows the same figures as the spec prints: damage is of the markup, never of the text. What is shown but
unclear belongs to the traps of the spec.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from pipeline.forms import forms
from pipeline.forms.layout import REVIEW, Sheet, SheetCell
from pipeline.generator.spec import TABLES, ReportSpec
from pipeline.generator.variants import TableVariant, header_height, random_variant, report_sheets, split_at, vary
from pipeline.generator.wording import wording

Charset = Literal["utf-8", "gb18030"]
Container = Literal["none", "UCAP-CONTENT", "TRS_Editor", "trs_editor_view", "zoom", "ivs_content", "article-content"]
CONTAINERS: tuple[Container, ...] = ("none", "UCAP-CONTENT", "TRS_Editor", "trs_editor_view", "zoom", "ivs_content", "article-content")
_IDS = frozenset({"UCAP-CONTENT", "zoom", "ivs_content"})
_BLANKS = ("&nbsp;", "", "<p></p>", "&#12288;", "<p>&nbsp;</p>", "<br>", " ")


@dataclass(frozen=True, slots=True)
class HtmlFlavour:
    """How the page is marked up; each departure can be combined with every other.

    ``unclosed``: end tags are missing, of rows and cells or of tables. ``overshoot``: the label of all results spans into the row below.
    ``hidden``: a display:none cell in some rows. ``breaks``: header words broken by <br>. ``split``: a table in two, as by a page break,
    the second with its header again or without. ``pictures``: pictures in place of the tables. ``container`` holds the body;
    ``meta_charset`` is what the page says of itself, ``None`` where it says nothing.
    """

    word: bool = False
    chrome: bool = False
    layout_tables: int = 0
    form_inside: bool = False
    unclosed: Literal["no", "cells", "tables"] = "no"
    overshoot: bool = False
    sections: bool = False
    header_cells: bool = False
    hidden: bool = False
    breaks: bool = False
    pictures: bool = False
    split: Literal["none", "headless", "headed"] = "none"
    blank: str | None = None
    container: Container = "none"
    metadata: bool = False
    meta_charset: str | None = "utf-8"
    variant: TableVariant = field(default_factory=TableVariant)


def random_flavour(rng: random.Random, chance: float = 0.25) -> HtmlFlavour:
    """A flavour in which each departure comes with the given chance; never pictures, as they hold no figures."""

    def maybe() -> bool:
        return rng.random() < chance

    return HtmlFlavour(
        word=maybe(),
        chrome=maybe(),
        layout_tables=rng.randint(1, 3) if maybe() else 0,
        form_inside=maybe(),
        unclosed=rng.choice(("cells", "tables")) if maybe() else "no",
        overshoot=maybe(),
        sections=maybe(),
        header_cells=maybe(),
        hidden=maybe(),
        breaks=maybe(),
        split=rng.choice(("headless", "headed")) if maybe() else "none",
        blank=rng.choice((None, *_BLANKS)),
        container=rng.choice(CONTAINERS),
        metadata=maybe(),
        meta_charset=rng.choice(("utf-8", "gb2312", "gbk", None)),
        variant=random_variant(rng, chance / 2),
    )


def render_html(spec: ReportSpec, flavour: HtmlFlavour | None = None, *, charset: Charset = "utf-8", rng: random.Random) -> bytes:
    """The page as bytes. A character that the charset lacks becomes a numeric reference.

    A page in GB18030 that names another charset names gb2312 or gbk, as such pages do; one in UTF-8 names UTF-8 or nothing.
    """
    chosen = flavour or HtmlFlavour()
    body = "\n".join(_report(spec, chosen, rng))
    if chosen.container != "none":
        name = "id" if chosen.container in _IDS else "class"
        body = f'<div {name}="{chosen.container}">\n{body}\n</div>'
    for depth in range(chosen.layout_tables):
        body = _layout_table(body, spec, depth)
    if chosen.chrome:
        body = _chrome(spec, "before", rng) + body + _chrome(spec, "after", rng)
    page = (
        f"<!DOCTYPE html>\n<html{_namespaces(chosen)}>\n<head>\n{_head(spec, chosen, charset)}\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    return page.encode(charset, "xmlcharrefreplace")


def _namespaces(flavour: HtmlFlavour) -> str:
    return ' xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"' if flavour.word else ""


def _head(spec: ReportSpec, flavour: HtmlFlavour, charset: Charset) -> str:
    lines = [f"<title>{escape(spec.title)}</title>"]
    named = "utf-8" if charset == "utf-8" else "gb2312" if flavour.meta_charset == "utf-8" else flavour.meta_charset
    if flavour.meta_charset:
        lines.insert(0, f'<meta http-equiv="Content-Type" content="text/html; charset={named}">')
    if flavour.metadata:
        facts = {
            "ArticleTitle": spec.title,
            "PubDate": spec.published_on,
            "ContentSource": spec.unit_name,
            "ColumnName": "政府信息公开年报",
        }
        lines += [f'<meta name="{name}" content="{escape(value)}">' for name, value in facts.items()]
    return "\n".join([*lines, _WORD_STYLES] if flavour.word else lines)


def _report(spec: ReportSpec, flavour: HtmlFlavour, rng: random.Random) -> Iterator[str]:
    """Title, metadata block and the six sections."""
    yield f"<h1>{escape(spec.title)}</h1>"
    if flavour.metadata:
        facts = (
            ("索引号", f"00{spec.report_year}-{rng.randint(1, 99999):05d}"),
            ("发布机构", spec.unit_name),
            ("发布日期", spec.published_on),
        )
        yield "<div class='xxgk_info'>" + "".join(f"<span>{name}：{escape(value)}</span>" for name, value in facts) + "</div>"
    headings = wording()["sections"]
    yield from _paragraphs(spec.sections[0], flavour, rng)
    yield from _paragraphs(f"{headings['1']}\n{spec.sections[1]}", flavour, rng)
    sheets = report_sheets(spec)
    for table in TABLES:
        declared = forms().tables[table]
        yield from _paragraphs(f"{declared.number}、{declared.heading_zh}", flavour, rng)
        if table in sheets and flavour.pictures:
            yield f'<p style="text-align:center"><img src="./W0{spec.report_year}{declared.number}.png" alt=""></p>'
        elif table in sheets:
            yield from _tables(vary(sheets[table], flavour.variant, spec), flavour, rng)
    for number in (5, 6):
        yield from _paragraphs(f"{headings[str(number)]}\n{spec.sections[number]}", flavour, rng)


def _paragraphs(text: str, flavour: HtmlFlavour, rng: random.Random) -> Iterator[str]:
    for line in text.split("\n"):
        yield _word_paragraph(line, rng) if flavour.word else f"<p>{escape(line)}</p>"


def _tables(sheet: Sheet, flavour: HtmlFlavour, rng: random.Random) -> Iterator[str]:
    """The table, or the two halves of it with a little between them."""
    top = header_height(sheet)
    if flavour.split == "none" or sheet.table == REVIEW or sheet.rows - top < 3:
        yield _table(sheet, flavour, rng)
        return
    row = rng.randint(top + 1, sheet.rows - 1)
    for part in split_at(sheet, row, repeat_header=top if flavour.split == "headed" else 0):
        yield _table(part, flavour, rng)


def _table(sheet: Sheet, flavour: HtmlFlavour, rng: random.Random) -> str:
    """One table element. A form element right inside it is dropped by a browser, and missing end tags are supplied."""
    rows = [_row(line, flavour, rng) for line in sheet.by_row()]
    if flavour.sections:
        head = header_height(sheet) if any(one.role == "value" for one in sheet.cells) and sheet.table != "proactive_disclosure" else 0
        rows = [*(["<thead>", *rows[:head], "</thead>"] if head else []), "<tbody>", *rows[head:], "</tbody>"]
    if flavour.form_inside:
        rows = ['<form name="report" action="#" method="post">', '<input type="hidden" name="id" value="7">', *rows, "</form>"]
    css = ' class="MsoNormalTable" style="border-collapse:collapse;mso-padding-alt:0cm 5.4pt 0cm 5.4pt"' if flavour.word else ""
    # Where the end tag is missing, what follows is laid before the table, and the next table ends it.
    end = [] if flavour.unclosed == "tables" else ["</table>"]
    return "\n".join([f'<table border="1" cellspacing="0" cellpadding="0" align="center"{css}>', *rows, *end])


def _row(line: list[SheetCell], flavour: HtmlFlavour, rng: random.Random) -> str:
    cells = [_cell(one, flavour, rng) for one in line]
    if flavour.hidden and rng.random() < 0.3:
        cells.insert(rng.randint(0, len(cells)), '<td style="display:none">99</td>')
    return f"<tr>{''.join(cells)}{'' if flavour.unclosed == 'cells' else '</tr>'}"


def _cell(cell: SheetCell, flavour: HtmlFlavour, rng: random.Random) -> str:
    spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    rowspan = cell.rowspan + 2 if flavour.overshoot and cell.role == "group" and cell.column == 0 else cell.rowspan
    spans += f' rowspan="{rowspan}"' if rowspan > 1 else ""
    tag = "th" if flavour.header_cells and cell.role in {"header", "corner", "article"} else "td"
    css = f' width="{rng.randint(36, 220)}" style="border:1pt solid windowtext"'
    end = "" if flavour.unclosed == "cells" else f"</{tag}>"
    return f"<{tag}{spans}{css if flavour.word else ''}>{_content(cell, flavour, rng)}{end}"


def _content(cell: SheetCell, flavour: HtmlFlavour, rng: random.Random) -> str:
    if not cell.text:
        return flavour.blank if flavour.blank is not None else rng.choice(_BLANKS)
    text = cell.text
    if flavour.breaks and cell.role == "header" and "\n" not in text and 4 <= len(text) <= 8:
        text = f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}"
    if flavour.word:
        return _word_paragraph(text, rng)
    return escape(text).replace("\n", "<br>").replace("\u00a0", "&nbsp;")


def _word_paragraph(text: str, rng: random.Random) -> str:
    """A paragraph as Word saves it: the text in runs that begin in the middle of words and of numbers, inline, so that they read as one."""
    runs = "".join(_WORD_RUN.format(escape(part).replace("\n", "<br>").replace("\u00a0", "&nbsp;")) for part in _runs(text, rng))
    note = "<!--[if !supportMisalignedColumns]--><!--[endif]-->" if rng.random() < 0.1 else ""
    end = '<span style="font-size:10.5pt"><o:p></o:p></span>' if rng.random() < 0.4 else "<o:p></o:p>"
    return f'<p class="MsoNormal" style="text-align:center">{note}{runs}{end}</p>'


def _runs(text: str, rng: random.Random) -> list[str]:
    """The text cut at up to two places. A cut does not separate white space at an edge, which a browser would drop."""
    places = [at for at in range(1, len(text)) if not text[at].isspace() and not text[at - 1].isspace()]
    cuts = [0, *sorted(rng.sample(places, min(len(places), rng.randint(0, 2 if len(text) > 4 else 1)))), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(cuts)]


def _layout_table(body: str, spec: ReportSpec, depth: int) -> str:
    """The body in the middle cell of a table that lays the page out."""
    names = wording()["chrome"]["navigation"]
    left = "".join(f"<tr><td><a href='#'>{name}</a></td></tr>" for name in names)
    return (
        f"<table width='100%' border='0' id='layout{depth}'><tr><td colspan='2'>{escape(spec.unit_name)}门户网站</td></tr>"
        f"<tr><td width='160'><table border='0'>{left}</table></td><td>{body}</td></tr></table>"
    )


def _chrome(spec: ReportSpec, place: str, rng: random.Random) -> str:
    """Navigation, breadcrumbs and footer around the report."""
    facts = {"unit": spec.unit_name, "year": spec.report_year, "before": spec.report_year - 1, "published": spec.published_on}
    lines = [escape(line.format(serial=f"{rng.randint(1, 99999):05d}", **facts)) for line in wording()["chrome"][place]]
    if place == "before":
        links = "".join(f"<li><a href='/{at}/'>{name}</a></li>" for at, name in enumerate(wording()["chrome"]["navigation"]))
        return f"<div class='nav'><ul>{links}</ul></div>\n" + "".join(f"<div class='crumb'>{line}</div>\n" for line in lines)
    return "\n<div class='footer'>" + "".join(f"<p>{line}</p>" for line in lines) + "<script>var visits = 0;</script></div>"


_WORD_RUN = '<span style="font-family:仿宋;font-size:10.5pt">{}</span>'
_WORD_STYLES = """<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml><![endif]-->
<style><!--
p.MsoNormal{mso-style-name:正文;margin:0pt;mso-pagination:none;text-align:justify}
table.MsoNormalTable{mso-style-noshow:yes}
--></style>"""
