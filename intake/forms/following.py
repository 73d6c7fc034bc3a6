"""Forms of a company that follows its case: finding it, and taking part in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from files.checking import ACCEPT
from files.models import StoredFile
from intake import receipt
from intake.forms.fields import LongTextField, TextField
from intake.forms.widgets import ManyFilesInput
from intake.models.case import (
    NO_LONGER_NEEDED,
    NOT_SOLVED,
    PARTLY,
    SOLVED,
    WORKED_AROUND,
)


class ReceiptNumberField(TextField):
    """A receipt number, in whatever way it was typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Receipt number"))
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("help_text", _("For example GT-2026-000123-7."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The number in its one true form."""
        text = super().clean(value)
        try:
            return receipt.read_number(text)
        except receipt.ReceiptNumberError as error:
            raise ValidationError(
                _(
                    "This is no receipt number. It looks like GT-2026-000123-7; compare every "
                    "digit with your receipt."
                ),
                code="receipt-number",
            ) from error


class TrackingForm(forms.Form):
    """Opens a case with its receipt number and tracking code."""

    number = ReceiptNumberField()
    code = TextField(
        label=_("Tracking code"),
        max_length=60,
        help_text=_("16 letters and digits from the completion page. Hyphens do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AskCodeForm(forms.Form):
    """Asks for a one-time code when the tracking code is lost."""

    number = ReceiptNumberField()


class EnterCodeForm(forms.Form):
    """Opens a case with the one-time code from the mail."""

    number = ReceiptNumberField(widget=forms.HiddenInput)
    code = TextField(
        label=_("One-time code"),
        max_length=20,
        help_text=_("The six digits from the mail."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class MessageForm(forms.Form):
    """A message on a case."""

    text = LongTextField(label=_("Message"), rows=4, max_length=10_000)
    # Django takes a declared field off the class, so this hides nothing of the form's own.
    files = forms.FileField(  # type: ignore[assignment]
        label=_("Files"), required=False, widget=ManyFilesInput(attrs={"accept": ACCEPT})
    )
    # Files that came with an earlier try of this form, and the signed list that brings them back.
    kept_files: Sequence[StoredFile] = ()
    kept_token = ""

    @property
    def kept_name(self) -> str:
        """The name of the field that brings the list back."""
        return self.add_prefix("kept")


class WithdrawForm(forms.Form):
    """Takes a case back."""

    reason = LongTextField(label=_("Reason"), rows=3, max_length=2000, required=False)


class AgreeForm(forms.Form):
    """Agrees to more time, or not, with a word to the officer."""

    text = LongTextField(label=_("A word to the officer"), rows=3, max_length=2000, required=False)


_OUTCOMES = (
    (SOLVED, _("It is solved")),
    (PARTLY, _("It is partly solved")),
    (WORKED_AROUND, _("We found another way")),
    (NOT_SOLVED, _("It is not solved")),
    (NO_LONGER_NEEDED, _("It no longer matters")),
)


class OutcomeForm(forms.Form):
    """Tells what became of a closed case."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=_OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    text = LongTextField(label=_("What became of it?"), rows=3, max_length=2000, required=False)


class SolvedForm(OutcomeForm):
    """Says that the answer helped, more or less; the case is closed."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=_OUTCOMES[:3],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )


class DisputeForm(forms.Form):
    """Says that the answer did not help."""

    text = LongTextField(
        label=_("What is not solved?"),
        rows=4,
        max_length=5000,
        help_text=_("The officer takes the case up again. This is possible once."),
    )
