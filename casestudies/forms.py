"""What people write about a study: the desk's form, decisions on findings, the company's word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casestudies.actions import Decision
from casestudies.models import HS_LONGEST, Finding
from casestudies.models.approval import APPROVED, CHANGES, REFUSED
from casestudies.words import ACTION_TYPES, OUTCOMES
from files import sheets
from marketinfo.forms import EntryForm
from reference.choices import SIZE_CLASSES

REPLACE, KEEP = "replace", "keep"


class CaseStudyForm(EntryForm):
    """A case study in the admin."""

    hs_longest = HS_LONGEST
    outcome = forms.ChoiceField(label=_("Outcome"))
    company_size = forms.ChoiceField(label=_("Size of the company"), required=False)
    action_types = forms.MultipleChoiceField(
        label=_("Actions taken"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def code_lists(self) -> dict[str, Any]:
        """Outcomes, sizes and actions beside the common lists."""
        return {
            **super().code_lists(),
            "outcome": OUTCOMES,
            "company_size": {"": _("Not told"), **SIZE_CLASSES},
            "action_types": ACTION_TYPES,
        }


class SettleForm:
    """The decisions on findings as a page sends them: one choice and one text for each.

    A plain reader of what was posted: the fields are as many as the findings.
    """

    def __init__(self, data: Any, findings: Sequence[Finding]) -> None:
        self._data = data
        self._findings = findings

    def decisions(self) -> dict[int, Decision]:
        """What was decided, by number; findings without a choice are left out."""
        found: dict[int, Decision] = {}
        for row in self._findings:
            choice = self._said("choice", row)
            if choice == REPLACE:
                found[row.number] = Decision(wording=self._said("wording", row))
            elif choice == KEEP:
                # Without a reason the verb refuses: the words of the study stay as they are.
                found[row.number] = Decision(keep_because=self._said("reason", row))
        return found

    def _said(self, name: str, row: Finding) -> str:
        text: str = self._data.get(f"{name}-{row.number}", "")
        return " ".join(text.replace("\x00", "").split())[:300]


class RarityForm(forms.Form):
    """Why few companies of a kind are no danger."""

    reason = forms.CharField(
        label=_("Why it is no danger"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: many firms that never filed here make the same goods."),
        error_messages={"required": _("Write why it is no danger.")},
    )


class ApprovalForm(forms.Form):
    """The company's word on the text that it was shown."""

    decision = forms.ChoiceField(
        label=_("May we publish this text?"),
        choices=[
            (APPROVED, _("Yes, publish it as it stands")),
            (CHANGES, _("Not yet: please change something")),
            (REFUSED, _("No, do not publish it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )
    not_before = forms.DateField(
        label=_("Not before this day (optional)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("For example the day after your product comes out."),
    )
    words = forms.CharField(
        label=_("What should we change, or what should we know?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only the officer reads this. It is never published."),
    )

    def clean_not_before(self) -> Any:
        """A day that has not passed."""
        day = self.cleaned_data["not_before"]
        if day and day < timezone.localdate():
            raise ValidationError(_("Choose a day from today on."), code="past")
        return day

    def clean(self) -> dict[str, Any]:
        """Who asks for a change says which."""
        data = super().clean() or self.cleaned_data
        if data.get("decision") == CHANGES and not data.get("words", "").strip():
            self.add_error("words", _("Tell us what should be changed."))
        return data


class CollectionForm(forms.Form):
    """A spreadsheet of cases that somebody collected before."""

    file = forms.FileField(
        label=_("Spreadsheet (XLSX or CSV)"),
        help_text=_(
            "One row is one case. Nothing is written at first: you see what would be taken, and "
            "what must be mended."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": sheets.ACCEPT}),
        error_messages={"required": _("Choose a file.")},
    )
    encoding = forms.ChoiceField(
        label=_("Letters of a CSV file"),
        required=False,
        choices=[("", _("Recognise them")), *sheets.ENCODINGS.items()],
    )
