"""Form fields for what people type about people and companies: tidy text, numbers, phones."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import phonenumbers
from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import business_number
from accounts.forms.widgets import LongSelect
from privacy import warning

# Controls have no meaning in a typed text; direction overrides can make it read as another.
_UNWANTED = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def tidy(text: str) -> str:
    """One canonical form at the edge: NFC, one kind of line end, no invisible controls."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNWANTED.sub("", text).strip()


class _Decided:
    """A control that hides numbers, or keeps them for a reason, once the person has said so."""

    may_keep = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was typed, as it is wanted after a warning."""
        value = super().value_from_datadict(data, files, name)  # type: ignore[misc]
        if isinstance(value, str):
            return warning.decided(value, data, name, may_keep=self.may_keep)
        return value


class LineInput(_Decided, forms.TextInput):
    """One line."""


class LinesInput(_Decided, forms.Textarea):
    """Several lines: a reason fits behind them."""

    may_keep = True


_DECIDED: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.TextInput: LineInput,
    forms.Textarea: LinesInput,
}


class TextField(forms.CharField):
    """A CharField whose value is tidy; macOS's decomposed Hangul becomes what others type.

    A number that must not be kept is refused before anything is stored (privacy.warning); fields
    of numbers of our own say `scanned = False`.
    """

    scanned = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The field's own copy of its control, whatever attributes it was given.
        plain = type(self.widget)
        self.widget.__class__ = _DECIDED.get(plain, plain)

    default_error_messages = {
        "required": _("Please fill this in."),
        "max_length": _(
            "At most %(limit_value)s characters fit here; you wrote %(show_value)s. Shorten it, "
            "or attach the rest as a file."
        ),
        "null_characters_not_allowed": _(
            "This text has an invisible character in it that cannot be stored. Write it anew."
        ),
    }

    def to_python(self, value: Any) -> str:
        """Clean before length and content are judged."""
        return tidy(super().to_python(value) or "")

    def clean(self, value: Any) -> Any:
        """The text, if nothing stands in it that we may not keep."""
        text: str = super().clean(value)
        if self.scanned:
            warning.refuse(text, may_keep=isinstance(self.widget, LinesInput))
        return text


class LongTextField(TextField):
    """A text of several lines, with its limit told to the page for the counter."""

    def __init__(self, *, rows: int = 5, max_length: int = 5000, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "data-count": max_length}))
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`: a browser would cut what was pasted without saying so."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class BusinessNumberField(TextField):
    """A Korean business registration number; ten digits out, however they were typed."""

    scanned = False

    MESSAGES = {
        business_number.NOT_DIGITS: _("Write digits only, for example 123-45-67891."),
        business_number.WRONG_LENGTH: _("A business registration number has 10 digits."),
        business_number.UNKNOWN_OFFICE: _(
            "No business registration number starts like this. Check the first three digits."
        ),
        business_number.WRONG_CHECK_DIGIT: _(
            "This number cannot be right: its last digit does not match. Compare it with the "
            "registration certificate."
        ),
    }

    def clean(self, value: Any) -> str:
        """Ten digits, checked."""
        text = super().clean(value)
        if not text:
            return text
        try:
            return business_number.check(text)
        except business_number.BusinessNumberError as error:
            raise ValidationError(self.MESSAGES[error.code], code=error.code) from error


class PhoneField(TextField):
    """A phone number in any usual form; Korean when it has no country code."""

    scanned = False

    def clean(self, value: Any) -> str:
        """The number as it is written in Korea, or with + and country code from abroad."""
        text = super().clean(value)
        if not text:
            return text
        plain = unicodedata.normalize("NFKC", text)
        try:
            number = phonenumbers.parse(plain, "KR")
        except phonenumbers.NumberParseException as error:
            raise ValidationError(self._words(), code="phone") from error
        special = re.fullmatch(r"1[568]\d{2}-?\d{4}", re.sub(r"\s", "", plain))
        if not phonenumbers.is_possible_number(number) and not special:
            raise ValidationError(self._words(), code="phone")
        if number.country_code != 82:
            form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        else:
            form = phonenumbers.PhoneNumberFormat.NATIONAL
        return str(phonenumbers.format_number(number, form))

    @staticmethod
    def _words() -> Any:
        return _(
            "Write the phone number with its area code, for example 010-1234-5678 or 02-123-4567; "
            "from abroad with + and country code."
        )


class ContactEmailField(TextField):
    """An e-mail address that a mail can really be sent to."""

    widget = forms.EmailInput
    default_validators = [validators.validate_email]
    default_error_messages = {
        "invalid": _("Write the e-mail address like this: name@company.co.kr.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def run_validators(self, value: Any) -> None:
        """One sentence for whatever is wrong; Django lets line breaks of some scripts pass."""
        if value in self.empty_values:
            return
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not value.isprintable():
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class LazyChoiceField(forms.TypedChoiceField):
    """A choice whose options come from a function of the language, asked at each use."""

    default_error_messages = {
        "required": _("Please choose one."),
        "invalid_choice": _("Choose one from the list."),
    }

    def __init__(self, *, source: Any, empty: Any = "", **kwargs: Any) -> None:
        self.source = source
        self.empty = empty

        def listed() -> list[Any]:
            options = list(self.source(get_language() or "ko"))
            return [("", str(self.empty)), *options] if self.empty is not None else options

        kwargs.setdefault("widget", LongSelect)
        super().__init__(choices=listed, **kwargs)
