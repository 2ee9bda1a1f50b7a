"""Lists of divisions and of their changes as files bring them: CSV with headings in English or Chinese, codes of any length.

A file that is not as it should be is refused whole, its bad rows named by line: a list with holes would leave units unresolved unseen.
"""

from __future__ import annotations

import csv
import functools
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.normalizer.identity import normalise_name
from pipeline.normalizer.units.codes import LENGTH, BadCodeError, depth, full_code, upper_codes
from pipeline.normalizer.units.lineage import KINDS, Change

_SHOWN = 20
_NAME = re.compile(r"[^\s,\"\x00-\x1f\ufffd]{1,60}")
_CHINESE = re.compile("[\u3400-\u9fff〇\U00020000-\U0003ffff]")
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class BadListError(ValueError):
    """A list cannot be used; the message names the file and its bad rows."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A file's rows by the field that each heading means, with the line on which they stand."""

    file: str
    fields: Mapping[str, int]
    rows: Sequence[tuple[int, Sequence[str]]]

    @property
    def are_changes(self) -> bool:
        """Whether the file is a list of changes."""
        return "old_code" in self.fields

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        for line, row in self.rows:
            yield line, {field: row[column].strip() if column < len(row) else "" for field, column in self.fields.items()}


def read_rows(path: Path) -> Rows:
    """The rows of a CSV file in UTF-8 or GB18030. Raises ``BadListError`` where it has no headings that are known."""
    body = path.read_bytes()
    if body.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise BadListError(f"{path.name} is a workbook; save its sheet as CSV")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("gb18030", "replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    headings = next(reader, [])
    rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    for known in (_headings()["change"], _headings()["division"]):
        fields = {field: column for column, heading in enumerate(headings) for field, names in known.items() if _plain(heading) in names}
        if fields.keys() >= known.keys() or (known is _headings()["change"] and fields.keys() >= {"old_code", "new_code", "day", "kind"}):
            return Rows(path.name, fields, rows)
    found = ", ".join(heading.strip() for heading in headings) or "nothing"
    raise BadListError(f"{path.name}, line 1: expected the headings code and name, or old code, new code, date and kind; found {found}")


def _plain(heading: str) -> str:
    return re.sub(r"[\s_]", "", heading).lower()


@functools.cache
def _headings() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("headings.toml").read_text("utf8"))


def read_divisions(files: Iterable[Rows]) -> dict[str, str]:
    """Codes of twelve digits → names, sorted by code; villages are left out. Raises ``BadListError``."""
    names: dict[str, str] = {}
    places: dict[str, str] = {}
    bad: list[str] = []
    for file in files:
        for line, row in file:
            place = f"{file.file}, line {line}"
            try:
                code = full_code(row["code"])
            except BadCodeError as error:
                bad.append(f"{place}: {error}")
                continue
            if depth(code) == LENGTH:
                continue
            if (name := _name(row["name"])) is None:
                bad.append(f"{place}: {row['name']!r} is no name of a division")
            elif names.setdefault(code, name) != name:
                bad.append(f"{place}: {row['code']} is {name} here and {names[code]} in {places[code]}")
            places.setdefault(code, place)
    bad += [f"{places[code]}: {name} ({code}) lies in {upper}, which is not in the list" for code, name, upper in _orphans(names)]
    _refuse(bad)
    return dict(sorted(names.items()))


def _orphans(names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Divisions of which the province, or the county (of a township), is not in the list."""
    for code, name in names.items():
        upper = upper_codes(code)
        needed = [*upper[:1], *(upper[-1:] if depth(code) > 6 else ())]
        missing = next((one for one in needed if one not in names), None)
        if missing is not None:
            yield code, name, missing


def _name(text: str) -> str | None:
    name = normalise_name(text)
    return name if _NAME.fullmatch(name) and _CHINESE.search(name) else None


def read_changes(files: Iterable[Rows], names: Mapping[str, str]) -> tuple[Change, ...]:
    """The changes of files, by day. A new name that is not told is the list's; an old one that is not told is the new one.

    Raises ``BadListError``.
    """
    bad: list[str] = []
    changes: dict[tuple[str, ...], Change] = {}
    for file in files:
        for line, row in file:
            try:
                one = _change(row, line, names)
            except ValueError as error:
                bad.append(f"{file.file}, line {line}: {error}")
                continue
            changes.setdefault((one.old_code, one.old_name, one.new_code, one.new_name, one.kind), one)
    _refuse(bad)
    return tuple(sorted(changes.values(), key=lambda one: (one.day, one.old_code, one.new_code)))


def _change(row: Mapping[str, str], line: int, names: Mapping[str, str]) -> Change:
    kind = next((kind for kind in KINDS if row["kind"].lower() in _headings()["kind"][kind]), None)
    if kind is None:
        raise ValueError(f"{row['kind']!r} is no kind of change; there are {', '.join(KINDS)}")
    day = row["day"].replace("/", "-").replace(".", "-")
    if not _DAY.fullmatch(day):
        raise ValueError(f"{row['day']!r} is no date such as 2021-06-18: since when the change holds is for a person to check")
    old_code, new_code = full_code(row["old_code"]), full_code(row["new_code"])
    new_name = _name(row.get("new_name", "")) or names.get(new_code)
    old_name = _name(row.get("old_name", "")) or (new_name if kind == "recode" else None)
    if new_name is None or old_name is None:
        raise ValueError(f"the {'new' if new_name is None else 'old'} name is not told, and the list does not have it")
    return Change(old_code, new_code, day, kind, old_name, new_name, line)


def _refuse(bad: Sequence[str]) -> None:
    if bad:
        more = f"\nand {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        raise BadListError("\n".join(bad[:_SHOWN]) + more)
