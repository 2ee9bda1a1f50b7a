"""Saved pages, folders and zip files of them, JSON lines and WARC files brought by hand: into the archive, each document as it is.

What a person picked comes in whole. Of files that hold what somebody's crawler found (WARC, JSON lines) only the pages do that may be
reports (``documents/sift.py``). What cannot be read is told with its reason and costs only itself.
"""

from __future__ import annotations

import functools
import json
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.archive.codings import MAX_BODY_BYTES
from pipeline.archive.foreign import Foreign, Unreadable, read_warc
from pipeline.archive.records import BadRecordError, Record, RecordType, make_record
from pipeline.archive.writer import ArchiveWriter
from pipeline.archive.zipped import BadZipError, read_zip
from pipeline.documents.sift import may_hold_report

_GONE = {404, 410}
# Media types that documents have; images, styles and scripts of a crawl are none.
_READABLE = (
    "text/",
    "application/pdf",
    "application/xhtml",
    "application/msword",
    "application/vnd.",
    "application/rtf",
    "application/ofd",
)
_NOT_READABLE = ("text/css", "text/javascript")


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


@dataclass(frozen=True, slots=True)
class _NoFile:
    """A file of a folder that is no document by its name."""

    name: str


@dataclass(slots=True)
class Tally:
    """What an import did. ``sifted`` counts pages that cannot be reports, ``other`` files that are no documents, by suffix."""

    written: int = 0
    known: int = 0
    sifted: int = 0
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


def import_file(
    found: Found,
    writer: ArchiveWriter,
    tally: Tally,
    *,
    url: str | None = None,
    everything: bool = False,
    seen: Callable[[], None] = lambda: None,
) -> None:
    """Add the documents of one file to the archive and count what happened.

    With ``everything`` also pages come in that cannot be reports. ``seen`` is called for each document or page that was looked at.
    """
    for one in _contents(found, writer, url, everything=everything):
        seen()
        if one is None:
            tally.sifted += 1
        elif isinstance(one, Refused):
            tally.refused.append(one)
        elif isinstance(one, _NoFile):
            suffix = Path(one.name).suffix.lower() or "no suffix"
            tally.other[suffix] = tally.other.get(suffix, 0) + 1
        elif writer.add(one):
            tally.written += 1
        else:
            tally.known += 1


# What a file holds, piece by piece; None stands for a page that cannot be a report.
Contents = Iterator[Record | Refused | _NoFile | None]


def _contents(found: Found, writer: ArchiveWriter, url: str | None, *, everything: bool) -> Contents:
    kind = kind_of(found.path.name)
    if kind is None and not found.asked:
        yield _NoFile(found.name)
        return
    media_type = kind[1] if kind else None
    try:
        if not found.path.is_file():
            raise BadRecordError("no such file" if not found.path.exists() else "not a regular file")
        if media_type == "application/x-ndjson":
            yield from _json_lines(found, everything=everything)
        elif media_type == "application/warc":
            yield from _warc(found, writer, everything=everything)
        elif media_type == "application/zip":
            yield from _zip(found)
        else:
            yield _document(found.name, _body(found.path), kind, url)
    except OSError as error:
        yield Refused(str(found.path), error.strerror or str(error))
    except (BadRecordError, BadZipError) as error:
        yield Refused(str(found.path), str(error))


def _document(name: str, body: bytes, kind: tuple[str, str] | None, url: str | None = None) -> Record:
    group, media_type = kind or ("document", None)
    return make_record(body, kind="conversion" if group == "text" else "resource", url=url, name=name, media_type=media_type)


def _body(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BODY_BYTES:
        raise BadRecordError(f"{size} bytes are more than a document may have ({MAX_BODY_BYTES})")
    if size == 0:
        raise BadRecordError("the file is empty")
    return path.read_bytes()


def _zip(found: Found) -> Contents:
    """The documents of a zip file, under its name and theirs."""
    for entry in read_zip(found.path, lambda name: kind_of(name) is not None):
        name, kind = f"{found.name}/{entry.name}", kind_of(entry.name)
        if entry.refused:
            yield Refused(name, entry.refused)
        elif entry.body is None:
            yield _NoFile(entry.name)
        elif kind is not None and kind[0] == "container":
            yield Refused(name, "a file of many documents within a zip file is not opened; unpack it first")
        else:
            yield _document(name, entry.body, kind)


def _json_lines(found: Found, *, everything: bool) -> Contents:
    """One document a line: ``text`` (its text) or ``body`` (its HTML), and ``url``, ``name``, ``content_type`` if known."""
    with found.path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            name = f"{found.name}:{number}"
            try:
                record = _json_record(json.loads(line), name)
            except (ValueError, RecursionError) as error:
                yield Refused(name, f"not a document: {error}")
                continue
            yield record if everything or may_hold_report(record.body, record.media_type) else None


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


def _warc(found: Found, writer: ArchiveWriter, *, everything: bool) -> Contents:
    """The documents of somebody's WARC file: answers with status 200, resources and texts.

    That an address was gone is kept where the archive knows the address: a report may have been withdrawn.
    """
    for one in read_warc(found.path):
        name = f"{found.name}, offset {one.offset}"
        if isinstance(one, Unreadable):
            yield Refused(name, one.reason)
        elif one.status in _GONE:
            if everything or writer.known(one.url) is not None:
                yield _foreign(one)
        elif one.status in {None, 200} and _is_readable(one.media_type):
            if one.unreadable:
                yield Refused(f"{name} ({one.url})", one.unreadable)
            elif not everything and not may_hold_report(one.body, one.media_type):
                yield None
            elif not one.fits_digest():
                yield Refused(f"{name} ({one.url})", "its digest does not fit its bytes")
            else:
                yield _foreign(one)


def _is_readable(media_type: str | None) -> bool:
    stated = (media_type or "text/html").lower()
    return stated.startswith(_READABLE) and not stated.startswith(_NOT_READABLE)


def _foreign(one: Foreign) -> Record:
    return make_record(
        one.body,
        kind=one.kind,
        url=one.url,
        name=one.name,
        media_type=one.media_type,
        fetched_at=one.fetched_at,
        status=one.status,
        headers=one.headers,
        source=one.source,
        judgement=one.judgement,
    )
