"""Forms of the secretariat's steps. Each knows the verb's arguments and nothing of the verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SECRETARIAT, User
from intake import deadline, workflow
from intake.forms.fields import HSCodeField, LazyChoiceField, LongTextField, TextField
from intake.forms.following import ReceiptNumberField
from intake.models import Case, ClockPolicy
from intake.models.case import NO_LONGER_NEEDED, OUTCOME_LABELS
from intake.models.event import AUDIENCE_LABELS, TO_BODIES, TO_SUBMITTER
from intake.models.policy import BORDER_POLICY, DEFAULT_POLICY
from reference import cached
from reference.models import Category, Country

SUPPLEMENT_WORKING_DAYS = 5


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


def _policies(_language: str) -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in ClockPolicy.objects.all()]


class ClassifyForm(StepForm):
    """Sets what the case is about. Only what was changed is written.

    Each field carries what the officer saw, so that two officers who change different fields
    do not undo each other.
    """

    category = LazyChoiceField(
        source=cached.category_choices,
        empty=_("Not known"),
        label=_("Kind of difficulty"),
        required=False,
        show_hidden_initial=True,
    )
    policy = LazyChoiceField(
        source=_policies,
        empty=None,
        label=_("Kind of case"),
        help_text=_("Decides the period. A new date is told to the company."),
        show_hidden_initial=True,
    )
    country = LazyChoiceField(
        source=cached.country_choices,
        empty=None,
        label=_("Country concerned"),
        error_messages={"invalid_choice": _("Choose a country from the list.")},
        show_hidden_initial=True,
    )
    hs_code = HSCodeField(
        label=_("HS code"),
        required=False,
        max_length=20,
        help_text=_("2 to 10 digits, for example 3304.99."),
        show_hidden_initial=True,
    )
    product = TextField(
        label=_("Product"), required=False, max_length=120, show_hidden_initial=True
    )
    at_border = forms.BooleanField(
        label=_("Goods are at the border now"),
        required=False,
        help_text=_("Ticking this puts the case on the clock for goods at the border."),
        show_hidden_initial=True,
    )

    def initial_for(self, case: Case) -> dict[str, Any]:
        """What the case says now."""
        return {
            "category": case.category_id or "",
            "policy": case.policy,
            "country": case.country_id,
            "hs_code": case.hs_code,
            "product": case.product,
            "at_border": case.at_border,
        }

    def clean(self) -> dict[str, Any]:
        """Something must change; the border mark brings its own clock."""
        cleaned = super().clean() or self.cleaned_data
        changed = [name for name in self.changed_data if name != "version"]
        if not self.errors and not changed:
            raise ValidationError(_("Nothing was changed."), code="unchanged")
        if "at_border" in changed and "policy" not in changed and "policy" in cleaned:
            if cleaned["at_border"]:
                cleaned["policy"] = BORDER_POLICY
            elif cleaned["policy"] == BORDER_POLICY:
                cleaned["policy"] = DEFAULT_POLICY
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Only what the officer changed."""
        said = self.cleaned_data
        found = {name: said[name] for name in self.changed_data if name != "version"}
        if "category" in found:
            found["category"] = Category.objects.filter(pk=found["category"]).first()
        if "country" in found:
            found["country"] = Country.objects.get(pk=found["country"])
        if said["policy"] != self.case.policy and "at_border" in found:
            found["policy"] = said["policy"]
        return found

    @classmethod
    def again(cls, posted: QueryDict, *, case: Case, **more: Any) -> StepForm:
        """What the officer typed stands; what they left alone follows the case."""
        before = cls(posted, case=case)
        typed = set(before.changed_data)
        now = before.initial_for(case)
        data = posted.copy()
        data["version"] = str(case.version)
        for name, value in now.items():
            text = ("True" if value else "False") if isinstance(value, bool) else str(value)
            data[before.add_initial_prefix(name)] = text
            if name not in typed:
                data[name] = "on" if value is True else "" if value is False else text
                if value is False:
                    del data[name]
        return cls(data, case=case)


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


class AnswerForm(StepForm):
    """The one answer to the company."""

    text = LongTextField(
        label=_("Answer"),
        rows=16,
        max_length=20_000,
        help_text=_("The company reads these words. Name the body behind each part."),
    )

    def initial_for(self, case: Case) -> dict[str, Any]:
        """What the bodies answered, each under its name."""
        answered = case.referrals.filter(state=workflow.REFERRAL_ANSWERED).select_related(
            "organisation"
        )
        return {"text": merged((row.organisation.name, row.answer) for row in answered)}


def merged(parts: Any) -> str:
    """The bodies' answers as one text, each under the body's name."""
    return "\n\n".join(f"■ {name}\n{text.strip()}" for name, text in parts)


class ReasonForm(StepForm):
    """A step that needs a reason and nothing else."""

    reason = LongTextField(
        label=_("Reason"), rows=4, max_length=2000, help_text=_("The company reads these words.")
    )


class CloseForm(StepForm):
    """Closes an answered case."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        required=False,
        choices=[
            ("", _("Not told by the company")),
            *((code, label) for code, label in OUTCOME_LABELS.items() if code != NO_LONGER_NEEDED),
            (NO_LONGER_NEEDED, OUTCOME_LABELS[NO_LONGER_NEEDED]),
        ],
    )
    text = LongTextField(label=_("What became of it?"), rows=3, max_length=2000, required=False)


class RejectForm(ReasonForm):
    """Returns the case, and says where the company can turn."""

    next_place = TextField(
        label=_("Where the company can turn"),
        max_length=200,
        help_text=_("Name the office and how to reach it. No case is returned without one."),
    )


class TransferForm(ReasonForm):
    """Passes the case to a place outside the council."""

    place = TextField(
        label=_("To which place"),
        max_length=120,
        help_text=_("The company gets its own text ready to send there."),
    )


class DuplicateForm(StepForm):
    """Merges the case with an earlier one."""

    original = ReceiptNumberField(
        label=_("Receipt number of the earlier case"),
        help_text=_("For example GT-2026-000123-7. Spaces and hyphens do not matter."),
    )

    def clean_original(self) -> Case:
        """The case of that number."""
        found = Case.objects.filter(number=self.cleaned_data["original"]).first()
        if found is None:
            raise ValidationError(_("There is no case with this number."), code="unknown")
        if found.pk == self.case.pk:
            raise ValidationError(_("A case cannot be the duplicate of itself."), code="self")
        return found


class MessageForm(StepForm):
    """A message to the company or to the bodies that were asked."""

    text = LongTextField(label=_("Message"), rows=6, max_length=10_000)
    audience = forms.ChoiceField(
        label=_("Who can read it"),
        choices=[(code, AUDIENCE_LABELS[code]) for code in (TO_SUBMITTER, TO_BODIES)],
        widget=forms.RadioSelect,
        initial=TO_SUBMITTER,
    )


class NoteForm(StepForm):
    """An internal note."""

    text = LongTextField(
        label=_("Note"),
        rows=6,
        max_length=10_000,
        help_text=_("Only the secretariat and the auditor read it."),
    )


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
