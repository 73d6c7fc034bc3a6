"""Who the readers of notices are: what `notifications` asks and only the layers above it know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import FilteredRelation, Q

from accounts import roles
from accounts.models import Organisation, User
from intake import deadline
from intake.models import Case
from notifications import catalog, readers

# What begins so is about a case; every other notice is about its reader or their office.
_CASE = "GT-"


def register() -> None:
    """Called once the applications are loaded; doing it again changes nothing."""
    readers.register(people=people, readable=readable, audiences=audiences)


def people(pks: Collection[int]) -> dict[int, readers.Reader]:
    """These people with their wishes and the clock of their organisation: one statement.

    The office calendar is read when a day is asked for; it is remembered for half a minute.
    """
    rows = (
        User.objects.filter(pk__in=pks)
        .annotate(
            here=FilteredRelation("memberships", condition=Q(memberships__ended_at__isnull=True))
        )
        .order_by("pk", "here__pk")
        .values_list(
            "pk",
            "email",
            "language",
            "notice_preferences__topic",
            "notice_preferences__rhythm",
            "here__organisation__time_zone",
            "here__organisation__weekend",
            "here__organisation__holiday_country",
        )
    )
    wishes: dict[int, dict[str, str]] = {}
    found: dict[int, readers.Reader] = {}
    for pk, email, language, topic, rhythm, zone, weekend, holidays in rows:
        chosen = wishes.setdefault(pk, {})
        if topic:
            chosen[topic] = rhythm
        if pk not in found:
            # Who acts for several is in the office of the first.
            found[pk] = readers.Reader(
                zone=ZoneInfo(zone or readers.SEOUL.key),
                works_on=_office(weekend or [], holidays or ""),
                rhythms=chosen,
                address=email,
                language=language,
            )
    return found


def _office(weekend: list[str], holidays: str) -> Callable[[dt.date], bool]:
    here = Organisation(weekend=weekend, holiday_country=holidays)
    return lambda day: deadline.for_organisation(here).works_on(day)


def readable(pk: int, keys: Collection[str]) -> frozenset[str]:
    """Which subjects a person may read now: cases behind the gate, and what is no case."""
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None:
        return frozenset()
    numbers = {key for key in keys if key.startswith(_CASE)}
    found = set(keys) - numbers
    if numbers:
        cases = Case.objects.visible_to(user).filter(number__in=numbers)
        found |= set(cases.values_list("number", flat=True))
    return frozenset(found)


def audiences(user: Any) -> frozenset[str]:
    """As what a person is written to."""
    found = {catalog.PERSON, catalog.FOLLOWER}
    if roles.is_secretary(user):
        found |= {catalog.OFFICER, catalog.SECRETARIAT, catalog.FILER}
    elif roles.organisations_of(user):
        # Bodies keep records of the library, too, and are told as officers when these are due.
        found |= {catalog.FILER, catalog.BODY, catalog.OFFICER}
    elif roles.is_of_company(user):
        found.add(catalog.COMPANY)
    if roles.is_platform_admin(user):
        found.add(catalog.ADMINISTRATOR)
    return frozenset(found)
