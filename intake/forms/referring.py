"""The forms of a single question: what one body said, and what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.ask import Ticks, offer
from intake.forms.bodies import OrganisationField
from intake.forms.fields import LongTextField
from intake.forms.step import StepForm
from intake.models import Case, Referral


class ReferralForm(StepForm):
    """A step of one referral."""

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        self.referral = referral
        super().__init__(*args, **kwargs)


class AcceptForm(ReferralForm):
    """The body takes the question on: nothing to type."""


class BodyAnswerForm(ReferralForm):
    """What a body answered by phone or letter."""

    text = LongTextField(
        label=_("Answer of the body"),
        rows=10,
        max_length=20_000,
        help_text=_("As it came, by phone, letter or mail. The company does not read it yet."),
    )


class DeclineForm(ReferralForm):
    """Why a body cannot answer, and which could."""

    reason = LongTextField(label=_("Reason"), rows=4, max_length=2000)
    suggested = OrganisationField(label=_("Body that it suggests"), required=False)


class RecallForm(ReferralForm):
    """Why the question is taken back."""

    reason = LongTextField(
        label=_("Reason"), rows=4, max_length=2000, help_text=_("The body reads these words.")
    )


class RemindForm(ReferralForm):
    """Reminds a body, with words of the officer's own if need be."""

    text = LongTextField(
        label=_("A word to the body"),
        required=False,
        rows=3,
        max_length=1000,
        help_text=_(
            "Stands above the question in the mail. The date and the link are in it already."
        ),
    )


class ReleaseForm(ReferralForm):
    """The facts and files that one body sees; those ticked now are what it sees now."""

    facts = Ticks(
        label=_("Facts shown to this body"),
        help_text=_("It reads its question, the country, the kind of difficulty, and this."),
    )
    files = Ticks(  # type: ignore[assignment]
        label=_("Files shown to this body"),
        help_text=_(
            "These are the originals: pictures may carry the place where they were taken, "
            "documents their author and earlier edits. Look before you pass one on."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer(self.case)
        self.fields["facts"].choices = self.offer.facts  # type: ignore[attr-defined]
        self.fields["files"].choices = self.offer.file_choices  # type: ignore[attr-defined]
        if not self.offer.files:
            del self.fields["files"]

    def initial_for(self, case: Case) -> dict[str, Any]:
        """What it sees now."""
        files = self.referral.released_files.values_list("pk", flat=True)
        return {"facts": self.referral.released, "files": [str(pk) for pk in files]}

    def clean(self) -> dict[str, Any]:
        """Something must change."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not {"facts", "files"} & set(self.changed_data):
            raise ValidationError(_("Nothing was changed."), code="unchanged")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """The facts by name, the files as rows."""
        files = self.cleaned_data.get("files", [])
        return {
            "facts": self.cleaned_data["facts"],
            "files": [self.offer.files[key] for key in files],
        }


REFERRAL_FORMS: Mapping[str, type[ReferralForm]] = {
    "remind": RemindForm,
    "release": ReleaseForm,
    "accept": AcceptForm,
    "answer": BodyAnswerForm,
    "decline": DeclineForm,
    "recall": RecallForm,
}
