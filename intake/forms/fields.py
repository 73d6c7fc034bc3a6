"""Form fields of a difficulty: HS codes, money, countries; those of people come along."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import (
    BusinessNumberField,
    ContactEmailField,
    LazyChoiceField,
    LongTextField,
    PhoneField,
    TextField,
    tidy,
)
from intake.forms.widgets import SeveralSelects
from reference import cached

__all__ = [
    "AmountField",
    "BusinessNumberField",
    "ContactEmailField",
    "HSCodeField",
    "LazyChoiceField",
    "LongTextField",
    "PhoneField",
    "SeveralCountriesField",
    "TextField",
    "country_field",
    "tidy",
]


_HS_LENGTHS = (2, 4, 6, 8, 10)


class HSCodeField(TextField):
    """An HS code of 2 to 10 digits in pairs; dots, hyphens and spaces are ignored."""

    scanned = False

    def clean(self, value: Any) -> str:
        """Digits only, of a length that exists, in a chapter that is in use."""
        text = super().clean(value)
        digits = re.sub(r"[.\-\s]", "", unicodedata.normalize("NFKC", text))
        if not digits:
            return ""
        if not re.fullmatch(r"[0-9]+", digits):
            raise ValidationError(
                _("Write the HS code in digits, for example 3304.99."), code="digits"
            )
        if len(digits) not in _HS_LENGTHS:
            raise ValidationError(
                _("An HS code has 2, 4, 6, 8 or 10 digits; this one has %(count)s."),
                code="length",
                params={"count": len(digits)},
            )
        if not 1 <= int(digits[:2]) <= 97 or digits[:2] == "77":
            raise ValidationError(
                _("There is no HS chapter %(chapter)s. Chapters run from 01 to 97."),
                code="chapter",
                params={"chapter": digits[:2]},
            )
        return digits


class AmountField(forms.DecimalField):
    """An amount of money; commas, spaces and full-width digits are fine."""

    default_error_messages = {
        "invalid": _("Write the amount in digits, for example 50,000."),
        "min_value": _("An amount cannot be less than zero."),
        "max_digits": _("This amount is too large. Check the digits."),
        "max_whole_digits": _("This amount is too large. Check the digits."),
        "max_decimal_places": _("Write two digits after the point at most."),
    }

    def to_python(self, value: Any) -> Any:
        """Read "1,200,000" as a number."""
        if isinstance(value, str):
            value = re.sub(r"[,\s]", "", unicodedata.normalize("NFKC", value))
        return super().to_python(value)


def country_field(**kwargs: Any) -> LazyChoiceField:
    """The country select: frequent ones first."""
    return LazyChoiceField(
        source=cached.country_choices,
        empty=_("Choose a country"),
        error_messages={"invalid_choice": _("Choose a country from the list.")},
        **kwargs,
    )


class SeveralCountriesField(forms.MultipleChoiceField):
    """Up to three more countries."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=lambda: [
                ("", str(_("Choose a country"))),
                *cached.country_choices(get_language() or "ko"),
            ],
            widget=SeveralSelects(),
            error_messages={"invalid_choice": _("Choose a country from the list.")},
            **kwargs,
        )
