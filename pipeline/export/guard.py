"""Texts that a spreadsheet would take for something else, kept as they are by one apostrophe before them.

Cells come from pages of strangers: ``=HYPERLINK(…)`` in a title must not run in a reader's Excel. A division code of 12 digits or a cell
printed as ``1-2`` must not turn into 3.2E+11 or a date. ``unguard`` gives the text back, so nothing is lost; numbers are never touched.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

#: Begins a formula (full-width signs too: spreadsheets in East Asian settings read them so), or holds our own apostrophe already; or looks
#: like a number that loses digits or zeros, a power, a date, a time. The same pattern runs in Arrow (RE2) and in ``re``.
RISKY = (
    r"^['=+\-@\t\r\n＝＋－＠]"
    r"|^[0-9]{12,}$|^0[0-9]+$|^[0-9]+(\.[0-9]+)?[eE][0-9]+$"
    r"|^[0-9]{1,4}[-/][0-9]{1,4}([-/][0-9]{1,4})?$|^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$"
)
_RISKY = re.compile(RISKY)


def guard(text: str) -> str:
    """A text that a spreadsheet shows as it is.

    >>> guard("=1+1"), guard("320813000000"), guard("-"), guard("无"), guard("1,2")
    ("'=1+1", "'320813000000", "'-", '无', '1,2')
    """
    return f"'{text}" if _RISKY.search(text) else text


def unguard(text: str) -> str:
    """The text that was guarded.

    >>> unguard("'=1+1"), unguard("无")
    ('=1+1', '无')
    """
    return text.removeprefix("'")


def guard_column(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """As ``guard``, for a whole column; nulls stay null."""
    return pc.if_else(pc.match_substring_regex(texts, RISKY), pc.binary_join_element_wise("'", texts, ""), texts)
