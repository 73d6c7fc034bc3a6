"""What goes onto a case paper: ticks, part by part."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.fields import LongTextField
from intake.models import Case
from intake.paper import parts


class KoreanPaperForm(forms.Form):
    """The secretariat's own paper."""

    contact = forms.BooleanField(label=_("With the contact person"), required=False, initial=True)
    story = forms.BooleanField(label=_("With what happened so far"), required=False, initial=True)
    internal = forms.BooleanField(label=_("With internal notes"), required=False)


class AbroadPaperForm(forms.Form):
    """A paper for a foreign authority: only parts that the company's choice allows are offered."""

    parts = forms.MultipleChoiceField(
        label=_("What goes in"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part.")},
    )
    summary = LongTextField(
        label=_("Summary in English"),
        required=False,
        rows=6,
        max_length=4000,
        help_text=_(
            "The company's words stay in the language in which they were written. Say in a few "
            "lines what the authority should know and do."
        ),
    )

    def __init__(self, *args: Any, case: Case, kinds: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parts"]
        field.choices = [(name, parts.LABELS[name]) for name in parts.offered(case, kinds)]  # type: ignore[attr-defined]
        field.initial = parts.proposed(case, kinds)
