"""Digits of several cells that ran together → the numbers, where the printed totals leave one way only.

``一、…数量1738519972…``: an extractor without separators. A row's last number is the sum of those before it, so of the many ways to cut
the digits few or one are possible. The reading rests on the publisher's sums and on no cell having been empty: it stays doubted.
"""

from __future__ import annotations

from collections.abc import Iterator

#: Steps of the search for one row; a row that needs more is left open.
_BUDGET = 8_000
#: Digits of one figure; no count of a report has more.
_LONGEST = 8


class _Budget:
    """What is left of the search."""

    def __init__(self) -> None:
        self.steps = _BUDGET

    def spend(self) -> bool:
        self.steps -= 1
        return self.steps > 0


def cut_plain(digits: str, count: int) -> list[str] | None:
    """The only way to cut digits into ``count`` numbers without leading zeros, or None.

    >>> cut_plain("00210", 3), cut_plain("000", 3), cut_plain("123", 2)
    (['0', '0', '210'], ['0', '0', '0'], None)
    """
    budget = _Budget()
    return _only(_cuts(digits, count, budget), budget)


def cut_with_totals(digits: str, size: int, groups: int = 1) -> list[str] | None:
    """The only way to cut digits into ``groups`` groups of ``size`` numbers, each group's last the sum of its others, or None.

    >>> cut_with_totals("56354925540219", 7)
    ['56', '35', '49', '25', '54', '0', '219']
    """
    budget = _Budget()
    return _only(_groups(digits, size, groups, budget), budget)


def _only(ways: Iterator[list[str]], budget: _Budget) -> list[str] | None:
    first = next(ways, None)
    another = next(ways, None)
    return first if another is None and budget.steps > 0 else None


def _numbers(digits: str, start: int, longest: int) -> Iterator[str]:
    """The numbers without leading zeros that begin at ``start``."""
    end = start + 1 if digits[start : start + 1] == "0" else min(len(digits), start + longest)
    for stop in range(start + 1, end + 1):
        yield digits[start:stop]


def _cuts(digits: str, count: int, budget: _Budget) -> Iterator[list[str]]:
    if count == 0:
        if not digits:
            yield []
        return
    for number in _numbers(digits, 0, _LONGEST):
        if not budget.spend():
            return
        if len(digits) - len(number) <= (count - 1) * _LONGEST:
            for rest in _cuts(digits[len(number) :], count - 1, budget):
                yield [number, *rest]


def _groups(digits: str, size: int, groups: int, budget: _Budget) -> Iterator[list[str]]:
    if groups == 1:
        yield from _last_group(digits, size, budget)
        return
    for parts in _parts(digits, size - 1, _LONGEST, None, budget):
        used = sum(map(len, parts))
        total = str(sum(map(int, parts)))
        if digits.startswith(total, used):
            for rest in _groups(digits[used + len(total) :], size, groups - 1, budget):
                yield [*parts, total, *rest]


def _last_group(digits: str, size: int, budget: _Budget) -> Iterator[list[str]]:
    """The group that ends the digits: its total is their end, so the parts are sought for each length of it."""
    for length in range(1, min(_LONGEST, len(digits) - size + 1) + 1):
        total = digits[-length:]
        if length > 1 and total[0] == "0":
            continue
        head = digits[:-length]
        for parts in _parts(head, size - 1, length, int(total), budget):
            if sum(map(len, parts)) == len(head) and sum(map(int, parts)) == int(total):
                yield [*parts, total]


def _parts(digits: str, count: int, longest: int, left: int | None, budget: _Budget) -> Iterator[list[str]]:
    """The ways to take ``count`` numbers from the front; with ``left`` they must use all digits and add up to it."""
    if count == 0:
        yield []
        return
    if left is not None and not count <= len(digits) <= count * longest:
        return
    for number in _numbers(digits, 0, longest):
        value = int(number)
        if not budget.spend() or (left is not None and value > left):
            return
        for rest in _parts(digits[len(number) :], count - 1, longest, None if left is None else left - value, budget):
            yield [number, *rest]
