"""How the secretariat ends a case: closed, returned, merged, passed on."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.fields import LongTextField, TextField
from intake.forms.following import ReceiptNumberField
from intake.forms.step import ReasonForm, StepForm
from intake.models import Case
from intake.models.case import NO_LONGER_NEEDED, OUTCOME_LABELS


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
        widget=forms.TextInput(attrs={"list": "places"}),
        help_text=_("Name the office and how to reach it. No case is returned without one."),
    )


class TransferForm(ReasonForm):
    """Passes the case to a place outside the council."""

    place = TextField(
        label=_("To which place"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "places"}),
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
