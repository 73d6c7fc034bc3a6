"""Dates, amounts and quantities told coarsely: a half-year, a range. Pure.

Ranges run from 1 to 5 and from 5 to 10 of a power of ten, so that no exact figure can be read back.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_UNITS = ("", "만", "억", "조", "경")
_MULTIPLES = {"조": 10**12, "억": 10**8, "천만": 10**7, "백만": 10**6, "만": 10**4, "천": 10**3}
_ENGLISH = {"billion": 10**9, "bn": 10**9, "million": 10**6, "mn": 10**6, "m": 10**6, "k": 10**3}
_PIECE = re.compile(
    r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*(조|억|천만|백만|만|천|billion|bn|million|mn|m\b|k\b)?",
    re.IGNORECASE,
)
_ONE = r"(?:1|5|10|50|100|500|1,000|5,000|[15]천)[만억조경]?"
_ONE_ENGLISH = r"(?:1|5|10|50|100|500)(?:,000){0,5}"
# A range as `band` writes it: never taken for an exact figure again.
BAND = re.compile(rf"(?<![0-9.,]){_ONE}~{_ONE}|(?<![0-9.,]){_ONE_ENGLISH}–{_ONE_ENGLISH}(?![0-9,])")


def number(text: str) -> Decimal | None:
    """What a figure as people write it amounts to: 3억 2,500만, 1.2 million, 45,000."""
    total, found = Decimal(0), False
    for digits, unit in _PIECE.findall(text):
        try:
            value = Decimal(digits.replace(",", ""))
        except InvalidOperation:
            continue
        total += value * (_MULTIPLES.get(unit) or _ENGLISH.get(unit.casefold()) or 1)
        found = True
    return total if found else None


def band(value: Decimal, language: str = "ko") -> str:
    """The range that a value lies in: 1억~5억 or 100,000–500,000; of less than one, 1~5."""
    power = 1
    while value >= power * 10 and power < 10**18:
        power *= 10
    low, high = (5, 10) if value >= 5 * power else (1, 5)
    if language == "ko":
        return f"{_korean(low * power)}~{_korean(high * power)}"
    return f"{low * power:,}–{high * power:,}"


def _korean(value: int) -> str:
    group = 0
    while value >= 10_000 and value % 10_000 == 0 and group < len(_UNITS) - 1:
        value, group = value // 10_000, group + 1
    if group and value in (1000, 5000):
        return f"{value // 1000}천{_UNITS[group]}"
    return f"{value:,}{_UNITS[group]}"


def half_year(year: int | None, month: int | None, language: str = "ko") -> str:
    """The half-year of a month; without a year only the half, without a month the year."""
    if language == "ko":
        half = "" if month is None else ("상반기" if month <= 6 else "하반기")
        return " ".join(part for part in (f"{year}년" if year else "", half) if part)
    half = "" if month is None else ("the first half" if month <= 6 else "the second half")
    if not half:
        return str(year)
    return f"{half} of {year}" if year else f"{half} of that year"
