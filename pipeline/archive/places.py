"""Where an archive lies: in a local folder, or at a URL that fsspec knows (``s3://bucket/archive``, ``memory://archive`` …).

Files come in whole and are never changed, so an object store gives what is needed: a listing with sizes, ranges of bytes, and objects
that are created in one step and never over another one.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from pipeline.archive.files import replace_file

Place = Path | str
Data = bytes | mmap.mmap
# Bytes that are fetched at once, and bytes of other records between two that are fetched rather than asked for anew.
_AHEAD_BYTES = 8_000_000
_GAP_BYTES = 200_000


class NoRemoteError(OSError):
    """Archives at URLs need packages that are not installed."""


class Folder(Protocol):
    """What an archive needs of the place where it lies. A file that is not there raises ``FileNotFoundError``."""

    def sizes(self, suffix: str) -> dict[str, int]:
        """The files whose names end so, in the order of their names, with their bytes; empty where there is no such folder."""

    def read(self, name: str) -> bytes:
        """A whole file."""

    def read_part(self, name: str, offset: int, length: int) -> bytes:
        """So many bytes of a file; fewer at its end."""

    def mapped(self, name: str) -> AbstractContextManager[Data]:
        """A whole file to go through, without holding it in memory."""

    def replace(self, name: str, content: bytes) -> None:
        """Write a file in one step over what was there."""


class Readable(Protocol):
    """What reading single records needs of the place where they lie."""

    def read_part(self, name: str, offset: int, length: int) -> bytes:
        """So many bytes of a file; fewer at its end."""


def is_url(place: Place) -> bool:
    """Whether a place is a URL that fsspec opens, not a local folder.

    >>> is_url("s3://reports/archive"), is_url("data/raw"), is_url("file:///data/raw")
    (True, False, False)
    """
    return isinstance(place, str) and "://" in place and not place.startswith(("file://", "local://"))


def place_of(text: str) -> Place:
    """A place as it is written in an option or a message: a URL stays text, anything else is a path."""
    return text if is_url(text) else Path(text.removeprefix("file://").removeprefix("local://"))


def below(place: Place, name: str) -> Place:
    """The place called ``name`` in another one."""
    return place / name if isinstance(place, Path) else f"{place.rstrip('/')}/{name}"


def folder_at(place: Place) -> Folder:
    """The folder at a place. Raises ``NoRemoteError`` for a URL where fsspec, or what it needs for that URL, is missing."""
    if isinstance(place, str):
        place = place_of(place)
    return LocalFolder(place) if isinstance(place, Path) else RemoteFolder(place)


class LocalFolder:
    """A folder on this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def sizes(self, suffix: str) -> dict[str, int]:
        """See ``Folder``."""
        return {path.name: path.stat().st_size for path in sorted(self._path.glob(f"*{suffix}")) if path.is_file()}

    def read(self, name: str) -> bytes:
        """See ``Folder``."""
        return (self._path / name).read_bytes()

    def read_part(self, name: str, offset: int, length: int) -> bytes:
        """See ``Folder``."""
        with (self._path / name).open("rb") as handle:
            handle.seek(offset)
            return handle.read(length)

    @contextmanager
    def mapped(self, name: str) -> Iterator[Data]:
        """See ``Folder``."""
        with map_file(self._path / name) as data:
            yield data

    def replace(self, name: str, content: bytes) -> None:
        """See ``Folder``."""
        replace_file(self._path / name, content)


@contextmanager
def map_file(path: Path) -> Iterator[Data]:
    """The bytes of a local file, read as they are needed."""
    if path.stat().st_size == 0:
        yield b""
        return
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


class RemoteFolder:
    """A folder at a URL. Whatever a store's own library raises comes out as ``OSError``."""

    def __init__(self, url: str) -> None:
        self._files, self._root = _connect(url)

    def sizes(self, suffix: str) -> dict[str, int]:
        """See ``Folder``."""
        try:
            found = self._call("ls", self._root, detail=True, refresh=True)
        except FileNotFoundError:
            return {}
        named = {one["name"].rpartition("/")[2]: int(one["size"]) for one in found if one["type"] == "file"}
        return {name: named[name] for name in sorted(named) if name.endswith(suffix)}

    def read(self, name: str) -> bytes:
        """See ``Folder``."""
        content: bytes = self._call("cat_file", self._at(name))
        return content

    def read_part(self, name: str, offset: int, length: int) -> bytes:
        """See ``Folder``."""
        content: bytes = self._call("cat_file", self._at(name), start=offset, end=offset + length)
        return content

    @contextmanager
    def mapped(self, name: str) -> Iterator[Data]:
        """See ``Folder``. The file is fetched into a temporary one."""
        with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
            copy = Path(folder, "part")
            self._call("get_file", self._at(name), str(copy))
            with map_file(copy) as data:
                yield data

    def replace(self, name: str, content: bytes) -> None:
        """See ``Folder``."""
        self._call("pipe_file", self._at(name), content)

    def publish(self, path: Path, name: str) -> None:
        """Bring a local file here under a new name. Raises ``FileExistsError`` where there is one of that name already."""
        self._call("put_file", str(path), self._at(name), mode="create")
        stored, size = int(self._call("info", self._at(name), refresh=True)["size"]), path.stat().st_size
        if stored != size:
            raise OSError(f"{self._root}/{name} came in with {stored} of {size} bytes")

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _call(self, method: str, *arguments: Any, **options: Any) -> Any:
        try:
            return getattr(self._files, method)(*arguments, **options)
        except OSError:
            raise
        except Exception as error:
            raise OSError(f"{self._root}: {type(error).__name__}: {error}") from error


class ReadAhead:
    """Records that will be read one after the other, of an archive at a URL: what lies together is fetched together.

    An object store answers after a tenth of a second, however little is asked for.
    """

    def __init__(self, folder: Readable, parts: Sequence[tuple[str, int, int]]) -> None:
        """``parts``: file, offset and length of each record, in the order in which they will be read."""
        self._folder, self._parts = folder, parts
        self._name, self._start, self._data = "", 0, b""

    def read_part(self, name: str, offset: int, length: int) -> bytes:
        """See ``Readable``."""
        at = offset - self._start
        if name != self._name or at < 0 or at + length > len(self._data):
            self._data = self._folder.read_part(name, offset, self._together(name, offset, length))
            self._name, self._start, at = name, offset, 0
        return self._data[at : at + length]

    def _together(self, name: str, offset: int, length: int) -> int:
        end = offset + length
        for file, begin, size in self._parts:
            if file == name and begin >= end:
                if begin - end > _GAP_BYTES or begin + size - offset > _AHEAD_BYTES:
                    break
                end = begin + size
        return end - offset


def reading_folder(place: Place, parts: Sequence[tuple[str, int, int]]) -> Readable:
    """Where to read these records from (see ``ReadAhead``)."""
    folder = folder_at(place)
    return folder if isinstance(folder, LocalFolder) else ReadAhead(folder, parts)


def import_for(place: Place) -> None:
    """Import what reading at a place needs, so that processes forked from this one need not; connects to nothing."""
    if is_url(place):
        with suppress(ImportError, ValueError):
            import fsspec

            fsspec.get_filesystem_class(str(place).partition("://")[0])


def _connect(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise NoRemoteError(f"{url} needs the extra remote: pip install 'gongkai[remote]'") from error
    try:
        files, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise NoRemoteError(f"{url} cannot be opened: {error}") from error
    return files, str(root).rstrip("/")


def spool_of(url: str) -> Path:
    """The local folder in which files for ``url`` are written before they are brought there; ``GONGKAI_SPOOL`` names another parent."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    parent = Path(os.environ.get("GONGKAI_SPOOL") or state / "gongkai" / "spool")
    return parent / hashlib.sha256(url.rstrip("/").encode()).hexdigest()[:16]
