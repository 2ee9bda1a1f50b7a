"""Corrections by hand: a file of records, each with its reason, that put a value beside a printed one and never in its place.

    [[correction]]
    report = "x0123456789ab-2023-own"
    figure = "applications.new_received.total"
    expect = 12                # what is printed: a number, or "blank", "dash", "unreadable"
    value = 21
    reason = "The office confirmed by mail that the digits were swapped"
    date = 2024-05-06

``expect`` guards it: a correction holds only while the report prints what its author saw. One that no longer matches is not applied, and is
an error that names its line. A file that is not as it should be stops the build before it does anything.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipeline.forms import forms
from pipeline.model import Number
from pipeline.normalizer.schemas import COUNT_LIMIT, MONEY_LIMIT

FILE_NAME = "corrections.toml"
_HEAD = re.compile(r"^[ \t]*\[\[[ \t]*correction[ \t]*\]\]", re.MULTILINE)
_KEYS = {"report", "figure", "expect", "value", "reason", "date"}
_STATUSES = ("blank", "dash", "unreadable")


class BadCorrectionsError(ValueError):
    """The file of corrections is not as it should be; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. ``expect`` is the printed number, or the status of a cell without one. ``line`` is where it begins in its file."""

    report: str
    figure: str
    expect: Number | str
    value: Number
    reason: str
    date: date
    file: str
    line: int

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.file}, line {self.line}"

    @property
    def note(self) -> str:
        """What the datasets say of it."""
        return f"{self.date.isoformat()}: {self.reason}"

    def fits(self, value: Number | None, status: str) -> bool:
        """Whether the report prints what the correction expects."""
        return status == self.expect if isinstance(self.expect, str) else value is not None and value == self.expect


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """The corrections of a file, in its order. Raises ``BadCorrectionsError``."""
    text = path.read_text("utf8")
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise BadCorrectionsError(f"{path}: {error}") from error
    records = content.get("correction", [])
    lines = [text.count("\n", 0, match.start()) + 1 for match in _HEAD.finditer(text)]
    if set(content) - {"correction"} or not isinstance(records, list) or len(records) != len(lines):
        raise BadCorrectionsError(f"{path}: expected nothing but tables that begin with [[correction]]")
    found = tuple(_correction(record, path.name, line) for record, line in zip(records, lines, strict=True))
    _refuse_twice(found)
    return found


def _correction(record: dict[str, object], file: str, line: int) -> Correction:
    def refuse(reason: str) -> BadCorrectionsError:
        return BadCorrectionsError(f"{file}, line {line}: {reason}")

    if record.keys() != _KEYS:
        differing = ", ".join(sorted(record.keys() ^ _KEYS))
        raise refuse(f"a correction has the keys {', '.join(sorted(_KEYS))}; see {differing}")
    report, figure, reason, day = (record[key] for key in ("report", "figure", "reason", "date"))
    if not isinstance(report, str) or not report or not isinstance(reason, str) or not reason.strip():
        raise refuse("report and reason are texts, not empty")
    if not isinstance(figure, str) or figure not in forms().figures:
        raise refuse(f"{figure} is no figure of the forms")
    if type(day) is not date:
        raise refuse("date is a day such as 2024-05-06, without quotes")
    expect, value = record["expect"], record["value"]
    if expect not in _STATUSES and not _fits_column(figure, expect):
        raise refuse(f"expect is the number as printed, or one of {', '.join(_STATUSES)}")
    if not _fits_column(figure, value):
        raise refuse(f"value is not a number that {figure} can have")
    return Correction(report, figure, expect, value, " ".join(reason.split()), day, file, line)  # type: ignore[arg-type]


def _fits_column(figure: str, value: object) -> bool:
    """Whether the datasets can hold a value exactly: counts are whole, money has at most six decimals."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    if forms().figures[figure].column.kind != "money":
        return isinstance(value, int) and -COUNT_LIMIT <= value < COUNT_LIMIT
    amount = Decimal(value)
    return amount.is_finite() and abs(amount) < MONEY_LIMIT and amount == amount.quantize(Decimal("0.000001"))


def _refuse_twice(corrections: Iterable[Correction]) -> None:
    seen: dict[tuple[str, str], Correction] = {}
    for one in corrections:
        first = seen.setdefault((one.report, one.figure), one)
        if first is not one:
            raise BadCorrectionsError(f"{one.place}: {one.figure} of {one.report} is corrected in line {first.line} already")
