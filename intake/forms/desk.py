"""Forms of the secretariat's steps. Each knows the verb's arguments and nothing of the verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SECRETARIAT, User
from intake import deadline
from intake.forms.answering import AnswerForm, MessageForm, NoteForm
from intake.forms.classify import ClassifyForm
from intake.forms.closing import CloseForm, DuplicateForm, RejectForm, TransferForm
from intake.forms.fields import LongTextField
from intake.forms.step import DayInput, ReasonForm, StepForm
from intake.models import Case

SUPPLEMENT_WORKING_DAYS = 5
__all__ = ["FORMS", "AssignForm", "DayInput", "ReasonForm", "StepForm", "officers"]


class ClaimForm(StepForm):
    """Takes the case up: nothing to type."""


def officers() -> QuerySet[User]:
    """Who can be given a case: the secretariat's active officers."""
    return (
        User.objects.filter(
            is_active=True,
            memberships__ended_at__isnull=True,
            memberships__organisation__kind=SECRETARIAT,
        )
        .distinct()
        .order_by("name")
    )


class AssignForm(StepForm):
    """Gives the case to an officer."""

    officer = forms.ModelChoiceField(
        User.objects.none(), label=_("Officer"), empty_label=_("Choose an officer")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers()  # type: ignore[attr-defined]

    def initial_for(self, case: Case) -> dict[str, Any]:
        """Who has it now."""
        return {"officer": case.assignee_id}


class RequestSupplementForm(StepForm):
    """Asks the company for what is missing."""

    text = LongTextField(
        label=_("What is missing"),
        rows=6,
        help_text=_("Name each paper or fact. The company reads these words."),
    )
    due = forms.DateField(
        label=_("Until"), widget=DayInput, help_text=_("The clock stops until the papers arrive.")
    )

    def initial_for(self, case: Case) -> dict[str, Any]:
        """Five working days from now."""
        return {"due": timezone.localdate(deadline.in_working_days(SUPPLEMENT_WORKING_DAYS + 1))}

    def clean_due(self) -> dt.date:
        """A day that lies ahead."""
        due: dt.date = self.cleaned_data["due"]
        if due <= timezone.localdate():
            raise ValidationError(_("The date for the supplement must lie in the future."))
        return due


FORMS: Mapping[str, type[StepForm]] = {
    "claim": ClaimForm,
    "assign": AssignForm,
    "classify": ClassifyForm,
    "request_supplement": RequestSupplementForm,
    "answer": AnswerForm,
    "close": CloseForm,
    "reopen": ReasonForm,
    "extend": ReasonForm,
    "reject": RejectForm,
    "mark_duplicate": DuplicateForm,
    "transfer_out": TransferForm,
    "send_message": MessageForm,
    "note": NoteForm,
}
