"""The archive: every set of bytes that came in, written once, with where, when and how it was got (WARC files and an index).

``open_writer`` adds records, ``read_index`` lists them, ``read_page`` gives one back and verifies its digest.
"""

from pipeline.archive.index import Damage, Entry, read_index, verify
from pipeline.archive.lock import LockHeldError, locked
from pipeline.archive.records import BadRecordError, Record, make_record
from pipeline.archive.store import ArchiveWriter, open_writer, read_page

__all__ = [
    "ArchiveWriter",
    "BadRecordError",
    "Damage",
    "Entry",
    "LockHeldError",
    "Record",
    "locked",
    "make_record",
    "open_writer",
    "read_index",
    "read_page",
    "verify",
]
