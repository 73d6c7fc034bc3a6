"""Asks several bodies in one step, each with its own question, date and released facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from intake import consents, deadline, explain, proposals, release, workflow
from intake.actions import Ask
from intake.actions.asking import agreed_to_private_bodies
from intake.forms.ask import ROWS_AT_MOST, AskForm, AskRows, Ticks, ahead, offer
from intake.forms.bodies import choices, end_of_office
from intake.forms.fields import LongTextField
from intake.forms.step import DayInput, StepForm
from intake.models import Case

DUE_WORKING_DAYS = 5
EMPTY_ROWS = 1
# Proposed bodies that a number key ticks.
KEYS = 9


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
    facts = Ticks(
        label=_("Facts shown to all"),
        help_text=_("Each body reads its question, the country, the kind of difficulty, and this."),
    )
    files = Ticks(  # type: ignore[assignment]
        label=_("Files shown to all"),
        help_text=_(
            "These are the originals: pictures may carry the place where they were taken, "
            "documents their author and earlier edits. Look before you pass one on."
        ),
    )
    designation = LongTextField(
        label=_("Why these bodies are designated"),
        rows=3,
        max_length=2000,
        help_text=_("Stays inside the secretariat, with your name and the time."),
    )

    def __init__(self, data: Any = None, *, case: Case, rows: Any = None, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        # Empty only where each body has a question of its own: the page does not call it optional.
        self.fields["question"].wanted = True  # type: ignore[attr-defined]
        language = get_language()
        found = proposals.for_case(case, language)
        open_at = set(case.referrals.open().values_list("organisation__code", flat=True))
        self.asked_already = proposals.names(sorted(open_at), language)
        self.many = {row.code for row in found if row.one_of_many}
        self.offer = offer(case)
        self.fields["facts"].choices = self.offer.facts  # type: ignore[attr-defined]
        self.fields["files"].choices = self.offer.file_choices  # type: ignore[attr-defined]
        self.designates = case.declines >= workflow.DECLINES_BEFORE_DESIGNATION
        if not self.designates:
            del self.fields["designation"]
        self.declined = list(
            case.referrals.filter(state=workflow.DECLINED)
            .select_related("organisation", "suggested")
            .order_by("ended_at")
        )
        # Who gives a question back often knows best whose it is.
        suggested = self._suggested()
        self.many -= suggested.keys()
        reasons = {row.code: row.reason for row in found}
        codes = [*dict.fromkeys([*suggested, *reasons])]
        whys = {
            code: " · ".join(filter(None, (suggested.get(code), reasons.get(code))))
            for code in codes
        }
        own_days = self._own_days(codes)
        initial = rows or [
            *({"code": code, "due": own_days.get(code)} for code in codes if code not in open_at),
            *({} for _row in range(EMPTY_ROWS)),
        ]
        self.rows = AskRows(
            data,
            initial=initial,
            prefix="body",
            form_kwargs={"offer": self.offer, "whys": whys},
        )
        self._mark(own_days)
        self.bodies = choices()

    def _suggested(self) -> dict[str, str]:
        """Bodies that were named by those who declined, with who named them; the latest first."""
        known = proposals.directory()
        gave_back = {row.organisation.code for row in self.declined}
        return {
            row.suggested.code: gettext("suggested by %(body)s when it declined")
            % {"body": row.organisation.name}
            for row in reversed(self.declined)
            if row.suggested and row.suggested.code in known.keys() - gave_back
        }

    def _own_days(self, codes: list[str]) -> dict[str, dt.date]:
        """The due days of bodies whose own calendar ends on another day than ours."""
        ours = self.initial["due"]
        if not isinstance(ours, dt.date):
            return {}
        rows: QuerySet[Organisation] = Organisation.objects.filter(code__in=codes)
        days = {
            row.code: timezone.localdate(
                deadline.in_working_days_of(row, DUE_WORKING_DAYS), ZoneInfo(row.time_zone)
            )
            for row in rows.exclude(holiday_country__in=("", "KR"))
        }
        limit = timezone.localdate(deadline.in_working_days(DUE_WORKING_DAYS))
        # Where our own date is nearer, it is so for everybody.
        return {code: day for code, day in days.items() if day != ours and ours == limit}

    def _mark(self, own_days: Mapping[str, dt.date]) -> None:
        """Number keys, own calendars, and who cannot be asked without the company's consent."""
        gave_back = {row.organisation.code: row.ended_at for row in self.declined}
        private_too = agreed_to_private_bodies(self.case)
        key = 0
        for row in self.rows:
            listed = row.proposed
            if listed is None:
                continue
            if listed.kind in consents.PRIVATE_KINDS and not private_too:
                row.barred = gettext("The company did not agree to this kind of body.")
                row.fields["chosen"].disabled = True
            elif listed.code not in self.many and key < KEYS:
                key += 1
                row.key = key
                row.fields["chosen"].widget.attrs |= {"data-key": str(key)}
            if listed.code in gave_back:
                row.gave_back = gettext("It gave this case back on %(day)s.") % {
                    "day": explain.day(timezone.localtime(gave_back[listed.code]))
                }
            if listed.code in own_days:
                row.calendar = gettext("Days off there: its date is %(day)s.") % {
                    "day": explain.day(own_days[listed.code])
                }
            if row.note:
                place = f"{row['chosen'].id_for_label}_note"
                row.fields["chosen"].widget.attrs |= {"aria-describedby": place}

    def initial_for(self, case: Case) -> dict[str, Any]:
        """Some working days ahead, but not beyond our own date while that lies ahead."""
        day = timezone.localdate(deadline.in_working_days(DUE_WORKING_DAYS))
        if case.due_at is not None:
            ours = timezone.localdate(case.due_at)
            if timezone.localdate() < ours < day:
                day = ours
        return {"due": day, "facts": release.default(case)}

    def proposed_rows(self) -> list[AskForm]:
        """Proposed bodies that stand alone."""
        return [row for row in self.rows if row.proposed and row["code"].value() not in self.many]

    def grouped_rows(self) -> list[AskForm]:
        """Proposed bodies of which one would be chosen."""
        return [row for row in self.rows if row.proposed and row["code"].value() in self.many]

    def free_rows(self) -> list[AskForm]:
        """Rows for bodies that the officer names."""
        return [row for row in self.rows if not row.proposed]

    @property
    def grouped_open(self) -> bool:
        """Whether one of the grouped bodies is ticked or wrong, so that it must be seen."""
        return any(row["chosen"].value() or row.errors for row in self.grouped_rows())

    def clean_due(self) -> dt.date | None:
        """A date that lies ahead."""
        return ahead(self.cleaned_data["due"])

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
        """What is asked of whom, until when, and what each may see."""
        asks = [self._ask(row) for row in self.rows if row.cleaned_data.get("organisation")]
        if self.designates:
            return {"asks": asks, "designation": self.cleaned_data["designation"]}
        return {"asks": asks}

    def _ask(self, row: AskForm) -> Ask:
        said, body = row.cleaned_data, row.cleaned_data["organisation"]
        shown = said if said["own_release"] else self.cleaned_data
        return Ask(
            body,
            said["question"] or self.cleaned_data["question"],
            end_of_office(self._day(row, body), body.time_zone),
            facts=shown["facts"],
            files=[self.offer.files[key] for key in shown["files"]],
        )

    def _day(self, row: AskForm, body: Organisation) -> dt.date:
        """The body's own date; the date for all, moved off the days on which a mission rests."""
        common: dt.date = self.cleaned_data["due"]
        own: dt.date | None = row.cleaned_data["due"]
        # A proposed own date followed from the proposed common one.
        if own is not None and ("due" in row.changed_data or "due" not in self.changed_data):
            return own
        if body.holiday_country in ("", "KR"):
            return common
        return deadline.for_organisation(body).next_working_day(common)

    @classmethod
    def longer(cls, posted: QueryDict, *, case: Case) -> ReferForm:
        """The form with what was typed and one more empty row; nothing is judged yet."""
        try:
            count = min(int(posted.get("body-TOTAL_FORMS", "0")), ROWS_AT_MOST - 1)
        except ValueError:
            count = 0
        rows = [_typed(AskForm, posted, f"body-{place}-") for place in range(count)]
        initial = _typed(cls, posted, "") | {"version": posted.get("version", "")}
        return cls(case=case, initial=initial, rows=[*rows, {}])


def _typed(form: type[forms.Form], posted: QueryDict, prefix: str) -> dict[str, Any]:
    """What was posted for each field of a form, as initial values of another one."""
    return {
        name: posted.getlist(prefix + name)
        if isinstance(field, forms.MultipleChoiceField)
        else posted.get(prefix + name, "")
        for name, field in form.base_fields.items()
    }
