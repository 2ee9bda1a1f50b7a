"""TLS as it should be, and as some old servers still speak it. Certificates are verified in both."""

from __future__ import annotations

import functools
import ssl

_LEGACY_RENEGOTIATION = getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)


@functools.cache
def context(*, legacy: bool = False) -> ssl.SSLContext:
    """The settings of a connection; with ``legacy`` TLS 1.0, weak ciphers and unsafe renegotiation are taken too."""
    made = ssl.create_default_context()
    if legacy:
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
        made.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        made.options |= _LEGACY_RENEGOTIATION
    return made
