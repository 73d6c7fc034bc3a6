"""The form of somebody who takes an invitation up without having an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextField
from accounts.models import Invitation, User


class NewAccountForm(forms.Form):
    """A name and a password of one's own."""

    name = TextField(
        label=_("Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As colleagues and companies will read it."),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A sentence of a few words is easy to remember."),
    )
    again = forms.CharField(
        label=_("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        self.invitation = invitation
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = invitation.name

    def clean(self) -> dict[str, Any]:
        """The same twice, and strong enough for this person."""
        found = super().clean() or {}
        first, second = found.get("password"), found.get("again")
        if first and second and first != second:
            self.add_error("again", gettext("The two passwords differ. Type the same one twice."))
        if first:
            person = User(email=self.invitation.email, name=found.get("name", ""))
            try:
                password_validation.validate_password(first, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return found
