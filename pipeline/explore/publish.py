"""The same pages as files that one can publish anywhere: every page of some places, with relative links, and nothing that needs a server.

Pages are written as they are linked to, from the first one on. A link to what is not published (another place, a search, Datasette's
tables) is text.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.compare.words import Lang
from pipeline.explore.book import Book, GoneError
from pipeline.explore.page import LANGS, Asked
from pipeline.explore.render import body_of, environment, static_files
from pipeline.explore.views import VIEWS
from pipeline.explore.words import text
from pipeline.export.output import MARK, README

_NOT_PUBLISHED = frozenset({"search"})
_README = """{mark}pages

Made by `gongkai explore --static` from {citation}.

Publish the folder as it is; begin at `index.html`. The pages need no server and ask for nothing from elsewhere. Data: CC BY 4.0.
"""


@dataclass
class Site:
    """What is being written: the places, and the pages that were linked to and are not written yet."""

    book: Book
    within: tuple[str, ...]
    langs: tuple[Lang, ...]
    url: str | None = None
    waiting: deque[Asked] = field(default_factory=deque)
    seen: set[Asked] = field(default_factory=set)

    def holds(self, one: Asked) -> bool:
        """Whether a view is published: of these places, in these languages, and none that needs to be asked."""
        if one.view in _NOT_PUBLISHED or one.view not in VIEWS or one.lang not in self.langs:
            return False
        if one.view == "compare":
            return bool(one.every("place")) and set(one.every("place")) <= set(self.within) and not one.every("unit")
        if any(name in {"figure", "year", "unit"} for name, _ in one.args):
            return False
        codes = self._codes(one)
        return codes is None or codes <= set(self.within)

    def _codes(self, one: Asked) -> set[str] | None:
        """The places that a view is about; None for those that are about all of the site."""
        if one.every("place"):
            return set(one.every("place"))
        if one.view == "place":
            return {one.key}
        sql = {
            "unit": "SELECT place_code FROM unit_places WHERE unit_id = ?",
            "report": "SELECT place_code FROM reports JOIN unit_places USING (unit_id) WHERE report_id = ?",
            "snapshot": "SELECT place_code FROM documents JOIN unit_places USING (unit_id) WHERE document_id = ?",
        }.get(one.view)
        if sql is None:
            return None
        return {row["place_code"] for row in self.book.rows(sql, one.key)} or {"none of the site's"}

    def want(self, one: Asked) -> None:
        """Have a page written, once."""
        if one not in self.seen:
            self.seen.add(one)
            self.waiting.append(replace(one, within=self.within))


@dataclass(frozen=True)
class FileLinks:
    """Addresses from one page of a site to the others."""

    site: Site
    page: Asked

    @property
    def live(self) -> bool:
        """Files answer nothing."""
        return False

    def to(self, one: Asked) -> str | None:
        """The way to a view, which is then written too; None where the site has no such page."""
        near = _nearest(one)
        if not self.site.holds(near):
            return None
        self.site.want(near)
        return os.path.relpath(file_of(near), Path(file_of(self.page)).parent)

    def asset(self, name: str) -> str:
        """The way to a style sheet or script."""
        return os.path.relpath(f"assets/{name}", Path(file_of(self.page)).parent)

    def permalink(self, one: Asked) -> str | None:
        """The address that the page will have, where it was told."""
        return None if self.site.url is None else f"{self.site.url.rstrip('/')}/{file_of(one)}"


def _nearest(one: Asked) -> Asked:
    """The published page that holds what is asked for: a figure stands on the page of its report."""
    dropped = {"figure"} if one.view == "report" else {"unit"} if one.view in {"ask", "findings"} and one.every("place") else set()
    return replace(one, args=tuple(pair for pair in one.args if pair[0] not in dropped), within=())


def file_of(one: Asked) -> str:
    """The file of a view.

    >>> file_of(Asked("home", "zh")), file_of(Asked("report", "en", "u1-2022-own")), file_of(Asked("home", "zh", format="csv"))
    ('zh/index.html', 'en/report/u1-2022-own.html', 'zh/home.csv')
    """
    if one.view == "home" and one.format == "html":
        return f"{one.lang}/index.html"
    told = "-".join(re.sub(r"[^A-Za-z0-9]+", "_", value) for _, value in one.args)
    # Two arguments that look alike once they are letters and digits must not share a file.
    digest = hashlib.sha256(repr(one.args).encode()).hexdigest()[:6]
    name = "-".join(part for part in (one.key or (one.view if not one.args else ""), told and f"{told[:60]}-{digest}") if part)
    return f"{one.lang}/{name}.{one.format}" if name == one.view else f"{one.lang}/{one.view}/{name}.{one.format}"


def publish(
    book: Book,
    folder: Path,
    places: Sequence[str],
    *,
    langs: Iterable[Lang] = LANGS,
    url: str | None = None,
    done: Callable[[int, int], None] = lambda written, waiting: None,
) -> int:
    """Fill an empty folder with the pages of some places (12-digit codes); how many files there are."""
    site = Site(book, tuple(places), tuple(langs), url)
    for lang in site.langs:
        site.want(Asked("home", lang))
    written = 0
    while site.waiting:
        one = site.waiting.popleft()
        body = _body(book, one, FileLinks(site, one))
        if body is not None:
            _write(folder / file_of(one), body)
            written += 1
            done(written, len(site.waiting))
    for name, content in static_files().items():
        _write(folder / "assets" / name, content)
    _write(folder / "index.html", _entrance(site).encode())
    _write(folder / README, _README.format(mark=MARK, citation=book.facts["citation"]).encode())
    return written


def _body(book: Book, one: Asked, links: FileLinks) -> bytes | None:
    try:
        return body_of(book, one, VIEWS[one.view](book, one), links)
    except GoneError:
        return None


def _entrance(site: Site) -> str:
    """The page at the root, which leads to the languages."""
    languages = [(lang, text("site", lang), "中文" if lang == "zh" else "English") for lang in site.langs]
    return str(environment().get_template("entrance.html").render(languages=languages))


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
