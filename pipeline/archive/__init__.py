"""The archive: every set of bytes that came in, written once, with where, when and how it was got (WARC files and an index).

``open_writer`` adds records, ``read_index`` lists them, ``read_page`` gives one back and verifies its digest; ``known_addresses`` tells
what each address gave last and how to ask whether it changed. An archive lies in a local folder or at a URL that fsspec knows.
"""

from pipeline.archive.index import Damage, Entry, Index, read_index, verify
from pipeline.archive.known import Known, known_addresses
from pipeline.archive.lock import LockHeldError, locked
from pipeline.archive.places import Place, place_of
from pipeline.archive.records import BadRecordError, Record, make_record
from pipeline.archive.store import read_metadata, read_page, read_record
from pipeline.archive.writer import ArchiveWriter, open_writer

__all__ = [
    "ArchiveWriter",
    "BadRecordError",
    "Damage",
    "Entry",
    "Index",
    "Known",
    "LockHeldError",
    "Place",
    "Record",
    "known_addresses",
    "locked",
    "make_record",
    "open_writer",
    "place_of",
    "read_index",
    "read_metadata",
    "read_page",
    "read_record",
    "verify",
]
