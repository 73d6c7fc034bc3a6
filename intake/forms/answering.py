"""What the secretariat writes: the one answer, messages, internal notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake import workflow
from intake.forms.fields import LongTextField
from intake.forms.step import StepForm
from intake.models import Case
from intake.models.event import AUDIENCE_LABELS, TO_BODIES, TO_SUBMITTER


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
