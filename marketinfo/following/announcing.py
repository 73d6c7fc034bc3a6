"""Announcing that an entry's facts changed, and telling everybody whom it concerns, in batches.

The change's row is the truth: it keeps for each circle of readers the last one who was told, and
moves on in the transaction that writes the notices. So a batch that dies is told again whole, two
workers never tell the same readers, and nobody is told twice of one change.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from marketinfo import actions
from marketinfo.entry import Entry
from marketinfo.following import kinds, scopes, tokens
from marketinfo.following.verbs import CHANGED
from marketinfo.models import EntryProposal, Follow, Follower, RecordChange
from marketinfo.models.follow import LONGEST_CHANGE
from notifications import outbox, waking
from notifications.models import Notice

log = logging.getLogger(__name__)

TELL = "marketinfo.following.tasks.tell"
# Readers of one batch: one transaction, one Celery task, few statements.
BATCH = 200
# The notices for readers behind a key, and the key of the last one; no key: all were told.
Circle = Callable[[RecordChange, int, int], tuple[Sequence[Notice], int | None]]
_circles: dict[str, Circle] = {}
_waker = waking.Waker(TELL)


class NothingToTellError(ValueError):
    """The entry is not published, or nobody said in a sentence what changed."""


def register(name: str, circle: Circle) -> None:
    """Let a circle of readers hear of changes; registering again replaces it."""
    _circles[name] = circle


@transaction.atomic
def announce_change(record: Entry, *, what: str, by: User | None) -> RecordChange:
    """Tell everybody who follows the record, or has an open case where it counts, that it changed.

    `what` is one sentence of at most 300 characters, for readers. Said twice on one day, it is
    told once. Raises NothingToTellError.
    """
    what = " ".join(what.split())
    if not record.is_published or not what or len(what) > LONGEST_CHANGE:
        raise NothingToTellError
    change, fresh = RecordChange.objects.get_or_create(
        **RecordChange.naming(record),
        day=timezone.localdate(),
        what=what,
        defaults={
            "title": record.title,
            "country_id": record.country_id,
            "category_id": record.category_id,
            "hs_codes": record.hs_codes,
            "by": by,
        },
    )
    if fresh:
        transaction.on_commit(_waker.call, robust=True)
    return change


@transaction.atomic
def put_in_place(entry: Entry, proposal: EntryProposal, what: str, by: User) -> RecordChange | None:
    """Accept a proposed change and, where a sentence says that it is important, announce it."""
    actions.accept(entry, proposal=proposal, by=by)
    return announce_change(entry, what=what, by=by) if what and entry.is_published else None


def tell_some() -> bool:
    """Tell one batch of readers of the oldest change that is not told yet; whether more waits."""
    with transaction.atomic():
        untold = RecordChange.objects.filter(finished_at__isnull=True)
        change = untold.select_for_update().order_by("pk").first()
        if change is None:
            return False
        entry = kinds.find(change.entry_kind, pk=change.entry_id)
        waiting = [name for name in _circles if change.told.get(name, 0) is not None]
        if entry is None or not waiting:
            # Taken back meanwhile: what nobody can read is told to nobody.
            _finish(change)
        else:
            _tell(change, waiting[0])
            if len(waiting) == 1 and change.told[waiting[0]] is None:
                _finish(change)
    return untold.exists()


def _tell(change: RecordChange, name: str) -> None:
    notices, last = _circles[name](change, change.told.get(name, 0) or 0, BATCH)
    outbox.enqueue_many(notices)
    change.told[name] = last
    change.count += len(notices)
    RecordChange.objects.filter(pk=change.pk).update(told=change.told, count=change.count)


def _finish(change: RecordChange) -> None:
    RecordChange.objects.filter(pk=change.pk).update(finished_at=timezone.now())


# --- Followers ------------------------------------------------------------------------------
def followers(
    change: RecordChange, after: int, at_most: int
) -> tuple[Sequence[Notice], int | None]:
    """The notices to the next followers, each once however many of their follows are touched."""
    touched = Follow.objects.confirmed().touched_by(change)
    keys = list(
        touched.filter(follower__gt=after)
        .order_by("follower")
        .values_list("follower", flat=True)
        .distinct()[:at_most]
    )
    rows = (
        touched.filter(follower__in=keys)
        .select_related("follower", "country", "category")
        .order_by("follower", "-entry_kind", "pk")
    )
    first: dict[int, Follow] = {}
    for row in rows:
        first.setdefault(row.follower_id, row)
    record = kinds.find(change.entry_kind, pk=change.entry_id)
    notices = []
    for row in first.values():
        try:
            notices.append(_notice(row, change, record))
        except outbox.BadAddressError:
            log.warning("follower %s could not be addressed", row.follower_id)
    return notices, keys[-1] if len(keys) == at_most else None


def _notice(row: Follow, change: RecordChange, record: Entry | None) -> Notice:
    follower: Follower = row.follower
    known = {} if record is None else {(change.entry_kind, change.entry_id): record}
    with translation.override(follower.language):
        scope = scopes.of_follow(row, known)
        return outbox.notice(
            CHANGED,
            to=follower.email,
            context={
                **facts(change, record),
                "follows": scope.label if scope and not row.entry_kind else "",
                "manage": tokens.manage_path(follower),
            },
            subject_key=f"change {change.pk}",
            language=follower.language,
        )


def facts(change: RecordChange, record: Entry | None) -> dict[str, str]:
    """What every notice of a change says."""
    checked: dt.date | None = record.last_verified if record else None
    return {
        "title": record.title if record else change.title,
        "what": change.what,
        "day": change.day.isoformat(),
        "checked": checked.isoformat() if checked else "",
        "link": record.get_absolute_url() if record else "",
    }


register("followers", followers)
