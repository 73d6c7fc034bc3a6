"""What a form says, as the page that asks for confirmation shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from accounts import business_number
from intake import consents
from intake.forms.layout import COMPANY, CONTACT, DIFFICULTY

if TYPE_CHECKING:
    from intake.forms.filing import FilingForm


@dataclass(frozen=True)
class Answer:
    """One line: the question, what was said, and where on the form it can be changed."""

    label: str
    value: str
    anchor: str


_SECTIONS = (
    (_("The difficulty"), DIFFICULTY),
    (_("The company"), COMPANY),
    (_("The contact person"), CONTACT),
    (_("Consents"), tuple(f"consent_{text.kind}" for text in consents.CONSENTS)),
)


def answers(form: FilingForm) -> list[tuple[str, list[Answer]]]:
    """Every answer of a valid form, by section; what was left empty is left out."""
    return [
        (
            str(title),
            [
                Answer(str(form[name].label), _shown(form, name), _anchor(form, name))
                for name in names
                if form.cleaned_data.get(name) not in (None, "", [])
            ],
        )
        for title, names in _SECTIONS
    ]


def _anchor(form: FilingForm, name: str) -> str:
    """The id on the form that “change” leads to."""
    return form[name].id_for_label or f"{form[name].auto_id}_group"


def _shown(form: FilingForm, name: str) -> str:
    """A value as a person reads it."""
    value = form.cleaned_data[name]
    if name == "business_number":
        return business_number.pretty(value)
    if name == "value":
        return f"{number_format(value, force_grouping=True)} {form.cleaned_data['currency']}"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        chosen = value if isinstance(value, list) else [value]
        labels = dict(_flat(field.choices))
        return ", ".join(str(labels.get(one, one)) for one in chosen)
    return str(value)


def _flat(options: Any) -> list[tuple[str, Any]]:
    """Grouped choices as one list."""
    found: list[tuple[str, Any]] = []
    for value, label in options:
        if isinstance(label, list | tuple):
            found += _flat(label)
        else:
            found.append((str(value), label))
    return found
