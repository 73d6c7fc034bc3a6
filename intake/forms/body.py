"""Forms of a body's own steps. Each knows the verb's arguments and nothing of the verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from intake.actions.referrals import EXTENSION_DAYS_AT_MOST
from intake.forms.bodies import OrganisationField, end_of_office
from intake.forms.desk import DayInput
from intake.forms.fields import LongTextField
from intake.forms.following import MessageForm
from intake.models import Referral


class BodyForm(forms.Form):
    """A step on one question."""

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        self.referral = referral
        super().__init__(*args, **kwargs)

    def arguments(self) -> dict[str, Any]:
        """What the verb takes, beside the referral and who acts."""
        return self.cleaned_data


class AcceptForm(BodyForm):
    """The body takes the question on: nothing to type."""


class AnswerForm(BodyForm, MessageForm):
    """The answer, with files."""

    text = LongTextField(
        label=_("Your answer"),
        rows=10,
        max_length=20_000,
        help_text=_(
            "It goes to the secretariat, which puts the answers together for the company. Name "
            "the rule or the source where there is one."
        ),
    )

    def arguments(self) -> dict[str, Any]:
        """The words; the files are stored by the view."""
        return {"text": self.cleaned_data["text"]}


class AskBackForm(BodyForm):
    """What the body must know before it can answer."""

    text = LongTextField(
        label=_("What do you need to know?"),
        rows=5,
        max_length=10_000,
        help_text=_("It goes to the officer of the secretariat. The date stays as it is."),
    )


class ExtendForm(BodyForm):
    """A later date, with the reason."""

    due = forms.DateField(label=_("New date for your reply"), widget=DayInput)
    reason = LongTextField(
        label=_("Why do you need more time?"),
        rows=3,
        max_length=2000,
        help_text=_("The officer of the secretariat reads these words."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].help_text = _(
            "Possible once, and at most %(days)d days after the present date."
        ) % {"days": EXTENSION_DAYS_AT_MOST}

    def clean_due(self) -> dt.date:
        """A day after the present date that still lies ahead."""
        due: dt.date = self.cleaned_data["due"]
        zone = self.referral.organisation.time_zone
        present = timezone.localdate(self.referral.due_at, ZoneInfo(zone))
        if end_of_office(due, zone) <= max(self.referral.due_at, timezone.now()):
            raise ValidationError(_("The new date must lie after the present one."))
        if due > present + dt.timedelta(days=EXTENSION_DAYS_AT_MOST):
            raise ValidationError(
                _("The date can be moved by at most %(days)d days. Ask the officer for more."),
                params={"days": EXTENSION_DAYS_AT_MOST},
            )
        return due

    def arguments(self) -> dict[str, Any]:
        """The moment at which the body's office closes on that day."""
        end = end_of_office(self.cleaned_data["due"], self.referral.organisation.time_zone)
        most = self.referral.due_at + dt.timedelta(days=EXTENSION_DAYS_AT_MOST)
        return {"due_at": min(end, most), "reason": self.cleaned_data["reason"]}


def colleagues(referral: Referral) -> QuerySet[User]:
    """The active officers of the body that was asked, without the one who has the question."""
    return (
        User.objects.filter(
            is_active=True,
            memberships__ended_at__isnull=True,
            memberships__organisation=referral.organisation.today,
        )
        .exclude(pk=referral.handler_id or 0)
        .order_by("name", "pk")
    )


class ForwardForm(BodyForm):
    """Hands the question on inside the body."""

    handler = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Officer of your body"),
        empty_label=_("Choose an officer"),
        help_text=_("The colleague is told by mail."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = colleagues(self.referral)  # type: ignore[attr-defined]


class DeclineForm(BodyForm):
    """Why the body cannot answer, and which could."""

    reason = LongTextField(
        label=_("Why is it not your matter?"),
        rows=4,
        max_length=2000,
        help_text=_("The officer of the secretariat reads these words."),
    )
    suggested = OrganisationField(
        label=_("Which body should be asked instead?"),
        required=False,
        help_text=_("Type a part of its name and choose from the list."),
    )

    def clean_suggested(self) -> Organisation | None:
        """Another body than the one that declines."""
        found: Organisation | None = self.cleaned_data["suggested"]
        if found is not None and found.pk == self.referral.organisation_id:
            raise ValidationError(_("This is your own body. Name another one, or none."))
        return found


FORMS: Mapping[str, type[BodyForm]] = {
    "accept": AcceptForm,
    "answer": AnswerForm,
    "ask_back": AskBackForm,
    "extend": ExtendForm,
    "forward": ForwardForm,
    "decline": DeclineForm,
}
