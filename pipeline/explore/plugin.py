"""Our pages beside Datasette's tables: routes that a Datasette with a ``gongkai`` attribute (a ``Book``) gets."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

from pipeline.compare.words import Lang
from pipeline.explore.book import Book, GoneError
from pipeline.explore.guarding import ARCHIVED, OURS
from pipeline.explore.page import FORMATS, LANGS, Asked, Page, address
from pipeline.explore.render import ASSET_MEDIA, MEDIA, body_of, static_files
from pipeline.explore.views import VIEWS
from pipeline.explore.words import text
from pipeline.extras import need

_ROUTE = r"^/(?P<lang>zh|en)/(?:(?P<view>[a-z]+)(?:/(?P<key>[A-Za-z0-9_-]{1,80}))?(?:\.(?P<format>csv|json|svg))?)?$"
#: A page is not kept by a browser: the next build may change it, and the program is at hand.
_FRESH = "no-cache"
_NAME = "gongkai"
_log = logging.getLogger(__name__)
_WHAT = "The explorer"


@dataclass(frozen=True)
class ServerLinks:
    """Addresses on this server. ``origin`` is what the browser calls it."""

    origin: str
    live: bool = True

    def to(self, one: Asked) -> str | None:
        """The address of a view."""
        return address(one)

    def asset(self, name: str) -> str:
        """The address of a file, with its digest, so that a new one is taken at once."""
        return f"/assets/{name}?{hashlib.sha256(static_files()[name]).hexdigest()[:8]}"

    def permalink(self, one: Asked) -> str | None:
        """The whole address."""
        return self.origin + address(one)


def register() -> None:
    """Make our routes known to Datasette, once a process."""
    plugins, datasette = need("datasette.plugins", "explore", _WHAT), need("datasette", "explore", _WHAT)
    if not plugins.pm.has_plugin(_NAME):
        # A module of its own, which lies nowhere: of one that lies somewhere Datasette would take the templates for its own pages.
        module = ModuleType(f"{_NAME}_pages")
        module.register_routes = datasette.hookimpl(_routes)  # type: ignore[attr-defined]
        plugins.pm.register(module, name=_NAME)


def _routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Our pages, for a Datasette that has our data."""
    if getattr(datasette, _NAME, None) is None:
        return []
    return [(r"^/$", _begin), (r"^/assets/(?P<name>[a-z]+\.(?:css|js|svg))$", _asset), (_ROUTE, _page)]


def language(accepted: str) -> Lang:
    """Chinese where a browser wants it before English, or wants nothing that we have; else English.

    >>> language("zh-CN,zh;q=0.9,en;q=0.8"), language("en-US,en;q=0.9,zh;q=0.4"), language("de"), language("")
    ('zh', 'en', 'en', 'zh')
    """
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(","):
        name, _, quality = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", quality)
        if name:
            wanted.append((-float(weight[1]) if weight else -1.0, name.lower()))
    ours = [name[:2] for weight, name in sorted(wanted, key=lambda one: one[0]) if name[:2] in LANGS and weight < 0]
    return ("zh" if ours[0] == "zh" else "en") if ours else "en" if wanted else "zh"


async def _begin(request: Any) -> Any:
    lang = language(request.headers.get("accept-language", ""))
    return _response("", "text/plain", 302, {"location": f"/{lang}/", "vary": "Accept-Language"})


async def _asset(request: Any) -> Any:
    name = request.url_vars["name"]
    files = static_files()
    if name not in files:
        return _response("", "text/plain", 404)
    return _response(files[name], ASSET_MEDIA[PurePosixPath(name).suffix], 200, {"cache-control": "max-age=86400"})


async def _page(request: Any, datasette: Any) -> Any:
    one = _asked(request)
    links = ServerLinks(f"{request.scheme}://{request.host}")
    return await asyncio.to_thread(answer, datasette.gongkai, one, links)


def _asked(request: Any) -> Asked:
    known = request.url_vars
    # Arguments come from anywhere: at most so many, of at most such a length.
    args = tuple((name, value) for name, value in parse_qsl(request.query_string, max_num_fields=1000)[:500] if len(value) <= 200)
    form = known["format"] or "html"
    lang: Lang = "en" if known["lang"] == "en" else "zh"
    return Asked(known["view"] or "home", lang, known["key"] or "", args, form if form in FORMATS else "html")


def answer(book: Book, one: Asked, links: ServerLinks) -> Any:
    """The answer to what is asked, or a page that says that there is none."""
    try:
        if one.view not in VIEWS:
            raise GoneError(one.view)
        page = VIEWS[one.view](book, one)
        body = body_of(book, one, page, links)
        if body is None:
            raise GoneError(f"{one.view}.{one.format}")
    except GoneError as error:
        return _nothing(book, one, links, str(error.args[0] if error.args else ""))
    except Exception:
        # One page that cannot be made costs itself alone; Datasette would print every local, millions of rows among them.
        _log.exception("%s cannot be shown", address(one))
        return _response(text("broken", one.lang), "text/plain; charset=utf-8", 500, {"content-security-policy": OURS})
    if page.moved and one.format == "html":
        return _response("", "text/plain", 302, {"location": address(replace(one, key=page.moved))})
    policy = ARCHIVED if one.view == "snapshot" else OURS
    return _response(body, MEDIA[one.format], 200, {"content-security-policy": policy} | dict(_saved_as(one)))


def _saved_as(one: Asked) -> Iterable[tuple[str, str]]:
    """A name for a file that is taken away."""
    if one.format != "html":
        name = "-".join(part for part in ("gongkai", one.view, one.key) if part)
        yield "content-disposition", f'attachment; filename="{name}.{one.format}"'


def _nothing(book: Book, one: Asked, links: ServerLinks, what: str) -> Any:
    told = text("not_here_told", one.lang, snapshot=book.facts["snapshot"], what=what)
    page = Page("error.html", text("not_here", one.lang), {"told": told})
    shown = replace(one, view="home", key="", args=(), format="html")
    return _response(body_of(book, shown, page, links), MEDIA["html"], 404, {"content-security-policy": OURS})


def _response(body: bytes | str | None, media: str, status: int, headers: dict[str, str] | None = None) -> Any:
    asgi = need("datasette.utils.asgi", "explore", _WHAT)
    return asgi.Response(body or "", status=status, headers={"cache-control": _FRESH} | (headers or {}), content_type=media)
