"""Forms for what the company gave by phone: item by item, and the end of the pause."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.actions.supplying import current_items
from intake.forms.fields import LongTextField, TextField
from intake.forms.step import DayInput, StepForm
from intake.models import Case


class RecordItemForm(StepForm):
    """Marks items of the supplement request as given, with who said what and when."""

    said_by = TextField(
        label=_("Who said it"),
        max_length=80,
        help_text=_("Name and position of the person at the company."),
    )
    said_on = forms.DateField(label=_("On which day"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open = {
            f"item_{item.pk}": item for item in current_items(self.case) if not item.is_given
        }
        for name, item in self.open.items():
            self.fields[name] = LongTextField(
                label=item.label,
                rows=2,
                max_length=2000,
                required=False,
                help_text=_("What the company gave or said. Leave it empty while it is open."),
            )
        self.order_fields([*self.open, "said_by", "said_on"])

    def initial_for(self, case: Case) -> dict[str, Any]:
        """The contact person, today."""
        return {"said_by": case.contact_name, "said_on": timezone.localdate()}

    def clean_said_on(self) -> dt.date:
        """Today or before."""
        day: dt.date = self.cleaned_data["said_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """At least one item."""
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) for name in self.open):
            raise ValidationError(_("Say for at least one item what the company gave."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """The words by the keys of the items, who said them, and when."""
        told = self.cleaned_data
        said = {item.pk: told[name] for name, item in self.open.items() if told[name]}
        return {"said": said, "said_by": told["said_by"], "said_on": told["said_on"]}


class EndPauseForm(StepForm):
    """Ends the pause when everything is there: nothing to type.

    What the company has saved on its page and not sent goes along, and the form says so.
    """

    intro = _(
        "The clock runs again. What the company has saved on its page and not sent goes along, "
        "and the company is told what was recorded."
    )

    def arguments(self) -> dict[str, Any]:
        """What was kept is sent."""
        return {"kept": True}
