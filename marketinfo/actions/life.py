"""The life of an entry: draft, review by another person, out, and out of sight again.

| verb | from | to | who |
|---|---|---|---|
| submit | draft | review | whoever says that it is ready |
| send_back | review | draft | the reader of the review, with a remark |
| publish | review | published, or scheduled | another person than the one who submitted |
| bring_out | scheduled | published | the beat |
| expire | published | expired | the beat, after the last day |
| withdraw | all but draft | withdrawn | one person, with a reason, at once |
| unpublish | all but draft | draft | whoever goes on writing |

A programme (`by=None`) may publish a draft at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketinfo import changes
from marketinfo.actions import keeping
from marketinfo.actions.refusal import OvertakenError, RefusedError
from marketinfo.entry import (
    DRAFT,
    EXPIRED,
    PUBLISHED,
    READABLE,
    REVIEW,
    SCHEDULED,
    WITHDRAWN,
    Entry,
)
from marketinfo.facts import facts_of

AnyEntry = TypeVar("AnyEntry", bound=Entry)
REASON_AT_MOST = 500
# What a step back to a draft forgets.
_AS_A_DRAFT: dict[str, Any] = {
    "state": DRAFT,
    "submitted_by": None,
    "submitted_at": None,
    "publish_at": None,
    "published_at": None,
    "published_by": None,
    "withdrawn_at": None,
    "withdrawn_reason": "",
}


def submit(entry: AnyEntry, *, by: User | None) -> AnyEntry:
    """Say that a draft is ready: another person reads it and publishes it."""
    facts: dict[str, Any] = {"state": REVIEW, "submitted_by": by, "submitted_at": timezone.now()}
    return _step(entry, "submit", [DRAFT], by=by, **facts)


def send_back(entry: AnyEntry, *, remark: str, by: User | None) -> AnyEntry:
    """Give an entry in review back to its writer, with what is to be mended."""
    if not remark.strip():
        raise RefusedError(_("Write what is to be mended."))
    return _step(entry, "send_back", [REVIEW], by=by, remark=remark.strip(), **_AS_A_DRAFT)


def publish(entry: AnyEntry, *, by: User | None, at: dt.datetime | None = None) -> AnyEntry:
    """Let everybody read the entry, now or from `at` on (an aware time; a past one is now).

    Raises RefusedError when it is not in review, when `by` submitted or changed it, when nobody
    has said when its facts were last checked, when its last day is over, and when somebody else
    was first.
    """
    now = timezone.now()
    seen = [REVIEW] if by is not None else [DRAFT, REVIEW]
    if entry.last_verified is None:
        raise RefusedError(_("Enter the date on which the facts were last checked, then publish."))
    if entry.expires_on is not None and entry.expires_on < timezone.localdate(now):
        raise RefusedError(_("The last day of this entry is over. Change it first."))
    if by is not None and (entry.state == DRAFT or entry.submitted_by_id is None):
        raise RefusedError(_("Submit the draft for review; another person then publishes it."))
    if by is not None and by.pk == entry.submitted_by_id:
        raise RefusedError(_("You submitted this entry. Another person reads and publishes it."))
    if at is not None and at > now:
        return _step(
            entry, "schedule", seen, by=by, state=SCHEDULED, publish_at=at, published_by=by
        )
    return _out(entry, seen, now, by=by, approved_by=by)


def bring_out(entry: AnyEntry) -> AnyEntry:
    """Publish a scheduled entry whose time has come; it names who approved it."""
    return _out(entry, [SCHEDULED], timezone.now(), by=None, approved_by=entry.published_by)


def _out(
    entry: AnyEntry, seen: list[str], now: dt.datetime, *, by: User | None, approved_by: User | None
) -> AnyEntry:
    facts: dict[str, Any] = {
        "state": PUBLISHED,
        "publish_at": None,
        "published_at": now,
        "published_by": approved_by,
        "first_published_at": entry.first_published_at or now,
    }
    return _step(entry, changes.PUBLISHED, seen, by=by, tells=True, **facts)


def expire(entry: AnyEntry) -> AnyEntry:
    """Take an entry whose last day is over out of lists and search; its address still answers."""
    if entry.expires_on is None or entry.expires_on >= timezone.localdate():
        raise RefusedError(_("The last day of this entry is not over."))
    return _step(entry, changes.EXPIRED, [PUBLISHED], by=None, tells=True, state=EXPIRED)


def withdraw(entry: AnyEntry, *, reason: str, by: User | None) -> AnyEntry:
    """Take the entry down at once: out of lists, search and feeds; its address says so.

    One person may do it, with a reason, which only the desk reads.
    """
    if not reason.strip():
        raise RefusedError(_("Write why it is taken down."))
    facts = {
        **_AS_A_DRAFT,
        "state": WITHDRAWN,
        "withdrawn_at": timezone.now(),
        "withdrawn_reason": reason.strip()[:REASON_AT_MOST],
    }
    seen = [REVIEW, SCHEDULED, *READABLE]
    return _step(entry, changes.WITHDRAWN, seen, by=by, remark=reason.strip(), tells=True, **facts)


def unpublish(entry: AnyEntry, *, by: User | None) -> AnyEntry:
    """Take the entry back to a draft, to go on writing. Its address stays, and is not found."""
    seen = [REVIEW, SCHEDULED, WITHDRAWN, *READABLE]
    return _step(entry, changes.TAKEN_BACK, seen, by=by, tells=True, **_AS_A_DRAFT)


def _step(
    entry: AnyEntry,
    verb: str,
    seen: list[str],
    *,
    by: User | None,
    remark: str = "",
    tells: bool = False,
    **facts: Any,
) -> AnyEntry:
    """Move the row, keep a revision, mind the index, tell who listens: all or nothing."""
    if entry.state not in seen:
        raise OvertakenError
    was_out = entry.state in READABLE
    with transaction.atomic():
        said = facts_of(entry)
        keeping.keep_first(entry, said)
        keeping.swap(entry, by=by, seen=seen, **facts)
        keeping.keep(entry, verb=verb, by=by, remark=remark)
        keeping.reindex(entry)
        if tells and (was_out or entry.state in READABLE):
            changes.tell(changes.Change(entry, verb, said, said, by))
    return entry
