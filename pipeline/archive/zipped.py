"""Zip files of saved pages: their entries one by one, everything counted while it is inflated, never by what the file says of itself."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: The largest zip file of saved pages that was seen has 30,000 entries; a list of entries takes a kilobyte of memory for each.
MAX_ENTRIES = 200_000
MAX_ENTRY_BYTES = 100_000_000
#: Of all entries together; a small file may hold less, by its ratio.
MAX_BYTES = 20_000_000_000
#: Pages that Word wrote shrink to a fortieth at most; a bomb to a thousandth. Small entries may be nothing but blanks.
MAX_RATIO, RATIO_COUNTS_FROM = 200, 10_000_000
_DIRECTORY_ENTRY_BYTES = 46
_READ_BYTES = 1 << 18
_ENCRYPTED, _UTF8 = 0x1, 0x800
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".warc")


@dataclass(frozen=True, slots=True)
class Zipped:
    """One entry: its name as it was meant, and its bytes, or why there are none."""

    name: str
    body: bytes | None = None
    refused: str | None = None


class BadZipError(ValueError):
    """The zip file as a whole cannot be gone through; the message says why."""


def read_zip(path: Path, wanted: Callable[[str], bool] = lambda name: True) -> Iterator[Zipped]:
    """The entries of a zip file in its order, without folders and hidden files. Raises ``BadZipError``, also between entries.

    Of entries that are not ``wanted`` by their name only the name is told.
    """
    _check_directory(path)
    budget = min(MAX_BYTES, MAX_ENTRY_BYTES + MAX_RATIO * path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as file:
            for info in file.infolist():
                name = entry_name(info)
                if name.endswith("/") or _is_hidden(name):
                    continue
                one = _read(file, info, name, budget) if wanted(name) or name.lower().endswith(_ARCHIVES) else Zipped(name)
                budget -= len(one.body or b"")
                yield one
    except (zipfile.BadZipFile, struct.error, EOFError, UnicodeDecodeError, NotImplementedError) as error:
        # A name that says of itself to be UTF-8 and is not ends the reading of the list of entries.
        raise BadZipError(f"not a readable zip file: {error}") from error


def _check_directory(path: Path) -> None:
    """Refuse a file whose list of entries alone would fill the memory: it is read whole before the first entry."""
    with path.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - 65_557))
        tail = handle.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise BadZipError("not a zip file, or cut short")
    entries, directory_bytes = struct.unpack_from("<HI", tail, at + 10)
    if directory_bytes == 0xFFFFFFFF:
        directory_bytes = size
    if entries > MAX_ENTRIES or directory_bytes > MAX_ENTRIES * _DIRECTORY_ENTRY_BYTES * 4:
        raise BadZipError(f"it has more than {MAX_ENTRIES} entries")


def entry_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry. Programs in China write it in GBK without saying so; Python then takes it for code page 437."""
    if info.flag_bits & _UTF8:
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_hidden(name: str) -> bool:
    # A way upwards in a name is data like any other name: nothing on disk is called so.
    return any((part.startswith(".") and part not in {".", ".."}) or part == "__MACOSX" for part in name.split("/"))


def _read(file: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: int) -> Zipped:
    if info.flag_bits & _ENCRYPTED:
        return Zipped(name, refused="it is encrypted")
    if name.lower().endswith(_ARCHIVES):
        return Zipped(name, refused="an archive within an archive is not opened; unpack it first")
    limit = min(MAX_ENTRY_BYTES, budget)
    try:
        with file.open(info) as entry:
            parts, size = [], 0
            while part := entry.read(_READ_BYTES):
                parts.append(part)
                size += len(part)
                if size > limit:
                    return _too_large(name, limit, budget)
                if size > RATIO_COUNTS_FROM and size > MAX_RATIO * max(1, info.compress_size):
                    return Zipped(name, refused=f"it inflates to more than {MAX_RATIO} times its size")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        return Zipped(name, refused=f"it cannot be unpacked: {error}")
    body = b"".join(parts)
    return Zipped(name, body) if body else Zipped(name, refused="the file is empty")


def _too_large(name: str, limit: int, budget: int) -> Zipped:
    if limit == budget:
        raise BadZipError("its entries together inflate to more than such a file can hold; the rest is left out")
    return Zipped(name, refused=f"it has more than {MAX_ENTRY_BYTES} bytes")
