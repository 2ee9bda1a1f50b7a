"""Flattened text → items: labels, figures, headings and other texts in their order, with what separates them.

A flattener leaves three kinds of separators: pipes, line breaks, empty lines. No dialect is told apart here; each item only knows how many
of which stand before it. Labels torn over lines or cells are joined, cells that run together are cut at whole labels.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.documents.sections import heading_section
from pipeline.tables.labels import Match, is_label_start, longest_prefix, normalise, read_label
from pipeline.tables.numbers import read_number

ItemKind = Literal["label", "value", "section", "text"]

_Part = tuple[ItemKind, str, Match | None, bool]
_MARKDOWN_RULE = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?$")
_MARKDOWN_MARK = re.compile(r"^\s*#{1,6}\s+|^\s*>\s+")
_PAGE_NUMBER = re.compile(
    r"[-—–－―~·.]+\s*\d{1,4}\s*[-—–－―~·.]+|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|Page\s*\d{1,4}(?:\s*of\s*\d+)?",
    re.I,
)
#: An explanation directly behind a label; figures do not begin with a bracket.
_NOTE = re.compile(r"^(?:\s?[(（][^()（）]{1,60}[)）]|\s?(?:19|20)\d\d年度?)")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: So many figures behind a torn label are a row of table three.
_WHOLE_ROW = 7
#: Characters of a line that can still be one row, and of the label at its beginning.
_LONGEST_ROW = 1_000
_LONGEST_HEAD = 120
_GLUED = re.compile(r"\d{2,}")
#: A line with more pipes than this is a layout table poured out, not a row.
FLOOD = 150
_LONGEST_LABEL = 60
_OPENING = frozenset('(（[【“"')
_MARKS = tuple(".．、，,")
_JOINED = 10
_JOINED_OVER_PIPES = 3


@dataclass(slots=True)
class Atom:
    """A piece of text between separators: ``pipes`` and ``breaks`` (line ends) and ``spaces`` (lines of white space only) before it.

    ``index`` counts the pipes before it on its line.
    """

    text: str
    line: int
    pipes: int
    breaks: int
    spaces: int = 0
    index: int = 0


@dataclass(slots=True)
class Item:
    """One thing in the text. ``glued``: digits of several cells that run together behind a label."""

    kind: ItemKind
    text: str
    line: int
    pipes: int
    breaks: int
    spaces: int = 0
    match: Match | None = None
    section: int = 0
    glued: bool = False
    index: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """The items of a text, the separators at its end, and whether a flood of pipes was left out."""

    items: tuple[Item, ...]
    flooded: bool


def lines_to_items(lines: Sequence[str]) -> Text:
    """Cut the lines of a document into items."""
    atoms, flooded = _atoms(lines)
    return Text(tuple(_items(atoms)), flooded)


def _atoms(lines: Sequence[str]) -> tuple[list[Atom], bool]:
    atoms: list[Atom] = []
    pipes = breaks = spaces = 0
    flooded = False
    for number, line in enumerate(lines):
        if _MARKDOWN_RULE.match(line):
            continue
        if line.count("|") > FLOOD:
            flooded = flooded or _holds_rows(line)
            pipes, breaks = 0, 2
            continue
        if line and not line.strip():
            spaces += 1
        text = _MARKDOWN_MARK.sub("", line)
        for i, piece in enumerate(text.replace("｜", "|").split("|") if "|" in text or "｜" in text else (text,)):
            pipes += i > 0
            stripped = piece.strip()
            if stripped and not _PAGE_NUMBER.fullmatch(stripped):
                atoms.append(Atom(stripped, number, pipes, breaks, spaces, i))
                pipes = breaks = spaces = 0
        breaks += 1
    atoms.append(Atom("", len(lines), pipes, breaks, spaces))
    return atoms, flooded


def _holds_rows(line: str) -> bool:
    """Whether rows of the form stand in a flood of pipes, or only the site's menus."""
    matches = (read_label(piece.strip()) for piece in line.split("|") if len(piece) < _LONGEST_LABEL)
    return sum(match is not None and bool(match.of("row")) for match in matches) > 1


def _items(atoms: list[Atom]) -> Iterator[Item]:
    i = 0
    while i < len(atoms):
        atom = atoms[i]
        if not atom.text:
            yield Item("text", "", atom.line, atom.pipes, atom.breaks, atom.spaces)
            i += 1
            continue
        count = _torn(atoms, i)
        if count > 1:
            text = "".join(one.text for one in atoms[i : i + count])
            last = atoms[i + count - 1]
            # Where a label began on another line, the places on its last line say nothing.
            index = last.index if last.line == atom.line else -1
            yield Item("label", text, last.line, atom.pipes, atom.breaks, atom.spaces, match=read_label(text), index=index)
        else:
            yield from _one(atom)
        i += count


def _torn(atoms: list[Atom], start: int) -> int:
    """How many atoms from ``start`` make one whole label: line breaks may tear a label anywhere, pipes only where no part is one itself."""
    key, best = normalise(atoms[start].text), 1
    if not is_label_start(key) and atoms[start].text not in _OPENING:
        return 1
    # A figure is the beginning of a label only where the enumerator's mark follows: 1 before 属于国家秘密 may be the row above's.
    if _is_figure(atoms[start].text) and not (start + 1 < len(atoms) and atoms[start + 1].text[:1] in _MARKS):
        return 1
    match = read_label(atoms[start].text)
    whole = match is not None and match.quality in ("whole", "explained")
    for count in range(2, _JOINED + 1):
        end = start + count
        if end > len(atoms) or not atoms[end - 1].text or _is_figure(atoms[end - 1].text):
            break
        piped = any(atom.pipes for atom in atoms[start + 1 : end])
        if piped and (whole or count > _JOINED_OVER_PIPES or _stands_alone(atoms[end - 1].text)):
            break
        key += normalise(atoms[end - 1].text)
        if not is_label_start(key):
            break
        joined = read_label("".join(atom.text for atom in atoms[start:end]))
        if joined is not None and joined.quality == "whole":
            best = count
    return best


def _stands_alone(text: str) -> bool:
    match = read_label(text)
    return match is not None and match.quality in ("whole", "explained")


def _is_figure(text: str) -> bool:
    return read_number(text).status in ("reported", "dash")


def _one(atom: Atom) -> Iterator[Item]:
    kind, match, section, parts = _classify(atom.text)
    if parts and atom.pipes and all(part[0] == "value" for part in parts):
        # Numbers side by side in one cell are one cell that nobody can read: 1 88 may be a torn 188.
        parts = ()
    if parts:
        for i, (part_kind, text, part_match, glued) in enumerate(parts):
            before = (atom.pipes, atom.breaks, atom.spaces) if i == 0 else (0, 0, 0)
            yield Item(part_kind, text, atom.line, *before, match=part_match, glued=glued, index=atom.index)
    else:
        yield Item(kind, atom.text, atom.line, atom.pipes, atom.breaks, atom.spaces, match=match, section=section, index=atom.index)


@functools.lru_cache(maxsize=16_384)
def _classify(text: str) -> tuple[ItemKind, Match | None, int, tuple[_Part, ...]]:
    """What one piece of text is; or the parts it falls into, where cells were glued or stand side by side on a line."""
    if read_number(text).status in ("reported", "dash"):
        return "value", None, 0, ()
    match = read_label(text)
    if match is not None and match.quality == "whole":
        return "label", match, 0, ()
    section = heading_section(text)
    if section is not None:
        return "section", None, section, ()
    parts = _parts(text)
    if match is not None and match.quality == "explained" and not any(kind == "value" for kind, *_ in parts):
        return "label", match, 0, ()
    if parts:
        return "text", None, 0, parts
    return ("label", match, 0, ()) if match is not None else ("text", None, 0, ())


def _parts(text: str) -> tuple[_Part, ...]:
    """``行政许可 97``, ``规章000``, ``信息内容本年制发件数…``, ``0 0 0 0``: labels and figures that stand in one piece, or nothing."""
    parts: list[_Part] = []
    rest, attached = text if len(text) <= _LONGEST_ROW else "", False
    while rest:
        key = longest_prefix(normalise(rest[:_LONGEST_HEAD]))
        if key is None:
            break
        end = _end_of(rest, key)
        parts.append(("label", rest[:end], read_label(rest[:end]), False))
        attached = rest[end : end + 1].isdigit()
        rest = _NOTE.sub("", rest[end:]).lstrip("：:、，, \u3000")
    if not rest:
        return tuple(parts) if len(text) <= _LONGEST_ROW else ()
    figures = _figures(rest, bool(parts), attached)
    if parts and len(figures) == 1 and _YEAR.fullmatch(rest) and not _names_row(parts[-1]):
        return ()
    if not parts and not figures:
        return _behind_debris(rest)
    return (*parts, *figures) if figures else ()


def _names_row(part: _Part) -> bool:
    return part[2] is not None and bool(part[2].of("row"))


def _behind_debris(text: str) -> tuple[_Part, ...]:
    """``数量 0 1 3 0 3 2 9``: the end of a label that wrapped over lines, and the figures of a whole row behind it."""
    tokens = text.split()
    at = len(tokens)
    while at and read_number(tokens[at - 1]).status in ("reported", "dash"):
        at -= 1
    if len(tokens) - at < _WHOLE_ROW:
        return ()
    values: list[_Part] = [("value", token, None, False) for token in tokens[at:]]
    return (("text", " ".join(tokens[:at]), None, False), *values)


def _end_of(text: str, key: str) -> int:
    """The length of the beginning of ``text`` that normalises to ``key``, with a closing bracket behind it."""
    seen = 0
    for at, character in enumerate(text):
        seen += len(normalise(character))
        if seen == len(key):
            end = at + 1
            while end < len(text) and text[end] in ')）】]”"':
                end += 1
            return end
    return len(text)


def _figures(text: str, labelled: bool, attached: bool) -> tuple[_Part, ...]:
    """The figures behind a label; ``attached`` without a space, so that the digits of several cells may have run together."""
    tokens = text.split()
    if len(tokens) > 1 or not labelled:
        if len(tokens) < 2:
            return ()
        readings = [read_number(token) for token in tokens]
        readable = all(reading.status in ("reported", "dash") for reading in readings)
        return tuple(("value", token, None, False) for token in tokens) if readable else ()
    readable = read_number(text).status in ("reported", "dash")
    if _GLUED.fullmatch(text) or (readable and attached):
        return (("value", text, None, attached and len(text) > 1),)
    return (("value", text, None, False),) if readable else ()
