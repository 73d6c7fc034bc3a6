"""The words that go with a decision on a company account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextField


class DecideForm(forms.Form):
    """Nothing but the button: the page says what it means."""


class RefuseForm(forms.Form):
    """Why somebody is not let in."""

    reason = TextField(
        label=_("Reason"), max_length=160, help_text=_("The person reads it in the mail.")
    )
