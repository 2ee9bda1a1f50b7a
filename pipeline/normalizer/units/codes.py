"""Division codes: twelve digits, two each for province, city and county, three each for township and village."""

from __future__ import annotations

import functools
import re
from typing import Literal

Level = Literal["province", "city", "county", "township", "development_zone"]

LENGTH = 12
#: How many digits say a level: province, city, county, township.
DEPTHS = (2, 4, 6, 9)
_LENGTHS = frozenset((*DEPTHS, LENGTH))
_LEVELS: dict[int, Level] = {2: "province", 4: "city", 6: "county", 9: "township"}
_ZEROS = tuple((digits, "0" * (LENGTH - digits)) for digits in DEPTHS)
_DIGITS = re.compile(r"[0-9]+")


class BadCodeError(ValueError):
    """What stands for a division code is none."""


def full_code(text: str) -> str:
    """The twelve digits of a code of 2, 4, 6, 9 or 12. Raises ``BadCodeError``.

    >>> full_code("530323"), full_code("53")
    ('530323000000', '530000000000')
    """
    if not _DIGITS.fullmatch(text) or len(text) not in _LENGTHS:
        raise BadCodeError(f"{text!r} is not a code of 2, 4, 6, 9 or 12 digits")
    code = text.ljust(LENGTH, "0")
    if code.startswith("00"):
        raise BadCodeError(f"{text!r} has no province")
    return code


@functools.lru_cache(maxsize=1 << 17)
def depth(code: str) -> int:
    """How many digits of a code mean something: 2, 4, 6, 9, or 12 for a village.

    >>> depth("530323000000"), depth("419001000000")
    (6, 6)
    """
    return next((digits for digits, zeros in _ZEROS if code.endswith(zeros)), LENGTH)


def level_of(code: str) -> Level:
    """The level that a code's digits say; zones that are numbered among the counties are ``county`` here."""
    return _LEVELS[depth(code)]


def is_zone_code(code: str) -> bool:
    """Whether a county's code is of those that statistical lists keep for development zones.

    >>> is_zone_code("130171000000"), is_zone_code("130181000000"), is_zone_code("120116000000")
    (True, False, False)
    """
    return depth(code) == 6 and "71" <= code[4:6] <= "80"


@functools.lru_cache(maxsize=1 << 17)
def upper_codes(code: str) -> tuple[str, ...]:
    """The codes above a code, from the province down.

    >>> upper_codes("530323104000")
    ('530000000000', '530300000000', '530323000000')
    """
    own = depth(code)
    # A city without counties, such as 东莞 4419, stands for its county too: its code is named once.
    return tuple(dict.fromkeys(code[:digits].ljust(LENGTH, "0") for digits in DEPTHS if digits < own))


def is_under(code: str, upper: str) -> bool:
    """Whether a code lies below another, by its digits.

    >>> is_under("530323104000", "530300000000"), is_under("530323000000", "530323000000")
    (True, False)
    """
    return code != upper and code.startswith(upper[: depth(upper)])
