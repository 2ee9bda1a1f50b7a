"""Reports that are published as files: the demo's PDF, Word files and pictures, and the pages that they hang on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.extras import MissingExtraError
from pipeline.forms import forms
from pipeline.forms.layout import official_sheet
from pipeline.forms.load import TABLES
from pipeline.generator.html import HtmlFlavour, render_html
from pipeline.generator.pdf import render_pdf
from pipeline.generator.picture import NoFontError, render_picture
from pipeline.generator.spec import ReportSpec
from pipeline.generator.word import render_word

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Published:
    """What lies behind a list's entry, and the file that hangs on it, if one does. ``unmade`` says why there is no picture."""

    body: bytes
    media_type: str
    file: bytes = b""
    file_type: str = ""
    unmade: str = ""


def publish(spec: ReportSpec, told: Mapping[str, Any], path: str) -> Published:
    """The report as ``told`` says (``demo.toml``, file); ``path`` is where its file lies."""
    medium = told["medium"]
    if medium == "png":
        return _with_picture(spec, told["table"], path)
    file = render_pdf(spec) if medium == "pdf" else render_word(spec, rng=random.Random(path))
    if told["way"] == "direct":
        return Published(file, _TYPES[medium])
    link = f'<p>附件：<a href="{path}">{spec.title}.{medium}</a></p>'
    return Published(_page(spec, TABLES, "</body>", f"{link}</body>"), "text/html", file, _TYPES[medium])


def entry_path(path: str, told: Mapping[str, Any]) -> str:
    """Where the list's entry leads, which for a report without a page is its file."""
    return f"{path.rpartition('.')[0]}.{told['medium']}" if told["way"] == "direct" else path


def _with_picture(spec: ReportSpec, table: str, path: str) -> Published:
    """A page with a picture in place of one of its tables; without that table where no picture can be made."""
    form, declared = spec.forms[table], forms().tables[table]
    if form is None:
        raise ValueError(f"{spec.title} has no {table}")
    heading = f"<p>{declared.number}、{declared.heading_zh}</p>"
    try:
        file = render_picture(official_sheet(table, form, spec.printed, spec.blocks))
    except (MissingExtraError, NoFontError) as error:
        return Published(_page(spec, (table,), heading, heading), "text/html", unmade=str(error))
    shown = f'{heading}\n<p style="text-align:center"><img src="{path}" alt=""></p>'
    return Published(_page(spec, (table,), heading, shown), "text/html", file, _TYPES["png"])


def _page(spec: ReportSpec, without: tuple[str, ...], before: str, after: str) -> bytes:
    """The report's page without these tables, one place of it replaced."""
    bare = replace(spec, forms={**spec.forms, **dict.fromkeys(without)})
    page = render_html(bare, HtmlFlavour(metadata=True), rng=random.Random(spec.title)).decode()
    if page.count(before) != 1:
        raise ValueError(f"{before} stands {page.count(before)} times in the page of {spec.title}")
    return page.replace(before, after).encode()
