"""Korean business registration numbers (사업자등록번호): cleaning, checking and writing them.

Pure Python. The check digit follows the National Tax Service's published weights.
"""

from __future__ import annotations

import re
import unicodedata

LENGTH = 10
WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
FIRST_TAX_OFFICE = 101

# What can be wrong with a number.
NOT_DIGITS = "not-digits"
WRONG_LENGTH = "wrong-length"
UNKNOWN_OFFICE = "unknown-office"
WRONG_CHECK_DIGIT = "wrong-check-digit"


class BusinessNumberError(ValueError):
    """Says by `code` why a number cannot be right; the form finds the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normalise(text: str) -> str:
    """The number as typed, without the full-width forms, hyphens and spaces people use."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        sign
        for sign in plain
        # Pd: every dash, Cf: zero-width marks that come along when pasting, 2212: minus.
        if not sign.isspace() and unicodedata.category(sign) not in {"Pd", "Cf"} and sign != "−"
    )


def check(text: str) -> str:
    """The ten digits of a valid number, else BusinessNumberError.

    Whether the company exists and is open is another question, for the tax office.
    """
    number = normalise(text)
    if not re.fullmatch(r"[0-9]+", number):
        raise BusinessNumberError(NOT_DIGITS)
    if len(number) != LENGTH:
        raise BusinessNumberError(WRONG_LENGTH)
    # 000-00-00000 satisfies the checksum; no tax office has a number below 101.
    if int(number[:3]) < FIRST_TAX_OFFICE:
        raise BusinessNumberError(UNKNOWN_OFFICE)
    if int(number[-1]) != _check_digit(number[:-1]):
        raise BusinessNumberError(WRONG_CHECK_DIGIT)
    return number


def pretty(number: str) -> str:
    """Ten digits as people write them, 3-2-5; anything else unchanged."""
    if len(number) != LENGTH:
        return number
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"


def _check_digit(first_nine: str) -> int:
    digits = [int(digit) for digit in first_nine]
    total = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return (10 - (total + digits[-1] * WEIGHTS[-1] // 10) % 10) % 10
