"""What a case is about, as the secretariat sees it: only what was changed is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from intake.forms.fields import HSCodeField, LazyChoiceField, TextField
from intake.forms.step import SEEN, DayInput, StepForm, renewed
from intake.forms.widgets import SeveralSelects
from intake.models import Case, ClockPolicy
from intake.models.policy import BORDER_POLICY, DEFAULT_POLICY
from reference import cached
from reference.models import Category, Country

FURTHER_AT_MOST = 3
THEIRS, MINE = "theirs", "mine"


def _policies(_language: str) -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in ClockPolicy.objects.all()]


class FurtherField(forms.MultipleChoiceField):
    """Up to three more of a list, each chosen in a select of its own."""

    def __init__(self, *, source: Any, each: Any, **kwargs: Any) -> None:
        super().__init__(
            choices=lambda: [("", "–"), *source(get_language() or "ko")],
            widget=SeveralSelects(FURTHER_AT_MOST, each=each),
            required=False,
            show_hidden_initial=True,
            error_messages={"invalid_choice": gettext_lazy("Choose one from the list.")},
            **kwargs,
        )


@dataclass(frozen=True)
class Column:
    """One field that somebody changed: as the officer saw it, as it is now, as they typed it."""

    name: str
    label: str
    seen: str
    theirs: str
    mine: str
    conflict: bool


class ClassifyForm(StepForm):
    """Sets what the case is about. Only what was changed is written.

    Each field carries what the officer saw, so that two officers who change different fields
    do not undo each other; where both changed the same one, `columns` shows the three values
    and the officer chooses.
    """

    category = LazyChoiceField(
        source=cached.category_choices,
        empty=gettext_lazy("Not known"),
        label=gettext_lazy("Kind of difficulty"),
        required=False,
        show_hidden_initial=True,
    )
    more_categories = FurtherField(
        source=cached.category_choices,
        each=gettext_lazy("Further kind of difficulty"),
        label=gettext_lazy("Further kinds of difficulty"),
    )
    policy = LazyChoiceField(
        source=_policies,
        empty=None,
        label=gettext_lazy("Kind of case"),
        help_text=gettext_lazy("Decides the period. A new date is told to the company."),
        show_hidden_initial=True,
    )
    country = LazyChoiceField(
        source=cached.country_choices,
        empty=None,
        label=gettext_lazy("Country concerned"),
        error_messages={"invalid_choice": gettext_lazy("Choose a country from the list.")},
        show_hidden_initial=True,
    )
    more_countries = FurtherField(
        source=cached.country_choices,
        each=gettext_lazy("Further country"),
        label=gettext_lazy("Further countries"),
    )
    hs_code = HSCodeField(
        label=gettext_lazy("HS code"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("2 to 10 digits, for example 3304.99."),
        show_hidden_initial=True,
    )
    product = TextField(
        label=gettext_lazy("Product"), required=False, max_length=120, show_hidden_initial=True
    )
    sector = LazyChoiceField(
        source=cached.sector_choices,
        empty=gettext_lazy("Sector not known"),
        label=gettext_lazy("Sector"),
        required=False,
        show_hidden_initial=True,
    )
    needed_by = forms.DateField(
        label=gettext_lazy("Answer needed by"),
        required=False,
        widget=DayInput,
        show_hidden_initial=True,
    )
    at_border = forms.BooleanField(
        label=gettext_lazy("Goods are at the border now"),
        required=False,
        help_text=gettext_lazy("Ticking this puts the case on the clock for goods at the border."),
        show_hidden_initial=True,
    )
    # Fields that both changed: the page then asks, field by field, which value stands.
    both = forms.CharField(required=False, widget=forms.HiddenInput)

    columns: tuple[Column, ...] = ()

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.unsettled: list[str] = []
        if isinstance(data, QueryDict):
            self.data = self._settled(data)

    def _settled(self, posted: QueryDict) -> QueryDict:
        """What was posted, with the other officer's value where theirs was chosen."""
        data = posted.copy()
        for name in self._conflicts(posted):
            choice = posted.get(f"pick-{name}")
            if choice == THEIRS:
                self._write(data, name, self._shown_value(posted, name))
            elif choice != MINE:
                self.unsettled.append(name)
        return data

    def _conflicts(self, posted: Any) -> list[str]:
        said = posted.get("both", "").split(",")
        return [name for name in said if name in self.fields and name not in (*SEEN, "both")]

    def _shown_value(self, posted: QueryDict, name: str) -> Any:
        """What the form showed when it was opened."""
        field = self.fields[name]
        raw = field.hidden_widget().value_from_datadict(
            posted, MultiValueDict(), self.add_initial_prefix(name)
        )
        return _plain(raw)

    def _typed_value(self, posted: QueryDict, name: str) -> Any:
        widget = self.fields[name].widget
        return _plain(widget.value_from_datadict(posted, MultiValueDict(), name))

    def _write(self, data: QueryDict, name: str, value: Any) -> None:
        """Put a value where the field's own controls would."""
        widget = self.fields[name].widget
        if isinstance(widget, SeveralSelects):
            for place in range(1, widget.count + 1):
                data[f"{name}_{place}"] = value[place - 1] if place <= len(value) else ""
        elif value in ("False", False):
            data.pop(name, None)
        else:
            data[name] = "on" if value in ("True", True) else str(value)

    def initial_for(self, case: Case) -> dict[str, Any]:
        """What the case says now."""
        return {
            "category": case.category_id or "",
            "more_categories": list(case.more_categories),
            "policy": case.policy,
            "country": case.country_id,
            "more_countries": list(case.more_countries),
            "hs_code": case.hs_code,
            "product": case.product,
            "sector": case.sector,
            "needed_by": case.needed_by,
            "at_border": case.at_border,
        }

    @property
    def facts_changed(self) -> list[str]:
        """The fields that the officer changed."""
        return [name for name in self.changed_data if name not in (*SEEN, "both")]

    def clean(self) -> dict[str, Any]:
        """Something must change; the border mark brings its own clock."""
        cleaned = super().clean() or self.cleaned_data
        for name in self.unsettled:
            self.add_error(name, _("Both of you changed this. Choose which value stands."))
        changed = self.facts_changed
        if not self.errors and not changed:
            raise ValidationError(_("Nothing was changed."), code="unchanged")
        for name, main in (("more_countries", "country"), ("more_categories", "category")):
            if cleaned.get(main) and cleaned[main] in (cleaned.get(name) or ()):
                self.add_error(name, _("This is the main one already. Name others, or none."))
        if "at_border" in changed and "policy" not in changed and "policy" in cleaned:
            if cleaned["at_border"]:
                cleaned["policy"] = BORDER_POLICY
            elif cleaned["policy"] == BORDER_POLICY:
                cleaned["policy"] = DEFAULT_POLICY
        return cleaned

    @property
    def keeps_all_of_theirs(self) -> bool:
        """Whether the officer settled every conflict for the other's value: nothing is to write."""
        return (
            bool(self._conflicts(self.data))
            and not self.facts_changed
            and self.errors.keys() == {"__all__"}
        )

    def arguments(self) -> dict[str, Any]:
        """Only what the officer changed."""
        said = self.cleaned_data
        found = {name: said[name] for name in self.facts_changed}
        if "category" in found:
            found["category"] = Category.objects.filter(pk=found["category"]).first()
        if "country" in found:
            found["country"] = Country.objects.get(pk=found["country"])
        if said["policy"] != self.case.policy and "at_border" in found:
            found["policy"] = said["policy"]
        return found

    @classmethod
    def again(cls, posted: QueryDict, *, case: Case, **more: Any) -> StepForm:
        """What the officer typed stands beside what the other changed.

        What they left alone follows the case; where both changed a field, they are asked.
        """
        before = cls(posted, case=case)
        posted = before.data  # type: ignore[assignment]
        data = renewed(posted, case)
        columns, both = [], []
        for name, value in before.initial_for(case).items():
            now = _plain(value)
            seen, typed = before._shown_value(posted, name), before._typed_value(posted, name)
            moved, mine = not _same(seen, now), name in before.changed_data
            conflict = moved and mine and not _same(typed, now)
            if isinstance(now, list):
                data.setlist(before.add_initial_prefix(name), now)
            else:
                data[before.add_initial_prefix(name)] = now
            if not mine:
                before._write(data, name, now)
            if conflict:
                both.append(name)
            if moved or mine:
                label = before.fields[name].label
                was, theirs, ours = (before._words(name, one) for one in (seen, now, typed))
                theirs, ours = (
                    words if changed else _("not changed")
                    for words, changed in ((theirs, moved), (ours, mine))
                )
                columns.append(Column(name, str(label), was, theirs, ours, conflict))
        data["both"] = ",".join(both)
        for name in [key for key in data if key.startswith("pick-")]:
            del data[name]
        form = cls(data, case=case, **more)
        form.unsettled = []
        form.columns = tuple(columns)
        return form

    def _words(self, name: str, value: Any) -> str:
        """A value as the page names it."""
        if value in ("True", "False"):
            return _("yes") if value == "True" else _("no")
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField | forms.MultipleChoiceField):
            options: Any = field.choices
            known = dict(_flat(options))
            codes = value if isinstance(value, list) else [value] if value else []
            return ", ".join(str(known.get(code, code)) for code in codes) or "–"
        return str(value) or "–"


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label


def _plain(value: Any) -> Any:
    """A value as a form would send it."""
    if isinstance(value, list | tuple):
        return [str(one) for one in value if one not in ("", None)]
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) or isinstance(other, list):
        return sorted(one or ()) == sorted(other or ())
    false = ("", "False")
    return one == other or (one in false and other in false)
