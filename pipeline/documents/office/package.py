"""The parts of an Office file, unpacked within limits: what a part says of its size is not believed, what comes out is counted."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from lxml import etree

from pipeline import limits
from pipeline.documents.content import DocumentError

_CHUNK = 1 << 16
#: No Office program writes these; entities are how a small part becomes a large one, or takes in files of the machine that reads it.
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_IN_UTF_16 = tuple(mark.decode().encode(f"utf-16-{order}") for mark in _DECLARATIONS for order in ("le", "be"))
_MAIN_PART = "/officeDocument"


class Package:
    """An Office file. Raises ``DocumentError`` where it is damaged, encrypted, or unpacks to more than any report's file."""

    def __init__(self, body: bytes) -> None:
        try:
            self._file = zipfile.ZipFile(BytesIO(body))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise DocumentError("document.damaged", f"the file is cut or damaged ({error}); fetch it again") from error
        self._packed = {one.filename: min(one.compress_size, len(body)) for one in self._file.infolist()}
        self.names = list(self._packed)
        if len(self.names) > limits.PACKAGE_PARTS:
            message = f"the file has {len(self.names)} parts; no report has more than {limits.PACKAGE_PARTS}"
            raise DocumentError("document.too_large", message)
        self._left = limits.PACKAGE_BYTES

    def part(self, name: str) -> bytes:
        """The bytes of one part; empty if the file has none of this name."""
        return b"".join(self._chunks(name)) if name in self._packed else b""

    def check(self, name: str) -> None:
        """Unpack a part and let it go: it must unpack within limits and, if it is XML, declare no document type."""
        before = b""
        for chunk in self._chunks(name):
            if name.lower().endswith((".xml", ".rels", ".vml")):
                _refuse_declarations(before + chunk, name)
                before = chunk[-32:]

    def xml(self, name: str) -> Any:
        """The root element of a part, ``None`` if there is none. A part that declares a document type is refused."""
        body = self.part(name)
        if not body:
            return None
        _refuse_declarations(body, name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
        try:
            return etree.fromstring(body, parser)
        except etree.XMLSyntaxError as error:
            if "depth" in str(error).lower():
                raise DocumentError("document.too_deep", f"the file is left out: {name} nests its elements too deeply") from error
            raise DocumentError("document.damaged", f"{name} is no XML ({error}); fetch it again") from error

    def main_part(self, usual: str) -> str:
        """The name of the part with the text: as the file says, else the usual one."""
        relations = self.xml("_rels/.rels")
        for one in [] if relations is None else relations:
            if str(one.get("Type", "")).endswith(_MAIN_PART) and one.get("TargetMode") != "External":
                return str(one.get("Target", "")).removeprefix("/")
        return usual

    def related(self, part: str) -> Mapping[str, str]:
        """The parts of this file that a part refers to: id → name. What lies outside of the file is not among them."""
        folder, name = posixpath.split(part)
        relations = self.xml(f"{folder}/_rels/{name}.rels")
        found = {}
        for one in [] if relations is None else relations:
            target = str(one.get("Target", ""))
            if one.get("TargetMode") != "External":
                found[str(one.get("Id", ""))] = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        return found

    def properties(self) -> Mapping[str, str]:
        """Title, creator and the like, by their local names."""
        root = self.xml("docProps/core.xml")
        return {} if root is None else {etree.QName(one).localname: one.text.strip() for one in root if one.text and one.text.strip()}

    def _chunks(self, name: str) -> Iterator[bytes]:
        count = 0
        try:
            with self._file.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    count += len(chunk)
                    self._left -= len(chunk)
                    self._refuse_size(name, count)
                    yield chunk
        except RuntimeError as error:
            raise DocumentError("document.encrypted", "the file is encrypted; save it without a password") from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, struct.error, UnicodeDecodeError) as error:
            raise DocumentError("document.damaged", f"a part of the file is damaged ({name}: {error}); fetch it again") from error

    def _refuse_size(self, name: str, count: int) -> None:
        if self._left < 0:
            raise DocumentError(
                "document.too_large", f"the file unpacks to more than {limits.PACKAGE_BYTES // 1_000_000} MB; no report does"
            )
        if count > limits.PART_BYTES and count > limits.PACKAGE_RATIO * self._packed[name]:
            message = f"{name} unpacks to more than {limits.PACKAGE_RATIO} times its size; no part of a report does"
            raise DocumentError("document.too_large", message)


def _refuse_declarations(body: bytes, name: str) -> None:
    if any(mark in body for mark in (*_DECLARATIONS, *_IN_UTF_16)):
        raise DocumentError("document.refused", f"{name} declares a document type; no Office program writes that")
