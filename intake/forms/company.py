"""The forms of a company's own pages: guests of a case, and asking for a company's cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from intake.actions.guests import DAYS_AT_MOST
from intake.forms.fields import BusinessNumberField, ContactEmailField, LongTextField, TextField
from intake.models.guest import GUEST_LABELS


class GuestForm(forms.Form):
    """Whom the company lets see a case, as what, and for how long."""

    name = TextField(label=_("Name"), max_length=80)
    email = ContactEmailField(
        label=_("E-mail"), help_text=_("The person signs in with a code that goes there.")
    )
    kind = forms.ChoiceField(label=_("Who this is"), choices=list(GUEST_LABELS.items()))
    may_reply = forms.TypedChoiceField(
        label=_("What may they do?"),
        choices=[
            ("no", _("Read only")),
            ("yes", _("Read, write to the officer and send what is missing")),
        ],
        initial="no",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    days = forms.IntegerField(
        label=_("For how many days?"),
        initial=14,
        min_value=1,
        max_value=DAYS_AT_MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Write a number from 1 to 90."),
            "invalid": _("Write a number from 1 to 90."),
            "min_value": _("Write a number from 1 to 90."),
            "max_value": _("Write a number from 1 to 90."),
        },
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=[("ko", _("Korean")), ("en", _("English"))]
    )


class AskForm(forms.Form):
    """For which company somebody asks, and how the secretariat can tell that they belong to it."""

    company = forms.ChoiceField(label=_("Company"), required=False)
    business_number = BusinessNumberField(
        label=_("Business registration number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("10 digits, with or without hyphens."),
    )
    note = LongTextField(
        label=_("How can we tell that you work there?"),
        rows=3,
        max_length=400,
        help_text=_(
            "For example your department, a phone number of the company at which we reach you, or "
            "the colleague who filed."
        ),
    )

    def __init__(self, *args: Any, own: list[Company], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            choices = [(str(one.pk), one.name) for one in own]
            self.fields["company"].choices = [  # type: ignore[attr-defined]
                *choices,
                ("", _("Another company")),
            ]
        else:
            del self.fields["company"]

    def clean(self) -> dict[str, Any]:
        """One of the own companies, or a number."""
        data: dict[str, Any] = super().clean() or {}
        missing = not data.get("company") and not data.get("business_number")
        if missing and "business_number" not in self.errors:
            self.add_error("business_number", _("Please fill this in."))
        return data
