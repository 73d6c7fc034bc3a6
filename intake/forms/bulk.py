"""What an officer says once for many cases: nothing, whom, which kind, or a word to the bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from intake.actions.bulk import AT_MOST
from intake.forms.desk import officers
from intake.forms.fields import LazyChoiceField, LongTextField
from intake.models import ClockPolicy
from reference import cached
from reference.models import Category, Country

# What a database can hold as a key.
_LARGEST = 2**63 - 1


class SeenField(forms.CharField):
    """The chosen cases as the officer saw them: “id:version id:version …” ↔ {id: version}."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dict[int, int]:  # type: ignore[override]
        """Whole numbers, each case once, no more than the limit."""
        text = super().clean(value)
        pairs = [word.partition(":") for word in text.split()]
        try:
            found = {int(pk): int(version) for pk, _colon, version in pairs}
        except ValueError as error:
            raise ValidationError(_("Choose the cases in the queue again."), code="bad") from error
        if any(abs(number) > _LARGEST for pair in found.items() for number in pair):
            raise ValidationError(_("Choose the cases in the queue again."), code="bad")
        if not 0 < len(found) <= AT_MOST:
            raise ValidationError(_("Choose the cases in the queue again."), code="count")
        return found


def written(seen: Mapping[int, int]) -> str:
    """What SeenField reads."""
    return " ".join(f"{pk}:{version}" for pk, version in seen.items())


class BulkForm(forms.Form):
    """One step for many cases."""

    seen = SeenField()

    def arguments(self) -> dict[str, Any]:
        """What the step takes beside the cases."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ClaimMany(BulkForm):
    """Takes them up: nothing to type."""


class AssignMany(BulkForm):
    """Gives them to an officer."""

    officer = forms.ModelChoiceField(
        User.objects.none(), label=_("Officer"), empty_label=_("Choose an officer")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers()  # type: ignore[attr-defined]


def _policies(_language: str) -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in ClockPolicy.objects.all()]


class ClassifyMany(BulkForm):
    """Sets the same kind for all; what is left alone stays as it is in each case."""

    category = LazyChoiceField(
        source=cached.category_choices,
        empty=_("Leave as it is"),
        label=_("Kind of difficulty"),
        required=False,
    )
    policy = LazyChoiceField(
        source=_policies,
        empty=_("Leave as it is"),
        label=_("Kind of case"),
        help_text=_("Decides the period. A new date is told to the company."),
        required=False,
    )
    country = LazyChoiceField(
        source=cached.country_choices,
        empty=_("Leave as it is"),
        label=_("Country concerned"),
        error_messages={"invalid_choice": _("Choose a country from the list.")},
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Something must be set."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(
            cleaned.get(name) for name in ("category", "policy", "country")
        ):
            raise ValidationError(_("Nothing was chosen."), code="unchanged")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Only what was chosen, as the verb wants it."""
        said = self.cleaned_data
        found: dict[str, Any] = {}
        if said["category"]:
            found["category"] = Category.objects.get(pk=said["category"])
        if said["policy"]:
            found["policy"] = said["policy"]
        if said["country"]:
            found["country"] = Country.objects.get(pk=said["country"])
        return found


class RemindMany(BulkForm):
    """Reminds every body that still owes an answer, with a word if need be."""

    text = LongTextField(
        label=_("A word to the bodies"),
        rows=4,
        max_length=2000,
        required=False,
        help_text=_("Each body reads these words beside its own question and date."),
    )


BULK_FORMS: Mapping[str, type[BulkForm]] = {
    "claim": ClaimMany,
    "assign": AssignMany,
    "classify": ClassifyMany,
    "remind": RemindMany,
}
