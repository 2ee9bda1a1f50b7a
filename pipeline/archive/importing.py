"""Saved pages, folders of them, JSON lines and WARC files brought by hand: into the archive, each document as it is.

What cannot be read is told with its reason and costs only itself.
"""

from __future__ import annotations

import functools
import json
import mmap
import os
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.archive.records import BadRecordError, Record, RecordType, decode, make_record, scan
from pipeline.archive.store import ArchiveWriter

MAX_BODY_BYTES = 100_000_000
_GONE = {404, 410}
_READABLE = (
    "text/",
    "application/pdf",
    "application/xhtml",
    "application/msword",
    "application/vnd.",
    "application/rtf",
    "application/ofd",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to import. ``name`` is its path below what was asked for; ``asked`` is true if it was itself named."""

    path: Path
    name: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not imported, and why."""

    name: str
    reason: str


@dataclass(slots=True)
class Tally:
    """What an import did. ``other`` counts files in folders that are no documents, by suffix."""

    written: int = 0
    known: int = 0
    refused: list[Refused] = field(default_factory=list)
    other: dict[str, int] = field(default_factory=dict)


@functools.cache
def _media_types() -> dict[str, tuple[str, str]]:
    """Suffix → (group, media type)."""
    groups = tomllib.loads(Path(__file__).with_name("media_types.toml").read_text("utf8"))
    return {suffix: (group, media_type) for group, suffixes in groups.items() for suffix, media_type in suffixes.items()}


def kind_of(name: str) -> tuple[str, str] | None:
    """The group and media type that a file name stands for.

    >>> kind_of("年报.HTM"), kind_of("style.css")
    (('document', 'text/html'), None)
    """
    lower = name.lower()
    return next((kind for suffix, kind in _media_types().items() if lower.endswith(suffix)), None)


def find_files(paths: Iterable[Path]) -> Iterator[Found]:
    """The files behind ``paths``, folders gone through in the order of names. Hidden files and links to folders are passed over."""
    for path in paths:
        if not path.is_dir():
            yield Found(path, path.name, asked=True)
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(name for name in files if not name.startswith(".")):
                file = Path(folder, name)
                yield Found(file, file.relative_to(path).as_posix(), asked=False)


def import_file(found: Found, writer: ArchiveWriter, tally: Tally, *, url: str | None = None) -> None:
    """Add the documents of one file to the archive and count what happened."""
    kind = kind_of(found.path.name)
    if kind is None and not found.asked:
        suffix = found.path.suffix.lower() or "no suffix"
        tally.other[suffix] = tally.other.get(suffix, 0) + 1
        return
    for one in _records(found, kind, url):
        if isinstance(one, Refused):
            tally.refused.append(one)
        elif writer.add(one):
            tally.written += 1
        else:
            tally.known += 1


def _records(found: Found, kind: tuple[str, str] | None, url: str | None) -> Iterator[Record | Refused]:
    group, media_type = kind or ("document", None)
    try:
        if not found.path.is_file():
            raise BadRecordError("no such file" if not found.path.exists() else "not a regular file")
        if media_type == "application/x-ndjson":
            yield from _json_lines(found)
        elif media_type == "application/warc":
            yield from _warc(found)
        else:
            yield make_record(
                _body(found.path), kind="conversion" if group == "text" else "resource", url=url, name=found.name, media_type=media_type
            )
    except OSError as error:
        yield Refused(str(found.path), error.strerror or str(error))
    except BadRecordError as error:
        yield Refused(str(found.path), str(error))


def _body(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BODY_BYTES:
        raise BadRecordError(f"{size} bytes are more than a document may have ({MAX_BODY_BYTES})")
    if size == 0:
        raise BadRecordError("the file is empty")
    return path.read_bytes()


def _json_lines(found: Found) -> Iterator[Record | Refused]:
    """One document a line: ``text`` (its text) or ``body`` (its HTML), and ``url``, ``name``, ``content_type`` if known."""
    with found.path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            name = f"{found.name}:{number}"
            try:
                yield _json_record(json.loads(line), name)
            except (ValueError, RecursionError) as error:
                yield Refused(name, f"not a document: {error}")


def _json_record(values: object, name: str) -> Record:
    if not isinstance(values, dict):
        raise BadRecordError("expected an object")
    for key, kind, media_type in (("text", "conversion", "text/plain"), ("body", "resource", "text/html")):
        content = values.get(key)
        if isinstance(content, str) and content.strip():
            return _json_document(values, content, name, kind, media_type)  # type: ignore[arg-type]
    raise BadRecordError("neither text nor body")


def _json_document(values: dict[str, object], content: str, name: str, kind: RecordType, media_type: str) -> Record:
    url, own_name, stated = (values.get(key) for key in ("url", "name", "content_type"))
    stated = stated if isinstance(stated, str) and stated else media_type
    return make_record(
        content.encode("utf-8", "replace"),
        kind=kind,
        url=url if isinstance(url, str) else None,
        name=own_name if isinstance(own_name, str) else name,
        # The text was decoded by whoever wrote the line: what its page says of its charset holds no more.
        media_type=f"{str(stated).partition(';')[0]}; charset=utf-8",
    )


def _warc(found: Found) -> Iterator[Record | Refused]:
    """The documents of somebody's WARC file (a gzip member a record): answers with status 200, and resources.

    That an address was gone is kept too: a report may have been withdrawn.
    """
    with found.path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for member in scan(data):
            try:
                if member.error:
                    raise BadRecordError(member.error)
                one = decode(member.content, unpack_body=True)
            except BadRecordError as error:
                yield Refused(f"{found.name}, offset {member.offset}", str(error))
                continue
            if one is not None and one.status in _GONE:
                yield make_record(one.body, url=one.url, media_type=one.media_type, fetched_at=one.fetched_at, status=one.status)
            elif one is not None and one.status in {None, 200} and (one.media_type or "text/html").startswith(_READABLE):
                kind: RecordType = "conversion" if one.kind == "conversion" else "resource"
                yield make_record(one.body, kind=kind, url=one.url, name=one.name, media_type=one.media_type, fetched_at=one.fetched_at)
