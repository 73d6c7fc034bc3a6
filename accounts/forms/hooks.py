"""The form of a new webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.hooks import address, events


class HookForm(forms.Form):
    """Where to, and what."""

    url = forms.CharField(
        label=gettext_lazy("Address of your system"),
        max_length=address.LONGEST,
        help_text=gettext_lazy("It begins with https:// and can be reached from the Internet."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    families = forms.MultipleChoiceField(
        label=gettext_lazy("What your system is told"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(family.name, _(family.label)) for family in events.families()]
        self.fields["families"].choices = found  # type: ignore[attr-defined]
        self.fields["families"].initial = [name for name, _label in found]

    def clean_url(self) -> str:
        """An address that may be written down; whether it answers shows a trial."""
        url = str(self.cleaned_data["url"])
        try:
            address.parse(url)
        except address.BadAddressError as error:
            raise forms.ValidationError(str(error)) from None
        return url
