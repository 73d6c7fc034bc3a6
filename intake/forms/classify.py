"""What a case is about, as the secretariat sees it: only what was changed is written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from intake.forms.fields import HSCodeField, LazyChoiceField, TextField
from intake.forms.step import StepForm
from intake.models import Case, ClockPolicy
from intake.models.policy import BORDER_POLICY, DEFAULT_POLICY
from reference import cached
from reference.models import Category, Country


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
