"""A page of a portal as markup: decoded as documents are, put right by lexbor, then handed to Beautiful Soup."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from selectolax.lexbor import LexborHTMLParser

from pipeline.documents.decode import decode
from pipeline.documents.html import TooDeepError, guard
from pipeline.model import Page
from pipeline.scrapers.model import ListError


def text_of(page: Page) -> str:
    """The decoded text. Raises ``ListError`` where nothing can be decoded."""
    if not page.body.strip():
        raise ListError("the answer is empty")
    text = decode(page.body, page.content_type).text
    if text is None:
        raise ListError("the answer is in an encoding that is refused")
    return text


def markup(page: Page) -> BeautifulSoup:
    """The page as a tree. Raises ``ListError`` for markup that is laid out so that reading it would take minutes."""
    text = text_of(page)
    try:
        guard(page.body)
    except TooDeepError as error:
        raise ListError(str(error)) from error
    return soup_of(text)


def soup_of(text: str) -> BeautifulSoup:
    """HTML as browsers read it: lexbor builds the tree, so unclosed tags and misnested tables cost nothing."""
    return BeautifulSoup(LexborHTMLParser(text).html or "", "html.parser")


def base_of(soup: BeautifulSoup, url: str) -> str:
    """What relative addresses of the page refer to: its ``<base href>``, else its own address."""
    for base in soup.find_all("base", href=True):
        return absolute(url, attribute(base, "href")) or url
    return url


def absolute(base: str, href: str) -> str | None:
    """An address as a full http(s) address without its fragment; ``None`` for scripts, mail and what is no address.

    >>> absolute("https://www.example.gov.cn/gk/index.html", " ../nb/t1.html#top ")
    'https://www.example.gov.cn/nb/t1.html'
    >>> absolute("https://www.example.gov.cn/", "javascript:void(0)") is None
    True
    """
    href = "".join(href.split("\n")).strip().replace("\\", "/")
    if not href or href.startswith("#"):
        return None
    try:
        address = urldefrag(urljoin(base, href)).url
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and host else None


def host_of(url: str) -> str:
    """The host of an address in lower case; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def attribute(tag: Tag, name: str) -> str:
    """An attribute as one text; empty where it is absent."""
    value = tag.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)
