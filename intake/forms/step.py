"""What every step of the secretariat has in common: the case as the officer saw it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from intake.forms.fields import LongTextField
from intake.models import Case


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class StepForm(forms.Form):
    """A step of a case, as the officer saw the case."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        given = kwargs.pop("initial", {})
        kwargs["initial"] = {"version": case.version, **self.initial_for(case), **given}
        super().__init__(*args, **kwargs)

    def initial_for(self, case: Case) -> dict[str, Any]:
        """What the form proposes."""
        return {}

    def arguments(self) -> dict[str, Any]:
        """What the verb takes, beside the case and who acts."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @classmethod
    def again(cls, posted: QueryDict, *, case: Case, **more: Any) -> StepForm:
        """The same words on the case as it is now, after somebody else was first."""
        data = posted.copy()
        data["version"] = str(case.version)
        return cls(data, case=case, **more)


class ReasonForm(StepForm):
    """A step that needs a reason and nothing else."""

    reason = LongTextField(
        label=_("Reason"), rows=4, max_length=2000, help_text=_("The company reads these words.")
    )
