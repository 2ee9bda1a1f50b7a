"""Elements of Word's XML by their local names: the two editions of the standard name the same things in different namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: Elements that hold others without being anything themselves: content controls, what was put in, links.
TRANSPARENT = frozenset({"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"})
_OFF = frozenset({"0", "false", "off", "none"})


def name_of(node: Any) -> str:
    """The local name of an element; empty for comments and the like."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(node: Any, name: str) -> Any:
    """The first child of this name, ``None`` without one or without a node."""
    return None if node is None else next((one for one in node if name_of(one) == name), None)


def children(node: Any, name: str) -> Iterator[Any]:
    """All children of this name."""
    return (one for one in node if name_of(one) == name)


def flat(node: Any) -> Iterator[Any]:
    """The children of an element, those within content controls and accepted insertions included."""
    for one in node:
        if name_of(one) in TRANSPARENT:
            yield from flat(one)
        else:
            yield one


def value_of(node: Any, *path: str) -> str | None:
    """The attribute ``val`` of a property; empty if the property is there without one, ``None`` if it is not there."""
    for name in path:
        node = child(node, name)
    if node is None:
        return None
    return next((str(value) for key, value in node.attrib.items() if key.rpartition("}")[2] == "val"), "")


def number_of(node: Any, *path: str) -> int:
    """A property that is a count; 0 where it is none."""
    text = value_of(node, *path)
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 0


def is_on(node: Any, *path: str) -> bool:
    """Whether a property that is a switch is there and not turned off."""
    text = value_of(node, *path)
    return text is not None and text not in _OFF
