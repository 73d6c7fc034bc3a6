"""What every step of the secretariat has in common: the case as the officer saw it."""

from __future__ import annotations

import functools
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from intake.forms.fields import LongTextField
from intake.forms.gaps import refuse_gaps
from intake.models import Case


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


# What says how the officer saw the case; no verb takes it.
SEEN = ("version", "since")


def last_event(case: Case) -> int:
    """The timeline's end, as a form carries it; 0 for none."""
    return case.events.order_by("-id").values_list("pk", flat=True).first() or 0


def renewed(posted: QueryDict, case: Case) -> QueryDict:
    """What was posted, as if the form had been opened on the case as it is now."""
    data = posted.copy()
    data["version"] = str(case.version)
    data["since"] = str(last_event(case))
    return data


class StepForm(forms.Form):
    """A step of a case, as the officer saw the case."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    # Whether its words go out to somebody; then no gap of a template may be left in them.
    goes_out = True

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        given = kwargs.pop("initial", {})
        seen = {"version": case.version, "since": functools.partial(last_event, case)}
        kwargs["initial"] = {**seen, **self.initial_for(case), **given}
        super().__init__(*args, **kwargs)
        if self.goes_out:
            refuse_gaps(self)

    def initial_for(self, case: Case) -> dict[str, Any]:
        """What the form proposes."""
        return {}

    def arguments(self) -> dict[str, Any]:
        """What the verb takes, beside the case and who acts."""
        return {name: value for name, value in self.cleaned_data.items() if name not in SEEN}

    @classmethod
    def again(cls, posted: QueryDict, *, case: Case, **more: Any) -> StepForm:
        """The same words on the case as it is now, after somebody else was first."""
        return cls(renewed(posted, case), case=case, **more)


class ReasonForm(StepForm):
    """A step that needs a reason and nothing else."""

    reason = LongTextField(
        label=_("Reason"), rows=4, max_length=2000, help_text=_("The company reads these words.")
    )
