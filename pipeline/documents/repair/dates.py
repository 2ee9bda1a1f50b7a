"""Dates that lost 年 and 月 (``20201231日``) and document numbers that lost a bracket (``〔202130号``).

Only signs are put in, digits never change. Where the digits can be parted in two ways (``2020111日``: 1月11日 or 11月1日) nothing is
done but to say so.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator

from pipeline.model import Repair

_YEAR = r"(?<![\d.])((?:19|20)\d\d)"
_NO_YEAR_NO_MONTH = re.compile(rf"{_YEAR}(\d{{2,4}})日")
_NO_YEAR = re.compile(rf"{_YEAR}(\d{{1,2}})月(?=\d{{1,2}}日)")
_NO_MONTH = re.compile(rf"{_YEAR}年(\d{{3,4}})日")
_NO_CLOSING = re.compile(r"([〔﹝])((?:19|20)\d\d)(\d{1,4})(?=号)")
_NO_OPENING = re.compile(r"(?<![\d〔﹝\[［【（(])((?:19|20)\d\d)(〕)(?=\d{1,4}号)")


def _splits(year: int, digits: str) -> Iterator[tuple[str, str]]:
    """The ways to read digits as month and day of a year."""
    for cut in (1, 2):
        month, day = digits[:cut], digits[cut:]
        if 1 <= len(day) <= 2 and 1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(year, int(month))[1]:
            yield month, day


def _dated(match: re.Match[str]) -> str | None:
    ways = list(_splits(int(match[1]), match[2]))
    return f"{match[1]}年{ways[0][0]}月{ways[0][1]}日" if len(ways) == 1 else None


def _month(match: re.Match[str]) -> str | None:
    return f"{match[1]}年{match[2]}月" if 1 <= int(match[2]) <= 12 else None


def _closed(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}{'〕' if match[1] == '〔' else '﹞'}{match[3]}"


def _opened(match: re.Match[str]) -> str:
    return f"〔{match[1]}〕"


def _put_in(
    text: str, fixer: str, cases: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...]
) -> tuple[str, tuple[Repair, ...]]:
    done: list[tuple[str, str]] = []
    left: list[str] = []

    def replaced(match: re.Match[str], restored: Callable[[re.Match[str]], str | None]) -> str:
        whole = restored(match)
        if whole is None:
            left.append(match.group())
            return match.group()
        done.append((match.group(), whole))
        return whole

    for pattern, restored in cases:
        text = pattern.sub(lambda match, restored=restored: replaced(match, restored), text)  # type: ignore[misc]
    repairs = []
    if done:
        repairs.append(Repair(fixer, len(done), *done[0]))
    if left:
        repairs.append(Repair(fixer, len(left), left[0], left[0], doubted=True))
    return text, tuple(repairs)


def date_signs(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Lost 年 and 月, where the digits can be parted in one way only."""
    return _put_in(text, "date_signs", ((_NO_YEAR_NO_MONTH, _dated), (_NO_YEAR, _month), (_NO_MONTH, _dated)))


def number_brackets(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Lost brackets around the year of a document number, where one of the two is left."""
    return _put_in(text, "number_brackets", ((_NO_CLOSING, _closed), (_NO_OPENING, _opened)))
