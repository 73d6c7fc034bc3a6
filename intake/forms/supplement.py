"""The officer's request for a supplement: ticks for what is often missing, and own rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from intake import deadline, papers
from intake.actions.supplements import ITEMS_AT_MOST, Wanted
from intake.forms.attaching import WithFiles
from intake.forms.fields import LongTextField, TextField
from intake.forms.step import DayInput, StepForm
from intake.models import Case, SupplementItem

WORKING_DAYS = 5
EMPTY_ROWS = 2
PREFIX = "item"
KIND_LABELS = {
    SupplementItem.PAPER: _("A paper or file"),
    SupplementItem.FACT: _("A fact in words"),
}


class ItemForm(forms.Form):
    """One thing that is missing, in the officer's own words."""

    label = TextField(label=_("What is missing"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Paper or fact"), choices=list(KIND_LABELS.items()), required=False
    )
    hint = TextField(
        label=_("Explanation"),
        max_length=400,
        required=False,
        help_text=_("For example which page, from which date, in which language."),
    )

    def clean(self) -> dict[str, Any]:
        """An explanation belongs to something."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("hint") and not cleaned.get("label"):
            self.add_error("label", _("Name what is missing, or empty the explanation."))
        return cleaned


ItemRows = formset_factory(
    ItemForm, extra=0, max_num=ITEMS_AT_MOST, absolute_max=ITEMS_AT_MOST, validate_max=True
)


class RequestSupplementForm(WithFiles, StepForm):
    """Asks the company for what is missing, item by item, with a date."""

    template = "supplement"
    common = forms.MultipleChoiceField(
        label=_("Often missing in such cases"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = LongTextField(
        label=_("Words to all items"),
        rows=4,
        max_length=2000,
        required=False,
        help_text=_("The company reads these words above the list."),
    )
    due = forms.DateField(
        label=_("Until"), widget=DayInput, help_text=_("The clock stops until the papers arrive.")
    )

    def __init__(self, data: Any = None, *, case: Case, rows: Any = None, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        language = get_language()
        fitting = papers.for_category(case.category_id)
        self.fields["common"].choices = [  # type: ignore[attr-defined]
            (paper.code, paper.label(language)) for paper in fitting
        ]
        sent = data is not None and f"{PREFIX}-TOTAL_FORMS" in data
        self.rows = ItemRows(
            data if sent else None, initial=rows or [{}] * EMPTY_ROWS, prefix=PREFIX
        )

    def initial_for(self, case: Case) -> dict[str, Any]:
        """Five working days from now."""
        return {"due": timezone.localdate(deadline.in_working_days(WORKING_DAYS + 1))}

    def clean_due(self) -> dt.date:
        """A day that lies ahead."""
        due: dt.date = self.cleaned_data["due"]
        if due <= timezone.localdate():
            raise ValidationError(_("The date for the supplement must lie in the future."))
        return due

    def is_valid(self) -> bool:
        """The common part and every row; at least one item, none twice."""
        rows_fine = not self.rows.is_bound or self.rows.is_valid()
        if not super().is_valid() or not rows_fine:
            return False
        items = self.items()
        if not items and not self.cleaned_data["text"]:
            self.add_error(None, _("Name at least one thing that is missing."))
        elif len(items) > ITEMS_AT_MOST:
            self.add_error(None, _("More items than anyone can follow: put some together."))
        return not self.errors

    def items(self) -> list[Wanted]:
        """What is asked for, in the language of the company: ticks first, then the own rows."""
        language = self.case.language
        known = papers.shipped()
        found = [
            Wanted(known[code].label(language), known[code].hint(language), known[code].kind)
            for code in self.cleaned_data["common"]
        ]
        rows = self.rows if self.rows.is_bound else ()
        found += [
            Wanted(
                row.cleaned_data["label"],
                row.cleaned_data["hint"],
                row.cleaned_data["kind"] or SupplementItem.PAPER,
            )
            for row in rows
            if row.cleaned_data.get("label")
        ]
        # Ticked and written again is one item.
        return list({item.label: item for item in reversed(found)}.values())[::-1]

    def arguments(self) -> dict[str, Any]:
        """What is asked for, the words to all of it, the date, and files such as a form."""
        said = self.cleaned_data
        files = list(self.kept_files)
        return {"text": said["text"], "due": said["due"], "items": self.items(), "files": files}

    @classmethod
    def longer(cls, posted: QueryDict, *, case: Case) -> RequestSupplementForm:
        """The form with what was typed and one more empty row; nothing is judged yet."""
        try:
            count = min(int(posted.get(f"{PREFIX}-TOTAL_FORMS", "0")), ITEMS_AT_MOST - 1)
        except ValueError:
            count = 0
        rows = [
            {name: posted.get(f"{PREFIX}-{place}-{name}", "") for name in ("label", "kind", "hint")}
            for place in range(count)
        ]
        initial = {name: posted.get(name, "") for name in ("version", "text", "due")}
        return cls(
            case=case,
            initial=initial | {"common": posted.getlist("common")},
            rows=[*rows, {}],
        )
