"""Receipt numbers and tracking codes: how they are made, read and compared. Pure.

A receipt number identifies a case and never authorises; the tracking code authorises.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
import uuid

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # 30 letters, none that is misread
CODE_LENGTH = 16  # 30**16 ≈ 2**78.5
_PREFIX = "GT"
_NUMBER = re.compile(r"GT(\d{4})(\d{6,9})(\d)")


class ReceiptNumberError(ValueError):
    """The text is no receipt number: its form or its check digit is wrong."""


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10 over decimal digits: finds every single wrong digit."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def number(year: int, serial: int) -> str:
    """The receipt number of the year's n-th case, such as GT-2026-000123-7."""
    body = f"{year:04d}{serial:06d}"
    return f"{_PREFIX}-{year:04d}-{serial:06d}-{check_digit(body)}"


def _plain(text: str) -> str:
    """Upper-case letters and digits only: spaces, hyphens and invisible characters dropped."""
    folded = unicodedata.normalize("NFKC", text[:200]).upper()
    return "".join(char for char in folded if char.isascii() and char.isalnum())


def read_number(text: str) -> str:
    """What a person typed, as a receipt number.

    Full-width digits, lower case, missing hyphens and a missing GT are accepted.
    Raises ReceiptNumberError for anything else.
    """
    plain = _plain(text)
    if plain[:1].isdigit():
        plain = _PREFIX + plain
    match = _NUMBER.fullmatch(plain)
    if not match or check_digit(match[1] + match[2]) != int(match[3]):
        raise ReceiptNumberError(text[:40])
    return f"{_PREFIX}-{match[1]}-{match[2]}-{match[3]}"


def tracking_code(key: uuid.UUID, secret: str, *, own: bool = False) -> str:
    """The tracking code of a case: HMAC of its submission key, never stored.

    `own` is the code of a company that acts for itself: who filed for it knows only the first.
    """
    what = b"own-tracking-code:" if own else b"tracking-code:"
    digest = hmac.new(secret.encode(), what + key.bytes, hashlib.sha256).digest()
    value = int.from_bytes(digest, "big")
    letters = []
    for _place in range(CODE_LENGTH):
        value, index = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def pretty_code(code: str) -> str:
    """The code in groups of four, to be read aloud or copied."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def same_code(typed: str, code: str) -> bool:
    """Whether what was typed is the code; takes the same time for every wrong guess."""
    return hmac.compare_digest(_plain(typed).encode(), code.encode())
