"""Telling who keeps requirement records up to date which of them want to be checked again."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import SECRETARIAT, Membership, Organisation, User
from marketinfo.models import Requirement
from notifications import outbox
from notifications.models import Notice

log = logging.getLogger(__name__)

KIND = "records_due"
# A list comes with the first record that wants a check, and then as often while any does.
EVERY = dt.timedelta(days=7)
NAMED_AT_MOST = 20
# The secretariat looks after what nobody keeps, or whose keeper has no officers.
NOBODY = "-"


def tell_keepers(*, now: dt.datetime, awake: Callable[[Organisation | None], bool]) -> int:
    """One list of records for each organisation that is awake; how many mails were written.

    Running it twice, or at once, writes nothing twice: a list's key holds the organisation, its
    reader and the day, and none is written within a week of the last.
    """
    due = _due(now)
    if not due:
        return 0
    told = _told(timezone.localdate(now))
    people = _people({body for body in due if body is not None})
    told_now = 0
    left = list(due.get(None, []))
    for body, records in due.items():
        if body is not None and not people.get(body.pk):
            left += records
        elif body is not None and body.code not in told and awake(body):
            told_now += _tell(body.code, records, people[body.pk], now, _desk_of(body))
    if left and NOBODY not in told and awake(None):
        told_now += _tell(NOBODY, left, _secretariat(), now, _library())
    return told_now


def _due(now: dt.datetime) -> dict[Organisation | None, list[Requirement]]:
    """Published records whose check is due today or was before, by who keeps them now."""
    tomorrow = timezone.localdate(now) + dt.timedelta(days=1)
    rows = Requirement.objects.published().overdue_for_check(tomorrow)
    keepers: dict[int, Organisation] = {}
    found: dict[Organisation | None, list[Requirement]] = defaultdict(list)
    for record in rows.select_related("owner", "country").order_by("next_check", "pk"):
        body = record.owner
        if body is not None:
            body = keepers.setdefault(body.pk, body.today)
        found[body].append(record)
    return found


def _told(today: dt.date) -> set[str]:
    """The organisations that had a list less than a week ago: the day leads each key."""
    rows = Notice.objects.filter(kind=KIND, dedupe__gt=f"{today - EVERY}~").exclude(dedupe="")
    return {key.split("/")[1] for key in rows.values_list("dedupe", flat=True)}


def _people(bodies: Iterable[Organisation]) -> dict[int, list[User]]:
    rows = (
        Membership.objects.active()
        .filter(organisation__in=[body.pk for body in bodies], user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    found: dict[int, list[User]] = defaultdict(list)
    for row in rows:
        found[row.organisation_id].append(row.user)
    return found


def _secretariat() -> list[User]:
    rows = (
        Membership.objects.active()
        .filter(organisation__kind=SECRETARIAT, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    return [row.user for row in rows]


def _desk_of(body: Organisation) -> str:
    """Where an organisation says that a record was checked."""
    if body.kind == SECRETARIAT:
        return _library()
    return reverse("partner:records", args=[body.code])


def _library() -> str:
    return f"{reverse('admin:marketinfo_requirement_changelist')}?check=overdue"


@transaction.atomic
def _tell(
    code: str, records: Sequence[Requirement], people: Sequence[User], now: dt.datetime, link: str
) -> int:
    day = timezone.localdate(now)
    notices = []
    for person in people:
        with translation.override(person.language):
            try:
                notices.append(_notice(f"{day}/{code}/{person.pk}", person, records, link))
            except outbox.BadAddressError:
                log.warning("user %s: no list of records could be addressed", person.pk)
    fresh = _not_written(notices)
    outbox.enqueue_many(fresh)
    return len(fresh)


def _not_written(notices: Sequence[Notice]) -> list[Notice]:
    known = set(
        Notice.objects.filter(kind=KIND, dedupe__in=[one.dedupe for one in notices]).values_list(
            "dedupe", flat=True
        )
    )
    return [one for one in notices if one.dedupe not in known]


def _notice(key: str, person: User, records: Sequence[Requirement], link: str) -> Notice:
    return outbox.notice(
        KIND,
        to=person.email,
        context={
            "count": len(records),
            "records": [_row(record) for record in records[:NAMED_AT_MOST]],
            "more": max(0, len(records) - NAMED_AT_MOST),
            "link": link,
        },
        subject_key="",
        language=person.language,
        recipient=person,
        dedupe=key,
    )


def _row(record: Requirement) -> dict[str, Any]:
    due = record.next_check
    return {
        "title": record.title,
        "country": record.country.name if record.country else "",
        "due": due.isoformat() if due else "",
    }
