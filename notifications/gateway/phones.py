"""Phone numbers that a text message can reach."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_TAKES_TEXTS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile(typed: str) -> str:
    """The number as +82…, or nothing where no text message arrives; Korean without a country."""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", typed), "KR")
    except phonenumbers.NumberParseException:
        return ""
    if number.extension or not phonenumbers.is_valid_number(number):
        return ""
    if phonenumbers.number_type(number) not in _TAKES_TEXTS:
        return ""
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def is_e164(number: str) -> bool:
    """Whether a number is written as gateways take it."""
    return _E164.fullmatch(number) is not None
