"""What a reader of the desk figures chooses: a period, and by what to divide it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from intake.figures import reading, tally
from intake.figures.periods import Period, quarter
from intake.figures.periods import read as period_of


class FiguresForm(forms.Form):
    """Sent by GET, so that a view of the figures has an address; nonsense falls back."""

    period = forms.ChoiceField(label=_("Period"), required=False)
    by = forms.ChoiceField(label=_("Divided by"), required=False)

    def __init__(self, data: Any, *, today: dt.date, first: dt.date | None) -> None:
        """With the periods since a first day; what is not known becomes this quarter by kind."""
        chosen = period_of(str(data.get("period", "")), today)
        self.asked_period: Period = chosen or quarter(today)
        by = str(data.get("by", ""))
        self.asked_by: str = by if by in tally.CHOICES else tally.CATEGORY
        super().__init__({"period": self.asked_period.code, "by": self.asked_by})
        periods = reading.choices(today, first)
        if self.asked_period.code not in dict(periods):
            periods.append((self.asked_period.code, reading.period_label(self.asked_period)))
        self.fields["period"].choices = periods  # type: ignore[attr-defined]
        self.fields["by"].choices = [  # type: ignore[attr-defined]
            (name, capfirst(reading.DIMENSION_LABELS[name])) for name in tally.CHOICES
        ]
