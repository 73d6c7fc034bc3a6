"""A whole column at one glance: what it says where all its cells are plainly right."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from accounts import business_number
from intake.bulk import columns
from intake.bulk.columns import COLUMNS, Column
from intake.forms.difficulty import DifficultyForm

PHONE = re.compile(r"010-[2-9]\d{3}-\d{4}\Z|0(?:2|31|32|51|53)-[2-9]\d{2,3}-\d{4}\Z", re.ASCII)
MAIL = re.compile(
    r"[a-z0-9_]+(?:[.+-][a-z0-9_]+)*@[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*\.(?:com|net|kr|org|example)\Z"
)
SHORT_MAIL = re.compile(f"(?=.{{1,60}}\\Z){MAIL.pattern}")
AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+\Z|\d{1,14}\Z", re.ASCII)
PLAIN = re.compile(
    r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*\Z"
)
# No office gives out numbers below.
FIRST_NUMBER = str(business_number.FIRST_TAX_OFFICE)
_FIELDS = DifficultyForm.base_fields

# What the cells of a column say, empty ones too; None for those that are not plainly right.
Glance = Callable[[Sequence[str]], Sequence[str | None]]


def of_columns() -> dict[str, Glance]:
    """How each column is looked at that can be."""
    return {column.key: _KINDS[column.kind](column) for column in COLUMNS if column.kind in _KINDS}


def _texts(column: Column) -> Glance:
    longest = _FIELDS[column.key].max_length  # type: ignore[attr-defined]
    lines = column.kind == columns.LONG

    def is_right(text: str) -> bool:
        return text.isprintable() or (lines and PLAIN.match(text) is not None)

    def glance(texts: Sequence[str]) -> Sequence[str | None]:
        if max(map(len, texts)) <= longest and is_right("".join(texts)):
            return texts
        return [text if len(text) <= longest and is_right(text) else None for text in texts]

    return glance


def _all_match(pattern: re.Pattern[str]) -> Callable[[Column], Glance]:
    def glance(texts: Sequence[str]) -> Sequence[str | None]:
        if all(map(pattern.match, filter(None, texts))):
            return texts
        return [text if not text or pattern.match(text) else None for text in texts]

    return lambda _column: glance


# What each digit adds to the sum of a business number, for all numbers at once.
_WEIGHED = [
    bytes((digit * weight + (digit * 5 // 10 if place == 8 else 0)) % 10 for digit in range(10))
    for place, weight in enumerate((*business_number.WEIGHTS, 1))
]
_FROM_DIGITS = [bytes(48) + weighed + bytes(198) for weighed in _WEIGHED]


def _numbers(texts: Sequence[str]) -> Sequence[str | None]:
    bare = [text.replace("-", "") for text in texts]
    numbers = list(filter(None, bare))
    if not _have_the_form(numbers):
        numbers = [number for number in numbers if _have_the_form([number])]
    digits = "".join(numbers).encode()
    weighed = [digits[place::10].translate(table) for place, table in enumerate(_FROM_DIGITS)]
    sums = map(sum, zip(*weighed, strict=True))
    right = {number for number, total in zip(numbers, sums, strict=True) if total % 10 == 0}
    return [
        number if number in right else None if text else ""
        for number, text in zip(bare, texts, strict=True)
    ]


def _have_the_form(numbers: Sequence[str]) -> bool:
    joined = "".join(numbers)
    return (
        {*map(len, numbers)} == {business_number.LENGTH}
        and joined.isascii()
        and joined.isdigit()
        and min(numbers) >= FIRST_NUMBER
    )


_KINDS: dict[str, Callable[[Column], Glance]] = {
    columns.TEXT: _texts,
    columns.LONG: _texts,
    columns.NUMBER: lambda _column: _numbers,
    columns.PHONE: _all_match(PHONE),
    columns.EMAIL: _all_match(SHORT_MAIL),
    columns.AMOUNT: _all_match(AMOUNT),
}
