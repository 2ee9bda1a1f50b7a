"""A page as HTML, CSV, JSON or SVG. Every text is escaped; what could steer a terminal or a line's direction is shown as an escape."""

from __future__ import annotations

import functools
import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from pipeline.batch.summary import printable
from pipeline.compare.text import number_text
from pipeline.explore import words
from pipeline.explore.book import Book
from pipeline.explore.page import Asked, Page, asked
from pipeline.export.printed import csv_bytes
from pipeline.extras import need

_FOLDER = Path(__file__).parent
TEMPLATES, ASSETS = _FOLDER / "templates", _FOLDER / "assets"
MEDIA = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json", "svg": "image/svg+xml"}
ASSET_MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class Links(Protocol):
    """Where views and files lie: on a server, or in a published folder."""

    @property
    def live(self) -> bool:
        """Whether forms work, and Datasette's tables are there."""
        ...

    def to(self, one: Asked) -> str | None:
        """The address of a view; None where there is no such page."""
        ...

    def asset(self, name: str) -> str:
        """The address of a style sheet or script."""
        ...

    def permalink(self, one: Asked) -> str | None:
        """The whole address of a view, to be cited; None where it is not known."""
        ...


def body_of(book: Book, one: Asked, page: Page, links: Links) -> bytes | None:
    """What is sent for a view in its format; None where the view has no such format."""
    if one.format == "html":
        return html(book, one, page, links).encode()
    if one.format == "svg":
        return page.svg.encode() if page.svg else None
    if page.rows is None:
        return None
    return b"".join(csv_bytes(page.rows.column_names, [page.rows])) if one.format == "csv" else _json(book, one, page, links)


def html(book: Book, one: Asked, page: Page, links: Links) -> str:
    """A page by its template."""
    env = environment()
    to = _to(one, links)
    values = {
        "page": page,
        "asked_for": one,
        "lang": one.lang,
        "live": links.live,
        "to": to,
        "href": _href(to),
        "asset": links.asset,
        "t": lambda key, **more: words.text(key, one.lang, **more),
        "w": lambda kind, code: words.word(kind, code, one.lang),
        "meaning": lambda kind, code: words.meaning(kind, code, one.lang),
        "scope_name": lambda key: words.scope(key, one.lang),
        "check": lambda code: words.check(code, one.lang),
        "issue": lambda code, message: words.issue(code, message, one.lang),
        "figure_name": lambda name: words.figure(name, one.lang),
        "indicator_name": lambda name: words.indicator(name, one.lang),
        "absent": lambda code: words.missing(code, one.lang),
        "facts": book.facts,
        "downloads": [(form, links.to(replace(one, format=form))) for form in formats(page)],
        "permalink": links.permalink(one),
        "other_language": links.to(replace(one, lang="en" if one.lang == "zh" else "zh")),
        "citation": citation(book, one, page, links),
    }
    return str(env.get_template(page.template).render(values | dict(page.values)))


def formats(page: Page) -> tuple[str, ...]:
    """What a page can be taken away as."""
    return (*(("csv", "json") if page.rows is not None else ()), *(("svg",) if page.svg else ()))


def citation(book: Book, one: Asked, page: Page, links: Links) -> str:
    """How a view is cited: what it shows, where it came from, the data it was made of, its address."""
    address = links.permalink(one)
    return ". ".join(part.rstrip(".") for part in (page.cite or page.title, book.facts["citation"], address) if part)


def _to(one: Asked, links: Links) -> Callable[..., str | None]:
    def to(view: str, key: str = "", form: str = "html", **args: object) -> str | None:
        return links.to(asked(view, one.lang, key, form, **args))

    return to


def _href(to: Callable[..., str | None]) -> Callable[..., Any]:
    """An attribute for a link, or nothing where there is no page: then the text stands alone."""
    markup = need("markupsafe", "explore", "The explorer")

    def href(view: str, key: str = "", mark: str | None = None, **args: object) -> Any:
        address = to(view, key, **args)
        fragment = f"#{mark}" if mark else ""
        return markup.Markup(' href="{}{}"').format(address, fragment) if address else ""

    return href


@functools.cache
def environment() -> Any:
    """The templates."""
    jinja2 = need("jinja2", "explore", "The explorer")
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    env.filters["number"] = number_text
    env.filters["amount"] = amount
    env.filters["web"] = web_address
    env.globals |= {"snapshot_style": snapshot_style, "snapshot_policy": snapshot_policy, "policy": page_policy}
    return env


def _finalize(value: object) -> object:
    """What is printed of a value: nothing for None; of a plain text no control or direction characters."""
    if value is None:
        return ""
    if type(value) is str and not value.isprintable():
        return printable(" ".join(value.split("\n")))
    return value


def amount(value: float | str | None) -> str:
    """A number that came through SQLite, with all its digits and no more.

    >>> amount(10.05), amount(66.0), amount(12), amount(None)
    ('10.05', '66', '12', '')
    """
    return "" if value is None else f"{Decimal(repr(value) if isinstance(value, float) else value).normalize():f}"


def web_address(url: str | None) -> str | None:
    """An address that may be linked to: http or https alone.

    >>> web_address("javascript:alert(1)"), web_address("https://www.example.gov.cn/")
    (None, 'https://www.example.gov.cn/')
    """
    return url if url and url.lower().startswith(("http://", "https://")) else None


@functools.cache
def snapshot_style() -> str:
    """The style sheet of the archived page, which stands in the page itself."""
    return (ASSETS / "snapshot.css").read_text("utf8")


def snapshot_policy() -> str:
    """What an archived page may do: nothing but be shown, in its own style, in a frame of ours."""
    digest = b64encode(hashlib.sha256(snapshot_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def page_policy() -> str:
    """What our pages may load: our own style sheet, script and frames, and nothing from elsewhere."""
    return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"


def _json(book: Book, one: Asked, page: Page, links: Links) -> bytes:
    about = {"title": page.title, "snapshot": int(book.facts["snapshot"]), "citation": citation(book, one, page, links)}
    rows = page.rows.to_pylist() if page.rows is not None else []
    return json.dumps(about | {"rows": rows}, ensure_ascii=False, default=_plain, indent=1).encode()


def _plain(value: object) -> object:
    """Decimals as text, exact; days and moments as ISO 8601."""
    found = value.isoformat() if hasattr(value, "isoformat") else format(value, "f") if hasattr(value, "as_tuple") else str(value)
    return str(found)


def static_files() -> Mapping[str, bytes]:
    """Style sheets and scripts by name."""
    return {path.name: path.read_bytes() for path in sorted(ASSETS.iterdir())}
