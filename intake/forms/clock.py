"""The forms of the rows behind the clock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _


class ClockPolicyForm(forms.ModelForm):
    """How long a kind of case may take; an extension is never longer than that (Decree 21)."""

    def clean(self) -> dict[str, Any]:
        """Refuse an extension that the law does not allow."""
        cleaned = super().clean() or self.cleaned_data
        length, extension = cleaned.get("length"), cleaned.get("extension")
        if length is not None and length < 1:
            self.add_error("length", _("A period has at least one day or hour."))
        elif length is not None and extension is not None and extension > length:
            self.add_error(
                "extension",
                _("An extension is at most as long as the period itself: %(length)d.")
                % {"length": length},
            )
        return cleaned
