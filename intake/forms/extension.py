"""Forms around more time and progress: what the officer asks, and what the company answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.forms.fields import LongTextField, TextField
from intake.forms.step import DayInput, ReasonForm, StepForm
from intake.models import Case


class AskExtensionForm(ReasonForm):
    """Asks the company for a second extension."""


class RecordedConsentForm(StepForm):
    """What the company said by phone about more time: who said it, and when."""

    said_by = TextField(
        label=_("Who said it"),
        max_length=80,
        help_text=_("Name and position of the person at the company."),
    )
    said_on = forms.DateField(label=_("On which day"), widget=DayInput)
    text = LongTextField(
        label=_("What was said"),
        rows=3,
        max_length=2000,
        required=False,
        help_text=_("The company reads these words."),
    )

    def initial_for(self, case: Case) -> dict[str, Any]:
        """The contact person, today."""
        return {"said_by": case.contact_name, "said_on": timezone.localdate()}

    def clean_said_on(self) -> dt.date:
        """Between the question and today."""
        day: dt.date = self.cleaned_data["said_on"]
        asked = self.case.extension_asked_at
        if day > timezone.localdate() or (asked and day < timezone.localdate(asked)):
            raise ValidationError(_("The day lies between the question and today."))
        return day


class SayProgressForm(StepForm):
    """The officer's own words about how far the case is; the facts stand below them."""

    text = LongTextField(
        label=_("Words to the company"),
        rows=5,
        max_length=2000,
        help_text=_(
            "Who was asked, what came back and the date follow by themselves. See the preview."
        ),
    )
