"""The forms around a partner's lists: what to narrow them by, and why one is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import LongTextField
from files import tables
from intake import workflow
from intake.lists import asked, catalog, records
from intake.lists.filed import choices
from intake.lists.filtering import MINE, NONE, OTHERS, YES
from intake.models.case import CHANNEL_LABELS

Counts = Mapping[str, Mapping[str, int]]
_ANY = pgettext_lazy("filter", "Any")
_LONGEST_QUERY = 200


def _turns() -> list[tuple[str, Any]]:
    labels = {choices.OURS: _("It is our turn")} | {
        holder: gettext(workflow.HOLDER_LABELS[holder])
        for holder in (workflow.SUBMITTER, workflow.SECRETARY, workflow.BODY)
    }
    return [(code, labels[code]) for code in choices.TURNS]


def _states() -> list[tuple[str, str]]:
    codes = (*workflow.OPEN, *workflow.ENDED)
    return [(code, gettext(workflow.STATES[code].label)) for code in codes]


class CasesFilter(forms.Form):
    """What an officer narrows the list by; every field may be empty."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=_LONGEST_QUERY,
        help_text=_("Receipt number, company, product or any words of the case"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    turn = forms.ChoiceField(label=_("Whose turn"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    due = forms.ChoiceField(label=_("Due"), required=False)
    keeper = forms.ChoiceField(label=_("Looked after by"), required=False)
    ended = forms.ChoiceField(label=_("Open or ended"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    overdue = forms.ChoiceField(label=_("Overdue"), required=False)
    unconfirmed = forms.ChoiceField(label=_("Confirmation"), required=False)

    def __init__(self, values: Mapping[str, str], *, counts: Counts, more: bool) -> None:
        super().__init__(initial=dict(values), auto_id="filter-%s")
        # `from` is a word that no attribute of a class can have.
        for name, label in (("from", _("Received from")), ("to", _("Received until"))):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date"})
            )
        offered: dict[str, list[tuple[str, Any]]] = {
            "turn": _turns(),
            "state": _states(),
            "due": [(choices.TODAY, _("By today")), (choices.WEEK, _("By the end of the week"))],
            "keeper": [(MINE, _("Me")), (NONE, _("Nobody")), (OTHERS, _("A colleague"))],
            "ended": [(choices.NO, _("Open")), (YES, _("Ended"))],
            "channel": list(CHANNEL_LABELS.items()),
            "overdue": [(YES, _("Overdue only"))],
            "unconfirmed": [(YES, _("Not confirmed only"))],
        }
        for name, options in offered.items():
            known = counts.get(name)
            offer(
                self,
                name,
                [(code, _beside(label, known, code, more=more)) for code, label in options],
            )
        names = catalog.names()
        offer(self, "country", list(names.countries.items()))
        offer(self, "category", categories(names))


def offer(form: forms.Form, name: str, options: list[Any]) -> None:
    """The choices of a filter, after that of leaving it empty."""
    form.fields[name].choices = [("", _ANY), *options]  # type: ignore[attr-defined]


def categories(names: catalog.Catalog) -> list[Any]:
    """Every category of difficulty below its top one, and none."""
    tops = [(top, names.categories[top]) for top in names.tops]
    within = [
        (names.categories[top], [(code, names.categories[code]) for code in codes])
        for top, codes in names.tops.items()
        if codes
    ]
    return [(NONE, _("Not known")), (_("Top categories"), tops), *within]


def _beside(label: Any, known: Mapping[str, int] | None, code: str, *, more: bool) -> str:
    """A choice with how many cases it leaves; with a plus where not all were looked at."""
    if known is None:
        return str(label)
    return f"{label} ({known.get(code, 0):,}{'+' if more else ''})"


class AskedFilter(forms.Form):
    """What an officer narrows the questions by; how they are shown stands above the list."""

    q = forms.CharField(
        label=_("Receipt number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    show = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=list(asked.SHOWS.items()),
        widget=forms.HiddenInput,
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(initial=dict(values), auto_id="filter-%s")
        names = catalog.names()
        offer(self, "country", list(names.countries.items()))
        offer(self, "category", categories(names))


class RecordsFilter(forms.Form):
    """What an officer narrows the requirement records by, and their order."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=_LONGEST_QUERY,
        help_text=_("The title or any words of the record"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    show = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=list(records.SHOWS.items()),
        widget=forms.HiddenInput,
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("By the next check")),
            ("title", _("By title")),
            ("country", _("By country")),
        ],
    )

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(initial=dict(values), auto_id="filter-%s")
        offer(self, "country", list(catalog.names().countries.items()))


class ExportForm(forms.Form):
    """Why a list is taken away, and as what."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[(tables.XLSX, _("Excel (XLSX)")), (tables.CSV, _("CSV (UTF-8)"))],
        initial=tables.XLSX,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    reason = LongTextField(
        label=_("What do you need the file for?"),
        min_length=5,
        max_length=400,
        help_text=_("For example: report to the board on 12 March."),
        rows=3,
        error_messages={
            "required": _("Say what you need the file for."),
            "min_length": _("Say it in at least 5 characters."),
        },
    )
