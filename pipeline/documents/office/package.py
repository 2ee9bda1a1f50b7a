"""The parts of an Office file, unpacked within limits: what a part says of its size is not believed, what comes out is counted."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from lxml import etree

from pipeline import limits
from pipeline.documents.content import DocumentError

_CHUNK = 1 << 16


class Package:
    """An Office file. Raises ``DocumentError`` where it is damaged, encrypted, or unpacks to more than any report's file."""

    def __init__(self, body: bytes) -> None:
        try:
            self._file = zipfile.ZipFile(BytesIO(body))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DocumentError("document.damaged", f"the file is cut or damaged ({error}); fetch it again") from error
        self.names = self._file.namelist()
        if len(self.names) > limits.PACKAGE_PARTS:
            raise DocumentError(
                "document.too_large", f"the file has {len(self.names)} parts; no report has more than {limits.PACKAGE_PARTS}"
            )
        self._left = limits.PACKAGE_BYTES

    def part(self, name: str) -> bytes:
        """The bytes of one part; empty if the file has none of this name."""
        if name not in self.names:
            return b""
        found = bytearray()
        try:
            with self._file.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    found += chunk
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise DocumentError("document.too_large", f"the file unpacks to more than {limits.PACKAGE_BYTES // 1_000_000} MB")
        except RuntimeError as error:
            raise DocumentError("document.encrypted", "the file is encrypted; save it without a password") from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
            raise DocumentError("document.damaged", f"a part of the file is damaged ({name}: {error}); fetch it again") from error
        return bytes(found)

    def xml(self, name: str) -> Any:
        """The root element of a part, ``None`` if there is none. A part that declares a document type is refused."""
        body = self.part(name)
        if not body:
            return None
        if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
            raise DocumentError("document.refused", f"{name} declares a document type; no Office program writes that")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
        try:
            return etree.fromstring(body, parser)
        except etree.XMLSyntaxError as error:
            raise DocumentError("document.damaged", f"{name} is no XML ({error}); fetch it again") from error

    def properties(self) -> Mapping[str, str]:
        """Title, creator and the like, by their local names."""
        root = self.xml("docProps/core.xml")
        return {} if root is None else {etree.QName(one).localname: one.text.strip() for one in root if one.text and one.text.strip()}
