"""Filters of the list of notices: read from the catalog, never by a scan of the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications import catalog
from notifications.models import CHANNEL_LABELS, STATE_LABELS, Notice

AUDIENCE_LABELS = {
    catalog.COMPANY: _("Company"),
    catalog.FILER: _("Whoever filed for it"),
    catalog.BODY: _("Body that was asked"),
    catalog.OFFICER: _("Officer in charge"),
    catalog.SECRETARIAT: _("Secretariat"),
    catalog.PERSON: _("Person with an account"),
    catalog.FOLLOWER: _("Follower"),
    catalog.ADMINISTRATOR: _("Platform administrator"),
}
TOPIC_LABELS = {
    catalog.CASES: _("Cases"),
    catalog.QUESTIONS: _("Questions to bodies"),
    catalog.REMINDERS: _("Reminders"),
    catalog.ACCOUNT: _("Accounts and rights"),
    catalog.LIBRARY: _("Library"),
    catalog.OPERATIONS: _("Operations"),
}
_DAY = dt.timedelta(days=1)
SPANS: dict[str, tuple[Promise, dt.timedelta]] = {
    "day": (_("Last 24 hours"), _DAY),
    "week": (_("Last 7 days"), 7 * _DAY),
    "month": (_("Last 30 days"), 30 * _DAY),
}


def kind_label(kind: str) -> str:
    """A kind of notice in words; one that is no longer told keeps its name."""
    try:
        return gettext(catalog.of(kind).label)
    except catalog.UnknownKindError:
        return kind


class OneOf(admin.SimpleListFilter):
    """A filter whose choices come from code."""

    choices_of: ClassVar[Callable[[], list[tuple[str, Any]]]]
    narrow: ClassVar[Callable[[QuerySet[Notice], str], QuerySet[Notice]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What may be chosen."""
        return type(self).choices_of()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        """The rows that fit."""
        chosen = self.value()
        known = {str(value) for value, _label in type(self).choices_of()}
        return type(self).narrow(queryset, chosen) if chosen in known else queryset


def _choice(
    name: str,
    title: Promise,
    choices: Callable[[], list[tuple[str, Any]]],
    narrow: Callable[[QuerySet[Notice], str], QuerySet[Notice]],
    *,
    closed: bool = True,
) -> type[OneOf]:
    facts = {
        "template": "admin/notifications/filter_closed.html" if closed else "admin/filter.html",
        "__doc__": f"Filter by {name}.",
        "title": title,
        "parameter_name": name,
        "choices_of": staticmethod(choices),
        "narrow": staticmethod(narrow),
    }
    return type(f"{name.title()}Filter", (OneOf,), facts)


def _kinds(**facts: str) -> list[str]:
    return [
        kind.name
        for kind in catalog.every()
        if all(getattr(kind, name) == value for name, value in facts.items())
    ]


def _returned(rows: QuerySet[Notice], chosen: str) -> QuerySet[Notice]:
    return rows.filter(bounced_at__isnull=chosen != "yes")


FILTERS = (
    _choice(
        "state",
        _("state"),
        lambda: list(STATE_LABELS.items()),
        lambda rows, chosen: rows.filter(state=chosen),
        closed=False,
    ),
    _choice(
        "since",
        _("written"),
        lambda: [(key, label) for key, (label, _span) in SPANS.items()],
        lambda rows, chosen: rows.filter(created_at__gte=timezone.now() - SPANS[chosen][1]),
        closed=False,
    ),
    _choice("returned", _("returned"), lambda: [("yes", _("Came back"))], _returned),
    _choice(
        "channel",
        _("way of sending"),
        lambda: list(CHANNEL_LABELS.items()),
        lambda rows, chosen: rows.filter(channel=chosen),
    ),
    _choice(
        "audience",
        _("for whom"),
        lambda: list(AUDIENCE_LABELS.items()),
        lambda rows, chosen: rows.filter(kind__in=_kinds(audience=chosen)),
    ),
    _choice(
        "topic",
        _("topic"),
        lambda: list(TOPIC_LABELS.items()),
        lambda rows, chosen: rows.filter(kind__in=_kinds(topic=chosen)),
    ),
    _choice(
        "kind",
        _("message"),
        lambda: sorted(
            ((kind.name, gettext(kind.label)) for kind in catalog.every()), key=lambda one: one[1]
        ),
        lambda rows, chosen: rows.filter(kind=chosen),
    ),
)
