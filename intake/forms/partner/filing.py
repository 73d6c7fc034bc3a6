"""The quick form on which an officer files for a company: few things asked, the rest folded."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import COUNCIL_ASSOCIATION
from files.models import StoredFile
from intake import consents
from intake.actions import Filing
from intake.forms.difficulty import UNKNOWN, DifficultyForm
from intake.forms.fields import TextField
from intake.forms.filing import facts_of
from intake.forms.partner import layout
from intake.models.case import (
    ANONYMOUS,
    EVENT,
    NAMED,
    PHONE,
    SECRETARIAT_ONLY,
    VISIT,
    WEB,
)

# How far back an officer may date a receipt.
BACK = dt.timedelta(days=30)
# A clock that is a little fast is no date in the future.
_SKEW = dt.timedelta(minutes=5)
_OPENS = dt.time(9, 0)
_TITLE = 60

_CHANNELS = {
    WEB: _("At the member's request"),
    PHONE: pgettext_lazy("channel", "Phone"),
    VISIT: _("Visit"),
    EVENT: _("Event"),
}
BY_PHONE, IN_PERSON, IN_WRITING = "phone", "in_person", "in_writing"
AGREED_HOW = {
    BY_PHONE: _("By phone"),
    IN_PERSON: _("In person"),
    IN_WRITING: _("In writing"),
}
_USUALLY = {WEB: IN_WRITING, PHONE: BY_PHONE, VISIT: IN_PERSON, EVENT: IN_PERSON}
VISIBILITY = {
    SECRETARIAT_ONLY: _("Only the secretariat, until the company says more"),
    NAMED: _("The company agrees that the bodies asked see its name"),
    ANONYMOUS: _("Nobody but us: anonymous through our organisation"),
}
_LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
# What the officer need not know of what a company is asked on its own form.
_LOOSE = ("title", "category", "problem", "request", "business_number", "province", "contact_email")


def received_at(
    on: dt.date | None, at: dt.time | None, zone: str, *, now: dt.datetime | None = None
) -> dt.datetime | None:
    """The moment that a day and a time of day mean in a time zone; None where neither is said.

    A day without a time is the opening of the office, today is now; a time alone is today's.
    """
    now = now or timezone.now()
    place = ZoneInfo(zone)
    today = timezone.localtime(now, place).date()
    if on is None and at is None:
        return None
    if at is None and on == today:
        return now
    return timezone.make_aware(dt.datetime.combine(on or today, at or _OPENS), place)


def check_received(moment: dt.datetime | None) -> None:
    """Raises ValidationError for a receipt that lies ahead, or longer back than anybody checks."""
    now = timezone.now()
    if moment is None:
        return
    if moment > now + _SKEW:
        raise ValidationError(
            _("This moment lies in the future. Leave both empty for now."), code="future"
        )
    if moment < now - BACK:
        raise ValidationError(
            _("At most %(days)d days back. Tell the secretariat about an older one.")
            % {"days": BACK.days},
            code="old",
        )


class ReceivedFields(forms.Form):
    """When the officer really received it; empty is now."""

    received_on = forms.DateField(
        label=_("Day of receipt"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: now. Up to 30 days back; the period counts from it."),
    )
    received_time = forms.TimeField(
        label=_("Time of receipt"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def take_received(self, zone: str) -> dt.datetime | None:
        """The moment, checked; an error stands beside the day."""
        if {"received_on", "received_time"} & set(self.errors):
            return None
        data = self.cleaned_data
        moment = received_at(data.get("received_on"), data.get("received_time"), zone)
        try:
            check_received(moment)
        except ValidationError as error:
            self.add_error("received_on", error)
        return moment if moment is None else min(moment, timezone.now())


class OfficerFilingForm(ReceivedFields, DifficultyForm):
    """What an officer writes down while the company is on the phone."""

    channel = forms.ChoiceField(
        label=_("How it came in"), widget=forms.RadioSelect, choices=list(_CHANNELS.items())
    )
    event_name = TextField(
        label=_("Name of the event"),
        max_length=80,
        required=False,
        help_text=_("For example: export consultation day in Gwangju."),
    )
    no_number = forms.BooleanField(label=_("Number not known, or none"), required=False)
    same_difficulty = forms.IntegerField(
        label=_("Companies with the same difficulty"),
        required=False,
        min_value=1,
        max_value=9999,
        help_text=_("How many of your members report the same, this one included."),
        error_messages={"invalid": _("Write a whole number, for example 12.")},
    )
    visibility = forms.ChoiceField(
        label=_("Who may see the company's name"),
        choices=list(VISIBILITY.items()),
        initial=SECRETARIAT_ONLY,
        required=False,
        help_text=_("The company can change this itself when it confirms."),
    )
    language = forms.ChoiceField(
        label=_("Language of the notices to the company"),
        choices=_LANGUAGES,
        initial="ko",
        required=False,
    )
    agreed = forms.BooleanField(
        label=_(
            "I have made sure that the company agrees to this filing and to passing on what is "
            "written above"
        ),
        error_messages={
            "required": _("Ask the company and tick this: without its word nothing can be filed.")
        },
    )
    agreed_how = forms.ChoiceField(
        label=_("How it agreed"),
        required=False,
        choices=[("", _("As it came in")), *AGREED_HOW.items()],
    )

    def __init__(
        self, *args: Any, kind: str, zone: str = settings.TIME_ZONE, **kwargs: Any
    ) -> None:
        self.kind = kind
        self.zone = zone
        initial = {"channel": WEB if kind == COUNCIL_ASSOCIATION else PHONE, "category": UNKNOWN}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if kind != COUNCIL_ASSOCIATION:
            self.fields["channel"].choices = [  # type: ignore[attr-defined]
                (code, label) for code, label in _CHANNELS.items() if code != WEB
            ]
        for name in _LOOSE:
            self.fields[name].required = False
        self._say()

    def _say(self) -> None:
        """The words that an officer reads beside fields that the public form has too."""
        self.fields["title"].help_text = _("Left empty, the first line of what was said.")
        self.fields["category"].help_text = ""
        self.fields["situation"].label = _("What was said")
        self.fields["situation"].help_text = _(
            "In the company's words: what happened, what it needs."
        )
        self.fields["situation"].widget.attrs["rows"] = 4
        self.fields["province"].help_text = ""
        self.fields["contact_email"].help_text = _(
            "The link for confirming goes there. Without an address, print the receipt: the "
            "company confirms with its tracking code."
        )
        for name in ("company_name", "contact_name", "contact_phone", "contact_email"):
            # The browser would offer the officer's own.
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def helper(self) -> FormHelper:
        """How the page is laid out at this kind of desk."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = layout.filing(self.kind)
        return helper

    def clean(self) -> dict[str, Any]:
        """What depends on more than one field, and what follows from the rest."""
        data = super().clean()
        if (
            not data.get("business_number")
            and not data.get("no_number")
            and "business_number" not in self.errors
        ):
            self.add_error(
                "business_number",
                ValidationError(
                    _("Write the number, or tick that it is not known."), code="number"
                ),
            )
        data["received_at"] = self.take_received(self.zone)
        if data.get("channel") == EVENT and not data.get("event_name"):
            self.add_error("event_name", ValidationError(_("Write at which event."), code="event"))
        data["category"] = data.get("category") or UNKNOWN
        data["visibility"] = data.get("visibility") or SECRETARIAT_ONLY
        data["agreed_how"] = data.get("agreed_how") or _USUALLY.get(data.get("channel", ""), "")
        if not data.get("title") and data.get("situation"):
            data["title"] = first_line(data["situation"])
        return data

    def filing(self, key: uuid.UUID, files: Sequence[StoredFile] = ()) -> Filing:
        """What the form says, as the verb `submit` takes it."""
        data = self.cleaned_data
        event = data["event_name"] if data["channel"] == EVENT else ""
        return officers_filing(
            key=key,
            facts=facts_of(data, data["language"] or "ko")
            | {"same_difficulty": data["same_difficulty"]},
            business_number=data["business_number"] or None,
            files=files,
            channel=data["channel"],
            received_at=data["received_at"],
            more={"agreed": data["agreed_how"]} | ({"event": event} if event else {}),
        )


def as_told(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the officer who filed said beside the case: how the company agreed, at which event."""
    said = [(_("How the company agreed"), str(AGREED_HOW.get(facts.get("agreed", ""), "")))]
    said.append((_("Event"), str(facts.get("event", ""))))
    return [(str(label), words) for label, words in said if words]


def officers_filing(
    *,
    key: uuid.UUID,
    facts: Mapping[str, Any],
    business_number: str | None,
    files: Sequence[StoredFile],
    channel: str,
    received_at: dt.datetime | None,
    more: Mapping[str, Any],
) -> Filing:
    """A filing with the two consents that the officer was told; the rest waits for the company."""
    told = {consents.COLLECTION, consents.BODIES}
    return Filing(
        key=key,
        facts=facts,
        business_number=business_number,
        consents={text.kind: text.kind in told for text in consents.CONSENTS},
        files=files,
        channel=channel,
        received_at=received_at,
        more=more,
    )


def first_line(text: str) -> str:
    """The beginning of a text as a title."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= _TITLE:
        return line
    return f"{line[:_TITLE].rsplit(' ', 1)[0]} …"
