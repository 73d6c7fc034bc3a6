"""The small forms of a local difficulty: a note, its end, its grade, and the filter of the list."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.fields import LongTextField, TextField
from intake.forms.partner.local import CONSEQUENCES
from intake.models.local import GRADE_SHORT, LOCAL_LABELS


class NoteForm(forms.Form):
    """What was done, or came of it."""

    text = LongTextField(label=_("What was done"), rows=3, max_length=4000)


class ResultForm(forms.Form):
    """How it ended, as the officer saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = LongTextField(label=_("What became of it"), rows=3, max_length=4000)


class GradeForm(forms.Form):
    """How far it may be told, and why that changes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    grade = forms.ChoiceField(
        label=_("Confidentiality"), choices=list(CONSEQUENCES.items()), widget=forms.RadioSelect
    )
    text = LongTextField(label=_("Reason"), rows=2, max_length=1000)


class FilterForm(forms.Form):
    """What the list of local difficulties shows."""

    q = TextField(
        label=_("Search"),
        max_length=200,
        required=False,
        help_text=_("Title or company"),
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    grade = forms.ChoiceField(label=_("Confidentiality"), required=False)
    keeper = forms.ChoiceField(label=_("Looked after by"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False)

    SORTS = {
        "": _("Open first, newest first"),
        "changed": _("Last changed first"),
        "received": _("Oldest receipt first"),
        "company": _("By company"),
    }

    def __init__(self, values: Mapping[str, str], *, keepers: list[tuple[str, str]]) -> None:
        super().__init__(initial=dict(values), auto_id="filter-%s")
        for name, options in (
            ("state", LOCAL_LABELS.items()),
            ("grade", GRADE_SHORT.items()),
            ("keeper", keepers),
        ):
            self.fields[name].choices = [("", _("All")), *options]  # type: ignore[attr-defined]
        self.fields["sort"].choices = list(self.SORTS.items())  # type: ignore[attr-defined]
