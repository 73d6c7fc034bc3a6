"""How a closed case turned out, on the page that a mail asks for: one choice, one button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.difficulty import CURRENCIES
from intake.forms.fields import AmountField
from intake.forms.following import OutcomeForm
from intake.models import Case


class WorthForm(OutcomeForm):
    """The outcome, what the help was worth, and whether that is the last word on it."""

    saved = AmountField(
        label=_("Value saved (optional)"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        help_text=_(
            "What you could keep or spare because of the answer: goods released, fees spared, a "
            "contract saved. An estimate is enough."
        ),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        required=False,
        choices=[("", _("Choose a currency")), *((code, code) for code in CURRENCIES)],
    )
    settled = forms.BooleanField(
        label=_("This is our last word on it. Please do not ask us again."), required=False
    )

    field_order = ("outcome", "saved", "currency", "text", "settled")

    @classmethod
    def of(cls, case: Case) -> WorthForm:
        """Filled with what the company told before, in the currency of the value at stake."""
        return cls(
            initial={
                "outcome": case.outcome,
                "text": case.outcome_note,
                "saved": "" if case.saved is None else f"{case.saved.normalize():f}",
                "currency": case.saved_currency or case.currency,
                "settled": case.outcome_settled,
            }
        )

    def clean(self) -> dict[str, Any]:
        """An amount has its currency; a currency alone means nothing."""
        data = super().clean() or self.cleaned_data
        if data.get("saved") is None:
            data["currency"] = ""
        elif not data.get("currency") and "currency" not in self.errors:
            self.add_error(
                "currency", ValidationError(_("Choose the currency of the value."), code="currency")
            )
        return data
