"""What belongs to a report besides its page: documents linked in its body, and pictures in it that may be its tables.

Many bodies publish the report as a PDF or Word file under a page of two lines, or its tables as pictures.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bs4 import Tag

from pipeline.model import Page
from pipeline.scrapers.model import Ask, ListError
from pipeline.scrapers.pages import absolute, attribute, base_of, markup

_MARKUP = re.compile(rb"<\s*(?:html|body|div|p|table|a|img|meta)\b", re.I)
_PIXELS = re.compile(r"^\s*(\d{1,5})(?:\.\d+)?\s*(px)?\s*$", re.I)
_STYLE = re.compile(r"(?<![-\w])(width|height)\s*:\s*(\d{1,5})(?:\.\d+)?\s*px", re.I)
_SIZE = re.compile(r"\s*[（(\[][^（()）\[\]]{1,20}[）)\]]$")
_ANNOUNCED_LEVELS = 3


def report_attachments(page: Page) -> tuple[Ask, ...]:
    """The documents and pictures of a report's page, in its order, each address once; none for what is not markup.

    A document is told by the suffix of its path, of a parameter (``downfile.jsp?filename=1.doc``) or of the link's text. Links count in
    the body, in the blocks beside it and under 附件; where no body is known, anywhere but in the portal's own parts. Pictures count in the
    body (where none is known, in paragraphs), unless their declared size or their address says that they are signs.
    """
    if not _MARKUP.search(page.body[:65_536]):
        return ()
    try:
        soup = markup(page)
    except ListError:
        return ()
    base = base_of(soup, page.url or "")
    bodies = {id(body) for body in soup.select(", ".join(_lists()["bodies"]))}
    asks: dict[str, Ask] = {}
    for tag in soup.find_all(["a", "iframe", "embed", "object", "img"]):
        inside = any(id(parent) in bodies for parent in tag.parents)
        read = _picture if tag.name == "img" else _document
        found = read(tag, base, inside, known=bool(bodies))
        if found is not None and found[0] != page.url:
            asks.setdefault(found[0], Ask(found[0], "attachment", title=found[1] or None, parent=page.url))
    return tuple(asks.values())


@functools.cache
def _settings() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("attachments.toml").read_text("utf8"))


@functools.cache
def _lists() -> Mapping[str, tuple[str, ...]]:
    settings = _settings()
    lists = {key: tuple(words) for key, words in settings.items() if isinstance(words, list)}
    return lists | {key: tuple(words) for key, words in settings["suffixes"].items()}


def _document(tag: Tag, base: str, inside: bool, *, known: bool) -> tuple[str, str] | None:
    """Address and title of the document a link, frame or embedded object leads to."""
    href = next((attribute(tag, name) for name in ("href", "src", "data") if tag.get(name)), "")
    address = absolute(base, href)
    if address is None:
        return None
    title = " ".join((tag.get_text(" ") if tag.name == "a" else attribute(tag, "title")).split())
    target = _viewed(base, address) or address
    if not (_has_suffix(target, "documents") or (tag.name == "a" and _named(tag, title))):
        return None
    if inside or _is_beside(tag) or _is_announced(tag) or (not known and not _is_chrome(tag)):
        return target, title or attribute(tag, "title")
    return None


def _viewed(base: str, address: str) -> str | None:
    """The document that a viewer's address shows (viewer.html?file=/P020.pdf)."""
    parts = urlsplit(address)
    if not parts.path.endswith((".html", ".htm", "/viewer")):
        return None
    files = (value for _, value in parse_qsl(parts.query) if value.lower().endswith(tuple("." + one for one in _lists()["documents"])))
    return next((target for value in files if (target := absolute(address, value) or absolute(base, value))), None)


def _has_suffix(address: str, group: str) -> bool:
    parts = urlsplit(address)
    names = [unquote(parts.path), *(value for _, value in parse_qsl(parts.query))]
    return any(_suffix(name) in _lists()[group] for name in names)


def _suffix(name: str) -> str:
    """The suffix of a file's name, also where its size stands behind it: 年报.pdf（1.2MB）."""
    last = _SIZE.sub("", name.rstrip().rsplit("/", 1)[-1])
    return last.rpartition(".")[2].lower() if "." in last else ""


def _named(tag: Tag, title: str) -> bool:
    """Whether the link's text or its attributes name a document, where its address is a script's."""
    return any(_suffix(name) in _lists()["documents"] for name in (title, attribute(tag, "title"), attribute(tag, "download")))


def _is_beside(tag: Tag) -> bool:
    names = {one.lstrip(".#") for one in _lists()["beside"]}
    return any(names & _names(parent) for parent in tag.parents) and not _is_chrome(tag)


def _is_announced(tag: Tag) -> bool:
    """Whether the link stands in a block whose text begins with 附件 or the like."""
    for level, parent in enumerate(_blocks(tag)):
        if level == _ANNOUNCED_LEVELS:
            return False
        if "".join(parent.get_text().split()).startswith(_lists()["announced"]):
            return not _is_chrome(tag)
    return False


def _blocks(tag: Tag) -> Iterator[Tag]:
    yield from (parent for parent in tag.parents if parent.name not in {"body", "html", "[document]"})


def _is_chrome(tag: Tag) -> bool:
    lists = _lists()
    return any(parent.name in lists["chrome_elements"] or _names(parent) & set(lists["chrome_names"]) for parent in _blocks(tag))


def _names(tag: Tag) -> set[str]:
    return {name.lower() for key in ("class", "id") for name in attribute(tag, key).split()}


def _picture(tag: Tag, base: str, inside: bool, *, known: bool) -> tuple[str, str] | None:
    """Address and title of a picture in the body that is large enough to be a table, as far as the page says."""
    settings = _settings()["pictures"]
    late = (attribute(tag, name) for name in settings["late"])
    address = next((one for href in (*late, attribute(tag, "src")) if (one := absolute(base, href))), None)
    # Where no body is known, text is in paragraphs; banners and buttons mostly are not.
    if address is None or not (inside or (not known and tag.find_parent("p") is not None and not _is_chrome(tag))):
        return None
    path = unquote(urlsplit(address).path).lower()
    if any(word in path for word in settings["icons"]) or (_suffix(path) and not _has_suffix(address, "pictures")):
        return None
    size = _size(tag)
    small = any(name in size and size[name] < settings[f"least_{name}"] for name in ("width", "height"))
    return None if small else (address, attribute(tag, "alt") or attribute(tag, "title"))


def _size(tag: Tag) -> dict[str, int]:
    """The declared size in pixels; a share of the page (100%) declares none."""
    size = {name.lower(): int(number) for name, number in _STYLE.findall(attribute(tag, "style"))}
    for name in ("width", "height"):
        if pixels := _PIXELS.match(attribute(tag, name)):
            size.setdefault(name, int(pixels[1]))
    return size
