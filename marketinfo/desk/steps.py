"""The steps of an entry at the desk: who may take which, and what each asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from marketinfo import actions
from marketinfo.entry import DRAFT, EXPIRED, PUBLISHED, REVIEW, SCHEDULED, WITHDRAWN, Entry


class NothingForm(forms.Form):
    """A step that asks nothing."""


class RemarkForm(forms.Form):
    """What is to be mended."""

    remark = forms.CharField(
        label=gettext_lazy("What is to be mended"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ReasonForm(forms.Form):
    """Why an entry is taken down."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is taken down"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only the desk reads it. Readers see that it was taken down."),
    )


class WhenForm(forms.Form):
    """From when on readers see it."""

    at = forms.DateTimeField(
        label=gettext_lazy("From when on"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=gettext_lazy("In Seoul time. Empty: at once."),
    )

    def clean_at(self) -> dt.datetime | None:
        """A time to come."""
        at: dt.datetime | None = self.cleaned_data["at"]
        if at is not None and at <= timezone.now():
            raise forms.ValidationError(_("This time is over. Leave it empty to publish at once."))
        return at


@dataclass(frozen=True)
class Step:
    """One step: its name, where it starts, what it asks and what it means."""

    verb: str
    label: Promise
    seen: frozenset[str]
    meaning: Promise
    form: type[forms.Form] = NothingForm
    danger: bool = False


STEPS = {
    step.verb: step
    for step in (
        Step(
            "submit",
            gettext_lazy("Submit for review"),
            frozenset({DRAFT}),
            gettext_lazy("Another person reads it and publishes it or sends it back to you."),
        ),
        Step(
            "publish",
            gettext_lazy("Publish"),
            frozenset({REVIEW}),
            gettext_lazy("Everybody can read it. You answer for having read every word."),
            WhenForm,
        ),
        Step(
            "send_back",
            gettext_lazy("Send back"),
            frozenset({REVIEW}),
            gettext_lazy("It becomes a draft again, with your remark."),
            RemarkForm,
        ),
        Step(
            "unpublish",
            gettext_lazy("Take back to a draft"),
            frozenset({REVIEW, SCHEDULED, PUBLISHED, EXPIRED, WITHDRAWN}),
            gettext_lazy("Readers no longer find it. It must be reviewed before it comes out."),
        ),
        Step(
            "withdraw",
            gettext_lazy("Take down"),
            frozenset({SCHEDULED, PUBLISHED, EXPIRED}),
            gettext_lazy(
                "At once it is gone from lists, search and feeds; its address says that it was "
                "taken down."
            ),
            ReasonForm,
            danger=True,
        ),
    )
}
Publish = Callable[..., Any]


def offered(entry: Entry, user: User) -> list[Step]:
    """The steps that may be taken from here; who submitted it is not offered to publish it."""
    return [
        step
        for step in STEPS.values()
        if entry.state in step.seen
        and not (step.verb == "publish" and entry.submitted_by_id == user.pk)
    ]


def take(entry: Entry, step: Step, said: dict[str, Any], *, by: User, publish: Publish) -> None:
    """Take a step with what its form said; `publish` is the verb of this kind of entry."""
    if step.verb == "publish":
        publish(entry, by=by, at=said["at"]) if said["at"] else publish(entry, by=by)
        return
    verbs: dict[str, Callable[..., Any]] = {
        "submit": actions.submit,
        "send_back": actions.send_back,
        "unpublish": actions.unpublish,
        "withdraw": actions.withdraw,
    }
    verbs[step.verb](entry, by=by, **said)


def address(entry: Entry, page: str, *more: Any) -> str:
    """A page of the entry at the desk: change, revisions, files, proposal, step …"""
    meta = entry._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[entry.pk, *more])
