"""How static lists lead to their next page: ``createPageHTML`` of the two systems that have it, VSB's countdown, or a link 下一页."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from pipeline.scrapers.families.words import words
from pipeline.scrapers.pages import absolute, attribute, base_of

_CALL = re.compile(r"createPageHTML\s*\(([^()]{1,200})\)")
_COUNT = re.compile(r"\bcountPage\s*=\s*(\d{1,6})")
_GOTO = re.compile(r"_simple_list_gotopage_fun\s*\(\s*(\d{1,6})")
_FILE = re.compile(r"(?:_(\d{1,6}))?\.(s?html?)$", re.I)


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page stands in its list: how many pages there are, which one it is (from 0), and the address of the next one."""

    count: int
    index: int
    next_url: str | None


def numbered_pages(text: str, url: str) -> Pages | None:
    """The pages of a list that calls ``createPageHTML``; ``None`` where it does not.

    TRS: ``createPageHTML(count, index, "index", "html")``, index from 0, page n is index_n.html. The other system:
    ``createPageHTML('div', count, number, 'list', 'shtml', total)``, number from 1, the second page is list_2.shtml.
    Some TRS templates only set ``countPage``. The call is a template's: a commented or a defining one has no numbers and is passed over.
    """
    for call in _CALL.finditer(text):
        found = _called([part.strip() for part in call[1].split(",")], url)
        if found is not None:
            return found
    counted = _COUNT.search(text)
    return _by_count(int(counted[1]), url) if counted else None


def _called(parts: list[str], url: str) -> Pages | None:
    quoted = parts and parts[0][:1] in {"'", '"'}
    numbers, names = (parts[1:3], parts[3:5]) if quoted else (parts[:2], parts[2:4])
    if len(names) < 2 or not all(number.isdecimal() for number in numbers):
        return None
    count, current = int(numbers[0]), int(numbers[1])
    name, extension = (part.strip("'\" ") for part in names)
    first = 1 if quoted else 0
    index = current - first
    if index < 0:
        return None
    following = index + 1
    target = urljoin(url, f"{name}_{following + first}.{extension}") if following < count else None
    return Pages(count, index, target)


def _by_count(count: int, url: str) -> Pages | None:
    path = urlsplit(url).path
    if path.endswith("/"):
        return Pages(count, 0, urljoin(url, "index_1.html") if count > 1 else None)
    name = _FILE.search(path)
    if name is None:
        return None
    index = int(name[1] or 0)
    stem = path[: name.start()].rsplit("/", 1)[-1]
    return Pages(count, index, urljoin(url, f"{stem}_{index + 1}.{name[2]}") if index + 1 < count else None)


def countdown_pages(text: str, url: str) -> Pages | None:
    """The pages of a VSB list: ``list.htm`` is the first of n, ``list/n-1.htm`` the second, ``list/1.htm`` the last."""
    counted = _GOTO.search(text)
    path = urlsplit(url).path
    if counted is None or not path.endswith(".htm"):
        return None
    count = int(counted[1])
    folder, _, name = path.removesuffix(".htm").rpartition("/")
    if name.isdecimal() and int(name) < count:
        number = int(name)
        return Pages(count, count - number, urljoin(url, f"{folder}/{number - 1}.htm") if number > 1 else None)
    return Pages(count, 0, urljoin(url, f"{folder}/{name}/{count - 1}.htm") if count > 1 else None)


def linked_page(soup: BeautifulSoup, url: str) -> str | None:
    """The address behind 下一页, if it leads to another page of the same host."""
    base = base_of(soup, url)
    for link in soup.find_all("a", href=True):
        label = "".join(link.get_text().split()).lower()
        if label in words("next_page") or "".join(attribute(link, "title").split()).lower() in words("next_page"):
            target = absolute(base, attribute(link, "href"))
            if target and target != url and urlsplit(target).netloc == urlsplit(url).netloc:
                return target
    return None
