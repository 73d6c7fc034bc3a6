"""Forms of a manager: whom to invite, and what somebody is in the organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextField
from accounts.models import OFFICER, ROLE_LABELS, Membership


def _roles() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Role"),
        choices=[*ROLE_LABELS.items()],
        help_text=_("A manager also invites, changes and removes people. An officer does not."),
    )


def _unit() -> TextField:
    return TextField(
        label=_("Unit"),
        max_length=80,
        required=False,
        help_text=_("Shown beside the name, for example: Export Support Team."),
    )


class InviteForm(forms.Form):
    """Whom to ask, and as what."""

    name = TextField(label=_("Name"), max_length=80)
    email = forms.EmailField(
        label=_("Work e-mail"),
        help_text=_("The link goes there. It opens the account to whoever reads this mailbox."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = _roles()
    unit = _unit()
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = OFFICER

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


class PersonForm(forms.Form):
    """Role and unit of somebody who acts for the organisation."""

    role = _roles()
    unit = _unit()

    @classmethod
    def of(cls, membership: Membership) -> PersonForm:
        """As it stands."""
        return cls(initial={"role": membership.role, "unit": membership.unit})
