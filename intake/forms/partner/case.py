"""Forms of the case page at a partner's desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.forms.fields import TextField
from intake.forms.step import DayInput

# A promise further away than this is a mistyped year.
_FARTHEST = dt.timedelta(days=2 * 366)


class PromiseForm(forms.Form):
    """Notes what an officer promised somebody about a case, and by when."""

    text = TextField(
        label=_("What was promised"),
        max_length=400,
        help_text=_("For example: call the company when the answer is there."),
        error_messages={"required": _("Write what was promised, and to whom.")},
    )
    due_on = forms.DateField(label=_("To be kept by"), required=False, widget=DayInput)

    def clean_due_on(self) -> Any:
        """A day to come, and none in another century."""
        day = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if day is not None and day < today:
            raise ValidationError(_("This day is over. Choose today or a later day."))
        if day is not None and day > today + _FARTHEST:
            raise ValidationError(_("This day is more than two years away. Look at the year."))
        return day
