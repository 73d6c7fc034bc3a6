"""Forms of the secretariat's steps. Each knows the verb's arguments and nothing of the verb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from intake.forms.answering import AnswerForm, MessageForm, NoteForm
from intake.forms.classify import ClassifyForm
from intake.forms.closing import CloseForm, DuplicateForm, RejectForm, TransferForm
from intake.forms.contact import CorrectContactForm
from intake.forms.extension import AskExtensionForm, RecordedConsentForm, SayProgressForm
from intake.forms.people import officers
from intake.forms.recording import EndPauseForm, RecordItemForm
from intake.forms.step import DayInput, ReasonForm, StepForm
from intake.forms.supplement import RequestSupplementForm
from intake.models import Case

__all__ = ["FORMS", "AssignForm", "DayInput", "ReasonForm", "StepForm", "officers"]


class ClaimForm(StepForm):
    """Takes the case up: nothing to type."""


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


FORMS: Mapping[str, type[StepForm]] = {
    "claim": ClaimForm,
    "assign": AssignForm,
    "classify": ClassifyForm,
    "request_supplement": RequestSupplementForm,
    "record_item": RecordItemForm,
    "supplement": EndPauseForm,
    "answer": AnswerForm,
    "close": CloseForm,
    "reopen": ReasonForm,
    "extend": ReasonForm,
    "ask_extension": AskExtensionForm,
    "agree_extension": RecordedConsentForm,
    "refuse_extension": RecordedConsentForm,
    "say_progress": SayProgressForm,
    "reject": RejectForm,
    "mark_duplicate": DuplicateForm,
    "transfer_out": TransferForm,
    "send_message": MessageForm,
    "correct_contact": CorrectContactForm,
    "note": NoteForm,
}
