"""One body that may be asked, as a row of the form: its question, its date, what it may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from intake import proposals, release, workflow
from intake.forms.bodies import OrganisationField, end_of_office
from intake.forms.fields import LongTextField
from intake.forms.gaps import refuse_gaps
from intake.forms.step import DayInput
from intake.models import Attachment, Case

ROWS_AT_MOST = 60


@dataclass(frozen=True)
class Offer:
    """What of a case can be released, once for all rows of the form."""

    facts: list[tuple[str, str]]
    # Labels of what the company's own choice forbids.
    withheld: list[str]
    files: dict[str, Attachment]
    withheld_files: int

    @property
    def file_choices(self) -> list[tuple[str, str]]:
        """Each file with its size and who brought it."""
        return [(key, _file_label(row)) for key, row in self.files.items()]


def _file_label(row: Attachment) -> str:
    by = (
        row.referral.organisation.name
        if row.referral
        else gettext(workflow.HOLDER_LABELS[row.role])
    )
    return format_html(
        '<bdi>{}</bdi> <span class="quiet">{} · {}</span>',
        row.file.original_name,
        filesizeformat(row.file.size),
        by,
    )


def offer(case: Case) -> Offer:
    """What can be released of a case, read in two queries."""
    hidden = release.forbidden(case)
    files = {str(row.pk): row for row in release.files_offered(case).order_by("pk")}
    return Offer(
        [(name, str(release.FACTS[name])) for name in release.offered(case)],
        [str(label) for name, label in release.FACTS.items() if name in hidden],
        files,
        case.attachments.count() - len(files) if hidden else 0,
    )


class Ticks(forms.MultipleChoiceField):
    """Boxes to tick, none of them needed."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class AskForm(forms.Form):
    """One body that may be asked: a proposed one to tick, or one that the officer names."""

    code = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    chosen = forms.BooleanField(required=False)
    organisation = OrganisationField(
        label=_("Body"),
        required=False,
        help_text=_("Type a part of its name and choose from the list."),
    )
    question = LongTextField(
        label=_("Own question"),
        required=False,
        rows=3,
        help_text=_("Empty: the question for all."),
    )
    due = forms.DateField(
        label=_("Own date"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: the date for all."),
    )
    own_release = forms.BooleanField(
        label=_("Show this body only what is ticked here, instead of what is shown to all"),
        required=False,
    )
    facts = Ticks(label=_("Facts for this body"))
    files = Ticks(label=_("Files for this body"))  # type: ignore[assignment]

    def __init__(self, *args: Any, offer: Offer, whys: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer, self._whys = offer, whys
        self.fields["facts"].choices = offer.facts  # type: ignore[attr-defined]
        self.fields["files"].choices = offer.file_choices  # type: ignore[attr-defined]
        # Why it cannot be asked now, on which day its own calendar ends, whether it gave this back.
        self.barred = self.calendar = self.gave_back = ""
        self.key = 0
        refuse_gaps(self)

    @cached_property
    def proposed(self) -> proposals.Listed | None:
        """The proposed body, when this row is one."""
        return proposals.directory().get(str(self["code"].value() or ""))

    @property
    def proposed_name(self) -> str:
        """Its name in the reader's language."""
        return self.proposed.name(get_language()) if self.proposed else ""

    @property
    def reason(self) -> str:
        """Why it is proposed."""
        return self._whys.get(str(self["code"].value() or ""), "")

    @property
    def note(self) -> str:
        """What the officer should know before ticking it."""
        return " ".join(part for part in (self.gave_back, self.barred, self.calendar) if part)

    @property
    def opened(self) -> bool:
        """Whether the row has something of its own that must be seen."""
        own = ("question", "own_release")
        if any(self[name].value() for name in own):
            return True
        return self.is_bound and ("due" in self.changed_data or bool(self["due"].errors))

    def clean_due(self) -> dt.date | None:
        """A date that lies ahead, or none."""
        return ahead(self.cleaned_data["due"])

    def clean(self) -> dict[str, Any]:
        """The body's row stands under `organisation`, None when the row asks nobody."""
        cleaned = super().clean() or self.cleaned_data
        code = cleaned.get("code")
        if code:
            cleaned["organisation"] = (
                Organisation.objects.filter(code=code).first() if cleaned.get("chosen") else None
            )
        return cleaned


def ahead(day: dt.date | None) -> dt.date | None:
    """A day on which an answer can still come; raises ValidationError for another."""
    if day is not None and end_of_office(day) <= timezone.now():
        raise ValidationError(_("The date for the bodies must lie in the future."))
    return day


class _Rows(BaseFormSet):  # type: ignore[type-arg]
    """The rows of bodies; the same body twice is told beside the second."""

    def clean(self) -> None:
        """No body twice."""
        seen: set[int] = set()
        for form in self.forms:
            body = form.cleaned_data.get("organisation") if form.is_valid() else None
            if body is None:
                continue
            if body.pk in seen:
                place = "organisation" if not form.cleaned_data.get("code") else None
                form.add_error(place, _("This body is named twice."))
            seen.add(body.pk)


AskRows = formset_factory(
    AskForm, formset=_Rows, extra=0, max_num=ROWS_AT_MOST, absolute_max=ROWS_AT_MOST
)
