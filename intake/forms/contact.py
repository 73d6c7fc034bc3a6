"""Another e-mail address of the contact person: at the desk, and on the company's own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import ContactEmailField
from intake.forms.step import StepForm


def _email() -> ContactEmailField:
    return ContactEmailField(
        label=_("New e-mail address"),
        help_text=_("For example name@company.co.kr. The earlier address is told of the change."),
    )


def _send_again() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Send again to this address what did not arrive"), required=False, initial=True
    )


class ContactForm(forms.Form):
    """The company, or who filed for it, gives another address."""

    email = _email()
    send_again = _send_again()


class TextsForm(forms.Form):
    """The contact person wants short text messages too, or no longer: one button, no typing."""

    wanted = forms.BooleanField(required=False, widget=forms.HiddenInput)


class CorrectContactForm(StepForm):
    """The officer enters what the company said by phone."""

    goes_out = False
    intro = _(
        "Call the company, ask for an address that works, and enter it here. If the address is "
        "right after all, enter it once more: mail is tried anew."
    )
    email = _email()
    send_again = _send_again()

    def initial_for(self, case: Any) -> dict[str, Any]:
        """Nothing: the officer types what was said."""
        return {}
