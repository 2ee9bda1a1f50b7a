"""Numbers as Chinese running text writes them: 3,119, 一件, 两件, 十二件, 三千一百一十九件, 100余件, 1.2万元."""

from __future__ import annotations

import re
from decimal import Decimal

_SIGNS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,3}(?!\d)|\d{1,9})(?:\.\d{1,6})?|[零〇一二两三四五六七八九十百千]{1,9}"
# Not behind a digit, a separator or a space after a digit: 3，119 and 3 119 have no certain value.
_BARE = rf"(?<![\d.,，．])(?<!\d\s)(?:{_NUMBER})"
_WRITTEN = rf"(?:近|约|大约|超过|超|逾)?(?:{_BARE})(?:余|多|几)?万?(?:余|多)?"
COUNT = rf"(?P<n>{_WRITTEN})(?:件|宗|份|例|条)(?:次)?(?P<more>以上|左右|余)?(?!/)"
MONEY = rf"(?P<m>{_WRITTEN})元(?!/|每|一)"
_PARTS = re.compile(rf"(?P<about>近|约|大约|超过|超|逾)?(?P<number>{_NUMBER})(?P<more>余|多|几)?(?P<scale>万)?(?P<rest>余|多)?")


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral below ten thousand; ``None`` if it is not well formed.

    >>> chinese_number("三千一百一十九"), chinese_number("十二"), chinese_number("一百零五"), chinese_number("十百")
    (3119, 12, 105, None)
    """
    if text in _SIGNS:
        return _SIGNS[text]
    total, digit, last = 0, None, 10_000
    for sign in text:
        if sign in _UNITS:
            unit = _UNITS[sign]
            if unit >= last or (digit is None and (total or unit != 10)) or digit == 0:
                return None
            total, digit, last = total + (1 if digit is None else digit) * unit, None, unit
        elif sign in "零〇":
            if digit is not None or not total or last == 10:
                return None
            last = min(last, 100) if last > 10 else last
        elif digit is not None:
            return None
        else:
            digit = _SIGNS[sign]
    if digit is not None and last == 1000:
        # 三千五 is short for 3,500 in speech and 3,005 to a machine.
        return None
    return total + (digit or 0) if total else None


def read_number(text: str) -> tuple[int | Decimal, bool] | None:
    """The value and whether it is approximate; ``None`` if it cannot be read for certain.

    >>> read_number("3,119"), read_number("100余"), read_number("1.2万"), read_number("两")
    ((3119, False), (100, True), (12000, False), (2, False))
    """
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    digits = found["number"]
    written = Decimal(digits.replace(",", "")) if digits[0].isascii() else chinese_number(digits)
    if written is None:
        return None
    value = Decimal(written) * (10_000 if found["scale"] else 1)
    return _plain(value), bool(found["about"] or found["more"] or found["rest"])


def _plain(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value
