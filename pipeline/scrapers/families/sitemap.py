"""Sitemaps (sitemaps.org): ``sitemap.xml``, an index of them, either packed with gzip. For portals that list nothing else.

A sitemap has no titles, so ``pattern`` in ``[site]`` says which addresses are reports.
"""

from __future__ import annotations

import re
import zlib

from lxml import etree

from pipeline import limits
from pipeline.model import Page
from pipeline.scrapers.families.entries import Entry, is_own, next_ask, report_ask
from pipeline.scrapers.families.start import list_asks
from pipeline.scrapers.model import Ask, ListError, ListPage, Source
from pipeline.scrapers.pages import absolute

SITE = frozenset({"pattern"})
_DAY = re.compile(r"^(20\d\d)-(\d\d)-(\d\d)")
#: The protocol's own bound: a sitemap has at most 50 MB unpacked.
UNPACKED_BYTES = max(52_428_800, limits.BODY_BYTES)


def refusal(source: Source) -> str | None:
    """Why the family cannot read such a source."""
    pattern = source.site.get("pattern")
    if not pattern:
        return "[site] needs a pattern for the addresses of reports"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"the pattern in [site] is no regular expression ({error})"
    return None


def start(source: Source, years: range) -> tuple[Ask, ...]:
    """The sitemaps."""
    return list_asks(source, years)


def read(source: Source, ask: Ask, page: Page) -> ListPage:
    """The addresses of reports in a sitemap, or the sitemaps that an index names. Raises ``ListError``."""
    tree = _tree(_unpacked(page.body))
    kind = etree.QName(tree).localname
    if kind not in {"urlset", "sitemapindex"}:
        raise ListError(f"no sitemap: the XML is a {kind[:40]}")
    base = page.url or ask.url
    found = {address: day for location, day in _locations(tree) if (address := absolute(base, location))}
    if kind == "sitemapindex":
        more = tuple(next_ask(ask, address) for address in found if is_own(source, address))
        return ListPage((), more, None, tuple(Ask(address, "list", parent=ask.url) for address in found if not is_own(source, address)))
    wanted = re.compile(source.site["pattern"])
    asks = (report_ask(ask, Entry(address, "", day)) for address, day in found.items() if wanted.search(address))
    return ListPage(tuple(one for one in asks if is_own(source, one.url)), (), len(found))


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(31)
    try:
        text = unpacker.decompress(body, UNPACKED_BYTES + 1)
    except zlib.error as error:
        raise ListError(f"the sitemap is not packed as it says ({error})") from error
    if len(text) > UNPACKED_BYTES:
        raise ListError(f"the sitemap has more than {UNPACKED_BYTES} bytes unpacked")
    if not unpacker.eof:
        raise ListError("the packed sitemap is cut off")
    return text


def _tree(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ListError(f"no sitemap: {error}"[:200]) from error


def _locations(tree: etree._Element) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for entry in tree:
        texts = {etree.QName(child).localname: (child.text or "").strip() for child in entry if isinstance(child.tag, str)}
        if texts.get("loc"):
            day = _DAY.match(texts.get("lastmod", ""))
            found.append((texts["loc"], day[0] if day else None))
    return found


def recognises(page: Page) -> bool:
    """Whether the answer is XML with the root of a sitemap."""
    try:
        return etree.QName(_tree(_unpacked(page.body))).localname in {"urlset", "sitemapindex"}
    except ListError:
        return False
