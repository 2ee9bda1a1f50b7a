"""Publishers as data: one TOML file each, shipped in ``sources/`` or the user's own. A wrong file is refused with its name and the key.

The file's name is the source's id. ``docs/sources.md`` tells every key.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.scrapers.families import FAMILIES
from pipeline.scrapers.families.start import PLACES
from pipeline.scrapers.model import Note, Source

SHIPPED = Path(__file__).with_name("sources")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
#: Twelve digits, the first two a province, region or municipality (GB/T 2260: 11 Beijing … 65 Xinjiang, 71, 81, 82).
_CODE = re.compile(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)\d{10}")
_PLACE = re.compile(r"\{[^{}]*\}")


class SourceError(ValueError):
    """A source's file is wrong; the message names the file and the key."""


def sources(*folders: Path) -> Mapping[str, Source]:
    """The shipped sources and those of the folders, by id. A file of a later folder takes the place of one with the same name.

    Raises ``SourceError``.
    """
    found: dict[str, Source] = {}
    for folder in (SHIPPED, *folders):
        found |= read_folder(folder)
    return dict(sorted(found.items()))


def read_folder(folder: Path) -> dict[str, Source]:
    """The sources of one folder, by id; empty if there is no such folder. Raises ``SourceError``."""
    return {path.stem: read_source(path) for path in sorted(folder.glob("*.toml")) if not path.name.startswith(".")}


def read_source(path: Path) -> Source:
    """Read one file. Raises ``SourceError``."""
    try:
        values = tomllib.loads(path.read_text("utf8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SourceError(f"{path.name}: {error}") from error
    if not _ID.fullmatch(path.stem):
        raise SourceError(f"{path.name}: the file's name is the source's id: small letters, digits and single hyphens")
    if unknown := sorted(set(values) - set(_READERS)):
        raise SourceError(f"{path.name}: {unknown[0]}: unknown key; known are {', '.join(_READERS)}")
    if missing := [key for key in ("name", "family", "lists") if key not in values]:
        raise SourceError(f"{path.name}: {missing[0]}: is missing")
    read: dict[str, Any] = {}
    for key, value in values.items():
        try:
            read[key] = _READERS[key](value)
        except ValueError as error:
            raise SourceError(f"{path.name}: {key}: {error}") from error
    source = replace(Source(path.stem, read.pop("name"), "", read.pop("family"), read.pop("lists")), **read)
    if refusal := _refusal(source):
        raise SourceError(f"{path.name}: {refusal}")
    return source


def _refusal(source: Source) -> str | None:
    """Why the values do not fit each other."""
    for address in source.lists:
        if address.startswith("http:") and not source.http_only:
            return f"lists: {address} is not https; say http_only = true if the portal answers no other way"
    if source.http_only and all(address.startswith("https:") for address in source.lists):
        return "http_only: every list is https"
    family = FAMILIES[source.family]
    if family.SITE is not None and (unknown := sorted(set(source.site) - family.SITE)):
        known = ", ".join(sorted(family.SITE)) or "no key"
        return f"site.{unknown[0]}: unknown key; the family {source.family} knows {known}"
    refusal = family.refusal(source)
    return f"lists: {refusal}" if refusal else None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise ValueError("must be a text that is not empty, without spaces around it")
    return value


def _code(value: object) -> str:
    if not isinstance(value, str) or (value and not _CODE.fullmatch(value)):
        raise ValueError(f"{value!r} is no division code: twelve digits that begin with a province's, or an empty text")
    return value


def _family(value: object) -> str:
    if value not in FAMILIES:
        raise ValueError(f"{value!r} is no family; known are {', '.join(FAMILIES)}")
    return str(value)


def _texts(value: object, read: Callable[[object], str] = _text) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    found = tuple(read(one) for one in value)
    if len(set(found)) < len(found):
        raise ValueError("names something twice")
    return found


def _lists(value: object) -> tuple[str, ...]:
    found = _texts(value, _address)
    if not found:
        raise ValueError("must name at least one address")
    return found


def _address(value: object) -> str:
    text = _text(value)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{text} is no address ({error})") from error
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\\]", text) or parts.username is not None:
        raise ValueError(f"{text} is no http(s) address")
    if wrong := [place for place in _PLACE.findall(text) if place not in {*PLACES, "{unit}"}]:
        raise ValueError(f"{text}: {wrong[0]} is not known; known are {', '.join(PLACES)} and {{unit}}")
    return text


def _host(value: object) -> str:
    text = _text(value)
    if not _HOST.fullmatch(text):
        raise ValueError(f"{text} is no host name in small letters")
    return text


def _pattern(value: object) -> str:
    text = _text(value)
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text} is no regular expression ({error})") from error
    return text


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a whole number from 0 on")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _site(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return {str(key): _text(one) for key, one in value.items()}


def _notes(value: object) -> tuple[Note, ...]:
    if not isinstance(value, list) or not all(isinstance(one, dict) and set(one) == {"on", "text"} for one in value):
        raise ValueError("must be tables with the keys on and text")
    return tuple(Note(_day(one["on"]), _text(one["text"])) for one in value)


def _day(value: object) -> str:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    raise ValueError(f"{value!r} is no day (2026-11-22, without quotes)")


_READERS: Mapping[str, Callable[[object], Any]] = {
    "name": _text,
    "division_code": _code,
    "family": _family,
    "lists": _lists,
    "hosts": lambda value: _texts(value, _host),
    "site": _site,
    "titles": lambda value: _texts(value, _pattern),
    "not_titles": lambda value: _texts(value, _pattern),
    "fewest": _number,
    "http_only": _flag,
    "legacy_tls": _flag,
    "tried_live": _flag,
    "notes": _notes,
}
