"""Forms around bodies: asking several in one step, and recording what one of them said."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from intake import clock, deadline, proposals
from intake.actions import Ask
from intake.forms.desk import DayInput, StepForm
from intake.forms.fields import LongTextField, TextField
from intake.forms.gaps import no_gaps
from intake.models import Case, Referral

DUE_WORKING_DAYS = 5
EMPTY_ROWS = 3
ROWS_AT_MOST = 60
DATALIST = "bodies"


def end_of_office(day: dt.date) -> dt.datetime:
    """The moment at which the offices close on a day."""
    return timezone.make_aware(dt.datetime.combine(day, clock.CLOSES))


class OrganisationField(TextField):
    """A body, typed with suggestions: its name, or the name with the code in brackets."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": DATALIST}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Organisation | None:
        """The organisation's row; what names none is an error beside the field."""
        text = super().clean(value)
        if not text:
            return None
        code = code_of(text)
        found = Organisation.objects.filter(code=code).first() if code else None
        if found is None:
            raise ValidationError(
                _("There is no such body. Type a part of its name and choose from the list."),
                code="unknown",
            )
        return found


def code_of(text: str) -> str | None:
    """The code of the body that a text names."""
    known = proposals.directory()
    in_brackets = re.search(r"\(([^()]+)\)\s*$", text)
    if in_brackets and in_brackets[1] in known:
        return in_brackets[1]
    folded = "".join(text.split()).casefold()
    for row in known.values():
        names = (row.code, row.name_ko, row.name_en)
        if folded in {"".join(name.split()).casefold() for name in names}:
            return row.code
    found = [
        row.code
        for row in known.values()
        if any(folded in "".join(name.split()).casefold() for name in (row.name_ko, row.name_en))
    ]
    # A part of a name is enough where it can mean only one.
    return found[0] if len(found) == 1 and len(folded) > 1 else None


def choices() -> list[str]:
    """Every body as the suggestions write it."""
    language = get_language()
    rows = sorted(proposals.directory().values(), key=lambda row: (row.kind, row.name(language)))
    return [f"{row.name(language)} ({row.code})" for row in rows]


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
        validators=[no_gaps],
    )
    due = forms.DateField(
        label=_("Own date"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: the date for all."),
    )

    @property
    def proposed(self) -> proposals.Listed | None:
        """The proposed body, when this row is one."""
        return proposals.directory().get(str(self["code"].value() or ""))

    @property
    def proposed_name(self) -> str:
        """Its name in the reader's language."""
        row = self.proposed
        return row.name(get_language()) if row else ""

    @property
    def reason(self) -> str:
        """Why it is proposed."""
        return str(getattr(self, "why", ""))

    def clean_due(self) -> dt.date | None:
        """A date that lies ahead, or none."""
        return _ahead(self.cleaned_data["due"])

    def clean(self) -> dict[str, Any]:
        """The body's row stands under `organisation`, None when the row asks nobody."""
        cleaned = super().clean() or self.cleaned_data
        code = cleaned.get("code")
        if code:
            cleaned["organisation"] = (
                Organisation.objects.filter(code=code).first() if cleaned.get("chosen") else None
            )
        return cleaned


def _ahead(day: dt.date | None) -> dt.date | None:
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


class ReferForm(StepForm):
    """Asks one or more bodies in one step, each with its own question and date if need be."""

    template = "refer"
    question = LongTextField(
        label=_("Question for all"),
        rows=5,
        required=False,
        help_text=_("Goes to every body that has no question of its own."),
    )
    due = forms.DateField(label=_("Date for all"), widget=DayInput)

    def __init__(self, data: Any = None, *, case: Case, rows: Any = None, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        found = proposals.for_case(case, get_language())
        open_at = set(case.referrals.open().values_list("organisation__code", flat=True))
        self.asked_already = proposals.names(sorted(open_at), get_language())
        self.whys = {row.code: row.reason for row in found}
        self.many = {row.code for row in found if row.one_of_many}
        initial = rows or [
            *({"code": row.code} for row in found if row.code not in open_at),
            *({} for _row in range(EMPTY_ROWS)),
        ]
        self.rows = AskRows(data, initial=initial, prefix="body")
        for row in self.rows:
            row.why = self.whys.get(str(row["code"].value() or ""), "")  # type: ignore[attr-defined]
        self.bodies = choices()

    def initial_for(self, case: Case) -> dict[str, Any]:
        """Some working days ahead, but not beyond our own date while that lies ahead."""
        day = timezone.localdate(deadline.in_working_days(DUE_WORKING_DAYS))
        if case.due_at is not None:
            ours = timezone.localdate(case.due_at)
            if timezone.localdate() < ours < day:
                day = ours
        return {"due": day}

    def proposed_rows(self) -> list[AskForm]:
        """Proposed bodies that stand alone."""
        return [row for row in self.rows if row.proposed and row["code"].value() not in self.many]

    def grouped_rows(self) -> list[AskForm]:
        """Proposed bodies of which one would be chosen."""
        return [row for row in self.rows if row.proposed and row["code"].value() in self.many]

    def free_rows(self) -> list[AskForm]:
        """Rows for bodies that the officer names."""
        return [row for row in self.rows if not row.proposed]

    def clean_due(self) -> dt.date | None:
        """A date that lies ahead."""
        return _ahead(self.cleaned_data["due"])

    def is_valid(self) -> bool:
        """The common part and every row; at least one body, and a question for each."""
        rows_fine = self.rows.is_valid()
        if not super().is_valid() or not rows_fine:
            return False
        named = [row for row in self.rows if row.cleaned_data.get("organisation")]
        if not named:
            self.add_error(None, _("Choose at least one body."))
        elif not self.cleaned_data["question"] and not all(
            row.cleaned_data["question"] for row in named
        ):
            self.add_error("question", _("Write what the bodies are asked."))
        return not self.errors

    def arguments(self) -> dict[str, Any]:
        """What is asked of whom, and until when."""
        asks = [
            Ask(
                row.cleaned_data["organisation"],
                row.cleaned_data["question"] or self.cleaned_data["question"],
                end_of_office(row.cleaned_data["due"] or self.cleaned_data["due"]),
            )
            for row in self.rows
            if row.cleaned_data.get("organisation")
        ]
        return {"asks": asks}

    @classmethod
    def longer(cls, posted: QueryDict, *, case: Case) -> ReferForm:
        """The form with what was typed and one more empty row; nothing is judged yet."""
        try:
            count = min(int(posted.get("body-TOTAL_FORMS", "0")), ROWS_AT_MOST - 1)
        except ValueError:
            count = 0
        rows = [
            {
                name: posted.get(f"body-{place}-{name}", "")
                for name in ("code", "chosen", "organisation", "question", "due")
            }
            for place in range(count)
        ]
        initial: Mapping[str, Any] = {
            name: posted.get(name, "") for name in ("version", "question", "due")
        }
        return cls(case=case, initial=initial, rows=[*rows, {}])


class ReferralForm(StepForm):
    """A step of one referral."""

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        self.referral = referral
        super().__init__(*args, **kwargs)


class AcceptForm(ReferralForm):
    """The body takes the question on: nothing to type."""


class BodyAnswerForm(ReferralForm):
    """What a body answered by phone or letter."""

    text = LongTextField(
        label=_("Answer of the body"),
        rows=10,
        max_length=20_000,
        help_text=_("As it came, by phone, letter or mail. The company does not read it yet."),
    )


class DeclineForm(ReferralForm):
    """Why a body cannot answer, and which could."""

    reason = LongTextField(label=_("Reason"), rows=4, max_length=2000)
    suggested = OrganisationField(label=_("Body that it suggests"), required=False)


class RecallForm(ReferralForm):
    """Why the question is taken back."""

    reason = LongTextField(
        label=_("Reason"), rows=4, max_length=2000, help_text=_("The body reads these words.")
    )


class RemindForm(ReferralForm):
    """Reminds a body, with words of the officer's own if need be."""

    text = LongTextField(
        label=_("A word to the body"),
        required=False,
        rows=3,
        max_length=1000,
        help_text=_(
            "Stands above the question in the mail. The date and the link are in it already."
        ),
    )


REFERRAL_FORMS: Mapping[str, type[ReferralForm]] = {
    "remind": RemindForm,
    "accept": AcceptForm,
    "answer": BodyAnswerForm,
    "decline": DeclineForm,
    "recall": RecallForm,
}
