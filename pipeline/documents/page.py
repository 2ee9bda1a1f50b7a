"""What a web page tells beside its text: title and metadata in its head, the path to it, the section in which a line stands."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from pipeline.documents.content import Content
from pipeline.documents.sections import heading_section

_CRUMBS = re.compile(r"当前位置|您的位置|您现在的位置|所在位置|首页\s*[>＞»›]")
_BETWEEN_CRUMBS = re.compile(r"[>＞»›→/]|\s-\s")
_LONGEST_CRUMBS = 200


def read_head(head: LexborNode, content: Content) -> None:
    """Title and metadata."""
    for node in head.css("meta[name]"):
        attributes = node.attributes
        name, value = attributes.get("name"), attributes.get("content")
        if name and value:
            content.meta.setdefault(name, value.strip())
    title = head.css_first("title")
    if title is not None:
        content.title_tag = " ".join((title.text() or "").split()) or None


def add_line(content: Content, line: str, section: int) -> int:
    """Add a line of text that stands in a section; returns the section in which the next one stands."""
    content.lines.append(line)
    found = heading_section(line)
    if found is not None:
        return found
    if ("位置" in line or "首页" in line) and not content.breadcrumb and len(line) < _LONGEST_CRUMBS and _CRUMBS.search(line):
        parts = _BETWEEN_CRUMBS.split(re.sub(r"^.*?[:：]", "", line) if "位置" in line else line)
        content.breadcrumb = [part.strip() for part in parts if part.strip()]
    return section
