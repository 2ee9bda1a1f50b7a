"""Files of readings: what was read from one stretch of the archive, named after the stretch and the digest of the file's own bytes.

So the same stretch, read anywhere by the same code, gives the same file under the same name, and whoever writes it twice changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive.files import replace_file
from pipeline.archive.places import Place, RemoteFolder, is_url, place_of

SUFFIX = ".parquet"


def encode(table: pa.Table) -> bytes:
    """Readings as the bytes of a file; the same rows give the same bytes, however they were put together."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink, compression="zstd", write_page_checksum=True)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def keep_readings(place: Place, key: str, table: pa.Table) -> str:
    """Keep the readings of the stretch ``key`` in a folder, local or at a URL; the name of the file."""
    body = encode(table)
    name = f"{key}.{hashlib.sha256(body).hexdigest()[:16]}{SUFFIX}"
    place = place_of(str(place))
    if is_url(place):
        RemoteFolder(str(place)).replace(name, body)
    else:
        replace_file(Path(place) / name, body, f"{os.getpid()}-{secrets.token_hex(4)}")
    return name


def key_of(name: str) -> str:
    """The stretch that a file is of."""
    return name.partition(".")[0]
